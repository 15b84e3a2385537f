//! People who log in again and again, each in a browser of their own.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::{sync::mpsc::UnboundedReceiver, task::JoinSet};

use crate::{
    browser::{Browser, Trust},
    installation::Installation,
    people::Person,
    sink::Sink,
};

/// Logins before the count begins, so that every client is in the middle of one.
const WARM_UP: Duration = Duration::from_secs(1);

/// How everybody logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// On a Trusted Device: ID and password.
    Trusted,
    /// With the code from a mail.
    Code,
}

/// Somebody at a browser.
struct Client {
    person: Person,
    browser: Browser,
    codes: UnboundedReceiver<String>,
}

/// Several people with open browsers.
pub(crate) struct Crowd {
    clients: Vec<Client>,
    way: Way,
}

impl Crowd {
    /// The first `size` people; whoever will log in on a Trusted Device makes one now.
    ///
    /// # Errors
    /// When somebody cannot log in.
    pub(crate) async fn gather(
        installation: &Installation,
        sink: &Sink,
        size: usize,
        way: Way,
    ) -> Result<Self> {
        let mut arriving = JoinSet::new();
        for person in installation.people.iter().take(size).cloned() {
            let (portal, codes) = (installation.place.portal(), sink.codes_of(&person.email));
            arriving.spawn(async move {
                let browser = Browser::open(portal).await?;
                let mut client = Client { person, browser, codes };
                if way == Way::Trusted {
                    let Client { person, browser, codes } = &mut client;
                    browser.log_in_with_code(person, codes, Trust::Device).await?;
                }
                anyhow::Ok(client)
            });
        }
        let mut clients = Vec::with_capacity(size);
        while let Some(client) = arriving.join_next().await {
            clients.push(client??);
        }
        Ok(Self { clients, way })
    }

    /// Everybody logs in, again and again, for `length`; gives the logins a second and the crowd.
    ///
    /// # Errors
    /// When a login fails: a figure with failures in it would say nothing.
    pub(crate) async fn log_in_for(self, length: Duration) -> Result<(f64, Self)> {
        // Logins that were under way when the count begins stand for those under way when it ends.
        let counted_from = Instant::now() + WARM_UP;
        let end = counted_from + length;
        let way = self.way;
        let mut tasks = JoinSet::new();
        for mut client in self.clients {
            tasks.spawn(async move {
                let mut done = 0_u32;
                while Instant::now() < end {
                    client.log_in(way).await?;
                    if (counted_from..end).contains(&Instant::now()) {
                        done += 1;
                    }
                }
                anyhow::Ok((done, client))
            });
        }
        let (mut done, mut clients) = (0, Vec::new());
        while let Some(task) = tasks.join_next().await {
            let (logins, client) = task.context("a client ended early")??;
            done += logins;
            clients.push(client);
        }
        Ok((f64::from(done) / length.as_secs_f64(), Self { clients, way }))
    }

    /// A browser that is signed in, for asking as it does.
    ///
    /// # Errors
    /// When nobody is there or the login fails.
    pub(crate) async fn signed_in(&mut self) -> Result<&mut Browser> {
        let way = self.way;
        let client = self.clients.first_mut().context("a crowd of nobody")?;
        client.log_in(way).await?;
        Ok(&mut client.browser)
    }
}

impl Client {
    async fn log_in(&mut self, way: Way) -> Result<()> {
        let Self { person, browser, codes } = self;
        match way {
            Way::Trusted => browser.log_in_trusted(person).await,
            Way::Code => browser.log_in_with_code(person, codes, Trust::Nothing).await,
        }
    }
}
