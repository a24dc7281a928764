//! The input files on both sides: which keys differ, and the files with one of them as it was.
//!
//! What a key causes is found by experiment: what no longer follows when that key alone is as it was, follows from it.

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use crate::consequence::Consequence;

/// A key of an input file that differs, or a whole table that is new or gone.
#[derive(Clone, Debug, PartialEq)]
pub struct InputChange {
    /// The file, and the line where it has one: `environments/staging.toml:30`.
    pub place: String,
    /// The file's text with this key as it was, and everything else as proposed.
    pub reverted: String,
}

/// Why the files can't be compared. The definition was read from the same texts, so this is not the author's mistake.
#[derive(Debug, thiserror::Error)]
pub enum InputsError {
    #[error("{file} is not TOML")]
    Parse {
        file: String,
        source: toml::de::Error,
    },
    #[error("{file} can't be written with one key as it was")]
    Write {
        file: String,
        source: toml::ser::Error,
    },
}

/// An input file, and its text on both sides.
#[derive(Clone, Copy, Debug)]
pub struct InputFile<'a> {
    /// Its path in the repository.
    pub file: &'a str,
    pub before: &'a str,
    pub after: &'a str,
}

/// The keys of one input file that differ.
///
/// # Errors
/// When a text is not TOML.
pub fn input_changes(input: InputFile<'_>) -> Result<Vec<InputChange>, InputsError> {
    let InputFile {
        file,
        before,
        after,
    } = input;
    let parse = |text: &str| -> Result<Table, InputsError> {
        let parsed = toml::from_str(text);
        parsed.map_err(|source| InputsError::Parse {
            file: file.to_owned(),
            source,
        })
    };
    let (old, new) = (parse(before)?, parse(after)?);
    let mut paths = Vec::new();
    differing(&old, &new, &mut Vec::new(), &mut paths);
    let spans = DeTable::parse(after).map_err(|source| InputsError::Parse {
        file: file.to_owned(),
        source,
    })?;
    paths
        .into_iter()
        .map(|path| {
            let mut variant = new.clone();
            put(&mut variant, &path, get(&old, &path).cloned());
            let reverted = toml::to_string(&variant);
            let reverted = reverted.map_err(|source| InputsError::Write {
                file: file.to_owned(),
                source,
            })?;
            let line = offset(spans.get_ref(), &path).map(|offset| line(after, offset));
            let place = match line {
                Some(line) => format!("{file}:{line}"),
                None => format!("{file} without {}", path.join(".")),
            };
            Ok(InputChange { place, reverted })
        })
        .collect()
}

/// The paths that differ: keys, or the uppermost tables that only one side has.
fn differing(old: &Table, new: &Table, above: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        above.push(key.clone());
        match (old.get(key), new.get(key)) {
            (Some(Value::Table(old)), Some(Value::Table(new))) => differing(old, new, above, found),
            (one, other) if one != other => found.push(above.clone()),
            _ => {}
        }
        above.pop();
    }
}

fn get<'a>(table: &'a Table, path: &[String]) -> Option<&'a Value> {
    let (last, above) = path.split_last()?;
    let parent = above
        .iter()
        .try_fold(table, |table, key| table.get(key)?.as_table())?;
    parent.get(last)
}

/// Sets the value at a path whose tables exist, or removes it.
fn put(table: &mut Table, path: &[String], value: Option<Value>) {
    let Some((last, above)) = path.split_last() else {
        return;
    };
    let parent = above
        .iter()
        .try_fold(table, |table, key| table.get_mut(key)?.as_table_mut());
    if let Some(parent) = parent {
        match value {
            Some(value) => parent.insert(last.clone(), value),
            None => parent.remove(last),
        };
    }
}

/// Where a key stands in the text.
fn offset(table: &DeTable<'_>, path: &[String]) -> Option<usize> {
    let (first, below) = path.split_first()?;
    let find = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let key: &Spanned<std::borrow::Cow<'_, str>> = key;
        if key.get_ref() != first.as_str() {
            return None;
        }
        match (below, value.get_ref()) {
            ([], _) => Some(key.span().start),
            (below, DeValue::Table(table)) => offset(table, below),
            _ => None,
        }
    };
    table.iter().find_map(|(key, value)| find((key, value)))
}

fn line(text: &str, offset: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(offset)
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

/// Names a key as the cause of what does not follow without it. `place` is the key's, `without` are the consequences
/// with the key as it was.
pub fn attribute(found: &mut [Consequence], place: &str, without: &[Consequence]) {
    for one in found {
        let follows_all_the_same = without.iter().any(|other| {
            other.text == one.text
                && other.property == one.property
                && (&other.from, &other.to) == (&one.from, &one.to)
                && other.subjects == one.subjects
        });
        if !follows_all_the_same {
            one.causes.push(place.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "region = \"eu-west-1\"\n[retention]\nlogs_days = 30\nimages = 20\n\n[alarms]\nemail = \"a@b.example\"\n";

    fn changes(after: &str) -> Vec<InputChange> {
        let input = InputFile {
            file: "staging.toml",
            before: BEFORE,
            after,
        };
        input_changes(input).unwrap()
    }

    #[test]
    fn a_changed_key_is_named_by_its_line_and_reverted_alone() {
        let after = BEFORE.replace("30", "7").replace("20", "5");
        let found = changes(&after);
        let places: Vec<&str> = found.iter().map(|one| one.place.as_str()).collect();
        assert_eq!(places, ["staging.toml:4", "staging.toml:3"]);
        let variant: Table = toml::from_str(&found[1].reverted).unwrap();
        let retention = variant["retention"].as_table().unwrap();
        assert_eq!(retention["logs_days"].as_integer(), Some(30));
        assert_eq!(retention["images"].as_integer(), Some(5));
    }

    #[test]
    fn a_new_table_is_one_change_and_a_missing_key_is_named_by_its_path() {
        let after = BEFORE.replace("images = 20\n", "") + "[budget]\nmonthly = 4\nyearly = 40\n";
        let found = changes(&after);
        let places: Vec<&str> = found.iter().map(|one| one.place.as_str()).collect();
        assert_eq!(
            places,
            ["staging.toml:7", "staging.toml without retention.images"]
        );
        let variant: Table = toml::from_str(&found[0].reverted).unwrap();
        assert!(!variant.contains_key("budget"));
    }

    #[test]
    fn comments_and_order_are_no_change() {
        let after = "[alarms]\nemail = 'a@b.example' # the same\n[retention]\nimages = 20\nlogs_days = 30\n";
        assert_eq!(changes(&format!("region = 'eu-west-1'\n{after}")), []);
    }
}
