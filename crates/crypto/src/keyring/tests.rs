use std::time::Duration;

use super::*;
use crate::{
    random::SystemRandom,
    seal::{Place, open, seal},
};

const NOW: Timestamp = Timestamp(1_795_300_000_000);
const HERE: Place<'_> = Place { column: "cases.sealed", row: "1" };

fn one() -> Keyring {
    Keyring::generate(&SystemRandom)
}

fn two(one: &Keyring) -> Keyring {
    one.rotated(NOW + Duration::from_secs(60), NOW, &SystemRandom).unwrap()
}

#[test]
fn a_key_file_survives_the_round_trip() {
    let keys = two(&one());
    let read = Keyring::from_toml(&keys.to_toml()).unwrap();
    assert_eq!(read.generations(), keys.generations());
    assert_eq!(read.to_toml(), keys.to_toml());
    assert_eq!(read.mac("test", &[b"x"]), keys.mac("test", &[b"x"]));
    assert_eq!(read.pepper().active().expose(), keys.pepper().active().expose());
}

#[test]
fn a_file_of_three_bare_keys_is_the_first_generation() {
    let bare = |byte: u8| base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [byte; 32]);
    let text = format!("pepper = \"{}\"\nmac = \"{}\"\nenvelope = \"{}\"\n", bare(1), bare(2), bare(3));
    let keys = Keyring::from_toml(&text).unwrap();
    assert_eq!(keys.generations().len(), 1);
    assert_eq!(
        keys.mac("counter", &[b"x"]),
        keys.sign("counter", &[b"x"]),
        "names made before stay as they were"
    );
    let rotated = two(&keys);
    rotated.follow(NOW + Duration::from_secs(60));
    assert_eq!(rotated.mac("counter", &[b"x"]), keys.mac("counter", &[b"x"]));
    let reread = Keyring::from_toml(&rotated.to_toml()).unwrap();
    assert_eq!(reread.mac("counter", &[b"x"]), keys.mac("counter", &[b"x"]));
}

#[test]
fn errors_and_debug_never_show_a_key() {
    let shown = format!("{:?}", one());
    assert!(shown.contains("Key(…)") && !shown.contains('['.to_string().repeat(2).as_str()), "{shown}");
    let problem = Keyring::from_toml("pepper = \"c2VjcmV0\"\nmac = \"\"\nenvelope = \"\"").unwrap_err();
    assert_eq!(problem, KeyringProblem::Key("pepper"));
    assert!(matches!(Keyring::from_toml("peper = 1"), Err(KeyringProblem::Format(_))));
    assert!(matches!(Keyring::from_toml("mac = \"\""), Err(KeyringProblem::Format(_))));
    assert!(matches!(Keyring::from_toml(""), Err(KeyringProblem::Format(_))));
}

#[test]
fn a_file_with_generations_out_of_order_is_refused() {
    let text = two(&one()).to_toml();
    let twice = text.replace("no = 2", "no = 1");
    assert_eq!(Keyring::from_toml(&twice).unwrap_err(), KeyringProblem::Order);
    let zero = text.replace("no = 1", "no = 0");
    assert_eq!(Keyring::from_toml(&zero).unwrap_err(), KeyringProblem::Order);
    let never = text.replace("active_from = \"1970-01-01T00:00:00Z\"", "active_from = \"soon\"");
    assert_eq!(Keyring::from_toml(&never).unwrap_err(), KeyringProblem::Moment(1));
}

#[test]
fn macs_differ_by_purpose_and_by_the_boundaries_of_parts() {
    let keys = one();
    assert_ne!(keys.mac("a", &[b"bc"]), keys.mac("ab", &[b"c"]));
    assert_ne!(keys.mac("a", &[b"b", b"c"]), keys.mac("a", &[b"bc"]));
}

#[test]
fn a_generation_is_accepted_at_once_and_used_from_its_moment_on() {
    let old = one();
    let keys = two(&old);
    let before = keys.sign("form", &[b"x"]);
    keys.follow(NOW + Duration::from_millis(59_999));
    assert_eq!(keys.active(), 1);
    assert_eq!(keys.sign("form", &[b"x"]), before);
    keys.follow(NOW + Duration::from_secs(60));
    assert_eq!(keys.active(), 2);
    let after = keys.sign("form", &[b"x"]);
    assert_ne!(after, before);
    for shown in [&before[..], &after[..], &before[..16]] {
        assert!(keys.has_signed("form", &[b"x"], shown));
    }
    assert!(!old.has_signed("form", &[b"x"], &after), "whoever does not know the generation refuses it");
    assert!(!keys.has_signed("form", &[b"y"], &after));
    assert!(!keys.has_signed("form", &[b"x"], &after[..15]), "a part is no proof");
    keys.follow(NOW);
    assert_eq!(keys.active(), 2, "a clock that goes back brings no old key back");
}

#[test]
fn sealed_values_of_every_generation_open_until_it_is_retired() {
    let keys = one();
    let old = seal(keys.envelope(), HERE, b"old", &SystemRandom).unwrap();
    let later = NOW + Duration::from_secs(60);
    let clone = keys.clone();
    clone.replace(&two(&keys), later);
    assert_eq!(keys.active(), 2, "clones share what was read");
    let new = seal(keys.envelope(), HERE, b"new", &SystemRandom).unwrap();
    assert_eq!(open(keys.envelope(), HERE, &old).unwrap().as_slice(), b"old");
    assert_eq!(open(keys.envelope(), HERE, &new).unwrap().as_slice(), b"new");
    let retired = keys.without(1, later).unwrap();
    assert!(open(retired.envelope(), HERE, &old).is_err());
    assert_eq!(open(retired.envelope(), HERE, &new).unwrap().as_slice(), b"new");
    assert_eq!(
        retired.mac("counter", &[b"x"]),
        keys.mac("counter", &[b"x"]),
        "names outlive every generation"
    );
}

#[test]
fn nothing_that_is_needed_is_removed_or_overtaken() {
    let keys = one();
    assert_eq!(keys.without(1, NOW).unwrap_err(), RotationRefused::InUse(1));
    let keys = two(&keys);
    assert_eq!(keys.rotated(NOW, NOW, &SystemRandom).unwrap_err(), RotationRefused::OneIsWaiting(2));
    assert_eq!(keys.without(2, NOW).unwrap_err(), RotationRefused::InUse(2));
    assert_eq!(keys.without(1, NOW).unwrap_err(), RotationRefused::InUse(1), "the new one is not in use yet");
    assert_eq!(keys.without(3, NOW).unwrap_err(), RotationRefused::Unknown(3));
    let later = NOW + Duration::from_secs(60);
    assert_eq!(keys.without(1, later).unwrap().active(), 2);
    assert_eq!(keys.rotated(later, later, &SystemRandom).unwrap().generations().len(), 3);
}

#[test]
fn what_a_newer_generation_made_is_neither_damaged_nor_wrong() {
    let old = one();
    let new = two(&old);
    new.follow(NOW + Duration::from_secs(60));
    let sealed = seal(new.envelope(), HERE, b"hello", &SystemRandom).unwrap();
    assert_eq!(open(old.envelope(), HERE, &sealed), Err(KeysLack(2).into()));
    assert_eq!(old.pepper().find(Some(2)).err(), Some(KeysLack(2)));
    // Beyond what can come, and before what is here, there is nothing to wait for.
    assert!(old.pepper().find(Some(1 + MOST_AHEAD)).is_err());
    assert!(matches!(old.pepper().find(Some(2 + MOST_AHEAD)), Ok(None)));
    let without = new.without(1, NOW + Duration::from_secs(60)).unwrap();
    assert!(matches!(without.pepper().find(Some(1)), Ok(None)));
    let sealed = seal(old.envelope(), HERE, b"hello", &SystemRandom).unwrap();
    assert_eq!(open(without.envelope(), HERE, &sealed), Err(crate::seal::Unreadable.into()));
}
