//! Amounts in several currencies, exact, and converted with invented rates that never move.

use std::fmt;

/// A currency of the invented world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Currency {
    /// Euro.
    Eur,
    /// US dollar.
    Usd,
    /// Pound sterling.
    Gbp,
    /// Singapore dollar.
    Sgd,
    /// Yen; it has no smaller unit.
    Jpy,
    /// Brazilian real.
    Brl,
    /// Norwegian krone.
    Nok,
}

impl Currency {
    /// ISO 4217 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Eur => "EUR",
            Self::Usd => "USD",
            Self::Gbp => "GBP",
            Self::Sgd => "SGD",
            Self::Jpy => "JPY",
            Self::Brl => "BRL",
            Self::Nok => "NOK",
        }
    }

    /// How many of the smallest unit make one.
    const fn minor(self) -> i64 {
        match self {
            Self::Jpy => 1,
            Self::Eur | Self::Usd | Self::Gbp | Self::Sgd | Self::Brl | Self::Nok => 100,
        }
    }

    /// Thousandths of this currency that one euro buys.
    const fn per_euro(self) -> i64 {
        match self {
            Self::Eur => 1_000,
            Self::Usd => 1_080,
            Self::Gbp => 850,
            Self::Sgd => 1_460,
            Self::Jpy => 163_000,
            Self::Brl => 5_900,
            Self::Nok => 11_600,
        }
    }
}

/// An amount, shown as "1,840.00 EUR".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Money {
    /// In the smallest unit of the currency; below zero for a refund.
    pub(super) minor: i64,
    /// The currency.
    pub(super) currency: Currency,
}

impl Money {
    /// The same value in another currency, rounded towards zero.
    #[must_use]
    pub(super) fn to(self, currency: Currency) -> Self {
        let value = i128::from(self.minor) * i128::from(currency.minor()) * i128::from(currency.per_euro());
        let minor = value / (i128::from(self.currency.minor()) * i128::from(self.currency.per_euro()));
        Self { minor: i64::try_from(minor).unwrap_or(i64::MAX), currency }
    }

    /// The sum of `amounts`, each converted.
    pub(super) fn sum(amounts: impl Iterator<Item = Self>, currency: Currency) -> Self {
        Self { minor: amounts.map(|amount| amount.to(currency).minor).sum(), currency }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = self.currency.minor().unsigned_abs();
        let (whole, part) = (self.minor.unsigned_abs() / unit, self.minor.unsigned_abs() % unit);
        let sign = if self.minor < 0 { "−" } else { "" };
        write!(f, "{sign}{}", grouped(whole))?;
        if unit > 1 {
            write!(f, ".{part:02}")?;
        }
        write!(f, " {}", self.currency.code())
    }
}

fn grouped(whole: u64) -> String {
    let digits = whole.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_their_currency() {
        let shown = |minor, currency| Money { minor, currency }.to_string();
        assert_eq!(shown(184_000, Currency::Eur), "1,840.00 EUR");
        assert_eq!(shown(5, Currency::Usd), "0.05 USD");
        assert_eq!(shown(123_456_789, Currency::Gbp), "1,234,567.89 GBP");
        assert_eq!(shown(4_200, Currency::Jpy), "4,200 JPY");
        assert_eq!(shown(-990, Currency::Sgd), "−9.90 SGD");
    }

    #[test]
    fn conversion_goes_both_ways() {
        let euros = Money { minor: 10_000, currency: Currency::Eur };
        assert_eq!(euros.to(Currency::Jpy).to_string(), "16,300 JPY");
        assert_eq!(Money { minor: 16_300, currency: Currency::Jpy }.to(Currency::Eur), euros);
        assert_eq!(Money::sum([euros, euros].into_iter(), Currency::Usd).to_string(), "216.00 USD");
    }
}
