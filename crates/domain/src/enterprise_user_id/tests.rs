use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

use super::*;

fn id(typed: &str) -> EnterpriseUserId {
    EnterpriseUserId::parse(typed).unwrap_or_else(|problem| panic!("{typed}: {problem}"))
}

fn problem(typed: &str) -> UserIdProblem {
    EnterpriseUserId::parse(typed).expect_err(typed)
}

#[test]
fn length_counts_at_both_ends() {
    assert_eq!(problem(""), UserIdProblem::Empty);
    assert_eq!(problem("   "), UserIdProblem::Empty);
    assert_eq!(problem("abcde"), UserIdProblem::TooShort { characters: 5 });
    assert_eq!(id("abcdef").canonical(), "abcdef");
    assert_eq!(id(&"a".repeat(40)).canonical().len(), 40);
    assert_eq!(problem(&"a".repeat(41)), UserIdProblem::TooLong);
    assert_eq!(problem(&"a".repeat(1_000_000)), UserIdProblem::TooLong);
    assert_eq!(
        problem("e\u{301}a\u{301}i\u{301}"),
        UserIdProblem::TooShort { characters: 3 },
        "three letters with accents"
    );
    assert_eq!(id("山田太郎さん").canonical(), "山田太郎さん", "characters, not bytes");
}

#[test]
fn only_letters_digits_dots_and_dashes_in_their_places() {
    for (typed, character) in [
        ("amara okafor", ' '),
        ("amara_okafor", '_'),
        ("amara@okafor.example", '@'),
        ("amara\u{200b}okafor", '\u{200b}'),
        ("amara\u{202e}okafor", '\u{202e}'),
        ("amara\0okafor", '\0'),
        ("amara\nokafor", '\n'),
        ("amara<okafor", '<'),
        ("amara😀okafor", '😀'),
        ("amara’okafor", '’'),
        ("amara–okafor", '–'),
        ("amara½okafor", '½'),
    ] {
        assert_eq!(problem(typed), UserIdProblem::Character { character }, "{typed:?}");
    }
    assert_eq!(problem(".okafor"), UserIdProblem::Edge { character: '.' });
    assert_eq!(problem("okafor-"), UserIdProblem::Edge { character: '-' });
    assert_eq!(problem("amara..okafor"), UserIdProblem::Doubled);
    assert_eq!(problem("amara.-okafor"), UserIdProblem::Doubled);
    assert_eq!(problem("1632-960142"), UserIdProblem::NoLetter);
    assert_eq!(problem("Help-Desk"), UserIdProblem::Reserved { word: "desk" });
    assert_eq!(id("amara-okafor.2").canonical(), "amara-okafor.2");
}

#[test]
fn case_width_and_composition_make_no_difference() {
    let name = id("  José.Müller ");
    for typed in
        ["josé.müller", "JOSÉ.MÜLLER", "jose\u{301}.mu\u{308}ller", "ｊｏｓé.ｍüｌｌｅｒ", " José．Müller"]
    {
        assert_eq!(canonical_login(typed), name.canonical(), "{typed}");
    }
    assert_eq!(id("ΝΊΚΟΣ.ΠΑΠΠΆΣ").canonical(), id("νίκος.παππάς").canonical(), "final sigma");
    assert_eq!(name.display(), "José.Müller");
}

#[test]
fn look_alikes_are_refused_or_are_one() {
    for (one, other) in [
        ("paypal.team", "раураl.team"), // Cyrillic
        ("paypal", "раураӏ"),           // all Cyrillic
        ("scopes", "ѕсореѕ"),
        ("amara.okafor", "amara.0kafor"),
        ("amara.okafor", "amara.okaf0r"),
        ("amara.okafor", "amara.οkafor"), // Greek omicron
        ("william", "wi11iam"),
        ("martin", "rnartin"),
        ("amara.okafor", "αmara.okafor"),
        ("laura.smith", "1aura.smith"),
        ("okafor", "οkаfоr"),
        ("yamada.taro", "yаmada.taro"),
        ("ロロロロロロ", "口口口口口口"), // katakana ro, the ideograph for mouth
    ] {
        let first = id(one);
        if let Ok(second) = EnterpriseUserId::parse(other) {
            assert_eq!(first.skeleton(), second.skeleton(), "{one} and {other}");
        }
        assert_eq!(first.skeleton(), skeleton_of(other), "{one} and {other}");
    }
    assert_ne!(id("amara.okafor").skeleton(), id("amara-okafor").skeleton());
    assert_ne!(id("amara.okafor").skeleton(), id("amara.okafot").skeleton());
}

#[test]
fn scripts_are_not_mixed_except_where_people_do() {
    for typed in ["аmara.okafor", "amaraокафор", "amaraομεγα", "hello١٢٣", "محمد१२३", "abcअमित"]
    {
        assert!(
            matches!(problem(typed), UserIdProblem::MixedScripts | UserIdProblem::Direction),
            "{typed}: {:?}",
            problem(typed)
        );
    }
    for typed in [
        "山田太郎さん",
        "taro山田さん",
        "김철수.seoul",
        "дмитрий.соколов",
        "νίκος.παππάς",
        "अमितशर्मा",
        "محمدالعربي",
        "ישראלישראלי",
    ] {
        assert!(!id(typed).canonical().is_empty());
    }
}

#[test]
fn capitals_that_mislead_are_shown_small() {
    assert_eq!(id("Amara.Okafor").display(), "Amara.Okafor");
    assert_eq!(id("pauI.smith").display(), "paui.smith", "a capital i looks like the l of another user");
    assert_eq!(id("PAULINE").display(), "pauline");
}

#[test]
fn legacy_logins_hold_any_characters_but_controls() {
    let login = LegacyLogin::parse(" AC\\Ökafor #7 <x>@corp ").unwrap();
    assert_eq!(login.as_str(), "AC\\Ökafor #7 <x>@corp");
    assert_eq!(login.canonical(), canonical_login("ac\\ökafor #7 <X>@CORP"));
    assert_eq!(LegacyLogin::parse(" "), Err(LegacyLoginProblem::Empty));
    assert_eq!(LegacyLogin::parse("a\r\nb"), Err(LegacyLoginProblem::ControlCharacter));
    assert!(LegacyLogin::parse(&"ä".repeat(256)).is_ok());
    assert_eq!(LegacyLogin::parse(&"ä".repeat(257)), Err(LegacyLoginProblem::TooLong));
    assert_eq!(LegacyLogin::parse("amara.0kafor").unwrap().skeleton(), id("amara.okafor").skeleton());
}

/// Strings like those that are typed, pasted and sent by attackers.
fn anything() -> impl Strategy<Value = String> {
    let hard =
        "[a-zA-Z0-9.\\-İıſßẞΣςσΩKÅǅﬁ①Ａａ０ｶﾞé\u{301}\u{323}\u{345}ؤاب١۱अमि\u{200d}\u{200c}\u{202e}😀 ]{0,24}";
    prop_oneof![hard, "\\PC{0,40}", any::<String>(), "[a-z0-9]{3,10}[.-][a-zé0-9]{3,10}"]
}

proptest! {
    #[test]
    fn canonical_login_is_bounded_and_idempotent(typed in anything()) {
        let once = canonical_login(&typed);
        prop_assert!(once.chars().count() <= 256);
        prop_assert_eq!(canonical_login(&once), once);
    }

    #[test]
    fn skeleton_is_idempotent_and_blind_to_case(typed in anything()) {
        let once = skeleton_of(&typed);
        prop_assert_eq!(skeleton_of(&once), once.clone());
        prop_assert_eq!(skeleton_of(&canonical_login(&typed)), once);
    }

    #[test]
    fn an_accepted_name_is_found_however_it_is_typed(typed in anything()) {
        if let Ok(name) = EnterpriseUserId::parse(&typed) {
            let ways = [
                typed.clone(),
                name.display().to_owned(),
                typed.nfd().collect(),
                typed.nfc().collect(),
                format!("  {typed}\t"),
                name.canonical().to_uppercase().chars().nfc().collect(),
            ];
            for way in ways.iter().filter(|way| !changes_by_capitals(name.canonical()) || **way == typed) {
                prop_assert_eq!(canonical_login(way), name.canonical(), "typed as {}", way);
            }
            prop_assert_eq!(EnterpriseUserId::parse(name.canonical()).map(|n| n.skeleton), Ok(name.skeleton));
        }
    }

    #[test]
    fn ascii_names_by_the_rules_are_accepted_and_others_are_not(typed in "[a-z0-9.-]{4,44}") {
        let length = (6..=40).contains(&typed.len());
        let edges = typed.starts_with(|c: char| c.is_ascii_alphanumeric()) && typed.ends_with(|c: char| c.is_ascii_alphanumeric());
        let doubled = ["..", "--", ".-", "-."].iter().any(|pair| typed.contains(pair));
        let letter = typed.contains(|c: char| c.is_ascii_alphabetic());
        let accepted = match EnterpriseUserId::parse(&typed) {
            Ok(name) => { prop_assert_eq!(name.canonical(), typed.as_str()); true }
            Err(UserIdProblem::Reserved { .. }) => return Ok(()),
            Err(_) => false,
        };
        prop_assert_eq!(accepted, length && edges && !doubled && letter);
    }
}

/// Letters without a capital of their own (ß, ŉ), whose capitals are other letters.
fn changes_by_capitals(name: &str) -> bool {
    name.to_uppercase().to_lowercase() != name
}
