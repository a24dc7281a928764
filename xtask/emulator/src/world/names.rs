//! Names that only one thing of a type may have, by the table of service rules.

use serde_json::Value;
use service_rules::{Row, Rule};

use crate::properties::Properties;

/// The value at a dotted path.
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

/// What a rule allows only once.
fn once(row: &'static Row) -> Option<&'static [&'static str]> {
    match &row.rule {
        Rule::UniqueBy(paths) => Some(paths),
        Rule::AttachedOnce(path) => Some(std::slice::from_ref(path)),
        _ => None,
    }
}

/// What only one thing may have, as texts, with the rules that say so. Nothing where AWS chooses a
/// name.
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
        Some((name, row))
    })
}

/// What a person would call its name.
pub(crate) fn identifying_name(kind: &str, properties: &Properties) -> Option<String> {
    let named = |row: &&Row| matches!(row.rule, Rule::UniqueBy(_));
    let row = service_rules::of(kind)
        .find(named)
        .or_else(|| service_rules::of(kind).find(|row| once(row).is_some()))?;
    text(at(properties, once(row)?.last()?)?)
}
