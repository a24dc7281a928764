//! What the principals and the resource policies of an environment allow, and what a change adds and takes.
//!
//! The invariant: where no gain is told, nothing that was denied is now allowed. A doubtful case is told.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::iam::documents;
use cloudformation::template::{Function, one_or_many};
use serde_json::Value;

use super::documents::OWNERS;
use super::statement::{Statement, statements};
use crate::difference::render;
use crate::environment::{Environment, Resource};

/// Whose permissions they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// What a role, a user or a group may do.
    Principal,
    /// Who may assume a role.
    Trust,
    /// The most that a policy grants to those whose permissions boundary it is.
    Boundary,
    /// What a resource, such as a bucket, a key or a topic, allows to others.
    Resource,
}

/// A holder of permissions: a resource of an environment, by stack and logical id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holder {
    /// Whose permissions they are.
    pub scope: Scope,
    /// The id of its stack; empty for what is not of the environment.
    pub stack: String,
    /// Its logical id, or what names it.
    pub logical_id: String,
}

/// A difference of rights of one holder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// A statement's part that allows or denies.
    Statement(Statement),
    /// A managed policy of others, by its ARN.
    Attached(String),
    /// Another permissions boundary, or none.
    Boundary {
        /// The one before.
        from: Option<String>,
        /// The one after.
        to: Option<String>,
    },
}

/// A right that a holder has gained or lost.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RightChange {
    pub holder: Holder,
    pub right: Right,
    /// Whether the holder is new.
    pub is_new: bool,
}

/// The rights of an environment.
#[derive(Clone, Debug, Default)]
pub struct Rights {
    statements: BTreeMap<Holder, Vec<Statement>>,
    attached: BTreeMap<Holder, BTreeSet<String>>,
    boundaries: BTreeMap<Holder, String>,
    /// The policies of the environment that are boundaries, by the principals they limit.
    limits: BTreeMap<Holder, Holder>,
}

/// Everything that a change allows and that was denied before: permissions, denies that are gone, policies attached,
/// boundaries removed or changed, trust. Empty where nothing that was denied is now allowed.
#[must_use]
pub fn gained(before: &Environment, after: &Environment) -> Vec<RightChange> {
    gained_between(
        (before, &Rights::read(before)),
        (after, &Rights::read(after)),
    )
}

/// Like [`gained`], of rights that were read already.
pub(crate) fn gained_between(
    (before, old): (&Environment, &Rights),
    (after, new): (&Environment, &Rights),
) -> Vec<RightChange> {
    let mut found = Vec::new();
    let none = Vec::new();
    for (holder, now) in &new.statements {
        let known = old.statements.get(holder).unwrap_or(&none);
        let is_new = !exists(holder, before);
        for statement in now.iter().filter(|one| one.allows) {
            if let Some(more) = more_than(statement, known) {
                found.push(change(holder, Right::Statement(more), is_new));
            }
        }
    }
    for (holder, known) in &old.statements {
        if !exists(holder, after) {
            continue;
        }
        let now = new.statements.get(holder).unwrap_or(&none);
        for statement in known.iter().filter(|one| !one.allows) {
            if let Some(less) = more_than(statement, now) {
                found.push(change(holder, Right::Statement(less), false));
            }
        }
    }
    for (holder, now) in &new.attached {
        let known = old.attached.get(holder);
        for policy in now {
            if known.is_none_or(|known| !known.contains(policy)) {
                let is_new = !exists(holder, before);
                found.push(change(holder, Right::Attached(policy.clone()), is_new));
            }
        }
    }
    for (holder, from) in &old.boundaries {
        let to = new.boundaries.get(holder);
        if exists(holder, after) && to != Some(from) {
            let right = Right::Boundary {
                from: Some(from.clone()),
                to: to.cloned(),
            };
            found.push(change(holder, right, false));
        }
    }
    found
}

/// Everything that was allowed and is no longer: permissions, policies detached, denies that are new, trust. Holders
/// that are gone have lost nothing that matters to them.
#[must_use]
pub fn lost(before: &Environment, after: &Environment) -> Vec<RightChange> {
    lost_between(
        (before, &Rights::read(before)),
        (after, &Rights::read(after)),
    )
}

/// Like [`lost`], of rights that were read already.
pub(crate) fn lost_between(
    (before, old): (&Environment, &Rights),
    (after, new): (&Environment, &Rights),
) -> Vec<RightChange> {
    let mut found = Vec::new();
    let none = Vec::new();
    for (holder, known) in &old.statements {
        if !exists(holder, after) {
            continue;
        }
        let now = new.statements.get(holder).unwrap_or(&none);
        for statement in known.iter().filter(|one| one.allows) {
            if let Some(less) = more_than(statement, now) {
                found.push(change(holder, Right::Statement(less), false));
            }
        }
    }
    for (holder, now) in &new.statements {
        if !exists(holder, before) {
            continue;
        }
        let known = old.statements.get(holder).unwrap_or(&none);
        for statement in now.iter().filter(|one| !one.allows) {
            if let Some(more) = more_than(statement, known) {
                found.push(change(holder, Right::Statement(more), false));
            }
        }
    }
    for (holder, known) in &old.attached {
        let now = new.attached.get(holder);
        for policy in known {
            if exists(holder, after) && now.is_none_or(|now| !now.contains(policy)) {
                found.push(change(holder, Right::Attached(policy.clone()), false));
            }
        }
    }
    for (holder, to) in &new.boundaries {
        if exists(holder, before) && !old.boundaries.contains_key(holder) {
            let right = Right::Boundary {
                from: None,
                to: Some(to.clone()),
            };
            found.push(change(holder, right, false));
        }
    }
    found
}

/// The part of a statement that others don't cover. Most statements are the same before and after.
fn more_than(statement: &Statement, others: &[Statement]) -> Option<Statement> {
    if others.contains(statement) {
        return None;
    }
    statement.uncovered(others)
}

fn change(holder: &Holder, right: Right, is_new: bool) -> RightChange {
    RightChange {
        holder: holder.clone(),
        right,
        is_new,
    }
}

/// What is not of the environment is taken to be there.
fn exists(holder: &Holder, side: &Environment) -> bool {
    holder.stack.is_empty() || side.resource(&holder.stack, &holder.logical_id).is_some()
}

impl Rights {
    /// Reads all policies of an environment.
    #[must_use]
    pub fn read(side: &Environment) -> Self {
        let mut rights = Self::default();
        let boundaries = boundaries(side);
        for resource in side.resources() {
            match resource.resource_type {
                "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::IAM::Group" => {
                    rights.principal(side, resource);
                }
                "AWS::IAM::ManagedPolicy" | "AWS::IAM::Policy" | "AWS::IAM::RolePolicy" => {
                    rights.policy(side, resource, &boundaries);
                }
                _ => rights.resource(side, resource),
            }
        }
        rights.limits = boundaries
            .into_iter()
            .flat_map(|(policy, limited)| limited.into_iter().map(move |one| (one, policy.clone())))
            .collect();
        rights
    }

    /// The statements of the boundary that limits a principal, where the environment defines it.
    #[must_use]
    pub fn boundary(&self, principal: &Holder) -> Option<&[Statement]> {
        let policy = self.limits.get(principal)?;
        self.statements.get(policy).map(Vec::as_slice)
    }

    /// The principals that a boundary limits.
    pub fn limited_by<'a>(&'a self, policy: &'a Holder) -> impl Iterator<Item = &'a Holder> {
        self.limits
            .iter()
            .filter(move |(_, limit)| *limit == policy)
            .map(|(principal, _)| principal)
    }

    #[must_use]
    pub fn statements(&self, holder: &Holder) -> &[Statement] {
        self.statements.get(holder).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, holder: Holder, value: Option<&Value>) {
        let found = value.map(documents).unwrap_or_default();
        let found: Vec<Statement> = found.into_iter().flat_map(statements).collect();
        if !found.is_empty() {
            self.statements.entry(holder).or_default().extend(found);
        }
    }

    fn principal(&mut self, side: &Environment, resource: Resource<'_>) {
        let holder = holder(Scope::Principal, resource);
        self.add(holder.clone(), resource.property("Policies"));
        self.add(
            self::holder(Scope::Trust, resource),
            resource.property("AssumeRolePolicyDocument"),
        );
        for policy in one_or_many(resource.property("ManagedPolicyArns")) {
            match policy_of(side, resource.stack, policy) {
                Some(own) => self.add(holder.clone(), own.property("PolicyDocument")),
                None => {
                    let attached = self.attached.entry(holder.clone()).or_default();
                    attached.insert(render(policy));
                }
            }
        }
        if let Some(boundary) = resource.property("PermissionsBoundary") {
            self.boundaries.insert(holder, render(boundary));
        }
    }

    fn policy(
        &mut self,
        side: &Environment,
        resource: Resource<'_>,
        boundaries: &BTreeMap<Holder, Vec<Holder>>,
    ) {
        let document = resource.property("PolicyDocument");
        for owner in OWNERS
            .iter()
            .flat_map(|name| one_or_many(resource.property(name)))
        {
            let holder = match side.target(resource.stack, owner) {
                Some(role) => holder(Scope::Principal, role),
                None => Holder {
                    scope: Scope::Principal,
                    stack: String::new(),
                    logical_id: render(owner),
                },
            };
            self.add(holder, document);
        }
        let boundary = holder(Scope::Boundary, resource);
        if boundaries.contains_key(&boundary) {
            self.add(boundary, document);
        }
    }

    /// A resource's own policy, or one for another resource, such as a bucket's.
    fn resource(&mut self, side: &Environment, resource: Resource<'_>) {
        const OF: [&str; 5] = ["Bucket", "Topics", "Queues", "SecretId", "FunctionName"];
        let of: Vec<Resource<'_>> = OF
            .iter()
            .flat_map(|name| one_or_many(resource.property(name)))
            .filter_map(|value| side.target(resource.stack, value))
            .collect();
        let is_policy = resource.resource_type.ends_with("Policy");
        let document = resource.json.get("Properties");
        if is_policy && !of.is_empty() {
            for one in of {
                self.add(holder(Scope::Resource, one), document);
            }
        } else {
            self.add(holder(Scope::Resource, resource), document);
        }
    }
}

fn holder(scope: Scope, resource: Resource<'_>) -> Holder {
    Holder {
        scope,
        stack: resource.stack.to_owned(),
        logical_id: resource.logical_id.to_owned(),
    }
}

/// The policies of the environment that are permissions boundaries, with the principals that they limit.
fn boundaries(side: &Environment) -> BTreeMap<Holder, Vec<Holder>> {
    let mut found: BTreeMap<Holder, Vec<Holder>> = BTreeMap::new();
    for resource in side.resources() {
        let boundary = resource.property("PermissionsBoundary");
        if let Some(policy) = boundary.and_then(|value| policy_of(side, resource.stack, value)) {
            found
                .entry(holder(Scope::Boundary, policy))
                .or_default()
                .push(holder(Scope::Principal, resource));
        }
    }
    found
}

/// The policy that a value names: by reference, or by an ARN that ends with its path and name.
fn policy_of<'a>(side: &'a Environment, stack: &str, value: &Value) -> Option<Resource<'a>> {
    if let Some(found) = side.target(stack, value) {
        return Some(found).filter(|one| one.resource_type == "AWS::IAM::ManagedPolicy");
    }
    let text = match Function::of(value) {
        Some(Function::Sub(sub)) => sub.text,
        Some(_) => return None,
        None => value.as_str()?,
    };
    let (_, name) = text.split_once(":policy")?;
    side.of_type("AWS::IAM::ManagedPolicy").find(|policy| {
        let path = policy.text("Path").unwrap_or("/");
        let own = policy.text("ManagedPolicyName");
        own.is_some_and(|own| format!("{path}{own}") == name)
    })
}
