//! What happened to one's own login, read back from the audit log.

use std::collections::BTreeMap;

use domain::{audit::AuditKind, id::UserId, time::Timestamp};
use store::{Executor, audit::StoredEvent};

use crate::{App, Fault, check_session::Signed};

/// Events on one page.
pub const PAGE: u32 = 50;

/// One event.
#[derive(Debug, Clone)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: AuditKind,
    /// Details that are no personal data.
    pub facts: BTreeMap<String, String>,
    /// The browser, where it is known.
    pub browser: Option<String>,
    /// The network address, where it is known.
    pub network: Option<String>,
}

/// One page of events.
#[derive(Debug, Clone)]
pub struct Activity {
    /// The latest first.
    pub events: Vec<Event>,
    /// Where the page of older ones begins, where there may be any.
    pub older: Option<String>,
}

/// The user's activity before the place that a page before it named; the latest where none is, or it makes no sense.
///
/// # Errors
/// [`Fault`].
pub async fn show_activity(app: &App, signed: &Signed, before: Option<&str>) -> Result<Activity, Fault> {
    let before = before.and_then(place);
    let (at, id) = before.unwrap_or((Timestamp(i64::MAX), String::new()));
    let mut conn = app.db.read().await?;
    let stored = store::audit::page_of_user(&mut conn, signed.user.id, (at, &id), PAGE).await?;
    let is_full = u32::try_from(stored.len()).is_ok_and(|count| count == PAGE);
    let older = stored.last().filter(|_| is_full).map(|last| format!("{}_{}", last.at.0, last.id));
    let mut events = Vec::with_capacity(stored.len());
    for event in stored {
        events.extend(read(app, &mut conn, signed.user.id, &event).await?);
    }
    Ok(Activity { events, older })
}

/// An event with its details; `None` for a kind that this version does not know.
pub(crate) async fn read(
    app: &App,
    conn: &mut impl Executor,
    user: UserId,
    event: &StoredEvent,
) -> Result<Option<Event>, Fault> {
    let Some(kind) = AuditKind::named(&event.kind) else { return Ok(None) };
    let facts = serde_json::from_str(&event.facts);
    let facts = facts.map_err(|_| Fault::Inconsistent("an event's facts cannot be read"))?;
    let mut personal = app.open_personal(conn, user, event).await?;
    let (browser, network) = (personal.remove("browser"), personal.remove("network"));
    Ok(Some(Event { at: event.at, kind, facts, browser, network }))
}

fn place(before: &str) -> Option<(Timestamp, String)> {
    let (at, id) = before.split_once('_')?;
    let id: domain::id::AuditId = id.parse().ok()?;
    Some((Timestamp(at.parse().ok()?), id.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_moment_and_a_key() {
        let id = "00000000-0000-0000-0000-00000000000a";
        assert_eq!(place(&format!("17_{id}")), Some((Timestamp(17), id.to_owned())));
        for odd in ["", "17", "17_", "x_00000000-0000-0000-0000-00000000000a", "17_'; DROP TABLE users"] {
            assert_eq!(place(odd), None, "{odd}");
        }
    }
}
