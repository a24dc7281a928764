//! The roles of an environment with their policies and boundaries, and what resources' own policies
//! say, as its templates define them.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document::{Document, Effect, Patterns, Statement};
use super::error::PolicyError;
use super::managed;
use super::pattern::glob;
use crate::pipelines::template::{Resource, Stacks};

/// A policy, and where it is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedDocument {
    /// `<stack>/<logical id>`; of AWS's own policies the name.
    pub name: String,
    /// What it says.
    pub document: Document,
}

/// A statement, by where it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MatchedStatement {
    /// The policy: `<stack>/<logical id>`.
    pub policy: String,
    /// The statement's name, or its number from one.
    pub statement: String,
}

impl fmt::Display for MatchedStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.statement, self.policy)
    }
}

impl MatchedStatement {
    pub(super) fn of(policy: &NamedDocument, index: usize, statement: &Statement) -> Self {
        let number = || format!("statement {}", index + 1);
        Self {
            policy: policy.name.clone(),
            statement: statement.sid.clone().unwrap_or_else(number),
        }
    }
}

/// The statements that grant an action to a role.
pub type AllowedActions = BTreeMap<String, Vec<MatchedStatement>>;

/// A role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Who may act as it.
    pub trust: NamedDocument,
    /// The most that it may do; nothing else caps it where there is none.
    pub boundary: Option<NamedDocument>,
    /// What it is given.
    pub policies: Vec<NamedDocument>,
}

/// The policy of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourcePolicy {
    /// The resource's ARN.
    pub resource: String,
    /// What it says.
    pub policy: NamedDocument,
    /// Whether policies of roles count only if this one leaves it to the account: so it is with keys.
    ///
    /// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html>
    pub must_delegate: bool,
}

/// Who may do what in one environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policies {
    pub(super) account: String,
    /// By ARN.
    pub(super) roles: BTreeMap<String, Role>,
    pub(super) resources: Vec<ResourcePolicy>,
}

impl Policies {
    /// Reads them from templates.
    ///
    /// # Errors
    /// When something in them is not evaluated here.
    pub fn read(stacks: &Stacks) -> Result<Self, PolicyError> {
        let mut policies = BTreeMap::new();
        for resource in stacks.resources_of_type("AWS::IAM::ManagedPolicy") {
            let policy = document(stacks, &resource, "PolicyDocument")?;
            policies.insert(stacks.identity(&resource)?.reference(), policy);
        }
        let mut roles = BTreeMap::new();
        for resource in stacks.resources_of_type("AWS::IAM::Role") {
            let role = role(stacks, &resource, &policies)?;
            roles.insert(role.arn.clone(), role);
        }
        for unread in ["AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::User"] {
            if let Some(resource) = stacks.resources_of_type(unread).next() {
                return Err(PolicyError::Shape {
                    policy: place(&resource),
                    what: format!("resources of type {unread} are not read here"),
                });
            }
        }
        Ok(Self {
            account: stacks.account().to_owned(),
            roles,
            resources: resource_policies(stacks)?,
        })
    }

    /// A role by its ARN.
    #[must_use]
    pub fn role(&self, arn: &str) -> Option<&Role> {
        self.roles.get(arn)
    }

    /// A role by its name.
    #[must_use]
    pub fn role_named(&self, name: &str) -> Option<&Role> {
        self.roles.values().find(|role| role.name == name)
    }

    /// Every role, sorted by ARN.
    pub fn roles(&self) -> impl Iterator<Item = &Role> {
        self.roles.values()
    }

    /// The actions that a role is granted, as its policies write them: a pattern is one. What its boundary
    /// refuses everywhere is not granted. A statement that allows all actions but some is `not <action>` of
    /// each.
    #[must_use]
    pub fn allowed_actions(&self, role: &str) -> AllowedActions {
        let mut granted = AllowedActions::new();
        let policies = self.role(role).into_iter().flat_map(|role| &role.policies);
        for policy in policies {
            for (index, statement) in policy.document.statements.iter().enumerate() {
                if statement.effect != Effect::Allow {
                    continue;
                }
                for action in named(statement) {
                    if !self.is_within_boundary(role, &action) {
                        continue;
                    }
                    let fixture = MatchedStatement::of(policy, index, statement);
                    granted.entry(action).or_default().push(fixture);
                }
            }
        }
        granted
    }

    /// Whether the boundary leaves something of it.
    fn is_within_boundary(&self, role: &str, action: &str) -> bool {
        let Some(boundary) = self.role(role).and_then(|role| role.boundary.as_ref()) else {
            return true;
        };
        let lower = action.to_ascii_lowercase();
        let mut statements = boundary.document.statements.iter();
        statements.any(|statement| {
            let Patterns::AnyOf(patterns) = &statement.actions else {
                return statement.effect == Effect::Allow;
            };
            // Of a pattern it may be a part.
            let mut patterns = patterns.iter();
            statement.effect == Effect::Allow
                && patterns.any(|pattern| glob(pattern, &lower) || glob(&lower, pattern))
        })
    }

    /// The same rights, with the action taken out of the policies of a role: as it is written there, a
    /// pattern as a whole.
    #[must_use]
    pub fn without(&self, role: &str, action: &str) -> Self {
        let mut rights = self.clone();
        let lower = action.to_ascii_lowercase();
        let policies = rights.roles.get_mut(role).into_iter();
        for policy in policies.flat_map(|role| &mut role.policies) {
            for statement in &mut policy.document.statements {
                if statement.effect != Effect::Allow {
                    continue;
                }
                if let Patterns::AnyOf(patterns) = &mut statement.actions {
                    patterns.retain(|pattern| *pattern != lower);
                    let is_other = |one: &String| !one.eq_ignore_ascii_case(action);
                    statement.actions_as_written.retain(is_other);
                }
            }
        }
        rights
    }
}

fn role(
    stacks: &Stacks,
    resource: &Resource<'_>,
    policies: &BTreeMap<String, NamedDocument>,
) -> Result<Role, PolicyError> {
    let identity = stacks.identity(resource)?;
    let properties = stacks.properties(resource)?;
    let known = |arn: &str| {
        policies.get(arn).cloned().or_else(|| {
            managed::policy(arn).map(|(name, document)| NamedDocument {
                name: name.to_owned(),
                document,
            })
        })
    };
    let find = |arn: &str| {
        known(arn).ok_or_else(|| PolicyError::UnknownPolicy {
            role: identity.name.clone(),
            policy: arn.to_owned(),
        })
    };
    let boundary = properties["PermissionsBoundary"]
        .as_str()
        .map(find)
        .transpose()?;
    let mut attached = Vec::new();
    for arn in properties["ManagedPolicyArns"]
        .as_array()
        .into_iter()
        .flatten()
    {
        attached.push(find(arn.as_str().unwrap_or_default())?);
    }
    for inline in properties["Policies"].as_array().into_iter().flatten() {
        let name = format!(
            "{}/{}",
            place(resource),
            inline["PolicyName"].as_str().unwrap_or("?")
        );
        attached.push(NamedDocument {
            document: Document::read(&name, &inline["PolicyDocument"])?,
            name,
        });
    }
    Ok(Role {
        trust: document(stacks, resource, "AssumeRolePolicyDocument")?,
        arn: identity.attribute("Arn"),
        name: identity.name,
        boundary,
        policies: attached,
    })
}

/// The types whose resources have a policy of their own, the property that holds it, and the one
/// that says whose it is.
const RESOURCE_POLICIES: [(&str, &str, Option<&str>); 4] = [
    ("AWS::ECR::Repository", "RepositoryPolicyText", None),
    ("AWS::KMS::Key", "KeyPolicy", None),
    ("AWS::S3::BucketPolicy", "PolicyDocument", None),
    ("AWS::SNS::TopicPolicy", "PolicyDocument", Some("Topics")),
];

fn resource_policies(stacks: &Stacks) -> Result<Vec<ResourcePolicy>, PolicyError> {
    let mut found = Vec::new();
    for (resource_type, property, of) in RESOURCE_POLICIES {
        for resource in stacks.resources_of_type(resource_type) {
            if resource.properties[property].is_null() {
                continue;
            }
            let policy = document(stacks, &resource, property)?;
            let whose: Vec<String> = match of {
                None => stacks.identity(&resource)?.arn.into_iter().collect(),
                Some(of) => stacks.properties(&resource)?[of]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect(),
            };
            found.extend(whose.into_iter().map(|arn| ResourcePolicy {
                resource: arn,
                policy: policy.clone(),
                must_delegate: resource_type == "AWS::KMS::Key",
            }));
        }
    }
    Ok(found)
}

fn document(
    stacks: &Stacks,
    resource: &Resource<'_>,
    property: &str,
) -> Result<NamedDocument, PolicyError> {
    let name = place(resource);
    let json = stacks.resolve(resource.stack, &resource.properties[property])?;
    Ok(NamedDocument {
        document: Document::read(&name, &json)?,
        name,
    })
}

fn place(resource: &Resource<'_>) -> String {
    format!("{}/{}", resource.stack, resource.id)
}

fn named(statement: &Statement) -> Vec<String> {
    match &statement.actions {
        Patterns::AnyOf(_) => statement.actions_as_written.clone(),
        Patterns::NoneOf(_) => {
            let all_but = statement.actions_as_written.iter();
            all_but.map(|action| format!("not {action}")).collect()
        }
    }
}
