//! Purchases, cards and sums as tables show them.

use std::{cmp::Reverse, collections::BTreeMap};

use jiff::civil::Date;

use super::{
    account::{Account, Card, State, Transaction, TransactionId},
    money::{Currency, Money},
};

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

    /// Whether it is booked there.
    pub(super) fn has_centre(&self, code: &str) -> bool {
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
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
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
    shares.sort_by_key(|(minor, _)| Reverse(*minor));
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

/// Whether both days are in one month.
pub(super) fn in_month(day: Date, month: Date) -> bool {
    (day.year(), day.month()) == (month.year(), month.month())
}

/// "November 2026".
pub(super) fn month_name(day: Date) -> String {
    day.strftime("%B %Y").to_string()
}

/// "23 Nov".
pub(super) fn short_date(day: Date) -> String {
    day.strftime("%-d %b").to_string()
}
