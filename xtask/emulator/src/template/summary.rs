//! The summary of a template.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::status::Capability;

use super::model::Template;
use super::scalar::plain;
use crate::api::{ResourceIdentifiers, TemplateParameter, TemplateSummary};
use crate::resource_type::ResourceType;

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
    // It was parsed before.
    let sections = cloudformation::template::parse(&template.text).unwrap_or_default();
    let section = |name: &str| sections.get(name).cloned();
    TemplateSummary {
        description: template.description.clone(),
        parameters: hash_order(template.parameters.iter().collect(), |(name, _)| {
            name.as_str()
        })
        .into_iter()
        .map(|(name, definition)| TemplateParameter {
            key: name.clone(),
            allowed: definition.allowed_values.clone(),
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
        version: section("AWSTemplateFormatVersion").map(|version| plain(&version)),
        metadata: section("Metadata").map(|metadata| metadata.to_string()),
        identifiers: identifiers(template),
    }
}

/// What identifies the resources of each type in an import.
fn identifiers(template: &Template) -> Vec<ResourceIdentifiers> {
    let mut types: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, resource) in &template.resources {
        types.entry(&resource.kind).or_default().push(name.clone());
    }
    hash_order(types.into_iter().collect(), |(kind, _)| kind)
        .into_iter()
        .map(|(kind, logical_ids)| ResourceIdentifiers {
            resource_type: kind.to_owned(),
            logical_ids,
            properties: ResourceType::named(kind)
                .filter(|kind| !kind.open)
                .map(|kind| kind.facts.primary_identifier)
                .unwrap_or_default()
                .iter()
                .map(|path| (*path).to_owned())
                .collect(),
        })
        .collect()
}

/// The order in which CloudFormation gives what it keeps in a hash table: that of Java's `HashMap`, as
/// LocalStack's recordings of AWS show it.
///
/// <https://github.com/localstack/localstack/blob/main/tests/aws/services/cloudformation/resources/test_kinesis.snapshot.json>
fn hash_order<T>(mut items: Vec<T>, key: impl Fn(&T) -> &str) -> Vec<T> {
    let mut buckets = 16_usize;
    while items.len() * 4 > buckets * 3 {
        buckets *= 2;
    }
    let mask = u32::try_from(buckets - 1).unwrap_or(u32::MAX);
    let bucket = |text: &str| {
        let hash = text.encode_utf16().fold(0_u32, |hash, unit| {
            hash.wrapping_mul(31).wrapping_add(u32::from(unit))
        });
        (hash ^ (hash >> 16)) & mask
    };
    items.sort_by_key(|item| bucket(key(item)));
    items
}
