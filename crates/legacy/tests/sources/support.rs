//! What the tests of all kinds share.

use std::{collections::BTreeMap, sync::Mutex};

use legacy::source::{
    Answer, Cage, Kind, Limits, Profile, ProfileMap, Reach, Source, SourceSpec, Step, Trouble,
};
use testkit::clock::TestClock;
use zeroize::Zeroizing;

pub(crate) const SECRET: &str = "the key of the door";

/// Loopback is listed, and one secret given.
pub(crate) fn reach() -> Reach {
    let secrets = BTreeMap::from([("key".to_owned(), SECRET.to_owned().into())]);
    Reach { cage: Cage::new(["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]), secrets }
}

pub(crate) fn spec(kind: Kind) -> SourceSpec {
    let limits = Limits { connect_ms: 2_000, whole_ms: 5_000, ..Limits::default() };
    SourceSpec {
        name: "crm".to_owned(),
        kind,
        company: None,
        profile: ProfileMap::default(),
        ca_file: None,
        limits,
    }
}

pub(crate) fn open(spec: &SourceSpec) -> Source {
    Source::open(spec.clone(), &reach()).unwrap()
}

pub(crate) async fn ask(source: &Source, login: &str, password: &str) -> Result<Answer, Trouble> {
    source.ask(&TestClock::new(), login, &Zeroizing::new(password.to_owned())).await
}

/// Right, with the profile, or not; a hash is verified here.
pub(crate) async fn verdict(
    source: &Source,
    login: &str,
    password: &str,
) -> Result<Option<Profile>, Trouble> {
    Ok(match ask(source, login, password).await? {
        Answer::Right(_, profile) => Some(profile),
        Answer::Hash(hash, profile) => hash.verify(password.as_bytes()).then_some(profile),
        Answer::Wrong => None,
    })
}

/// The steps that an operator sees, as one text.
pub(crate) async fn steps(source: &Source, login: &str, password: &str) -> String {
    let told = Mutex::new(String::new());
    let mut tell = |Step { what, finding }: Step| {
        *told.lock().unwrap() += &format!("{what}: {finding}\n");
    };
    let asked = source.try_out(login, &Zeroizing::new(password.to_owned()), &mut tell).await;
    let word = match asked {
        Ok(Answer::Right(..)) => "right".to_owned(),
        Ok(Answer::Hash(..)) => "hash".to_owned(),
        Ok(Answer::Wrong) => "wrong".to_owned(),
        Err(trouble) => trouble.to_string(),
    };
    told.into_inner().unwrap() + &word
}
