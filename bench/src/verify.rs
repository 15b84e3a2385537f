//! Forward-auth: `/auth/verify` against the bare server answering the same bytes, and the same behind nginx against nginx asking the
//! bare server.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Result, ensure};
use http::StatusCode;
use url::Url;
use vestibule::proxy_config::{Places, Proxy, write};

use crate::{
    RUNS,
    bare::{Answer, Bare},
    browser::Host,
    crowd::{Crowd, Way},
    databases::Databases,
    gateway::Nginx,
    load::{self, CONNECTIONS, Target},
    report::{Aim, Line, median},
    sink::Sink,
};

/// What is printed where nginx is missing.
const MISSING: &str = "verify-nginx: nginx is missing, so there is nothing to compare with; as root: apt-get install -y nginx-light";

/// The question in the form that needs no header of the proxy's own.
const QUESTION: &str = "/auth/verify/envoy/cards?month=11";

/// Questions a second, on both databases.
///
/// # Errors
/// When a question is refused.
pub(crate) async fn bare(databases: &Databases, sink: &Sink, length: Duration) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (name, installation, aim) in databases.each(Aim::Ratio(0.8)) {
        let _serving = installation.serve().await?;
        let mut crowd = Crowd::gather(installation, sink, 1, Way::Code).await?;
        let portal = crowd.signed_in().await?;
        let mut there = portal.enter_application(installation.place.application()).await?;
        let shown = there.get(QUESTION).await?;
        ensure!(shown.status == StatusCode::OK, "the question was answered {}", shown.status);
        let address = installation.place.application().address;
        let (headers, expect) = (there.headers()?, StatusCode::OK);
        let ours = Target { address, path: QUESTION.to_owned(), headers, expect };
        let bare = Bare::start(&Answer::like(shown.status, &shown.headers, &shown.body))?;
        let bound = Target { address: bare.address(), ..ours.clone() };
        let name = format!("/auth/verify, 64 connections, {name}");
        lines.push(compare(name, &bound, &ours, length, aim).await?);
    }
    Ok(lines)
}

/// Requests a second through nginx that asks about each; without nginx, a sentence instead.
///
/// # Errors
/// When a request is not answered by the application.
pub(crate) async fn nginx(
    databases: &Databases,
    application: SocketAddr,
    sink: &Sink,
    length: Duration,
) -> Result<Result<Vec<Line>, &'static str>> {
    let installation = &databases.sqlite;
    let _serving = installation.serve().await?;
    let mut crowd = Crowd::gather(installation, sink, 1, Way::Code).await?;
    let portal = crowd.signed_in().await?;
    let there = portal.enter_application(installation.place.application()).await?;
    let host = there.headers()?;
    let yes = Bare::start(&Answer::page(""))?;
    let place = installation.place.application();
    let ours = asking(application, place.address, &place).await?;
    let bound = asking(application, yes.address(), &place).await?;
    let (Some(ours), Some(bound)) = (ours, bound) else {
        return Ok(Err(MISSING));
    };
    let target = |nginx: &Nginx| Target {
        address: nginx.address,
        path: "/cards?month=11".to_owned(),
        headers: host.clone(),
        expect: StatusCode::OK,
    };
    let name = "nginx asking /auth/verify against asking the bare server".to_owned();
    Ok(Ok(vec![compare(name, &target(&bound), &target(&ours), length, Aim::Ratio(0.9)).await?]))
}

/// nginx with the configuration that `vestibule proxy-config` prints, asking whoever listens at `asked`.
async fn asking(application: SocketAddr, asked: SocketAddr, host: &Host) -> Result<Option<Nginx>> {
    let public: Url = format!("http://{}", host.host).parse()?;
    let port = public.port_or_known_default().unwrap_or(80);
    let places = Places {
        slug: "reconcile".to_owned(),
        name: "Reconcile".to_owned(),
        public,
        upstream: format!("http://{application}").parse()?,
        vestibule: asked,
    };
    let written = write(Proxy::Nginx, &places);
    Nginx::with(|listen| written.replace(&format!("    listen {port};"), &format!("    listen {listen};")))
        .await
}

async fn compare(name: String, bound: &Target, ours: &Target, length: Duration, aim: Aim) -> Result<Line> {
    let (mut bounds, mut rates) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        bounds.push(load::run(bound, CONNECTIONS, length).await?.rate);
        rates.push(load::run(ours, CONNECTIONS, length).await?.rate);
    }
    Ok(Line { name, unit: "requests/s", bound: Some(median(bounds)), ours: median(rates), aim })
}
