//! Stack policies: what an update may not do to the resources that everything stands on.

use std::collections::BTreeSet;

use common::stack::StackArtifact;
use serde_json::{Value, json};

/// Whether a stack has a stack policy: it is protected, holds what interrupts service, and is not
/// one application's. The last keeps the number of policies to read independent of the number of
/// applications; an application's own resources are still guarded by the plan.
pub(super) fn has_policy(artifact: &StackArtifact) -> bool {
    may_have_policy(artifact) && !artifact.guarded.is_empty()
}

/// Whether a stack has a stack policy if it holds what interrupts service.
pub(super) const fn may_have_policy(artifact: &StackArtifact) -> bool {
    artifact.termination_protection && artifact.application.is_none()
}

/// The logical ids that a stack's policy names: what is guarded, and what is retained.
pub(super) fn ids(artifact: &StackArtifact) -> BTreeSet<String> {
    let records = artifact.guarded.iter().chain(&artifact.retained);
    records.map(|record| record.logical_id.clone()).collect()
}

/// A policy that allows every update but the replacement and deletion of these resources.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html>
pub(crate) fn policy(ids: &BTreeSet<String>) -> String {
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

/// Whether two policies say the same, however they are written.
pub(super) fn same(one: &str, other: &str) -> bool {
    let parse = |text| serde_json::from_str::<Value>(text).ok();
    one == other || parse(one).is_some_and(|value| Some(value) == parse(other))
}
