//! What users and thieves do in the tests of logins: sign in, guess, look at what was counted.

use app::change_user::{Found, find_users};
use http::StatusCode;

use crate::world::{Answer, Browser, PASSWORD, World};

/// Another code than this one.
pub fn other_than(code: &str) -> String {
    let last = code.chars().last().expect("a digit").to_digit(10).expect("a digit");
    format!("{}{}", &code[..code.len() - 1], (last + 1) % 10)
}

impl Browser {
    /// ID, password and mailed code; perhaps makes the browser a Trusted Device.
    pub async fn sign_in(&self, world: &World, who: (&str, &str), trusts: bool) -> Answer {
        let code = self.ask_for_code(world, who).await;
        let fields = [("code", code.as_str()), ("remember_device", "on")];
        let answer = self.post("/login/code", if trusts { &fields } else { &fields[..1] }).await;
        assert_eq!(answer.location().as_ref(), Some(&world.application), "{}", answer.body);
        answer
    }

    /// ID and password, up to the page that asks for the code; gives the code.
    pub async fn ask_for_code(&self, world: &World, (id, email): (&str, &str)) -> String {
        let sent = world.codes_sent(email);
        assert_eq!(self.enter_password(id, PASSWORD).await.path(), "/login/code");
        let code = world.code(email, sent + 1).await;
        self.get("/login/code").await;
        code
    }

    /// Sends a code without looking at the page again.
    pub async fn guess(&self, code: &str) -> Answer {
        self.post("/login/code", &[("code", code)]).await
    }

    /// Sends the same wrong code so many times.
    pub async fn guess_wrong(&self, code: &str, times: usize) {
        let wrong = other_than(code);
        for _ in 0..times {
            let answer = self.guess(&wrong).await;
            assert_ne!(answer.status, StatusCode::SEE_OTHER, "a wrong code went on to {}", answer.path());
        }
    }

    /// Asks for another code, and gives it.
    pub async fn resend(&self, world: &World, email: &str) -> String {
        let sent = world.codes_sent(email);
        self.post("/login/resend", &[]).await;
        world.code(email, sent + 1).await
    }

    /// "Log out."
    pub async fn log_out(&self) -> Answer {
        self.get("/logout").await;
        self.post("/logout", &[]).await
    }

    /// The cookies that make this browser a Trusted Device: names and values.
    pub fn device_cookies(&self) -> Vec<(String, String)> {
        let jar = self.jar("localhost").into_iter();
        jar.filter(|(name, _)| name.starts_with("vestibule-device-")).collect()
    }

    /// The one of them that there is.
    pub fn device_cookie(&self) -> (String, String) {
        let mut cookies = self.device_cookies();
        assert_eq!(cookies.len(), 1, "{cookies:?}");
        cookies.remove(0)
    }
}

impl World {
    /// How many codes an address has got.
    pub fn codes_sent(&self, email: &str) -> usize {
        self.mails(email).iter().filter(|mail| mail.code.is_some()).count()
    }

    /// How often something was recorded in the audit log.
    pub async fn recorded(&self, kind: &str) -> i64 {
        let mut conn = self.db().read().await.expect("a reader");
        store::audit::count_of_kind(&mut conn, kind).await.expect("a count")
    }

    /// A user as the command line finds them.
    pub async fn find(&self, asked: &str) -> Found {
        let mut found = find_users(&self.app, asked).await.expect("a look-up");
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }
}
