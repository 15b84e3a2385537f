//! Where a browser wants to go: redirect targets and paths on an application's host.

use percent_encoding::percent_decode_str;
use url::Url;
use web::{
    destinations::{safe_return, within},
    gateway::paths::{Place, place, return_address},
};

const APPLICATION: &str = "https://reconcile.example/";

/// Nobody is sent anywhere but to a page of the application, whatever its address looks like.
pub fn redirects(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let (Ok(portal), Ok(base)) = (Url::parse("https://login.example/"), Url::parse(APPLICATION)) else {
        return;
    };
    let is_known = |address: &Url| address.host_str() == base.host_str() && address.port().is_none();
    if let Some(to) = safe_return(text, &portal, is_known) {
        is_on_application(&to);
    }
    is_on_application(within(&base, text).as_str());
    is_on_application(return_address(&base, text).as_str());
}

fn is_on_application(to: &str) {
    assert!(to.starts_with(APPLICATION), "{to}");
    assert!(to.bytes().all(|byte| byte.is_ascii_graphic()), "what a header cannot hold: {to}");
}

/// No path that any reader could take for one of Vestibule's own is passed to the application.
pub fn paths(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let path = format!("/{text}");
    if place(&path) != Place::Application {
        return;
    }
    let mut reading = path;
    for _ in 0..3 {
        let plain = reading.replace('\\', "/");
        let first = plain.split('/').find(|segment| !segment.is_empty()).unwrap_or_default();
        assert_ne!(first, ".vestibule", "{plain}");
        reading = percent_decode_str(&reading).decode_utf8_lossy().into_owned();
    }
}
