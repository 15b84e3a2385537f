//! Finding out how a file is written: one quick look at all of it, because the first accent may be on its last line.

use std::io::{self, Read};

use chardetng::EncodingDetector;
use encoding_rs::{Encoding, UTF_8};

use super::{Format, Layout, Options};

const PIECE: usize = 64 * 1024;
/// What fields are separated by, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Finds out how a file is written, where `options` do not say it.
///
/// # Errors
/// When it cannot be read, or is of another kind: a sentence that says how.
pub fn survey(mut input: impl Read, options: &Options) -> Result<Layout, String> {
    let mut head = Vec::new();
    let unreadable = |error: io::Error| format!("cannot be read: {error}");
    let bound = u64::try_from(PIECE).unwrap_or(u64::MAX);
    input.by_ref().take(bound).read_to_end(&mut head).map_err(unreadable)?;
    let marked = Encoding::for_bom(&head).map(|(encoding, _)| encoding);
    let encoding = match marked.or(options.encoding) {
        Some(encoding) => encoding,
        None => detect(&head, &mut input).map_err(unreadable)?,
    };
    let (text, ..) = encoding.decode(&head);
    let text = text.trim_start();
    let format = match (options.format, text.chars().next()) {
        (Some(format), _) => format,
        (None, Some('{')) => Format::JsonLines,
        (None, _) => Format::Csv,
    };
    if format == Format::JsonLines && text.starts_with('[')
        || options.format.is_none() && text.starts_with("[{")
    {
        return Err(
            "is a JSON array; what is read is one object a line, as `jq -c '.[]' FILE` writes it".to_owned()
        );
    }
    let delimiter = options.delimiter.unwrap_or_else(|| delimiter_of(text));
    Ok(Layout { format, delimiter, encoding })
}

/// UTF-8 where all of it is, else what the bytes look most like.
fn detect(head: &[u8], rest: &mut impl Read) -> io::Result<&'static Encoding> {
    let mut detector = EncodingDetector::new();
    let mut is_ascii = !detector.feed(head, false);
    let mut piece = vec![0; PIECE];
    loop {
        match rest.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => is_ascii &= !detector.feed(piece.get(..read).unwrap_or_default(), false),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    detector.feed(&[], true);
    Ok(if is_ascii { UTF_8 } else { detector.guess(None, true) })
}

/// What occurs most often in the header, outside of quotes.
fn delimiter_of(text: &str) -> u8 {
    let mut counts = [0_u32; DELIMITERS.len()];
    let mut quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(which) = DELIMITERS.iter().position(|delimiter| *delimiter == byte) {
                    counts[which] += 1;
                }
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    let which = counts.iter().position(|count| *count == most).unwrap_or(0);
    DELIMITERS[which]
}

#[cfg(test)]
mod tests {
    use encoding_rs::{UTF_16LE, WINDOWS_1252};

    use super::*;

    fn of(bytes: &[u8]) -> Layout {
        survey(bytes, &Options::default()).unwrap()
    }

    #[test]
    fn the_header_tells_the_delimiter() {
        for (header, delimiter) in [
            ("name,email,company\n", b','),
            ("name;email;company\r\nA, B;x;y\n", b';'),
            ("name\temail\tcompany", b'\t'),
            ("\"name, full; all; of; it\"|email", b'|'),
            ("name", b','),
            ("", b','),
        ] {
            assert_eq!(of(header.as_bytes()).delimiter, delimiter, "{header:?}");
        }
    }

    #[test]
    fn the_bytes_tell_the_encoding() {
        assert_eq!(of(b"name").encoding, UTF_8);
        assert_eq!(of("name\nZoë".as_bytes()).encoding, UTF_8);
        assert_eq!(of(b"name\nZo\xEB Garc\xEDa Mu\xF1oz, calle de Alcal\xE1\n").encoding, WINDOWS_1252);
        assert_eq!(of(b"\xFF\xFEn\0").encoding, UTF_16LE);
        let late = [vec![b'a'; 3 * PIECE], b"\nMu\xF1oz Garc\xEDa\n".to_vec()].concat();
        assert_eq!(of(&late).encoding, WINDOWS_1252, "the last line counts");
        let told = Options { encoding: Some(WINDOWS_1252), ..Options::default() };
        assert_eq!(survey(&b"plain"[..], &told).unwrap().encoding, WINDOWS_1252);
        assert_eq!(survey(&b"\xEF\xBB\xBFplain"[..], &told).unwrap().encoding, UTF_8);
    }

    #[test]
    fn the_first_sign_tells_the_format() {
        assert_eq!(of(b"\n {\"name\": 1}").format, Format::JsonLines);
        assert_eq!(of(b"name,email").format, Format::Csv);
        assert!(survey(&b"[{\"name\": 1}]"[..], &Options::default()).unwrap_err().contains("jq -c"));
    }
}
