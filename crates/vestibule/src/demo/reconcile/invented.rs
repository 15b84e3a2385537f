//! Invented cards and purchases: credible, and the same ones for the same person and day in every run.

use jiff::civil::{Date, Weekday};

use super::{
    account::{Card, CostCentre, State, Transaction},
    money::{Currency, Money},
};

struct Merchant {
    name: &'static str,
    category: &'static str,
    /// None: the cardholder's own currency.
    currency: Option<Currency>,
    /// From and to, in euros.
    euros: (u64, u64),
}

const fn shop(name: &'static str, category: &'static str, euros: (u64, u64)) -> Merchant {
    Merchant { name, category, currency: None, euros }
}

const fn abroad(
    name: &'static str,
    category: &'static str,
    currency: Currency,
    euros: (u64, u64),
) -> Merchant {
    Merchant { name, category, currency: Some(currency), euros }
}

const MERCHANTS: [Merchant; 22] = [
    abroad("Kade 14 Hotel, Rotterdam", "Travel", Currency::Eur, (140, 420)),
    shop("Lindqvist Marine Parts", "Repairs", (80, 2400)),
    shop("Aerolink Flights", "Travel", (160, 1200)),
    abroad("Harbour Taxi Co-op, Singapore", "Travel", Currency::Sgd, (9, 45)),
    shop("Blue Anchor Canteen", "Meals", (8, 95)),
    abroad("Mizube Bento, Osaka", "Meals", Currency::Jpy, (6, 30)),
    abroad("Gulfside Fuel, Houston", "Fuel", Currency::Usd, (30, 110)),
    abroad("Pousada do Cais, Santos", "Travel", Currency::Brl, (60, 240)),
    shop("Quill and Ledger Supplies", "Office", (6, 180)),
    shop("Tidewater Telephone", "Telephone", (15, 60)),
    abroad("Skerry Ferries, Bergen", "Travel", Currency::Nok, (20, 160)),
    abroad("Saltmarsh Hosting", "Software", Currency::Usd, (12, 340)),
    shop("Pelagos Car Hire", "Travel", (70, 380)),
    abroad("Gannet Courier, Hull", "Freight", Currency::Gbp, (9, 120)),
    shop("Lockkeeper Canal Dues", "Port charges", (90, 860)),
    abroad("Brass Lantern Grill, Singapore", "Meals", Currency::Sgd, (14, 130)),
    abroad("Breakwater Safety Gear, Leith", "Safety", Currency::Gbp, (25, 640)),
    shop("City Tram and Metro", "Travel", (3, 25)),
    shop("Three Gulls Coffee", "Meals", (3, 18)),
    shop("Plumb Line Hardware", "Repairs", (5, 210)),
    shop("Northlight Conference Centre", "Training", (120, 900)),
    shop("Old Customs House Parking", "Travel", (6, 40)),
];

/// Purchases whose receipts the merchant sends by itself.
const ELECTRONIC: [&str; 4] = ["Travel", "Software", "Telephone", "Freight"];

const CENTRES: [(u16, &str); 5] =
    [(220, "Crewing"), (310, "Repairs"), (415, "Sales"), (530, "Offices"), (605, "Training")];

/// The cost centres of a company, its initials before their numbers.
#[must_use]
pub(super) fn cost_centres(company: &str) -> Vec<CostCentre> {
    let initials: String = company
        .split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(3)
        .collect::<String>()
        .to_uppercase();
    CENTRES
        .iter()
        .map(|(number, name)| CostCentre { code: format!("{initials}-{number}"), name: (*name).to_owned() })
        .collect()
}

/// One or two cards.
#[must_use]
pub(super) fn cards(subject: &str, home: Currency) -> Vec<Card> {
    let mut dice = Dice::new(subject, 0);
    let second = dice.below(3) == 0;
    (0..=u8::from(second))
        .map(|_| {
            let limit =
                Money { minor: 500_000 + 250_000 * dice.below(4).cast_signed(), currency: Currency::Eur };
            let expires = format!("{:02}/{}", 1 + dice.below(12), 28 + dice.below(4));
            Card {
                ending: format!("{:04}", dice.below(10_000)),
                expires,
                limit: limit.to(home),
                blocked: false,
            }
        })
        .collect()
}

/// What a person bought on `day`, and how far it has come by `today`. Numbers are given by the ledger.
#[must_use]
pub(super) fn purchases(
    subject: &str,
    home: Currency,
    cards: &[Card],
    centres: &[CostCentre],
    day: Date,
    today: Date,
) -> Vec<Transaction> {
    let mut dice = Dice::new(subject, day_number(day));
    let count = match day.weekday() {
        Weekday::Saturday | Weekday::Sunday => dice.below(8) / 7,
        _ => (dice.below(10) + 1) / 5,
    };
    (0..count)
        .map(|_| {
            let mut bought = purchase(&mut dice, home, cards, day);
            settle(&mut bought, &mut dice, centres, day, today);
            bought
        })
        .collect()
}

/// One more purchase of today, the `nth`, still open.
#[must_use]
pub(super) fn arrival(subject: &str, home: Currency, cards: &[Card], today: Date, nth: u64) -> Transaction {
    let mut dice = Dice::new(subject, day_number(today).wrapping_add(1_000_003 * (nth + 1)));
    purchase(&mut dice, home, cards, today)
}

fn purchase(dice: &mut Dice, home: Currency, cards: &[Card], date: Date) -> Transaction {
    let merchant = &MERCHANTS[dice.index(MERCHANTS.len())];
    let (from, to) = merchant.euros;
    let cents = from * 100 + dice.below((to - from) * 100);
    let euros = Money { minor: cents.cast_signed(), currency: Currency::Eur };
    Transaction {
        id: 0,
        date,
        merchant: merchant.name.to_owned(),
        category: merchant.category.to_owned(),
        amount: euros.to(merchant.currency.unwrap_or(home)),
        card: cards.get(dice.index(cards.len().max(1))).map(|card| card.ending.clone()).unwrap_or_default(),
        cost_centre: None,
        receipt: None,
        state: State::Open,
    }
}

/// Older purchases are further on: last month's are done, last week's are under way.
fn settle(bought: &mut Transaction, dice: &mut Dice, centres: &[CostCentre], day: Date, today: Date) {
    let electronic = ELECTRONIC.contains(&bought.category.as_str());
    let age = days_between(day, today);
    let centre = centres.get(dice.index(centres.len().max(1))).map(|centre| centre.code.clone());
    let luck = dice.below(10);
    let (state, has_centre, has_receipt) = match age {
        ..=5 => (State::Open, false, electronic),
        6..=12 if luck < 3 => (State::Open, luck == 0, electronic),
        6..=20 if luck < 6 => (State::Sent, true, true),
        6..=30 if luck == 9 => (State::Returned, true, electronic),
        _ => (State::Approved, true, true),
    };
    bought.state = state;
    bought.cost_centre = centre.filter(|_| has_centre);
    if has_receipt {
        bought.receipt = Some(super::receipts::electronic(bought));
    }
}

fn day_number(day: Date) -> u64 {
    days_between(Date::constant(2000, 1, 1), day).unsigned_abs().into()
}

fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

/// A small generator of its own (SplitMix64): its numbers stay the same in every release, which general ones do not
/// promise.
struct Dice(u64);

impl Dice {
    fn new(subject: &str, salt: u64) -> Self {
        // FNV-1a.
        let seed = subject.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(seed ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to, but not including, `end`, which is at least 1.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_person_buys_the_same_in_every_run() {
        let today = Date::constant(2026, 11, 23);
        let all = |subject: &str| {
            let cards = cards(subject, Currency::Eur);
            let centres = cost_centres("Northgate Shipping");
            (1..=22)
                .flat_map(|day| {
                    purchases(subject, Currency::Eur, &cards, &centres, Date::constant(2026, 11, day), today)
                })
                .map(|bought| format!("{} {} {}", bought.date, bought.merchant, bought.amount))
                .collect::<Vec<_>>()
        };
        assert_eq!(all("nsh-04417"), all("nsh-04417"));
        assert_ne!(all("nsh-04417"), all("nsh-04418"));
        assert!((10..60).contains(&all("nsh-04417").len()), "{}", all("nsh-04417").len());
    }

    #[test]
    fn old_purchases_are_done_and_new_ones_are_open() {
        let (cards, centres) = (cards("x", Currency::Usd), cost_centres("Northgate Shipping"));
        let today = Date::constant(2026, 11, 23);
        let of = |day| purchases("x", Currency::Usd, &cards, &centres, day, today);
        let day = |from: i32| (0..20).map(move |back| today - jiff::Span::new().days(from + back));
        assert!(
            day(40).flat_map(of).all(|bought| bought.state == State::Approved && bought.receipt.is_some())
        );
        assert!(day(0).take(5).flat_map(of).all(|bought| bought.state == State::Open));
        assert_eq!(centres[0].code, "NS-220");
    }
}
