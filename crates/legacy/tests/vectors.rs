//! Hashes made by other programs. Each names the program and the version that printed it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a vector that cannot be read fails the test")]

use std::collections::BTreeSet;

use legacy::{DigestTemplate, ImportedHash, Scheme};

/// One line of `vectors/vectors.jsonl`; `vectors/README.md` says which programs made them.
#[derive(serde::Deserialize)]
struct Vector {
    program: String,
    scheme: String,
    password: String,
    hash: String,
    template: Option<String>,
    salt: Option<String>,
}

impl Vector {
    fn read(&self) -> ImportedHash {
        let template = self.template.as_ref().map(|template| template.parse::<DigestTemplate>().unwrap());
        let hash = match template {
            Some(template) => template.read(&self.hash, self.salt.as_deref()),
            None => ImportedHash::parse(&self.hash),
        };
        hash.unwrap_or_else(|problem| panic!("{} {}: {problem}", self.program, self.hash))
    }
}

fn vectors() -> Vec<Vector> {
    include_str!("vectors/vectors.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn hashes_of_other_programs_open_with_their_password_and_no_other() {
    for vector in vectors() {
        let (hash, name) = (vector.read(), format!("{}: {}", vector.program, vector.hash));
        assert_eq!(hash.scheme().name(), vector.scheme, "{name}");
        let again = ImportedHash::parse(hash.as_str()).unwrap();
        assert_eq!((again.as_str(), again.scheme()), (hash.as_str(), hash.scheme()), "{name}");
        for hash in [&hash, &again] {
            assert!(hash.verify(vector.password.as_bytes()), "{name}");
        }
        // Before and not after, because bcrypt looks at 72 bytes.
        assert!(!hash.verify(format!("x{}", vector.password).as_bytes()), "{name}");
        assert!(!hash.verify(b""), "{name}");
    }
}

#[test]
fn there_are_vectors_for_every_format() {
    let seen: BTreeSet<_> = vectors().into_iter().map(|vector| vector.scheme).collect();
    let all: BTreeSet<_> = Scheme::ALL.into_iter().map(|scheme| scheme.name().to_owned()).collect();
    assert_eq!(seen, all);
}

#[test]
fn a_hash_that_was_cut_off_anywhere_is_refused_or_opens_nothing() {
    let mut kinds = BTreeSet::new();
    for vector in vectors() {
        let begins: String = vector.hash.chars().take(9).filter(|sign| !sign.is_ascii_digit()).collect();
        if vector.template.is_some() || !kinds.insert((vector.scheme.clone(), begins)) {
            continue;
        }
        // Without its padding, base64 is still whole.
        let whole = vector.hash.trim_end_matches('=').len();
        for length in (0..whole).filter(|length| vector.hash.is_char_boundary(*length)) {
            let opens = ImportedHash::parse(&vector.hash[..length])
                .is_ok_and(|hash| length % 7 == 0 && hash.verify(vector.password.as_bytes()));
            assert!(!opens, "{} cut to {length}", vector.hash);
        }
    }
    assert!(kinds.len() > 30);
}

#[test]
fn a_password_longer_than_any_is_not_even_hashed() {
    let template: DigestTemplate = "md5(password)".parse().unwrap();
    // By coreutils 9.1: 512 and 513 times "a".
    let longest = template.read("56907396339ca2b099bd12245f936ddc", None).unwrap();
    assert!(longest.verify(&[b'a'; 512]));
    let longer = template.read("6649c3e827e44f7bf539768bddf76435", None).unwrap();
    assert!(!longer.verify(&[b'a'; 513]));
}

fn opens(hash: &str, password: impl AsRef<[u8]>) -> bool {
    let hash = ImportedHash::parse(hash);
    assert!(hash.is_ok(), "{hash:?}");
    hash.is_ok_and(|hash| hash.verify(password.as_ref()))
}

#[test]
fn bcrypt_of_other_programs_is_verified() {
    // (origin, password, hash)
    let vectors = [
        (
            "bcrypt 5.0.0, PyPI",
            "correct horse",
            "$2b$04$epGHwHmEGHHrFNoI7XyhyeyL0B7Zh8gTQgBexRwmO8PJw15k0YzwW",
        ),
        ("bcrypt 5.0.0, PyPI", "grüße 東京", "$2a$05$HTYdW/1UNIDW9ffyOkEF6O5ijcfB/BF9DksSTdyYr4houQEMOSpDq"),
        ("bcrypt 5.0.0, PyPI", "", "$2b$04$CKsVrNNy8IpQ7cahp9sWmuj6HYzsK1Hc9cU2xXMFDoES5.IbgP7YG"),
        (
            "htpasswd 2.4.71",
            "Harbour-9 lantern",
            "$2y$05$Yt04l6zyZuaIUdxha2IvheIYdFAWO7XZRo43eVMGois1vhE3jNtCW",
        ),
        ("PHP 8.2.36", "Pässwort 1", "$2y$04$JHK854.bGWMF1fdSIXR4XeMhFI9RFu6YKdrXHd83xwLfTUdWVZVXK"),
        (
            "mkpasswd 5.5.17",
            "Harbour-9 lantern",
            "$2a$05$1pqRMFbaei1PyDh1ovJZneXR7HKL7.MeftfOhVbkS4O.xvrsl9w/e",
        ),
    ];
    for (origin, password, hash) in vectors {
        assert!(opens(hash, password), "{origin}: {hash}");
        assert!(!opens(hash, format!("{password}x")), "{origin}: {hash}");
        assert_eq!(ImportedHash::parse(hash).unwrap().scheme(), Scheme::Bcrypt);
    }
}

#[test]
fn argon2_of_other_programs_is_verified() {
    let vectors = [
        (
            "argon2-cffi 25.1.0, PyPI",
            "correct horse",
            "$argon2id$v=19$m=128,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$5FjsaLi/amR5CVBqnu/Z8UNj/cfryXty7WjLzU8JNIc",
        ),
        (
            "argon2-cffi 25.1.0, PyPI",
            "correct horse",
            "$argon2i$v=19$m=128,t=2,p=2$MDEyMzQ1Njc4OWFiY2RlZg$Sjxu00T5GlHgQZOxyt59qyG441e/6UgzwNbDz1wDhCw",
        ),
        (
            "argon2-cffi 25.1.0, PyPI",
            "correct horse",
            "$argon2d$v=19$m=64,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$8lhcvhjSIY6fPoLaURksQi2UXOTKBgu3qS4cG5SkmjA",
        ),
        (
            "argon2-cffi 25.1.0, PyPI, version 1.0",
            "correct horse",
            "$argon2i$v=16$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$ZYYzdXh79iJ8hhQqe654Q5M4G+AzwYWF",
        ),
        (
            "the same, in the form that had no version yet",
            "correct horse",
            "$argon2i$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$ZYYzdXh79iJ8hhQqe654Q5M4G+AzwYWF",
        ),
        (
            "argon2-cffi 25.1.0, PyPI, its defaults",
            "Zwölf Boxkämpfer",
            "$argon2id$v=19$m=65536,t=3,p=4$BLQOjM7bK8Q0NOAsJjcKXg$xx6N0S1gkdAQT1sEf09RtBbydZyihRyKTJjKMu9guoo",
        ),
        (
            "passlib 1.7.4, PyPI",
            "correct horse",
            "$argon2id$v=19$m=256,t=1,p=4$/Z+TEgJgTCnFuBfCuNeaMw$\
             q1swGXkNj2AkTjYm+4TB5tAGy3LuYgAgc8m5O9KVNrMlHWZhx7qGeEI2hCMOaztndlrmK8aTydnSReIgPX+kTw",
        ),
        (
            "argon2 20171227, Debian",
            "Harbour-9 lantern",
            "$argon2id$v=19$m=128,t=3,p=1$c29tZXNhbHQxNmJ5dGVzIQ$n01Jx2Toi8O07W1BeybKqpc8/z7Y5PBFc/8De2LicHA",
        ),
    ];
    for (origin, password, hash) in vectors {
        assert!(opens(hash, password), "{origin}: {hash}");
        assert!(!opens(hash, format!("{password} ")), "{origin}: {hash}");
        assert_eq!(ImportedHash::parse(hash).unwrap().scheme(), Scheme::Argon2);
    }
}

#[test]
fn bcrypt_looks_at_72_bytes_as_the_program_that_made_the_hash_did() {
    // bcrypt 5.0.0, PyPI: 71 and 72 times "a".
    let of_71 = "$2b$04$K6/DKMqOB64fXpF4Z.bj6OGaUUAwvYuhdh8buNczRk7gME.YcFBvu";
    let of_72 = "$2b$04$ALTPhLFu//.JlRjbYpto8eFs0mO35hUQiT6APtFIcnxcKvCfT/OOy";
    assert!(opens(of_71, "a".repeat(71)));
    assert!(!opens(of_71, "a".repeat(72)));
    assert!(opens(of_72, "a".repeat(72)));
    assert!(opens(of_72, "a".repeat(73)));
    assert!(!opens(of_72, "a".repeat(71)));
    // htpasswd 2.4.71: eighty bytes; PHP 8.2.36: forty times "é", so that byte 72 ends a character.
    let of_80 = "$2y$04$IS4K8q38xXDt4rC8i.mwruU0l9jl1qdZL2JdFmk6udoxuDHjhRahq";
    assert!(opens(of_80, "0123456789".repeat(8)));
    assert!(opens(of_80, &"0123456789".repeat(8)[..72]));
    assert!(!opens(of_80, &"0123456789".repeat(8)[..71]));
    let of_accents = "$2y$04$nb8AaEDSpwiRRvPrEPGKGOSE6Bhdc7.sh5pF5NfAYLFVq6A57Uuoy";
    assert!(opens(of_accents, "é".repeat(40)));
    assert!(opens(of_accents, "é".repeat(36)));
    assert!(!opens(of_accents, "é".repeat(35)));
}

#[test]
fn a_zero_byte_never_matches_a_bcrypt_hash() {
    // bcrypt repeats its key, so this would be the same key as "correct horse".
    let hash = "$2b$04$epGHwHmEGHHrFNoI7XyhyeyL0B7Zh8gTQgBexRwmO8PJw15k0YzwW";
    assert!(!opens(hash, b"correct horse\0correct horse"));
    assert!(!opens(hash, b"correct horse\0"));
}

#[test]
fn prefixes_of_frameworks_and_directories_are_read() {
    let bcrypt = "$2b$04$epGHwHmEGHHrFNoI7XyhyeyL0B7Zh8gTQgBexRwmO8PJw15k0YzwW";
    let argon2 =
        "$argon2d$v=19$m=64,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$8lhcvhjSIY6fPoLaURksQi2UXOTKBgu3qS4cG5SkmjA";
    for (wrapper, bare) in [
        ("bcrypt$", bcrypt),
        ("{CRYPT}", bcrypt),
        ("{blf-crypt}", bcrypt),
        ("argon2", argon2),
        ("{ARGON2}", argon2),
    ] {
        let hash = ImportedHash::parse(&format!(" {wrapper}{bare}\n")).unwrap();
        assert_eq!(hash.as_str(), bare);
        assert!(hash.verify(b"correct horse"));
    }
}
