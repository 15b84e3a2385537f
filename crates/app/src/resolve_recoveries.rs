//! The worker that finds out, after the answer, whether there is whom to write to. Nothing about the person behind a typed name or
//! address is looked up before the answer, so nothing can be told from it or from the time it took.

use std::time::Duration;

use crypto::{
    otp::{Otp, RecoveryBinding, recovery_mac},
    seal::{Place, open},
    token::Token,
};
use delivery::mail::{Code as CodeInMail, Mail, Secret};
use domain::{
    audit::{Actor, AuditEvent, AuditKind},
    directory::User,
    id::RecoveryId,
    recovery::{Goal, Recovery},
};
use store::{Executor, Tx, recoveries::StoredRecovery, user_id_requests::ToResolve};

use crate::{
    App, Fault,
    directory::Directory,
    guesses::{self, Count},
    not_me::AskedBy,
    recovery::{Door, Typed},
    request_user_ids::ADDRESS,
};

/// What one round takes at most.
const BATCH: u32 = 32;
/// The worker looks at least this often: another node may have stored something, or a clock may have been moved.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// Runs until the task is dropped.
pub async fn run(app: App) {
    loop {
        let bell = app.recovery_bell.notified();
        match resolve_asked(&app).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(fault) => crate::health::tell_of_work(&fault, "what was asked for cannot be resolved"),
        }
        tokio::select! {
            () = bell => {}
            () = tokio::time::sleep(LONGEST_SLEEP) => {}
        }
    }
}

/// Resolves what waits, one batch. Gives how much it was; any number of nodes may do so at once.
///
/// # Errors
/// [`Fault::Store`], [`Fault::KeysLack`]; what was not resolved waits on. What is damaged is given up.
pub async fn resolve_asked(app: &App) -> Result<usize, Fault> {
    app.has_keys()?;
    let now = app.now();
    let mut conn = app.db.read().await?;
    let recoveries = store::recoveries::to_resolve(&mut conn, now, BATCH).await?;
    let requests = store::user_id_requests::to_resolve(&mut conn, now, BATCH).await?;
    drop(conn);
    for id in &recoveries {
        match resolve_recovery(app, *id).await {
            Err(fault) if fault.is_damage() => give_up_recovery(app, *id, &fault).await?,
            done => done?,
        }
    }
    for request in &requests {
        match resolve_request(app, request).await {
            Err(fault) if fault.is_damage() => give_up_request(app, request, &fault).await?,
            done => done?,
        }
    }
    if !recoveries.is_empty() || !requests.is_empty() {
        app.mail_bell.notify_one();
    }
    Ok(recoveries.len() + requests.len())
}

/// What cannot be resolved never can be, and would be the first of every round.
async fn give_up_recovery(app: &App, id: RecoveryId, fault: &Fault) -> Result<(), Fault> {
    tracing::error!("recovery.id" = %id, %fault, "a recovery was given up");
    let mut tx = app.db.begin().await?;
    store::recoveries::claim(&mut tx, id, app.now()).await?;
    Ok(tx.commit().await?)
}

/// The same of a request for User IDs.
async fn give_up_request(app: &App, request: &ToResolve, fault: &Fault) -> Result<(), Fault> {
    tracing::error!("request.id" = %request.id, %fault, "a request for User IDs was given up");
    let mut tx = app.db.begin().await?;
    store::user_id_requests::claim(&mut tx, request.id, app.now()).await?;
    Ok(tx.commit().await?)
}

/// Makes the code and queues the mail, where there is somebody and their address takes more mails.
async fn resolve_recovery(app: &App, id: RecoveryId) -> Result<(), Fault> {
    let directory = app.directory().await?;
    let now = app.now();
    let mut tx = app.db.begin().await?;
    // Of two workers, one goes on: the row is held until the end.
    if !store::recoveries::claim(&mut tx, id, now).await? {
        return Ok(());
    }
    let recovery = store::recoveries::find_by_id(&mut tx, id).await?;
    let waits = |recovery: &StoredRecovery| {
        matches!(recovery.state, Recovery::ProveMailbox { .. }) && now < recovery.code.expires_at
    };
    if let Some(recovery) = recovery.filter(waits) {
        let typed = app.open_typed(&recovery)?;
        if let Some(user) = person_meant(&mut tx, &typed, recovery.goal).await?
            && may_be_written_to(app, &mut tx, &directory, &user, (&recovery.browser, &recovery.network))
                .await?
        {
            send_code(app, &mut tx, &directory, &user, &recovery).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Whom a typed name means: at each door what opens it; for a recovery also what people type by mistake, when only one person can
/// be meant. Who has no Enterprise User ID has nothing to recover.
async fn person_meant(conn: &mut impl Executor, typed: &Typed, goal: Goal) -> Result<Option<User>, Fault> {
    let by_id = store::identities::find_by_id(conn, &typed.name).await?.map(|(user, _)| user);
    let by_old_name = store::identities::find_legacy(conn, &typed.name).await?.map(|login| login.user);
    let meant = match (typed.door, goal) {
        (Door::Login, _) => by_id,
        (Door::Start, _) => by_old_name,
        (Door::Recover, _) => by_id.or(by_old_name),
    };
    let user = match meant {
        Some(user) => store::users::find(conn, user).await?,
        None if typed.door == Door::Recover => only_one_at(conn, &typed.name).await?,
        None => None,
    };
    let Some(user) = user.filter(|user| user.disabled_at.is_none()) else { return Ok(None) };
    let has_id = store::identities::id_of(conn, user.id).await?.is_some();
    Ok((has_id || typed.door == Door::Start).then_some(user))
}

async fn only_one_at(conn: &mut impl Executor, address: &str) -> Result<Option<User>, Fault> {
    let mut there = store::users::find_by_email(conn, address).await?;
    Ok(if there.len() == 1 { there.pop() } else { None })
}

/// Counts the mail for the real address, whatever was typed for it.
async fn may_be_written_to(
    app: &App,
    tx: &mut Tx,
    directory: &Directory,
    user: &User,
    from: (&[u8; 32], &str),
) -> Result<bool, Fault> {
    let budget = app.mailed_budget(tx, user, from, &directory.policy(None)).await?;
    Ok(guesses::count(tx, &[budget], app.now()).await? == Count::Counted)
}

async fn send_code(
    app: &App,
    tx: &mut Tx,
    directory: &Directory,
    user: &User,
    recovery: &StoredRecovery,
) -> Result<(), Fault> {
    let policy = directory.policy(None);
    let otp = Otp::generate(policy.otp.digits, app.random.as_ref());
    let asked_by = AskedBy::Recovery(recovery.id);
    let not_me = app.not_me_link(tx, user, &policy, asked_by, &recovery.browser_name).await?;
    let code = CodeInMail {
        digits: Secret::from(otp.expose().to_owned()),
        tag: recovery.code.tag.clone(),
        valid_until: recovery.code.expires_at,
        requested_at: recovery.code.sent_at,
        browser: recovery.browser_name.clone(),
        place: None,
        not_me,
    };
    let mail = match recovery.goal {
        Goal::OpenDoor => Mail::DoorCode(code),
        Goal::Password | Goal::Factor => Mail::RecoveryCode(code),
    };
    let message = app.post(tx, directory, user, mail, recovery.code.expires_at).await?;
    let binding =
        RecoveryBinding { code: recovery.code.id, recovery: recovery.id, user: user.id, goal: recovery.goal };
    let mac = recovery_mac(&app.keys, &binding, otp.expose());
    store::recoveries::resolve(tx, recovery.id, user.id, &mac, message).await?;
    let event = AuditEvent::new(AuditKind::RecoveryAsked, Actor::Stranger)
        .about(user.id, user.company)
        .fact("recovery", recovery.id)
        .fact("tag", &recovery.code.tag)
        .personal("network", &recovery.network)
        .personal("browser", &recovery.browser_name);
    app.audit(tx, event).await
}

/// Mails all Enterprise User IDs of an address to it, with one link that leads on.
async fn resolve_request(app: &App, request: &ToResolve) -> Result<(), Fault> {
    let directory = app.directory().await?;
    let now = app.now();
    let place = Place { column: ADDRESS, row: &request.id.to_string() };
    let address = open(app.keys.envelope(), place, &request.sealed_address)?;
    let address =
        String::from_utf8(address.to_vec()).map_err(|_| Fault::Inconsistent("an address is no text"))?;
    let mut tx = app.db.begin().await?;
    if !store::user_id_requests::claim(&mut tx, request.id, now).await? {
        return Ok(());
    }
    let people = store::users::find_by_email(&mut tx, &address).await?;
    let people: Vec<_> = people.into_iter().filter(|user| user.disabled_at.is_none()).collect();
    if let Some(reader) = people.first().cloned()
        && may_be_written_to(app, &mut tx, &directory, &reader, (&request.browser, &request.network)).await?
    {
        mail_user_ids(app, &mut tx, &directory, &reader, &people, request).await?;
    }
    Ok(tx.commit().await?)
}

async fn mail_user_ids(
    app: &App,
    tx: &mut Tx,
    directory: &Directory,
    reader: &User,
    people: &[User],
    request: &ToResolve,
) -> Result<(), Fault> {
    let now = app.now();
    let (mut ids, mut without) = (Vec::new(), 0_u32);
    for user in people {
        match store::identities::id_of(tx, user.id).await? {
            Some(id) => ids.push(id),
            None => without += 1,
        }
    }
    let valid_until = now + directory.policy(None).recovery_link_lifetime;
    let token = Token::generate(app.random.as_ref());
    let link = if ids.is_empty() {
        app.portal("/start")
    } else {
        store::user_id_requests::give_link(tx, request.id, &token.hash(), valid_until, reader.id).await?;
        app.portal(&format!("/recover/continue?token={}", token.expose()))
    };
    let event = AuditEvent::new(AuditKind::UserIdsMailed, Actor::Stranger)
        .about(reader.id, reader.company)
        .fact("ids", ids.len())
        .personal("network", &request.network)
        .personal("browser", &request.browser_name);
    let mail = Mail::UserIds {
        ids,
        has_others: without > 0,
        link: Secret::from(link),
        valid_until,
        at: now,
        browser: request.browser_name.clone(),
    };
    app.post(tx, directory, reader, mail, valid_until).await?;
    app.audit(tx, event).await
}
