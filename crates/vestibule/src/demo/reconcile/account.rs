//! What belongs to one person: cards and purchases, and how far their reconciling has come.

use jiff::civil::Date;

use super::{
    Cardholder, invented,
    ledger::Refusal,
    money::{Currency, Money},
    receipts::Receipt,
};

/// Where a company books its costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CostCentre {
    pub(super) code: String,
    pub(super) name: String,
}

/// A payment card.
#[derive(Debug, Clone)]
pub(super) struct Card {
    pub(super) ending: String,
    pub(super) expires: String,
    pub(super) limit: Money,
    pub(super) blocked: bool,
}

/// How far a purchase has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The cardholder has to act.
    Open,
    /// The cardholder has to act again: the Program Administrator asked for more.
    Returned,
    /// A Program Administrator has to act.
    Sent,
    /// Done.
    Approved,
}

/// The number of a purchase, unique in the application.
pub(super) type TransactionId = u64;

/// One purchase by card.
#[derive(Debug, Clone)]
pub(super) struct Transaction {
    pub(super) id: TransactionId,
    pub(super) date: Date,
    pub(super) merchant: String,
    pub(super) category: String,
    pub(super) amount: Money,
    pub(super) card: String,
    pub(super) cost_centre: Option<String>,
    pub(super) receipt: Option<Receipt>,
    pub(super) state: State,
}

impl Transaction {
    /// Whether the cardholder may still change it.
    pub(super) fn is_editable(&self) -> bool {
        matches!(self.state, State::Open | State::Returned)
    }

    /// Whether nothing is missing for sending it.
    pub(super) fn is_ready(&self) -> bool {
        self.is_editable() && self.cost_centre.is_some() && self.receipt.is_some()
    }
}

/// One person and everything that is theirs.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) holder: Cardholder,
    pub(super) cards: Vec<Card>,
    /// Oldest first.
    pub(super) transactions: Vec<Transaction>,
    /// The last day whose purchases are there.
    pub(super) invented_until: Option<Date>,
    /// How many purchases arrived by themselves on the latest day that had some.
    pub(super) arrivals: (Option<Date>, u64),
}

impl Account {
    /// The account of somebody who was never here before.
    pub(super) fn open_for(holder: &Cardholder) -> Self {
        Self {
            cards: invented::cards(&holder.subject, holder.home),
            holder: holder.clone(),
            transactions: Vec::new(),
            invented_until: None,
            arrivals: (None, 0),
        }
    }

    /// An account that holds one purchase, to show it.
    pub(super) fn only(holder: Cardholder, bought: Transaction) -> Self {
        Self {
            holder,
            cards: Vec::new(),
            transactions: vec![bought],
            invented_until: None,
            arrivals: (None, 0),
        }
    }

    /// How many purchases wait for the cardholder.
    pub(super) fn to_do(&self) -> usize {
        self.transactions.iter().filter(|bought| bought.is_editable()).count()
    }

    /// How many purchases wait for a Program Administrator.
    pub(super) fn waiting(&self) -> usize {
        self.transactions.iter().filter(|bought| bought.state == State::Sent).count()
    }

    /// What was spent on the days that `keep` names.
    pub(super) fn spent(&self, keep: impl Fn(Date) -> bool) -> Money {
        let bought = self.transactions.iter().filter(|bought| keep(bought.date));
        Money::sum(bought.map(|bought| bought.amount), self.holder.home)
    }

    /// The currency of the person's statements.
    pub(super) fn home(&self) -> Currency {
        self.holder.home
    }

    /// A purchase that the cardholder may still change.
    pub(super) fn editable(&mut self, id: TransactionId) -> Result<&mut Transaction, Refusal> {
        let bought = self.transactions.iter_mut().find(|bought| bought.id == id).ok_or(Refusal::Unknown)?;
        if bought.is_editable() { Ok(bought) } else { Err(Refusal::NotEditable) }
    }
}
