//! The shape of a parameter's definition.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>

use common_template::check::PARAMETER_TYPES;
use serde_json::{Map, Value};

use super::error::TemplateError;
use super::scalar::plain;
use super::structure::{check_length, format_error, is_scalar};

/// The characters of a description and of the description of a constraint.
const MAX_DESCRIPTION: usize = 4000;

const MEMBERS: &[&str] = &[
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "Default",
    "Description",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
    "Type",
];

/// The types of one value beside those that name something of AWS. CloudFormation also takes every `List<…>` and every
/// `AWS::SSM::Parameter::Value<…>`: <https://github.com/aws-cloudformation/cfn-lint/pull/4361>
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html>
const TYPES: [&str; 4] = [
    "AWS::SSM::Parameter::Name",
    "CommaDelimitedList",
    "Number",
    "String",
];

/// The texts are in [senza#94](https://github.com/zalando-stups/senza/pull/94),
/// [cfn-lint#1295](https://github.com/aws-cloudformation/cfn-lint/issues/1295) and
/// [cfn-lint#624](https://github.com/aws-cloudformation/cfn-lint/pull/624).
pub(super) fn check(name: &str, parameter: &Value) -> Result<(), TemplateError> {
    check_length("Parameter name", name)?;
    let Value::Object(members) = parameter else {
        return Err(format_error("Any Parameters member must be a JSON object."));
    };
    if let Some(unknown) = members.keys().find(|key| !MEMBERS.contains(&key.as_str())) {
        return Err(TemplateError(format!(
            "Invalid template parameter property '{unknown}'"
        )));
    }
    check_values(members)?;
    let Some(kind) = members.get("Type") else {
        return Err(format_error(
            "Every Parameters object must contain a Type member.",
        ));
    };
    let kind = kind
        .as_str()
        .ok_or_else(|| format_error("Every Type member must be a string."))?;
    if !is_type(kind) {
        return Err(format_error(format!("Unrecognized parameter type: {kind}")));
    }
    check_constraints(name, Constraints { kind, members })
}

fn is_type(kind: &str) -> bool {
    let is_generic = |prefix: &str| {
        kind.strip_prefix(prefix)
            .and_then(|rest| rest.strip_suffix('>'))
            .is_some_and(|inner| !inner.is_empty())
    };
    TYPES.contains(&kind)
        || PARAMETER_TYPES.contains(&kind)
        || is_generic("List<")
        || is_generic("AWS::SSM::Parameter::Value<")
}

/// Checks that each member has a value of its kind.
fn check_values(members: &Map<String, Value>) -> Result<(), TemplateError> {
    for (key, value) in members {
        match key.as_str() {
            "AllowedValues" => {
                let Value::Array(items) = value else {
                    return Err(format_error("Every AllowedValues member must be a list."));
                };
                if !items.iter().all(is_scalar) {
                    return Err(format_error("Every AllowedValues value must be a string."));
                }
            }
            "MinLength" | "MaxLength" if plain(value).parse::<u64>().is_err() => {
                return Err(not_a_number(key));
            }
            "MinValue" | "MaxValue" if number(value).is_none() => return Err(not_a_number(key)),
            "NoEcho" if !matches!(plain(value).to_lowercase().as_str(), "true" | "false") => {
                return Err(format_error("Every NoEcho member must be a boolean."));
            }
            "Type" => {}
            _ if !is_scalar(value) => {
                return Err(format_error(format!(
                    "Every {key} member must be a string."
                )));
            }
            "Description" | "ConstraintDescription"
                if plain(value).chars().count() > MAX_DESCRIPTION =>
            {
                return Err(format_error(format!(
                    "{key} must be no longer than {MAX_DESCRIPTION} characters."
                )));
            }
            _ => {}
        }
    }
    Ok(())
}

fn not_a_number(key: &str) -> TemplateError {
    format_error(format!("Every {key} member must be a number."))
}

fn number(value: &Value) -> Option<f64> {
    let number = plain(value).parse().ok();
    number.filter(|number: &f64| number.is_finite())
}

struct Constraints<'a> {
    kind: &'a str,
    members: &'a Map<String, Value>,
}

/// Checks that constraints fit the type, and each other.
fn check_constraints(name: &str, constraints: Constraints<'_>) -> Result<(), TemplateError> {
    let Constraints { kind, members } = constraints;
    let is_number = matches!(kind, "Number" | "List<Number>");
    let foreign: (&[&str], &str) = if is_number {
        (&["AllowedPattern", "MaxLength", "MinLength"], "String")
    } else {
        (&["MaxValue", "MinValue"], "Number")
    };
    if let Some(constraint) = foreign.0.iter().find(|key| members.contains_key(**key)) {
        return Err(TemplateError(format!(
            "Template error: Parameter '{name}' {constraint} must be on a parameter of type {}",
            foreign.1
        )));
    }
    for (least, most) in [("MinLength", "MaxLength"), ("MinValue", "MaxValue")] {
        let bound = |key| members.get(key).and_then(number);
        if let (Some(lower), Some(upper)) = (bound(least), bound(most))
            && lower > upper
        {
            return Err(TemplateError(format!(
                "Template error: Parameter '{name}' {least} must be less than {most}."
            )));
        }
    }
    Ok(())
}
