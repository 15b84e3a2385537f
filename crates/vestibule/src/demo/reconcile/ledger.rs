//! What the invented application knows: who holds which card, what was bought, and how far its reconciling has come.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::time::Clock;
use jiff::{Span, civil::Date, tz::TimeZone};
use tokio::sync::broadcast;

use super::{
    Cardholder,
    account::{Account, State, Transaction, TransactionId},
    invented,
    receipts::Receipt,
};

/// How far back purchases are invented and kept, in days: three whole statements and the present one.
const HISTORY_DAYS: i32 = 125;
/// How many people are known; whoever comes after is refused.
const MAX_PEOPLE: usize = 2000;
/// Bytes of uploaded receipts kept in all.
const MAX_RECEIPT_BYTES: usize = 64 * 1024 * 1024;
/// Purchases that arrive by themselves, a person and day.
const MAX_ARRIVALS: u64 = 6;

/// Something that just happened to a person's purchases.
#[derive(Debug, Clone)]
pub(super) struct News {
    pub(super) subject: String,
    pub(super) kind: NewsKind,
    pub(super) transaction: Transaction,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NewsKind {
    Arrived,
    Approved,
    Returned,
}

/// Why something was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("There is no such transaction in your company.")]
    Unknown,
    #[error(
        "This transaction was sent already and cannot be changed. Ask your Program Administrator to return it."
    )]
    NotEditable,
    #[error("Your company has no such cost centre. Choose one from the list.")]
    NoSuchCostCentre,
    #[error("The receipt store is full. Start the demo over to empty it.")]
    Full,
    #[error("This transaction does not wait for approval.")]
    NotWaiting,
    #[error("Nobody approves their own purchases. Another Program Administrator has to.")]
    OwnPurchase,
}

/// The application's whole memory.
pub(super) struct Ledger {
    clock: Arc<dyn Clock>,
    founders: Vec<Cardholder>,
    book: Mutex<Book>,
    news: broadcast::Sender<News>,
}

#[derive(Default)]
struct Book {
    last: TransactionId,
    receipt_bytes: usize,
    people: BTreeMap<String, Account>,
}

impl Ledger {
    pub(super) fn new(clock: Arc<dyn Clock>, founders: Vec<Cardholder>) -> Self {
        let ledger = Self { clock, founders, book: Mutex::default(), news: broadcast::channel(64).0 };
        ledger.reset();
        ledger
    }

    /// Forgets everything but the founders.
    pub(super) fn reset(&self) {
        let mut book = self.book();
        *book = Book::default();
        for founder in &self.founders {
            book.meet(founder);
        }
    }

    /// The present day, in UTC.
    pub(super) fn today(&self) -> Date {
        let now =
            jiff::Timestamp::from_millisecond(self.clock.now().0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        now.to_zoned(TimeZone::UTC).date()
    }

    /// Makes sure the person is known, under the present name, and tells whether there was room.
    pub(super) fn meet(&self, holder: &Cardholder) -> bool {
        self.book().meet(holder)
    }

    /// One person's account, up to date.
    pub(super) fn account(&self, subject: &str) -> Option<Account> {
        let today = self.today();
        let mut book = self.book();
        book.catch_up(subject, today);
        book.people.get(subject).cloned()
    }

    /// The accounts of everyone of a company, in order of their names, up to date.
    pub(super) fn company(&self, company: &str) -> Vec<Account> {
        let today = self.today();
        let mut book = self.book();
        let subjects: Vec<String> =
            book.of_company(company).map(|account| account.holder.subject.clone()).collect();
        for subject in &subjects {
            book.catch_up(subject, today);
        }
        let mut accounts: Vec<Account> = book.of_company(company).cloned().collect();
        accounts.sort_by(|one, other| one.holder.name.cmp(&other.holder.name));
        accounts
    }

    /// Books an open purchase on a cost centre, or on none.
    pub(super) fn choose_cost_centre(
        &self,
        subject: &str,
        id: TransactionId,
        code: Option<&str>,
    ) -> Result<(), Refusal> {
        let mut book = self.book();
        let account = book.people.get_mut(subject).ok_or(Refusal::Unknown)?;
        let centres = invented::cost_centres(&account.holder.company);
        let bought = account.editable(id)?;
        let known = code.is_none_or(|code| centres.iter().any(|centre| centre.code == code));
        if !known {
            return Err(Refusal::NoSuchCostCentre);
        }
        bought.cost_centre = code.map(str::to_owned);
        Ok(())
    }

    /// Puts a receipt to an open purchase; a new one replaces the old.
    pub(super) fn attach_receipt(
        &self,
        subject: &str,
        id: TransactionId,
        receipt: Receipt,
    ) -> Result<(), Refusal> {
        let mut book = self.book();
        let total = book.receipt_bytes;
        let bought = book.people.get_mut(subject).ok_or(Refusal::Unknown)?.editable(id)?;
        let freed = bought.receipt.as_ref().map_or(0, |old| old.content.len());
        let total = total.saturating_sub(freed) + receipt.content.len();
        if total > MAX_RECEIPT_BYTES {
            return Err(Refusal::Full);
        }
        bought.receipt = Some(receipt);
        book.receipt_bytes = total;
        Ok(())
    }

    /// Sends all purchases that lack nothing to the Program Administrators, and tells how many.
    pub(super) fn send_ready(&self, subject: &str) -> usize {
        let mut book = self.book();
        let Some(account) = book.people.get_mut(subject) else { return 0 };
        let ready = account.transactions.iter_mut().filter(|bought| bought.is_ready());
        ready.map(|bought| bought.state = State::Sent).count()
    }

    /// A Program Administrator approves or returns a purchase of another person of the same company.
    pub(super) fn decide(
        &self,
        administrator: &Cardholder,
        id: TransactionId,
        verdict: State,
    ) -> Result<(), Refusal> {
        let mut book = self.book();
        let mut accounts =
            book.people.values_mut().filter(|other| other.holder.company == administrator.company);
        let (subject, bought) = accounts
            .find_map(|account| {
                let bought = account.transactions.iter_mut().find(|bought| bought.id == id)?;
                Some((&account.holder.subject, bought))
            })
            .ok_or(Refusal::Unknown)?;
        if *subject == administrator.subject {
            return Err(Refusal::OwnPurchase);
        }
        if bought.state != State::Sent {
            return Err(Refusal::NotWaiting);
        }
        bought.state = verdict;
        let kind = if verdict == State::Approved { NewsKind::Approved } else { NewsKind::Returned };
        let news = News { subject: subject.clone(), kind, transaction: bought.clone() };
        // Nobody listening is no fault.
        let _ = self.news.send(news);
        Ok(())
    }

    /// Blocks or releases a card of somebody in the company, and tells whether there is such a card.
    pub(super) fn toggle_card(&self, company: &str, subject: &str, ending: &str) -> bool {
        let mut book = self.book();
        let card = book
            .people
            .get_mut(subject)
            .filter(|account| account.holder.company == company)
            .and_then(|account| account.cards.iter_mut().find(|card| card.ending == ending));
        card.map(|card| card.blocked = !card.blocked).is_some()
    }

    /// A purchase arrives from the card network; at most six a person and day.
    pub(super) fn arrive(&self, subject: &str) {
        let today = self.today();
        let mut book = self.book();
        book.catch_up(subject, today);
        let Some(account) = book.people.get_mut(subject) else { return };
        if account.arrivals.0 != Some(today) {
            account.arrivals = (Some(today), 0);
        }
        if account.arrivals.1 >= MAX_ARRIVALS {
            return;
        }
        let mut bought =
            invented::arrival(subject, account.holder.home, &account.cards, today, account.arrivals.1);
        account.arrivals.1 += 1;
        book.last += 1;
        bought.id = book.last;
        if let Some(account) = book.people.get_mut(subject) {
            account.transactions.push(bought.clone());
        }
        let _ = self.news.send(News {
            subject: subject.to_owned(),
            kind: NewsKind::Arrived,
            transaction: bought,
        });
    }

    /// Tells of everything that happens from now on.
    pub(super) fn listen(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    /// Nothing panics while the lock is held; a poisoned book would still be a whole one.
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").field("people", &self.book().people.len()).finish_non_exhaustive()
    }
}

impl Book {
    fn meet(&mut self, holder: &Cardholder) -> bool {
        if let Some(account) = self.people.get_mut(&holder.subject) {
            account.holder.name.clone_from(&holder.name);
            account.holder.email.clone_from(&holder.email);
            return true;
        }
        if self.people.len() >= MAX_PEOPLE {
            return false;
        }
        self.people.insert(holder.subject.clone(), Account::open_for(holder));
        true
    }

    fn of_company(&self, company: &str) -> impl Iterator<Item = &Account> {
        self.people.values().filter(move |account| account.holder.company == company)
    }

    /// Invents the days since the last visit, and forgets those that are too old.
    fn catch_up(&mut self, subject: &str, today: Date) {
        let Some(account) = self.people.get_mut(subject) else { return };
        let oldest = today.saturating_sub(Span::new().days(HISTORY_DAYS));
        let first = account.invented_until.and_then(|day| day.tomorrow().ok()).unwrap_or(oldest).max(oldest);
        let centres = invented::cost_centres(&account.holder.company);
        for day in first.series(Span::new().days(1)).take_while(|day| *day <= today) {
            for mut bought in
                invented::purchases(subject, account.holder.home, &account.cards, &centres, day, today)
            {
                self.last += 1;
                bought.id = self.last;
                account.transactions.push(bought);
            }
            account.invented_until = Some(day);
        }
        account.transactions.retain(|bought| {
            let keep = bought.date >= oldest;
            if let Some(receipt) = bought.receipt.as_ref().filter(|_| !keep) {
                self.receipt_bytes = self.receipt_bytes.saturating_sub(receipt.content.len());
            }
            keep
        });
    }
}
