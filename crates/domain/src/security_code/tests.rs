use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{SecurityCodeProblem as P, *};

fn check(typed: &str) -> Result<String, P> {
    let personal = PersonalDigits::default()
        .with(PersonalSource::Phone, "+44 (1632) 960-142")
        .with(PersonalSource::UserId, "amara.okafor-4821")
        .with(PersonalSource::LegacyLogin, "NG0739405X")
        .with(PersonalSource::Email, "a.okafor.6391@northgate.example");
    SecurityCode::parse(typed, &SecurityCodePolicy::default(), &personal).map(|code| code.expose().to_owned())
}

#[test]
fn length_counts_at_both_ends() {
    assert_eq!(check(""), Err(P::Empty));
    assert_eq!(check(" - "), Err(P::Empty));
    assert_eq!(check("84059"), Err(P::TooShort { digits: 5, min: 6 }));
    assert_eq!(check("840597").as_deref(), Ok("840597"));
    assert_eq!(check("840597264").as_deref(), Ok("840597264"));
    assert_eq!(check("8405972649"), Err(P::TooLong { max: 9 }));
    assert_eq!(check(&"8 ".repeat(5_000)), Err(P::NotDigits));
    let longer = SecurityCodePolicy { min_digits: 8, ..SecurityCodePolicy::default() };
    let parse = |typed| SecurityCode::parse(typed, &longer, &PersonalDigits::default()).map(|_| ());
    assert_eq!(parse("8405972"), Err(P::TooShort { digits: 7, min: 8 }));
    assert_eq!(parse("84059726"), Ok(()));
}

#[test]
fn spaces_dashes_and_other_digits_are_forgiven() {
    for typed in [
        "840 597",
        " 840-597\t",
        "8.4.0.5.9.7",
        "８４０５９７",
        "٨٤٠٥٩٧",
        "۸۴۰۵۹۷",
        "८४०५९७",
        "840\u{a0}597",
        "840–597",
    ] {
        assert_eq!(check(typed).as_deref(), Ok("840597"), "{typed}");
    }
    for typed in ["84o597", "840597a", "+840597", "840,597", "8405½7", "①②③④⑤⑥", "840\u{0}597"] {
        assert_eq!(check(typed), Err(P::NotDigits), "{typed}");
    }
}

#[test]
fn every_weakness_is_named() {
    for (problem, codes) in [
        (
            P::Run,
            &["123456", "987654", "135791", "135790", "890123", "012345678", "123457", "912345", "369258147"]
                [..],
        ),
        (
            P::Repeats,
            &[
                "777777",
                "121212",
                "123123",
                "112233",
                "111222",
                "100001",
                "1231231",
                "998877665",
                "333000333",
            ],
        ),
        (P::Mirrored, &["481184", "4815184", "93844839"]),
        (
            P::Keypad,
            &[
                "147258",
                "159753",
                "357159",
                "1472580",
                "147258369",
                "963852741",
                "123698",
                "147896",
                "12369874",
            ],
        ),
        (
            P::Date,
            &[
                "140783", "071483", "830714", "198307", "071983", "14071983", "07141983", "19830714",
                "1471983", "290224", "29022024",
            ],
        ),
        (P::Personal(PersonalSource::Phone), &["960142", "396014", "4163296", "716329"]),
        (P::Personal(PersonalSource::UserId), &["994821", "482175"]),
        (P::Personal(PersonalSource::LegacyLogin), &["739405", "807394"]),
        (P::Personal(PersonalSource::Email), &["639170"]),
        (P::Common, &["314159", "8675309", "159357", "696969", "123654"]),
    ] {
        for code in codes {
            let found = check(code);
            // Some codes have two weaknesses, and which one is told first does not matter; the named ones have one.
            if problem == P::Common {
                assert!(found.is_err(), "{code}: {found:?}");
            } else {
                assert_eq!(found, Err(problem), "{code}");
            }
        }
    }
    assert_eq!(check("8675309"), Err(P::Common));
}

#[test]
fn near_misses_are_accepted() {
    // No such day; no such month; a year too far away; 4 digits of the phone number; 3 of the user ID.
    for code in ["320199", "311399", "29021899", "299601", "774827", "30022024"] {
        assert_eq!(check(code).as_deref(), Ok(code));
    }
}

#[test]
fn less_than_a_tenth_of_all_six_digit_codes_is_refused() {
    let (policy, nobody) = (SecurityCodePolicy::default(), PersonalDigits::default());
    let mut refused = BTreeMap::new();
    // Every seventeenth one, a step that favours no pattern; of all of them 92,418 are refused.
    let codes = (0..1_000_000).step_by(17);
    let all = codes.len();
    for code in codes {
        if let Err(problem) = SecurityCode::parse(&format!("{code:06}"), &policy, &nobody) {
            *refused.entry(format!("{problem:?}")).or_insert(0) += 1;
        }
    }
    let sum: usize = refused.values().sum();
    insta::assert_snapshot!(format!("{refused:?} of {all}: {} per mille", sum * 1000 / all), @r#"{"Common": 21, "Date": 5004, "Keypad": 26, "Mirrored": 43, "Repeats": 246, "Run": 94} of 58824: 92 per mille"#);
    assert!(sum * 10 < all);
}

#[test]
fn a_stored_code_is_compared_without_new_rules() {
    assert_eq!(
        SecurityCode::typed("123-456").map(|code| code.expose().to_owned()).as_deref(),
        Some("123456")
    );
    assert!(SecurityCode::typed("12345").is_none() && SecurityCode::typed("1234567890").is_none());
    assert!(SecurityCode::typed("12345a").is_none());
}

#[test]
fn nothing_secret_is_printed() {
    let code = SecurityCode::typed("840597").unwrap();
    let digits = PersonalDigits::default().with(PersonalSource::Phone, "840597");
    assert_eq!(format!("{code:?} {digits:?}"), "SecurityCode(…) PersonalDigits(1)");
}

proptest! {
    #[test]
    fn any_text_gets_an_answer(typed in "\\PC{0,80}|[0-9 -]{0,20}") {
        if let Ok(code) = check(&typed) {
            prop_assert!((6..=9).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit()));
            prop_assert_eq!(SecurityCode::typed(&typed).map(|c| c.expose().to_owned()), Some(code));
        }
    }
}
