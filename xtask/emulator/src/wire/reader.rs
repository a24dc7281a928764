//! Reads the parameters of a request, and collects everything that is wrong with them.
//!
//! AWS answers with all of it at once: `2 validation errors detected: …; …`. A reader therefore
//! goes on after a problem with a placeholder, which is never seen, because [`Reader::finish`] gives
//! the problems instead of the request.

use std::ops::RangeInclusive;

use super::error;
use super::query::Query;
use super::rule::Rule;
use crate::api::ApiError;

pub(super) struct Reader<'a> {
    query: &'a Query,
    problems: Vec<String>,
    refused: Option<ApiError>,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(query: &'a Query) -> Self {
        Self {
            query,
            problems: Vec::new(),
            refused: None,
        }
    }

    /// What was read, unless something is wrong.
    pub(super) fn finish<T>(self, read: T) -> Result<T, ApiError> {
        if !self.problems.is_empty() {
            let count = self.problems.len();
            let errors = if count == 1 { "error" } else { "errors" };
            return Err(error::validation(format!(
                "{count} validation {errors} detected: {}",
                self.problems.join("; ")
            )));
        }
        self.refused.map_or(Ok(read), Err)
    }

    /// A text that may be left out.
    pub(super) fn optional(&mut self, name: &str, rule: &Rule) -> Option<String> {
        let value = self.query.get(name)?;
        for constraint in rule.broken_by(value) {
            self.problem(name, Given::Value(value), &constraint);
        }
        Some(value.to_owned())
    }

    /// A text that has to be there.
    pub(super) fn required(&mut self, name: &str, rule: &Rule) -> String {
        self.require(name);
        self.optional(name, rule).unwrap_or_default()
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        match self.query.get(name)? {
            "true" => Some(true),
            "false" => Some(false),
            other => {
                self.problem(name, Given::Value(other), "Member must be a boolean");
                None
            }
        }
    }

    /// `true` or `false`, which has to be there.
    pub(super) fn required_flag(&mut self, name: &str) -> bool {
        self.require(name);
        self.flag(name).unwrap_or_default()
    }

    /// One of some texts, which has to be there.
    pub(super) fn required_choice<T: Clone>(
        &mut self,
        name: &str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        self.require(name);
        self.choice(name, choices)
    }

    /// One of some texts.
    pub(super) fn choice<T: Clone>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        let value = self.query.get(name)?;
        let chosen = choices.iter().find(|(text, _)| *text == value);
        if chosen.is_none() {
            self.problem(name, Given::Value(value), &one_of(choices));
        }
        chosen.map(|(_, choice)| choice.clone())
    }

    /// Some of some texts; nothing if there is no such list.
    pub(super) fn choices<T: Clone>(
        &mut self,
        name: &str,
        choices: &[(&str, T)],
    ) -> Option<Vec<T>> {
        let texts = self.texts(name)?;
        let chosen: Option<Vec<T>> = texts
            .iter()
            .map(|value| choices.iter().find(|(text, _)| text == value))
            .map(|choice| choice.map(|(_, choice)| choice.clone()))
            .collect();
        if chosen.is_none() {
            let value = format!("[{}]", texts.join(", "));
            let constraint = format!("Member must satisfy constraint: [{}]", one_of(choices));
            self.problem(name, Given::Value(&value), &constraint);
        }
        chosen
    }

    /// A whole number within bounds.
    pub(super) fn number(&mut self, name: &str, bounds: RangeInclusive<u64>) -> Option<u64> {
        let value = self.query.get(name)?;
        let constraint = match value.parse::<u64>() {
            Ok(number) if bounds.contains(&number) => return Some(number),
            Ok(number) if number > *bounds.end() => {
                format!(
                    "Member must have value less than or equal to {}",
                    bounds.end()
                )
            }
            _ => format!(
                "Member must have value greater than or equal to {}",
                bounds.start()
            ),
        };
        self.problem(name, Given::Value(value), &constraint);
        None
    }

    /// A list of texts that each keep a rule; nothing if there is no such list.
    pub(super) fn texts_with(&mut self, name: &str, rule: &Rule) -> Option<Vec<String>> {
        let members = self.members(name)?;
        Some(
            members
                .iter()
                .map(|member| self.required(member, rule))
                .collect(),
        )
    }

    /// Refuses a list that is there and has another number of members.
    pub(super) fn count(&mut self, name: &str, bounds: RangeInclusive<usize>) {
        let Some(members) = self.members(name) else {
            return;
        };
        let constraint = if members.len() > *bounds.end() {
            format!(
                "Member must have length less than or equal to {}",
                bounds.end()
            )
        } else if members.len() < *bounds.start() {
            format!(
                "Member must have length greater than or equal to {}",
                bounds.start()
            )
        } else {
            return;
        };
        let value = format!("[{} members]", members.len());
        self.problem(name, Given::Value(&value), &constraint);
    }

    /// A list of texts; nothing if there is no such list.
    pub(super) fn texts(&self, name: &str) -> Option<Vec<String>> {
        let members = self.members(name)?;
        let value = |member: &String| self.query.get(member).unwrap_or_default().to_owned();
        Some(members.iter().map(value).collect())
    }

    /// A list's members, as what their names begin with; nothing if there is no such list.
    pub(super) fn members(&self, name: &str) -> Option<Vec<String>> {
        self.query
            .has(name)
            .then(|| self.query.members(&format!("{name}.member")))
    }

    /// A map's keys and values.
    pub(super) fn entries(&self, name: &str) -> Vec<(String, String)> {
        let of = |entry: &str, field: &str| {
            let value = self.query.get(&format!("{entry}.{field}"));
            value.unwrap_or_default().to_owned()
        };
        self.query
            .members(&format!("{name}.entry"))
            .iter()
            .map(|entry| (of(entry, "key"), of(entry, "value")))
            .collect()
    }

    /// Refuses parameters that would change what happens and that are not modelled: to go on
    /// without them would be a lie. `false` and the named default are as good as left out.
    pub(super) fn not_modelled(&mut self, names: &[&str]) {
        for name in names {
            let asks = match self.query.get(name) {
                Some(value) => !matches!(value, "false" | "" | "STANDARD"),
                None => self.query.has(name),
            };
            if asks {
                self.refuse(error::not_modelled(name));
            }
        }
    }

    /// Refuses the request for a reason that is not in a single value. The first one counts.
    pub(super) fn refuse(&mut self, error: ApiError) {
        self.refused.get_or_insert(error);
    }

    fn require(&mut self, name: &str) {
        if self.query.get(name).is_none() {
            self.problem(name, Given::Nothing, "Member must not be null");
        }
    }

    fn problem(&mut self, name: &str, given: Given<'_>, constraint: &str) {
        let value = match given {
            Given::Nothing => "null".to_owned(),
            Given::Value(value) => format!("'{value}'"),
        };
        self.problems.push(format!(
            "Value {value} at '{}' failed to satisfy constraint: {constraint}",
            path(name)
        ));
    }
}

/// What a request has for a parameter.
enum Given<'a> {
    Nothing,
    Value(&'a str),
}

fn one_of<T>(choices: &[(&str, T)]) -> String {
    let texts: Vec<&str> = choices.iter().map(|(text, _)| *text).collect();
    format!("Member must satisfy enum value set: [{}]", texts.join(", "))
}

/// As AWS writes where a value is: `Tags.member.1.Key` is at `tags.1.member.key`.
fn path(name: &str) -> String {
    let mut parts: Vec<String> = name.split('.').map(lower_first).collect();
    for place in 1..parts.len() {
        if parts[place - 1] == "member" && parts[place].parse::<u32>().is_ok() {
            parts.swap(place - 1, place);
        }
    }
    parts.join(".")
}

fn lower_first(part: &str) -> String {
    let mut characters = part.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_ascii_lowercase().to_string() + characters.as_str()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::rule;

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let query = Query::decode(b"B=x&Tags.member.1.Key=").unwrap();
        let mut reader = Reader::new(&query);
        reader.required("StackName", &rule::STACK);
        reader.choice("B", &[("YES", true), ("NO", false)]);
        reader.required("Tags.member.1.Key", &rule::TAG_KEY);
        assert_eq!(
            reader.finish(()).unwrap_err().message,
            "3 validation errors detected: \
             Value null at 'stackName' failed to satisfy constraint: Member must not be null; \
             Value 'x' at 'b' failed to satisfy constraint: \
             Member must satisfy enum value set: [YES, NO]; \
             Value '' at 'tags.1.member.key' failed to satisfy constraint: \
             Member must have length greater than or equal to 1"
        );
    }

    #[test]
    fn no_list_is_not_an_empty_list() {
        let query = Query::decode(b"Tags=").unwrap();
        let reader = Reader::new(&query);
        assert_eq!(reader.texts("Tags"), Some(Vec::new()));
        assert_eq!(reader.texts("Capabilities"), None);
    }

    #[test]
    fn a_default_that_is_written_out_asks_for_nothing() {
        let query = Query::decode(b"A=false&B=&DeploymentConfig.Mode=STANDARD").unwrap();
        let mut reader = Reader::new(&query);
        reader.not_modelled(&["A", "B", "C", "DeploymentConfig.Mode"]);
        assert_eq!(reader.finish(()), Ok(()));
    }

    #[test]
    fn what_is_not_modelled_is_refused() {
        for form in [&b"TimeoutInMinutes=5"[..], b"TimeoutInMinutes.member.1=x"] {
            let query = Query::decode(form).unwrap();
            let mut reader = Reader::new(&query);
            reader.not_modelled(&["TimeoutInMinutes"]);
            assert_eq!(reader.finish(()).unwrap_err().code, "NotImplemented");
        }
    }
}
