use std::fmt::Write as _;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    access::{Standing, admission},
    id::UserId,
    rollout::Stage,
    time::Timestamp,
};

const USER: UserId = UserId(Uuid::from_u128(1));
const STRANGER: UserId = UserId(Uuid::from_u128(2));

fn first(user: UserId, method: FirstMethod) -> Proof<First> {
    Proof::danger_mint(user, method, Timestamp(1))
}
fn otp(user: UserId) -> Proof<Second> {
    Proof::danger_mint(user, SecondMethod::EmailOtp, Timestamp(2))
}

fn states() -> Vec<(&'static str, Onboarding)> {
    let legacy = first(USER, FirstMethod::Legacy);
    let assurance = Assurance::two(legacy, otp(USER)).unwrap();
    let both = [("may wait", NotNow::Offered), ("", NotNow::Refused)];
    let mut states = vec![("identify", Onboarding::Identify)];
    for (wait, not_now) in both {
        let named = |plain, waiting| if wait.is_empty() { plain } else { waiting };
        states.push((
            named("profile", "profile, may wait"),
            Onboarding::CheckProfile { first: legacy, not_now },
        ));
        let mailbox = Onboarding::ProveMailbox { first: legacy, not_now, misses: 2 };
        states.push((named("mailbox", "mailbox, may wait"), mailbox));
        let choose = Onboarding::ChooseUserId { assurance, not_now };
        states.push((named("user ID", "user ID, may wait"), choose));
    }
    states.push(("over", Onboarding::Over(Login::SignedIn { assurance })));
    states
}

fn events() -> Vec<(String, OnboardingEvent)> {
    use OnboardingEvent as E;
    let mut events = vec![];
    for (stage, standing, method) in [
        (Stage::BeforePhase1, Standing::Legacy, FirstMethod::Legacy),
        (Stage::BeforePhase1, Standing::Legacy, FirstMethod::Invitation),
        (Stage::Phase1, Standing::Legacy, FirstMethod::Legacy),
        (Stage::Phase1, Standing::Invited, FirstMethod::Invitation),
        (Stage::Phase1, Standing::IdMade, FirstMethod::Legacy),
        (Stage::Phase2, Standing::Legacy, FirstMethod::Legacy),
        (Stage::Phase2, Standing::Enrolled, FirstMethod::Invitation),
        (Stage::CutOffPassed, Standing::Legacy, FirstMethod::Legacy),
        (Stage::CutOffPassed, Standing::Legacy, FirstMethod::Invitation),
        (Stage::Phase1, Standing::Legacy, FirstMethod::Password),
    ] {
        let row = admission(stage, standing, NotNow::Offered);
        let event = E::FirstProven(first(USER, method), row);
        events.push((format!("{method:?}, {stage}, {standing:?}"), event));
    }
    events.push(("profile confirmed".into(), E::ProfileConfirmed));
    events.push(("this is wrong".into(), E::WrongDetailsReported));
    events.push(("right code".into(), E::MailboxProven(otp(USER))));
    events.push(("right code of another user".into(), E::MailboxProven(otp(STRANGER))));
    events.push(("wrong code".into(), E::MailboxFailed));
    events.push(("ID made".into(), E::UserIdMade(first(USER, FirstMethod::Password))));
    events.push(("ID made by another user".into(), E::UserIdMade(first(STRANGER, FirstMethod::Password))));
    events.push(("ID made without a password".into(), E::UserIdMade(first(USER, FirstMethod::Legacy))));
    events.push(("not now".into(), E::PutOff));
    events.push(("expired".into(), E::Refuse(Refusal::Expired)));
    events
}

fn name(state: &Onboarding) -> String {
    match state {
        Onboarding::Identify => "identify".into(),
        Onboarding::CheckProfile { not_now, .. } => format!("profile ({not_now:?})"),
        Onboarding::ProveMailbox { not_now, misses, .. } => format!("mailbox ({not_now:?}, {misses} misses)"),
        Onboarding::ChooseUserId { not_now, .. } => format!("user ID ({not_now:?})"),
        Onboarding::Over(Login::SignedIn { assurance }) => format!("signed in {:?}", assurance.amr()),
        Onboarding::Over(Login::Enrol { assurance, enrolment }) => {
            format!("enrol ({enrolment:?}) {:?}", assurance.amr())
        }
        Onboarding::Over(login) => format!("{login:?}"),
    }
}

#[test]
fn every_state_with_every_event() {
    let mut table = String::new();
    for (from, state) in states() {
        for (event_name, event) in events() {
            let outcome = match state.step(event) {
                Ok((next, effects)) => {
                    let effects: Vec<_> = effects
                        .iter()
                        .map(|effect| match effect {
                            Effect::Login(_) => "StartSession".to_owned(),
                            other => format!("{other:?}"),
                        })
                        .collect();
                    format!("{} {effects:?}", name(&next))
                }
                Err(NotAllowed) => "not allowed".into(),
            };
            writeln!(table, "{from:<18} {event_name:<40} {outcome}").unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

proptest! {
    /// The legacy password alone, the mailbox alone or steps in another order never replace the credentials.
    #[test]
    fn nothing_is_created_before_both_proofs(order in prop::collection::vec(0_usize..32, 0..60)) {
        let all = events();
        let mut state = Onboarding::Identify;
        let (mut opened, mut mailbox, mut created) = (false, false, 0);
        for index in order {
            let event = all[index % all.len()].1;
            let Ok((next, effects)) = state.step(event) else { continue };
            opened |= matches!(event, OnboardingEvent::FirstProven(..));
            mailbox |= matches!(event, OnboardingEvent::MailboxProven(_));
            if effects.contains(&Effect::ReplaceCredentials) {
                created += 1;
                prop_assert!(opened && mailbox);
            }
            prop_assert!(created <= 1);
            if let Onboarding::Over(Login::Enrol { assurance, .. }) = next {
                prop_assert_eq!(assurance.first().method(), FirstMethod::Password);
                prop_assert!(assurance.second().is_some());
            }
            state = next;
        }
    }
}
