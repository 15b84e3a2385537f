//! The language of pages and mails.

use domain::audit::{Actor, AuditEvent, AuditKind};

use crate::{App, Fault, check_session::Signed};

/// Remembers the user's choice; `None` leaves it to the browser, and to the company for mails. False when it is not shipped.
///
/// # Errors
/// [`Fault::Store`].
pub async fn choose_language(app: &App, signed: &Signed, tag: Option<&str>) -> Result<bool, Fault> {
    if !tag.is_none_or(|tag| text::languages().iter().any(|language| language.tag == tag)) {
        return Ok(false);
    }
    let user = &signed.user;
    let mut tx = app.db.begin().await?;
    store::users::choose_language(&mut tx, user.id, tag).await?;
    let event = AuditEvent::new(AuditKind::LanguageChosen, Actor::User)
        .about(user.id, user.company)
        .fact("language", tag.unwrap_or("browser"));
    app.audit(&mut tx, event).await?;
    tx.commit().await?;
    app.forget_sessions_of(user.id);
    Ok(true)
}
