//! Invented people, companies and moments.

use std::{sync::Arc, time::Duration};

use domain::{mask::MaskedEmail, time::Timestamp};
use text::{Text, Zone};
use web::{
    layout::{ApplicationLink, DemoBanner, Layout, Person},
    view::{
        Brand, BrandSpec, CodeSlip, CodeState, Contact, Delivery, DeliveryState, Journey, Masked, Phone,
        Problems, Resend, Step, Steps,
    },
};

/// 17 November 2026, 10:42:20 in Amsterdam.
pub(crate) const NOW: Timestamp = Timestamp(1_794_908_540_000);

pub(crate) const DAY: Duration = Duration::from_hours(24);

pub(crate) fn minutes(count: u64) -> Duration {
    Duration::from_mins(count)
}

pub(crate) fn brand() -> Brand {
    let spec = BrandSpec {
        name: "Harbour".into(),
        line: "Commercial Cards".into(),
        accent: "#00574f".into(),
        accent_dark: "#7bd5c5".into(),
        on_accent_dark: "#04211d".into(),
        ground: "#e9f0ee".into(),
        ground_dark: "#0b1212".into(),
        ..BrandSpec::default()
    };
    Brand::new(&spec).unwrap()
}

pub(crate) fn contact() -> Contact {
    Contact {
        region: "Europe and Asia-Pacific".into(),
        hours: "Monday to Friday, 07:00 to 19:00 CET".into(),
        open: Some((true, NOW + minutes(300))),
        phone: Some(Phone("+44 1632 960 142".into())),
        email: Some("help-emea@harbourcards.example".into()),
    }
}

pub(crate) fn layout() -> Layout {
    Layout {
        text: Text::default(),
        zone: Zone::named("Europe/Amsterdam").unwrap(),
        names_zone: false,
        now: NOW,
        brand: Arc::new(brand()),
        application: Some(ApplicationLink {
            name: "Harbour Reconcile".into(),
            url: "http://reconcile.localhost:8080/".into(),
        }),
        contact: Some(contact()),
        csrf: "csrf-of-this-browser".into(),
        demo: None,
        person: None,
        problems: Problems::none(),
    }
}

pub(crate) fn demo() -> Layout {
    let demo = DemoBanner {
        inbox_url: "http://127.0.0.1:8025/".into(),
        control_url: "http://127.0.0.1:8025/control".into(),
    };
    Layout { demo: Some(demo), ..layout() }
}

pub(crate) fn signed_in() -> Layout {
    let person =
        Person { name: "Amara Okafor".into(), idle_left: minutes(15), warn_before: Duration::from_secs(150) };
    Layout { person: Some(person), ..layout() }
}

pub(crate) fn wrong(heading: &str, field: &'static str, summary: &str, detail: &str) -> Problems {
    Problems::one(heading.into(), field, summary.into(), detail.into())
}

pub(crate) fn code(state: CodeState, delivery: DeliveryState) -> CodeSlip {
    CodeSlip {
        tag: "K3".into(),
        digits: 6,
        masked: Masked::from(&MaskedEmail::new("amara.okafor@northgate-shipping.example")),
        sent_at: NOW - Duration::from_secs(20),
        expires_at: NOW + Duration::from_secs(580),
        state,
        delivery: Delivery { state: delivery, url: "/login/code/delivery" },
    }
}

pub(crate) fn more() -> Resend {
    Resend::Allowed { more: 2, within: minutes(10) }
}

pub(crate) fn steps(step: Step) -> Steps {
    Steps::at(Text::default(), Journey::Onboarding, step)
}
