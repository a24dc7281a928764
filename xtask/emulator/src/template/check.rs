//! The checks of a template that precede every operation.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::template::References;

use super::calls::{self, PSEUDO_PARAMETERS};
use super::dynamic;
use super::error::TemplateError;
use super::evaluate::unsupported_attribute;
use super::model::Template;
use super::parameters;
use super::parse::{Conditions, parse};
use super::rules;
use super::structure::check_length;
use crate::options::UnknownTypes;
use crate::resource_type::ResourceType;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MAX_BODY: usize = 51_200;
const MAX_DESCRIPTION: usize = 1024;
const MAX_RESOURCES: usize = 500;
const MAX_OUTPUTS: usize = 200;
const MAX_PARAMETERS: usize = 200;
const MAX_MAPPINGS: usize = 200;

/// Types whose resources are made of other ones, which is not modelled.
const COMPOSED: &[(&str, &str)] = &[
    ("AWS::CloudFormation::Stack", "nested stacks"),
    (
        "AWS::Serverless::",
        "the transform AWS::Serverless-2016-10-31",
    ),
];

pub(crate) fn check(text: &str, unknown_types: UnknownTypes) -> Result<Template, TemplateError> {
    if text.len() > MAX_BODY {
        return Err(TemplateError(format!(
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: \
             Member must have length less than or equal to {MAX_BODY}"
        )));
    }
    let template = parse(text)?;
    limits(&template)?;
    names(&template)?;
    types(&template, unknown_types)?;
    parameters::check_patterns(&template)?;
    defaults(&template)?;
    calls::check(&template)?;
    references(&template)?;
    rules::check(&template)?;
    dynamic::check_count(&template)?;
    cycles(&template)?;
    Ok(template)
}

fn limits(template: &Template) -> Result<(), TemplateError> {
    if template
        .description
        .as_ref()
        .is_some_and(|text| text.len() > MAX_DESCRIPTION)
    {
        return Err(TemplateError(format!(
            "Template format error: 'Description' length is greater than {MAX_DESCRIPTION}."
        )));
    }
    let counts = [
        ("resources", template.resources.len(), MAX_RESOURCES),
        ("outputs", template.outputs.len(), MAX_OUTPUTS),
        ("parameters", template.parameters.len(), MAX_PARAMETERS),
        ("mappings", template.mappings.len(), MAX_MAPPINGS),
    ];
    for (what, count, most) in counts {
        if count > most {
            return Err(TemplateError(format!(
                "Template format error: Number of {what}, {count}, is greater than maximum \
                 allowed, {most}"
            )));
        }
    }
    Ok(())
}

fn names(template: &Template) -> Result<(), TemplateError> {
    let sections = [
        (
            "Resource name",
            template.resources.keys().collect::<Vec<_>>(),
        ),
        ("Output name", template.outputs.keys().collect()),
        ("Parameter name", template.parameters.keys().collect()),
    ];
    for (what, names) in sections {
        for name in names {
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return Err(TemplateError(format!(
                    "Template format error: {what} {name} is non alphanumeric."
                )));
            }
            check_length(what, name)?;
        }
    }
    let common: Vec<&str> = template
        .resources
        .keys()
        .map(String::as_str)
        .filter(|name| template.parameters.contains_key(*name))
        .collect();
    if !common.is_empty() {
        return Err(TemplateError(format!(
            "Template error: all resources and parameters must have unique names. Common name(s):[{}]",
            list(common)
        )));
    }
    Ok(())
}

/// Checks that each parameter allows its own default.
///
/// Source: <https://github.com/aws-samples/aws-service-catalog-reference-architectures/pull/23>
fn defaults(template: &Template) -> Result<(), TemplateError> {
    for (name, definition) in &template.parameters {
        if let Some(default) = &definition.default {
            parameters::check(name, definition, default)?;
        }
    }
    Ok(())
}

fn types(template: &Template, unknown_types: UnknownTypes) -> Result<(), TemplateError> {
    let unknown: BTreeSet<&str> = template
        .resources
        .values()
        .map(|resource| resource.kind.as_str())
        .filter(|kind| ResourceType::named(kind).is_none())
        .collect();
    for (prefix, what) in COMPOSED {
        if let Some(kind) = unknown.iter().find(|kind| kind.starts_with(prefix)) {
            return Err(TemplateError(format!(
                "The local CloudFormation does not model {what}: {kind}"
            )));
        }
    }
    let refused: BTreeSet<&str> = match unknown_types {
        UnknownTypes::Refuse => unknown,
        UnknownTypes::Accept => {
            let malformed = unknown.into_iter().filter(|kind| !is_type_name(kind));
            malformed.collect()
        }
    };
    if refused.is_empty() {
        return Ok(());
    }
    let hint = if refused.iter().any(|kind| is_type_name(kind)) {
        ". The local CloudFormation has no model of them; `emulator --accept-unknown-types` takes \
         them unchecked."
    } else {
        ""
    };
    Err(TemplateError(format!(
        "Template format error: Unrecognized resource types: [{}]{hint}",
        list(refused)
    )))
}

/// Whether a text has the form of a type's name: `Organization::Service::Resource`. A module, with a fourth part, is made of
/// other resources.
///
/// <https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html>
fn is_type_name(name: &str) -> bool {
    let parts: Vec<&str> = name.split("::").collect();
    let mut bytes = parts.iter().map(|part| part.as_bytes());
    parts.len() == 3
        && bytes.all(|part| !part.is_empty() && part.iter().all(u8::is_ascii_alphanumeric))
}

fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

fn references(template: &Template) -> Result<(), TemplateError> {
    let mut in_resources = References::default();
    let mut unresolved = BTreeSet::new();
    for resource in template.resources.values() {
        let values = resource.properties.values();
        values
            .chain(resource.attributes.values())
            .for_each(|value| in_resources.collect(value));
        in_resources.conditions.extend(resource.condition.clone());
        for need in &resource.dependencies {
            if !template.resources.contains_key(need) {
                unresolved.insert(need.as_str());
            }
        }
    }
    block(template, &in_resources, unresolved, "Resources")?;
    let mut in_outputs = References::default();
    for output in template.outputs.values() {
        in_outputs.collect(&output.value);
        if let Some(export) = &output.export {
            in_outputs.collect(export);
        }
        in_outputs.conditions.extend(output.condition.clone());
    }
    block(template, &in_outputs, BTreeSet::new(), "Outputs")?;
    conditions(template, &template.conditions)
}

fn block<'a>(
    template: &'a Template,
    references: &'a References,
    mut unresolved: BTreeSet<&'a str>,
    section: &str,
) -> Result<(), TemplateError> {
    unresolved.extend(
        references
            .identifiers()
            .filter(|name| !is_known(template, name)),
    );
    if !unresolved.is_empty() {
        return Err(TemplateError(format!(
            "Template format error: Unresolved resource dependencies [{}] in the {section} block \
             of the template",
            list(unresolved)
        )));
    }
    for (name, attribute) in references.attributes() {
        let Some(resource) = template.resources.get(name) else {
            return Err(TemplateError(format!(
                "Template error: instance of Fn::GetAtt references undefined resource {name}"
            )));
        };
        // A type without a model has whatever is asked for.
        if let Some(attribute) = attribute
            && let Some(kind) = ResourceType::named(&resource.kind)
            && !kind.has_attribute(attribute)
        {
            return Err(unsupported_attribute(name, attribute));
        }
    }
    for mapping in &references.mappings {
        if !template.mappings.contains_key(mapping) {
            return Err(TemplateError(format!(
                "Template error: Mapping named '{mapping}' is not present in the 'Mappings' \
                 section of template"
            )));
        }
    }
    for condition in &references.conditions {
        if !template.conditions.contains_key(condition) {
            return Err(TemplateError(format!(
                "Template format error: Unresolved condition dependency {condition} in the \
                 {section} block of the template"
            )));
        }
    }
    Ok(())
}

fn is_known(template: &Template, name: &str) -> bool {
    PSEUDO_PARAMETERS.contains(&name)
        || template.parameters.contains_key(name)
        || template.resources.contains_key(name)
}

fn conditions(template: &Template, conditions: &Conditions) -> Result<(), TemplateError> {
    for value in conditions.values() {
        let references = References::of(value);
        let foreign: BTreeSet<&str> = references
            .targets()
            .filter(|name| {
                !PSEUDO_PARAMETERS.contains(name) && !template.parameters.contains_key(*name)
            })
            .collect();
        if !foreign.is_empty() {
            return Err(TemplateError(format!(
                "Template format error: Unresolved dependencies [{}]. Cannot reference resources \
                 in the Conditions block of the template",
                list(foreign)
            )));
        }
        for name in &references.conditions {
            if !conditions.contains_key(name) {
                return Err(TemplateError(format!(
                    "Template format error: Unresolved condition dependency {name} in the \
                     Conditions block of the template"
                )));
            }
        }
    }
    Ok(())
}

/// Checks that no resource depends on itself, directly or indirectly.
fn cycles(template: &Template) -> Result<(), TemplateError> {
    let mut waiting: BTreeMap<&str, BTreeSet<&str>> = template
        .resources
        .iter()
        .map(|(name, resource)| {
            (
                name.as_str(),
                resource.dependencies.iter().map(String::as_str).collect(),
            )
        })
        .collect();
    // Remove resources without remaining dependencies, then those without dependents: cycles
    // remain.
    loop {
        let ready: Vec<&str> = waiting
            .iter()
            .filter(|(_, needs)| needs.iter().all(|need| !waiting.contains_key(need)))
            .map(|(name, _)| *name)
            .collect();
        if ready.is_empty() {
            break;
        }
        for name in ready {
            waiting.remove(name);
        }
    }
    loop {
        let needed: BTreeSet<&str> = waiting.values().flatten().copied().collect();
        let before = waiting.len();
        waiting.retain(|name, _| needed.contains(name));
        if waiting.len() == before {
            break;
        }
    }
    if waiting.is_empty() {
        Ok(())
    } else {
        Err(TemplateError(format!(
            "Circular dependency between resources: [{}]",
            list(waiting.into_keys())
        )))
    }
}
