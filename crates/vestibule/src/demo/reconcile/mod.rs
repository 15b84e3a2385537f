//! *Harbour Reconcile*: the invented application behind the gateway, where corporate-card purchases are reconciled.
//!
//! It stands for an application that is not rewritten: it has no login of its own, knows people only by the identity
//! headers that a gateway sets, and speaks for itself (its sentences live in its own templates, in English only).

mod account;
mod company;
mod identity;
mod invented;
mod ledger;
mod live;
mod money;
mod pages;
mod receipts;
mod rows;
#[cfg(test)]
mod tests;
mod views;

use std::{io, net::SocketAddr, sync::Arc};

use axum::{
    Router, middleware,
    routing::{get, post},
};
use domain::time::Clock;
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

use self::ledger::Ledger;
use super::loopback;

pub use money::Currency;

/// Somebody who holds a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cardholder {
    /// What `Remote-User` says of them; never changes.
    pub subject: String,
    /// Their name.
    pub name: String,
    /// Their business address.
    pub email: String,
    /// The name of their company.
    pub company: String,
    /// The currency of their statements.
    pub home: Currency,
}

/// What the application is started with.
#[derive(Clone)]
pub struct Options {
    /// Dates the purchases.
    pub clock: Arc<dyn Clock>,
    /// The portal's public address, for the link "Your login".
    pub portal: Url,
    /// The people known from the start, so that a Program Administrator sees colleagues who never came yet.
    /// Others become known when they first come; their company is taken from their address.
    pub cardholders: Vec<Cardholder>,
}

/// The application, serving. Dropping it frees the port.
#[derive(Debug)]
pub struct Reconcile {
    address: SocketAddr,
    ledger: Arc<Ledger>,
    task: JoinHandle<()>,
}

impl Reconcile {
    /// Binds `address` (port 0 takes any free one) and serves.
    ///
    /// # Errors
    /// When the address is not loopback or cannot be bound.
    pub async fn bind(address: SocketAddr, options: Options) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            let what = format!("the demo's application must listen on loopback, not on {address}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let ledger = Arc::new(Ledger::new(options.clock, options.cardholders));
        let app = router(Shop { ledger: Arc::clone(&ledger), portal: options.portal });
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "demo.reconcile.stopped");
            }
        });
        Ok(Self { address, ledger, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Forgets everything that people did.
    pub fn start_over(&self) {
        self.ledger.reset();
    }
}

impl Drop for Reconcile {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Clone)]
struct Shop {
    ledger: Arc<Ledger>,
    portal: Url,
}

fn router(shop: Shop) -> Router {
    Router::new()
        .route("/", get(pages::list_transactions))
        .route("/transactions", post(pages::change_transactions))
        .route("/transactions/{id}", get(pages::show_transaction))
        .route("/transactions/{id}/receipt", get(receipts::show_receipt).post(receipts::attach_receipt))
        .route("/statements", get(pages::list_statements))
        .route("/statements/{month}", get(pages::show_statement))
        .route("/cards", get(pages::list_cards))
        .route("/company", get(company::show_company))
        .route("/company/cards", get(company::list_company_cards).post(company::toggle_card))
        .route("/approvals", get(company::list_approvals).post(company::decide))
        .route("/live", get(live::follow))
        .route("/assets/reconcile.css", get(pages::stylesheet))
        .route("/assets/reconcile.js", get(pages::script))
        .route("/assets/reconcile.svg", get(pages::icon))
        .fallback(pages::not_found)
        .layer(middleware::from_fn(loopback::guard))
        .with_state(shop)
}
