//! Documentation of properties: the schema's constraints in our own words.

use super::places::Restricted;
use super::source::Source;
use crate::model::Type;
use crate::schema::Shape;

/// Longer patterns tell a reader nothing.
const LONGEST_PATTERN: usize = 60;

/// Sentences about a property.
pub(super) fn documentation(
    source: &Source,
    restricted: &Restricted,
    place: &str,
    shape: &Shape,
    ty: &Type,
) -> Vec<String> {
    let mut sentences = Vec::new();
    if restricted.create_only.contains(place) {
        sentences.push("Changing it replaces the resource.".to_owned());
    }
    if restricted.conditional_create_only.contains(place) {
        sentences.push("Changing it replaces the resource in some cases.".to_owned());
    }
    let shape = source.constrained(shape);
    let bound = |low: &Option<serde_json::Value>, high: &Option<serde_json::Value>, of: &str| {
        let range = match (low, high) {
            (Some(low), Some(high)) if low == high => format!("exactly {low}"),
            (Some(low), Some(high)) => format!("{low} to {high}"),
            (Some(low), None) => format!("at least {low}"),
            (None, Some(high)) => format!("at most {high}"),
            (None, None) => return None,
        };
        Some(format!("Takes {range}{of}."))
    };
    sentences.extend(bound(&shape.minimum, &shape.maximum, ""));
    sentences.extend(bound(&shape.min_items, &shape.max_items, " items"));
    if *ty == Type::Text {
        sentences.extend(bound(&shape.min_length, &shape.max_length, " characters"));
        let pattern = shape
            .pattern
            .as_deref()
            .filter(|pattern| pattern.len() <= LONGEST_PATTERN && !pattern.contains(['`', '\n']));
        sentences.extend(pattern.map(|pattern| format!("Matches `{pattern}`.")));
        sentences.extend(match shape.format.as_deref() {
            Some("ipv4-network") => Some("An IPv4 block, `10.0.0.0/16`.".to_owned()),
            Some("ipv6-network") => Some("An IPv6 block.".to_owned()),
            Some("json") => Some("A text that is JSON.".to_owned()),
            _ => None,
        });
    }
    if matches!(ty, Type::Integer | Type::Number) && !shape.values.is_empty() {
        let values: Vec<String> = shape.values.iter().map(ToString::to_string).collect();
        sentences.push(format!("One of {}.", values.join(", ")));
    }
    sentences
}

/// Rules that span several properties.
pub(super) fn rules(shape: &Shape) -> Vec<String> {
    let list = |names: &[String]| {
        let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        quoted.join(", ")
    };
    let mut rules = Vec::new();
    if !shape.required_xor.is_empty() {
        rules.push(format!("Set exactly one of {}.", list(&shape.required_xor)));
    }
    if !shape.required_or.is_empty() {
        rules.push(format!("Set at least one of {}.", list(&shape.required_or)));
    }
    for (choice, how_many) in [(&shape.one_of, "exactly"), (&shape.any_of, "at least")] {
        // A choice between properties, each alternative requiring another one.
        let names: Option<Vec<String>> = choice
            .iter()
            .map(|one| (one.required.len() == 1).then(|| one.required[0].clone()))
            .collect();
        let rule = names
            .filter(|names| names.len() > 1)
            .map(|names| format!("Set {how_many} one of {}.", list(&names)));
        rules.extend(rule.filter(|rule| !rules.contains(rule)));
    }
    for (name, others) in &shape.dependent_required {
        rules.push(format!("`{name}` needs {}.", list(others)));
    }
    for (name, others) in &shape.dependent_excluded {
        // Said once where both exclude each other.
        let said = |other: &String| {
            let back = shape.dependent_excluded.get(other);
            other < name && back.is_some_and(|back| back.contains(name))
        };
        let others: Vec<String> = others
            .iter()
            .filter(|other| !said(other))
            .cloned()
            .collect();
        if others.is_empty() {
            continue;
        }
        rules.push(format!("`{name}` excludes {}.", list(&others)));
    }
    rules
}
