//! The base64 of crypt(3): its own alphabet, the lowest bits first.

const ALPHABET: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The number that a character stands for, 0 to 63.
pub(crate) fn value(sign: u8) -> Option<u32> {
    ALPHABET.iter().position(|known| *known == sign).and_then(|at| u32::try_from(at).ok())
}

/// Whether all characters are of this alphabet.
pub(crate) fn is_made_of(text: &str) -> bool {
    text.bytes().all(|sign| value(sign).is_some())
}

/// A number of up to 30 bits, the lowest six first.
pub(crate) fn number(text: &str) -> Option<u32> {
    text.bytes().rev().try_fold(0, |sum: u32, sign| Some(sum << 6 | value(sign)?))
}

/// Each three bytes as four characters, the first byte lowest; one or two at the end as two or three.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 2);
    for group in bytes.chunks(3) {
        let mut bits = group.iter().rev().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        for _ in 0..=group.len() {
            text.push(char::from(ALPHABET[bits & 63]));
            bits >>= 6;
        }
    }
    text
}

/// The bytes of what [`encode`] wrote.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    for group in text.as_bytes().chunks(4) {
        let values = group.iter().map(|sign| value(*sign)).collect::<Option<Vec<_>>>()?;
        let bits = values.iter().rev().fold(0_u32, |bits, value| bits << 6 | value);
        let size = group.len() * 6 / 8;
        if group.len() == 1 || bits >> (size * 8) != 0 {
            return None;
        }
        bytes.extend_from_slice(&bits.to_le_bytes()[..size]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode, number};

    #[test]
    fn what_is_encoded_is_decoded_again() {
        for length in 0..20_u8 {
            let bytes: Vec<u8> = (0..length).map(|at| at.wrapping_mul(151).wrapping_add(7)).collect();
            assert_eq!(decode(&encode(&bytes)).as_deref(), Some(bytes.as_slice()));
        }
        assert_eq!(encode(&[0x01]), "/.");
        assert_eq!(decode("/").as_deref(), None);
        assert_eq!(decode("/z").as_deref(), None, "bits that no byte has");
        assert_eq!(decode("/-").as_deref(), None);
    }

    #[test]
    fn numbers_have_their_lowest_bits_first() {
        assert_eq!(number("6...."), Some(8));
        assert_eq!(number("/"), Some(1));
        assert_eq!(number("./"), Some(64));
        assert_eq!(number("!"), None);
    }
}
