//! How a hash of ours is written: the PHC string format.

use argon2::Params;
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

use crate::keyring::GenerationNo;

/// A hash taken apart; one that names no generation has the pepper of the first.
pub(super) struct Decoded {
    pub(super) cost: Params,
    pub(super) generation: Option<GenerationNo>,
    pub(super) salt: Vec<u8>,
    pub(super) output: [u8; 32],
}

/// The `keyid` of the PHC string format for Argon2: the generation's number in decimal, in base64.
#[must_use]
pub fn key_id(generation: GenerationNo) -> String {
    format!("keyid={}", STANDARD_NO_PAD.encode(generation.to_string()))
}

pub(super) fn encode(cost: &Params, generation: GenerationNo, salt: &[u8], output: &[u8]) -> String {
    let (m, t, p) = (cost.m_cost(), cost.t_cost(), cost.p_cost());
    let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
    let key = if generation > 1 { format!(",{}", key_id(generation)) } else { String::new() };
    format!("$argon2id$v=19$m={m},t={t},p={p}{key}${salt}${output}")
}

pub(super) fn decode(text: &str) -> Option<Decoded> {
    let mut fields = text.strip_prefix("$argon2id$v=19$")?.split('$');
    let mut parameters = fields.next()?.split(',');
    let mut number =
        |name: &str| parameters.next()?.strip_prefix(name)?.strip_prefix('=')?.parse::<u32>().ok();
    let cost = Params::new(number("m")?, number("t")?, number("p")?, Some(32)).ok()?;
    let generation = match parameters.next() {
        None => None,
        Some(named) => {
            let no = STANDARD_NO_PAD.decode(named.strip_prefix("keyid=")?).ok()?;
            Some(std::str::from_utf8(&no).ok()?.parse().ok()?)
        }
    };
    let salt = STANDARD_NO_PAD.decode(fields.next()?).ok()?;
    let output = STANDARD_NO_PAD.decode(fields.next()?).ok()?.try_into().ok()?;
    let ends = parameters.next().is_none() && fields.next().is_none();
    ends.then_some(Decoded { cost, generation, salt, output })
}
