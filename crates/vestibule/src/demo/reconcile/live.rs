//! `GET /live`: purchases and decisions as they happen, as server-sent events.
//!
//! The stream stays open for as long as the page does, which shows that what stands in front does not hold it back.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State as FromShop,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, stream};
use serde_json::json;
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, Interval, MissedTickBehavior},
};

use super::{
    Shop,
    identity::Person,
    ledger::{Ledger, News, NewsKind},
};

/// The first purchase arrives so soon after a page was opened that a visitor sees it.
const FIRST: Duration = Duration::from_secs(12);
const FURTHER: Duration = Duration::from_secs(45);
const HEARTBEAT: Duration = Duration::from_secs(15);

struct Follower {
    ledger: Arc<Ledger>,
    subject: String,
    news: Receiver<News>,
    arrivals: Interval,
    greeted: bool,
}

/// Follows the news of one person.
pub(super) async fn follow(
    person: Person,
    FromShop(shop): FromShop<Shop>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut arrivals = tokio::time::interval_at(Instant::now() + FIRST, FURTHER);
    arrivals.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let follower = Follower {
        news: shop.ledger.listen(),
        ledger: shop.ledger,
        subject: person.holder.subject,
        arrivals,
        greeted: false,
    };
    Sse::new(stream::unfold(follower, next)).keep_alive(KeepAlive::new().interval(HEARTBEAT))
}

async fn next(mut follower: Follower) -> Option<(Result<Event, Infallible>, Follower)> {
    if !follower.greeted {
        follower.greeted = true;
        return Some((Ok(Event::default().event("hello").data("{}")), follower));
    }
    loop {
        let heard = tokio::select! {
            heard = follower.news.recv() => heard,
            _ = follower.arrivals.tick() => {
                follower.ledger.arrive(&follower.subject);
                continue;
            }
        };
        match heard {
            Ok(news) if news.subject == follower.subject => return Some((Ok(event(&news)), follower)),
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
    }
}

fn event(news: &News) -> Event {
    let bought = &news.transaction;
    let text = match news.kind {
        NewsKind::Arrived => format!("New: {} at {}", bought.amount, bought.merchant),
        NewsKind::Approved => format!("Approved: {} at {}", bought.amount, bought.merchant),
        NewsKind::Returned => format!("Returned to you: {} at {}", bought.amount, bought.merchant),
    };
    let data = json!({ "id": bought.id, "text": text, "amount": bought.amount.to_string() });
    Event::default().event("news").id(bought.id.to_string()).data(data.to_string())
}
