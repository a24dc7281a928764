//! What was found, in the words of the definition.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::model::Found;
use crate::difference::{Place, intrinsic, places, render};
use cloudformation::status::ResourceDriftStatus;
use cloudformation::{PropertyDifference, StackResourceDrift};

/// What was found of some stacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// By the stack's full name.
    pub stacks: BTreeMap<String, StackReport>,
}

/// What was found of a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StackReport {
    /// The resources that are not as defined.
    pub resources: Vec<DriftedResource>,
    /// Why the stack, or some of it, could not be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

/// A resource that is not as defined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DriftedResource {
    /// Its logical id.
    pub logical_id: String,
    /// Its physical id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_id: Option<String>,
    /// Its type.
    pub resource_type: String,
    /// Whether it is gone.
    pub deleted: bool,
    /// What of it differs; empty where it is gone.
    pub properties: Vec<DriftedProperty>,
}

/// A property that is not as defined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DriftedProperty {
    /// Where: `CidrBlock`, `Tags[Name]`, `SecurityGroupIngress[0].CidrIp`.
    pub path: String,
    /// What is defined, with functions resolved. Nothing where the definition does not speak of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defined: Option<String>,
    /// How the template writes it, where that is a function: `!Ref Vpc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// What it is. Nothing where it was taken away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
}

impl Report {
    /// Puts what was found into words. `templates` are those that the stacks were deployed with, as
    /// far as they are known, by stack.
    #[must_use]
    pub fn of(found: &BTreeMap<String, Found>, templates: &BTreeMap<String, Value>) -> Self {
        let stacks = found
            .iter()
            .map(|(name, found)| {
                let template = templates.get(name);
                let resources = found
                    .resources
                    .iter()
                    .map(|one| resource(one, template))
                    .collect();
                let report = StackReport {
                    resources,
                    unread: found.unread.clone(),
                };
                (name.clone(), report)
            })
            .collect();
        Self { stacks }
    }

    /// How many resources are not as defined.
    #[must_use]
    pub fn drifted(&self) -> usize {
        self.stacks.values().map(|one| one.resources.len()).sum()
    }

    /// How many stacks could not be looked at, or not all of them.
    #[must_use]
    pub fn unread(&self) -> usize {
        let unread = |one: &&StackReport| one.unread.is_some();
        self.stacks.values().filter(unread).count()
    }
}

fn resource(view: &StackResourceDrift, template: Option<&Value>) -> DriftedResource {
    let defined = template
        .and_then(|template| template.get("Resources")?.get(&view.logical_id))
        .and_then(|resource| resource.get("Properties"));
    DriftedResource {
        logical_id: view.logical_id.clone(),
        physical_id: view.physical_id.clone(),
        resource_type: view.resource_type.clone(),
        deleted: view.status == ResourceDriftStatus::Deleted,
        properties: view
            .differences
            .iter()
            .flat_map(|one| properties(one, defined))
            .collect(),
    }
}

/// A difference, as deep as it can still be told apart: CloudFormation may name a whole list where
/// one item of it differs.
fn properties(view: &PropertyDifference, defined: Option<&Value>) -> Vec<DriftedProperty> {
    let segments: Vec<String> = view
        .path
        .split('/')
        .skip(1)
        .map(|segment| segment.replace("~1", "/").replace("~0", "~"))
        .collect();
    let (expected, actual) = (value(view.expected.as_ref()), value(view.actual.as_ref()));
    let mut found = Vec::new();
    let begin = path(&segments);
    places(&begin, expected.as_ref(), actual.as_ref(), &mut found);
    if found.is_empty() {
        // They differ as texts alone. CloudFormation says that they do; that is to be shown.
        found.push(Place {
            path: begin,
            from: expected.as_ref(),
            to: actual.as_ref(),
        });
    }
    let written = written(defined, &segments);
    found
        .into_iter()
        .map(|place| DriftedProperty {
            path: place.path,
            defined: place.from.map(words),
            written: written.clone(),
            actual: place.to.map(words),
        })
        .collect()
}

/// A text as it is, unless nothing would be seen of it; everything else in a line.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) if !text.is_empty() => text.clone(),
        other => render(other),
    }
}

/// `Tags[0].Value`, as differences of templates are written.
fn path(segments: &[String]) -> String {
    let mut path = String::new();
    for segment in segments {
        if segment.parse::<usize>().is_ok() {
            path.push_str(&format!("[{segment}]"));
        } else {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(segment);
        }
    }
    path
}

/// Objects and lists come as JSON in a text; everything else as it is.
fn value(text: Option<&String>) -> Option<Value> {
    let text = text?;
    let read = serde_json::from_str(text).ok();
    Some(match read {
        Some(value @ (Value::Object(_) | Value::Array(_))) => value,
        _ => Value::from(text.as_str()),
    })
}

/// The function that stands in the template at the place, or at one above it.
fn written(defined: Option<&Value>, segments: &[String]) -> Option<String> {
    let mut value = defined?;
    let mut rest = segments.iter();
    loop {
        if let Value::Object(entries) = value
            && intrinsic(entries).is_some()
        {
            return Some(render(value));
        }
        let segment = rest.next()?;
        value = match value {
            Value::Array(items) => items.get(segment.parse::<usize>().ok()?)?,
            other => other.get(segment)?,
        };
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Path, defined, written, actual.
    type Told = (String, Option<String>, Option<String>, Option<String>);

    fn told(
        path: &str,
        expected: Option<&str>,
        actual: Option<&str>,
        defined: &Value,
    ) -> Vec<Told> {
        let view = PropertyDifference {
            path: path.to_owned(),
            expected: expected.map(str::to_owned),
            actual: actual.map(str::to_owned),
        };
        properties(&view, Some(defined))
            .into_iter()
            .map(|one| (one.path, one.defined, one.written, one.actual))
            .collect()
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_property_by_its_path() {
        let defined = json!({ "RetentionInDays": 30 });
        assert_eq!(
            told("/RetentionInDays", Some("30"), Some("7"), &defined),
            [("RetentionInDays".to_owned(), some("30"), None, some("7"))]
        );
    }

    #[test]
    fn a_function_as_the_template_writes_it() {
        let defined = json!({ "Routes": [{ "VpcId": { "Ref": "Vpc" } }] });
        assert_eq!(
            told("/Routes/0/VpcId", Some("vpc-1"), Some("vpc-2"), &defined),
            [(
                "Routes[0].VpcId".to_owned(),
                some("vpc-1"),
                some("!Ref Vpc"),
                some("vpc-2")
            )]
        );
    }

    #[test]
    fn what_was_added_and_what_was_taken_away() {
        let defined = json!({ "A": "1" });
        assert_eq!(
            told("/B~1C", None, Some("2"), &defined),
            [("B/C".to_owned(), None, None, some("2"))]
        );
        assert_eq!(
            told("/A", Some("1"), None, &defined),
            [("A".to_owned(), some("1"), None, None)]
        );
    }

    #[test]
    fn a_list_by_what_differs_in_it() {
        let tags = |value: &str| json!([{ "Key": "Name", "Value": value }]).to_string();
        let (before, after) = (tags("web"), tags("shop"));
        assert_eq!(
            told("/Tags", Some(&before), Some(&after), &json!({})),
            [("Tags[Name]".to_owned(), some("web"), None, some("shop"))]
        );
    }
}
