//! What deployed rights lack of those that are defined.
//!
//! The other direction of `permissions`: there too much is asked about, here too little. Permissions are
//! seen by who has them, not by the policy that they stand in: generated statements move from one
//! policy of a role to another, and nothing is missing for that.
//!
//! The invariant: where nothing is said to be missing, nothing is. Where it can't be told, it is
//! missing, and a person looks at it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::iam_principals::{attachments, boundaries, policy_statements};
use super::iam_statements::Statement;
use crate::difference::render;
use crate::plan::finding::{Finding, FindingCode, Severity};
use crate::template::{one_or_many, property, resource, resource_type, resources};

/// The properties by which a policy says whose it is. A policy that says so gives nothing itself.
const OWNERS: [&str; 6] = [
    "Roles",
    "Users",
    "Groups",
    "RoleName",
    "UserName",
    "GroupName",
];

/// The property by which somebody says which policies are theirs.
const OWNED: &str = "ManagedPolicyArns";

/// The type that can be somebody's boundary.
pub(in crate::plan) const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";

/// The property that makes a resource a policy.
const DOCUMENT: &str = "PolicyDocument";

/// The property that lists the policies of whoever has it.
const INLINE: &str = "Policies";

/// PermissionScope rights are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plan) enum PermissionScope {
    /// Everybody's.
    AllPrincipals,
    /// Those of managed policies that the template attaches to nobody: the boundaries of others.
    /// What else it holds may do is needed by nothing but itself.
    BoundariesOnly,
}

/// What the defined template lets somebody do and the deployed one doesn't, each as it is defined,
/// in a few words: `DeployRole allows iam:PassRole on *`. What only the deployed one denies is one
/// of it: `DeployRole still denies iam:PassRole on *`.
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
                missing.insert(format!("{whose} allows {less}"));
            }
        }
    }
    for (whose, statements) in &deployed_permissions.statements {
        // What is gone by definition needs nothing.
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
        missing.extend(lacking.map(|one| format!("{whose} has {one}")));
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

/// What a template says of who may do what.
struct Permissions {
    /// By who has them: somebody, a policy of nobody here, what somebody says of who acts as them.
    statements: BTreeMap<String, Vec<Statement>>,
    /// What is attached to whom, but for policies whose statements are known.
    attached: BTreeMap<String, BTreeSet<String>>,
    /// The permissions boundaries, by who has them.
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

/// PermissionScope the policies of a template are, by the policies' logical ids. Neither side alone says all.
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
        for policy in each(OWNED).filter_map(referenced_id) {
            owners.entry(policy).or_default().insert(id.to_owned());
        }
    }
    owners
}

/// What is attached without its statements being in the template: to whom, by the property.
fn attached_policies(template: &Value, ids: &BTreeSet<&str>) -> BTreeMap<String, BTreeSet<String>> {
    let own: BTreeSet<String> = ids
        .iter()
        .filter(|id| is_policy(template, id))
        .map(|id| render(&json!({ "Ref": id })))
        .collect();
    let mut attached = attachments(template, ids);
    // A policy's own list says whose its statements are.
    attached.retain(|place, _| !is_policy(template, place.split('.').next().unwrap_or_default()));
    for items in attached.values_mut() {
        items.retain(|item| !own.contains(item));
    }
    attached
}

fn referenced_id(value: &Value) -> Option<&str> {
    value.get("Ref").and_then(Value::as_str)
}

/// Who somebody is: the logical id, where the template has them.
fn principal(value: &Value) -> String {
    referenced_id(value).map_or_else(|| render(value), str::to_owned)
}

/// What the template after lets somebody do that the one before didn't. Only the resources that
/// differ can.
pub(super) fn broadened_permissions(
    stack: &str,
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
                findings.push(broadened(stack, subject, None, Some(to), message));
            }
        }
    }
    // What forbade something has to forbid it still, unless it is gone with what it limited.
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
                findings.push(broadened(stack, subject, Some(from), None, message));
            }
        }
    }
    findings.extend(added_attachments(stack, before, after, ids));
    findings.extend(changed_boundaries(stack, before, after, ids));
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
    resource(template, id).is_some_and(|resource| POLICIES.contains(&resource_type(resource)))
}

fn added_attachments(
    stack: &str,
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
                let message = format!("{subject} has {one} too");
                broadened(stack, subject, None, Some(one.clone()), message)
            })
        })
        .collect()
}

fn changed_boundaries(
    stack: &str,
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
                None => format!("{id} has no permissions boundary any more"),
            };
            Some(broadened(stack, &subject, Some(boundary), to, message))
        })
        .collect()
}

fn broadened(
    stack: &str,
    subject: &str,
    from: Option<String>,
    to: Option<String>,
    message: String,
) -> Finding {
    Finding {
        from,
        to,
        ..Finding::new(
            FindingCode::PermissionsBroadened,
            Severity::Acknowledge,
            stack,
            subject,
            message,
        )
    }
}
