//! Resource types, as far as the generated facts describe them.

use common_resources::type_facts;
use common_template::{Permissions, TypeFacts};

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
}
