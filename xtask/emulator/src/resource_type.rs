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

/// The types whose properties are attributes, too.
///
/// <https://github.com/aws-cloudformation/cfn-lint/blob/main/src/cfnlint/schema/_getatts.py>
const GIVES_PROPERTIES: [&str; 6] = [
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::EC2::Subnet",
    "AWS::EC2::VPC",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::SNS::Topic",
    "AWS::SSM::Parameter",
];

pub(crate) fn is_custom(name: &str) -> bool {
    name.starts_with("Custom::") || name == "AWS::CloudFormation::CustomResource"
}

impl ResourceType {
    /// The type of this name, if it is known.
    pub(crate) fn named(name: &str) -> Option<Self> {
        if is_custom(name) {
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

    /// Whether resources of the type can be imported: CloudFormation has to be able to read them.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html>
    pub(crate) fn can_be_imported(self) -> bool {
        // <https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/560>
        !self.open
            && !self.facts.permissions.read.is_empty()
            && self.facts.name != "AWS::Route53::RecordSet"
    }

    pub(crate) fn has_attribute(self, attribute: &str) -> bool {
        let property = attribute.split('.').next().unwrap_or(attribute);
        self.open
            || self.facts.attributes.contains(&attribute)
            || (GIVES_PROPERTIES.contains(&self.facts.name)
                && self.facts.properties.contains(&property))
    }
}
