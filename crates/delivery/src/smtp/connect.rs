//! From a host name to an SMTP connection that is private and logged in, a time-out on each step.

use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};

use lettre::transport::smtp::{
    authentication::{Credentials, Mechanism},
    client::AsyncSmtpConnection,
    extension::ClientId,
};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use rustls_platform_verifier::BuilderVerifierExt;
use secrecy::ExposeSecret;
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{
    config::{ConfigProblem, Encryption, SmtpConfig},
    failure::{Cause, Fault, Step},
    starttls,
    stream::Stream,
};

/// A mail server and everything needed to open connections to it.
pub(super) struct Server {
    config: SmtpConfig,
    hello_name: ClientId,
    credentials: Option<Credentials>,
    tls: Option<Tls>,
}

struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Server {
    pub(super) fn new(config: SmtpConfig) -> Result<Self, ConfigProblem> {
        config.check()?;
        let tls = match config.encryption {
            Encryption::Tls | Encryption::StartTls => Some(tls(&config)?),
            Encryption::None => None,
        };
        let hello_name = config.hello_name.clone().map_or_else(ClientId::default, ClientId::Domain);
        let credentials = config
            .login
            .as_ref()
            .map(|login| Credentials::new(login.user.clone(), login.password.expose_secret().to_owned()));
        Ok(Self { config, hello_name, credentials, tls })
    }

    pub(super) fn config(&self) -> &SmtpConfig {
        &self.config
    }

    /// A connection that is ready for its first mail.
    pub(super) async fn open(&self) -> Result<AsyncSmtpConnection, Fault> {
        let tcp = self.connect().await?;
        let stream = match (self.config.encryption, &self.tls) {
            (Encryption::StartTls, Some(tls)) => {
                let hello_name = self.hello_name.to_string();
                let tcp = starttls::negotiate(tcp, &hello_name, self.config.timeout).await?;
                Stream::after_starttls(self.handshake(tls, tcp).await?)
            }
            (_, Some(tls)) => Stream::tls(self.handshake(tls, tcp).await?),
            (_, None) => Stream::plain(tcp),
        };
        let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &self.hello_name);
        let mut connection = self.smtp(Step::Greeting, greeting).await?;
        if let Some(credentials) = &self.credentials {
            let login = connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials);
            self.smtp(Step::Login, login).await?;
        }
        Ok(connection)
    }

    /// Waits for one step of the SMTP dialogue.
    pub(super) async fn smtp<T>(
        &self,
        step: Step,
        work: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
    ) -> Result<T, Fault> {
        within(self.config.timeout, step, async { work.await.map_err(|error| Fault::smtp(step, &error)) })
            .await
    }

    async fn connect(&self) -> Result<TcpStream, Fault> {
        let mut fault = Fault::new(Step::Connect, Cause::Broken("the host name has no usable address"));
        for address in self.addresses().await? {
            match within(self.config.timeout, Step::Connect, connect(address)).await {
                Ok(tcp) => return Ok(tcp),
                Err(failed) => fault = failed,
            }
        }
        Err(fault)
    }

    async fn addresses(&self) -> Result<Vec<SocketAddr>, Fault> {
        let target = (self.config.host.as_str(), self.config.port);
        let found = within(self.config.timeout, Step::Connect, async {
            tokio::net::lookup_host(target)
                .await
                .map_err(|_| Fault::new(Step::Connect, Cause::Broken("the host name is not known")))
        })
        .await?;
        // The name `localhost` is believed only when it leads here.
        let is_allowed = |address: &SocketAddr| self.tls.is_some() || address.ip().is_loopback();
        Ok(found.filter(is_allowed).collect())
    }

    async fn handshake(&self, tls: &Tls, tcp: TcpStream) -> Result<TlsStream<TcpStream>, Fault> {
        within(self.config.timeout, Step::Tls, async {
            tls.connector.connect(tls.name.clone(), tcp).await.map_err(|error| Fault::io(Step::Tls, &error))
        })
        .await
    }
}

/// Waits for `work`, but not longer than `limit`.
pub(super) async fn within<T>(
    limit: Duration,
    step: Step,
    work: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result,
        Err(_) => Err(Fault::new(step, Cause::TimedOut)),
    }
}

async fn connect(address: SocketAddr) -> Result<TcpStream, Fault> {
    let tcp = TcpStream::connect(address).await.map_err(|error| Fault::io(Step::Connect, &error))?;
    tcp.set_nodelay(true).map_err(|error| Fault::io(Step::Connect, &error))?;
    Ok(tcp)
}

fn tls(config: &SmtpConfig) -> Result<Tls, ConfigProblem> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ConfigProblem::Authorities(error.to_string()))?;
    let client = match &config.ca_file {
        Some(_) => builder.with_root_certificates(roots(config)?).with_no_client_auth(),
        None => builder
            .with_platform_verifier()
            .map_err(|error| ConfigProblem::Authorities(error.to_string()))?
            .with_no_client_auth(),
    };
    let name =
        ServerName::try_from(config.host.clone()).map_err(|_| ConfigProblem::Host(config.host.clone()))?;
    Ok(Tls { connector: TlsConnector::from(Arc::new(client)), name })
}

fn roots(config: &SmtpConfig) -> Result<RootCertStore, ConfigProblem> {
    let path = config.ca_file.clone().unwrap_or_default();
    let problem = |reason: String| ConfigProblem::CaFile { path: path.clone(), reason };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(&path).map_err(|error| problem(error.to_string()))? {
        let certificate = certificate.map_err(|error| problem(error.to_string()))?;
        roots.add(certificate).map_err(|error| problem(error.to_string()))?;
    }
    if roots.is_empty() { Err(problem("it holds no certificate".to_owned())) } else { Ok(roots) }
}
