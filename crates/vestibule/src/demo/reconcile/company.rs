//! The pages of Program Administrators: their whole company.

use axum::{
    Form,
    extract::{Query, State as FromShop},
    response::{IntoResponse, Redirect, Response},
};
use http::StatusCode;
use serde::Deserialize;

use super::{
    Shop,
    account::{Account, State, TransactionId},
    identity::Administrator,
    ledger::Refusal,
    money::{Currency, Money},
    rows::{self, Row},
    views::{self, ApprovalsPage, CardsPage, CompanyPage, HolderLine, Shell, Tab, page},
};

/// `GET /company`: the month so far.
pub(super) async fn show_company(
    Administrator(person): Administrator,
    FromShop(shop): FromShop<Shop>,
) -> Response {
    let today = shop.ledger.today();
    let accounts = shop.ledger.company(&person.holder.company);
    let home: Currency = person.holder.home;
    let this_month = || {
        let all = accounts.iter().flat_map(|account| &account.transactions);
        all.filter(|bought| rows::in_month(bought.date, today))
    };
    let booked =
        this_month().map(|bought| (bought.cost_centre.as_deref().unwrap_or("Not booked yet"), bought.amount));
    let holders = accounts
        .iter()
        .map(|account| HolderLine {
            name: account.holder.name.clone(),
            email: account.holder.email.clone(),
            open: account.to_do(),
            waiting: account.waiting(),
            spent: account.spent(|day| rows::in_month(day, today)).to_string(),
        })
        .collect();
    page(&CompanyPage {
        shell: Shell::new(&person, &shop, Tab::Company, person.holder.company.clone()),
        month: rows::month_name(today),
        spent: Money::sum(this_month().map(|bought| bought.amount), home).to_string(),
        open: accounts.iter().map(Account::to_do).sum(),
        waiting: accounts.iter().map(Account::waiting).sum(),
        by_centre: rows::shares(booked, home),
        holders,
    })
}

/// `GET /company/cards`.
pub(super) async fn list_company_cards(
    Administrator(person): Administrator,
    FromShop(shop): FromShop<Shop>,
) -> Response {
    let today = shop.ledger.today();
    let accounts = shop.ledger.company(&person.holder.company);
    page(&CardsPage {
        shell: Shell::new(&person, &shop, Tab::CompanyCards, "Company cards"),
        cards: accounts.iter().flat_map(|account| rows::cards_of(account, today)).collect(),
        company: person.holder.company,
    })
}

/// A card of a colleague.
#[derive(Debug, Deserialize)]
pub(super) struct CardForm {
    subject: String,
    ending: String,
}

/// `POST /company/cards`: blocks a card, or releases it.
pub(super) async fn toggle_card(
    Administrator(person): Administrator,
    FromShop(shop): FromShop<Shop>,
    Form(card): Form<CardForm>,
) -> Response {
    if shop.ledger.toggle_card(&person.holder.company, &card.subject, &card.ending) {
        return Redirect::to("/company/cards").into_response();
    }
    views::problem(&person, &shop, StatusCode::NOT_FOUND, "There is no such card in your company.")
}

/// What the last decision was.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Decided {
    approved: Option<u32>,
    returned: Option<u32>,
}

/// `GET /approvals`: what colleagues sent.
pub(super) async fn list_approvals(
    Administrator(person): Administrator,
    FromShop(shop): FromShop<Shop>,
    Query(decided): Query<Decided>,
) -> Response {
    let accounts = shop.ledger.company(&person.holder.company);
    let others = accounts.iter().filter(|account| account.holder.subject != person.holder.subject);
    let rows: Vec<Row> =
        others.flat_map(|account| rows::rows_of(account, |bought| bought.state == State::Sent)).collect();
    let title = match rows.len() {
        0 => "Nothing to approve".to_owned(),
        1 => "1 transaction to approve".to_owned(),
        more => format!("{more} transactions to approve"),
    };
    let done = match (decided.approved, decided.returned) {
        (Some(1), _) => Some("Approved.".to_owned()),
        (Some(more), _) => Some(format!("{more} transactions were approved.")),
        (None, Some(_)) => Some("Returned. The cardholder sees it at once.".to_owned()),
        (None, None) => None,
    };
    page(&ApprovalsPage { shell: Shell::new(&person, &shop, Tab::Approvals, title), done, rows })
}

/// `POST /approvals`: fields `approve` or `return`, each the number of a transaction and repeatable.
pub(super) async fn decide(
    Administrator(person): Administrator,
    FromShop(shop): FromShop<Shop>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let (mut approved, mut returned) = (0_u32, 0_u32);
    for (name, value) in &fields {
        let (verdict, count) = match name.as_str() {
            "approve" => (State::Approved, &mut approved),
            "return" => (State::Returned, &mut returned),
            _ => continue,
        };
        let known = value.parse::<TransactionId>().map_err(|_| Refusal::Unknown);
        if let Err(refusal) = known.and_then(|id| shop.ledger.decide(&person.holder, id, verdict)) {
            let status =
                if refusal == Refusal::Unknown { StatusCode::NOT_FOUND } else { StatusCode::CONFLICT };
            return views::problem(&person, &shop, status, &refusal.to_string());
        }
        *count += 1;
    }
    let next = match (approved, returned) {
        (0, 0) => "/approvals".to_owned(),
        (0, returned) => format!("/approvals?returned={returned}"),
        (approved, _) => format!("/approvals?approved={approved}"),
    };
    Redirect::to(&next).into_response()
}
