use proptest::prelude::*;

use super::*;

fn rule(path: &str, access: &str) -> PathRule {
    PathRule::new(path, PathMatch::Prefix, Vec::new(), access.parse().unwrap()).unwrap()
}

fn exact(path: &str, access: &str) -> PathRule {
    PathRule::new(path, PathMatch::Exact, Vec::new(), access.parse().unwrap()).unwrap()
}

fn with_methods(path: &str, methods: &[&str], access: &str) -> PathRule {
    let methods = methods.iter().map(|method| (*method).to_owned()).collect();
    PathRule::new(path, PathMatch::Prefix, methods, access.parse().unwrap()).unwrap()
}

const ADMIN: Role = Role::ProgramAdministrator;

fn admin() -> Demand {
    Demand::User { roles: vec![ADMIN], fresh: false }
}

fn everything() -> Demand {
    Demand::User { roles: vec![ADMIN], fresh: true }
}

fn rules() -> PathRules {
    PathRules::new(vec![
        rule("/assets", "public"),
        rule("/assets/private", "user"),
        rule("/admin", "role:program_administrator"),
        exact("/admin/help", "public"),
        rule("/payments/send", "fresh"),
        with_methods("/reports", &["POST", "DELETE"], "role:program_administrator"),
        rule("/straße", "role:program_administrator"),
    ])
}

#[test]
fn the_longest_rule_that_fits_decides() {
    for (method, path, demand) in [
        ("GET", "/", Demand::USER),
        ("GET", "/elsewhere", Demand::USER),
        ("GET", "/assets/site.css", Demand::Nothing),
        ("GET", "/assets", Demand::Nothing),
        ("GET", "/assets/", Demand::Nothing),
        ("GET", "/assetsx", Demand::USER),
        ("GET", "/assets/private/key", Demand::USER),
        ("GET", "/admin", admin()),
        ("GET", "/admin/", admin()),
        ("GET", "/admin/users", admin()),
        ("GET", "/administrator", Demand::USER),
        ("GET", "/admin/help", Demand::Nothing),
        ("GET", "/admin/help/more", admin()),
        ("POST", "/payments/send", Demand::User { roles: vec![], fresh: true }),
        ("GET", "/payments", Demand::USER),
        ("GET", "/reports/1", Demand::USER),
        ("POST", "/reports/1", admin()),
        ("delete", "/reports/1", admin()),
        ("GET", "/stra%C3%9Fe/1", admin()),
    ] {
        assert_eq!(rules().demand(method, path), demand, "{method} {path}");
    }
}

#[test]
fn what_some_server_reads_as_a_closed_path_is_closed() {
    for path in [
        "/%61dmin",
        "/ADMIN/users",
        "/Admin",
        "/\u{ff41}dmin",
        "/%EF%BD%81dmin/x",
        "/STRA\u{1e9e}E",
        "/admin/help/x",
    ] {
        assert_eq!(rules().demand("GET", path), admin(), "{path}");
    }
    assert_eq!(rules().demand("GET", "/ASSETS/site.css"), Demand::USER, "a rule opens its own writing alone");
}

#[test]
fn what_can_be_read_in_two_ways_gets_every_demand() {
    for path in [
        "/assets/..%2fadmin",
        "/assets/../admin",
        "/assets/%2e%2e/admin",
        "/assets/.%2e/admin",
        "/assets//admin",
        "//admin",
        "/assets/x;/../../admin",
        "/assets;x=1/site.css",
        "/admin;x",
        "/assets%5c..%5cadmin",
        "/assets\\..\\admin",
        "/assets/%00",
        "/assets/%252e%252e/admin",
        "/assets/%2fadmin",
        "/assets/%c0%ae%c0%ae/admin",
        "/assets/%zz",
        "/assets/%2",
        "/assets/%",
        "/assets/./x",
        "/assets/x.",
        "/assets/x%20",
        "/assets/..",
        "/assets/%3fx",
        "/assets/%23x",
        "/assets/\u{ff0e}\u{ff0e}/x",
        "/assets\u{ff0f}x",
        "/assets/\u{2025}/admin",
        "",
        "assets",
        "*",
        "http://evil.example/assets",
    ] {
        assert_eq!(rules().demand("GET", path), everything(), "{path}");
    }
}

#[test]
fn an_application_without_rules_asks_for_a_user() {
    for path in ["/", "/a/..%2fb", "", "//"] {
        assert_eq!(PathRules::default().demand("GET", path), Demand::USER);
    }
}

#[test]
fn a_rule_for_get_is_one_for_head() {
    for named in ["GET", "HEAD"] {
        let rules = PathRules::new(vec![with_methods("/x", &[named], "fresh")]);
        for (method, fresh) in [("GET", true), ("HEAD", true), ("POST", false), ("head", true)] {
            assert_eq!(rules.demand(method, "/x"), Demand::User { roles: vec![], fresh }, "{named} {method}");
        }
    }
}

#[test]
fn only_plain_paths_make_rules() {
    let new = |path: &str| PathRule::new(path, PathMatch::Prefix, Vec::new(), PathAccess::User);
    for good in ["/", "/a", "/a/", "/ä/b c", "/.well-known"] {
        assert!(new(good).is_ok(), "{good}");
    }
    for bad in ["", "a", "/a//b", "/a/../b", "/%61", "/a;b", "/a?b", "/a.", "/a\\b", "//"] {
        assert_eq!(new(bad), Err(BadRule::Path), "{bad}");
    }
    assert!(new(&format!("/{}", "a".repeat(511))).is_ok());
    assert_eq!(new(&format!("/{}", "a".repeat(512))), Err(BadRule::Path));
    let method =
        |method: &str| PathRule::new("/", PathMatch::Exact, vec![method.to_owned()], PathAccess::User);
    assert!(method("POST").is_ok() && method(&"A".repeat(20)).is_ok());
    for bad in ["", "post", "A B", &"A".repeat(21)] {
        assert_eq!(method(bad), Err(BadRule::Method), "{bad}");
    }
}

#[test]
fn rules_are_written_and_read_back() {
    for rule in rules().all() {
        let json = serde_json::to_string(rule).unwrap();
        assert_eq!(&serde_json::from_str::<PathRule>(&json).unwrap(), rule);
    }
    let shown: Vec<_> = rules().all().iter().map(ToString::to_string).collect();
    assert_eq!(shown[2], "/admin: role:program_administrator");
    assert_eq!(shown[3], "exactly /admin/help: public");
    assert_eq!(shown[5], "DELETE,POST /reports: role:program_administrator");
    assert_eq!("role:operator".parse::<PathAccess>(), Err(UnknownAccess));
}

#[test]
fn two_rules_for_the_same_requests_collide() {
    assert!(rule("/a", "user").collides(&rule("/A/", "public")));
    assert!(!rule("/a", "user").collides(&exact("/a", "public")));
    assert!(!rule("/a", "user").collides(&with_methods("/a", &["GET"], "public")));
    assert!(with_methods("/a", &["GET", "PUT"], "user").collides(&with_methods("/a", &["PUT"], "public")));
}

/// Every way in which lenient servers change a path before they choose a page.
fn as_a_lenient_server_reads(path: &str) -> String {
    let mut text = path.to_owned();
    for _ in 0..3 {
        for (from, to) in [
            ("%2f", "/"),
            ("%2F", "/"),
            ("%2e", "."),
            ("%2E", "."),
            ("%5c", "/"),
            ("%61", "a"),
            ("%25", "%"),
            ("\\", "/"),
        ] {
            text = text.replace(from, to);
        }
    }
    let mut segments: Vec<String> = Vec::new();
    for segment in text.split('/') {
        match segment.split(';').next().unwrap_or_default() {
            "" | "." => {}
            ".." => drop(segments.pop()),
            name => segments.push(name.to_lowercase()),
        }
    }
    format!("/{}", segments.join("/"))
}

proptest! {
    #[test]
    fn no_writing_of_a_closed_path_is_open(
        parts in prop::collection::vec(prop::sample::select(vec![
            "/", "//", "assets", "admin", "ADMIN", "%61dmin", "..", ".", "%2e%2e", "%2f", "%5c", "\\", ";x", "%252f", "users", "%25", "%",
        ]), 0..9)
    ) {
        let path = format!("/{}", parts.concat());
        let meant = as_a_lenient_server_reads(&path);
        if meant == "/admin" || meant.starts_with("/admin/") && meant != "/admin/help" {
            let demand = rules().demand("GET", &path);
            prop_assert!(demand == admin() || demand == everything(), "{path} is read as {meant}: {demand:?}");
        }
    }

    #[test]
    fn any_path_has_a_demand_and_odd_ones_are_never_public(path in "\\PC{0,40}") {
        let demand = rules().demand("GET", &path);
        if demand == Demand::Nothing {
            prop_assert!(path.starts_with("/assets") || path.starts_with("/admin/help") || path.contains('%'), "{path}");
        }
    }
}
