//! Names that must be unique among resources of a type, by the service rules.

use serde_json::Value;
use service_rules::{Row, Rule};

use crate::properties::Properties;

pub(super) fn at<'a>(properties: &'a Properties, path: &str) -> Option<&'a Value> {
    let mut parts = path.split('.');
    let first = properties.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The properties that a rule requires to be unique.
fn once(row: &'static Row) -> Option<&'static [&'static str]> {
    match &row.rule {
        Rule::UniqueBy(paths) => Some(paths),
        Rule::AttachedOnce(path) => Some(std::slice::from_ref(path)),
        _ => None,
    }
}

/// The unique names of a resource, with their rules. None where AWS chooses a name.
pub(crate) fn unique_names(
    kind: &str,
    properties: &Properties,
) -> impl Iterator<Item = (String, &'static Row)> {
    service_rules::of(kind).filter_map(|row| {
        let mut name = row.id.to_owned();
        for path in once(row)? {
            name.push(' ');
            name.push_str(&text(at(properties, path)?)?);
        }
        if let Some(path) = row.told_apart_by() {
            name.push(' ');
            name.push_str(&at(properties, path).and_then(text).unwrap_or_default());
        }
        Some((name, row))
    })
}

/// The name of a resource in messages.
pub(crate) fn identifying_name(kind: &str, properties: &Properties) -> Option<String> {
    let named = |row: &&Row| matches!(row.rule, Rule::UniqueBy(_));
    let row = service_rules::of(kind)
        .find(named)
        .or_else(|| service_rules::of(kind).find(|row| once(row).is_some()))?;
    text(at(properties, once(row)?.last()?)?)
}
