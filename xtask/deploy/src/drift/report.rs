//! Detected drift in the terms of the definition: paths and functions as its templates write them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::detect::DetectedDrift;
use cloudformation::template::{Call, resource as resource_of};
use cloudformation::{
    LogicalId, PhysicalId, PropertyDifference, ResourceDriftStatus, StackName, StackResourceDrift,
};
use review::difference::{ValueChange, render, value_changes};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// By the stack's full name.
    pub stacks: BTreeMap<StackName, StackReport>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StackReport {
    pub resources: Vec<DriftedResource>,
    /// Why the stack, or some of its resources, could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

/// A resource that is not as defined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DriftedResource {
    pub logical_id: LogicalId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_id: Option<PhysicalId>,
    pub resource_type: String,
    pub deleted: bool,
    /// Empty for a deleted resource.
    pub properties: Vec<DriftedProperty>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DriftedProperty {
    /// Its place: `CidrBlock`, `Tags[Name]`, `SecurityGroupIngress[0].CidrIp`.
    pub path: String,
    /// The defined value, with functions resolved. None where the template does not set it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defined: Option<String>,
    /// The function that the template sets it to: `!Ref Vpc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// The actual value. None where it was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
}

impl Report {
    /// `templates` are those that the stacks were deployed with, as far as they are known, by stack.
    #[must_use]
    pub fn new(
        drifts: &BTreeMap<StackName, DetectedDrift>,
        templates: &BTreeMap<StackName, Value>,
    ) -> Self {
        let stacks = drifts
            .iter()
            .map(|(name, drift)| {
                let template = templates.get(name);
                let resources = drift
                    .resources
                    .iter()
                    .map(|one| resource(one, template))
                    .collect();
                let report = StackReport {
                    resources,
                    unread: drift.unread.clone(),
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

    /// How many stacks could not be read, or only in part.
    #[must_use]
    pub fn unread(&self) -> usize {
        let unread = |one: &&StackReport| one.unread.is_some();
        self.stacks.values().filter(unread).count()
    }
}

fn resource(view: &StackResourceDrift, template: Option<&Value>) -> DriftedResource {
    let defined = template
        .and_then(|template| resource_of(template, view.logical_id.as_str()))
        .and_then(|resource| resource.get("Properties"));
    DriftedResource {
        logical_id: view.logical_id.clone(),
        physical_id: view.physical_id.clone(),
        resource_type: view.resource_type.clone(),
        deleted: view.status == ResourceDriftStatus::Deleted,
        properties: view
            .differences
            .iter()
            .flat_map(|one| properties(&view.resource_type, one, defined))
            .collect(),
    }
}

/// A difference, down to the deepest property that differs: CloudFormation may name a whole list
/// where one item differs.
fn properties(
    resource_type: &str,
    view: &PropertyDifference,
    defined: Option<&Value>,
) -> Vec<DriftedProperty> {
    let segments: Vec<String> = view
        .path
        .split('/')
        .skip(1)
        .map(|segment| segment.replace("~1", "/").replace("~0", "~"))
        .collect();
    let (expected, actual) = (value(view.expected.as_ref()), value(view.actual.as_ref()));
    let mut found = Vec::new();
    let begin = path(&segments);
    value_changes(
        resource_type,
        &begin,
        expected.as_ref(),
        actual.as_ref(),
        &mut found,
    );
    if found.is_empty() {
        // They differ as texts only; CloudFormation counts that as drift, so it is shown.
        found.push(ValueChange {
            path: begin,
            from: expected.as_ref(),
            to: actual.as_ref(),
        });
    }
    let written = written(defined, &segments);
    found
        .into_iter()
        .map(|change| DriftedProperty {
            path: change.path,
            defined: change.from.map(value_text),
            written: written.clone(),
            actual: change.to.map(value_text),
        })
        .collect()
}

/// A text as it is, unless it is empty; everything else in one line.
fn value_text(value: &Value) -> String {
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

/// The function that stands in the template at the change, or at one above it.
fn written(defined: Option<&Value>, segments: &[String]) -> Option<String> {
    let mut value = defined?;
    let mut rest = segments.iter();
    loop {
        if Call::of(value).is_some() {
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
    type Row = (String, Option<String>, Option<String>, Option<String>);

    fn drift(
        path: &str,
        expected: Option<&str>,
        actual: Option<&str>,
        defined: &Value,
    ) -> Vec<Row> {
        let view = PropertyDifference {
            path: path.to_owned(),
            expected: expected.map(str::to_owned),
            actual: actual.map(str::to_owned),
        };
        properties("AWS::SNS::Topic", &view, Some(defined))
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
            drift("/RetentionInDays", Some("30"), Some("7"), &defined),
            [("RetentionInDays".to_owned(), some("30"), None, some("7"))]
        );
    }

    #[test]
    fn a_function_as_the_template_writes_it() {
        let defined = json!({ "Routes": [{ "VpcId": { "Ref": "Vpc" } }] });
        assert_eq!(
            drift("/Routes/0/VpcId", Some("vpc-1"), Some("vpc-2"), &defined),
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
            drift("/B~1C", None, Some("2"), &defined),
            [("B/C".to_owned(), None, None, some("2"))]
        );
        assert_eq!(
            drift("/A", Some("1"), None, &defined),
            [("A".to_owned(), some("1"), None, None)]
        );
    }

    #[test]
    fn a_list_by_what_differs_in_it() {
        let tags = |value: &str| json!([{ "Key": "Name", "Value": value }]).to_string();
        let (before, after) = (tags("web"), tags("shop"));
        assert_eq!(
            drift("/Tags", Some(&before), Some(&after), &json!({})),
            [("Tags[Name]".to_owned(), some("web"), None, some("shop"))]
        );
    }
}
