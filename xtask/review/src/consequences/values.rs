//! Values of properties, as analyses need them.

use cloudformation::equality::equal;
use cloudformation::template::{AttributeName, Function};
use serde_json::Value;

use super::Change;
use crate::consequence::Consequence;
use crate::difference::render;
use crate::environment::Resource;

/// Whether a property differs in what it means.
pub(super) fn differs(before: &Resource<'_>, after: &Resource<'_>, property: &str) -> bool {
    let pointer = property.replace('.', "/");
    match (before.property(&pointer), after.property(&pointer)) {
        (Some(one), Some(other)) => !equal(after.resource_type, property, one, other),
        (one, other) => one.is_some() || other.is_some(),
    }
}

/// A number, also as text: CloudFormation takes either.
pub(super) fn number(value: Option<&Value>) -> Option<f64> {
    match value? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A number of things; none where it is not one.
pub(super) fn count(value: Option<&Value>) -> Option<u32> {
    match value? {
        Value::Number(number) => number.as_u64()?.try_into().ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A text, or the short form of whatever stands in its place.
pub(super) fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| render(value), ToOwned::to_owned)
}

/// A value within a sentence: a text as it is, a reference by what it names, and no more than 80 letters.
pub(super) fn short(value: &Value) -> String {
    const LONGEST: usize = 80;
    let named = Function::of(value).and_then(|function| match function {
        Function::Ref(name) => Some(name.to_owned()),
        Function::ImportValue(name) => name.as_str().map(ToOwned::to_owned),
        Function::GetAtt(get_att) => match get_att.attribute {
            AttributeName::Literal(attribute) => Some(format!("{}.{attribute}", get_att.target)),
            AttributeName::Computed(_) => None,
        },
        _ => None,
    });
    let whole = named.unwrap_or_else(|| text(value));
    if whole.chars().count() <= LONGEST {
        return whole;
    }
    let start: String = whole.chars().take(LONGEST - 1).collect();
    format!("{start}…")
}

/// The texts of a list.
pub(super) fn texts(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array);
    items.into_iter().flatten().map(text).collect()
}

/// The value of an attribute in a list of keys and values: `deregistration_delay.timeout_seconds`.
pub(super) fn keyed<'a>(list: Option<&'a Value>, key: &str) -> Option<&'a Value> {
    let items = list?.as_array()?;
    let item = items
        .iter()
        .find(|item| item.get("Key").and_then(Value::as_str) == Some(key))?;
    item.get("Value")
}

/// `1 task`, `2 tasks`.
pub(super) fn counted(count: u32, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {}", crate::meaning::plural(noun))
    }
}

/// `a t3.large`, `an m6i.large`.
pub(super) fn with_article(name: &str) -> String {
    let vowel = name.starts_with(['a', 'e', 'f', 'h', 'i', 'l', 'm', 'n', 'o', 'r', 's', 'x']);
    format!("{} {name}", if vowel { "an" } else { "a" })
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

impl Change<'_> {
    pub(super) fn of_property(
        &self,
        (before, after): (&Resource<'_>, &Resource<'_>),
        property: &str,
        told: Consequence,
    ) -> Consequence {
        let pointer = property.replace('.', "/");
        Consequence {
            property: Some(property.to_owned()),
            from: before.property(&pointer).map(render),
            to: after.property(&pointer).map(render),
            subjects: vec![self.after.subject(after.stack, after.logical_id)],
            ..told
        }
    }
}
