//! Resources that would no longer outlive their stack or their replacement.
//!
//! What a resource holds is kept by the policy that is deployed, so lifting it is the moment to ask:
//! afterwards the resource is one of those that may go.

use serde_json::Value;

use super::resources::{policy, resource_type, section};
use crate::plan::make::notice::finding;
use crate::plan::{Finding, FindingCode, Severity};

/// The attributes that keep a resource, or what it holds, and when they do.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html>
const ATTRIBUTES: [(&str, &str); 2] = [
    ("DeletionPolicy", "when it leaves the stack"),
    ("UpdateReplacePolicy", "when it is replaced"),
];

/// What is said of an attribute that isn't there.
const LEFT_OUT: &str = "left out";

/// The resources that the template before keeps, itself or a snapshot, and the one after has and
/// doesn't keep.
pub(super) fn lifted(stack: &str, before: &Value, after: &Value) -> Vec<Finding> {
    section(before)
        .filter_map(|(id, old)| {
            let new = after.get("Resources")?.get(id)?;
            of_resource(stack, id, old, new)
        })
        .collect()
}

fn of_resource(stack: &str, id: &str, old: &Value, new: &Value) -> Option<Finding> {
    let mut lifted = ATTRIBUTES
        .iter()
        .filter(|(attribute, _)| keeps(old, attribute) && !keeps(new, attribute))
        .peekable();
    lifted.peek()?;
    let (mut from, mut to, mut when) = (Vec::new(), Vec::new(), Vec::new());
    for (attribute, moment) in lifted {
        let said = |resource| policy(resource, attribute).unwrap_or(LEFT_OUT);
        from.push(format!("{attribute}: {}", said(old)));
        to.push(format!("{attribute}: {}", said(new)));
        when.push(*moment);
    }
    let (resource_type, when) = (resource_type(new), when.join(" or "));
    Some(Finding {
        from: Some(from.join("; ")),
        to: Some(to.join("; ")),
        ..finding(
            FindingCode::RetentionLifted,
            Severity::Acknowledge,
            stack,
            id,
            format!("{id} ({resource_type}) would no longer be kept {when}"),
        )
    })
}

/// Whether an attribute keeps the resource, or a snapshot of what it holds. Left out, it keeps
/// nothing, but for databases, which no definition has.
fn keeps(resource: &Value, attribute: &str) -> bool {
    policy(resource, attribute).is_some_and(|policy| policy != "Delete")
}
