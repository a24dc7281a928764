//! The inputs of two environments, and the same files with some of them exchanged.

use serde::Serialize;
use toml::{Table, Value};

use super::names::Names;
use crate::inputs::InputsError;

/// The texts of the input files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// The file of the first environment.
    pub one: String,
    /// The file of the second environment.
    pub other: String,
    /// `applications.toml`.
    pub applications: String,
}

/// Which environments get an input of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// Both: what must differ between environments still does.
    Both,
    /// The first; the second keeps its own.
    One,
    /// The second; the first keeps its own.
    Other,
}

/// An input that the environments do not share.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InputDifference {
    /// The key in the environment's file, `retention.logs_days`, or behind the name of an application, `web: tasks.min`.
    pub key: String,
    /// Its value in the first environment, as TOML; none where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one: Option<String>,
    /// Its value in the second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    #[serde(skip)]
    place: Place,
}

/// Where an input is.
#[derive(Clone, Debug, PartialEq)]
struct Place {
    /// The application whose table `overrides` has it; none for the environment's file.
    application: Option<String>,
    path: Vec<String>,
}

/// The inputs that only say what an environment is called and where it is.
const NAMES: [&str; 7] = [
    "account",
    "alarms.email",
    "domain.hosted_zone",
    "domain.name",
    "pipeline.connection",
    "region",
    "zones",
];

/// The input files of two environments.
#[derive(Clone, Debug)]
pub struct InputFiles {
    names: [String; 2],
    one: Table,
    other: Table,
    applications: Table,
}

impl InputFiles {
    /// Reads the files of the environments of these names.
    ///
    /// # Errors
    /// When a text is not TOML.
    pub fn parse(one: &str, other: &str, texts: &Texts) -> Result<Self, InputsError> {
        let parse = |file: &str, text: &str| -> Result<Table, InputsError> {
            toml::from_str(text).map_err(|source| InputsError::Parse {
                file: file.to_owned(),
                source,
            })
        };
        Ok(Self {
            names: [one.to_owned(), other.to_owned()],
            one: parse(one, &texts.one)?,
            other: parse(other, &texts.other)?,
            applications: parse("applications.toml", &texts.applications)?,
        })
    }

    /// The inputs that differ, in the order of their keys.
    #[must_use]
    pub fn differences(&self) -> Vec<InputDifference> {
        let mut places = Vec::new();
        paths(&self.one, &self.other, &mut Vec::new(), &mut |path| {
            places.push(Place {
                application: None,
                path,
            });
        });
        let none = Table::new();
        for application in self.applications.keys() {
            let [one, other] = [0, 1].map(|side| self.overrides(application, side));
            let (one, other) = (one.unwrap_or(&none), other.unwrap_or(&none));
            paths(one, other, &mut Vec::new(), &mut |path| {
                places.push(Place {
                    application: Some(application.clone()),
                    path,
                });
            });
        }
        places
            .into_iter()
            .map(|place| {
                let path = place.path.join(".");
                let [one, other] =
                    [0, 1].map(|side| self.effective(&place, side).map(Value::to_string));
                InputDifference {
                    key: match &place.application {
                        Some(application) => format!("{application}: {path}"),
                        None => path,
                    },
                    one,
                    other,
                    place,
                }
            })
            .collect()
    }

    /// The files with some inputs exchanged.
    ///
    /// # Errors
    /// When the result is not TOML, which would be our mistake.
    pub fn exchanged<'a>(
        &self,
        inputs: impl IntoIterator<Item = (&'a InputDifference, Exchange)>,
    ) -> Result<Texts, InputsError> {
        let mut files = self.clone();
        for (input, exchange) in inputs {
            let values = [0, 1].map(|side| self.own(&input.place, side).cloned());
            let [one, other] = values;
            if exchange != Exchange::Other {
                files.set(&input.place, 0, other);
            }
            if exchange != Exchange::One {
                files.set(&input.place, 1, one);
            }
        }
        let write = |table: &Table| {
            toml::to_string(table).map_err(|source| InputsError::Write {
                file: "an input file".to_owned(),
                source,
            })
        };
        Ok(Texts {
            one: write(&files.one)?,
            other: write(&files.other)?,
            applications: write(&files.applications)?,
        })
    }

    /// The texts in templates that stand for the same thing in both.
    pub(super) fn pairs(&self) -> Names {
        let mut names = Names::new(&self.names);
        for input in self.differences() {
            if !NAMES.contains(&input.key.as_str()) {
                continue;
            }
            let [one, other] = [0, 1].map(|side| self.effective(&input.place, side));
            match (one, other) {
                (Some(Value::String(one)), Some(Value::String(other))) => {
                    names.add(one, other);
                    // Other services' names of a connection end with its id, too.
                    if let (Some((_, one)), Some((_, other))) =
                        (one.rsplit_once('/'), other.rsplit_once('/'))
                    {
                        names.add(one, other);
                    }
                }
                (Some(Value::Array(one)), Some(Value::Array(other))) => {
                    let pairs = one.iter().zip(other);
                    for (one, other) in pairs.filter_map(|(a, b)| a.as_str().zip(b.as_str())) {
                        names.add(one, other);
                    }
                }
                _ => {}
            }
        }
        names
    }

    fn overrides(&self, application: &str, side: usize) -> Option<&Table> {
        let table = self.applications.get(application)?.get("overrides")?;
        table.get(self.names.get(side)?)?.as_table()
    }

    /// The value of an environment's own file or override.
    fn own(&self, place: &Place, side: usize) -> Option<&Value> {
        let table = match &place.application {
            Some(application) => self.overrides(application, side)?,
            None if side == 0 => &self.one,
            None => &self.other,
        };
        get(table, &place.path)
    }

    /// The value that counts, which may be the application's for every environment.
    fn effective(&self, place: &Place, side: usize) -> Option<&Value> {
        self.own(place, side).or_else(|| {
            let application = self.applications.get(place.application.as_ref()?)?;
            get(application.as_table()?, &place.path)
        })
    }

    fn set(&mut self, place: &Place, side: usize, value: Option<Value>) {
        let mut path = place.path.clone();
        let table = match (&place.application, self.names.get(side)) {
            (Some(application), Some(name)) => {
                let above = [application.clone(), "overrides".to_owned(), name.clone()];
                path.splice(0..0, above);
                &mut self.applications
            }
            _ if side == 0 => &mut self.one,
            _ => &mut self.other,
        };
        put(table, &path, value);
    }
}

/// The paths that differ: keys, or the uppermost tables of an environment's file that only one side has. An override
/// replaces key by key, so what one side has alone is compared key by key, too.
fn paths(one: &Table, other: &Table, above: &mut Vec<String>, found: &mut impl FnMut(Vec<String>)) {
    let mut keys: Vec<&String> = one.keys().chain(other.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        above.push(key.clone());
        match (one.get(key), other.get(key)) {
            (Some(Value::Table(one)), Some(Value::Table(other))) => {
                paths(one, other, above, found);
            }
            (one, other) if one != other => found(above.clone()),
            _ => {}
        }
        above.pop();
    }
}

fn get<'a>(table: &'a Table, path: &[String]) -> Option<&'a Value> {
    let (first, below) = path.split_first()?;
    let value = table.get(first)?;
    if below.is_empty() {
        return Some(value);
    }
    get(value.as_table()?, below)
}

/// Sets the value at a path, whose tables are made where they are missing, or removes it.
fn put(table: &mut Table, path: &[String], value: Option<Value>) {
    match path {
        [] => {}
        [last] => {
            match value {
                Some(value) => table.insert(last.clone(), value),
                None => table.remove(last),
            };
        }
        [first, below @ ..] => {
            if value.is_none() && !table.contains_key(first) {
                return;
            }
            let inner = table
                .entry(first.clone())
                .or_insert_with(|| Value::Table(Table::new()));
            if let Some(inner) = inner.as_table_mut() {
                put(inner, below, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str =
        "account = \"4\"\nzones = [\"a\", \"b\"]\n[retention]\nlogs_days = 30\nimages = 20\n";
    const OTHER: &str = "account = \"1\"\nzones = [\"c\", \"b\"]\n[retention]\nlogs_days = 400\nimages = 20\n[atlas]\npeering = \"pcx\"\n";
    const APPLICATIONS: &str = "[web]\nmemory = 512\ntasks = { min = 2, max = 8 }\n[web.overrides.staging]\ntasks = { min = 1 }\n";

    fn files() -> InputFiles {
        let texts = Texts {
            one: ONE.to_owned(),
            other: OTHER.to_owned(),
            applications: APPLICATIONS.to_owned(),
        };
        InputFiles::parse("staging", "production", &texts).unwrap()
    }

    #[test]
    fn inputs_that_differ_are_named_with_both_values() {
        let found: Vec<(String, String, String)> = files()
            .differences()
            .into_iter()
            .map(|one| {
                let text = |value: Option<String>| value.unwrap_or_default();
                (one.key, text(one.one), text(one.other))
            })
            .collect();
        let expected = [
            ("account", "\"4\"", "\"1\""),
            ("atlas", "", "{ peering = \"pcx\" }"),
            ("retention.logs_days", "30", "400"),
            ("zones", "[\"a\", \"b\"]", "[\"c\", \"b\"]"),
            ("web: tasks", "{ min = 1 }", "{ max = 8, min = 2 }"),
        ];
        let expected: Vec<(String, String, String)> = expected
            .iter()
            .map(|(key, one, other)| ((*key).to_owned(), (*one).to_owned(), (*other).to_owned()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn an_exchange_moves_values_and_nothing_else() {
        let files = files();
        let inputs = files.differences();
        for input in &inputs {
            let texts = files.exchanged([(input, Exchange::Both)]).unwrap();
            let exchanged = InputFiles::parse("staging", "production", &texts).unwrap();
            let after = exchanged.differences();
            assert_eq!(after.len(), inputs.len(), "{}", input.key);
            for (before, after) in inputs.iter().zip(after) {
                assert_eq!(before.key, after.key);
                if before.key.starts_with("web") {
                    continue;
                }
                let turned = before.key == input.key;
                let (one, other) = if turned {
                    (&before.other, &before.one)
                } else {
                    (&before.one, &before.other)
                };
                assert_eq!((&after.one, &after.other), (one, other), "{}", input.key);
            }
        }
        let web = inputs.last().unwrap();
        let texts = files.exchanged([(web, Exchange::Both)]).unwrap();
        let exchanged = InputFiles::parse("staging", "production", &texts).unwrap();
        assert!(exchanged.overrides("web", 0).unwrap().is_empty());
        let production = exchanged.overrides("web", 1).unwrap();
        assert_eq!(production.to_string().trim(), "[tasks]\nmin = 1");
    }

    #[test]
    fn an_exchange_may_be_of_one_side() {
        let files = files();
        let inputs = files.differences();
        for (exchange, one, other) in [(Exchange::One, "1", "1"), (Exchange::Other, "4", "4")] {
            let texts = files.exchanged([(&inputs[0], exchange)]).unwrap();
            let account = |text: &str| {
                let table: Table = toml::from_str(text).unwrap();
                table["account"].as_str().unwrap().to_owned()
            };
            assert_eq!(
                (account(&texts.one), account(&texts.other)),
                (one.into(), other.into())
            );
        }
    }
}
