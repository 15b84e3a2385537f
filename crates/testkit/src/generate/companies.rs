//! Companies in several countries, regions and time zones, whose rollouts come in waves.

use std::fmt::Write as _;

use jiff::{ToSpan as _, civil::Date};

use super::{Dice, Spec};

/// Waves, and days from one to the next.
const WAVES: usize = 6;
const WAVE_DAYS: i64 = 14;

/// Slug, name, and the countries, each with a time zone and a language.
type RegionLine = (&'static str, &'static str, &'static [(&'static str, &'static str, &'static str)]);

const REGIONS: [RegionLine; 3] = [
    (
        "europe-asia-pacific",
        "Europe and Asia-Pacific",
        &[
            ("ES", "Europe/Madrid", "es"),
            ("NL", "Europe/Amsterdam", "en"),
            ("PL", "Europe/Warsaw", "en"),
            ("GB", "Europe/London", "en"),
            ("IN", "Asia/Kolkata", "en"),
            ("JP", "Asia/Tokyo", "en"),
            ("AU", "Australia/Adelaide", "en"),
        ],
    ),
    (
        "latin-america",
        "Latin America",
        &[
            ("MX", "America/Mexico_City", "es"),
            ("CO", "America/Bogota", "es"),
            ("CL", "America/Santiago", "es"),
            ("AR", "America/Argentina/Buenos_Aires", "es"),
        ],
    ),
    (
        "us-canada",
        "US and Canada",
        &[
            ("US", "America/New_York", "en"),
            ("US", "America/Los_Angeles", "en"),
            ("CA", "America/Toronto", "en"),
            ("CA", "America/St_Johns", "en"),
        ],
    ),
];

const FIRST: [&str; 12] = [
    "North", "Lake", "Harbour", "Silver", "Green", "Mill", "Stone", "Amber", "West", "Cedar", "River", "High",
];
const SECOND: [&str; 12] =
    ["quay", "shore", "gate", "field", "wood", "bridge", "haven", "ridge", "brook", "cliff", "moor", "ford"];
const TRADES: [&str; 8] =
    ["Logistics", "Foods", "Shipping", "Textiles", "Tools", "Paper", "Instruments", "Glass"];

/// A company, as far as its users need it.
pub(super) struct Company {
    pub(super) slug: String,
    pub(super) region: usize,
    /// What its login names begin with.
    pub(super) prefix: String,
    name: String,
    country: usize,
}

/// All of them.
pub(super) struct Companies(pub(super) Vec<Company>);

impl Companies {
    pub(super) fn new(spec: &Spec) -> Self {
        let mut dice = Dice::new(spec.seed);
        let company = |number| {
            let (first, second, trade) = (*dice.pick(&FIRST), *dice.pick(&SECOND), *dice.pick(&TRADES));
            let region = usize::try_from(dice.roll() % 3).unwrap_or(0);
            let country = usize::try_from(dice.roll()).unwrap_or(0) % REGIONS[region].2.len();
            let initials: String =
                [first, second, trade].iter().filter_map(|word| word.chars().next()).collect();
            Company {
                slug: format!("{first}{second}-{number}").to_lowercase(),
                region,
                prefix: format!("{}{number}", initials.to_uppercase()),
                name: format!("{first}{second} {trade} {number}"),
                country,
            }
        };
        Self((1..=spec.companies).map(company).collect())
    }

    /// The file of `vestibule apply`.
    pub(super) fn installation(&self, spec: &Spec) -> String {
        let mut text = String::from("# Generated: invented companies, for trying things at size.\n");
        for (number, (slug, name, countries)) in REGIONS.iter().enumerate() {
            // Writing to a string does not fail.
            let _ = write!(text, "\n[[region]]\nslug = \"{slug}\"\nname = \"{name}\"\n");
            for (offset, role) in ["end_user", "program_administrator"].into_iter().enumerate() {
                let _ = write!(
                    text,
                    "\n[[contact]]\nregion = \"{slug}\"\nrole = \"{role}\"\nphone = \"+44 1632 960 {}{offset}0\"\n\
                     email = \"help-{slug}@harbourcards.example\"\ndays = \"Monday to Friday\"\nopens = \"07:00\"\n\
                     closes = \"19:00\"\ntime_zone = \"{}\"\n",
                    number + 1,
                    countries[0].1
                );
            }
        }
        let (host, upstream) = &spec.application;
        let _ = write!(
            text,
            "\n[[application]]\nslug = \"reconcile\"\nname = \"Harbour Reconcile\"\nhost = \"{host}\"\n\
             upstream = \"{upstream}\"\n"
        );
        for (number, company) in self.0.iter().enumerate() {
            company.write(&mut text, spec.start, number % WAVES);
        }
        text
    }
}

impl Company {
    fn write(&self, text: &mut String, start: Date, wave: usize) {
        let (region, _, countries) = REGIONS[self.region];
        let (country, zone, language) = countries[self.country];
        let wave = i64::try_from(wave).unwrap_or(0) * WAVE_DAYS;
        let day = |after: i64| start.saturating_add((wave + after).days());
        let _ = write!(
            text,
            "\n[[company]]\nslug = \"{}\"\nname = \"{}\"\ncountry = \"{country}\"\nregion = \"{region}\"\n\
             time_zone = \"{zone}\"\nlanguage = \"{language}\"\nphase1 = {}\nphase2 = {}\ndeadline = {}\ncutoff = {}\n",
            self.slug,
            self.name,
            day(0),
            day(42),
            day(70),
            day(98)
        );
    }
}
