//! The summary of a template.

use std::collections::BTreeSet;

use cloudformation::status::Capability;

use super::model::Template;
use crate::api::{TemplateParameter, TemplateSummary};

/// The types that grant permissions, and the property with their custom name.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html#using-iam-capabilities>
const IAM: &[(&str, &str)] = &[
    ("AWS::IAM::AccessKey", ""),
    ("AWS::IAM::Group", "GroupName"),
    ("AWS::IAM::InstanceProfile", "InstanceProfileName"),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName"),
    ("AWS::IAM::Policy", ""),
    ("AWS::IAM::Role", "RoleName"),
    ("AWS::IAM::User", "UserName"),
    ("AWS::IAM::UserToGroupAddition", ""),
];

/// The capability that a template requires, if any, and the types that require it.
pub(crate) fn capabilities_needed(template: &Template) -> Option<(Capability, BTreeSet<&str>)> {
    let mut kinds = BTreeSet::new();
    let mut named = false;
    for resource in template.resources.values() {
        if let Some((kind, name)) = IAM.iter().find(|(kind, _)| *kind == resource.kind) {
            kinds.insert(*kind);
            named |= resource.properties.contains_key(*name);
        }
    }
    let capability = if named {
        Capability::NamedIam
    } else {
        Capability::Iam
    };
    (!kinds.is_empty()).then_some((capability, kinds))
}

/// The answer of `GetTemplateSummary` and `ValidateTemplate`.
pub(crate) fn summarize(template: &Template) -> TemplateSummary {
    let needed = capabilities_needed(template);
    TemplateSummary {
        description: template.description.clone(),
        parameters: template
            .parameters
            .iter()
            .map(|(name, definition)| TemplateParameter {
                key: name.clone(),
                parameter_type: definition.kind.clone(),
                default: definition.default.clone(),
                no_echo: definition.no_echo,
                description: definition.description.clone(),
            })
            .collect(),
        capabilities: needed
            .iter()
            .map(|(capability, _)| capability.clone())
            .collect(),
        capabilities_reason: needed.map(|(_, kinds)| {
            format!(
                "The following resource(s) require capabilities: [{}]",
                kinds.into_iter().collect::<Vec<_>>().join(", ")
            )
        }),
        resource_types: template
            .resources
            .values()
            .map(|resource| resource.kind.clone())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
    }
}
