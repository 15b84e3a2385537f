use proptest::prelude::*;

use super::*;

fn amara() -> PersonalWords {
    PersonalWords::from_texts([
        "Amara Okafor",
        "amara.okafor@northgate-shipping.example",
        "Northgate Shipping",
        "a.okafor",
    ])
}

fn check(typed: &str) -> Result<Strength, PasswordProblem> {
    check_new_password(typed, &PasswordPolicy::default(), &amara())
}

/// A strong text of exactly this many characters.
fn strong(characters: usize) -> String {
    "vT9#qz Lm4&wK ".chars().cycle().take(characters).collect::<String>().replace(' ', "ß")
}

#[test]
fn length_counts_code_points_at_both_ends() {
    assert_eq!(check(""), Err(PasswordProblem::TooShort { characters: 0, min: 12 }));
    assert_eq!(check(&strong(11)), Err(PasswordProblem::TooShort { characters: 11, min: 12 }));
    assert!(check(&strong(12)).is_ok());
    assert!(check(&strong(256)).is_ok());
    assert_eq!(check(&strong(257)), Err(PasswordProblem::TooLong { max: 256 }));
    assert_eq!(check(&strong(1_000_000)), Err(PasswordProblem::TooLong { max: 256 }));
    let composed = "e\u{301}".repeat(6);
    assert_eq!(
        check(&composed),
        Err(PasswordProblem::TooShort { characters: 6, min: 12 }),
        "after composition"
    );
    assert!(check("鯨が夜の海で静かに歌う歌").is_ok(), "twelve characters of any script");
}

#[test]
fn every_reason_is_told() {
    for (typed, problem) in [
        ("vT9#qzLm4&wK\n", PasswordProblem::ControlCharacter),
        ("vT9#qzLm4&wK\0", PasswordProblem::ControlCharacter),
        ("qwertyuiop[]", PasswordProblem::Common(Likeness::Same)),
        ("Password2026!", PasswordProblem::Common(Likeness::Decorated)),
        ("thunderbird!", PasswordProblem::Common(Likeness::Decorated)),
        ("Okafor.Amara-1", PasswordProblem::Personal),
        ("rofako1979arama", PasswordProblem::Personal),
        ("northgate-shipping", PasswordProblem::Personal),
    ] {
        assert_eq!(check(typed), Err(problem), "{typed}");
    }
    insta::assert_snapshot!([
        "abcdefghijklmnop", "aaaaaaaaaaaaaaaaaaa", "xkjxkjxkjxkjxkj", "14.07.1983---", "zaqwsxcderfv", "notwithstanding",
    ].map(|typed| format!("{typed}: {:?}", check(typed))).join("\n"), @r#"
    abcdefghijklmnop: Err(Weak { strength: Strength { score: 0, crack_time: Seconds }, weakness: Some(Sequence) })
    aaaaaaaaaaaaaaaaaaa: Err(Weak { strength: Strength { score: 0, crack_time: Seconds }, weakness: Some(Repeats) })
    xkjxkjxkjxkjxkj: Err(Weak { strength: Strength { score: 1, crack_time: Seconds }, weakness: Some(Repeats) })
    14.07.1983---: Err(Weak { strength: Strength { score: 2, crack_time: Minutes }, weakness: Some(Date) })
    zaqwsxcderfv: Err(Common(Same))
    notwithstanding: Err(Weak { strength: Strength { score: 1, crack_time: Seconds }, weakness: None })
    "#);
}

#[test]
fn good_passwords_pass_and_are_rated() {
    insta::assert_snapshot!([
        "seven otters guard the lamp", "vT9#qzLm4&wK", "naïve glacier pudding 42", "mañana lluvia tejado", "😀 rain 😀 vault 😀 tide",
    ].map(|typed| format!("{typed}: {:?}", check(typed))).join("\n"), @r#"
    seven otters guard the lamp: Ok(Strength { score: 4, crack_time: Centuries })
    vT9#qzLm4&wK: Ok(Strength { score: 4, crack_time: Years })
    naïve glacier pudding 42: Ok(Strength { score: 4, crack_time: Centuries })
    mañana lluvia tejado: Ok(Strength { score: 4, crack_time: Centuries })
    😀 rain 😀 vault 😀 tide: Ok(Strength { score: 4, crack_time: Centuries })
    "#);
}

#[test]
fn policy_decides() {
    let strict = PasswordPolicy { min_length: 15, ..PasswordPolicy::default() };
    let typed = "vT9#qzLm4&wK";
    assert_eq!(
        check_new_password(typed, &strict, &amara()),
        Err(PasswordProblem::TooShort { characters: 12, min: 15 })
    );
    let lenient = PasswordPolicy { refuse_breached: false, min_strength: 2, ..PasswordPolicy::default() };
    let known = "thunderbird!";
    assert_eq!(check(known), Err(PasswordProblem::Common(Likeness::Decorated)));
    assert!(!matches!(check_new_password(known, &lenient, &amara()), Err(PasswordProblem::Common(_))));
}

#[test]
fn one_password_has_one_form() {
    let forms = ["jose\u{301} año\u{a0}nuevo", "josé año nuevo", "josé an\u{303}o\u{3000}nuevo"];
    assert!(forms.iter().all(|form| Password::typed(form).expose() == "josé año nuevo"));
    assert_ne!(Password::typed("Secret").expose(), Password::typed("secret").expose(), "capitals count");
    assert_ne!(Password::typed(" secret").expose(), Password::typed("secret").expose(), "spaces count");
    assert_eq!(Password::typed("").expose(), "");
}

#[test]
fn nothing_secret_is_printed() {
    let printed = format!("{:?} {:?} {:?}", Password::typed("vT9#qzLm4&wK"), amara(), check("vT9#qzLm4&wK"));
    assert!(!printed.contains("vT9") && !printed.to_lowercase().contains("okafor"), "{printed}");
}

#[test]
fn strength_of_a_long_text_is_that_of_its_beginning() {
    let long = strong(20_000);
    assert_eq!(estimate(&long, &amara()), estimate(&strong(strength::LOOKED_AT), &amara()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn normalising_twice_changes_nothing(typed in any::<String>()) {
        let once = Password::typed(&typed);
        let twice = Password::typed(once.expose());
        prop_assert_eq!(twice.expose(), once.expose());
    }

    #[test]
    fn an_accepted_password_keeps_every_promise(typed in "[ -~]{8,40}|\\PC{8,40}") {
        let policy = PasswordPolicy::default();
        if let Ok(strength) = check(&typed) {
            let length = Password::typed(&typed).characters();
            prop_assert!((12..=256).contains(&length));
            prop_assert!(strength.score >= policy.min_strength);
            prop_assert_eq!(likeness(&typed), None);
        }
    }
}
