//! What a hostile row would cost is refused when it is read: both sides of every limit of every format, and how little
//! work the reading is.
#![expect(clippy::expect_used, reason = "a limit that does not hold fails the test")]

use std::time::{Duration, Instant};

use legacy::{HashProblem, ImportedHash, MAX_LENGTH};

fn read(text: &str) -> Result<u32, String> {
    ImportedHash::parse(text).map(|hash| hash.memory_kib()).map_err(|problem| problem.to_string())
}

/// The text is read, and refused once it holds the other value, with this sentence.
#[track_caller]
fn limit(text: impl Fn(&str) -> String, accepted: &[&str], refused: &[(&str, &str)]) {
    for value in accepted {
        assert!(read(&text(value)).is_ok(), "{}: {:?}", text(value), read(&text(value)));
    }
    for (value, sentence) in refused {
        let problem = read(&text(value)).expect_err(value);
        assert!(problem.contains(sentence), "{}: {problem}", text(value));
    }
}

const SALT: &str = "MDEyMzQ1Njc4OWFiY2RlZg";
const HASH: &str = "5FjsaLi/amR5CVBqnu/Z8UNj/cfryXty7WjLzU8JNIc";

#[test]
fn scrypt_is_bounded_in_memory_and_in_work() {
    let phc = |params: &str| format!("$scrypt${params}${SALT}${HASH}");
    limit(
        phc,
        &["ln=1,r=1,p=1", "ln=19,r=8,p=1", "ln=16,r=8,p=8", "ln=1,r=1,p=524288"],
        &[
            ("ln=0,r=8,p=1", "memory (KiB)"),
            ("ln=20,r=8,p=1", "memory (KiB) 1048576; it must be from 1 to 524288"),
            ("ln=19,r=9,p=1", "memory (KiB) 589824"),
            ("ln=22,r=8,p=1", "memory (KiB) 4194304"),
            ("ln=63,r=4294967295,p=1", "memory (KiB)"),
            ("ln=64,r=1,p=1", "memory (KiB)"),
            ("ln=4294967295,r=1,p=1", "memory (KiB)"),
            ("ln=4,r=0,p=1", "memory (KiB) 0"),
            ("ln=16,r=8,p=9", "memory times p (KiB) 589824; it must be from 1 to 524288"),
            ("ln=1,r=1,p=4294967295", "memory times p (KiB) 4294967295"),
            ("ln=4,r=8,p=0", "memory times p (KiB) 0"),
            ("ln=4,r=8,p=01", "it must read"),
            ("ln=4,r=8", "it must read"),
            ("ln=4,r=8,p=1,x=1", "it must read"),
            ("ln=4,r=8,p=-1", "it must read"),
        ],
    );
    assert_eq!(read(&phc("ln=14,r=8,p=1")), Ok(16 * 1024));

    let django = |n: &str| format!("scrypt${n}$salt$8$1${HASH}");
    limit(
        django,
        &["2", "524288"],
        &[
            ("1048576", "memory (KiB) 1048576"),
            ("1", "memory"),
            ("0", "power of two"),
            ("1000", "power of two"),
        ],
    );
    let werkzeug = |n: &str| format!("scrypt:{n}:8:1$salt${}", "ab".repeat(64));
    limit(
        werkzeug,
        &["2", "524288"],
        &[("1048576", "memory (KiB) 1048576"), ("2147483648", "memory"), ("4294967296", "power of two")],
    );
    let crypt = |params: &str| format!("$7${params}saltsalt${}", ".".repeat(43));
    limit(
        crypt,
        &["/6..../....", "H6..../...."],
        &[
            ("I6..../....", "memory (KiB) 1048576"),
            ("zzzzzzzzzzz", "memory"),
            (".6..../....", "memory"),
            ("é6...", "it must read"),
        ],
    );
    let hash = |bytes: &str| format!("scrypt:16:8:1$salt${}", "ab".repeat(bytes.parse().unwrap()));
    let cut_off = "its hash must have 32 or 64 bytes";
    limit(
        hash,
        &["32", "64"],
        &[("0", cut_off), ("31", cut_off), ("33", cut_off), ("63", cut_off), ("65", cut_off)],
    );
}

#[test]
fn yescrypt_is_bounded_in_memory_and_in_work() {
    let text = |params: &str| format!("$y${params}$saltsalt${}", ".".repeat(43));
    limit(
        text,
        // N = 2^10, 2^12 and 2^17 with r = 32.
        &["j7T", "j9T", "jET"],
        &[
            ("jFT", "memory (KiB) 1048576; it must be from 1 to 524288"),
            ("jzT", "parameters"),
            ("j9T/zz", "parameters"),
            ("j953/2", "parameters"),
            ("jC559", "parameters"),
            ("j95/0", "parameters"),
            ("k9T", "parameters"),
            ("", "parameters"),
            ("zzzzzzzzzzzzzzzzz", "parameters are too long"),
        ],
    );
    assert_eq!(read(&text("j9T")), Ok(16 * 1024));
    assert!(read(&format!("$y$j9T$saltsalt${}", ".".repeat(42))).unwrap_err().contains("43 characters"));
    assert!(read("$y$j9T$salt-$.").unwrap_err().contains("its salt must"));
}

#[test]
fn pbkdf2_is_bounded_in_work() {
    let passlib = |rounds: &str| format!("$pbkdf2-sha256${rounds}${SALT}${HASH}");
    limit(
        passlib,
        &["1", "2000000", "i=2000000,l=32", "i=1"],
        &[
            ("0", "iterations times blocks of output 0; it must be from 1 to 2000000"),
            ("2000001", "output 2000001"),
            ("2147483648", "output 2147483648"),
            ("4294967296", "not a number below 4294967296"),
            ("-1", "not a number"),
            ("01", "not a number"),
            ("i=1,l=31", "length that it says"),
        ],
    );
    // 32 bytes are two blocks of SHA-1.
    let sha1 = |rounds: &str| format!("$pbkdf2-sha1$i={rounds},l=32${SALT}${HASH}");
    limit(sha1, &["1000000"], &[("1000001", "output 2000002")]);
    let django = |rounds: &str| format!("pbkdf2_sha256${rounds}$salt${HASH}=");
    limit(django, &["2000000"], &[("2000001", "output 2000001")]);
    let werkzeug = |rounds: &str| format!("pbkdf2:sha512:{rounds}$salt${}", "ab".repeat(64));
    limit(werkzeug, &["2000000"], &[("2000001", "output 2000001")]);
    let directory = |rounds: &str| format!("{{PBKDF2-SHA256}}{rounds}${SALT}${HASH}");
    limit(directory, &["2000000"], &[("2000001", "output 2000001")]);
    let output = |bytes: &str| format!("pbkdf2:sha256:1$salt${}", "ab".repeat(bytes.parse().unwrap()));
    limit(output, &["32"], &[("0", "cut off"), ("31", "cut off"), ("33", "cut off")]);
    let stated = |bytes: &str| {
        let hash = "A".repeat((bytes.parse::<usize>().unwrap() * 8).div_ceil(6));
        format!("$pbkdf2-sha256$i=1,l={bytes}${SALT}${hash}")
    };
    limit(stated, &["16", "256"], &[("15", "bytes of hash 15"), ("257", "bytes of hash 257")]);
    let salt =
        |bytes: &str| format!("pbkdf2:sha256:1${}${}", "s".repeat(bytes.parse().unwrap()), "ab".repeat(32));
    limit(salt, &["0", "256"], &[("257", "bytes of salt 257")]);
    assert!(
        read(&format!("$pbkdf2-whirlpool$1${SALT}${HASH}")).unwrap_err().contains("hash function is none")
    );
}

#[test]
fn aspnet_identity_is_bounded_in_work_and_consistent() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let v3 = |prf: u32, rounds: u32, salt: u32, rest: usize| {
        let header = [prf, rounds, salt].map(u32::to_be_bytes).concat();
        STANDARD.encode([vec![1], header, vec![7; rest]].concat())
    };
    for good in [v3(1, 2_000_000, 16, 48), v3(2, 1, 16, 48), v3(0, 1_000_000, 16, 48)] {
        assert!(read(&good).is_ok(), "{good}");
    }
    for (bad, sentence) in [
        (v3(1, 2_000_001, 16, 48), "output 2000001"),
        (v3(1, u32::MAX, 16, 48), "output 4294967295"),
        (v3(0, 1_000_001, 16, 48), "output 2000002"),
        (v3(3, 1, 16, 48), "hash function is none of"),
        (v3(1, 0, 16, 48), "output 0"),
        (v3(1, 1, u32::MAX, 48), "shorter than its salt"),
        (v3(1, 1, 49, 48), "shorter than its salt"),
        (v3(1, 1, 48, 48), "bytes of hash 0"),
        (v3(1, 1, 16, 47), "a multiple of 16 bytes"),
        ("AQAAAA==".to_owned(), "cut off"),
    ] {
        let problem = read(&bad).unwrap_err();
        assert!(problem.contains(sentence), "{bad}: {problem}");
    }
}

#[test]
fn crypts_are_bounded_in_rounds() {
    let sha = |rounds: &str| format!("$6$rounds={rounds}$salt${}", "a".repeat(86));
    limit(
        sha,
        &["1000", "1000000"],
        &[
            ("999", "rounds 999; it must be from 1000 to 1000000"),
            ("1000001", "rounds 1000001"),
            ("2147483648", "rounds 2147483648"),
            ("4294967296", "not a number"),
            ("1e6", "not a number"),
        ],
    );
    let salt = |salt: &str| format!("$5${salt}${}", "a".repeat(43));
    limit(salt, &["", "0123456789abcdef"], &[("0123456789abcdefg", "at most 16")]);
    let salt = |salt: &str| format!("$1${salt}${}", "a".repeat(22));
    limit(salt, &["", "01234567"], &[("012345678", "at most 8")]);
    let hash = |length: &str| format!("$apr1$salt${}", "a".repeat(length.parse().unwrap()));
    limit(hash, &["22"], &[("21", "22 characters"), ("23", "22 characters")]);

    let phpass = |count: &str| format!("$P${count}saltsalt{}", "a".repeat(22));
    limit(
        phpass,
        &["5", "I"],
        &[
            ("4", "count (power of two) 6; it must be from 7 to 20"),
            ("J", "two) 21"),
            ("z", "two) 63"),
            ("!", "its count is not"),
        ],
    );
    let drupal = |count: &str| format!("$S${count}saltsalt{}", "a".repeat(43));
    limit(drupal, &["5", "I"], &[("4", "two) 6"), ("J", "two) 21"), ("é", "34 characters")]);
}

#[test]
fn digests_of_directories_have_exactly_their_length() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let text = |name: &str, bytes: usize| format!("{{{name}}}{}", STANDARD.encode(vec![7; bytes]));
    for (name, bytes) in
        [("SHA", 20), ("sha256", 32), ("MD5", 16), ("SSHA", 21), ("SSHA512", 64 + 256), ("SMD5", 24)]
    {
        assert!(read(&text(name, bytes)).is_ok(), "{name} {bytes}");
    }
    for (name, bytes, sentence) in [
        ("SHA", 19, "shorter than its digest"),
        ("SHA", 21, "longer than its digest"),
        ("SSHA", 20, "its salt is missing"),
        ("SSHA512", 64 + 257, "its salt is longer than 256 bytes"),
    ] {
        let problem = read(&text(name, bytes)).unwrap_err();
        assert!(problem.contains(sentence), "{name} {bytes}: {problem}");
    }
}

#[test]
fn a_megabyte_of_anything_and_a_hundred_thousand_hostile_rows_cost_next_to_nothing() {
    let hostile = [
        format!("$argon2id$v=19$m=4194304,t=1,p=1${SALT}${HASH}"),
        format!("$scrypt$ln=31,r=8,p=1${SALT}${HASH}"),
        format!("$pbkdf2-sha512$2147483648${SALT}${HASH}"),
        format!("$6$rounds=2147483648$salt${}", "a".repeat(86)),
        format!("$y$jzzzz$saltsalt${}", "a".repeat(43)),
        "$2b$31$epGHwHmEGHHrFNoI7XyhyeyL0B7Zh8gTQgBexRwmO8PJw15k0YzwW".to_owned(),
    ];
    let megabytes: Vec<_> =
        ["$argon2id$", "$scrypt$", "$6$", "$P$", "{SSHA}", "AQAAAA", "$digest$", "pbkdf2:", ""]
            .map(|begins| format!("{begins}{}", "A".repeat(1_000_000)))
            .into();
    let began = Instant::now();
    for text in &megabytes {
        let refused = ImportedHash::parse(text).unwrap_err();
        assert_eq!(refused, HashProblem::TooLong { length: text.len() });
    }
    for _ in 0..100_000 / hostile.len() {
        for text in &hostile {
            assert!(ImportedHash::parse(text).is_err());
        }
    }
    for begins in
        ["$argon2id$", "$scrypt$", "$6$", "$P$", "{SSHA}", "AQAAAA", "$digest$", "pbkdf2:", "$y$", "$7$"]
    {
        let longest = format!("{begins}{}", "A".repeat(MAX_LENGTH - begins.len()));
        assert!(ImportedHash::parse(&longest).is_err(), "{begins}");
    }
    // One of the hashes they ask for would take longer than all of this.
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}
