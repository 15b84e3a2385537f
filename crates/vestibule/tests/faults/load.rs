//! People who log in and onboard while something goes wrong, and remember what they were told.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
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
    let answer = client.enter_password(&member.user_id, PASSWORD).await?;
    if answer.path != "/login/code" {
        if answer.status.is_server_error() {
            return Err(Lost);
        }
        tally.complain(format!("{}: the password led to {} {}", member.user_id, answer.status, answer.path));
        return Ok(false);
    }
    // From here on a code is promised.
    let Some(code) = plant.next_code(&member.email, known).await else {
        tally.complain(format!("{}: a code that was promised never came", member.user_id));
        return Ok(false);
    };
    client.get("/login/code").await?;
    let thief = client.clone();
    let fields = [("code", code.as_str()), ("remember_device", "on")];
    let Ok(answer) = client.post("/login/code", &fields).await else {
        // The same code again: if the first was taken, this one must not be.
        for _ in 0..100 {
            if client.post("/login/code", &fields).await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        return Err(Lost);
    };
    if answer.status.is_server_error() {
        return Err(Lost);
    }
    if !client.is_signed_in().await? {
        tally.complain(format!("{}: {} after the right code, and no session", member.user_id, answer.status));
        return Ok(false);
    }
    Tally::count(&tally.logins);
    thief.post("/login/code", &fields).await?;
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

/// Onboards, beginning again whenever an answer is lost; gives the ID that was acknowledged.
pub async fn newcomer(
    plant: Arc<Plant>,
    tally: Arc<Tally>,
    newcomer: Newcomer,
    user_id: String,
) -> Option<(Newcomer, String)> {
    while !tally.is_over() {
        match onboard(&plant, &tally, &newcomer, &user_id).await {
            Ok(Some(())) => {
                Tally::count(&tally.onboardings);
                return Some((newcomer, user_id));
            }
            Ok(None) => return None,
            Err(Lost) => Tally::count(&tally.lost_answers),
        }
    }
    None
}

/// `None` when this person cannot go on, as when the codes of ten minutes are used up.
async fn onboard(
    plant: &Plant,
    tally: &Tally,
    newcomer: &Newcomer,
    user_id: &str,
) -> Result<Option<()>, Lost> {
    let client = plant.client();
    let known = plant.codes(&newcomer.email).len();
    client.get("/start").await?;
    let typed = [("login_name", newcomer.login.as_str()), ("password", LEGACY_PASSWORD), ("to", "")];
    let answer = client.post("/start", &typed).await?;
    if answer.path != "/start/profile" {
        // The ID was made, and its answer lost; or the browser is asked to wait.
        return if answer.status.is_server_error() { Err(Lost) } else { Ok(None) };
    }
    client.get("/start/profile").await?;
    if client.post("/start/profile", &[]).await?.path != "/start/email" {
        return Ok(None);
    }
    let page = client.get("/start/email").await?;
    if known > 2 || page.status.is_redirection() {
        return Ok(None);
    }
    let Some(code) = plant.next_code(&newcomer.email, known).await else {
        tally.complain(format!("{}: a code that was promised never came", newcomer.login));
        return Ok(None);
    };
    client.get("/start/email").await?;
    client.post("/start/email", &[("code", code.as_str())]).await?;
    client.get("/start/user-id").await?;
    let answer = client.post("/start/user-id", &[("user_id", user_id), ("password", NEW_PASSWORD)]).await?;
    Ok((answer.path == "/start/security-code").then_some(()))
}
