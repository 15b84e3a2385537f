//! Every page in every state, with invented data: rendered, checked for what must hold on all of them, and written to
//! `target/preview/` to be looked at.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop the test")]

mod account;
mod devices;
mod factors;
mod login;
mod onboarding;
mod own;
mod recover;
mod rollout;
mod rules;
mod sample;

use std::{fs, path::PathBuf};

use askama::Template;

/// A rendered page and its name.
pub(crate) struct Page {
    name: &'static str,
    html: String,
}

pub(crate) fn page(name: &'static str, view: &impl Template) -> Page {
    Page { name, html: view.render().unwrap() }
}

fn all() -> Vec<Page> {
    [
        login::pages(),
        onboarding::pages(),
        account::pages(),
        devices::pages(),
        factors::pages(),
        own::pages(),
        recover::pages(),
        rollout::pages(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn every_page_keeps_the_rules_of_the_house() {
    for page in all() {
        rules::check(&page.html).unwrap_or_else(|problem| panic!("{}: {problem}", page.name));
    }
}

#[test]
fn names_of_previews_are_unique_and_the_files_are_written() {
    let target = PathBuf::from(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "../../target".into()));
    let folder = target.join("preview");
    fs::create_dir_all(folder.join("assets")).unwrap();
    let pages = all();
    let mut names: Vec<_> = pages.iter().map(|page| page.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), pages.len());
    let brand = sample::brand();
    let mut assets = vec![
        (brand.stylesheet_address(), brand.stylesheet().to_owned()),
        (brand.mark_address(), brand.mark().to_owned()),
    ];
    for file in fs::read_dir("assets").unwrap().map(|entry| entry.unwrap().path()) {
        let name = file.file_name().unwrap().to_str().unwrap();
        assets.push((web::assets::address(name), fs::read_to_string(&file).unwrap()));
    }
    for (address, content) in assets {
        fs::write(folder.join(address.trim_start_matches('/')), content).unwrap();
    }
    for page in &pages {
        let local = page.html.replace("\"/assets/", "\"assets/");
        fs::write(folder.join(format!("{}.html", page.name)), local).unwrap();
    }
}
