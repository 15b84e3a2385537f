//! Headers that a browser or a proxy sends.

use std::net::{IpAddr, Ipv4Addr};

use crypto::token::Token;
use http::{
    HeaderMap, HeaderValue,
    header::{ACCEPT_LANGUAGE, COOKIE},
};
use web::{client_address::TrustedProxies, cookies::shown};

/// Cookies are read one by one, without space around them; what is a token is written as it was.
pub fn cookies(bytes: &[u8]) {
    let Some(headers) = headers(COOKIE.as_str(), bytes) else { return };
    for (name, value) in shown(&headers) {
        for part in [name, value] {
            assert_eq!(part, part.trim_ascii());
            assert!(!part.contains(';'));
        }
        if let Some(token) = Token::parse(value) {
            assert_eq!(token.expose(), value, "two cookies are one token");
        }
    }
    let mut languages = HeaderMap::new();
    if let Some(value) = headers.get(COOKIE) {
        languages.insert(ACCEPT_LANGUAGE, value.clone());
    }
    let _ = web::i18n::text_for(&languages).get("error-kept");
}

/// The client of a request is the peer itself unless that is a proxy of ours, and never one that it cannot vouch for.
pub fn forwarded(bytes: &[u8]) {
    let Some(headers) = headers("x-forwarded-for", bytes) else { return };
    let Ok(network) = "192.0.2.0/24".parse() else { return };
    let proxies = TrustedProxies::new(vec![network]);
    let stranger = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));
    assert_eq!(proxies.client(stranger, &headers).address(), stranger);
    let proxy = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    let client = proxies.client(proxy, &headers);
    assert_eq!(client.address(), client.address().to_canonical());
    assert!(client.network().contains(&client.address()));
    let chain = client.forwarded_for();
    for (at, entry) in chain.split(", ").enumerate() {
        let address: IpAddr = entry.parse().unwrap_or_else(|_| panic!("no address: {chain}"));
        assert!(at == 0 || proxies.trusts(address), "a hop that is not ours: {chain}");
    }
}

/// One header line for each line.
fn headers(name: &'static str, bytes: &[u8]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        headers.append(name, HeaderValue::from_bytes(line).ok()?);
    }
    Some(headers)
}
