//! What an import refuses, with both sides of each limit.

use legacy::{HashProblem, ImportedHash, MAX_LENGTH};

fn problem(text: &str) -> String {
    ImportedHash::parse(text).map_or_else(|problem| problem.to_string(), |_| "accepted".to_owned())
}

const BCRYPT_TAIL: &str = "epGHwHmEGHHrFNoI7XyhyeyL0B7Zh8gTQgBexRwmO8PJw15k0YzwW";
const ARGON2_TAIL: &str = "MDEyMzQ1Njc4OWFiY2RlZg$5FjsaLi/amR5CVBqnu/Z8UNj/cfryXty7WjLzU8JNIc";

#[test]
fn formats_that_cannot_be_verified_are_named() {
    // The first seven were printed by passlib 1.7.4 from PyPI, the others are in the form their programs document.
    let named = [
        ("$1$UcSuPeGI$KRVp/CYAIO83foFI68Q6w/", "MD5-crypt ($1$)"),
        ("$6$rounds=1000$Serg4rXR2neoecKj$EO2CjUrg3bimX4O3Z07nslNLGzqj", "SHA-512-crypt ($6$)"),
        ("$P$5zN0Axldy6GHjhxaW0ssScklo/9.5J0", "phpass ($P$)"),
        ("pbkdf2_sha256$1$tfITD8GVUUfA$eMBCcYPww1777L8vGRuu3PTFzFBm0fn488gbHoNeBAk=", "PBKDF2 (Django)"),
        ("{SSHA}r8+KeqQB2YUuzRoYDxhUlI5dIHrfW0vp", "salted SHA ({SSHA})"),
        ("$apr1$5Bhd/ZQK$LduTRN8Buf9RORl/I2/Jh1", "Apache MD5-crypt ($apr1$)"),
        ("$scrypt$ln=4,r=8,p=1$4FxLyXkvJeR8712LUcqZsw$Rb9ht33jyRc4RSNLQ0kz7M", "scrypt ($scrypt$)"),
        ("$y$j9T$abc$def", "yescrypt ($y$)"),
        ("$2x$05$abc", "bcrypt of a faulty crypt_blowfish ($2x$)"),
        ("{ssha512}abc", "salted SHA ({SSHA})"),
        ("{CRYPT}$6$abc$def", "SHA-512-crypt ($6$)"),
        ("5f4dcc3b5aa765d61d8327deb882cf99", "unsalted MD5 or NT hash (32 hexadecimal digits)"),
        ("5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8", "unsalted SHA-1 (40 hexadecimal digits)"),
    ];
    for (text, format) in named {
        assert_eq!(ImportedHash::parse(text).unwrap_err(), HashProblem::Unsupported { format }, "{text}");
    }
    for text in ["hunter2", "$", "$$$", "$2b", "$argo", "5baa61e4", "\u{1F511}", "$9$salt$hash"] {
        assert_eq!(ImportedHash::parse(text).unwrap_err(), HashProblem::Unknown, "{text}");
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
