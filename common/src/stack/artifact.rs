//! A stack as data: what a stack binary prints and the assembly lists.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::TemplateText;
use crate::environment::EnvironmentName;
use crate::naming::StackName;
use crate::quota::Quota;

/// A synthesized stack. Whatever runs after synthesis reads only this and the template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StackArtifact {
    /// The stack's full name: `lemonade-staging-network`.
    pub name: StackName,
    /// The name without project and environment: `network`, `service-web`.
    pub id: String,
    /// The crate that defines it.
    #[serde(rename = "crate")]
    pub crate_name: String,
    /// The environment that it belongs to.
    pub environment: EnvironmentName,
    /// The application that it belongs to, where it belongs to one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub application: Option<String>,
    /// Whether a person applies it, before every other stack; no pipeline may touch it.
    #[serde(
        rename = "appliedByAPerson",
        skip_serializing_if = "std::ops::Not::not",
        default
    )]
    pub applied_manually: bool,
    /// SHA-256 of the definition; the deployed stack shows it as output `DefinitionDigest`.
    pub digest: String,
    /// Size of the template as deployed.
    pub bytes: usize,
    /// How many resources the template has.
    pub resources: usize,
    /// What it takes of AWS's quotas.
    pub quotas: BTreeMap<Quota, usize>,
    /// The types of its resources, sorted, each once.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub resource_types: Vec<String>,
    /// What CloudFormation must be told that the template may do.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub capabilities: Vec<String>,
    /// The parameters that a deployment gives.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub parameters: Vec<String>,
    /// The tags of the stack, which propagate to its resources. Constant: one that changed would
    /// modify every resource.
    pub tags: BTreeMap<String, String>,
    /// Whether the stack itself is protected against deletion.
    pub termination_protection: bool,
    /// What a person should know of the stack as it is defined now.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notes: Vec<String>,
    /// What it exports, by name.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub exports: Vec<ExportRecord>,
    /// The names of the exports that it imports, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub imports: Vec<String>,
    /// The resources that stay when the stack goes.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub retained: Vec<ResourceRecord>,
    /// The resources whose loss interrupts service: a plan that replaces or deletes one is
    /// blocked until that is acknowledged.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub guarded: Vec<ResourceRecord>,
    /// Where the definition's source adds each resource, by logical id: `network-stack/src/vpc.rs:31`. In an
    /// assembly it is a file of its own, since it changes without the stack.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub locations: BTreeMap<String, String>,
    /// The template as deployed. In an assembly it is a file of its own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub template: Option<TemplateText>,
}

/// An export, as the assembly lists it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportRecord {
    /// The name that it is imported by.
    pub name: String,
    /// The logical id of the output.
    pub output: String,
    /// The kind of thing that it identifies: `VpcId`.
    pub kind: String,
}

/// A resource that is retained or guarded, as the assembly lists it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceRecord {
    /// Logical id in the stack's template.
    pub logical_id: String,
    /// CloudFormation type: `AWS::EC2::VPC`.
    #[serde(rename = "type")]
    pub resource_type: String,
}
