//! A letter in the invented world of the demo.

use std::time::Duration;

use delivery::mail::{Brand, Code, Contact, Letter, Mail, OutgoingMail, Recipient, Sender};
use domain::{id::MessageId, time::Timestamp};

/// 2026-11-17T09:42:00Z.
pub(crate) const ASKED: Timestamp = Timestamp(1_794_908_520_000);

pub(crate) fn id() -> MessageId {
    "0199a000-0000-7000-8000-000000000001".parse().unwrap()
}

pub(crate) fn brand() -> Brand {
    let sender = Sender::new("Harbour Reconcile", "login@harbourcards.example").unwrap();
    Brand::neutral("Harbour Commercial Cards", sender)
}

pub(crate) fn code() -> Code {
    Code {
        digits: "481730".into(),
        tag: "K3".to_owned(),
        valid_until: ASKED + Duration::from_secs(600),
        requested_at: ASKED,
        browser: "Firefox on Windows".to_owned(),
        place: None,
        not_me: "https://login.harbour-reconcile.example/not-me?token=s3cr3t".into(),
    }
}

pub(crate) fn letter(mail: Mail) -> Letter {
    Letter {
        to: Recipient {
            name: "Amara Okafor".to_owned(),
            address: "amara.okafor@northgate-shipping.example".to_owned(),
        },
        language: "en".to_owned(),
        zone: "Europe/Amsterdam".to_owned(),
        application: "Harbour Reconcile".to_owned(),
        contact: Contact {
            region: "Europe and Asia-Pacific".to_owned(),
            reach: "+44 1632 960 142".to_owned(),
            hours: "Monday to Friday, 07:00 to 19:00 CET".to_owned(),
        },
        mail,
    }
}

pub(crate) fn render(letter: &Letter) -> OutgoingMail {
    letter.render(&brand(), id(), ASKED).unwrap()
}
