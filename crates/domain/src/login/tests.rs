use std::fmt::Write as _;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    access::{NotNow, Standing, admission},
    id::{DeviceId, UserId},
    proof::{FirstMethod, SecondMethod},
    rollout::Stage,
    time::Timestamp,
};

const USER: UserId = UserId(Uuid::from_u128(1));
const STRANGER: UserId = UserId(Uuid::from_u128(2));

fn password(user: UserId) -> Proof<First> {
    Proof::danger_mint(user, FirstMethod::Password, Timestamp(1))
}
fn otp(user: UserId) -> Proof<Second> {
    Proof::danger_mint(user, SecondMethod::EmailOtp, Timestamp(2))
}
fn device(user: UserId) -> Proof<Second> {
    Proof::danger_mint(user, SecondMethod::TrustedDevice(DeviceId(Uuid::from_u128(3))), Timestamp(2))
}
fn two() -> Assurance {
    Assurance::two(password(USER), otp(USER)).unwrap()
}

fn states() -> Vec<(&'static str, Login)> {
    let enrol = |enrolment| Login::Enrol { assurance: two(), enrolment };
    vec![
        ("identify", Login::Identify),
        ("challenge", Login::Challenge { first: password(USER), then: Then::Application, misses: 0 }),
        (
            "challenge, enrolment due",
            Login::Challenge { first: password(USER), then: Then::Enrolment(NotNow::Refused), misses: 4 },
        ),
        ("enrol: profile, may wait", enrol(Enrolment::CheckProfile(NotNow::Offered))),
        ("enrol: profile", enrol(Enrolment::CheckProfile(NotNow::Refused))),
        ("enrol: code, may wait", enrol(Enrolment::MakeSecurityCode(NotNow::Offered))),
        ("enrol: code", enrol(Enrolment::MakeSecurityCode(NotNow::Refused))),
        ("signed in", Login::SignedIn { assurance: two() }),
        ("refused", Login::Refused(Refusal::Ended)),
    ]
}

fn events() -> Vec<(String, LoginEvent)> {
    let mut events = vec![];
    for (stage, standing) in [
        (Stage::Phase1, Standing::Legacy),
        (Stage::Phase1, Standing::IdMade),
        (Stage::Phase1, Standing::Enrolled),
        (Stage::Phase2, Standing::IdMade),
        (Stage::Phase2, Standing::Enrolled),
        (Stage::DeadlinePassed, Standing::IdMade),
        (Stage::CutOffPassed, Standing::Invited),
    ] {
        let row = admission(stage, standing, NotNow::Offered);
        events
            .push((format!("password, {stage}, {standing:?}"), LoginEvent::FirstProven(password(USER), row)));
    }
    events.push(("right code".into(), LoginEvent::SecondProven(otp(USER))));
    events.push(("trusted device".into(), LoginEvent::SecondProven(device(USER))));
    events.push(("right code of another user".into(), LoginEvent::SecondProven(otp(STRANGER))));
    events.push(("wrong code".into(), LoginEvent::SecondFailed));
    events.extend(EnrolmentEvent::ALL.map(|event| (format!("{event:?}"), LoginEvent::Enrolment(event))));
    events.push(("ended".into(), LoginEvent::Refuse(Refusal::Ended)));
    events
}

fn name(state: &Login) -> String {
    match state {
        Login::Identify => "identify".into(),
        Login::Challenge { then, misses, .. } => format!("challenge (then {then:?}, {misses} misses)"),
        Login::Enrol { enrolment, .. } => format!("enrol ({enrolment:?})"),
        Login::SignedIn { assurance } => format!("signed in {:?}", assurance.amr()),
        Login::Refused(refusal) => format!("refused ({refusal:?})"),
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
                            Effect::AskSecond => "AskSecond".to_owned(),
                            Effect::StartSession(_) => "StartSession".to_owned(),
                            Effect::Enrolment(effect) => format!("{effect:?}"),
                        })
                        .collect();
                    format!("{} {effects:?}", name(&next))
                }
                Err(NotAllowed) => "not allowed".into(),
            };
            writeln!(table, "{from:<26} {event_name:<42} {outcome}").unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

proptest! {
    /// Whatever comes in whatever order, a session rests on the proofs that its row of the table demands.
    #[test]
    fn nobody_is_signed_in_without_the_proofs(order in prop::collection::vec(0_usize..16, 0..40)) {
        let all = events();
        let mut state = Login::Identify;
        let mut admitted = None;
        let mut seconds = 0;
        for index in order {
            let event = all[index % all.len()].1;
            let Ok((next, effects)) = state.step(event) else { continue };
            if let LoginEvent::FirstProven(_, admission) = event { admitted = Some(admission); }
            if matches!(event, LoginEvent::SecondProven(_)) { seconds += 1; }
            let started = effects.iter().any(|effect| matches!(effect, Effect::StartSession(_)));
            prop_assert_eq!(started, matches!(next, Login::SignedIn { .. }) && state != next);
            if let Login::SignedIn { assurance } = next {
                let row = admitted.expect("signed in without a first proof");
                prop_assert_eq!(row.key, Key::Password);
                prop_assert_eq!(assurance.user(), USER);
                prop_assert_eq!(assurance.second().is_some(), row.second == SecondStep::OtpOrTrustedDevice);
                prop_assert!(assurance.second().is_none() || seconds == 1);
            }
            state = next;
        }
    }

    /// Where enrolment may not wait, a session means that it is complete.
    #[test]
    fn a_due_enrolment_is_never_skipped(order in prop::collection::vec(0_usize..16, 0..40)) {
        let all = events();
        let row = admission(Stage::DeadlinePassed, Standing::IdMade, NotNow::Offered);
        let (mut state, _) = Login::Identify.step(LoginEvent::FirstProven(password(USER), row)).unwrap();
        let mut made = false;
        for index in order {
            let event = all[index % all.len()].1;
            let Ok((next, _)) = state.step(event) else { continue };
            made |= event == LoginEvent::Enrolment(EnrolmentEvent::SecurityCodeMade);
            let signed_in = matches!(next, Login::SignedIn { .. });
            prop_assert!(!signed_in || made);
            state = next;
        }
    }
}
