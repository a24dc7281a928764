//! The roles of an environment with their policies and boundaries, and what resources' own policies
//! say, as its templates define them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::Document;
use super::error::PolicyError;
use super::managed;
use crate::pipelines::template::{Resource, Stacks};

/// A policy, and where it is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedDocument {
    /// `<stack>/<logical id>`; of AWS's own policies the name.
    pub name: String,
    /// What it says.
    pub document: Document,
}

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
    pub decides_alone: bool,
}

/// Who may do what in one environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    pub(super) account: String,
    /// By ARN.
    pub(super) roles: BTreeMap<String, Role>,
    pub(super) resources: Vec<ResourcePolicy>,
}

impl Rights {
    /// Reads them from templates.
    ///
    /// # Errors
    /// When something in them is not evaluated here.
    pub fn read(stacks: &Stacks) -> Result<Self, PolicyError> {
        let mut policies = BTreeMap::new();
        for resource in stacks.of_type("AWS::IAM::ManagedPolicy") {
            let policy = document(stacks, &resource, "PolicyDocument")?;
            policies.insert(stacks.identity_of(&resource)?.reference(), policy);
        }
        let mut roles = BTreeMap::new();
        for resource in stacks.of_type("AWS::IAM::Role") {
            let role = role(stacks, &resource, &policies)?;
            roles.insert(role.arn.clone(), role);
        }
        for unread in ["AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::User"] {
            if let Some(resource) = stacks.of_type(unread).next() {
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
}

fn role(
    stacks: &Stacks,
    resource: &Resource<'_>,
    policies: &BTreeMap<String, NamedDocument>,
) -> Result<Role, PolicyError> {
    let identity = stacks.identity_of(resource)?;
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
    let mut given = Vec::new();
    for arn in properties["ManagedPolicyArns"]
        .as_array()
        .into_iter()
        .flatten()
    {
        given.push(find(arn.as_str().unwrap_or_default())?);
    }
    for inline in properties["Policies"].as_array().into_iter().flatten() {
        let name = format!(
            "{}/{}",
            place(resource),
            inline["PolicyName"].as_str().unwrap_or("?")
        );
        given.push(NamedDocument {
            document: Document::read(&name, &inline["PolicyDocument"])?,
            name,
        });
    }
    Ok(Role {
        trust: document(stacks, resource, "AssumeRolePolicyDocument")?,
        arn: identity.attribute("Arn"),
        name: identity.name,
        boundary,
        policies: given,
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
        for resource in stacks.of_type(resource_type) {
            if resource.properties[property].is_null() {
                continue;
            }
            let policy = document(stacks, &resource, property)?;
            let whose: Vec<String> = match of {
                None => stacks.identity_of(&resource)?.arn.into_iter().collect(),
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
                decides_alone: resource_type == "AWS::KMS::Key",
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
