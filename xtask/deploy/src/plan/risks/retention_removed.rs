//! Resources that would no longer be retained.
//!
//! The deployed policy decides what is retained, so its removal is the moment to ask: afterwards
//! the resource may be deleted.

use cloudformation::StackName;
use serde_json::Value;

use crate::plan::finding::{Finding, FindingCode, Severity};
use cloudformation::template::{attribute, resource, resource_type, resources};

/// The attributes that retain a resource or its data, and when they apply.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html>
const ATTRIBUTES: [(&str, &str); 2] = [
    ("DeletionPolicy", "when it leaves the stack"),
    ("UpdateReplacePolicy", "when it is replaced"),
];

const LEFT_OUT: &str = "left out";

/// A finding for each resource that the deployed template retains, itself or as a snapshot, and the
/// new one does not.
pub(super) fn removed_retention(stack: &StackName, before: &Value, after: &Value) -> Vec<Finding> {
    resources(before)
        .filter_map(|(id, old)| {
            let new = resource(after, id)?;
            resource_finding(stack, id, old, new)
        })
        .collect()
}

fn resource_finding(stack: &StackName, id: &str, old: &Value, new: &Value) -> Option<Finding> {
    let mut removed = ATTRIBUTES
        .iter()
        .filter(|(name, _)| retains(old, name) && !retains(new, name))
        .peekable();
    removed.peek()?;
    let (mut from, mut to, mut when) = (Vec::new(), Vec::new(), Vec::new());
    for (name, moment) in removed {
        let said = |resource| attribute(resource, name).unwrap_or(LEFT_OUT);
        from.push(format!("{name}: {}", said(old)));
        to.push(format!("{name}: {}", said(new)));
        when.push(*moment);
    }
    let (resource_type, when) = (resource_type(new), when.join(" or "));
    Some(Finding {
        from: Some(from.join("; ")),
        to: Some(to.join("; ")),
        ..Finding::new(
            FindingCode::RetentionRemoved,
            Severity::Acknowledge,
            stack,
            id,
            format!("{id} ({resource_type}) would no longer be retained {when}"),
        )
    })
}

/// Whether an attribute retains the resource or a snapshot of its data. The default retains
/// nothing, except for databases, which no definition has.
fn retains(resource: &Value, name: &str) -> bool {
    attribute(resource, name).is_some_and(|policy| policy != "Delete")
}
