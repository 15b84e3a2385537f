//! A recovery without a security code that works: a case, in which two members of staff vouch for the person.

use crypto::{seal::Place, token::Token};
use delivery::mail::Mail;
use domain::{audit::AuditKind, id::CaseId, recovery::Goal, role::Region};
use store::cases::NewCase;
use text::Text;

use crate::{
    App, Browser, Fault, prove_knowledge::may_go_on, recovery::LIFETIME_WITH_STAFF,
    report_wrong_details::reference,
};

/// The kind of such a case.
pub(crate) const KIND: &str = "recovery";
/// Where what a case says is sealed.
pub(crate) const SEALED: &str = "cases.sealed";

/// Opens a case for the recovery of this browser, once, and lets the recovery wait for it. Gives its number; `None` when there is
/// no such step.
///
/// # Errors
/// [`Fault::Store`].
pub async fn ask_staff(app: &App, browser: &Browser, token: &Token) -> Result<Option<String>, Fault> {
    let Some(mut turn) = app.recovery_turn(browser, token).await? else { return Ok(None) };
    let Some(user) = turn.person().await?.filter(|user| may_go_on(&turn.recovery.state, user)) else {
        return Ok(None);
    };
    if let Some(case) = turn.recovery.case
        && let Some(case) = store::cases::find(&mut turn.tx, case).await?
        && case.state == "open"
    {
        return Ok(Some(case.case.reference));
    }
    let now = app.now();
    let id = CaseId(app.new_uuid());
    let reference = reference(app);
    let said = match turn.recovery.goal {
        Goal::Factor => "recover-case-factor",
        Goal::OpenDoor | Goal::Password => "recover-case-password",
    };
    let said = Text::default()
        .message(said)
        .with("browser", turn.recovery.browser_name.as_str())
        .with("network", turn.recovery.network.as_str())
        .to_string();
    let place = Place { column: SEALED, row: &id.to_string() };
    let sealed = app.seal_for(&mut turn.tx, user.id, place, said.as_bytes()).await?;
    let region = turn.directory.region_of(&user).unwrap_or_else(|| Region("unassigned".to_owned()));
    let case = NewCase {
        id,
        reference: &reference,
        user: user.id,
        company: user.company,
        region: &region,
        kind: KIND,
        sealed: &sealed,
    };
    store::cases::insert(&mut turn.tx, &case, now).await?;
    turn.recovery.case = Some(id);
    turn.recovery.expires_at = now + LIFETIME_WITH_STAFF;
    let event = turn.event(AuditKind::CaseOpened).fact("case", &reference);
    app.audit(&mut turn.tx, event).await?;
    let mail = Mail::RecoveryCase {
        number: reference.clone(),
        at: now,
        browser: turn.recovery.browser_name.clone(),
    };
    app.post(&mut turn.tx, &turn.directory, &user, mail, turn.recovery.expires_at).await?;
    turn.ring();
    Ok(turn.finish().await?.map(|_| reference))
}
