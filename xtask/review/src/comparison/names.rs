//! What stands for the same thing in two environments: their names, accounts, regions, domains.

use std::collections::BTreeSet;

/// The key of the environment's own name, which is no input.
pub(super) const ENVIRONMENT: &str = "environment";

/// Texts of two environments that stand for the same thing.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pairs: Vec<Pair>,
}

#[derive(Clone, Debug)]
struct Pair {
    key: String,
    texts: [String; 2],
}

impl Names {
    pub(super) fn new(environments: &[String; 2]) -> Self {
        let pair = Pair {
            key: ENVIRONMENT.to_owned(),
            texts: environments.clone(),
        };
        Self { pairs: vec![pair] }
    }

    pub(super) fn add(&mut self, key: &str, one: &str, other: &str) {
        if one != other && !one.is_empty() && !other.is_empty() {
            self.pairs.push(Pair {
                key: key.to_owned(),
                texts: [one.to_owned(), other.to_owned()],
            });
        }
    }

    /// Only the environments' own names.
    pub(super) fn own(&self) -> Self {
        let mut pairs = self.pairs.clone();
        pairs.retain(|pair| pair.key == ENVIRONMENT);
        Self { pairs }
    }

    /// The keys by which two texts differ, where they differ by nothing else.
    pub(super) fn explain(&self, one: &str, other: &str) -> Option<BTreeSet<String>> {
        let mut keys = BTreeSet::new();
        let one = self.replaced(one, 0, &mut keys);
        let other = self.replaced(other, 1, &mut keys);
        (one == other).then_some(keys)
    }

    /// The text with a placeholder for each whole occurrence of a name, at each place the longest.
    fn replaced(&self, text: &str, side: usize, keys: &mut BTreeSet<String>) -> String {
        let mut out = String::new();
        let mut rest = text;
        let mut before: Option<char> = None;
        while let Some(first) = rest.chars().next() {
            let found = self
                .pairs
                .iter()
                .filter_map(|pair| Some((pair, pair.texts.get(side)?)))
                .filter(|(_, name)| is_whole(before, rest, name))
                .max_by_key(|(_, name)| name.len());
            let length = match found {
                Some((pair, name)) => {
                    keys.insert(pair.key.clone());
                    // No template has this character.
                    out.push('\u{1}');
                    out.push_str(&pair.key);
                    out.push('\u{1}');
                    name.len()
                }
                None => {
                    out.push(first);
                    first.len_utf8()
                }
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
    use super::*;

    fn names() -> Names {
        let mut names = Names::new(&["staging".to_owned(), "production".to_owned()]);
        names.add("account", "444455556666", "111122223333");
        names.add("branch", "next", "stable");
        names.add(
            "domain.name",
            "staging.lemonade.example",
            "lemonade.example",
        );
        names
    }

    #[test]
    fn texts_that_differ_by_names_are_explained_by_them() {
        let cases = [
            (
                "lemonade-staging-web",
                "lemonade-production-web",
                "environment",
            ),
            (
                "arn:aws:iam::444455556666:role/staging",
                "arn:aws:iam::111122223333:role/production",
                "account, environment",
            ),
            (
                "www.staging.lemonade.example",
                "www.lemonade.example",
                "domain.name",
            ),
            ("the next one of next", "the next one of stable", ""),
            ("next", "stable", "branch"),
            ("nextbranch", "stablebranch", ""),
            ("lemonade-staging-a", "lemonade-production-b", ""),
        ];
        for (one, other, keys) in cases {
            let found = names().explain(one, other).unwrap_or_default();
            let found: Vec<String> = found.into_iter().collect();
            assert_eq!(found.join(", "), keys, "{one}");
        }
    }
}
