//! The order of a template's conditions.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::template::References;
use serde_json::Value;

use super::error::TemplateError;

/// The names of conditions in an order in which each comes after those that it names.
///
/// # Errors
///
/// Conditions name each other, whether they are used or not.
pub(super) fn in_order(conditions: &BTreeMap<String, Value>) -> Result<Vec<String>, TemplateError> {
    let mut needs: BTreeMap<&str, BTreeSet<String>> = conditions
        .iter()
        .map(|(name, value)| {
            let mut named = References::of(value).conditions;
            named.retain(|name| conditions.contains_key(name));
            (name.as_str(), named)
        })
        .collect();
    let mut users: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, named) in &needs {
        for need in named {
            users.entry(need.clone()).or_default().push(name);
        }
    }
    let mut ready: Vec<&str> = needs
        .iter()
        .filter(|(_, named)| named.is_empty())
        .map(|(name, _)| *name)
        .collect();
    let mut order = Vec::with_capacity(conditions.len());
    while let Some(name) = ready.pop() {
        needs.remove(name);
        order.push(name.to_owned());
        for user in users.get(name).into_iter().flatten() {
            if let Some(named) = needs.get_mut(user) {
                named.remove(name);
                if named.is_empty() {
                    ready.push(user);
                }
            }
        }
    }
    match circle(&needs) {
        None => Ok(order),
        Some((one, other)) => Err(TemplateError(format!(
            "Template error: Found circular condition dependency between {one} and {other}"
        ))),
    }
}

/// Two conditions of a circle, where every condition that is left needs another one that is left.
fn circle<'a>(needs: &'a BTreeMap<&str, BTreeSet<String>>) -> Option<(&'a str, &'a str)> {
    let mut seen = BTreeSet::new();
    let mut at: &str = needs.keys().next()?;
    while seen.insert(at) {
        at = needs.get(at)?.first()?;
    }
    Some((at, needs.get(at)?.first()?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn order(conditions: Value) -> Result<Vec<String>, String> {
        let conditions: BTreeMap<String, Value> = serde_json::from_value(conditions).unwrap();
        in_order(&conditions).map_err(|error| error.0)
    }

    #[test]
    fn a_condition_comes_after_those_that_it_names() {
        let conditions = json!({
            "A": { "Fn::And": [{ "Condition": "C" }, { "Condition": "B" }] },
            "B": { "Fn::Not": [{ "Condition": "C" }] },
            "C": { "Fn::Equals": ["a", "b"] },
        });
        assert_eq!(
            order(conditions),
            Ok(vec!["C".into(), "B".into(), "A".into()])
        );
    }

    #[test]
    fn circles_are_found_behind_what_leads_to_them() {
        let conditions = json!({
            "A": { "Fn::Not": [{ "Condition": "B" }] },
            "B": { "Fn::Not": [{ "Condition": "C" }] },
            "C": { "Fn::Not": [{ "Condition": "B" }] },
        });
        let message = "Template error: Found circular condition dependency between B and C";
        assert_eq!(order(conditions), Err(message.to_owned()));
        let itself = json!({ "A": { "Fn::Not": [{ "Condition": "A" }] } });
        assert!(order(itself).unwrap_err().ends_with("between A and A"));
    }
}
