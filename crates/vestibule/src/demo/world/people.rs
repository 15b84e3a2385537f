//! The invented people, and what to try with each.

use domain::role::Role;

use super::{LEGACY_PASSWORD, PASSWORD, SECURITY_CODE, customer::company_name, staff};
use crate::demo::{
    control::DemoAccount,
    reconcile::{Cardholder, Currency},
};

/// How far a person has come when the demo starts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// Legacy credentials only.
    Legacy,
    /// ID and password; no security code.
    IdMade,
    /// All made.
    Enrolled,
    /// No legacy credentials: an invitation waits in the inbox.
    Invited,
}

pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) company: &'static str,
    pub(super) email: &'static str,
    pub(super) login: &'static str,
    pub(super) user_id: &'static str,
    pub(super) role: Role,
    pub(super) start: Start,
    pub(super) home: Currency,
    pub(super) hint: &'static str,
}

macro_rules! person {
    ($name:literal, $company:literal, $email:literal, $login:literal, $id:literal, $role:ident, $start:ident, $home:ident, $hint:literal) => {
        Person {
            name: $name,
            company: $company,
            email: $email,
            login: $login,
            user_id: $id,
            role: Role::$role,
            start: Start::$start,
            home: Currency::$home,
            hint: $hint,
        }
    };
}

pub(super) const PEOPLE: [Person; 12] = [
    person!(
        "Amara Okafor",
        "northgate",
        "amara.okafor@northgate-shipping.example",
        "NGS-004417",
        "",
        EndUser,
        Legacy,
        Eur,
        "demo-hint-onboard"
    ),
    person!(
        "Marieke de Vries",
        "northgate",
        "marieke.devries@northgate-shipping.example",
        "NGS-000102",
        "",
        ProgramAdministrator,
        Legacy,
        Eur,
        "demo-hint-onboard-administrator"
    ),
    person!(
        "Kenji Sato",
        "northgate",
        "kenji.sato@northgate-shipping.example",
        "NGS-005120",
        "kenji.sato",
        EndUser,
        Enrolled,
        Eur,
        "demo-hint-one-factor"
    ),
    person!(
        "Ingrid Solheim",
        "northgate",
        "ingrid.solheim@northgate-shipping.example",
        "",
        "",
        EndUser,
        Invited,
        Eur,
        "demo-hint-invited"
    ),
    person!(
        "Tomás Herrera",
        "andina",
        "tomas.herrera@andina-agro.example",
        "AND-1180",
        "tomas.herrera",
        EndUser,
        Enrolled,
        Brl,
        "demo-hint-two-factor"
    ),
    person!(
        "Rafael Pinto",
        "andina",
        "rafael.pinto@andina-agro.example",
        "AND-1255",
        "rafael.pinto",
        EndUser,
        Enrolled,
        Brl,
        "demo-hint-recover"
    ),
    person!(
        "Camila Duarte",
        "andina",
        "camila.duarte@andina-agro.example",
        "AND-1290",
        "camila.duarte",
        EndUser,
        Enrolled,
        Brl,
        "demo-hint-factors"
    ),
    person!(
        "Lucía Navarro",
        "andina",
        "lucia.navarro@andina-agro.example",
        "AND-1002",
        "lucia.navarro",
        ProgramAdministrator,
        Enrolled,
        Brl,
        "demo-hint-administrator"
    ),
    person!(
        "Diego Salas",
        "andina",
        "diego.salas@andina-agro.example",
        "AND-1377",
        "diego.salas",
        EndUser,
        IdMade,
        Brl,
        "demo-hint-enrol"
    ),
    person!(
        "Valentina Rojas",
        "andina",
        "valentina.rojas@andina-agro.example",
        "AND-1402",
        "",
        EndUser,
        Legacy,
        Brl,
        "demo-hint-late"
    ),
    person!(
        "Grace Whitfield",
        "lakeshore",
        "grace.whitfield@lakeshore-foods.example",
        "LSF-20031",
        "",
        EndUser,
        Legacy,
        Usd,
        "demo-hint-before"
    ),
    person!(
        "Marcus Bell",
        "lakeshore",
        "marcus.bell@lakeshore-foods.example",
        "LSF-20007",
        "",
        ProgramAdministrator,
        Legacy,
        Usd,
        "demo-hint-before"
    ),
];

/// Who has cards at the application.
#[must_use]
pub fn cardholders() -> Vec<Cardholder> {
    PEOPLE
        .iter()
        .map(|person| Cardholder {
            subject: if person.login.is_empty() { person.user_id } else { person.login }.to_owned(),
            name: person.name.to_owned(),
            email: person.email.to_owned(),
            company: company_name(person.company).to_owned(),
            home: person.home,
        })
        .collect()
}

/// The accounts to try, and what with each; staff last.
#[must_use]
pub fn accounts(text: text::Text) -> Vec<DemoAccount> {
    PEOPLE
        .iter()
        .map(|person| {
            let (login, password) = match person.start {
                Start::Legacy => (person.login, LEGACY_PASSWORD),
                Start::IdMade | Start::Enrolled => (person.user_id, PASSWORD),
                Start::Invited => ("", ""),
            };
            DemoAccount {
                name: person.name.to_owned(),
                company: company_name(person.company).to_owned(),
                email: person.email.to_owned(),
                login: login.to_owned(),
                password: password.to_owned(),
                security_code: if person.start == Start::Enrolled { SECURITY_CODE } else { "" }.to_owned(),
                hint: text.get(person.hint),
            }
        })
        .chain(staff::accounts(text))
        .collect()
}
