//! Resource types, as far as the generated facts describe them.

use common_resources::type_facts;
use common_template::{Permissions, TypeFacts};
use serde_json::{Map, Value};

#[derive(Clone, Copy, Debug)]
pub(crate) struct ResourceType {
    pub(crate) facts: &'static TypeFacts,
    /// Whether it takes arbitrary properties and returns arbitrary attributes, as custom resources
    /// do.
    pub(crate) open: bool,
}

/// The handle of a wait condition: its only attribute is the URL for signals.
static WAIT_CONDITION_HANDLE: TypeFacts = TypeFacts {
    name: "AWS::CloudFormation::WaitConditionHandle",
    documentation: "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitconditionhandle.html",
    reference: "Id",
    attributes: &["Id"],
    properties: &[],
    required: &[],
    create_only: &[],
    conditional_create_only: &[],
    unordered: &[],
    primary_identifier: &["Id"],
    stateful: false,
    tags: None,
    permissions: &NO_PERMISSIONS,
};

/// What the AWS CDK adds to its stacks: it does nothing.
///
/// <https://docs.aws.amazon.com/cdk/v2/guide/usage-data.html>
static CDK_METADATA: TypeFacts = TypeFacts {
    name: "AWS::CDK::Metadata",
    documentation: "https://docs.aws.amazon.com/cdk/v2/guide/usage-data.html",
    reference: "",
    attributes: &[],
    properties: &["Analytics", "Modules"],
    required: &[],
    create_only: &[],
    conditional_create_only: &[],
    unordered: &[],
    primary_identifier: &[],
    stateful: false,
    tags: None,
    permissions: &NO_PERMISSIONS,
};

static NO_PERMISSIONS: Permissions = Permissions {
    create: &[],
    read: &[],
    update: &[],
    delete: &[],
    list: &[],
    tagging: &[],
};

impl ResourceType {
    /// The type of this name, if it is known.
    pub(crate) fn named(name: &str) -> Option<Self> {
        if name.starts_with("Custom::") || name == "AWS::CloudFormation::CustomResource" {
            return Some(Self {
                facts: type_facts("AWS::CloudFormation::CustomResource")?,
                open: true,
            });
        }
        [&WAIT_CONDITION_HANDLE, &CDK_METADATA]
            .into_iter()
            .find(|facts| facts.name == name)
            .or_else(|| type_facts(name))
            .map(|facts| Self { facts, open: false })
    }

    pub(crate) fn has_attribute(self, attribute: &str) -> bool {
        self.open || self.facts.attributes.contains(&attribute)
    }

    /// The violations of a type's schema by the properties of a resource, one per line. Only the
    /// first level: the facts contain only the names of properties.
    pub(crate) fn violations(name: &str, properties: &Map<String, Value>) -> Option<String> {
        let Self { facts, open } = Self::named(name)?;
        let missing = facts.required.iter();
        let missing = missing
            .filter(|name| !properties.contains_key(**name))
            .map(|name| format!("#: required key [{name}] not found"));
        let unknown = properties
            .keys()
            .filter(|name| !open && !facts.properties.contains(&name.as_str()))
            .map(|name| format!("#: extraneous key [{name}] is not permitted"));
        let lines: Vec<String> = missing.chain(unknown).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}
