//! "This is wrong": a case for the regional servicing team.

use crypto::{random::RandomExt as _, seal::Place, token::Token};
use delivery::mail::Mail;
use domain::{
    attempt::Machine,
    audit::AuditKind,
    enrolment::EnrolmentEvent,
    id::{CaseId, UserId},
    login::LoginEvent,
    onboarding::OnboardingEvent,
    role::Region,
};
use store::cases::NewCase;

use crate::{App, Browser, Fault};

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
    let said = said.trim();
    if said.is_empty() {
        return Ok(Outcome::Empty);
    }
    if said.chars().nth(LONGEST_REPORT).is_some() {
        return Ok(Outcome::TooLong);
    }
    let Some(mut turn) = app.turn(browser, token).await? else { return Ok(Outcome::Gone) };
    let stepped = match turn.attempt.machine {
        Machine::Onboarding(_) => turn.onboarding(OnboardingEvent::WrongDetailsReported).await?,
        Machine::Login(_) => turn.login(LoginEvent::Enrolment(EnrolmentEvent::WrongDetailsReported)).await?,
    };
    if !stepped {
        return Ok(Outcome::Gone);
    }
    let id = CaseId(app.new_uuid());
    let reference = reference(app);
    let place = Place { column: "cases.sealed", row: &id.to_string() };
    let sealed = app.seal_for(&mut turn.tx, turn.user.id, place, said.as_bytes()).await?;
    let region = turn.directory.region_of(&turn.user).unwrap_or_else(|| Region("unassigned".to_owned()));
    let (user, company) = (turn.user.id, turn.user.company);
    let case = NewCase {
        id,
        reference: &reference,
        user,
        company,
        region: &region,
        kind: "wrong_details",
        sealed: &sealed,
    };
    store::cases::insert(&mut turn.tx, &case, app.now()).await?;
    let event = turn.event(AuditKind::CaseOpened).fact("case", &reference);
    app.audit(&mut turn.tx, event).await?;
    let browser = turn.attempt.browser_name.clone();
    turn.notify(Mail::CaseOpened { number: reference.clone(), at: app.now(), browser }).await?;
    Ok(if turn.finish().await?.is_some() { Outcome::Opened(reference) } else { Outcome::Gone })
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
