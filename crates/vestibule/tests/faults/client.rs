//! A browser that survives a server that does not: a lost answer is an outcome.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use http::{StatusCode, header};
use url::Url;

/// No answer came, or only a part of one.
#[derive(Debug)]
pub struct Lost;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    /// The path it redirects to; empty when it does not.
    pub path: String,
    pub retry_after: Option<String>,
    pub body: String,
}

/// The browser. A clone is a copy of the profile.
pub struct Client {
    client: reqwest::Client,
    portal: Url,
    cookies: Mutex<BTreeMap<String, String>>,
    token: Mutex<String>,
}

impl Clone for Client {
    fn clone(&self) -> Self {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self {
            client: self.client.clone(),
            portal: self.portal.clone(),
            cookies: Mutex::new(cookies),
            token: Mutex::new(token),
        }
    }
}

impl Client {
    pub fn new(address: SocketAddr, portal: &Url) -> Self {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(20))
            .resolve("localhost", address)
            .build()
            .expect("a client");
        Self { client, portal: portal.clone(), cookies: Mutex::default(), token: Mutex::default() }
    }

    /// Opens a page; who gets no answer presses "reload", for ten seconds.
    pub async fn get(&self, path: &str) -> Result<Answer, Lost> {
        for _ in 0..400 {
            if let Ok(answer) = self.send(self.client.get(self.portal.join(path).expect("a path"))).await {
                return Ok(answer);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Err(Lost)
    }

    /// Sends a form, and sends it again when no answer comes; gives whether the first answer was lost too.
    pub async fn post_again(&self, path: &str, fields: &[(&str, &str)]) -> Result<(Answer, bool), Lost> {
        for round in 0..400 {
            if let Ok(answer) = self.post(path, fields).await {
                return Ok((answer, round > 0));
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Err(Lost)
    }

    /// Sends a form with the token of the page last seen.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, Lost> {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let form = {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            form.append_pair("csrf", &token).extend_pairs(fields).finish()
        };
        let request = self
            .client
            .post(self.portal.join(path).expect("a path"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(form);
        self.send(request).await
    }

    /// Whether somebody is signed in on this browser.
    pub async fn is_signed_in(&self) -> Result<bool, Lost> {
        match self.get("/api/v1/session").await?.status {
            StatusCode::OK => Ok(true),
            StatusCode::UNAUTHORIZED => Ok(false),
            _ => Err(Lost),
        }
    }

    /// Types ID and password at `/login`.
    pub async fn enter_password(&self, user_id: &str, password: &str) -> Result<Answer, Lost> {
        self.get("/login").await?;
        self.post("/login", &[("user_id", user_id), ("password", password), ("to", "")]).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Answer, Lost> {
        let pairs: Vec<_> = {
            let jar = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
            jar.iter().map(|(name, value)| format!("{name}={value}")).collect()
        };
        let request = request.header(header::ACCEPT, "text/html").header(header::COOKIE, pairs.join("; "));
        let response = request.send().await.map_err(|_| Lost)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.text().await.map_err(|_| Lost)?;
        for line in headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok()) {
            let Some((name, rest)) = line.split_once('=') else { continue };
            let value = rest.split(';').next().unwrap_or_default();
            let mut jar = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
            if value.is_empty() || line.contains("Max-Age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some((_, rest)) = body.split_once("name=\"csrf\" value=\"") {
            let token = rest.split('"').next().unwrap_or_default().to_owned();
            *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token;
        }
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let to = text(header::LOCATION).and_then(|to| self.portal.join(&to).ok());
        Ok(Answer {
            status,
            path: to.map(|to| to.path().to_owned()).unwrap_or_default(),
            retry_after: text(header::RETRY_AFTER),
            body,
        })
    }
}
