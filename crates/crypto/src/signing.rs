//! Signatures that others can check: Ed25519 (RFC 8032), as a JSON Web Signature and its key set (RFC 7515, 7517, 8037).
//!
//! The signing key of a generation is made from its MAC key for this one purpose. So it is backed up, rotated and retired with
//! the generation, and the key set tells a new one as soon as the key file does, before it signs anything.

use aws_lc_rs::{
    digest,
    signature::{Ed25519KeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::{Value, json};
use zeroize::Zeroize as _;

use crate::keyring::Keyring;

const PURPOSE: &str = "Ed25519 signing key";

/// A token could not be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a token could not be signed")]
pub struct NotSigned;

struct SigningKey(Ed25519KeyPair);

/// Signs `claims` as a compact JSON Web Signature of this `typ`, by the generation in use.
///
/// # Errors
/// [`NotSigned`] when the claims are no JSON.
pub fn sign_token(keys: &Keyring, typ: &str, claims: &impl Serialize) -> Result<String, NotSigned> {
    let key = signing_keys(keys)?.into_iter().next().ok_or(NotSigned)?;
    let claims = serde_json::to_vec(claims).map_err(|_| NotSigned)?;
    let head = json!({ "alg": "EdDSA", "kid": key.id(), "typ": typ });
    Ok(key.sign(&head.to_string(), &claims))
}

/// The public keys of every generation, the one in use first, as a JSON Web Key Set.
///
/// # Errors
/// [`NotSigned`] when a key cannot be made.
pub fn key_set(keys: &Keyring) -> Result<Value, NotSigned> {
    let keys: Vec<Value> = signing_keys(keys)?.iter().map(SigningKey::public).collect();
    Ok(json!({ "keys": keys }))
}

fn signing_keys(keys: &Keyring) -> Result<Vec<SigningKey>, NotSigned> {
    keys.sign_by_all(PURPOSE, &[]).into_iter().map(SigningKey::from_seed).collect()
}

impl SigningKey {
    fn from_seed(mut seed: [u8; 32]) -> Result<Self, NotSigned> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| NotSigned);
        seed.zeroize();
        pair.map(Self)
    }

    fn x(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.public_key().as_ref())
    }

    /// The key's thumbprint (RFC 7638): the same key has the same name everywhere.
    fn id(&self) -> String {
        let text = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, self.x());
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, text.as_bytes()))
    }

    fn public(&self) -> Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "x": self.x(), "kid": self.id(), "alg": "EdDSA", "use": "sig" })
    }

    fn sign(&self, head: &str, payload: &[u8]) -> String {
        let told = format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(payload));
        let signature = URL_SAFE_NO_PAD.encode(self.0.sign(told.as_bytes()));
        format!("{told}.{signature}")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
    use domain::time::Timestamp;

    use super::*;
    use crate::random::SystemRandom;

    /// RFC 8037, appendix A.
    #[test]
    fn the_vectors_of_the_standard() {
        let seed = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
        let key = SigningKey::from_seed(seed.try_into().unwrap()).unwrap();
        assert_eq!(key.x(), "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert_eq!(key.id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(
            key.sign(r#"{"alg":"EdDSA"}"#, b"Example of Ed25519 signing"),
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhi\
             jcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        );
    }

    fn verifies(token: &str, set: &Value) -> bool {
        let mut parts = token.rsplitn(2, '.');
        let (signature, told) = (parts.next().unwrap(), parts.next().unwrap());
        let head: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(told.split('.').next().unwrap()).unwrap())
                .unwrap();
        let named = set["keys"].as_array().unwrap().iter().find(|key| key["kid"] == head["kid"]);
        named.is_some_and(|key| {
            let x = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap();
            let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
            UnparsedPublicKey::new(&ED25519, x).verify(told.as_bytes(), &signature).is_ok()
        })
    }

    #[test]
    fn a_new_key_is_told_before_it_signs_and_an_old_one_until_it_is_retired() {
        let now = Timestamp(1_795_300_000_000);
        let later = now + Duration::from_secs(60);
        let old = Keyring::generate(&SystemRandom);
        let first = sign_token(&old, "test", &json!({ "sub": "a" })).unwrap();
        let keys = old.rotated(later, now, &SystemRandom).unwrap();
        keys.follow(now);
        let told = key_set(&keys).unwrap();
        assert_eq!(told["keys"].as_array().unwrap().len(), 2);
        keys.follow(later);
        let second = sign_token(&keys, "test", &json!({ "sub": "a" })).unwrap();
        assert!(verifies(&first, &told) && verifies(&second, &told));
        assert!(
            !verifies(&second, &key_set(&old).unwrap()),
            "whoever does not know the generation refuses it"
        );
        let retired = keys.without(1, later).unwrap();
        assert!(
            !verifies(&first, &key_set(&retired).unwrap()) && verifies(&second, &key_set(&retired).unwrap())
        );
    }

    #[test]
    fn nothing_secret_is_told() {
        let set = key_set(&Keyring::generate(&SystemRandom)).unwrap();
        let names: Vec<_> = set["keys"][0].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names.len(), 6);
        assert!(!names.contains(&"d"), "{names:?}");
    }
}
