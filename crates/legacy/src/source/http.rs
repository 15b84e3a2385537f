//! A source that is asked by HTTP.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use reqwest::{
    Client,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{CONTENT_TYPE, HeaderName, HeaderValue},
    redirect::Policy,
};
use secrecy::ExposeSecret as _;
use url::{Host, Url};
use zeroize::Zeroizing;

use super::{
    Answer, Body, Cage, Confirmed, HttpSpec, ProfileMap, Reach, SecretHeader, SourceSpec, Step, Tell,
    Template, Trouble,
    expect::{Answered, value_at},
    tls,
};

/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 64 * 1024;
/// An idle connection is kept so long.
const KEPT: Duration = Duration::from_secs(30);

/// A caged client for one address.
pub(super) struct Caged {
    client: Client,
    cage: Cage,
    url: Url,
    secret: Option<(HeaderName, HeaderValue)>,
}

/// What an answer holds, apart from its address.
pub(super) type Post = (&'static str, Zeroizing<Vec<u8>>);

impl Caged {
    pub(super) fn open(
        spec: &SourceSpec,
        url: &Url,
        secret: Option<&SecretHeader>,
        reach: &Reach,
    ) -> Result<Self, Trouble> {
        let client = Client::builder()
            .tls_backend_preconfigured(tls::client(spec)?)
            .dns_resolver(Arc::new(Resolver { cage: reach.cage.clone(), is_plain: url.scheme() != "https" }))
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(spec.limits.connect())
            .pool_idle_timeout(KEPT)
            .user_agent("vestibule")
            .build()
            .map_err(|error| Trouble::setup(format!("the HTTP client: {error}")))?;
        let secret = secret.map(|secret| header(secret, reach)).transpose()?;
        Ok(Self { client, cage: reach.cage.clone(), url: url.clone(), secret })
    }

    /// Checks an address that stands in the place of a name: it is never looked up, so the resolver never sees it.
    async fn check_literal(&self) -> Result<(), Trouble> {
        match self.url.host() {
            None | Some(Host::Domain(_)) => Ok(()),
            Some(host) => resolve(&self.cage, &host.to_string(), self.is_plain()).await.map(drop),
        }
    }

    fn is_plain(&self) -> bool {
        self.url.scheme() != "https"
    }

    pub(super) async fn post(&self, (kind, body): Post, tell: Tell<'_>) -> Result<Answered, Trouble> {
        self.check_literal().await?;
        let mut request = self.client.post(self.url.clone()).header(CONTENT_TYPE, kind).body(body.to_vec());
        if let Some((name, value)) = &self.secret {
            request = request.header(name, value);
        }
        let mut response = request.send().await.map_err(|error| failure(&error))?;
        if let Some(address) = response.remote_addr() {
            let how = if self.is_plain() { "without TLS" } else { "with TLS, certificate believed" };
            tell(Step { what: "connection", finding: format!("{address} {how}") });
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(Trouble::odd(format!("the answer is longer than {LONGEST_ANSWER} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        let answer =
            Answered { status: response.status().as_u16(), headers: response.headers().clone(), body };
        tell(Step {
            what: "answer",
            finding: format!("status {}, {} bytes", answer.status, answer.body.len()),
        });
        match answer.status {
            502..=504 => Err(Trouble::Unreachable(format!("it answers {}", answer.status))),
            _ => Ok(answer),
        }
    }

    /// Nobody is asked about: only whether somebody listens.
    pub(super) async fn reach(&self, tell: Tell<'_>) -> Result<(), Trouble> {
        self.check_literal().await?;
        let request = self.client.head(self.url.clone());
        let response = request.send().await.map_err(|error| failure(&error))?;
        if let Some(address) = response.remote_addr() {
            tell(Step { what: "connection", finding: address.to_string() });
        }
        Ok(())
    }
}

fn header(secret: &SecretHeader, reach: &Reach) -> Result<(HeaderName, HeaderValue), Trouble> {
    let value = tls::secret(reach, &secret.secret)?;
    let name = HeaderName::try_from(&secret.header)
        .map_err(|_| Trouble::setup(format!("{:?} cannot be the name of a header", secret.header)))?;
    let mut value = HeaderValue::try_from(value.expose_secret())
        .map_err(|_| Trouble::setup(format!("the secret \"{}\" cannot stand in a header", secret.secret)))?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// The error without the address, which stands in the source's description.
fn failure(error: &reqwest::Error) -> Trouble {
    let mut cause: &dyn std::error::Error = error;
    loop {
        if let Some(trouble) = cause.downcast_ref::<Trouble>() {
            return trouble.clone();
        }
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return Trouble::Tls(tls.to_string());
        }
        let inner = cause.source().or_else(|| {
            // An error inside of an I/O error is not its source.
            cause.downcast_ref::<std::io::Error>().and_then(|io| io.get_ref()).map(|inner| inner as _)
        });
        let Some(inner) = inner else { return Trouble::Unreachable(cause.to_string()) };
        cause = inner;
    }
}

/// The addresses that may be connected to; without TLS only those that the configuration lists.
async fn resolve(cage: &Cage, host: &str, is_plain: bool) -> Result<Vec<SocketAddr>, Trouble> {
    // Port 0 stands for the port of the URL.
    let mut found = cage.resolve(host, 0).await?;
    if is_plain {
        let first = found.first().map(SocketAddr::ip);
        found.retain(|address| cage.lists(address.ip()));
        if let (true, Some(first)) = (found.is_empty(), first) {
            cage.check_unprotected(host, first)?;
        }
    }
    Ok(found)
}

/// Resolves for the client, through the cage: what it gives is what is connected to.
struct Resolver {
    cage: Cage,
    is_plain: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (cage, is_plain) = (self.cage.clone(), self.is_plain);
        Box::pin(async move {
            let found = resolve(&cage, name.as_str(), is_plain).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// A request of the application's own making.
pub(super) struct HttpWay {
    caged: Caged,
    spec: HttpSpec,
    profile: ProfileMap,
}

impl HttpWay {
    pub(super) fn open(source: &SourceSpec, spec: &HttpSpec, reach: &Reach) -> Result<Self, Trouble> {
        let caged = Caged::open(source, &spec.url, spec.secret.as_ref(), reach)?;
        Ok(Self { caged, spec: spec.clone(), profile: source.profile.clone() })
    }

    pub(super) async fn ask(
        &self,
        login: &str,
        password: &Zeroizing<String>,
        tell: Tell<'_>,
    ) -> Result<Answer, Trouble> {
        let answer = self.caged.post(self.spec.body.fill(login, password), tell).await?;
        if self.spec.right.is_met(&answer) {
            let json = answer.json().unwrap_or_default();
            let profile = self.profile.read(|pointer| values_at(&json, pointer));
            return Ok(Answer::Right(Confirmed::new(), profile));
        }
        if self.spec.wrong.is_met(&answer) {
            return Ok(Answer::Wrong);
        }
        Err(Trouble::odd(format!(
            "the answer with status {} is neither what `right` nor what `wrong` says",
            answer.status
        )))
    }

    pub(super) async fn reach(&self, tell: Tell<'_>) -> Result<(), Trouble> {
        self.caged.reach(tell).await
    }
}

/// One value, or those of a list.
fn values_at(json: &serde_json::Value, pointer: &str) -> Vec<String> {
    match json.pointer(pointer) {
        Some(serde_json::Value::Array(items)) => {
            items.iter().filter_map(serde_json::Value::as_str).map(str::to_owned).collect()
        }
        Some(_) => value_at(json, pointer).into_iter().collect(),
        None => Vec::new(),
    }
}

impl Body {
    fn fill(&self, login: &str, password: &str) -> Post {
        match self {
            Self::Form(fields) => {
                let mut form = url::form_urlencoded::Serializer::new(String::new());
                for (name, template) in fields {
                    form.append_pair(name, &template.fill(login, password));
                }
                ("application/x-www-form-urlencoded", Zeroizing::new(form.finish().into_bytes()))
            }
            Self::Json(template) => {
                let filled = filled(template, login, password);
                ("application/json", Zeroizing::new(filled.to_string().into_bytes()))
            }
        }
    }
}

fn filled(template: &serde_json::Value, login: &str, password: &str) -> serde_json::Value {
    use serde_json::Value;
    match template {
        Value::String(text) => {
            Value::String(Template::new(text.clone()).fill(login, password).as_str().to_owned())
        }
        Value::Array(items) => items.iter().map(|item| filled(item, login, password)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), filled(value, login, password)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_)) => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use super::{
        super::{Looking, Lookup},
        *,
    };

    /// A name that has both a listed and a public address, or the public one alone.
    struct Rebinding(bool);

    impl Lookup for Rebinding {
        fn look_up(&self, _: String, port: u16) -> Looking {
            let both = [([10, 1, 1, 1], port).into(), ([1, 1, 1, 1], port).into()];
            let found = if self.0 { both.to_vec() } else { both[1..].to_vec() };
            Box::pin(async move { Ok(found) })
        }
    }

    async fn resolved(is_plain: bool, has_listed: bool) -> Option<Vec<SocketAddr>> {
        let cage = Cage::new(["10.1.1.1/32".parse().unwrap()]).with_lookup(Arc::new(Rebinding(has_listed)));
        let found = Resolver { cage, is_plain }.resolve(Name::from_str("portal.example").unwrap()).await;
        found.ok().map(Iterator::collect)
    }

    /// What the client connects to is what was resolved for it, so no second look-up leads a password past the list.
    #[tokio::test]
    async fn without_tls_the_client_is_given_listed_addresses_only() {
        let listed = SocketAddr::from(([10, 1, 1, 1], 0));
        assert_eq!(resolved(true, true).await, Some(vec![listed]));
        assert_eq!(resolved(true, false).await, None);
        assert_eq!(resolved(false, true).await.map(|found| found.len()), Some(2));
    }
}
