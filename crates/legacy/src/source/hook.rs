//! The password migration hook of Ory Kratos, for applications that offer it already.

use zeroize::Zeroizing;

use super::{
    Answer, Confirmed, HookSpec, ProfileMap, Reach, SourceSpec, Tell, Trouble, expect::value_at, http::Caged,
};

/// A hook that can be asked.
pub(super) struct HookWay {
    caged: Caged,
    profile: ProfileMap,
}

impl HookWay {
    pub(super) fn open(source: &SourceSpec, spec: &HookSpec, reach: &Reach) -> Result<Self, Trouble> {
        let caged = Caged::open(source, &spec.url, Some(&spec.secret), reach)?;
        Ok(Self { caged, profile: source.profile.clone() })
    }

    pub(super) async fn ask(
        &self,
        login: &str,
        password: &Zeroizing<String>,
        tell: Tell<'_>,
    ) -> Result<Answer, Trouble> {
        let body = serde_json::json!({ "identifier": login, "password": password.as_str() });
        let body = Zeroizing::new(body.to_string().into_bytes());
        let answer = self.caged.post(("application/json", body), tell).await?;
        let json = answer.json().unwrap_or_default();
        match (answer.status, value_at(&json, "/status").as_deref()) {
            (200, Some("password_match")) => {
                let profile = self.profile.read(|pointer| value_at(&json, pointer).into_iter().collect());
                Ok(Answer::Right(Confirmed::new(), profile))
            }
            (200 | 403, Some("password_do_not_match")) => Ok(Answer::Wrong),
            (status, _) => Err(Trouble::odd(format!(
                "the hook answers with status {status}, and says neither \"password_match\" nor \
                 \"password_do_not_match\""
            ))),
        }
    }

    pub(super) async fn reach(&self, tell: Tell<'_>) -> Result<(), Trouble> {
        self.caged.reach(tell).await
    }
}
