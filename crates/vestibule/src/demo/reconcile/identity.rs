//! Who is asking: only the identity headers say it.

use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, request::Parts};

use super::{Cardholder, Currency, Shop, views};

/// Characters that a header's value may have here.
const MAX_CHARS: usize = 200;

/// Somebody the gateway let through.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) holder: Cardholder,
    pub(super) administrator: bool,
}

/// A person who is a Program Administrator.
#[derive(Debug, Clone)]
pub(super) struct Administrator(pub(super) Person);

impl FromRequestParts<Shop> for Person {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, Response> {
        let mut person = read(&parts.headers).ok_or_else(|| views::no_headers(shop))?;
        if let Some(known) = shop.ledger.account(&person.holder.subject) {
            person.holder.company = known.holder.company;
            person.holder.home = known.holder.home;
        }
        if !shop.ledger.meet(&person.holder) {
            let what = "Too many people used this demo. Start it over to make room.";
            return Err((StatusCode::INSUFFICIENT_STORAGE, what).into_response());
        }
        Ok(person)
    }
}

impl FromRequestParts<Shop> for Administrator {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, Response> {
        let person = Person::from_request_parts(parts, shop).await?;
        if !person.administrator {
            return Err(views::not_administrator(&person, shop));
        }
        Ok(Self(person))
    }
}

/// Reads the headers; none when one that is needed is missing, doubled or unreadable.
fn read(headers: &HeaderMap) -> Option<Person> {
    let subject = only(headers, "remote-user")?;
    let email = only(headers, "remote-email")?;
    let name = only(headers, "remote-name")
        .and_then(|name| percent_decoded(&name))
        .unwrap_or_else(|| subject.clone());
    let groups = only(headers, "remote-groups").unwrap_or_default();
    let company = company_of(&email)?;
    let administrator = groups.split([',', ';']).any(is_administrators);
    Some(Person { holder: Cardholder { subject, name, email, company, home: Currency::Eur }, administrator })
}

fn only(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?.trim();
    let fits = !value.is_empty() && value.chars().count() <= MAX_CHARS && values.next().is_none();
    fits.then(|| value.to_owned())
}

fn is_administrators(group: &str) -> bool {
    let group = group.trim().to_ascii_lowercase().replace(['_', ' '], "-");
    group.strip_suffix('s').unwrap_or(&group) == "program-administrator"
}

/// "northgate-shipping.example" is Northgate Shipping.
fn company_of(email: &str) -> Option<String> {
    let (_, domain) = email.rsplit_once('@')?;
    let label = domain.split('.').next().filter(|label| !label.is_empty())?;
    let words = label.split('-').filter(|word| !word.is_empty()).map(|word| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    });
    Some(words.collect::<Vec<_>>().join(" "))
}

/// `Remote-Name` is percent-encoded UTF-8.
fn percent_decoded(value: &str) -> Option<String> {
    percent_encoding::percent_decode_str(value).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn a_person_is_what_the_headers_say() {
        let person = read(&headers(&[
            ("remote-user", "nsh-04417"),
            ("remote-name", "Jos%C3%A9%20da%20Silva"),
            ("remote-email", "jose@northgate-shipping.example"),
            ("remote-groups", "end_user,program_administrator"),
        ]))
        .unwrap();
        assert_eq!(person.holder.name, "José da Silva");
        assert_eq!(person.holder.company, "Northgate Shipping");
        assert!(person.administrator);
    }

    #[test]
    fn without_user_or_address_there_is_nobody() {
        let user = ("remote-user", "u");
        let email = ("remote-email", "u@x.example");
        assert!(read(&headers(&[user, email])).is_some_and(|person| !person.administrator));
        assert!(read(&headers(&[user])).is_none());
        assert!(read(&headers(&[email])).is_none());
        assert!(read(&headers(&[user, user, email])).is_none(), "a doubled header is suspicious");
        assert!(read(&headers(&[("remote-user", " "), email])).is_none());
    }

    #[test]
    fn a_name_that_cannot_be_read_is_replaced_by_the_subject() {
        assert_eq!(percent_decoded("%C3"), None);
        assert_eq!(percent_decoded("%ff"), None);
        assert_eq!(percent_decoded("a%20b").as_deref(), Some("a b"));
    }
}
