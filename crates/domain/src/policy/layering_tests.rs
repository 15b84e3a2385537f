use std::time::Duration;

use proptest::prelude::*;

use super::{
    key::{Key, Kind, Scope, Tighter},
    table::KEYS,
    tests::layer,
    value::{Limit, Value, minutes},
    *,
};

#[test]
fn later_layers_override_earlier_ones_and_say_so() {
    let layers = Layers {
        installation: layer(LayerName::Installation, &[("session.idle", "20 min"), ("profile", "strict")]),
        country: layer(LayerName::Country, &[("session.idle", "10 min"), ("otp.digits", "7")]),
        company: layer(LayerName::Company, &[("session.idle", "30 min"), ("password.min_length", "20")]),
        application: layer(LayerName::Application, &[("session.idle", "5 min")]),
        floors: layer(LayerName::Country, &[("otp.digits", "8"), ("device.trust_lifetime", "7 days")]),
    };
    let resolved = layers.resolve();
    let told: Vec<_> = resolved.explain().into_iter().filter(|row| row.origin != "default").collect();
    let lines: Vec<_> =
        told.iter().map(|row| format!("{} = {}: {}", row.key, row.value, row.origin)).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    otp.digits = 8: country (floor)
    device.trust_lifetime = 7 days: country (floor)
    device.trust_idle = 14 days: installation (profile strict)
    session.idle = 5 min: application
    password.min_length = 20: company
    "#);
    let idle = told.iter().find(|row| row.key == "session.idle").unwrap();
    assert_eq!(
        idle.said.each_ref().map(|said| said.as_deref().unwrap_or("not set")),
        ["20 min", "10 min", "30 min", "5 min"]
    );
}

#[test]
fn a_setting_that_a_floor_overrules_is_named() {
    let layers = Layers {
        company: layer(LayerName::Company, &[("otp.digits", "6"), ("otp.lifetime", "5 min")]),
        floors: layer(LayerName::Country, &[("otp.digits", "8"), ("otp.lifetime", "8 min")]),
        ..Layers::default()
    };
    let overruled = layers.overruled();
    assert_eq!(overruled, [("otp.digits", LayerName::Company, Value::Number(6), Value::Number(8))]);
    let policy = layers.resolve().policy;
    assert_eq!((policy.otp.digits, policy.otp.lifetime), (8, minutes(5)), "tighter than the floor is kept");
}

fn any_value(key: &'static Key) -> BoxedStrategy<Value> {
    let absent = |word: Option<&'static str>, numbers: BoxedStrategy<Value>| match word {
        Some(word) => prop_oneof![4 => numbers, 1 => Just(Value::Word(word))].boxed(),
        None => numbers,
    };
    let span = |min: Duration, max: Duration| (min.as_secs()..=max.as_secs()).prop_map(Duration::from_secs);
    match key.kind {
        Kind::Number { min, max, absent: word, .. } => {
            absent(word, (min..=max).prop_map(Value::Number).boxed())
        }
        Kind::Span { min, max, absent: word } => absent(word, span(min, max).prop_map(Value::Span).boxed()),
        Kind::Words(words) => prop::sample::select(words).prop_map(Value::Word).boxed(),
        Kind::Limits { most, count, within } => {
            let limit = (count.0..=count.1, span(within.0, within.1))
                .prop_map(|(count, within)| Limit { count, within });
            prop::collection::vec(limit, 1..=most).prop_map(Value::Limits).boxed()
        }
    }
}

fn any_layer(name: LayerName) -> impl Strategy<Value = Layer> {
    let open: Vec<_> =
        KEYS.iter().filter(|k| name == LayerName::Installation || k.scope == Scope::AnyLayer).collect();
    let one = prop::sample::select(open)
        .prop_flat_map(|key| any_value(key).prop_map(move |value| (key.name, value)));
    let profile = prop::option::of(prop::sample::select(vec!["standard", "strict"]));
    (prop::collection::vec(one, 0..40), profile).prop_map(move |(settings, profile)| {
        let mut layer = Layer::empty(name);
        for (key, value) in settings {
            layer.set(key, &RawValue::Text(value.to_string())).unwrap();
        }
        if let Some(profile) = profile {
            layer.set(Profile::KEY, &RawValue::from(profile)).unwrap();
        }
        layer
    })
}

fn any_layers() -> impl Strategy<Value = Layers> {
    (
        any_layer(LayerName::Installation),
        any_layer(LayerName::Country),
        any_layer(LayerName::Country),
        any_layer(LayerName::Company),
        any_layer(LayerName::Application),
    )
        .prop_map(|(installation, country, floors, company, application)| Layers {
            installation,
            country,
            floors,
            company,
            application,
        })
}

proptest! {
    #[test]
    fn no_layering_loosens_a_floor_or_leaves_a_range(layers in any_layers()) {
        let resolved = layers.resolve();
        for (key, (_, origin)) in KEYS.iter().zip(&resolved.origins) {
            let value = key.value_in(&resolved.policy);
            if let Some((floor, _)) = layers.floors.says(key) {
                prop_assert!(key.keeps(&value, &floor), "{} = {value} under floor {floor}", key.name);
                prop_assert!(!(*origin == Origin::Default) || key.keeps(&key.value_in(&Policy::default()), &floor));
            }
            // A floor and a company's own list together may be longer than either could be alone.
            let long_list = matches!(&value, Value::Limits(limits) if limits.len() > 8 && *origin == Origin::Floor);
            prop_assert!(key.allows(&value) || long_list, "{} = {value}", key.name);
        }
    }

    #[test]
    fn tightening_keeps_both_sides(
        (key, a, b) in prop::sample::select(KEYS.iter().collect::<Vec<_>>())
            .prop_flat_map(|key| (Just(key), any_value(key), any_value(key)))
    ) {
        let joined = key.tighten(a.clone(), &b);
        prop_assert!(key.keeps(&joined, &b));
        prop_assert!(key.tighter == Tighter::Neither || key.keeps(&joined, &a));
        prop_assert_eq!(key.tighten(joined.clone(), &b), joined, "tightening twice changes nothing");
    }
}
