//! What a source's description may not reach, whatever kind it is of.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use legacy::source::{
    Body, Cage, Expect, HttpSpec, Kind, LdapSpec, LdapTls, LoginCase, Looking, Lookup, Reach, Source,
    SqlSpec, SqlTls, Template, Trouble,
};
use tokio::net::TcpListener;

use crate::support::{ask, reach, spec};

/// A port that counts who comes.
async fn door() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let came = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&came);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            drop(stream);
        }
    });
    (address, came)
}

fn kinds(host: &str, port: u16) -> [Kind; 3] {
    let body = [("u", "{login}"), ("p", "{password}")];
    let template = |(name, text): (&str, &str)| (name.to_owned(), Template::new(text.to_owned()));
    [
        Kind::Http(HttpSpec {
            url: format!("http://{host}:{port}/").parse().unwrap(),
            body: Body::Form(body.map(template).into_iter().collect::<BTreeMap<_, _>>()),
            secret: None,
            right: Expect::default(),
            wrong: Expect::default(),
        }),
        Kind::Ldap(LdapSpec {
            host: host.to_owned(),
            port,
            tls: LdapTls::None,
            bind: None,
            base: "dc=harbour,dc=example".to_owned(),
            filter: Template::new("(uid={login})".to_owned()),
        }),
        Kind::Sql(SqlSpec {
            host: host.to_owned(),
            port,
            database: "crm".to_owned(),
            user: "reader".to_owned(),
            secret: "key".to_owned(),
            tls: SqlTls::None,
            table: vec!["users".to_owned()],
            login: "login".to_owned(),
            hash: "hash".to_owned(),
            login_case: LoginCase::Exact,
        }),
    ]
}

#[tokio::test]
async fn loopback_is_reached_by_no_kind_unless_the_file_lists_it() {
    for host in ["127.0.0.1", "localhost"] {
        let (address, came) = door().await;
        for kind in kinds(host, address.port()) {
            let closed = Reach { cage: Cage::default(), ..reach() };
            let source = Source::open(spec(kind.clone()), &closed).unwrap();
            let trouble = ask(&source, "mruiz", "x").await.unwrap_err();
            assert!(matches!(trouble, Trouble::NotAllowed { .. }), "{} at {host}: {trouble}", kind.word());
            assert_eq!(came.load(Ordering::SeqCst), 0, "{} at {host} was reached", kind.word());
        }
        for kind in kinds(host, address.port()) {
            let before = came.load(Ordering::SeqCst);
            let source = Source::open(spec(kind.clone()), &reach()).unwrap();
            let trouble = ask(&source, "mruiz", "x").await.unwrap_err();
            assert!(matches!(trouble, Trouble::Unreachable(_)), "{} at {host}: {trouble}", kind.word());
            assert!(came.load(Ordering::SeqCst) > before, "{} at {host} was not reached", kind.word());
        }
    }
}

/// A public address the first time, loopback ever after: what a name server of an attacker would say.
struct Turncoat(AtomicUsize);

impl Lookup for Turncoat {
    fn look_up(&self, _: String, port: u16) -> Looking {
        let asked = self.0.fetch_add(1, Ordering::SeqCst);
        let address = if asked == 0 { Ipv4Addr::new(192, 0, 2, 1) } else { Ipv4Addr::LOCALHOST };
        Box::pin(async move { Ok(vec![SocketAddr::new(address.into(), port)]) })
    }
}

#[tokio::test]
async fn a_name_that_changes_its_address_leads_nowhere_else() {
    let (address, came) = door().await;
    for kind in kinds("turncoat.example", address.port()) {
        // 192.0.2.1 (TEST-NET-1) stands for a public address that does not answer; only it is listed.
        let lookup = Arc::new(Turncoat(AtomicUsize::new(0)));
        let cage = Cage::new(["192.0.2.1/32".parse().unwrap()]).with_lookup(lookup);
        let mut spec = spec(kind);
        spec.limits.connect_ms = 200;
        spec.limits.whole_ms = 300;
        let source = Source::open(spec, &Reach { cage, ..reach() }).unwrap();
        for _ in 0..2 {
            assert!(ask(&source, "mruiz", "x").await.is_err());
        }
    }
    assert_eq!(came.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn without_tls_only_listed_addresses_are_asked() {
    /// An address that is public, as far as the cage knows.
    struct Public;
    impl Lookup for Public {
        fn look_up(&self, _: String, port: u16) -> Looking {
            Box::pin(async move { Ok(vec![SocketAddr::new(Ipv4Addr::new(1, 1, 1, 1).into(), port)]) })
        }
    }
    let cage = Cage::default().with_lookup(Arc::new(Public));
    let [http, ..] = kinds("portal.example", 80);
    let source = Source::open(spec(http), &Reach { cage, ..reach() }).unwrap();
    assert!(matches!(ask(&source, "mruiz", "x").await, Err(Trouble::Unprotected { .. })));
}
