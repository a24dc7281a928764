//! What stands for the same thing in two environments: their names, accounts, regions, domains.

use serde_json::Value;

/// Texts of two environments that stand for the same thing.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pairs: Vec<(String, String)>,
}

impl Names {
    pub(super) fn new(environments: &[String; 2]) -> Self {
        let [one, other] = environments.clone();
        Self {
            pairs: vec![(one, other)],
        }
    }

    pub(super) fn add(&mut self, one: &str, other: &str) {
        if one != other && !one.is_empty() {
            self.pairs.push((one.to_owned(), other.to_owned()));
        }
    }

    /// A value of the first environment in the words of the second; gives how many texts have changed.
    pub(super) fn translate(&self, value: &mut Value) -> usize {
        match value {
            Value::String(text) => {
                let translated = self.translated(text);
                let changed = usize::from(translated != *text);
                *text = translated;
                changed
            }
            Value::Array(items) => items.iter_mut().map(|item| self.translate(item)).sum(),
            Value::Object(entries) => {
                let mut changed = 0;
                let old = std::mem::take(entries);
                for (key, mut value) in old {
                    changed += self.translate(&mut value);
                    entries.insert(self.translated(&key), value);
                }
                changed
            }
            _ => 0,
        }
    }

    /// The text with each whole occurrence of a name of the first environment as the second has it, at each place the
    /// longest.
    fn translated(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        let mut before: Option<char> = None;
        while let Some(first) = rest.chars().next() {
            let found = self
                .pairs
                .iter()
                .filter(|(one, _)| is_whole(before, rest, one))
                .max_by_key(|(one, _)| one.len());
            let length = if let Some((one, other)) = found {
                out.push_str(other);
                one.len()
            } else {
                out.push(first);
                first.len_utf8()
            };
            let (done, left) = rest.split_at(length);
            before = done.chars().next_back();
            rest = left;
        }
        out
    }
}

/// Whether the rest of a text begins with a name that is no part of a longer word.
fn is_whole(before: Option<char>, rest: &str, name: &str) -> bool {
    let Some(after) = rest.strip_prefix(name) else {
        return false;
    };
    let continues = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
    !continues(before) && !continues(after.chars().next())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_translated_where_they_are_whole() {
        let mut names = Names::new(&["staging".to_owned(), "production".to_owned()]);
        names.add("444455556666", "111122223333");
        names.add("staging.lemonade.example", "lemonade.example");
        let cases = [
            ("lemonade-staging-web", "lemonade-production-web"),
            (
                "arn:aws:iam::444455556666:role/staging",
                "arn:aws:iam::111122223333:role/production",
            ),
            ("www.staging.lemonade.example", "www.lemonade.example"),
            ("stagings 4444555566667", "stagings 4444555566667"),
        ];
        for (one, other) in cases {
            let mut value = json!({ one: [one, 1] });
            let changed = names.translate(&mut value);
            assert_eq!(value, json!({ other: [other, 1] }));
            assert_eq!(changed, usize::from(one != other));
        }
    }
}
