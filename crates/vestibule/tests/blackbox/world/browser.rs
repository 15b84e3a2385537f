//! A browser that a test can see through: it keeps cookies by host, follows redirects only when told, and sends what
//! browsers send with forms.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Mutex, PoisonError},
};

use http::{HeaderMap, Method, StatusCode, header};
use url::Url;

use super::form_token;

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) url: Url,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// Where it redirects to, as an absolute address.
    pub(crate) fn location(&self) -> Option<Url> {
        let to = self.headers.get(header::LOCATION)?.to_str().ok()?;
        self.url.join(to).ok()
    }

    /// The path it redirects to.
    pub(crate) fn path(&self) -> String {
        self.location().map(|to| to.path().to_owned()).unwrap_or_default()
    }

    /// Its `Set-Cookie` headers.
    pub(crate) fn cookies_set(&self) -> Vec<&str> {
        self.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()).collect()
    }

    /// Its body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }
}

/// Cookies of one host.
pub(crate) type Jar = BTreeMap<String, String>;

fn client(address: SocketAddr, from: Option<IpAddr>) -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .local_address(from)
        .resolve("localhost", address)
        .resolve("reconcile.localhost", address)
        .build()
        .expect("a client")
}

/// The browser. Clones share nothing: a clone is a copy of the profile, as a thief makes it.
pub(crate) struct Browser {
    client: reqwest::Client,
    portal: Url,
    jars: Mutex<BTreeMap<String, Jar>>,
    token: Mutex<String>,
}

impl Clone for Browser {
    fn clone(&self) -> Self {
        let lock = |text: &Mutex<String>| text.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self {
            client: self.client.clone(),
            portal: self.portal.clone(),
            jars: Mutex::new(self.jars.lock().unwrap_or_else(PoisonError::into_inner).clone()),
            token: Mutex::new(lock(&self.token)),
        }
    }
}

impl Browser {
    /// A browser that finds the portal and the application at this address.
    pub(crate) fn new(address: SocketAddr, portal: Url) -> Self {
        Self { client: client(address, None), portal, jars: Mutex::default(), token: Mutex::default() }
    }

    /// A copy of this browser whose requests reach another address.
    pub(crate) fn at(&self, address: SocketAddr) -> Self {
        let Self { client, .. } = Self::new(address, self.portal.clone());
        Self { client, ..self.clone() }
    }

    /// The same browser, carried to another network: its requests come from this address of the loopback interface.
    pub(crate) fn in_network(&self, address: SocketAddr, last: u8) -> Self {
        let client = client(address, Some(Ipv4Addr::new(127, 0, 0, last).into()));
        Self { client, ..self.clone() }
    }

    /// Opens a page by a path of the portal, or an absolute address.
    pub(crate) async fn get(&self, to: &str) -> Answer {
        self.send(Method::GET, to, HeaderMap::new(), None).await
    }

    /// Sends a form of the page last seen, with its token.
    pub(crate) async fn post(&self, to: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &token).extend_pairs(fields);
        self.post_raw(to, form.finish().into_bytes()).await
    }

    /// Sends these bytes as a form.
    pub(crate) async fn post_raw(&self, to: &str, body: Vec<u8>) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().expect("a header"));
        headers.insert("sec-fetch-site", "same-origin".parse().expect("a header"));
        self.send(Method::POST, to, headers, Some(body)).await
    }

    /// Sends JSON to the API, with the token of the page last seen.
    pub(crate) async fn api(&self, method: Method, to: &str, body: &str) -> Answer {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "application/json".parse().expect("a header"));
        headers.insert("sec-fetch-site", "same-origin".parse().expect("a header"));
        headers.insert("vestibule-csrf", token.parse().expect("a header"));
        self.send(method, to, headers, Some(body.as_bytes().to_vec())).await
    }

    /// Opens a page and whatever it redirects to.
    pub(crate) async fn follow(&self, to: &str) -> Answer {
        let answer = self.get(to).await;
        self.follow_on(answer).await
    }

    /// Goes where an answer leads.
    pub(crate) async fn follow_on(&self, mut answer: Answer) -> Answer {
        for _ in 0..12 {
            match answer.location() {
                Some(to) => answer = self.get(to.as_str()).await,
                None => return answer,
            }
        }
        panic!("too many redirects, the last to {:?}", answer.location());
    }

    /// Sends a request with these headers besides the cookies.
    pub(crate) async fn send(
        &self,
        method: Method,
        to: &str,
        headers: HeaderMap,
        body: Option<Vec<u8>>,
    ) -> Answer {
        let url = self.portal.join(to).expect("an address");
        let host = url.host_str().unwrap_or_default().to_owned();
        let mut request = self.client.request(method, url.clone());
        let cookies = self.cookie_header(&host);
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        if !headers.contains_key(header::ACCEPT) {
            request = request.header(header::ACCEPT, "text/html");
        }
        request = request.headers(headers);
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        let body = String::from_utf8_lossy(&response.bytes().await.expect("a body")).into_owned();
        let answer = Answer { url, status, headers, body };
        self.keep_cookies(&host, &answer);
        if let Some(token) = form_token(&answer.body) {
            *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token.to_owned();
        }
        answer
    }

    /// The cookies of a host.
    pub(crate) fn jar(&self, host: &str) -> Jar {
        self.jars.lock().unwrap_or_else(PoisonError::into_inner).get(host).cloned().unwrap_or_default()
    }

    /// The value of a cookie of the portal.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.jar("localhost").get(name).cloned()
    }

    /// Sets, or with an empty value removes, a cookie of the portal.
    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        let mut jars = self.jars.lock().unwrap_or_else(PoisonError::into_inner);
        let jar = jars.entry("localhost".to_owned()).or_default();
        if value.is_empty() {
            drop(jar.remove(name))
        } else {
            drop(jar.insert(name.to_owned(), value.to_owned()))
        }
    }

    fn cookie_header(&self, host: &str) -> String {
        let jar = self.jar(host);
        let pairs: Vec<_> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn keep_cookies(&self, host: &str, answer: &Answer) {
        let mut jars = self.jars.lock().unwrap_or_else(PoisonError::into_inner);
        let jar = jars.entry(host.to_owned()).or_default();
        for line in answer.cookies_set() {
            let Some((name, rest)) = line.split_once('=') else { continue };
            let value = rest.split(';').next().unwrap_or_default();
            if value.is_empty() || line.contains("Max-Age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Types ID and password at `/login`.
    pub(crate) async fn enter_password(&self, user_id: &str, password: &str) -> Answer {
        self.get("/login").await;
        self.post("/login", &[("user_id", user_id), ("password", password), ("to", "")]).await
    }

    /// Types old login name and password at `/start`.
    pub(crate) async fn enter_legacy(&self, login_name: &str, password: &str) -> Answer {
        self.get("/start").await;
        self.post("/start", &[("login_name", login_name), ("password", password), ("to", "")]).await
    }

    /// Types a code at `/login/code`.
    pub(crate) async fn enter_code(&self, code: &str) -> Answer {
        self.get("/login/code").await;
        self.post("/login/code", &[("code", code)]).await
    }

    /// The state of the session, as the API tells it.
    pub(crate) async fn session(&self) -> Answer {
        self.get("/api/v1/session").await
    }

    /// Whether somebody is signed in.
    pub(crate) async fn is_signed_in(&self) -> bool {
        self.session().await.status == StatusCode::OK
    }
}
