//! The shape of a template's sections, before anything in them is resolved.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html>

use serde_json::{Map, Value};

use super::attributes;
use super::error::TemplateError;
use super::parameter_shape;

/// The characters of a logical id or of the name of a parameter, mapping, output or export.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
pub(super) const MAX_NAME: usize = 255;

/// The attributes of a mapping.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MAX_ATTRIBUTES: usize = 200;

/// The bytes of an output's description.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html>
const MAX_DESCRIPTION: usize = 1024;

/// The levels of a template (*here*). Saved states have its values some levels deeper, and have to be readable.
const MAX_DEPTH: usize = 100;

const OUTPUT_MEMBERS: &[&str] = &["Condition", "Description", "Export", "Value"];

pub(super) fn check(sections: &Map<String, Value>) -> Result<(), TemplateError> {
    if !sections
        .values()
        .all(|value| is_within(MAX_DEPTH - 1, value))
    {
        return Err(format_error(format!(
            "The template has more than {MAX_DEPTH} levels."
        )));
    }
    refuse_null(sections)?;
    for (name, parameter) in members(sections, "Parameters") {
        parameter_shape::check(name, parameter)?;
    }
    for (name, mapping) in members(sections, "Mappings") {
        check_mapping(name, mapping)?;
    }
    for (name, resource) in members(sections, "Resources") {
        if let Value::Object(resource) = resource {
            check_resource(name, resource)?;
        }
    }
    for (name, output) in members(sections, "Outputs") {
        if let Value::Object(output) = output {
            check_output(name, output)?;
        }
    }
    Ok(())
}

pub(super) fn format_error(message: impl AsRef<str>) -> TemplateError {
    TemplateError(format!("Template format error: {}", message.as_ref()))
}

/// Whether a value is written as a text, a number or a truth value, all of which CloudFormation reads as text.
pub(super) const fn is_scalar(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_))
}

fn is_within(levels: usize, value: &Value) -> bool {
    let deeper = |value: &Value| {
        let levels = levels.checked_sub(1);
        levels.is_some_and(|levels| is_within(levels, value))
    };
    match value {
        Value::Array(items) => levels > 0 && items.iter().all(deeper),
        Value::Object(members) => levels > 0 && members.values().all(deeper),
        _ => true,
    }
}

fn members<'a>(
    sections: &'a Map<String, Value>,
    section: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let members = sections.get(section).and_then(Value::as_object);
    members.into_iter().flatten()
}

/// Refuses `null`, wherever it is.
///
/// Sources: <https://github.com/aws-cloudformation/cfn-lint/issues/38>,
/// <https://github.com/getmoto/moto/pull/4221>
fn refuse_null(sections: &Map<String, Value>) -> Result<(), TemplateError> {
    let mut path = Vec::new();
    if !sections
        .iter()
        .any(|(name, value)| has_null(name, value, &mut path))
    {
        return Ok(());
    }
    path.reverse();
    // CloudFormation writes the properties of a resource below its type.
    if let [section, _, properties, _, ..] = path.as_mut_slice()
        && section == "Resources"
        && properties == "Properties"
    {
        "Type".clone_into(properties);
    }
    Err(TemplateError(format!(
        "[/{}] 'null' values are not allowed in templates",
        path.join("/")
    )))
}

/// Whether a value has a `null`, the path to which is then in `path`, innermost first.
fn has_null(name: &str, value: &Value, path: &mut Vec<String>) -> bool {
    let found = match value {
        Value::Null => true,
        Value::Array(items) => items
            .iter()
            .enumerate()
            .any(|(index, item)| has_null(&index.to_string(), item, path)),
        Value::Object(members) => members
            .iter()
            .any(|(name, member)| has_null(name, member, path)),
        _ => false,
    };
    if found {
        path.push(name.to_owned());
    }
    found
}

/// Checks a mapping: two levels of names, then texts or lists of texts.
///
/// Sources: <https://github.com/cloudtools/troposphere/issues/426>,
/// <https://github.com/aws-cloudformation/cfn-lint/issues/2004>,
/// <https://github.com/awsdocs/aws-cloudformation-user-guide/issues/282>
fn check_mapping(name: &str, mapping: &Value) -> Result<(), TemplateError> {
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(format_error(format!(
            "Mapping name {name} is non alphanumeric."
        )));
    }
    check_length("Mapping name", name)?;
    let mut count = 0;
    for (element, attributes) in map_of("Mappings", name, mapping)? {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
        if element.is_empty() || !element.bytes().all(allowed) {
            return Err(format_error(format!(
                "Mappings element name '{element}' must be non-empty and can contain only \
                 alphanumerics, '-' or '.'"
            )));
        }
        for (attribute, value) in map_of("Mappings", element, attributes)? {
            if attribute.is_empty() || !attribute.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return Err(format_error(format!(
                    "Mappings attribute name '{attribute}' must contain only alphanumeric \
                     characters."
                )));
            }
            let is_text_or_list = match value {
                Value::Array(items) => items.iter().all(is_scalar),
                value => is_scalar(value),
            };
            if !is_text_or_list {
                return Err(format_error(
                    "Every Mappings attribute must be a String or a List.",
                ));
            }
            count += 1;
        }
    }
    if count > MAX_ATTRIBUTES {
        return Err(format_error(format!(
            "Number of attributes of mapping {name}, {count}, is greater than maximum allowed, \
             {MAX_ATTRIBUTES}"
        )));
    }
    Ok(())
}

/// The members of an object that has at least one.
fn map_of<'a>(
    section: &str,
    name: &str,
    value: &'a Value,
) -> Result<&'a Map<String, Value>, TemplateError> {
    value
        .as_object()
        .filter(|members| !members.is_empty())
        .ok_or_else(|| format_error(format!("Every {section} member {name} must be a map")))
}

pub(super) fn check_length(what: &str, name: &str) -> Result<(), TemplateError> {
    if name.chars().count() > MAX_NAME {
        return Err(format_error(format!(
            "{what} {name} is longer than {MAX_NAME} characters."
        )));
    }
    Ok(())
}

/// Sources: <https://github.com/aws-cloudformation/cfn-lint/issues/1630>,
/// <https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1015>
fn check_resource(name: &str, resource: &Map<String, Value>) -> Result<(), TemplateError> {
    for member in ["Type", "Condition"] {
        if resource.get(member).is_some_and(|value| !value.is_string()) {
            return Err(format_error(format!(
                "[/Resources/{name}] Every {member} member must be a string."
            )));
        }
    }
    match resource.get("DependsOn") {
        Some(Value::Array(items)) if !items.iter().all(Value::is_string) => {
            return Err(format_error("Every DependsOn value must be a string."));
        }
        Some(Value::String(_) | Value::Array(_)) | None => {}
        Some(_) => {
            return Err(format_error(
                "DependsOn must be a string or list of strings.",
            ));
        }
    }
    attributes::check(name, resource)
}

/// Sources: <https://github.com/aws-cloudformation/cfn-lint/issues/485>,
/// <https://github.com/aws-cloudformation/cfn-lint/issues/3013>
fn check_output(name: &str, output: &Map<String, Value>) -> Result<(), TemplateError> {
    let unknown: Vec<&str> = output
        .keys()
        .map(String::as_str)
        .filter(|member| !OUTPUT_MEMBERS.contains(member))
        .collect();
    if !unknown.is_empty() {
        return Err(format_error(format!(
            "Invalid outputs property : [{}]",
            unknown.join(", ")
        )));
    }
    for member in ["Condition", "Description"] {
        if output.get(member).is_some_and(|value| !value.is_string()) {
            return Err(format_error(format!(
                "Every {member} member must be a string."
            )));
        }
    }
    let description = output.get("Description").and_then(Value::as_str);
    if description.is_some_and(|text| text.len() > MAX_DESCRIPTION) {
        return Err(format_error(format!(
            "'Description' length of output {name} is greater than {MAX_DESCRIPTION}."
        )));
    }
    if let Some(export) = output.get("Export") {
        let members = export.as_object();
        if !members.is_some_and(|members| members.len() == 1 && members.contains_key("Name")) {
            return Err(malformed_export(name));
        }
    }
    Ok(())
}

/// Source: <https://github.com/aws/aws-cdk/issues/28563>
pub(super) fn malformed_export(output: &str) -> TemplateError {
    format_error(format!(
        "Output {output} is malformed. The Name field of every Export member must be specified and \
         consist only of alphanumeric characters, colons, or hyphens."
    ))
}

/// Whether an export can have this name.
pub(super) fn is_export_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b':' || byte == b'-';
    !name.is_empty() && name.len() <= MAX_NAME && name.bytes().all(allowed)
}
