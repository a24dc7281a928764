//! The difference of two templates as edits that make one of the other, exactly.

use serde_json::{Map, Value};

/// An edit: where, as a JSON pointer whose last part may be a range of a list, `/Secrets/1:2`; and the new value, which
/// replaces the items of a range. None removes a key.
pub type Edit = (String, Option<Value>);

/// The edits that make the second value of the first, in the order of their pointers. Each is independent of the others.
#[must_use]
pub fn edits(from: &Value, to: &Value) -> Vec<Edit> {
    let mut found = Vec::new();
    collect(from, to, "", &mut found);
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

fn collect(from: &Value, to: &Value, at: &str, found: &mut Vec<Edit>) {
    match (from, to) {
        (one, other) if one == other => {}
        (Value::Object(one), Value::Object(other)) => {
            for (key, value) in one {
                let at = format!("{at}/{}", escaped(key));
                match other.get(key) {
                    Some(new) => collect(value, new, &at, found),
                    None => found.push((at, None)),
                }
            }
            for (key, value) in other.iter().filter(|(key, _)| !one.contains_key(*key)) {
                found.push((format!("{at}/{}", escaped(key)), Some(value.clone())));
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                collect(one, other, &format!("{at}/{index}"), found);
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            let pairs = one.iter().zip(other);
            let start = pairs.take_while(|(one, other)| one == other).count();
            let (one, other) = (&one[start..], &other[start..]);
            let pairs = one.iter().rev().zip(other.iter().rev());
            let same = pairs.take_while(|(one, other)| one == other).count();
            let end = start + one.len() - same;
            let items = other[..other.len() - same].to_vec();
            found.push((format!("{at}/{start}:{end}"), Some(Value::Array(items))));
        }
        _ => found.push((at.to_owned(), Some(to.clone()))),
    }
}

/// Applies edits.
///
/// # Panics
/// When one leads nowhere.
pub fn apply(value: &mut Value, edits: &[Edit]) {
    for (pointer, new) in edits {
        let (above, last) = pointer
            .rsplit_once('/')
            .expect("the root is never replaced");
        let parent = value
            .pointer_mut(above)
            .unwrap_or_else(|| panic!("{pointer} leads nowhere"));
        match (parent, new) {
            (Value::Object(entries), Some(new)) => {
                entries.insert(unescaped(last), new.clone());
            }
            (Value::Object(entries), None) => {
                let removed = entries.remove(&unescaped(last));
                assert!(removed.is_some(), "{pointer} is not there");
            }
            (Value::Array(items), Some(new)) => match last.split_once(':') {
                Some((start, end)) => {
                    let index = |text: &str| text.parse::<usize>().expect("an index");
                    let new = new.as_array().expect("the items of a range").clone();
                    items.splice(index(start)..index(end), new);
                }
                None => items[last.parse::<usize>().expect("an index")] = new.clone(),
            },
            (other, _) => panic!("{pointer} is in {other}"),
        }
    }
}

/// Replaces a text in all texts and keys.
#[must_use]
pub fn replaced(value: &Value, replace: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => replace(text).into(),
        Value::Array(items) => items.iter().map(|item| replaced(item, replace)).collect(),
        Value::Object(entries) => Value::Object(
            entries
                .iter()
                .map(|(key, value)| (replace(key), replaced(value, replace)))
                .collect::<Map<String, Value>>(),
        ),
        other => other.clone(),
    }
}

/// Replaces a word that is no part of a longer one.
#[must_use]
pub fn replace_word(text: &str, word: &str, by: &str) -> String {
    let is_letter = |one: Option<char>| one.is_some_and(char::is_alphanumeric);
    let (first, last) = (word.chars().next(), word.chars().next_back());
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, found) = rest.split_at(at);
        let after = &found[word.len()..];
        out.push_str(before);
        let before = is_letter(first) && is_letter(out.chars().next_back());
        let behind = is_letter(last) && is_letter(after.chars().next());
        out.push_str(if before || behind { word } else { by });
        rest = after;
    }
    out + rest
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn unescaped(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            (0..4).prop_map(Value::from),
            "[a~/]{0,2}".prop_map(Value::from)
        ];
        let nested = leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[ab~/]{0,2}", inner, 0..4)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        });
        prop::collection::btree_map("[ab~/]{0,2}", nested, 0..4)
            .prop_map(|entries| Value::Object(entries.into_iter().collect()))
    }

    proptest! {
        #[test]
        fn edits_make_one_value_of_another(from in values(), to in values()) {
            let mut value = from.clone();
            apply(&mut value, &edits(&from, &to));
            prop_assert_eq!(value, to);
        }
    }

    #[test]
    fn edits_are_as_small_as_the_difference() {
        let from = json!({ "a": [1, 2, 3], "b": { "c": 1, "d": 2 }, "e": [1, 2] });
        let to = json!({ "a": [1, 9, 8, 3], "b": { "c": 1, "f": 2 }, "e": [1, 3] });
        let expected = [
            ("/a/1:2", Some(json!([9, 8]))),
            ("/b/d", None),
            ("/b/f", Some(json!(2))),
            ("/e/1", Some(json!(3))),
        ];
        let expected = expected.map(|(at, value)| (at.to_owned(), value));
        assert_eq!(edits(&from, &to), expected);
    }

    #[test]
    fn only_whole_words_are_replaced() {
        let text = replace_word("acme-acme/acmes Acme lacme acme", "acme", "web");
        assert_eq!(text, "web-web/acmes Acme lacme web");
        assert_eq!(replace_word("1/a/b", "/a/", "/c/"), "1/c/b");
    }
}
