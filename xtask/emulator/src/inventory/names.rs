//! Names that must be unique among resources of a type, by the service rules.

use serde_json::Value;
use service_rules::evaluate::{text, unique_values};
use service_rules::{Row, Rule};

use crate::properties::Properties;

pub(super) fn at<'a>(properties: &'a Properties, path: &str) -> Option<&'a Value> {
    let mut parts = path.split('.');
    let first = properties.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part))
}

/// The unique names of a resource, with their rules. None where AWS chooses a name.
pub(crate) fn unique_names(
    kind: &str,
    properties: &Properties,
) -> impl Iterator<Item = (String, &'static Row)> {
    unique_values(kind, properties.map()).map(|unique| (unique.key, unique.row))
}

/// The name of a resource in messages.
pub(crate) fn identifying_name(kind: &str, properties: &Properties) -> Option<String> {
    let named = |row: &&Row| matches!(row.rule, Rule::UniqueBy(_));
    let row = service_rules::of(kind)
        .find(named)
        .or_else(|| service_rules::of(kind).find(|row| row.rule.unique().is_some()))?;
    let (paths, _) = row.rule.unique()?;
    text(at(properties, paths.last()?)?)
}
