//! What people hold in their hands: an authenticator app, and a passkey that a test can also make lie.

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::World;

/// An app on a phone: another program's implementation, whose clock may be wrong.
pub(crate) struct AuthenticatorApp {
    totp: totp_rs::Totp,
    /// Seconds that its clock is ahead.
    pub(crate) ahead: i64,
}

impl AuthenticatorApp {
    /// Takes the key from the page that shows it.
    pub(crate) fn from_page(page: &str) -> Self {
        let (_, rest) = page.split_once("<dd><code>").expect("a key on the page");
        let key = rest.split("</code>").next().expect("its end");
        let bytes: [u8; 20] = base32(key).try_into().expect("twenty bytes");
        Self { totp: totp_rs::Builder::new().with_secret(bytes).build_noncompliant(), ahead: 0 }
    }

    /// What it shows, so many steps from the world's present.
    pub(crate) fn code(&self, world: &World, steps: i64) -> String {
        let seconds = world.app.now().0.div_euclid(1_000) + self.ahead + steps * 30;
        self.totp.generate(u64::try_from(seconds).expect("after 1970")).to_string()
    }
}

fn base32(text: &str) -> Vec<u8> {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let letters: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').collect();
    let value = |letter: &u8| LETTERS.iter().position(|other| other == letter).expect("a letter") as u64;
    letters
        .chunks_exact(8)
        .flat_map(|group| {
            let bits = group.iter().fold(0_u64, |bits, letter| bits << 5 | value(letter));
            bits.to_be_bytes()[3..].to_vec()
        })
        .collect()
}

/// What an authenticator says of a signature.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claims {
    /// A PIN, a finger or a face was shown.
    pub(crate) verified: bool,
    /// The signature counter.
    pub(crate) count: u32,
}

/// A passkey in software (Web Authentication, Level 3; ES256, attestation "none").
pub(crate) struct SoftPasskey {
    key: EcdsaKeyPair,
    credential: Vec<u8>,
    user: String,
    origin: String,
}

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

impl SoftPasskey {
    /// Answers `navigator.credentials.create`.
    pub(crate) fn create(options: &Value, origin: &str) -> (Self, String) {
        let options = &options["publicKey"];
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        let credential = digest(&SHA256, key.public_key().as_ref()).as_ref().to_vec();
        let user = options["user"]["id"].as_str().expect("a user handle").to_owned();
        let passkey = Self { key, credential, user, origin: origin.to_owned() };
        let client_data = passkey.client_data("webauthn.create", &options["challenge"]);
        let rp = options["rp"]["id"].as_str().expect("a relying party");
        let mut data = authenticator_data(rp, PRESENT | VERIFIED | ATTESTED, 0);
        data.extend([0; 16]);
        data.extend(u16::try_from(passkey.credential.len()).expect("short").to_be_bytes());
        data.extend(&passkey.credential);
        data.extend(passkey.cose_key());
        let answer = json!({
            "id": encode(&passkey.credential), "rawId": encode(&passkey.credential), "type": "public-key",
            "response": { "clientDataJSON": encode(&client_data), "attestationObject": encode(&attestation(&data)) },
            "clientExtensionResults": {},
        });
        (passkey, answer.to_string())
    }

    /// Answers `navigator.credentials.get`.
    pub(crate) fn get(&self, options: &Value, claims: Claims) -> String {
        let options = &options["publicKey"];
        self.sign(
            options["rpId"].as_str().expect("a relying party"),
            &options["challenge"],
            &self.user,
            claims,
        )
    }

    /// The same, in the name of somebody else.
    pub(crate) fn get_as(&self, options: &Value, other: &Self, claims: Claims) -> String {
        let options = &options["publicKey"];
        self.sign(
            options["rpId"].as_str().expect("a relying party"),
            &options["challenge"],
            &other.user,
            claims,
        )
    }

    /// The same passkey at a page that only looks like ours.
    pub(crate) fn get_at(&self, options: &Value, origin: &str, claims: Claims) -> String {
        let pkcs8 = self.key.to_pkcs8v1().expect("a copy");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref()).expect("a copy");
        let (credential, user) = (self.credential.clone(), self.user.clone());
        Self { key, credential, user, origin: origin.to_owned() }.get(options, claims)
    }

    fn sign(&self, rp: &str, challenge: &Value, user: &str, claims: Claims) -> String {
        let flags = PRESENT | if claims.verified { VERIFIED } else { 0 };
        let data = authenticator_data(rp, flags, claims.count);
        let client_data = self.client_data("webauthn.get", challenge);
        let signed = [data.as_slice(), digest(&SHA256, &client_data).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        json!({
            "id": encode(&self.credential), "rawId": encode(&self.credential), "type": "public-key",
            "response": {
                "clientDataJSON": encode(&client_data), "authenticatorData": encode(&data),
                "signature": encode(signature.as_ref()), "userHandle": user,
            },
            "clientExtensionResults": {},
        })
        .to_string()
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    /// RFC 9053, section 7.1.1: kty EC2, alg ES256, crv P-256, x, y.
    fn cose_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let (x, y) = (&point[1..33], &point[33..65]);
        let head = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        [&head[..], x, &[0x22, 0x58, 0x20], y].concat()
    }
}

fn authenticator_data(rp: &str, flags: u8, count: u32) -> Vec<u8> {
    [digest(&SHA256, rp.as_bytes()).as_ref(), &[flags], &count.to_be_bytes()].concat()
}

/// CBOR of `{"fmt": "none", "attStmt": {}, "authData": data}`.
fn attestation(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("short").to_be_bytes();
    let head = [&[0xa3, 0x63][..], b"fmt", &[0x64], b"none", &[0x67], b"attStmt", &[0xa0, 0x68], b"authData"];
    [head.concat().as_slice(), &[0x59], &length, data].concat()
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
