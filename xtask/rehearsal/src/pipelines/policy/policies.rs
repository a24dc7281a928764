//! The policies of an environment: its roles with their policies and boundaries, and resource
//! policies, as its templates define them.

use std::collections::BTreeMap;
use std::fmt;

use cloudformation::iam::{Effect, Element, glob};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document::{Document, Statement};
use super::error::PolicyError;
use super::managed;
use crate::pipelines::template::{Resource, Stacks};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedDocument {
    /// `<stack>/<logical id>`, or the name of an AWS managed policy.
    pub name: String,
    pub document: Document,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MatchedStatement {
    /// `<stack>/<logical id>`.
    pub policy: String,
    /// The statement's `Sid`, or its number from one.
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

/// The allowed actions of a role, as its policies write them, and the statements that allow them.
pub type AllowedActions = BTreeMap<String, Vec<MatchedStatement>>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub name: String,
    pub arn: String,
    pub trust: NamedDocument,
    pub boundary: Option<NamedDocument>,
    /// Managed and inline policies.
    pub policies: Vec<NamedDocument>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourcePolicy {
    pub resource: String,
    pub policy: NamedDocument,
    /// Whether policies of roles count only where this one delegates to the account, as with KMS
    /// keys.
    ///
    /// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html>
    pub must_delegate: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policies {
    pub(super) account: String,
    /// By ARN.
    pub(super) roles: BTreeMap<String, Role>,
    pub(super) resources: Vec<ResourcePolicy>,
}

impl Policies {
    /// Reads the policies of an environment's templates.
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
        for unsupported in ["AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::User"] {
            if let Some(resource) = stacks.resources_of_type(unsupported).next() {
                return Err(PolicyError::Shape {
                    policy: place(&resource),
                    what: format!("resources of type {unsupported} are not supported"),
                });
            }
        }
        Ok(Self {
            account: stacks.account().to_owned(),
            roles,
            resources: resource_policies(stacks)?,
        })
    }

    #[must_use]
    pub fn role(&self, arn: &str) -> Option<&Role> {
        self.roles.get(arn)
    }

    #[must_use]
    pub fn role_named(&self, name: &str) -> Option<&Role> {
        self.roles.values().find(|role| role.name == name)
    }

    /// Every role, sorted by ARN.
    pub fn roles(&self) -> impl Iterator<Item = &Role> {
        self.roles.values()
    }

    /// The actions that a role's policies allow, as they write them: a pattern counts as one
    /// action. Actions that the boundary never allows are left out. `NotAction` gives `not
    /// <action>` for each.
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

    /// Whether the boundary allows at least a part of an action pattern.
    fn is_within_boundary(&self, role: &str, action: &str) -> bool {
        let Some(boundary) = self.role(role).and_then(|role| role.boundary.as_ref()) else {
            return true;
        };
        let lower = action.to_ascii_lowercase();
        let mut statements = boundary.document.statements.iter();
        statements.any(|statement| {
            let Element::AnyOf(patterns) = &statement.actions else {
                return statement.effect == Effect::Allow;
            };
            // The boundary may allow a part of a pattern.
            let mut patterns = patterns.iter();
            statement.effect == Effect::Allow
                && patterns.any(|pattern| glob(pattern, &lower) || glob(&lower, pattern))
        })
    }

    /// A copy in which a role's policies don't list an action. A pattern is removed as a whole.
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
                if let Element::AnyOf(patterns) = &mut statement.actions {
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

/// The types with resource policies, the property of the policy, and the property that names the
/// resources.
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
        Element::AnyOf(_) => statement.actions_as_written.clone(),
        Element::NoneOf(_) => {
            let all_but = statement.actions_as_written.iter();
            all_but.map(|action| format!("not {action}")).collect()
        }
    }
}
