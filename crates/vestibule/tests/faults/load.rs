//! People who log in and onboard while something goes wrong, and remember what they were told.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use crate::{
    client::{Client, Lost},
    plant::{LEGACY_PASSWORD, Member, Newcomer, PASSWORD, Plant},
};

/// The password of those who onboard.
pub const NEW_PASSWORD: &str = "seven tin boats upstream";

/// What was done, and what must not have happened.
#[derive(Debug, Default)]
pub struct Tally {
    pub logins: AtomicU32,
    pub trusted_logins: AtomicU32,
    pub onboardings: AtomicU32,
    pub lost_answers: AtomicU32,
    /// Sentences about what must not happen; none.
    pub wrong: std::sync::Mutex<Vec<String>>,
    pub stop: AtomicBool,
}

impl Tally {
    pub fn complain(&self, what: String) {
        self.wrong.lock().unwrap().push(what);
    }

    pub fn is_over(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    fn count(counter: &AtomicU32) {
        counter.fetch_add(1, Ordering::SeqCst);
    }
}

/// How often a Trusted Device comes back.
const VISITS: u32 = 5;

/// Logs in with a code, tries the code again, becomes a Trusted Device, and comes back with it.
pub async fn member(plant: Arc<Plant>, tally: Arc<Tally>, member: Member) {
    let client = plant.client();
    match log_in(&plant, &tally, &client, &member).await {
        Ok(true) => {}
        Ok(false) => return,
        Err(Lost) => return Tally::count(&tally.lost_answers),
    }
    let mut visits = 0;
    while visits < VISITS && !tally.is_over() {
        visits += 1;
        match come_back(&client, &member).await {
            Ok(true) => Tally::count(&tally.trusted_logins),
            Ok(false) => {
                tally.complain(format!("{}: a Trusted Device was asked for a code", member.user_id));
                return;
            }
            Err(Lost) => Tally::count(&tally.lost_answers),
        }
    }
}

/// True when this browser is trusted now; false when the member has to stop.
async fn log_in(plant: &Plant, tally: &Tally, client: &Client, member: &Member) -> Result<bool, Lost> {
    let known = plant.codes(&member.email).len();
    // Twice at most: a third code within ten seconds would be refused.
    let answer = match client.enter_password(&member.user_id, PASSWORD).await {
        Err(Lost) => client.enter_password(&member.user_id, PASSWORD).await?,
        answered => answered?,
    };
    if answer.path != "/login/code" {
        if answer.status.is_server_error() {
            return Err(Lost);
        }
        tally.complain(format!("{}: the password led to {} {}", member.user_id, answer.status, answer.path));
        return Ok(false);
    }
    // From here on a code is promised. A lost answer may have brought one of its own, which opens nothing here.
    for nth in known..known + 2 {
        let Some(code) = plant.nth_code(&member.email, nth).await else {
            tally.complain(format!("{}: a code that was promised never came", member.user_id));
            return Ok(false);
        };
        if enter(tally, client, member, &code).await? {
            return Ok(true);
        }
    }
    Err(Lost)
}

/// Whether this code signs in; then it does so once.
async fn enter(tally: &Tally, client: &Client, member: &Member, code: &str) -> Result<bool, Lost> {
    client.get("/login/code").await?;
    let thief = client.clone();
    let fields = [("code", code), ("remember_device", "on")];
    // Sent again when the answer is lost: if the first was taken, this one must not be; the database tells.
    let (_, was_lost) = client.post_again("/login/code", &fields).await?;
    if !client.is_signed_in().await? {
        return if was_lost { Err(Lost) } else { Ok(false) };
    }
    Tally::count(&tally.logins);
    thief.post_again("/login/code", &fields).await?;
    if thief.is_signed_in().await? {
        tally.complain(format!("{}: one code was accepted twice", member.user_id));
    }
    Ok(true)
}

/// Password alone on a Trusted Device; false when a code was asked for.
async fn come_back(client: &Client, member: &Member) -> Result<bool, Lost> {
    client.get("/logout").await?;
    client.post("/logout", &[]).await?;
    let answer = client.enter_password(&member.user_id, PASSWORD).await?;
    if answer.path == "/login/code" {
        return Ok(false);
    }
    if !answer.status.is_redirection() || !client.is_signed_in().await? {
        return Err(Lost);
    }
    Ok(true)
}

/// Onboards, sending again what was not answered; gives the ID that was acknowledged.
pub async fn newcomer(
    plant: Arc<Plant>,
    tally: Arc<Tally>,
    newcomer: Newcomer,
    user_id: String,
) -> Option<(Newcomer, String)> {
    if tally.is_over() {
        return None;
    }
    match onboard(&plant, &tally, &newcomer, &user_id).await {
        Ok(true) => {
            Tally::count(&tally.onboardings);
            Some((newcomer, user_id))
        }
        Ok(false) => None,
        Err(Lost) => {
            Tally::count(&tally.lost_answers);
            None
        }
    }
}

/// False when an answer was lost after which this browser cannot go on.
async fn onboard(plant: &Plant, tally: &Tally, newcomer: &Newcomer, user_id: &str) -> Result<bool, Lost> {
    let client = plant.client();
    let known = plant.codes(&newcomer.email).len();
    client.get("/start").await?;
    let typed = [("login_name", newcomer.login.as_str()), ("password", LEGACY_PASSWORD), ("to", "")];
    client.post_again("/start", &typed).await?;
    client.get("/start/profile").await?;
    let (answer, was_lost) = client.post_again("/start/profile", &[]).await?;
    if was_lost || answer.path != "/start/email" {
        // Who sent twice may have asked for two codes, and cannot tell which is good.
        return Err(Lost);
    }
    let Some(code) = plant.next_code(&newcomer.email, known).await else {
        tally.complain(format!("{}: a code that was promised never came", newcomer.login));
        return Ok(false);
    };
    client.get("/start/email").await?;
    client.post_again("/start/email", &[("code", code.as_str())]).await?;
    if client.get("/start/user-id").await?.status.is_redirection() {
        return Err(Lost);
    }
    let chosen = [("user_id", user_id), ("password", NEW_PASSWORD)];
    client.post_again("/start/user-id", &chosen).await?;
    Ok(client.get("/start/security-code").await?.status.is_success())
}
