//! "This is wrong": a case for the regional servicing team.

use crypto::{random::RandomExt as _, seal::Place, token::Token};
use delivery::mail::Mail;
use domain::{
    attempt::Machine,
    audit::{Actor, AuditEvent, AuditKind},
    directory::User,
    enrolment::EnrolmentEvent,
    id::{CaseId, UserId},
    login::LoginEvent,
    onboarding::OnboardingEvent,
    role::Region,
};
use store::{Tx, cases::NewCase};

use crate::{App, Browser, Fault, check_session::Signed, directory::Directory, record::NOTICE_DEADLINE};

/// The longest report, in characters.
pub const LONGEST_REPORT: usize = 2_000;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The case's number, to quote at the contact.
    Opened(String),
    /// Nothing was said.
    Empty,
    /// More than [`LONGEST_REPORT`] characters were said.
    TooLong,
    /// That step is not open.
    Gone,
}

/// Opens a case with what the user says is wrong. An open case of the same kind is kept: the new words join it as another.
///
/// # Errors
/// [`Fault::Store`].
pub async fn report_wrong_details(
    app: &App,
    browser: &Browser,
    token: &Token,
    said: &str,
) -> Result<Outcome, Fault> {
    let said = match readable(said) {
        Ok(said) => said,
        Err(outcome) => return Ok(outcome),
    };
    let Some(mut turn) = app.turn(browser, token).await? else { return Ok(Outcome::Gone) };
    let stepped = match turn.attempt.machine {
        Machine::Onboarding(_) => turn.onboarding(OnboardingEvent::WrongDetailsReported).await?,
        Machine::Login(_) => turn.login(LoginEvent::Enrolment(EnrolmentEvent::WrongDetailsReported)).await?,
    };
    if !stepped {
        return Ok(Outcome::Gone);
    }
    let directory = std::sync::Arc::clone(&turn.directory);
    let user = turn.user.clone();
    let reference = open_case_of(app, &mut turn.tx, &directory, &user, said).await?;
    let event = turn.event(AuditKind::CaseOpened).fact("case", &reference);
    app.audit(&mut turn.tx, event).await?;
    let browser = turn.attempt.browser_name.clone();
    turn.tell(Mail::CaseOpened { number: reference.clone(), at: app.now(), browser }).await?;
    Ok(if turn.finish().await?.is_some() { Outcome::Opened(reference) } else { Outcome::Gone })
}

/// The same by somebody who is signed in.
///
/// # Errors
/// [`Fault::Store`].
pub async fn report_own_details(
    app: &App,
    browser: &Browser,
    signed: &Signed,
    said: &str,
) -> Result<Outcome, Fault> {
    let said = match readable(said) {
        Ok(said) => said,
        Err(outcome) => return Ok(outcome),
    };
    let (directory, user, now) = (app.directory().await?, &signed.user, app.now());
    let mut tx = app.db.begin().await?;
    let reference = open_case_of(app, &mut tx, &directory, user, said).await?;
    let event = AuditEvent::new(AuditKind::CaseOpened, Actor::User)
        .about(user.id, user.company)
        .fact("case", &reference)
        .personal("network", &browser.network)
        .personal("browser", browser.name());
    app.audit(&mut tx, event).await?;
    let mail = Mail::CaseOpened { number: reference.clone(), at: now, browser: browser.name() };
    app.post(&mut tx, &directory, user, mail, now + NOTICE_DEADLINE).await?;
    tx.commit().await?;
    app.mail_bell.notify_one();
    Ok(Outcome::Opened(reference))
}

fn readable(said: &str) -> Result<&str, Outcome> {
    let said = said.trim();
    if said.is_empty() {
        return Err(Outcome::Empty);
    }
    if said.chars().nth(LONGEST_REPORT).is_some() {
        return Err(Outcome::TooLong);
    }
    Ok(said)
}

/// Stores the case; gives its number.
async fn open_case_of(
    app: &App,
    tx: &mut Tx,
    directory: &Directory,
    user: &User,
    said: &str,
) -> Result<String, Fault> {
    let id = CaseId(app.new_uuid());
    let reference = reference(app);
    let place = Place { column: "cases.sealed", row: &id.to_string() };
    let sealed = app.seal_for(tx, user.id, place, said.as_bytes()).await?;
    let region = directory.region_of(user).unwrap_or_else(|| Region("unassigned".to_owned()));
    let case = NewCase {
        id,
        reference: &reference,
        user: user.id,
        company: user.company,
        region: &region,
        kind: "wrong_details",
        sealed: &sealed,
    };
    store::cases::insert(tx, &case, app.now()).await?;
    Ok(reference)
}

/// The number of the user's open case about wrong details.
///
/// # Errors
/// [`Fault::Store`].
pub async fn open_case(app: &App, user: UserId) -> Result<Option<String>, Fault> {
    let mut conn = app.db.read().await?;
    Ok(store::cases::open_of_user(&mut conn, user, "wrong_details").await?)
}

/// A number that can be told on the telephone: eight letters and digits that do not sound or look alike.
pub(crate) fn reference(app: &App) -> String {
    const SIGNS: &[u8; 20] = b"ACDEFHJKMPRTXY234679";
    let sign = |_| {
        let drawn = usize::try_from(app.random.below(20)).unwrap_or(0);
        char::from(SIGNS.get(drawn).copied().unwrap_or(b'A'))
    };
    let signs: String = (0..8).map(sign).collect();
    format!("{}-{}", &signs[..4], &signs[4..])
}
