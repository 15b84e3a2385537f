//! Reports that a mail did not arrive. They come from outside, so they are believed only where they know a mail of ours by
//! its identifier, and the address that it went to; anything else changes nothing and is told apart from nothing.

use crypto::webhook::{NotBelieved, Signed, WebhookSecret};
use delivery::bounce::Report;
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    id::MessageId,
};
use serde::Deserialize;
use serde_json::Value;
use store::{Tx, bounces::NewBounce};

use crate::{App, Fault};

/// Events in one message of a webhook.
pub const MOST_EVENTS: usize = 1_000;

/// One report about one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// The mail.
    pub message: MessageId,
    /// The address that the report names.
    pub address: String,
    /// RFC 3463, such as `5.1.1`.
    pub status: String,
    /// Whether trying again is pointless.
    pub is_permanent: bool,
}

impl Bounce {
    /// What a delivery report says about mails that did not arrive.
    #[must_use]
    pub fn of_report(report: &Report) -> Vec<Self> {
        let Some(message) = report.message else { return Vec::new() };
        let failed = report.recipients.iter();
        let failed = failed.filter(|recipient| recipient.action != delivery::bounce::Action::Delivered);
        let bounce = |recipient: &delivery::bounce::Recipient| Self {
            message,
            address: recipient.address.clone(),
            status: recipient.status.clone(),
            is_permanent: recipient.is_permanent(),
        };
        failed.map(bounce).collect()
    }
}

/// What came of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// The address takes no mail; that is known from now on.
    Permanent,
    /// It could not be delivered yet.
    Temporary,
    /// That was known.
    Known,
    /// The mail is being handed over at this moment: report it again.
    TooEarly,
    /// It is not about a mail of ours, or names another address.
    Foreign,
}

/// Writes one report down.
///
/// # Errors
/// [`Fault::Store`].
pub async fn note_bounce(app: &App, bounce: &Bounce) -> Result<Noted, Fault> {
    let mut tx = app.db.begin().await?;
    let noted = note(app, &mut tx, bounce).await?;
    tx.commit().await?;
    Ok(noted)
}

async fn note(app: &App, tx: &mut Tx, bounce: &Bounce) -> Result<Noted, Fault> {
    let Some((owner, email)) = store::bounces::recipient(tx, bounce.message).await? else {
        let is_early = store::bounces::is_on_its_way(tx, bounce.message, app.now()).await?;
        return Ok(if is_early { Noted::TooEarly } else { Noted::Foreign });
    };
    // Whose address was corrected in the meantime, or whose mail went somewhere else, is not concerned.
    if store::users::email_key(&bounce.address) != store::users::email_key(&email) {
        return Ok(Noted::Foreign);
    }
    let Bounce { message, ref status, is_permanent, .. } = *bounce;
    let new = NewBounce { message, user: owner, email: &email, status, is_permanent };
    if !store::bounces::note(tx, &new, app.now()).await? {
        return Ok(Noted::Known);
    }
    if !is_permanent {
        return Ok(Noted::Temporary);
    }
    let company = store::users::find(tx, owner).await?.and_then(|user| user.company);
    let event = AuditEvent::new(AuditKind::MailBounced, Actor::Stranger).about(owner, company);
    app.audit(tx, event.fact("status", status).fact("message", message)).await?;
    Ok(Noted::Permanent)
}

/// The events in a webhook's message: one, or a list of them. `None`: it is neither, or too long a list. Each event is read by
/// itself, since services report more than bounces, in other shapes.
fn bounces(body: &[u8]) -> Option<Vec<Bounce>> {
    let events = match serde_json::from_slice(body).ok()? {
        event @ Value::Object(_) => vec![event],
        Value::Array(events) if events.len() <= MOST_EVENTS => events,
        _ => return None,
    };
    let events = events.into_iter().filter_map(|event| serde_json::from_value::<Event>(event).ok());
    Some(events.filter_map(Event::bounce).collect())
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    message_id: String,
    recipient: String,
    status: String,
}

impl Event {
    /// `None`: it is about something else, or not of our form.
    fn bounce(self) -> Option<Bounce> {
        let Self { kind, data: Data { message_id, recipient, status } } = self;
        let is_permanent = match kind.as_str() {
            "mail.bounced" => true,
            "mail.delayed" => false,
            _ => return None,
        };
        let id = message_id.trim_matches(['<', '>', ' ']);
        let id = id.split_once('@').map_or(id, |(local, _)| local);
        let good = status.len() <= 16 && status.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        // A server that says "bounced" about a passing trouble does not make an address bad.
        let is_permanent = is_permanent && status.starts_with("5.");
        let message = id.parse().ok().filter(|_| good && id.len() == 36)?;
        Some(Bounce { message, address: recipient, status, is_permanent })
    }
}

/// What came of a webhook's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookOutcome {
    /// It was taken, now or before; how much of it was about mails of ours is not told.
    Taken,
    /// It is not the sender's, or not of now.
    NotBelieved(NotBelieved),
    /// It is about a mail that is being handed over at this moment, and was not taken: the sender tries again.
    TooEarly,
    /// It was signed, and is no list of events.
    Unreadable,
}

/// Takes a message of a webhook, once.
///
/// # Errors
/// [`Fault::Store`]; the sender tries again.
pub async fn take_hook(
    app: &App,
    secret: &WebhookSecret,
    signed: Signed<'_>,
    body: &[u8],
) -> Result<HookOutcome, Fault> {
    let now = app.now();
    if let Err(why) = secret.verify(signed, body, now) {
        return Ok(HookOutcome::NotBelieved(why));
    }
    let Some(bounces) = bounces(body) else { return Ok(HookOutcome::Unreadable) };
    let mut tx = app.db.begin().await?;
    if store::bounces::take_hook(&mut tx, signed.id, now).await? {
        for bounce in &bounces {
            if note(app, &mut tx, bounce).await? == Noted::TooEarly {
                return Ok(HookOutcome::TooEarly);
            }
        }
    }
    tx.commit().await?;
    Ok(HookOutcome::Taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0199a000-0000-7000-8000-000000000001";

    fn event(kind: &str, id: &str, status: &str) -> Option<Bounce> {
        let data = Data {
            message_id: id.to_owned(),
            recipient: "amara@northgate.example".to_owned(),
            status: status.to_owned(),
        };
        Event { kind: kind.to_owned(), data }.bounce()
    }

    #[test]
    fn events_are_read_with_and_without_the_senders_domain() {
        for id in
            [ID.to_owned(), format!("<{ID}@harbourcards.example>"), format!("{ID}@harbourcards.example")]
        {
            let bounce = event("mail.bounced", &id, "5.1.1").unwrap();
            assert_eq!((bounce.message.to_string().as_str(), bounce.is_permanent), (ID, true), "{id}");
        }
        assert!(!event("mail.bounced", ID, "4.4.1").unwrap().is_permanent);
        assert!(!event("mail.delayed", ID, "5.1.1").unwrap().is_permanent);
    }

    #[test]
    fn each_event_is_read_by_itself() {
        let good = format!(
            r#"{{"type":"mail.bounced","data":{{"message_id":"{ID}","recipient":"a@b.example","status":"5.1.1"}}}}"#
        );
        let opened = r#"{"type":"mail.opened","data":{"at":[1]}}"#;
        for (body, expected) in [
            (good.clone(), Some(1)),
            (format!("[{opened},{good},7,null,[],{good}]"), Some(2)),
            (opened.to_owned(), Some(0)),
            ("[]".to_owned(), Some(0)),
            (format!("[{}]", vec!["0"; MOST_EVENTS].join(",")), Some(0)),
            (format!("[{}]", vec!["0"; MOST_EVENTS + 1].join(",")), None),
            ("7".to_owned(), None),
            ("[".to_owned(), None),
        ] {
            assert_eq!(bounces(body.as_bytes()).map(|bounces| bounces.len()), expected, "{body}");
        }
    }

    #[test]
    fn other_events_say_nothing() {
        let simple = ID.replace('-', "");
        for (kind, id, status) in [
            ("mail.opened", ID, "5.1.1"),
            ("mail.bounced", "", "5.1.1"),
            ("mail.bounced", simple.as_str(), "5.1.1"),
            ("mail.bounced", ID, "5.1.1\r\nX: y"),
            ("mail.bounced", ID, "5.111111111111111"),
        ] {
            assert_eq!(event(kind, id, status), None, "{kind} {id} {status}");
        }
    }
}
