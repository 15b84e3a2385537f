//! Reads the words of a digest template. Everything is bounded: length, depth, iterations.

use super::{
    TemplateProblem,
    algorithm::Algorithm,
    digest::{Again, Call, Term},
    limits::decimal,
};

/// The longest template, in bytes.
pub(crate) const MAX_LENGTH: usize = 256;
/// Digests inside digests.
pub(crate) const MAX_DEPTH: usize = 3;
/// A million SHA-512 digests take about half a second.
pub(crate) const MAX_ITERATIONS: u32 = 1_000_000;

/// The parts of a template, as given.
pub(crate) struct Parsed {
    pub(crate) call: Call,
    pub(crate) iterations: Option<u32>,
    pub(crate) again: Option<Again>,
    pub(crate) written: Option<&'static str>,
    pub(crate) salt: Option<&'static str>,
}

/// Reads a whole template.
pub(crate) fn parse(text: &str) -> Result<Parsed, TemplateProblem> {
    if text.len() > MAX_LENGTH {
        return Err(TemplateProblem::TooLong { length: text.len() });
    }
    let mut words = Words { text, at: 0 };
    let call = match words.term(0)? {
        Term::Inner(call) => call,
        _ => {
            return Err(TemplateProblem::Expected {
                at: 0,
                expected: "a digest, such as sha256(salt + password)",
            });
        }
    };
    let mut parsed = Parsed { call, iterations: None, again: None, written: None, salt: None };
    while words.take(",") {
        words.option(&mut parsed)?;
    }
    words.skip_space();
    if words.rest().is_empty() {
        Ok(parsed)
    } else {
        Err(words.expected("a comma and an option, or the end"))
    }
}

struct Words<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Words<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn expected(&self, expected: &'static str) -> TemplateProblem {
        TemplateProblem::Expected { at: self.at, expected }
    }

    /// Moves past a sign if it is next.
    fn take(&mut self, sign: &str) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(sign);
        if found {
            self.at += sign.len();
        }
        found
    }

    fn need(&mut self, sign: &str, expected: &'static str) -> Result<(), TemplateProblem> {
        if self.take(sign) { Ok(()) } else { Err(self.expected(expected)) }
    }

    /// Letters, digits and hyphens.
    fn word(&mut self) -> &'a str {
        self.skip_space();
        let rest = self.rest();
        let end = rest.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '-').unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn term(&mut self, depth: usize) -> Result<Term, TemplateProblem> {
        const EXPECTED: &str = "password, utf16(password), salt, a \"text\", or a digest: md5(…), sha1(…), sha256(…), hmac-sha256(…, …)";
        if depth > MAX_DEPTH {
            return Err(TemplateProblem::TooDeep);
        }
        if self.take("\"") {
            let rest = self.rest();
            let end = rest.find('"').ok_or_else(|| self.expected("a closing quotation mark"))?;
            self.at += end + 1;
            return Ok(Term::Text(rest[..end].to_owned()));
        }
        self.skip_space();
        let began = self.at;
        match self.word() {
            "password" => Ok(Term::Password),
            "salt" => Ok(Term::Salt),
            "utf16" => {
                self.need("(", "(password)")?;
                let password = self.word() == "password";
                if password && self.take(")") {
                    Ok(Term::PasswordUtf16)
                } else {
                    Err(self.expected("(password)"))
                }
            }
            name => {
                let keyed = name.strip_prefix("hmac-");
                let algorithm = Algorithm::named(keyed.unwrap_or(name))
                    .ok_or(TemplateProblem::Expected { at: began, expected: EXPECTED })?;
                self.need("(", "an opening parenthesis")?;
                let key = keyed.map(|_| self.key(depth + 1)).transpose()?;
                let message = self.terms(depth + 1)?;
                self.need(")", "+ or a closing parenthesis")?;
                Ok(Term::Inner(Call { algorithm, key, message }))
            }
        }
    }

    fn key(&mut self, depth: usize) -> Result<Vec<Term>, TemplateProblem> {
        let key = self.terms(depth)?;
        self.need(",", "a comma between the key and the message of the HMAC")?;
        Ok(key)
    }

    fn terms(&mut self, depth: usize) -> Result<Vec<Term>, TemplateProblem> {
        let mut terms = vec![self.term(depth)?];
        while self.take("+") {
            terms.push(self.term(depth)?);
        }
        Ok(terms)
    }

    fn option(&mut self, parsed: &mut Parsed) -> Result<(), TemplateProblem> {
        const EXPECTED: &str =
            "hex, base64, salt=text|hex|base64, iterations=N or again=digest|hex|digest+input";
        self.skip_space();
        let began = self.at;
        let unknown = TemplateProblem::Expected { at: began, expected: EXPECTED };
        match self.word() {
            "hex" => once(&mut parsed.written, "hex", "hex or base64"),
            "base64" => once(&mut parsed.written, "base64", "hex or base64"),
            "salt" if self.take("=") => {
                let written = match self.word() {
                    "text" => "text",
                    "hex" => "hex",
                    "base64" => "base64",
                    _ => return Err(unknown),
                };
                once(&mut parsed.salt, written, "salt")
            }
            "iterations" if self.take("=") => {
                let given = decimal(self.word()).ok_or(unknown)?;
                if !(1..=MAX_ITERATIONS).contains(&given) {
                    return Err(TemplateProblem::Iterations { given });
                }
                once(&mut parsed.iterations, given, "iterations")
            }
            "again" if self.take("=") => {
                let again = match self.word() {
                    "hex" => Again::Hex,
                    "digest" if self.take("+") => match self.word() {
                        "input" => Again::BytesAndInput,
                        _ => return Err(unknown),
                    },
                    "digest" => Again::Bytes,
                    _ => return Err(unknown),
                };
                once(&mut parsed.again, again, "again")
            }
            _ => Err(unknown),
        }
    }
}

fn once<T>(slot: &mut Option<T>, value: T, option: &'static str) -> Result<(), TemplateProblem> {
    if slot.is_some() {
        return Err(TemplateProblem::Twice { option });
    }
    *slot = Some(value);
    Ok(())
}
