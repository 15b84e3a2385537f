//! A browser without a screen: one connection, cookies, and the few pages that a login takes.

use std::{collections::BTreeMap, net::SocketAddr};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Request, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE, USER_AGENT},
};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, sync::mpsc::UnboundedReceiver};

use crate::people::{PASSWORD, Person};

/// What a common browser says of itself.
const AGENT: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// The two hosts of an installation, both on one loopback port.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    port: u16,
}

/// One host: its name and where it listens.
#[derive(Debug, Clone)]
pub(crate) struct Host {
    pub(crate) host: String,
    pub(crate) address: SocketAddr,
}

impl Place {
    pub(crate) const fn new(port: u16) -> Self {
        Self { port }
    }

    /// The login.
    pub(crate) fn portal(&self) -> Host {
        self.at("localhost")
    }

    /// The application behind the gateway.
    pub(crate) fn application(&self) -> Host {
        self.at("reconcile.localhost")
    }

    fn at(&self, name: &str) -> Host {
        Host { host: format!("{name}:{}", self.port), address: ([127, 0, 0, 1], self.port).into() }
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// Whether it redirects to this path or below it.
    pub(crate) fn leads_to(&self, path: &str) -> bool {
        self.location().starts_with(path)
    }

    fn location(&self) -> &str {
        self.headers.get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default()
    }
}

/// One connection to one host, and its cookies.
#[derive(Debug)]
pub(crate) struct Browser {
    host: Host,
    sender: SendRequest<Full<Bytes>>,
    cookies: BTreeMap<String, String>,
    csrf: String,
}

impl Browser {
    /// Connects; nothing is asked yet.
    ///
    /// # Errors
    /// When nobody listens.
    pub(crate) async fn open(host: Host) -> Result<Self> {
        let stream = TcpStream::connect(host.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { host, sender, cookies: BTreeMap::new(), csrf: String::new() })
    }

    /// The headers that this browser sends with every request.
    ///
    /// # Errors
    /// When a cookie cannot stand in a header.
    pub(crate) fn headers(&self) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::try_from(&self.host.host)?);
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(ACCEPT, HeaderValue::from_static("text/html,application/xhtml+xml,*/*;q=0.8"));
        headers.insert("accept-language", HeaderValue::from_static("en-GB,en;q=0.7"));
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            headers.insert(COOKIE, HeaderValue::try_from(cookies.join("; "))?);
        }
        Ok(headers)
    }

    /// Asks for a page.
    ///
    /// # Errors
    /// When the connection breaks.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Answer> {
        self.send(Method::GET, path, Bytes::new()).await
    }

    /// Enters ID and password as the form does.
    ///
    /// # Errors
    /// When the answer is no redirect.
    async fn enter_password(&mut self, person: &Person) -> Result<String> {
        let form = [("user_id", person.user_id.as_str()), ("password", PASSWORD)];
        self.post("/login", &form).await
    }

    /// A login on a Trusted Device.
    ///
    /// # Errors
    /// When it does not lead to the application.
    pub(crate) async fn log_in_trusted(&mut self, person: &Person) -> Result<()> {
        let to = self.enter_password(person).await?;
        ensure!(to.contains("reconcile.localhost"), "a Trusted Device was led to {to}");
        Ok(())
    }

    /// A login with the code from the mail.
    ///
    /// # Errors
    /// When it does not lead to the application.
    pub(crate) async fn log_in_with_code(
        &mut self,
        person: &Person,
        codes: &mut UnboundedReceiver<String>,
        trust: Trust,
    ) -> Result<()> {
        let to = self.enter_password(person).await?;
        ensure!(to == "/login/code", "ID and password led to {to}");
        let code = codes.recv().await.context("no code arrived")?;
        let mut form = vec![("code", code.as_str())];
        if trust == Trust::Device {
            form.push(("remember_device", "on"));
        }
        let to = self.post("/login/code", &form).await?;
        ensure!(to.contains("reconcile.localhost"), "a right code led to {to}");
        Ok(())
    }

    /// Follows the hand-over from this portal to the application's host: gives a browser there that is signed in.
    ///
    /// # Errors
    /// When the application is not reached.
    pub(crate) async fn enter_application(&mut self, application: Host) -> Result<Self> {
        let mut there = Self::open(application).await?;
        let asked = there.get("/").await?;
        let handoff = path_of(asked.location())?;
        let ticket = self.get(&handoff).await?;
        let back = path_of(ticket.location())?;
        let entered = there.get(&back).await?;
        ensure!(there.cookies.contains_key("vestibule-app"), "the hand-over answered {}", entered.status);
        Ok(there)
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<String> {
        let answer = self.submit(path, fields).await?;
        ensure!(answer.status == StatusCode::SEE_OTHER, "{path} answered {}", answer.status);
        Ok(answer.location().to_owned())
    }

    /// Sends a form, whatever the answer is.
    ///
    /// # Errors
    /// When the connection breaks, or there is no form token.
    pub(crate) async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        if self.csrf.is_empty() {
            self.learn_token().await?;
        }
        let csrf = self.csrf.clone();
        let fields = fields.iter().copied().chain([("csrf", csrf.as_str())]);
        let form: Vec<String> =
            fields.map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))).collect();
        self.send(Method::POST, path, Bytes::from(form.join("&"))).await
    }

    /// Asks for the token that this browser's forms carry.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) async fn learn_token(&mut self) -> Result<()> {
        let told: serde_json::Value = serde_json::from_slice(&self.get("/api/v1/login").await?.body)?;
        self.csrf = told["csrf"].as_str().context("there is no form token")?.to_owned();
        Ok(())
    }

    async fn send(&mut self, method: Method, path: &str, body: Bytes) -> Result<Answer> {
        let mut request = Request::new(Full::new(body));
        *request.headers_mut() = self.headers()?;
        if method == Method::POST {
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            request.headers_mut().insert(CONTENT_TYPE, form);
        }
        *request.method_mut() = method;
        *request.uri_mut() = path.parse()?;
        self.sender.ready().await?;
        let (parts, body) = self.sender.send_request(request).await?.into_parts();
        for line in parts.headers.get_all(SET_COOKIE) {
            self.keep(line.to_str()?);
        }
        Ok(Answer { status: parts.status, headers: parts.headers, body: body.collect().await?.to_bytes() })
    }

    fn keep(&mut self, line: &str) {
        let pair = line.split(';').next().unwrap_or_default();
        let Some((name, value)) = pair.split_once('=') else { return };
        if line.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// Whether the code page's box is ticked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Ticked: the browser becomes a Trusted Device.
    Device,
    /// Not ticked: the next login asks for a code again.
    Nothing,
}

fn path_of(address: &str) -> Result<String> {
    let uri: http::Uri = address.parse().with_context(|| format!("no address to follow: {address:?}"))?;
    Ok(uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string))
}
