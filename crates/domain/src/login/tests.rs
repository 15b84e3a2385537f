use std::fmt::Write as _;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    access::{NotNow, Standing, admission},
    factor::{Channel, DeviceTrust, Owned},
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

fn app(trust: DeviceTrust) -> Offer {
    let owned = Owned { authenticator_app: true, passkey: true, recovery_code: true };
    Offer::of(Channel::AuthenticatorApp, owned, trust)
}
fn challenge(then: Then, offer: Offer, misses: u32) -> Login {
    Login::Challenge { first: password(USER), then, offer, misses }
}
fn second(method: SecondMethod) -> LoginEvent {
    LoginEvent::SecondProven(Proof::danger_mint(USER, method, Timestamp(2)))
}

fn states() -> Vec<(&'static str, Login)> {
    let enrol = |enrolment| Login::Enrol { assurance: two(), enrolment };
    vec![
        ("identify", Login::Identify),
        ("challenge", challenge(Then::Application, Offer::email(), 0)),
        ("challenge, enrolment due", challenge(Then::Enrolment(NotNow::Refused), Offer::email(), 4)),
        ("challenge by app", challenge(Then::Application, app(DeviceTrust::Counts), 0)),
        ("challenge by hand", challenge(Then::Application, app(DeviceTrust::DoesNotCount), 0)),
        ("enrol: profile, may wait", enrol(Enrolment::CheckProfile(NotNow::Offered))),
        ("enrol: profile", enrol(Enrolment::CheckProfile(NotNow::Refused))),
        ("enrol: code, may wait", enrol(Enrolment::MakeSecurityCode(NotNow::Offered))),
        ("enrol: code", enrol(Enrolment::MakeSecurityCode(NotNow::Refused))),
        (
            "enrol: one factor",
            Login::Enrol {
                assurance: Assurance::one(password(USER)),
                enrolment: Enrolment::MakeSecurityCode(NotNow::Offered),
            },
        ),
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
        events.push((
            format!("password, {stage}, {standing:?}"),
            LoginEvent::FirstProven(password(USER), row, Offer::email()),
        ));
    }
    let row = admission(Stage::Phase2, Standing::Enrolled, NotNow::Offered);
    let passkey = Proof::danger_mint(USER, FirstMethod::Passkey, Timestamp(1));
    events.push(("passkey, phase 2, Enrolled".into(), LoginEvent::FirstProven(passkey, row, Offer::email())));
    events.push(("right code".into(), LoginEvent::SecondProven(otp(USER))));
    events.push(("trusted device".into(), LoginEvent::SecondProven(device(USER))));
    events.push(("right code of another user".into(), LoginEvent::SecondProven(otp(STRANGER))));
    events.push(("code of the app".into(), second(SecondMethod::AuthenticatorApp)));
    events.push(("passkey as second".into(), second(SecondMethod::Passkey)));
    events.push(("recovery code".into(), second(SecondMethod::RecoveryCode)));
    events.push(("wrong code".into(), LoginEvent::SecondFailed));
    events.extend(EnrolmentEvent::ALL.map(|event| (format!("{event:?}"), LoginEvent::Enrolment(event))));
    events.push(("second demanded".into(), LoginEvent::SecondDemanded(Offer::email())));
    events.push(("ended".into(), LoginEvent::Refuse(Refusal::Ended)));
    events
}

fn name(state: &Login) -> String {
    match state {
        Login::Identify => "identify".into(),
        Login::Challenge { then, offer, misses, .. } => {
            format!("challenge (then {then:?}, {}, {misses} misses)", offer.words())
        }
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
    fn nobody_is_signed_in_without_the_proofs(order in prop::collection::vec(0_usize..25, 0..40)) {
        let all = events();
        let mut state = Login::Identify;
        let mut admitted = None;
        let mut seconds = 0;
        let mut demanded = false;
        for index in order {
            let event = all[index % all.len()].1;
            let Ok((next, effects)) = state.step(event) else { continue };
            if let LoginEvent::FirstProven(first, admission, _) = event { admitted = Some((first, admission)); }
            if matches!(event, LoginEvent::SecondProven(_)) { seconds += 1; }
            if matches!(event, LoginEvent::SecondDemanded(_)) { demanded = true; }
            let started = effects.iter().any(|effect| matches!(effect, Effect::StartSession(_)));
            prop_assert_eq!(started, matches!(next, Login::SignedIn { .. }) && state != next);
            if let Login::SignedIn { assurance } = next {
                let (first, row) = admitted.expect("signed in without a first proof");
                prop_assert_eq!(row.key, Key::Password);
                prop_assert_eq!(assurance.user(), USER);
                let asked = (demanded || row.second == SecondStep::OtpOrTrustedDevice)
                    && first.method() == FirstMethod::Password;
                prop_assert_eq!(assurance.second().is_some(), asked);
                prop_assert!(assurance.second().is_none() || seconds == 1);
            }
            state = next;
        }
    }

    /// Where enrolment may not wait, a session means that it is complete.
    #[test]
    fn a_due_enrolment_is_never_skipped(order in prop::collection::vec(0_usize..25, 0..40)) {
        let all = events();
        let row = admission(Stage::DeadlinePassed, Standing::IdMade, NotNow::Offered);
        let (mut state, _) = Login::Identify.step(LoginEvent::FirstProven(password(USER), row, Offer::email())).unwrap();
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
