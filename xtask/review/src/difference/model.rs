//! Difference of two templates, as data and as lines.

use std::fmt;

use serde::Serialize;

use cloudformation::Replacement;

/// What differs between two templates. Empty where nothing does but the digest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// Resources, by logical id.
    pub resources: Vec<ResourceDifference>,
    /// Outputs and what they export, by logical id.
    pub outputs: Vec<OutputDifference>,
    pub parameters: Vec<EntryDifference>,
    /// Whatever else a template holds: `Conditions.IsLarge`, `Description`.
    pub others: Vec<EntryDifference>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Change {
    Added,
    Removed,
    /// Both have it, and it differs, or refers to something that is replaced.
    Changed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceDifference {
    pub logical_id: String,
    /// Its type; the old one where it is removed.
    pub resource_type: String,
    pub change: Change,
    /// Whether CloudFormation replaces it, as far as the templates tell.
    pub replacement: Replacement,
    /// The properties that differ; empty where it is added or removed.
    pub properties: Vec<PropertyDifference>,
}

/// A property, or an attribute such as `DeletionPolicy`, that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PropertyDifference {
    /// Where: `CidrBlock`, `Tags[Name]`, `Policies[0].PolicyName`.
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The same as before where a resource it refers to is replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Whether this property replaces the resource.
    pub replacement: Replacement,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutputDifference {
    pub output: String,
    pub change: Change,
    /// The export name after, or before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub export: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The same as before where a resource it refers to is replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Whether the deployed value changes, and not only the description.
    pub value_changes: bool,
}

/// A parameter, condition or other entry that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryDifference {
    pub name: String,
    pub change: Change,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

impl Difference {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty()
            && self.outputs.is_empty()
            && self.parameters.is_empty()
            && self.others.is_empty()
    }

    #[must_use]
    pub fn resource(&self, logical_id: &str) -> Option<&ResourceDifference> {
        self.resources
            .iter()
            .find(|resource| resource.logical_id == logical_id)
    }
}

impl Change {
    /// The usual sign: `+`, `-`, `~`.
    #[must_use]
    pub const fn sign(self) -> char {
        match self {
            Self::Added => '+',
            Self::Removed => '-',
            Self::Changed => '~',
        }
    }
}

impl fmt::Display for ResourceDifference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} {} {}{}",
            self.change.sign(),
            self.logical_id,
            self.resource_type,
            replaced(self.replacement)
        )
    }
}

impl fmt::Display for PropertyDifference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.path)?;
        values(formatter, self.from.as_deref(), self.to.as_deref())?;
        formatter.write_str(replaced(self.replacement))
    }
}

impl fmt::Display for OutputDifference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.change.sign(), self.output)?;
        if let Some(export) = &self.export {
            write!(formatter, " (export {export})")?;
        }
        values(formatter, self.from.as_deref(), self.to.as_deref())
    }
}

impl fmt::Display for EntryDifference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.change.sign(), self.name)?;
        values(formatter, self.from.as_deref(), self.to.as_deref())
    }
}

const fn replaced(replacement: Replacement) -> &'static str {
    match replacement {
        Replacement::Never => "",
        Replacement::Conditional => " (may be replaced)",
        Replacement::Always => " (replaced)",
    }
}

fn values(formatter: &mut fmt::Formatter<'_>, from: Option<&str>, to: Option<&str>) -> fmt::Result {
    match (from, to) {
        (Some(from), Some(to)) if from == to => write!(formatter, ": {to}, which is another"),
        (Some(from), Some(to)) => write!(formatter, ": {from} → {to}"),
        (Some(from), None) => write!(formatter, ": {from} → nothing"),
        (None, Some(to)) => write!(formatter, ": {to}"),
        (None, None) => Ok(()),
    }
}
