//! Digest templates: what they mean, what they refuse, and that what was read says how it was made.
#![expect(clippy::panic, reason = "a template that cannot be read fails the test")]

use legacy::{DigestTemplate, HashProblem, ImportedHash, MAX_LENGTH, Scheme, TemplateProblem};

fn template(text: &str) -> DigestTemplate {
    text.parse().unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

fn problem(text: &str) -> String {
    text.parse::<DigestTemplate>().map_or_else(|problem| problem.to_string(), |_| "accepted".to_owned())
}

const SHA1: &str = "sha1(password)";
/// Of "password", by coreutils 9.1.
const SHA1_OF_PASSWORD: &str = "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8";

#[test]
fn what_was_read_says_how_it_was_made() {
    let hash = template(" md5( salt + password ) , hex ")
        .read("e9cd38fa8e3e60e95ee0d5ea0ba5bf04", Some("a$b"))
        .unwrap();
    assert_eq!(hash.as_str(), "$digest$md5(salt+password)$YSRi$6c04-o4-YOle4NXqC6W_BA");
    assert_eq!(hash.scheme(), Scheme::Digest);
    assert_eq!(format!("{hash:?}"), "ImportedHash(digest)");
    let again = ImportedHash::parse(hash.as_str()).unwrap();
    assert_eq!(again.as_str(), hash.as_str());
}

#[test]
fn the_shortest_form_means_the_same() {
    for (long, short) in [
        ("sha256(salt + password), hex, iterations=1, again=digest, salt=text", "sha256(salt+password)"),
        (
            "hmac-sha512( salt , utf16( password ) ),salt=hex,base64",
            "hmac-sha512(salt,utf16(password)),base64,salt=hex",
        ),
        (
            "md5(\"a, $b)\"+md5(md5(password)+salt)), again=digest+input, iterations=1000000",
            "md5(\"a, $b)\"+md5(md5(password)+salt)),iterations=1000000,again=digest+input",
        ),
        ("sha384(password),again=hex,iterations=2", "sha384(password),iterations=2,again=hex"),
    ] {
        assert_eq!(template(long).to_string(), short);
        assert_eq!(template(short), template(long));
    }
}

#[test]
fn digits_are_read_in_either_case_and_base64_with_or_without_padding() {
    for (given, digest) in [
        (SHA1, SHA1_OF_PASSWORD.to_owned()),
        (SHA1, format!(" {}\n", SHA1_OF_PASSWORD.to_uppercase())),
        ("sha1(password), base64", "W6ph5Mm5Pz8GgiULbPgzG37mj9g=".to_owned()),
        ("sha1(password), base64", "W6ph5Mm5Pz8GgiULbPgzG37mj9g".to_owned()),
    ] {
        let hash = template(given).read(&digest, None).unwrap();
        assert!(hash.verify(b"password"));
        assert!(!hash.verify(b"Password"));
    }
}

#[test]
fn a_template_that_is_not_understood_says_where() {
    for (text, sentence) in [
        ("", "at byte 0: expected password, utf16"),
        ("password", "at byte 0: expected a digest, such as sha256(salt + password)"),
        ("sha3(password)", "at byte 0: expected password, utf16"),
        ("md5", "at byte 3: expected an opening parenthesis"),
        ("md5(password", "at byte 12: expected + or a closing parenthesis"),
        ("md5(password + )", "at byte 15: expected password, utf16"),
        ("md5(password) hex", "at byte 14: expected a comma and an option"),
        ("md5(\"abc)", "at byte 5: expected a closing quotation mark"),
        ("hmac-md5(password)", "at byte 17: expected a comma between the key and the message"),
        ("md5(utf16(salt))", "expected (password)"),
        ("md5(password), upper", "at byte 15: expected hex, base64"),
        ("md5(password), iterations=many", "at byte 15: expected hex, base64"),
        ("md5(password), iterations=4294967296", "at byte 15: expected hex, base64"),
        ("md5(password),", "at byte 14: expected hex, base64"),
    ] {
        let problem = problem(text);
        assert!(problem.contains(sentence), "{text}: {problem}");
    }
    assert_eq!(problem("md5(salt)"), "the digest template never uses the password");
    assert_eq!(
        problem("md5(password), hex, base64"),
        "the digest template has the option hex or base64 twice"
    );
    assert_eq!(
        problem("md5(password), salt=hex"),
        "the digest template says how the salt is written, but its expression has no salt"
    );
}

#[test]
fn templates_are_bounded_in_length_depth_and_iterations() {
    let of_length = |length: usize| format!("md5(password+\"{}\")", "x".repeat(length - 16));
    assert_eq!(problem(&of_length(256)), "accepted");
    assert_eq!(of_length(257).parse::<DigestTemplate>(), Err(TemplateProblem::TooLong { length: 257 }));
    assert_eq!(
        problem(&"md5(".repeat(250_000)),
        "the digest template is 1000000 bytes long; at most 256 are read"
    );

    assert_eq!(problem("md5(md5(md5(password)))"), "accepted");
    assert_eq!(problem("md5(md5(md5(md5(password))))"), "the digest template has digests more than 3 deep");

    for (iterations, accepted) in
        [(0, false), (1, true), (1_000_000, true), (1_000_001, false), (u32::MAX, false)]
    {
        let parsed = format!("md5(password), iterations={iterations}").parse::<DigestTemplate>();
        assert_eq!(parsed.is_ok(), accepted);
        if !accepted {
            assert_eq!(parsed, Err(TemplateProblem::Iterations { given: iterations }));
        }
    }
}

#[test]
fn rows_that_do_not_fit_the_template_are_refused() {
    let salted = template("sha1(salt+password)");
    assert!(salted.needs_salt());
    assert!(!template(SHA1).needs_salt());
    for (template, digest, salt, what) in [
        (&salted, SHA1_OF_PASSWORD, None, "the template needs a salt, and the row has none"),
        (&salted, SHA1_OF_PASSWORD, Some(""), "the template needs a salt, and the row has none"),
        (
            &template(SHA1),
            SHA1_OF_PASSWORD,
            Some("x"),
            "the row has a salt, and the template does not use one",
        ),
        (&template(SHA1), "xyz", None, "its digest is not made of hexadecimal digits"),
        (&template(SHA1), "5ba", None, "its digest is not made of hexadecimal digits"),
        (
            &template(SHA1),
            "5baa",
            None,
            "its digest does not have the length that the template's algorithm gives",
        ),
        (&template("sha1(password),base64"), "###", None, "its digest is not base64"),
        (
            &template("sha1(salt+password),salt=hex"),
            SHA1_OF_PASSWORD,
            Some("xyz"),
            "its salt is not made of hexadecimal digits",
        ),
        (&template("sha1(salt+password),salt=base64"), SHA1_OF_PASSWORD, Some("#"), "its salt is not base64"),
    ] {
        let problem = template.read(digest, salt).unwrap_err();
        assert_eq!(problem, HashProblem::Malformed { scheme: "digest", what });
    }
    assert_eq!(template(SHA1).read(" ", None).unwrap_err(), HashProblem::Empty);
}

#[test]
fn salts_and_digests_are_bounded() {
    let salted = template("sha512(salt+password)");
    let digest = "00".repeat(64);
    let longest = salted.read(&digest, Some(&"s".repeat(256))).unwrap();
    assert_eq!(ImportedHash::parse(longest.as_str()).unwrap().as_str(), longest.as_str());
    assert_eq!(
        salted.read(&digest, Some(&"s".repeat(257))).unwrap_err(),
        HashProblem::Malformed { scheme: "digest", what: "its salt is longer than 256 bytes" }
    );
    let megabyte = "0".repeat(1_000_000);
    for (digest, salt) in [(megabyte.as_str(), "s"), (&digest, &megabyte)] {
        let problem = salted.read(digest, Some(salt)).unwrap_err();
        assert_eq!(problem, HashProblem::TooLong { length: 1_000_000 });
    }
    assert!(problem(&format!("md5(password+\"{}\")", "x".repeat(MAX_LENGTH))).contains("at most 256"));
}

#[test]
fn the_longest_of_everything_can_be_read_again() {
    let text = format!("sha512(salt+password+\"{}\"),again=digest+input,iterations=1000000", "$".repeat(194));
    assert_eq!(text.len(), 256);
    let hash = template(&text).read(&"ab".repeat(64), Some(&"s".repeat(256))).unwrap();
    assert!(hash.as_str().len() <= MAX_LENGTH, "{}", hash.as_str().len());
    assert_eq!(ImportedHash::parse(hash.as_str()).unwrap().as_str(), hash.as_str());
}

#[test]
fn a_tampered_text_is_refused() {
    for text in [
        "$digest$",
        "$digest$md5(password)",
        "$digest$md5(password)$",
        "$digest$md5(password)$$AAAA",
        "$digest$md5(passwort)$$6c04-o4-YOle4NXqC6W_BA",
        "$digest$md5(password)$#$6c04-o4-YOle4NXqC6W_BA",
    ] {
        let problem = ImportedHash::parse(text).unwrap_err().to_string();
        assert!(problem.starts_with("the digest hash is malformed: "), "{text}: {problem}");
    }
}
