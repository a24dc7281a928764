//! Where two values differ, as paths.

use serde_json::Value;

use super::value::intrinsic;

/// A place where two values differ.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place<'a> {
    pub(crate) path: String,
    pub(crate) from: Option<&'a Value>,
    pub(crate) to: Option<&'a Value>,
}

/// Every place below `path` where two values differ, as deep as they can still be told apart:
/// objects by key, lists by position, tags by their key.
pub(crate) fn places<'a>(
    path: &str,
    from: Option<&'a Value>,
    to: Option<&'a Value>,
    found: &mut Vec<Place<'a>>,
) {
    match (from, to) {
        (Some(one), Some(other)) if one == other => {}
        (Some(Value::Object(one)), Some(Value::Object(other)))
            if intrinsic(one).is_none() && intrinsic(other).is_none() =>
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
                places(&path, one.get(key), other.get(key), found);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) => list(path, one, other, found),
        _ => found.push(Place {
            path: path.to_owned(),
            from,
            to,
        }),
    }
}

/// Lists of tags by key; other lists by position, without what is equal at both ends, so that an
/// item that was inserted does not make all behind it differ.
fn list<'a>(path: &str, one: &'a [Value], other: &'a [Value], found: &mut Vec<Place<'a>>) {
    if let (Some(before), Some(after)) = (tags(one), tags(other)) {
        let mut keys: Vec<&str> = before.iter().chain(&after).map(|(key, _)| *key).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            let value = |tags: &[(&str, &'a Value)]| {
                tags.iter()
                    .find(|(name, _)| *name == key)
                    .map(|(_, value)| *value)
            };
            places(
                &format!("{path}[{key}]"),
                value(&before),
                value(&after),
                found,
            );
        }
        return;
    }
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
        places(&path, before.get(index), after.get(index), found);
    }
}

/// The items of a list of tags, by key. Nothing where an item says more than a value (then it is
/// no plain tag), or a key is there twice.
fn tags(items: &[Value]) -> Option<Vec<(&str, &Value)>> {
    let mut tags: Vec<(&str, &Value)> = Vec::with_capacity(items.len());
    for item in items {
        let entries = item.as_object().filter(|entries| entries.len() == 2)?;
        let key = entries.get("Key")?.as_str()?;
        let value = entries.get("Value")?;
        if tags.iter().any(|(name, _)| *name == key) {
            return None;
        }
        tags.push((key, value));
    }
    Some(tags)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(from: &Value, to: &Value) -> Vec<String> {
        let mut found = Vec::new();
        places("", Some(from), Some(to), &mut found);
        found.into_iter().map(|place| place.path).collect()
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
    fn a_function_is_one_value() {
        let from = json!({ "Id": { "Ref": "A" } });
        let to = json!({ "Id": { "Ref": "B" } });
        assert_eq!(paths(&from, &to), ["Id"]);
    }
}
