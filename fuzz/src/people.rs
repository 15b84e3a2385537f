//! Files of people, and the names that they and others choose.

use std::sync::Arc;

use app::import_users::Person;
use domain::enterprise_user_id::{EnterpriseUserId, LegacyLogin, canonical_login};
use vestibule::people::{Options, Rows, survey};

/// A file of people is read to its end, row by row, the same way twice.
pub fn rows(bytes: &[u8]) {
    let template = "sha256(salt + password)".parse().ok();
    let options = Options {
        company: bytes.first().is_some_and(|byte| byte % 2 == 0).then(|| "northgate".to_owned()),
        ignores_others: bytes.len().is_multiple_of(3),
        digest: template.filter(|_| bytes.len().is_multiple_of(2)),
        ..Options::default()
    };
    let once = read(bytes, &options);
    assert_eq!(once, read(bytes, &options));
    assert!(once.len() <= bytes.len() + 2, "more rows than bytes");
}

fn read(bytes: &[u8], options: &Options) -> Vec<String> {
    let layout = match survey(bytes, options) {
        Ok(layout) => layout,
        Err(sentence) => return vec![sentence],
    };
    let rows = match Rows::open(bytes, layout, options, Arc::default()) {
        Ok(rows) => rows,
        Err(sentence) => return vec![sentence],
    };
    rows.map(|row| match row {
        Err(sentence) => sentence,
        Ok(row) => match row.person {
            Err(problem) => format!("{}: {problem:?}", row.line),
            Ok(person) => {
                is_sound(&person);
                format!("{}: {}", row.line, person.email)
            }
        },
    })
    .collect()
}

/// What was taken from a row can stand in a mail's header and on a page.
fn is_sound(person: &Person) {
    for text in [&person.name, &person.email] {
        assert!(!text.is_empty() && !text.chars().any(char::is_control), "{text:?}");
    }
}

/// A name that is taken is written in one way, and that way is taken as the same name.
pub fn identifiers(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(id) = EnterpriseUserId::parse(text) {
        assert_eq!(id.canonical(), canonical_login(text));
        let again = EnterpriseUserId::parse(id.canonical());
        let again =
            again.unwrap_or_else(|problem| panic!("{text:?} is taken, its own form is not: {problem}"));
        assert_eq!((again.canonical(), again.skeleton()), (id.canonical(), id.skeleton()));
        let shown = EnterpriseUserId::parse(id.display());
        assert!(shown.is_ok_and(|shown| shown.canonical() == id.canonical()), "{text:?}");
    }
    if let Ok(login) = LegacyLogin::parse(text) {
        assert_eq!(canonical_login(&canonical_login(text)), canonical_login(text), "{login:?}");
    }
}
