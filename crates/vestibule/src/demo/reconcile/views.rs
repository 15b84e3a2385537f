//! What the application's pages show, prepared so that the templates only place it.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use jiff::civil::Date;

use super::{
    Cardholder, Shop,
    identity::Person,
    invented,
    ledger::{Account, Card, CostCentre, State, Transaction, TransactionId},
    money::{Currency, Money},
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

/// A purchase in a table.
pub(super) struct Row {
    pub(super) id: TransactionId,
    pub(super) holder: String,
    pub(super) date: String,
    pub(super) merchant: String,
    pub(super) category: String,
    pub(super) amount: String,
    /// In the statement's currency, when the purchase was made in another.
    pub(super) converted: Option<String>,
    pub(super) card: String,
    pub(super) cost_centre: Option<String>,
    pub(super) receipt: bool,
    pub(super) editable: bool,
    pub(super) badge: Badge,
}

/// A state in a word and a colour.
#[derive(Clone, Copy)]
pub(super) struct Badge {
    pub(super) word: &'static str,
    pub(super) look: &'static str,
}

impl Row {
    pub(super) fn new(bought: &Transaction, account: &Account) -> Self {
        let home = account.home();
        let converted = (bought.amount.currency != home).then(|| bought.amount.to(home).to_string());
        Self {
            id: bought.id,
            holder: account.holder.name.clone(),
            date: short_date(bought.date),
            merchant: bought.merchant.clone(),
            category: bought.category.clone(),
            amount: bought.amount.to_string(),
            converted,
            card: bought.card.clone(),
            cost_centre: bought.cost_centre.clone(),
            receipt: bought.receipt.is_some(),
            editable: bought.is_editable(),
            badge: badge(bought),
        }
    }

    fn has_centre(&self, code: &str) -> bool {
        self.cost_centre.as_deref() == Some(code)
    }
}

fn badge(bought: &Transaction) -> Badge {
    let (word, look) = match bought.state {
        State::Open if bought.is_ready() => ("Ready to send", "ready"),
        State::Open => ("To do", "todo"),
        State::Returned => ("Returned to you", "returned"),
        State::Sent => ("Waits for approval", "sent"),
        State::Approved => ("Reconciled", "done"),
    };
    Badge { word, look }
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

/// A part of a total, for a bar and its table.
pub(super) struct Share {
    pub(super) name: String,
    pub(super) amount: String,
    /// Of the largest one, 0 to 100.
    pub(super) percent: i64,
}

/// A card on the table.
pub(super) struct CardView {
    pub(super) subject: String,
    pub(super) holder: String,
    pub(super) card: Card,
    pub(super) spent: String,
    /// Of the limit, 0 to 100.
    pub(super) percent: i64,
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

/// The person's purchases of `month`, newest first.
pub(super) fn rows_of<'a>(
    account: &'a Account,
    keep: impl Fn(&Transaction) -> bool + 'a,
) -> impl Iterator<Item = Row> + 'a {
    account
        .transactions
        .iter()
        .rev()
        .filter(move |bought| keep(bought))
        .map(|bought| Row::new(bought, account))
}

/// Sums by a key, largest first.
pub(super) fn shares<'a>(parts: impl Iterator<Item = (&'a str, Money)>, currency: Currency) -> Vec<Share> {
    let mut sums: std::collections::BTreeMap<&str, i64> = std::collections::BTreeMap::new();
    for (name, amount) in parts {
        *sums.entry(name).or_default() += amount.to(currency).minor;
    }
    let most = sums.values().copied().max().unwrap_or(1).max(1);
    let mut shares: Vec<(i64, Share)> = sums
        .into_iter()
        .map(|(name, minor)| {
            let amount = Money { minor, currency }.to_string();
            (minor, Share { name: name.to_owned(), amount, percent: (minor * 100 / most).clamp(0, 100) })
        })
        .collect();
    shares.sort_by_key(|(minor, _)| std::cmp::Reverse(*minor));
    shares.into_iter().map(|(_, share)| share).collect()
}

/// The cards of one person, with what was spent on each in the month of `today`.
pub(super) fn cards_of(account: &Account, today: Date) -> impl Iterator<Item = CardView> + '_ {
    account.cards.iter().map(move |card| {
        let bought = account
            .transactions
            .iter()
            .filter(|bought| bought.card == card.ending && in_month(bought.date, today));
        let spent = Money::sum(bought.map(|bought| bought.amount), account.home());
        CardView {
            subject: account.holder.subject.clone(),
            holder: account.holder.name.clone(),
            percent: (spent.minor * 100 / card.limit.minor.max(1)).clamp(0, 100),
            spent: spent.to_string(),
            card: card.clone(),
        }
    })
}

/// The cost centres of the person's company.
pub(super) fn centres(person: &Person) -> Vec<CostCentre> {
    invented::cost_centres(&person.holder.company)
}

pub(super) fn in_month(day: Date, month: Date) -> bool {
    (day.year(), day.month()) == (month.year(), month.month())
}

pub(super) fn month_name(day: Date) -> String {
    day.strftime("%B %Y").to_string()
}

pub(super) fn short_date(day: Date) -> String {
    day.strftime("%-d %b").to_string()
}

fn account_link(shop: &Shop) -> String {
    shop.portal.join("/account").map_or_else(|_| shop.portal.to_string(), |link| link.to_string())
}
