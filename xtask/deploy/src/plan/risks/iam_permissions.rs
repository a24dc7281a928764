//! Permissions that a change adds, and defined permissions that are not deployed yet.
//!
//! Missing permissions are compared by principal, not by policy: generated statements may move
//! between policies of a role without a permission missing.
//!
//! The invariant: where nothing is reported, nothing is added or missing. A doubtful case is
//! reported.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::StackName;
use serde_json::{Value, json};

use crate::plan::finding::{Finding, FindingCode, Severity};
use cloudformation::template::{
    one_or_many, property, ref_target, resource, resource_type, resources,
};
use review::difference::render;
use review::permissions::{OWNERS, Statement, attachments, boundaries, policy_statements};

/// The property that attaches managed policies to a principal.
const OWNED: &str = "ManagedPolicyArns";

/// The type of permissions boundaries.
pub(in crate::plan) const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";

const DOCUMENT: &str = "PolicyDocument";

/// The property with a principal's inline policies.
const INLINE: &str = "Policies";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plan) enum PermissionScope {
    AllPrincipals,
    /// Only managed policies that the template attaches to no principal: permissions boundaries
    /// used elsewhere.
    BoundariesOnly,
}

/// The permissions of the defined template that the deployed one lacks: `DeployRole: iam:PassRole
/// on *`. A deny that only the deployed one has counts: `DeployRole still denies iam:PassRole on
/// *`.
pub(in crate::plan) fn missing_permissions(
    deployed: &Value,
    defined: &Value,
    whose: PermissionScope,
) -> Vec<String> {
    let [deployed_permissions, defined_permissions] =
        [deployed, defined].map(|template| Permissions::read(template, whose));
    let none = Vec::new();
    let mut missing = BTreeSet::new();
    for (whose, statements) in &defined_permissions.statements {
        let now = deployed_permissions.statements.get(whose).unwrap_or(&none);
        for statement in statements.iter().filter(|one| one.allows) {
            if let Some(less) = statement.uncovered(now) {
                missing.insert(format!("{whose}: {less}"));
            }
        }
    }
    for (whose, statements) in &deployed_permissions.statements {
        // A removed resource needs no permissions.
        let id = whose.split('.').next().unwrap_or_default();
        if resource(deployed, id).is_some() && resource(defined, id).is_none() {
            continue;
        }
        let due = defined_permissions.statements.get(whose).unwrap_or(&none);
        for statement in statements.iter().filter(|one| !one.allows) {
            if let Some(more) = statement.uncovered(due) {
                missing.insert(format!("{whose} still denies {more}"));
            }
        }
    }
    for (whose, due) in &defined_permissions.attached {
        let now = deployed_permissions.attached.get(whose);
        let lacking = due
            .iter()
            .filter(|one| now.is_none_or(|now| !now.contains(*one)));
        missing.extend(lacking.map(|one| format!("{whose}: policy {one}")));
    }
    for (id, boundary) in &deployed_permissions.boundaries {
        match defined_permissions.boundaries.get(id) {
            Some(due) if due == boundary => {}
            Some(_) => {
                missing.insert(format!("{id} has another permissions boundary"));
            }
            None if resource(defined, id).is_some() => {
                missing.insert(format!("{id} has no permissions boundary"));
            }
            None => {}
        }
    }
    missing.into_iter().collect()
}

struct Permissions {
    /// By principal, by unattached policy, or by trust policy.
    statements: BTreeMap<String, Vec<Statement>>,
    /// The attached policies whose statements are not in the template, by principal.
    attached: BTreeMap<String, BTreeSet<String>>,
    /// The permissions boundaries, by principal.
    boundaries: BTreeMap<String, String>,
}

impl Permissions {
    fn read(template: &Value, whose: PermissionScope) -> Self {
        let all = Self::read_all(template);
        match whose {
            PermissionScope::AllPrincipals => all,
            PermissionScope::BoundariesOnly => Self {
                statements: all
                    .statements
                    .into_iter()
                    .filter(|(id, _)| is_managed_policy(template, id))
                    .collect(),
                attached: BTreeMap::new(),
                boundaries: BTreeMap::new(),
            },
        }
    }

    fn read_all(template: &Value) -> Self {
        let ids: BTreeSet<&str> = resources(template).map(|(id, _)| id).collect();
        let owners = owners(template);
        let mut statements: BTreeMap<String, Vec<Statement>> = BTreeMap::new();
        for (place, found) in policy_statements(template, &ids) {
            let whose = match place.split_once('.') {
                Some((id, DOCUMENT)) => owners
                    .get(id)
                    .cloned()
                    .unwrap_or_else(|| BTreeSet::from([id.to_owned()])),
                Some((id, INLINE)) => BTreeSet::from([id.to_owned()]),
                _ => BTreeSet::from([place]),
            };
            for one in whose {
                let all = statements.entry(one).or_default();
                all.extend(found.iter().cloned());
            }
        }
        Self {
            statements,
            attached: attached_policies(template, &ids),
            boundaries: boundaries(template, &ids)
                .into_iter()
                .map(|(id, boundary)| (id.to_owned(), boundary))
                .collect(),
        }
    }
}

fn is_policy(template: &Value, id: &str) -> bool {
    resource(template, id).is_some_and(|resource| property(resource, DOCUMENT).is_some())
}

fn is_managed_policy(template: &Value, id: &str) -> bool {
    resource(template, id).is_some_and(|resource| resource_type(resource) == MANAGED_POLICY)
}

/// The principals of each policy, by the policy's logical id. Either side may name the other.
fn owners(template: &Value) -> BTreeMap<&str, BTreeSet<String>> {
    let mut owners: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (id, resource) in resources(template) {
        let each = |name: &str| one_or_many(property(resource, name));
        if is_policy(template, id) {
            let named = OWNERS.iter().flat_map(|name| each(name)).map(principal);
            let mut named = named.peekable();
            if named.peek().is_some() {
                owners.entry(id).or_default().extend(named);
            }
        }
        for policy in each(OWNED).filter_map(ref_target) {
            owners.entry(policy).or_default().insert(id.to_owned());
        }
    }
    owners
}

/// The attached policies whose statements are not in the template.
fn attached_policies(template: &Value, ids: &BTreeSet<&str>) -> BTreeMap<String, BTreeSet<String>> {
    let own: BTreeSet<String> = ids
        .iter()
        .filter(|id| is_policy(template, id))
        .map(|id| render(&json!({ "Ref": id })))
        .collect();
    let mut attached = attachments(template, ids);
    // A policy's own list names the principals of its statements.
    attached.retain(|place, _| !is_policy(template, place.split('.').next().unwrap_or_default()));
    for items in attached.values_mut() {
        items.retain(|item| !own.contains(item));
    }
    attached
}

/// The principal's logical id, or the value that names it.
fn principal(value: &Value) -> String {
    ref_target(value).map_or_else(|| render(value), str::to_owned)
}

/// The permissions that the new template adds. Only the resources that differ can.
pub(super) fn broadened_permissions(
    stack: &StackName,
    before: &Value,
    after: &Value,
    ids: &BTreeSet<&str>,
) -> Vec<Finding> {
    let (old, new) = (
        policy_statements(before, ids),
        policy_statements(after, ids),
    );
    let none = Vec::new();
    let mut findings = Vec::new();
    for (subject, statements) in &new {
        let before = old.get(subject).unwrap_or(&none);
        for statement in statements.iter().filter(|one| one.allows) {
            if let Some(more) = statement.uncovered(before) {
                let to = format!("allow {more}");
                let message = format!("{subject} allows {more}");
                findings.push(Finding {
                    to: Some(to),
                    ..broadened(stack, subject, message)
                });
            }
        }
    }
    // A deny has to stay, unless it is removed with the resource it limited.
    for (subject, statements) in &old {
        let id = subject.split('.').next().unwrap_or_default();
        if resource(after, id).is_none() && !limits_others(before, id) {
            continue;
        }
        let now = new.get(subject).unwrap_or(&none);
        for statement in statements.iter().filter(|one| !one.allows) {
            if let Some(less) = statement.uncovered(now) {
                let from = format!("deny {less}");
                let message = format!("{subject} no longer denies {less}");
                findings.push(Finding {
                    from: Some(from),
                    ..broadened(stack, subject, message)
                });
            }
        }
    }
    findings.extend(added_attachments(stack, before, after, ids));
    findings.extend(changed_boundaries(stack, before, after, ids));
    findings.sort();
    findings.dedup();
    findings
}

/// Whether a resource limits other principals: a policy of another resource, which outlives it.
fn limits_others(template: &Value, id: &str) -> bool {
    const POLICIES: [&str; 6] = [
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Policy",
        "AWS::IAM::RolePolicy",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::QueuePolicy",
    ];
    resource(template, id).is_some_and(|resource| POLICIES.contains(&resource_type(resource)))
}

fn added_attachments(
    stack: &StackName,
    before: &Value,
    after: &Value,
    ids: &BTreeSet<&str>,
) -> Vec<Finding> {
    let old = attachments(before, ids);
    let none = BTreeSet::new();
    attachments(after, ids)
        .iter()
        .flat_map(|(subject, now)| {
            let before = old.get(subject).unwrap_or(&none);
            now.difference(before).map(move |one| {
                let message = format!("{subject} also has {one}");
                Finding {
                    to: Some(one.clone()),
                    ..broadened(stack, subject, message)
                }
            })
        })
        .collect()
}

fn changed_boundaries(
    stack: &StackName,
    before: &Value,
    after: &Value,
    ids: &BTreeSet<&str>,
) -> Vec<Finding> {
    let now = boundaries(after, ids);
    boundaries(before, ids)
        .into_iter()
        .filter(|(id, _)| resource(after, id).is_some())
        .filter_map(|(id, boundary)| {
            let to = now.get(id).cloned();
            if to.as_ref() == Some(&boundary) {
                return None;
            }
            let subject = format!("{id}.PermissionsBoundary");
            let message = match &to {
                Some(_) => format!("{id} has another permissions boundary"),
                None => format!("{id} no longer has a permissions boundary"),
            };
            Some(Finding {
                from: Some(boundary),
                to,
                ..broadened(stack, &subject, message)
            })
        })
        .collect()
}

fn broadened(stack: &StackName, subject: &str, message: String) -> Finding {
    Finding::new(
        FindingCode::PermissionsBroadened,
        Severity::Acknowledge,
        stack,
        subject,
        message,
    )
}
