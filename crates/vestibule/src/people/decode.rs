//! A file's bytes as UTF-8, whatever they are, a piece at a time; and a bound on how much one row may take.

use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use encoding_rs::{CoderResult, Decoder, Encoding};

use super::LONGEST_ROW;

const PIECE: usize = 64 * 1024;

/// Bytes of the file that were read so far, for a progress bar.
pub type BytesRead = Arc<AtomicU64>;

/// Decodes `inner`; what the encoding does not have becomes U+FFFD. A byte order mark is believed and removed.
pub(super) struct Decoding<R> {
    inner: R,
    decoder: Decoder,
    piece: Vec<u8>,
    at: usize,
    ended: bool,
    /// The decoder has given its last character: it must not be asked again, and readers ask once more at the end.
    finished: bool,
    read: BytesRead,
}

impl<R: Read> Decoding<R> {
    pub(super) fn new(inner: R, encoding: &'static Encoding, read: BytesRead) -> Self {
        let decoder = encoding.new_decoder();
        Self { inner, decoder, piece: Vec::new(), at: 0, ended: false, finished: false, read }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.piece.resize(PIECE, 0);
        let length = loop {
            match self.inner.read(&mut self.piece) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => break done?,
            }
        };
        self.piece.truncate(length);
        (self.at, self.ended) = (0, length == 0);
        self.read.fetch_add(u64::try_from(length).unwrap_or(0), Ordering::Relaxed);
        Ok(())
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // Room for any one character, which the readers above always give.
        if out.len() < 16 {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        while !self.finished {
            if self.at == self.piece.len() && !self.ended {
                self.refill()?;
            }
            let rest = self.piece.get(self.at..).unwrap_or_default();
            let (result, read, written, _) = self.decoder.decode_to_utf8(rest, out, self.ended);
            self.at += read;
            self.finished = self.ended && result == CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

/// Refuses to read on when a row is longer than [`LONGEST_ROW`], so that a quote that is never closed takes no memory.
pub(super) struct Bounded<R> {
    inner: R,
    left: Allowance,
}

/// How much may be read before the next row has to begin.
#[derive(Clone)]
pub(super) struct Allowance(Arc<AtomicU64>);

impl Allowance {
    pub(super) fn new() -> Self {
        let allowance = Self(Arc::default());
        allowance.renew();
        allowance
    }

    /// A row begins. Readers read ahead by one piece.
    pub(super) fn renew(&self) {
        self.0.store(u64::try_from(LONGEST_ROW + PIECE).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Whether it was used up.
    pub(super) fn is_used_up(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}

impl<R> Bounded<R> {
    pub(super) const fn new(inner: R, left: Allowance) -> Self {
        Self { inner, left }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = self.left.0.load(Ordering::Relaxed);
        if left == 0 {
            return Err(io::Error::other(format!("a row is longer than {LONGEST_ROW} bytes")));
        }
        let read = self.inner.read(out)?;
        let rest = left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
        self.left.0.store(rest, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{SHIFT_JIS, UTF_8, UTF_16LE, WINDOWS_1252};

    use super::*;

    /// Gives one byte at a time, as a slow disk may.
    struct Slow<'b>(&'b [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.0.read(&mut out[..1])
        }
    }

    fn decoded(bytes: &[u8], encoding: &'static Encoding) -> String {
        let mut text = Vec::new();
        let mut decoding = Decoding::new(Slow(bytes), encoding, BytesRead::default());
        let mut piece = [0; 32];
        loop {
            match decoding.read(&mut piece).unwrap() {
                0 => return String::from_utf8(text).unwrap(),
                read => text.extend(&piece[..read]),
            }
        }
    }

    #[test]
    fn characters_in_pieces_come_whole() {
        assert_eq!(decoded("Zoë 日本".as_bytes(), UTF_8), "Zoë 日本");
        assert_eq!(decoded(b"Zo\xEB", WINDOWS_1252), "Zoë");
        assert_eq!(decoded(&SHIFT_JIS.encode("佐藤").0, SHIFT_JIS), "佐藤");
        assert_eq!(decoded(b"\xFF\xFEZ\0o\0\xEB\0", UTF_16LE), "Zoë");
        assert_eq!(decoded(b"\xEF\xBB\xBFname", WINDOWS_1252), "name", "a byte order mark is believed");
        assert_eq!(decoded(b"Zo\xEB", UTF_8), "Zo\u{fffd}");
        assert_eq!(decoded(b"", UTF_8), "");
    }

    #[test]
    fn whoever_asks_again_at_the_end_is_told_again() {
        for (bytes, encoding) in
            [(&b"Zo\xEB"[..], UTF_8), (b"a\xE9,\xEC\x0A\xD2", SHIFT_JIS), (b"", UTF_16LE)]
        {
            let mut decoding = Decoding::new(bytes, encoding, BytesRead::default());
            let mut piece = [0; 32];
            while decoding.read(&mut piece).unwrap() > 0 {}
            assert_eq!(decoding.read(&mut piece).unwrap(), 0, "{bytes:?}");
        }
    }

    #[test]
    fn a_row_has_an_end() {
        let allowance = Allowance::new();
        let mut bounded = Bounded::new(io::repeat(b'x'), allowance.clone());
        let mut taken = 0;
        let mut piece = [0; PIECE];
        while let Ok(read) = bounded.read(&mut piece) {
            taken += read;
        }
        assert!((LONGEST_ROW..=LONGEST_ROW + 2 * PIECE).contains(&taken), "{taken}");
        assert!(allowance.is_used_up());
        allowance.renew();
        assert!(bounded.read(&mut piece).is_ok());
    }
}
