//! The checked-in corrections of what the schema packages say: `overrides.toml`.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::error::Error;

/// All corrections. Every row has a reason and a source.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Overrides {
    property: Vec<Property>,
    kind: Vec<Kind>,
    union: Vec<Union>,
    stateful: Vec<Stateful>,
    reference: Vec<Reference>,
    ordered: Vec<Ordered>,
}

/// A row that says what the schema leaves open, or gets wrong, about a property.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Property {
    r#type: String,
    /// `Property` or `Definition.Property`.
    name: String,
    is: PropertyIs,
    reason: String,
    source: String,
}

/// What a corrected property takes.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PropertyIs {
    /// A text that no single kind describes.
    Text,
    Json,
    Policy,
    /// The property does not exist, whatever the schema says.
    Absent,
    /// A reference of one of these kinds, each `AWS::Service::Type.Attribute`.
    #[serde(untagged)]
    Kinds(Vec<String>),
}

/// A name for a kind, or for several identities that are one kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    /// Each `AWS::Service::Type.Attribute`.
    of: Vec<String>,
    name: String,
    reason: String,
    source: String,
}

/// A name for a union of kinds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Union {
    /// The Rust names of the kinds in it, sorted.
    of: Vec<String>,
    name: String,
    reason: String,
    source: String,
}

/// A type whose loss is a loss of data or of an address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stateful {
    r#type: String,
    reason: String,
    source: String,
}

/// The value of a type's `Ref`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reference {
    r#type: String,
    /// The attribute that identifies the resource.
    is: String,
    reason: String,
    source: String,
}

/// A list whose order counts although the schema says that it doesn't.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ordered {
    r#type: String,
    /// Its dotted path, `*` for every item of a list on the way.
    path: String,
    reason: String,
    source: String,
}

/// Why a row is there, which every table asks for.
struct RowReason<'a> {
    /// The type, name or path that tells the row from others.
    row: &'a str,
    reason: &'a str,
    /// A URL.
    source: &'a str,
}

impl Overrides {
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(Error::io(path))?;
        Self::parse(&text).map_err(|message| Error::Input {
            path: path.to_owned(),
            message,
        })
    }

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let overrides: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        for RowReason {
            row,
            reason,
            source,
        } in overrides.reasons()
        {
            if reason.is_empty() || !source.starts_with("https://") {
                return Err(format!("the row of {row} needs a reason and a source"));
            }
        }
        Ok(overrides)
    }

    /// The reason and source of every row.
    fn reasons(&self) -> Vec<RowReason<'_>> {
        macro_rules! of {
            ($rows:ident, $name:ident) => {
                self.$rows.iter().map(|row| RowReason {
                    row: &row.$name,
                    reason: &row.reason,
                    source: &row.source,
                })
            };
        }
        of!(property, r#type)
            .chain(of!(kind, name))
            .chain(of!(union, name))
            .chain(of!(stateful, r#type))
            .chain(of!(reference, r#type))
            .chain(of!(ordered, path))
            .collect()
    }

    /// The type of a property, where the packages lack it or are wrong.
    pub(crate) fn property(&self, type_name: &str, place: &str) -> Option<&PropertyIs> {
        self.property
            .iter()
            .find(|row| row.r#type == type_name && row.name == place)
            .map(|row| &row.is)
    }

    /// The name of a kind, where it isn't made of type and attribute.
    pub(crate) fn kind(&self, identity: &str) -> Option<&str> {
        self.kind
            .iter()
            .find(|row| row.of.iter().any(|of| of == identity))
            .map(|row| row.name.as_str())
    }

    /// Every kind that a row mentions.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &str> {
        let of_properties = self.property.iter().filter_map(|row| match &row.is {
            PropertyIs::Kinds(kinds) => Some(kinds),
            _ => None,
        });
        let named = self.kind.iter().map(|row| &row.of);
        of_properties.chain(named).flatten().map(String::as_str)
    }

    /// The name of a union, where it isn't made of its kinds.
    pub(crate) fn union(&self, kinds: &[String]) -> Option<&str> {
        self.union
            .iter()
            .find(|row| row.of == kinds)
            .map(|row| row.name.as_str())
    }

    /// Whether a type is stateful although the specification doesn't say so.
    pub(crate) fn stateful(&self, type_name: &str) -> bool {
        self.stateful.iter().any(|row| row.r#type == type_name)
    }

    /// What `Ref` returns, where the packages lack it or are wrong.
    pub(crate) fn reference(&self, type_name: &str) -> Option<&str> {
        self.reference
            .iter()
            .find(|row| row.r#type == type_name)
            .map(|row| row.is.as_str())
    }

    /// Whether the order of a list counts although the schema says that it doesn't.
    pub(crate) fn is_ordered(&self, type_name: &str, path: &str) -> bool {
        self.ordered
            .iter()
            .any(|row| row.r#type == type_name && row.path == path)
    }

    /// The types that the rows are about, each with its place if the row has one. A row about a
    /// missing one is out of date.
    pub(crate) fn subjects(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let properties = self.property.iter();
        let stateful = self.stateful.iter();
        let references = self.reference.iter();
        properties
            .map(|row| (&*row.r#type, Some(&*row.name)))
            .chain(stateful.map(|row| (&*row.r#type, None)))
            .chain(references.map(|row| (&*row.r#type, None)))
            .chain(self.ordered.iter().map(|row| (&*row.r#type, None)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_needs_a_source() {
        let row = r#"
            [[stateful]]
            type = "AWS::Zoo::Cage"
            reason = "animals live in it"
            source = ""
        "#;
        assert!(
            Overrides::parse(row)
                .unwrap_err()
                .contains("needs a reason and a source")
        );
    }

    #[test]
    fn a_property_is_a_word_or_kinds() {
        let rows = r#"
            [[property]]
            type = "AWS::Zoo::Cage"
            name = "Meal.Cook"
            is = ["AWS::Zoo::Cook.Arn"]
            reason = "said in the guide"
            source = "https://docs.aws.amazon.com/"
            [[property]]
            type = "AWS::Zoo::Cage"
            name = "Rules"
            is = "policy"
            reason = "said in the guide"
            source = "https://docs.aws.amazon.com/"
        "#;
        let overrides = Overrides::parse(rows).unwrap();
        let cook = PropertyIs::Kinds(vec!["AWS::Zoo::Cook.Arn".to_owned()]);
        assert_eq!(
            overrides.property("AWS::Zoo::Cage", "Meal.Cook"),
            Some(&cook)
        );
        assert_eq!(
            overrides.property("AWS::Zoo::Cage", "Rules"),
            Some(&PropertyIs::Policy)
        );
        assert_eq!(overrides.property("AWS::Zoo::Cage", "Door"), None);
    }
}
