//! The gateway against nginx passing to the same application.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use http::StatusCode;
use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::{
    RUNS,
    crowd::{Crowd, Way},
    databases::Databases,
    load::{self, CONNECTIONS, Target},
    report::{Aim, Line, median},
    sink::Sink,
};

/// What is printed where nginx is missing.
const MISSING: &str =
    "gateway: nginx is missing, so there is nothing to compare with; as root: apt-get install -y nginx-light";

/// Measures both; without nginx, a sentence instead.
///
/// # Errors
/// When a request is not answered by the application.
pub(crate) async fn measure(
    databases: &Databases,
    application: SocketAddr,
    sink: &Sink,
    length: Duration,
) -> Result<Result<Vec<Line>, &'static str>> {
    let Some(nginx) = Nginx::start(application).await? else { return Ok(Err(MISSING)) };
    let installation = &databases.sqlite;
    let _serving = installation.serve().await?;
    let mut crowd = Crowd::gather(installation, sink, 1, Way::Code).await?;
    let portal = crowd.signed_in().await?;
    let there = portal.enter_application(installation.place.application()).await?;
    let ours = Target {
        address: installation.place.application().address,
        path: "/cards?month=11".to_owned(),
        headers: there.headers()?,
        expect: StatusCode::OK,
    };
    let bound = Target { address: nginx.address, ..ours.clone() };
    let (mut bounds, mut rates) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        bounds.push(load::run(&bound, CONNECTIONS, length).await?.rate);
        rates.push(load::run(&ours, CONNECTIONS, length).await?.rate);
    }
    let name = "gateway against nginx proxy_pass".to_owned();
    let (bound, ours) = (Some(median(bounds)), median(rates));
    Ok(Ok(vec![Line { name, unit: "requests/s", bound, ours, aim: Aim::Ratio(0.8) }]))
}

/// A running nginx. Dropping it ends it.
pub(crate) struct Nginx {
    pub(crate) address: SocketAddr,
    process: Child,
    _home: TempDir,
}

impl Nginx {
    /// Passes everything to `application` over connections that are kept; `None` where nginx is missing.
    async fn start(application: SocketAddr) -> Result<Option<Self>> {
        Self::with(|listen| server(listen, application)).await
    }

    /// Serves what `servers` writes for the address that it listens at; `None` where nginx is missing.
    ///
    /// # Errors
    /// When it does not answer.
    pub(crate) async fn with(servers: impl FnOnce(SocketAddr) -> String) -> Result<Option<Self>> {
        let programs = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"];
        let Some(program) = programs.into_iter().find(|file| Path::new(file).is_file()) else {
            return Ok(None);
        };
        let home = tempfile::Builder::new().prefix("vestibule-bench-nginx-").tempdir()?;
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let file = home.path().join("nginx.conf");
        fs::write(&file, configuration(home.path(), &servers(address)))?;
        let process = Command::new(program)
            .arg("-c")
            .arg(&file)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("nginx cannot be started")?;
        let nginx = Self { address, process, _home: home };
        for _ in 0..200 {
            if TcpStream::connect(address).await.is_ok() {
                return Ok(Some(nginx));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        bail!("nginx does not answer; try `{program} -t -c` with a configuration of yours")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // SIGTERM lets the master end its workers, which a kill would leave behind.
        let asked = Command::new("kill").arg(self.process.id().to_string()).status();
        if asked.is_ok_and(|status| status.success()) {
            drop(self.process.wait());
        }
    }
}

/// As many workers as cores and kept connections, without a log: the quickest that nginx can do.
fn configuration(home: &Path, servers: &str) -> String {
    let home = home.display();
    format!(
        "worker_processes auto;\ndaemon off;\npid {home}/pid;\nerror_log {home}/error.log crit;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n\
         access_log off;\nclient_body_temp_path {home}/body;\nproxy_temp_path {home}/proxy;\n\
         fastcgi_temp_path {home}/fastcgi;\nuwsgi_temp_path {home}/uwsgi;\nscgi_temp_path {home}/scgi;\n\
         keepalive_requests 10000000;\n{servers}}}\n"
    )
}

/// Passing everything on over kept connections.
fn server(listen: SocketAddr, application: SocketAddr) -> String {
    format!(
        "upstream application {{ server {application}; keepalive 64; keepalive_requests 10000000; }}\n\
         server {{\nlisten {listen};\n\
         location / {{\nproxy_pass http://application;\nproxy_http_version 1.1;\n\
         proxy_set_header Connection \"\";\nproxy_set_header Host $host;\n\
         proxy_set_header X-Forwarded-For $remote_addr;\nproxy_set_header X-Forwarded-Proto $scheme;\n}}\n}}\n"
    )
}
