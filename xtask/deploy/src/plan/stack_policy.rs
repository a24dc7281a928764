//! Stack policies, which protect critical resources from updates.

use std::collections::BTreeSet;

use cloudformation::LogicalId;
use common::stack::StackArtifact;
use serde_json::{Value, json};

/// Whether a stack has a stack policy: it has termination protection and guarded resources, and
/// belongs to no single application. The last keeps the number of policies to read independent of
/// the number of applications; the plan guards an application's resources all the same.
pub(super) fn has_policy(artifact: &StackArtifact) -> bool {
    may_have_policy(artifact) && !artifact.guarded.is_empty()
}

/// Whether a stack with guarded resources has a stack policy.
pub(super) const fn may_have_policy(artifact: &StackArtifact) -> bool {
    artifact.termination_protection && artifact.application.is_none()
}

/// The logical ids that the policy protects: guarded and retained resources.
pub(super) fn ids(artifact: &StackArtifact) -> BTreeSet<LogicalId> {
    let records = artifact.guarded.iter().chain(&artifact.retained);
    records
        .map(|record| record.logical_id.as_str().into())
        .collect()
}

/// The policy that allows every update except replacement and deletion of these resources.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html>
pub(crate) fn policy(ids: &BTreeSet<LogicalId>) -> String {
    let mut statements = vec![json!({
        "Action": "Update:*",
        "Effect": "Allow",
        "Principal": "*",
        "Resource": "*",
    })];
    if !ids.is_empty() {
        let resources: Vec<String> = ids
            .iter()
            .map(|id| format!("LogicalResourceId/{id}"))
            .collect();
        statements.push(json!({
            "Action": ["Update:Replace", "Update:Delete"],
            "Effect": "Deny",
            "Principal": "*",
            "Resource": resources,
        }));
    }
    json!({ "Statement": statements }).to_string()
}

/// Whether two policies are equal as JSON.
pub(super) fn same(one: &str, other: &str) -> bool {
    let parse = |text| serde_json::from_str::<Value>(text).ok();
    one == other || parse(one).is_some_and(|value| Some(value) == parse(other))
}
