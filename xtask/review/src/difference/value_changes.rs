//! Changes between two values, by path.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use cloudformation::template::Call;

/// One change between two values.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueChange<'a> {
    pub path: String,
    pub from: Option<&'a Value>,
    pub to: Option<&'a Value>,
}

/// Every change below `path`, as deep as items can be matched: objects by key, lists by position,
/// tags by their key and policy statements by their `Sid`.
pub fn value_changes<'a>(
    path: &str,
    from: Option<&'a Value>,
    to: Option<&'a Value>,
    found: &mut Vec<ValueChange<'a>>,
) {
    match (from, to) {
        (Some(one), Some(other)) if one == other => {}
        (Some(before @ Value::Object(one)), Some(after @ Value::Object(other)))
            if Call::of(before).is_none() && Call::of(after).is_none() =>
        {
            let mut keys: Vec<&String> = one.keys().chain(other.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                value_changes(&path, one.get(key), other.get(key), found);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) => list(path, one, other, found),
        _ => found.push(ValueChange {
            path: path.to_owned(),
            from,
            to,
        }),
    }
}

/// Lists by the names of their items where they have names, by position otherwise.
fn list<'a>(path: &str, one: &'a [Value], other: &'a [Value], found: &mut Vec<ValueChange<'a>>) {
    let named =
        |by: fn(&Value) -> Option<(&str, &Value)>| Some((items(one, by)?, items(other, by)?));
    let known = found.len();
    if let Some((before, after)) = named(tag).or_else(|| named(statement)) {
        let names: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
        for name in names {
            let path = format!("{path}[{name}]");
            value_changes(
                &path,
                before.get(name).copied(),
                after.get(name).copied(),
                found,
            );
        }
    }
    // Another order of the same items is a change, too.
    if found.len() == known {
        by_position(path, one, other, found);
    }
}

/// Equal items at both ends are skipped, so that an inserted item does not change all after it.
fn by_position<'a>(
    path: &str,
    one: &'a [Value],
    other: &'a [Value],
    found: &mut Vec<ValueChange<'a>>,
) {
    let start = one
        .iter()
        .zip(other)
        .take_while(|(one, other)| one == other)
        .count();
    let rest = one.len().min(other.len()) - start;
    let end = one
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take(rest)
        .take_while(|(one, other)| one == other)
        .count();
    let before = one.get(start..one.len() - end).unwrap_or_default();
    let after = other.get(start..other.len() - end).unwrap_or_default();
    for index in 0..before.len().max(after.len()) {
        let path = format!("{path}[{}]", start + index);
        value_changes(&path, before.get(index), after.get(index), found);
    }
}

/// The items of a list by name; none where an item has no name or a name occurs twice.
fn items(
    items: &[Value],
    by: fn(&Value) -> Option<(&str, &Value)>,
) -> Option<BTreeMap<&str, &Value>> {
    let mut named = BTreeMap::new();
    for item in items {
        let (name, value) = by(item)?;
        if named.insert(name, value).is_some() {
            return None;
        }
    }
    Some(named)
}

/// A tag's key and value; none for an item with further entries.
fn tag(item: &Value) -> Option<(&str, &Value)> {
    let entries = item.as_object().filter(|entries| entries.len() == 2)?;
    Some((entries.get("Key")?.as_str()?, entries.get("Value")?))
}

/// A policy statement by its `Sid`.
fn statement(item: &Value) -> Option<(&str, &Value)> {
    item.get("Effect")?;
    Some((item.get("Sid")?.as_str()?, item))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(from: &Value, to: &Value) -> Vec<String> {
        let mut found = Vec::new();
        value_changes("", Some(from), Some(to), &mut found);
        found.into_iter().map(|change| change.path).collect()
    }

    #[test]
    fn objects_differ_by_key_and_lists_by_position() {
        let from = json!({ "A": { "B": 1, "C": 2 }, "L": [1, 2, 3], "Gone": true });
        let to = json!({ "A": { "B": 1, "C": 3 }, "L": [1, 9, 2, 3], "New": true });
        assert_eq!(paths(&from, &to), ["A.C", "Gone", "L[1]", "New"]);
    }

    #[test]
    fn tags_differ_by_their_key() {
        let from = json!({ "Tags": [{ "Key": "a", "Value": 1 }, { "Key": "b", "Value": 2 }] });
        let to = json!({ "Tags": [{ "Key": "b", "Value": 3 }] });
        assert_eq!(paths(&from, &to), ["Tags[a]", "Tags[b]"]);
    }

    #[test]
    fn statements_differ_by_their_sid() {
        let allow =
            |sid: &str, action: &str| json!({ "Sid": sid, "Effect": "Allow", "Action": action });
        let from =
            json!({ "Statement": [allow("Pull", "a"), allow("Push", "b"), allow("Scan", "c")] });
        let to =
            json!({ "Statement": [allow("List", "d"), allow("Pull", "a"), allow("Push", "e")] });
        assert_eq!(
            paths(&from, &to),
            [
                "Statement[List]",
                "Statement[Push].Action",
                "Statement[Scan]"
            ]
        );
    }

    #[test]
    fn without_a_name_for_each_a_list_differs_by_position() {
        let deny = json!({ "Effect": "Deny" });
        let named = json!({ "Sid": "Pull", "Effect": "Allow" });
        let from = json!({ "Statement": [deny, named] });
        assert_eq!(
            paths(&from, &json!({ "Statement": [deny] })),
            ["Statement[1]"]
        );
        let twice = json!({ "Statement": [named, named] });
        assert_eq!(
            paths(&from, &twice),
            ["Statement[0].Effect", "Statement[0].Sid"]
        );
    }

    #[test]
    fn another_order_is_a_difference() {
        let tag = |key: &str| json!({ "Key": key, "Value": 1 });
        let from = json!({ "Tags": [tag("a"), tag("b")] });
        let to = json!({ "Tags": [tag("b"), tag("a")] });
        assert_eq!(paths(&from, &to), ["Tags[0].Key", "Tags[1].Key"]);
    }

    #[test]
    fn a_function_is_one_value() {
        let from = json!({ "Id": { "Ref": "A" } });
        let to = json!({ "Id": { "Ref": "B" } });
        assert_eq!(paths(&from, &to), ["Id"]);
    }
}
