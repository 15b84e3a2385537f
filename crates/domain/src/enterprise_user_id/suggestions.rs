//! Names to offer: from the person's own name, then the company, then the legacy login, then numbered.

use std::collections::HashSet;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::{EnterpriseUserId, MAX_CHARACTERS};

/// The last number that is tried behind a name.
const LAST_NUMBER: u32 = 999;
/// Parts of a name that are looked at; nobody's name has more that help.
const MOST_PARTS: usize = 8;

/// Candidates for a person, the most natural first, without repeats and without look-alikes among themselves.
///
/// The order depends on nothing but the arguments. The caller keeps those that are free; a name that is taken a thousand
/// times over still leaves candidates. Names in any script are used as they are written; accents of Latin letters are
/// dropped, because people do not type them on every keyboard.
pub fn suggestions(
    full_name: &str,
    company_slug: &str,
    legacy_login: Option<&str>,
) -> impl Iterator<Item = EnterpriseUserId> + use<> {
    let company = parts_of(company_slug);
    let bases = bases(&parts_of(full_name), &company, legacy_login);
    let numbered = bases.clone();
    let numbers = (2..=LAST_NUMBER).flat_map(move |n| {
        numbered.clone().into_iter().map(move |base| {
            let room = MAX_CHARACTERS.saturating_sub(n.to_string().len());
            format!("{}{n}", shorten(&base, room))
        })
    });
    let mut seen = HashSet::new();
    bases
        .into_iter()
        .chain(numbers)
        .filter_map(|candidate| EnterpriseUserId::parse(&candidate).ok())
        .filter(move |id| seen.insert(id.skeleton().to_owned()))
}

/// Un-numbered candidates, well formed or not.
fn bases(name: &[String], company: &[String], legacy_login: Option<&str>) -> Vec<String> {
    let mut bases = Vec::new();
    let initials: String = company.iter().filter_map(|part| part.chars().next()).collect();
    let employer = company.first().cloned().unwrap_or_default();
    if let (Some(first), Some(last)) = (name.first(), name.last()) {
        let initial: String = first.chars().take(1).collect();
        let single = name.len() == 1;
        if !single {
            bases.extend([
                format!("{first}.{last}"),
                format!("{initial}.{last}"),
                format!("{last}.{first}"),
                format!("{first}-{last}"),
                format!("{first}{last}"),
            ]);
            bases.push(name.join("."));
        } else {
            bases.push(first.clone());
        }
        let person = if single { first.clone() } else { format!("{first}.{last}") };
        for place in [&initials, &employer] {
            bases.extend([format!("{person}-{place}"), format!("{last}-{place}")]);
        }
    }
    bases.extend(legacy_login.map(|login| parts_of(login).join(".")));
    bases.extend(legacy_login.map(|login| format!("{}-{employer}", parts_of(login).join("."))));
    // Too short even with the company, or in a script that does not go with the company's.
    if bases.iter().all(|base| EnterpriseUserId::parse(base).is_err()) {
        bases.extend(name.first().map(|first| format!("{first}-{first}-{first}")));
        bases.extend([format!("{employer}-member"), "new-member".to_owned()]);
    }
    bases.iter().map(|base| shorten(base, MAX_CHARACTERS)).collect()
}

/// A text in words of plain letters and digits: `D'Angelo-Müller` gives `dangelo` and `muller`.
fn parts_of(text: &str) -> Vec<String> {
    let lower: String = text.chars().take(256).flat_map(char::to_lowercase).collect();
    let words = lower
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '.' | '_' | ',' | '@' | '/' | '・' | '·'));
    let plain = words.map(plain_letters).filter(|word| !word.is_empty());
    plain.take(MOST_PARTS).collect()
}

fn plain_letters(word: &str) -> String {
    let mut plain = String::new();
    let mut after_latin = false;
    for c in word.nfkd() {
        if is_combining_mark(c) {
            if !after_latin {
                plain.push(c);
            }
            continue;
        }
        match c {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'þ' => plain.push_str("th"),
            'ı' => plain.push('i'),
            _ if c.is_alphanumeric() => plain.push(c),
            _ => {}
        }
        after_latin = c.is_ascii_alphanumeric() || ('ß'..='ɏ').contains(&c);
    }
    plain.nfc().collect()
}

/// At most `room` characters, not ending in a mark.
fn shorten(name: &str, room: usize) -> String {
    let cut: String = name.chars().take(room).collect();
    cut.trim_matches(['.', '-']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(count: usize, full_name: &str, company: &str, login: Option<&str>) -> String {
        let found: Vec<_> =
            suggestions(full_name, company, login).take(count).map(|id| id.to_string()).collect();
        found.join(" ")
    }

    #[test]
    fn candidates_begin_with_the_persons_own_name() {
        insta::assert_snapshot!([
            first(12, "Amara Okafor", "northgate-shipping", Some("aokafor")),
            first(4, "José Ángel García-Márquez", "harbour", None),
            first(4, "Siobhán O'Brien", "harbour", None),
            first(3, "Łukasz Strauß", "harbour", None),
            first(3, "Li Na", "harbour", None),
            first(3, "Madonna", "harbour", None),
            first(3, "山田 太郎", "northgate-shipping", Some("YAMADA01")),
            first(3, "Дмитрий Соколов", "northgate-shipping", None),
            first(3, "محمد العربي", "northgate-shipping", None),
            first(3, "Νίκος Παππάς", "northgate-shipping", None),
            first(3, "अमित शर्मा", "northgate-shipping", None),
            first(3, "सी", "northgate-shipping", None),
            first(2, "", "harbour", None),
            first(2, "", "", None),
            first(2, "admin", "support", Some("root")),
            first(2, &"Maximiliane ".repeat(9), "harbour", None),
        ].join("\n"), @r#"
        amara.okafor a.okafor okafor.amara amara-okafor amaraokafor amara.okafor-ns okafor-ns amara.okafor-northgate okafor-northgate aokafor aokafor-northgate amara.okafor2
        jose.marquez j.marquez marquez.jose jose-marquez
        siobhan.obrien s.obrien obrien.siobhan siobhan-obrien
        lukasz.strauss l.strauss strauss.lukasz
        li.na-h li.na-harbour na-harbour
        madonna madonna-h madonna-harbour
        山田.太郎-ns 山田.太郎-northgate 太郎-northgate
        дмитрий.соколов д.соколов соколов.дмитрий
        محمد.العربي م.العربي العربي.محمد
        νίκος.παππάς ν.παππάς παππάς.νίκος
        अमित.शर्मा अ.शर्मा शर्मा.अमित
        सी-सी-सी northgate-member new-member
        harbour-member new-member
        member new-member
        admin-s admin-s2
        maximiliane.maximiliane m.maximiliane
        "#);
    }

    #[test]
    fn there_are_many_and_no_two_look_alike() {
        for (name, wanted) in [("Amara Okafor", 1_100), ("山田 太郎", 200), ("X", 200), ("", 200)] {
            let offered = || suggestions(name, "northgate-shipping", None).take(wanted);
            let all: Vec<_> = offered().collect();
            let looks: HashSet<_> = all.iter().map(|id| id.skeleton().to_owned()).collect();
            assert_eq!((all.len(), looks.len()), (wanted, wanted), "{name}");
            assert!(offered().take(20).eq(all.into_iter().take(20)), "the order is fixed");
        }
    }
}
