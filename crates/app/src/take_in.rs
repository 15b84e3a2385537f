//! What a live source says about a person beside "right": somebody new is taken in, somebody known is compared.

use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    directory::{Company, User},
    enterprise_user_id::LegacyLogin,
    id::UserId,
    role::Role,
    rollout::Stage,
};
use legacy::source::{Profile, SourceSpec};
use store::{Tx, identities, users, users::NewUser};

use crate::{App, Fault, directory::Directory, import_users::open_case};

/// Makes a user of whom only the source knew. `None` where that cannot be; the reason is in the log, without a name.
///
/// The company is the one that the source's description fixes. Nobody who is there already is adopted: a login name that
/// appeared meanwhile, or one that looks like somebody's Enterprise User ID, makes nobody.
pub(crate) async fn take_in(
    app: &App,
    tx: &mut Tx,
    directory: &Directory,
    source: &SourceSpec,
    typed: &LegacyLogin,
    profile: &Profile,
) -> Result<Option<User>, Fault> {
    let refused = |reason: &str| {
        tracing::warn!(target: "vestibule::sources", source = %source.name, reason, "nobody is taken in");
        Ok(None)
    };
    let Some(company) = company_of(app, directory, source) else {
        return refused("the source makes no users, or its company's cut-off has passed");
    };
    let (Some(name), Some(email)) = (profile.short_name(), profile.email.as_deref()) else {
        return refused("the source gives no usable name or no usable address");
    };
    let login = match profile.login.as_deref().map(LegacyLogin::parse) {
        Some(Ok(login)) if login.canonical() == typed.canonical() => login,
        // Whoever is known by one spelling would be asked about, made and counted anew by another.
        Some(_) => return refused("the source calls the person by another login name than was typed"),
        None => return refused("the source does not say what it calls the person (`profile.login`)"),
    };
    // The application believes the login name: one company's directory would name somebody of another company.
    if !source.profile.owns(&login) {
        return refused("the login name is none of those that the source makes users of (`profile.logins`)");
    }
    let of_address = users::find_by_email(tx, email).await?;
    if of_address.iter().any(|user| user.company == Some(company.id)) {
        return refused("somebody of the company has the address already");
    }
    if identities::id_that_resembles(tx, &login.skeleton()).await?.is_some() {
        return refused("the login name equals or resembles somebody's Enterprise User ID");
    }
    let id = UserId(app.new_uuid());
    let user = NewUser {
        id,
        company: Some(company.id),
        role: profile.role.unwrap_or(Role::EndUser),
        region: None,
        name: name.to_owned(),
        email: email.to_owned(),
        language: profile.language.clone(),
    };
    users::insert(tx, &user, app.now()).await?;
    let row =
        identities::LegacyLogin { user: id, display: login.as_str().to_owned(), source: source.name.clone() };
    if !identities::insert_legacy(tx, &login.canonical(), &login.skeleton(), &row, app.now()).await? {
        return refused("the login name became somebody's a moment ago");
    }
    let event = AuditEvent::new(AuditKind::UserImported, Actor::System).about(id, Some(company.id));
    app.audit(tx, event.fact("outcome", "added").fact("source", &source.name)).await?;
    users::find(tx, id).await?.ok_or(Fault::Inconsistent("a user vanished")).map(Some)
}

fn company_of<'d>(app: &App, directory: &'d Directory, source: &SourceSpec) -> Option<&'d Company> {
    let company = directory.company_named(source.company.as_deref()?)?;
    (company.rollout.stage(app.now()) != Stage::CutOffPassed).then_some(company)
}

/// Takes over a name that nobody confirmed yet. What its owner confirmed stays, and a case is opened where the source says
/// something else. So it is with an address always: the mailbox is the second proof, and whoever answers the first one must
/// not move it.
pub(crate) async fn compare(
    app: &App,
    tx: &mut Tx,
    directory: &Directory,
    source: &SourceSpec,
    user: User,
    profile: &Profile,
) -> Result<User, Fault> {
    let name = profile.short_name().unwrap_or(&user.name).to_owned();
    let email = profile.email.as_deref().unwrap_or(&user.email).to_owned();
    if (name.as_str(), email.as_str()) == (user.name.as_str(), user.email.as_str()) {
        return Ok(user);
    }
    let is_same_mailbox = users::email_key(&email) == users::email_key(&user.email);
    let word = if is_same_mailbox && users::propose_profile(tx, user.id, &name, &user.email).await? {
        "changed"
    } else if open_case(app, tx, directory, &user, &name, &email).await? {
        "case"
    } else {
        return Ok(user);
    };
    let event = AuditEvent::new(AuditKind::UserImported, Actor::System).about(user.id, user.company);
    app.audit(tx, event.fact("outcome", word).fact("source", &source.name)).await?;
    users::find(tx, user.id).await?.ok_or(Fault::Inconsistent("a user vanished"))
}
