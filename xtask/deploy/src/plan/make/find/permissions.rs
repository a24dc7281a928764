//! Who may do more than before.
//!
//! A definition that is new to its environment asks nothing: all of it is new. In a stack that is
//! updated every allowance counts that the deployed template does not have, also in a new role.

use std::collections::BTreeSet;

use serde_json::Value;

use super::holders::{Holder, attachments, boundaries, has, holders};
use crate::plan::make::notice::finding;
use crate::plan::{Finding, FindingCode, Severity};

/// What the template after lets somebody do that the one before didn't. Only the resources that
/// differ can.
pub(super) fn broadened(
    stack: &str,
    before: &Value,
    after: &Value,
    ids: &BTreeSet<&str>,
) -> Vec<Finding> {
    let (old, new) = (holders(before, ids), holders(after, ids));
    let none = Holder::default();
    let mut findings = Vec::new();
    for (subject, holder) in &new {
        let before = &old.get(subject).unwrap_or(&none).statements;
        for statement in holder.statements.iter().filter(|one| one.allows) {
            if let Some(more) = statement.uncovered(before) {
                let to = format!("allow {more}");
                let message = format!("{subject} allows {more}");
                findings.push(more_than(stack, subject, None, Some(to), message));
            }
        }
    }
    // What forbade something has to forbid it still, unless it is gone with what it limited.
    for (subject, holder) in &old {
        let id = subject.split('.').next().unwrap_or_default();
        if !has(after, id) && !limits_others(before, id) {
            continue;
        }
        let now = &new.get(subject).unwrap_or(&none).statements;
        for statement in holder.statements.iter().filter(|one| !one.allows) {
            if let Some(less) = statement.uncovered(now) {
                let from = format!("deny {less}");
                let message = format!("{subject} no longer denies {less}");
                findings.push(more_than(stack, subject, Some(from), None, message));
            }
        }
    }
    findings.extend(attached(stack, before, after, ids));
    findings.extend(unbound(stack, before, after, ids));
    findings.sort();
    findings.dedup();
    findings
}

/// Whether a resource limits what others may: a policy of another resource, that goes without it.
fn limits_others(template: &Value, id: &str) -> bool {
    const POLICIES: [&str; 6] = [
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Policy",
        "AWS::IAM::RolePolicy",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::QueuePolicy",
    ];
    template
        .get("Resources")
        .and_then(|resources| resources.get(id)?.get("Type")?.as_str())
        .is_some_and(|resource_type| POLICIES.contains(&resource_type))
}

fn attached(stack: &str, before: &Value, after: &Value, ids: &BTreeSet<&str>) -> Vec<Finding> {
    let old = attachments(before, ids);
    let none = BTreeSet::new();
    attachments(after, ids)
        .iter()
        .flat_map(|(subject, now)| {
            let before = old.get(subject).unwrap_or(&none);
            now.difference(before).map(move |one| {
                let message = format!("{subject} has {one} too");
                more_than(stack, subject, None, Some(one.clone()), message)
            })
        })
        .collect()
}

fn unbound(stack: &str, before: &Value, after: &Value, ids: &BTreeSet<&str>) -> Vec<Finding> {
    let now = boundaries(after, ids);
    boundaries(before, ids)
        .into_iter()
        .filter(|(id, _)| has(after, id))
        .filter_map(|(id, boundary)| {
            let to = now.get(id).cloned();
            if to.as_ref() == Some(&boundary) {
                return None;
            }
            let subject = format!("{id}.PermissionsBoundary");
            let message = match &to {
                Some(_) => format!("{id} has another permissions boundary"),
                None => format!("{id} has no permissions boundary any more"),
            };
            Some(more_than(stack, &subject, Some(boundary), to, message))
        })
        .collect()
}

fn more_than(
    stack: &str,
    subject: &str,
    from: Option<String>,
    to: Option<String>,
    message: String,
) -> Finding {
    Finding {
        from,
        to,
        ..finding(
            FindingCode::PermissionsBroadened,
            Severity::Acknowledge,
            stack,
            subject,
            message,
        )
    }
}
