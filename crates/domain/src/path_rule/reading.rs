//! A path read once, where there is one way to read it.

use unicode_normalization::UnicodeNormalization as _;

/// A path that every server reads alike, but for case and Unicode forms.
pub(super) struct Reading {
    /// Decoded once.
    pub(super) written: String,
    /// As a server that ignores case, compatibility forms and a last slash reads it.
    pub(super) folded: String,
}

impl Reading {
    /// `None` when some server could read something else: encoded separators or dots, empty segments, parameters, `.` and `..`,
    /// what is encoded twice or no UTF-8, control characters, and segments that end in a dot or a space.
    pub(super) fn of(path: &str) -> Option<Self> {
        let decoded = decode_once(path)?;
        let hostile = |c: char| c.is_control() || matches!(c, '\\' | '%' | ';' | '?' | '#' | '\u{fffd}');
        if !decoded.starts_with('/') || decoded.contains(hostile) {
            return None;
        }
        let folded = fold(&decoded);
        // A compatibility form of a separator or a dot is one to whoever normalises.
        if folded.contains(hostile) || !segments_are_plain(&decoded) || !segments_are_plain(&folded) {
            return None;
        }
        let same_shape = folded.matches('/').count() == decoded.trim_end_matches('/').matches('/').count();
        same_shape.then_some(Self { written: decoded, folded })
    }
}

/// Lower case, compatibility forms as what they stand for, no slash at the end.
pub(super) fn fold(path: &str) -> String {
    let folded: String = path.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    folded.trim_end_matches('/').to_owned()
}

fn segments_are_plain(path: &str) -> bool {
    let inner = path.strip_prefix('/').unwrap_or(path);
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    inner.is_empty() && !path.contains("//")
        || inner
            .split('/')
            .all(|segment| !segment.is_empty() && !segment.ends_with(['.', ' ']) && !segment.starts_with(' '))
}

/// `None` when an escape is broken, hides a slash or is no UTF-8.
fn decode_once(path: &str) -> Option<String> {
    if !path.contains('%') {
        return Some(path.to_owned());
    }
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit =
            |byte: Option<u8>| char::from(byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let (high, low) = (digit(rest.next())?, digit(rest.next())?);
        match high << 4 | low {
            b'/' => return None,
            decoded => bytes.push(decoded),
        }
    }
    String::from_utf8(bytes).ok()
}
