//! What the application's pages show, prepared so that the templates only place it.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;

use super::{
    Cardholder, Shop,
    account::{Account, CostCentre, Transaction, TransactionId},
    identity::Person,
    rows::{CardView, Row, Share},
};

/// What stands around every page.
pub(super) struct Shell {
    pub(super) title: String,
    pub(super) person: Option<Person>,
    pub(super) tab: Tab,
    pub(super) account_link: String,
}

/// The rooms of the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Transactions,
    Statements,
    Cards,
    Company,
    Approvals,
    CompanyCards,
    None,
}

impl Shell {
    pub(super) fn new(person: &Person, shop: &Shop, tab: Tab, title: impl Into<String>) -> Self {
        Self { title: title.into(), person: Some(person.clone()), tab, account_link: account_link(shop) }
    }

    fn is_administrator(&self) -> bool {
        self.person.as_ref().is_some_and(|person| person.administrator)
    }

    fn current(&self, tab: Tab) -> bool {
        self.tab == tab
    }
}

#[derive(Template)]
#[template(path = "reconcile/transactions.html")]
pub(super) struct TransactionsPage {
    pub(super) shell: Shell,
    pub(super) done: Option<String>,
    pub(super) open: usize,
    pub(super) ready: usize,
    pub(super) waiting: usize,
    pub(super) spent: String,
    pub(super) due: String,
    pub(super) month: String,
    pub(super) rows: Vec<Row>,
    pub(super) centres: Vec<CostCentre>,
}

#[derive(Template)]
#[template(path = "reconcile/transaction.html")]
struct TransactionPage {
    shell: Shell,
    row: Row,
    problem: Option<String>,
    done: bool,
    receipt_name: Option<String>,
}

#[derive(Template)]
#[template(path = "reconcile/receipt.html")]
struct ReceiptPage {
    shell: Shell,
    row: Row,
    number: String,
}

/// One month of one person.
pub(super) struct MonthLine {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) count: usize,
    pub(super) total: String,
    pub(super) open: usize,
}

#[derive(Template)]
#[template(path = "reconcile/statements.html")]
pub(super) struct StatementsPage {
    pub(super) shell: Shell,
    pub(super) months: Vec<MonthLine>,
}

#[derive(Template)]
#[template(path = "reconcile/statement.html")]
pub(super) struct StatementPage {
    pub(super) shell: Shell,
    pub(super) rows: Vec<Row>,
    pub(super) total: String,
    pub(super) by_category: Vec<Share>,
}

#[derive(Template)]
#[template(path = "reconcile/cards.html")]
pub(super) struct CardsPage {
    pub(super) shell: Shell,
    pub(super) cards: Vec<CardView>,
    pub(super) company: String,
}

/// A colleague and what they have to do.
pub(super) struct HolderLine {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) open: usize,
    pub(super) waiting: usize,
    pub(super) spent: String,
}

#[derive(Template)]
#[template(path = "reconcile/company.html")]
pub(super) struct CompanyPage {
    pub(super) shell: Shell,
    pub(super) month: String,
    pub(super) spent: String,
    pub(super) open: usize,
    pub(super) waiting: usize,
    pub(super) holders: Vec<HolderLine>,
    pub(super) by_centre: Vec<Share>,
}

#[derive(Template)]
#[template(path = "reconcile/approvals.html")]
pub(super) struct ApprovalsPage {
    pub(super) shell: Shell,
    pub(super) done: Option<String>,
    pub(super) rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "reconcile/problem.html")]
struct ProblemPage {
    shell: Shell,
    what: String,
    gateway_hint: bool,
}

/// Renders a page of the application.
pub(super) fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "demo.reconcile.render_failed");
            (StatusCode::INTERNAL_SERVER_ERROR, "This page could not be made.").into_response()
        }
    }
}

/// The page of one purchase of the person's own.
pub(super) fn transaction(
    person: &Person,
    shop: &Shop,
    id: TransactionId,
    problem: Option<&str>,
    status: StatusCode,
) -> Response {
    let account = shop.ledger.account(&person.holder.subject);
    let found = account
        .as_ref()
        .and_then(|account| Some((account, account.transactions.iter().find(|bought| bought.id == id)?)));
    let Some((account, bought)) = found else {
        return self::problem(person, shop, StatusCode::NOT_FOUND, "There is no such transaction of yours.");
    };
    let title =
        if problem.is_some() { format!("Error: {}", bought.merchant) } else { bought.merchant.clone() };
    let html = page(&TransactionPage {
        shell: Shell::new(person, shop, Tab::Transactions, title),
        row: Row::new(bought, account),
        problem: problem.map(str::to_owned),
        done: status == StatusCode::ACCEPTED,
        receipt_name: bought.receipt.as_ref().map(|receipt| receipt.name.clone()),
    });
    let status = if status == StatusCode::ACCEPTED { StatusCode::OK } else { status };
    (status, html).into_response()
}

/// The receipt that a merchant sent, as a page.
pub(super) fn electronic_receipt(
    person: &Person,
    shop: &Shop,
    holder: &Cardholder,
    bought: &Transaction,
) -> Response {
    let shown = Account::only(holder.clone(), bought.clone());
    page(&ReceiptPage {
        shell: Shell::new(person, shop, Tab::Transactions, format!("Receipt, {}", bought.merchant)),
        row: Row::new(bought, &shown),
        number: format!("{:06}-{}", bought.id * 7919 % 1_000_000, bought.card),
    })
}

/// A page that says what is wrong.
pub(super) fn problem(person: &Person, shop: &Shop, status: StatusCode, what: &str) -> Response {
    let shell = Shell::new(person, shop, Tab::None, "Not possible");
    (status, page(&ProblemPage { shell, what: what.to_owned(), gateway_hint: false })).into_response()
}

/// 403: the identity headers are missing, so nobody can be told apart.
pub(super) fn no_headers(shop: &Shop) -> Response {
    let shell = Shell {
        title: "Who are you?".to_owned(),
        person: None,
        tab: Tab::None,
        account_link: account_link(shop),
    };
    let what =
        "This application does not know who you are. It has no login of its own: the gateway in front of it \
                says who is asking."
            .to_owned();
    (StatusCode::FORBIDDEN, page(&ProblemPage { shell, what, gateway_hint: true })).into_response()
}

/// 403: for Program Administrators only.
pub(super) fn not_administrator(person: &Person, shop: &Shop) -> Response {
    let what = "This page is for your company's Program Administrators. Ask one of them for what you need.";
    problem(person, shop, StatusCode::FORBIDDEN, what)
}

fn account_link(shop: &Shop) -> String {
    shop.portal.join("/account").map_or_else(|_| shop.portal.to_string(), |link| link.to_string())
}
