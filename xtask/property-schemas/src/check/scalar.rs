//! Texts, numbers, `true` and `false`.
//!
//! CloudFormation converts between them: `"80"` is a number where one is wanted, and `true` a text
//! (<https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md>, E3012).

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::{Place, Report};
use crate::schema::{JsonType, Shape};
use crate::violation::{Constraint, Found};

/// Whether a literal has one of the types of a shape, or can be converted to one.
pub(super) fn has_type(shape: &Shape, value: &Value) -> bool {
    let fits = |wanted: &JsonType| match wanted {
        JsonType::String => text(value).is_some(),
        JsonType::Integer => number(value).is_some_and(|number| number.fract() == 0.0),
        JsonType::Number => number(value).is_some(),
        JsonType::Boolean => text(value).is_some_and(|text| {
            text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
        }),
        JsonType::Array => value.is_array(),
        JsonType::Object => value.is_object() || is_json_object(shape, value),
        JsonType::Null => value.is_null(),
    };
    !value.is_null() && (shape.types.is_empty() || shape.types.iter().any(fits))
}

/// An object without a shape may be given as a text.
fn is_json_object(shape: &Shape, value: &Value) -> bool {
    let parsed = value
        .as_str()
        .filter(|_| shape.properties.is_empty())
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    parsed.is_some_and(|parsed| parsed.is_object())
}

pub(super) fn check(shape: &Shape, value: &Value, place: &Place<'_>, report: &mut Report) {
    let Some(text) = text(value) else {
        return;
    };
    let found = || Found::Value(value.clone());
    if !shape.values.is_empty() && !shape.values.iter().any(|one| is_same(one, &text)) {
        report.push(place, Constraint::Enum(shape.values.clone()), found());
    }
    let in_any_case = &shape.enum_case_insensitive;
    let is_similar = |one: &Value| {
        one.as_str()
            .is_some_and(|one| one.eq_ignore_ascii_case(&text))
    };
    if !in_any_case.is_empty() && !in_any_case.iter().any(is_similar) {
        report.push(place, Constraint::Enum(in_any_case.clone()), found());
    }
    if is_text(shape, value) {
        texts(shape, &text, place, report);
    }
    if let Some(number) = number(value).filter(|_| is_number(shape, value)) {
        if let Some(least) = shape.minimum.filter(|least| number < *least) {
            report.push(place, Constraint::Minimum(least), found());
        }
        if let Some(most) = shape.maximum.filter(|most| number > *most) {
            report.push(place, Constraint::Maximum(most), found());
        }
        let is_multiple = |unit: &f64| {
            let times = number / unit;
            (times - times.round()).abs() < 1e-9
        };
        if let Some(unit) = shape.multiple_of.filter(|unit| !is_multiple(unit)) {
            report.push(place, Constraint::MultipleOf(unit), found());
        }
    }
}

fn texts(shape: &Shape, text: &str, place: &Place<'_>, report: &mut Report) {
    let length = text.chars().count();
    if let Some(least) = shape.min_length.filter(|least| length < *least) {
        report.push(place, Constraint::MinLength(least), Found::Count(length));
    }
    if let Some(most) = shape.max_length.filter(|most| length > *most) {
        report.push(place, Constraint::MaxLength(most), Found::Count(length));
    }
    if let Some(pattern) = &shape.pattern
        && pattern.matches(text) == Some(false)
    {
        report.push(
            place,
            Constraint::Pattern(pattern.as_str().to_owned()),
            Found::Value(Value::from(text)),
        );
    }
    if let Some(format) = shape
        .format
        .as_ref()
        .filter(|format| !has_format(format, text))
    {
        report.push(
            place,
            Constraint::Format(format.clone()),
            Found::Value(Value::from(text)),
        );
    }
}

/// Whether the constraints of texts apply: not to a number, unless a text is wanted.
fn is_text(shape: &Shape, value: &Value) -> bool {
    if shape.types.is_empty() {
        value.is_string()
    } else {
        shape.types.contains(&JsonType::String)
    }
}

/// Whether the constraints of numbers apply: not to a text, unless a number is wanted.
fn is_number(shape: &Shape, value: &Value) -> bool {
    value.is_number()
        || shape.types.is_empty()
        || shape
            .types
            .iter()
            .any(|one| matches!(one, JsonType::Integer | JsonType::Number))
}

/// The text that a scalar is or is converted to.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(boolean) => Some(boolean.to_string()),
        _ => None,
    }
}

/// The number that a scalar is or is converted to.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

fn is_same(allowed: &Value, found: &str) -> bool {
    text(allowed).is_some_and(|allowed| {
        let is_boolean = matches!(allowed.as_str(), "true" | "false");
        allowed == found || (is_boolean && allowed.eq_ignore_ascii_case(found))
    })
}

fn has_format(format: &str, text: &str) -> bool {
    let network = |most: u8| {
        let (address, length) = text.split_once('/')?;
        let length: u8 = length.parse().ok()?;
        (length <= most).then_some(address)
    };
    match format {
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "ipv4-network" => network(32).is_some_and(|address| address.parse::<Ipv4Addr>().is_ok()),
        "ipv6-network" => network(128).is_some_and(|address| address.parse::<Ipv6Addr>().is_ok()),
        _ => true,
    }
}
