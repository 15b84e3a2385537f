//! What an import refuses, with both sides of each limit.

use legacy::{HashProblem, ImportedHash, MAX_LENGTH};

fn problem(text: &str) -> String {
    ImportedHash::parse(text).map_or_else(|problem| problem.to_string(), |_| "accepted".to_owned())
}

const BCRYPT_TAIL: &str = "epGHwHmEGHHrFNoI7XyhyeyL0B7Zh8gTQgBexRwmO8PJw15k0YzwW";
const ARGON2_TAIL: &str = "MDEyMzQ1Njc4OWFiY2RlZg$5FjsaLi/amR5CVBqnu/Z8UNj/cfryXty7WjLzU8JNIc";

#[test]
fn formats_that_are_not_taken_over_are_named() {
    let named = [
        ("$2$05$abc", "the original bcrypt ($2$)"),
        ("$2x$05$abc", "bcrypt of a faulty crypt_blowfish ($2x$)"),
        ("$3$$8846f7eaee8fb117ad06bdd830b7586c", "NT hash ($3$)"),
        ("{nt}8846f7eaee8fb117ad06bdd830b7586c", "NT hash ({NT})"),
        (
            "aad3b435b51404eeaad3b435b51404ee:8846f7eaee8fb117ad06bdd830b7586c",
            "LM and NT hash (32 digits, a colon, 32 digits)",
        ),
        ("{LANMAN}aad3b435b51404ee", "LM hash ({LANMAN})"),
        ("$gy$j9T$abc$def", "gost-yescrypt ($gy$)"),
        ("$sha1$40000$abc$def", "SHA-1-crypt of NetBSD ($sha1$)"),
        ("$md5,rounds=904$abc$$def", "MD5-crypt of Solaris ($md5)"),
        ("plain$$hunter2", "plain text (plain$)"),
        ("{CLEARTEXT}hunter2", "plain text ({CLEARTEXT})"),
        ("abJnggxhB/yWI", "DES crypt (13 characters)"),
        ("{CRYPT}abJnggxhB/yWI", "DES crypt (13 characters)"),
        ("_J9..rasmBYk8r9AiWNc", "extended DES crypt (_)"),
        ("*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19", "MySQL (*…)"),
        ("md5a3556571e93b0d20722ba62be61e8c2d", "MD5 of PostgreSQL (md5…)"),
        ("SCRAM-SHA-256$4096:abc$def:ghi", "SCRAM (SCRAM-SHA-…)"),
        ("{SASL}name@realm", "a directory scheme ({…})"),
    ];
    for (text, format) in named {
        assert_eq!(ImportedHash::parse(text).unwrap_err(), HashProblem::Unsupported { format }, "{text}");
    }
    for text in ["hunter2", "$", "$$$", "$2b", "$argo", "5baa61e4", "\u{1F511}", "$9$salt$hash"] {
        assert_eq!(ImportedHash::parse(text).unwrap_err(), HashProblem::Unknown, "{text}");
    }
    for text in ["!", "!!", "*", "x", "!$6$salt$hash", "*LK*", "!bjq3vKaTB"] {
        assert_eq!(ImportedHash::parse(text).unwrap_err(), HashProblem::Locked, "{text}");
    }
}

#[test]
fn a_bare_digest_asks_for_a_template() {
    for (digits, format) in [
        (32, "MD5 or NT hash (32 hexadecimal digits)"),
        (40, "SHA-1 (40 hexadecimal digits)"),
        (56, "SHA-224 (56 hexadecimal digits)"),
        (64, "SHA-256 (64 hexadecimal digits)"),
        (96, "SHA-384 (96 hexadecimal digits)"),
        (128, "SHA-512 (128 hexadecimal digits)"),
    ] {
        let problem = ImportedHash::parse(&"5fF0".repeat(digits / 4)).unwrap_err();
        assert_eq!(problem, HashProblem::BareDigest { format });
        assert!(problem.to_string().contains("state how it was made in a digest template"), "{problem}");
    }
}

#[test]
fn nothing_and_too_much_are_refused_before_anything_else() {
    assert_eq!(ImportedHash::parse("").unwrap_err(), HashProblem::Empty);
    assert_eq!(ImportedHash::parse(" \t\n").unwrap_err(), HashProblem::Empty);
    assert_eq!(ImportedHash::parse(&"x".repeat(MAX_LENGTH)).unwrap_err(), HashProblem::Unknown);
    assert_eq!(
        ImportedHash::parse(&"x".repeat(MAX_LENGTH + 1)).unwrap_err(),
        HashProblem::TooLong { length: 1025 }
    );
}

#[test]
fn bcrypt_has_60_characters_a_bearable_cost_and_its_own_alphabet() {
    for cost in ["04", "15"] {
        assert!(ImportedHash::parse(&format!("$2b${cost}${BCRYPT_TAIL}")).is_ok());
    }
    for (cost, value) in [("03", 3), ("16", 16), ("31", 31), ("99", 99)] {
        let hash = format!("$2b${cost}${BCRYPT_TAIL}");
        assert_eq!(problem(&hash), format!("the bcrypt hash has cost {value}; it must be from 4 to 15"));
    }
    let whole = format!("$2b$04${BCRYPT_TAIL}");
    for hash in [&whole[..59], &format!("{whole}A"), "$2b$04$", "$2b$"] {
        assert_eq!(problem(hash), "the bcrypt hash is malformed: it must have 60 characters");
    }
    let with_plus_sign = whole.replace("$04$", "$+4$");
    assert_eq!(problem(&with_plus_sign), "the bcrypt hash is malformed: its cost is not two digits");
    for (from, to) in [("hyey", "h!ey"), ("zwW", "é"), ("hyeyL", "hyfyL")] {
        let hash = whole.replace(from, to);
        let hash = format!("{hash}{}", "A".repeat(60 - hash.len()));
        assert!(problem(&hash).starts_with("the bcrypt hash is malformed: its salt or hash"), "{hash}");
    }
}

#[test]
fn argon2_parameters_are_bounded() {
    let with = |params: &str| format!("$argon2id$v=19${params}${ARGON2_TAIL}");
    for params in ["m=8,t=1,p=1", "m=1048576,t=2,p=1", "m=2048,t=1024,p=1", "m=512,t=1,p=64"] {
        assert!(ImportedHash::parse(&with(params)).is_ok(), "{params}");
    }
    let refused = [
        ("m=7,t=1,p=1", "memory (KiB) 7; it must be from 8 to 1048576"),
        ("m=1048577,t=1,p=1", "memory (KiB) 1048577; it must be from 8 to 1048576"),
        ("m=4294967295,t=1,p=1", "memory (KiB) 4294967295; it must be from 8 to 1048576"),
        ("m=64,t=0,p=1", "passes 0; it must be from 1 to 1024"),
        ("m=64,t=1025,p=1", "passes 1025; it must be from 1 to 1024"),
        ("m=64,t=1,p=0", "lanes 0; it must be from 1 to 64"),
        ("m=1024,t=1,p=65", "lanes 65; it must be from 1 to 64"),
        ("m=1048576,t=3,p=1", "memory times passes (KiB) 3145728; it must be from 8 to 2097152"),
    ];
    for (params, sentence) in refused {
        assert_eq!(problem(&with(params)), format!("the Argon2 hash has {sentence}"), "{params}");
    }
    assert_eq!(
        problem(&with("m=64,t=1,p=16")),
        "the Argon2 hash is malformed: it needs at least 8 KiB of memory for each lane"
    );
}

#[test]
fn malformed_argon2_strings_are_refused() {
    let whole = format!("$argon2id$v=19$m=128,t=2,p=1${ARGON2_TAIL}");
    assert!(ImportedHash::parse(&whole).is_ok());
    for hash in [
        "$argon2id$",
        "$argon2id$v=19$m=128,t=2,p=1",
        "$argon2id$v=19$m=128,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg",
        "$argon2id$v=19$m=128,t=2,p=1$$5FjsaLi/amR5CVBqnu/Z8UNj/cfryXty7WjLzU8JNIc",
        "$argon2id$v=19$m=128,t=2,p=1$c2hvcnQ$5FjsaLi/amR5CVBqnu/Z8UNj/cfryXty7WjLzU8JNIc",
        "$argon2id$v=19$m=128,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$c2hvcnQ",
        &whole.replace("v=19", "v=18"),
        &whole.replace("argon2id", "argon2x"),
        &whole.replace("t=2,", ""),
        &whole.replace("t=2", "t=two"),
        &whole.replace("t=2", "t=-2"),
        &whole.replace("t=2", "t=2,t=3"),
        &whole.replace("t=2", "t=99999999999999999999"),
        &whole.replace("p=1", "p=1,data=AAAA"),
        &whole.replace("5Fjs", "5F s"),
        &format!("{whole}$more"),
    ] {
        assert!(problem(hash).starts_with("the Argon2 hash is malformed: "), "{hash}: {}", problem(hash));
    }
}

#[test]
fn neither_debug_nor_a_problem_shows_the_hash() {
    let hash = ImportedHash::parse(&format!("$2b$04${BCRYPT_TAIL}")).unwrap();
    assert_eq!(format!("{hash:?}"), "ImportedHash(bcrypt)");
    assert!(!problem(&format!("$2b$99${BCRYPT_TAIL}")).contains("epGH"));
}
