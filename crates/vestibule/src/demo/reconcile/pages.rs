//! The pages of everyone who holds a card.

use axum::{
    Form,
    extract::{Path, Query, State as FromShop},
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderName, StatusCode, header};
use jiff::civil::Date;
use serde::Deserialize;

use super::{
    Shop,
    account::TransactionId,
    identity::Person,
    invented, rows,
    views::{self, CardsPage, MonthLine, Shell, StatementPage, StatementsPage, Tab, TransactionsPage, page},
};

/// What the last form did, for one sentence on the next page.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Done {
    saved: Option<u32>,
    sent: Option<u32>,
}

impl Done {
    fn sentence(&self) -> Option<String> {
        match (self.sent, self.saved) {
            (Some(0), _) => Some(
                "Saved. Nothing was sent: each transaction needs a cost centre and a receipt first.".into(),
            ),
            (Some(1), _) => Some("1 transaction was sent for approval.".into()),
            (Some(sent), _) => Some(format!("{sent} transactions were sent for approval.")),
            (None, Some(_)) => Some("Saved.".into()),
            (None, None) => None,
        }
    }
}

/// `GET /`: what is still to do, and the rest of the month.
pub(super) async fn list_transactions(
    person: Person,
    FromShop(shop): FromShop<Shop>,
    Query(done): Query<Done>,
) -> Response {
    let today = shop.ledger.today();
    let Some(account) = shop.ledger.account(&person.holder.subject) else {
        return views::no_headers(&shop);
    };
    let (open, waiting) = (account.to_do(), account.waiting());
    let title = match open {
        0 => "Nothing to reconcile".to_owned(),
        1 => "1 transaction to reconcile".to_owned(),
        open => format!("{open} transactions to reconcile"),
    };
    page(&TransactionsPage {
        shell: Shell::new(&person, &shop, Tab::Transactions, title),
        done: done.sentence(),
        open,
        waiting,
        ready: account.transactions.iter().filter(|bought| bought.is_ready()).count(),
        spent: account.spent(|day| rows::in_month(day, today)).to_string(),
        due: today.last_of_month().strftime("%A %-d %B").to_string(),
        month: rows::month_name(today),
        rows: rows::rows_of(&account, |bought| bought.is_editable() || rows::in_month(bought.date, today))
            .collect(),
        centres: invented::cost_centres(&person.holder.company),
    })
}

/// `POST /transactions`: books cost centres (fields `centre-…`) and, when `action` is `send`, sends what is ready.
pub(super) async fn change_transactions(
    person: Person,
    FromShop(shop): FromShop<Shop>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let subject = &person.holder.subject;
    let mut saved = 0_u32;
    for (name, value) in &fields {
        let Some(id) = name.strip_prefix("centre-").and_then(|id| id.parse::<TransactionId>().ok()) else {
            continue;
        };
        let code = Some(value.as_str()).filter(|code| !code.is_empty());
        if let Err(refusal) = shop.ledger.choose_cost_centre(subject, id, code) {
            return views::problem(&person, &shop, StatusCode::CONFLICT, &refusal.to_string());
        }
        saved += 1;
    }
    if fields.iter().any(|(name, value)| name == "action" && value == "send") {
        let sent = shop.ledger.send_ready(subject);
        return Redirect::to(&format!("/?sent={sent}")).into_response();
    }
    Redirect::to(&format!("/?saved={saved}")).into_response()
}

/// `GET /transactions/{id}`.
pub(super) async fn show_transaction(
    person: Person,
    FromShop(shop): FromShop<Shop>,
    Path(id): Path<TransactionId>,
    Query(done): Query<Done>,
) -> Response {
    let status = if done.saved.is_some() { StatusCode::ACCEPTED } else { StatusCode::OK };
    views::transaction(&person, &shop, id, None, status)
}

/// `GET /statements`.
pub(super) async fn list_statements(person: Person, FromShop(shop): FromShop<Shop>) -> Response {
    let Some(account) = shop.ledger.account(&person.holder.subject) else {
        return views::no_headers(&shop);
    };
    let mut months: Vec<Date> =
        account.transactions.iter().map(|bought| bought.date.first_of_month()).collect();
    months.sort_unstable();
    months.dedup();
    let line = |month: Date| {
        let bought = || account.transactions.iter().filter(move |bought| rows::in_month(bought.date, month));
        MonthLine {
            path: month.strftime("/statements/%Y-%m").to_string(),
            name: rows::month_name(month),
            count: bought().count(),
            total: account.spent(|day| rows::in_month(day, month)).to_string(),
            open: bought().filter(|bought| bought.is_editable()).count(),
        }
    };
    page(&StatementsPage {
        shell: Shell::new(&person, &shop, Tab::Statements, "Statements"),
        months: months.into_iter().rev().map(line).collect(),
    })
}

/// `GET /statements/{month}`, the month as in `2026-11`.
pub(super) async fn show_statement(
    person: Person,
    FromShop(shop): FromShop<Shop>,
    Path(month): Path<String>,
) -> Response {
    let first = format!("{month}-01").parse::<Date>().ok();
    let account = shop.ledger.account(&person.holder.subject);
    let (Some(first), Some(account)) = (first, account) else {
        return views::problem(&person, &shop, StatusCode::NOT_FOUND, "There is no such statement.");
    };
    let rows: Vec<_> = rows::rows_of(&account, |bought| rows::in_month(bought.date, first)).collect();
    if rows.is_empty() {
        return views::problem(&person, &shop, StatusCode::NOT_FOUND, "There is no statement of that month.");
    }
    let bought = account.transactions.iter().filter(|bought| rows::in_month(bought.date, first));
    let by_category =
        rows::shares(bought.map(|bought| (bought.category.as_str(), bought.amount)), account.home());
    page(&StatementPage {
        shell: Shell::new(
            &person,
            &shop,
            Tab::Statements,
            format!("Statement of {}", rows::month_name(first)),
        ),
        total: account.spent(|day| rows::in_month(day, first)).to_string(),
        rows,
        by_category,
    })
}

/// `GET /cards`.
pub(super) async fn list_cards(person: Person, FromShop(shop): FromShop<Shop>) -> Response {
    let today = shop.ledger.today();
    let account = shop.ledger.account(&person.holder.subject);
    page(&CardsPage {
        shell: Shell::new(&person, &shop, Tab::Cards, "Your cards"),
        cards: account.iter().flat_map(|account| rows::cards_of(account, today)).collect(),
        company: person.holder.company,
    })
}

/// What is not there.
pub(super) async fn not_found(person: Person, FromShop(shop): FromShop<Shop>) -> Response {
    views::problem(&person, &shop, StatusCode::NOT_FOUND, "There is no such page.")
}

pub(super) async fn stylesheet() -> Response {
    asset("text/css; charset=utf-8", include_str!("../../../assets/reconcile.css"))
}

pub(super) async fn script() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("../../../assets/reconcile.js"))
}

pub(super) async fn icon() -> Response {
    asset("image/svg+xml", include_str!("../../../assets/reconcile.svg"))
}

fn asset(kind: &'static str, content: &'static str) -> Response {
    let headers: [(HeaderName, &str); 2] =
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")];
    (headers, content).into_response()
}
