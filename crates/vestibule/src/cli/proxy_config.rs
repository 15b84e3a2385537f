//! `vestibule proxy-config`

use url::Url;

use super::{Exit, Failure, Screen, installation::Place};
use crate::{
    document::nearest,
    proxy_config::{Places, Proxy, write},
};

/// Arguments of `proxy-config`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The proxy
    proxy: Proxy,
    /// The application's short name
    name: String,
}

pub(super) async fn run(args: Args, place: &Place, screen: &mut Screen) -> Result<Exit, Failure> {
    let text = write(args.proxy, &places(&args.name, place).await?);
    screen.raw(text.as_bytes())?;
    Ok(Exit::Done)
}

/// Where an application, its users' way to it and Vestibule are.
pub(super) async fn places(name: &str, place: &Place) -> Result<Places, Failure> {
    let config = place.config()?;
    let application = find(name, place).await?;
    let wrong = |_| Failure::Failed(format!("what is registered of {name:?} is no address; apply it anew"));
    let public: Url =
        format!("{}://{}", config.server.public_url.scheme(), application.host).parse().map_err(wrong)?;
    Ok(Places {
        public,
        upstream: application.upstream.parse().map_err(wrong)?,
        slug: application.slug,
        name: application.name,
        vestibule: config.server.listen,
    })
}

/// An application by its short name.
pub(super) async fn find(name: &str, place: &Place) -> Result<app::apply::ApplicationState, Failure> {
    let db = place.database().await?;
    let state = app::apply::current(&mut db.read().await?).await?;
    db.close().await;
    let known = state.applications.iter().map(|application| application.slug.as_str());
    let near = nearest(name, known).map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
    let found = state.applications.into_iter().find(|application| application.slug == name);
    found.ok_or_else(|| Failure::NotFound(format!("there is no application {name:?}{near}")))
}
