//! E-mail addresses as the protocol takes them.

use lettre::{Address, message::Mailbox};
use url::Host;

use super::{brand::AddressProblem, inert::inert};

/// RFC 5321, 4.5.3.1: 64 octets before the @, 255 after it, and 254 in all fit between the angle brackets.
const LONGEST: usize = 254;

/// A display name, which may be empty, and an address.
pub(super) fn mailbox(name: &str, address: &str) -> Result<Mailbox, AddressProblem> {
    let name = inert(name);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), parse(address)?))
}

/// Domains beyond ASCII are turned into their ASCII form (IDNA), which every server takes; what stands before the @
/// stays as it is and needs a server with SMTPUTF8 where it is not ASCII.
fn parse(address: &str) -> Result<Address, AddressProblem> {
    let (user, domain) = address.rsplit_once('@').ok_or(AddressProblem)?;
    let domain = match Host::parse(domain) {
        Ok(Host::Domain(domain)) => domain,
        Ok(Host::Ipv4(_) | Host::Ipv6(_)) | Err(_) => return Err(AddressProblem),
    };
    if user.len() > 64 || user.len() + 1 + domain.len() > LONGEST {
        return Err(AddressProblem);
    }
    // A quoted name before the @ is legal and never used by people; as a carrier of commands it is not worth its risk.
    if user.contains(|c: char| c.is_control() || c.is_whitespace() || "\"<>()[]\\,;:@".contains(c)) {
        return Err(AddressProblem);
    }
    Address::new(user, domain).map_err(|_| AddressProblem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_people() {
        for address in [
            "a@b.example",
            "amara.okafor+x@northgate-shipping.example",
            "o'brien@x.example",
            "jörg@x.example",
        ] {
            assert_eq!(parse(address).unwrap().to_string(), address);
        }
        assert_eq!(parse("a@häfen.example").unwrap().to_string(), "a@xn--hfen-loa.example");
    }

    #[test]
    fn addresses_carry_no_commands() {
        for address in [
            "",
            "@",
            "a",
            "a@",
            "@b.example",
            "a b@c.example",
            "a@b.example\r\nRCPT TO:<x@y.example>",
            "a\n@b.example",
            "<a@b.example>",
            "Amara <a@b.example>",
            "a@b.example>",
            "a,b@c.example",
            "\"a b\"@c.example",
            "a@b@c.example",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@b example",
            "a\u{2028}b@c.example",
        ] {
            assert_eq!(parse(address), Err(AddressProblem), "{address:?}");
        }
    }

    #[test]
    fn length_has_two_sides() {
        let local = |length| format!("{}@b.example", "a".repeat(length));
        assert!(parse(&local(64)).is_ok());
        assert!(parse(&local(65)).is_err());
        let domain = |length: usize| {
            let labels = vec!["a".repeat(49); 4].join(".");
            format!("a@{labels}.{}", "a".repeat(length - 2 - labels.len() - 1))
        };
        assert_eq!(domain(254).len(), 254);
        assert!(parse(&domain(254)).is_ok());
        assert!(parse(&domain(255)).is_err());
    }
}
