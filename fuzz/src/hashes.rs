//! Password hashes of other programs, and the templates that explain bare ones.

use legacy::{DigestTemplate, ImportedHash, MAX_LENGTH};

/// The dearest accepted hash needs 1 GiB.
const MOST_KIB: u32 = 1024 * 1024;

/// A hash is read with bounded parameters and written as it is read again, or refused without being repeated.
pub fn hashes(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    match ImportedHash::parse(text) {
        Ok(hash) => is_read_again(&hash),
        Err(problem) => {
            let sentence = problem.to_string();
            assert!(text.len() < 40 || !sentence.contains(text), "a refusal repeats the hash");
        }
    }
}

/// Three lines: a template, a digest, a salt. What was read with a template is read again without it.
pub fn digest_templates(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let mut lines = text.splitn(3, '\n');
    let (template, digest, salt) = (lines.next().unwrap_or_default(), lines.next(), lines.next());
    let Ok(template) = template.parse::<DigestTemplate>() else { return };
    assert_eq!(
        template.to_string().parse().as_ref(),
        Ok(&template),
        "the shortest form means something else"
    );
    if let Ok(hash) = template.read(digest.unwrap_or_default(), salt) {
        is_read_again(&hash);
        assert_eq!(hash.memory_kib(), 4);
    }
}

fn is_read_again(hash: &ImportedHash) {
    assert!(hash.memory_kib() <= MOST_KIB);
    assert!(hash.as_str().len() <= MAX_LENGTH);
    let again = ImportedHash::parse(hash.as_str());
    let again = again.unwrap_or_else(|problem| panic!("what was written is not read: {problem}"));
    assert_eq!((again.as_str(), again.scheme()), (hash.as_str(), hash.scheme()));
}
