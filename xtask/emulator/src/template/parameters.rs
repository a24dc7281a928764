//! Values of parameters.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::{Parameter, ParameterValue};
use regex_lite::Regex;
use serde_json::Value;

use super::error::TemplateError;
use super::model::{ParameterDefinition, Template};

/// Resolves the parameters of a template from the values of a request, the previous values of the
/// stack where these are requested, and defaults.
pub(crate) fn resolve(
    template: &Template,
    given: &[Parameter],
    previous: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, TemplateError> {
    let unknown: Vec<&str> = given
        .iter()
        .map(|parameter| parameter.name.as_str())
        .filter(|key| !template.parameters.contains_key(*key))
        .collect();
    if !unknown.is_empty() {
        return Err(TemplateError(format!(
            "Parameters: [{}] do not exist in the template",
            unknown.join(", ")
        )));
    }
    check_given(given)?;
    let mut values = BTreeMap::new();
    let mut missing = Vec::new();
    for (name, definition) in &template.parameters {
        let value = match given.iter().find(|parameter| parameter.name == *name) {
            Some(parameter) => match &parameter.value {
                ParameterValue::Previous => previous.get(name).cloned(),
                ParameterValue::Given(value) => Some(value.clone()),
            },
            None => definition.default.clone(),
        };
        let Some(value) = value else {
            missing.push(name.as_str());
            continue;
        };
        check(name, definition, &value)?;
        values.insert(name.clone(), value);
    }
    if missing.is_empty() {
        Ok(values)
    } else {
        Err(TemplateError(format!(
            "Parameters: [{}] must have values",
            missing.join(", ")
        )))
    }
}

/// The bytes of a value.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MAX_VALUE: usize = 4096;

/// Checks that each parameter is given once, with a value that is not too long.
fn check_given(given: &[Parameter]) -> Result<(), TemplateError> {
    let mut seen = BTreeSet::new();
    let mut repeated = BTreeSet::new();
    for (index, parameter) in given.iter().enumerate() {
        if !seen.insert(parameter.name.as_str()) {
            repeated.insert(parameter.name.as_str());
        }
        if let ParameterValue::Given(value) = &parameter.value
            && value.len() > MAX_VALUE
        {
            return Err(TemplateError(format!(
                "1 validation error detected: Value at 'parameters.{}.member.parameterValue' failed to \
                 satisfy constraint: Member must have length less than or equal to {MAX_VALUE}",
                index + 1
            )));
        }
    }
    if repeated.is_empty() {
        return Ok(());
    }
    let repeated: Vec<&str> = repeated.into_iter().collect();
    Err(TemplateError(format!(
        "Parameters: [{}] are given more than once",
        repeated.join(", ")
    )))
}

pub(super) fn check(
    name: &str,
    definition: &ParameterDefinition,
    value: &str,
) -> Result<(), TemplateError> {
    let refuse = |otherwise: String| {
        Err(TemplateError(match &definition.constraint {
            Some(constraint) => {
                format!("Parameter {name} failed to satisfy constraint: {constraint}")
            }
            None => otherwise,
        }))
    };
    if definition.kind == "Number" {
        let Ok(number) = value.parse::<f64>() else {
            return refuse(format!("Parameter '{name}' must be a number."));
        };
        if definition.min_value.is_some_and(|least| number < least) {
            return refuse(format!(
                "Parameter '{name}' must be a number not less than {}",
                definition.min_value.unwrap_or_default()
            ));
        }
        if definition.max_value.is_some_and(|most| number > most) {
            return refuse(format!(
                "Parameter '{name}' must be a number not greater than {}",
                definition.max_value.unwrap_or_default()
            ));
        }
    }
    let length = value.chars().count() as u64;
    if definition.min_length.is_some_and(|least| length < least) {
        return refuse(format!(
            "Parameter '{name}' must contain at least {} characters",
            definition.min_length.unwrap_or_default()
        ));
    }
    if definition.max_length.is_some_and(|most| length > most) {
        return refuse(format!(
            "Parameter '{name}' must contain at most {} characters",
            definition.max_length.unwrap_or_default()
        ));
    }
    if !definition.allowed_values.is_empty()
        && !values_of(definition, value).all(|value| {
            definition
                .allowed_values
                .iter()
                .any(|allowed| allowed == value)
        })
    {
        return refuse(format!("Parameter '{name}' must be one of AllowedValues"));
    }
    if let Some(pattern) = &definition.allowed_pattern {
        // The pattern must match the whole value.
        let Ok(regex) = Regex::new(&format!("^(?:{pattern})$")) else {
            return Err(TemplateError(format!(
                "Template format error: AllowedPattern {pattern} is not a regular expression"
            )));
        };
        if !regex.is_match(value) {
            return refuse(format!("Parameter '{name}' must match pattern {pattern}"));
        }
    }
    Ok(())
}

fn values_of<'a>(
    definition: &ParameterDefinition,
    value: &'a str,
) -> impl Iterator<Item = &'a str> + use<'a> {
    let list = is_list(definition);
    value
        .split(move |character| list && character == ',')
        .map(move |value| if list { value.trim() } else { value })
}

pub(super) fn is_list(definition: &ParameterDefinition) -> bool {
    definition.kind == "CommaDelimitedList" || definition.kind.contains("List<")
}

/// `Ref` of a parameter.
pub(super) fn reference(definition: &ParameterDefinition, value: &str) -> Value {
    if is_list(definition) {
        Value::Array(
            value
                .split(',')
                .map(|item| Value::String(item.trim().to_owned()))
                .collect(),
        )
    } else {
        Value::String(value.to_owned())
    }
}
