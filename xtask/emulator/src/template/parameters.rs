//! Values of parameters.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::{Parameter, ParameterValue};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::TemplateError;
use super::model::{ParameterDefinition, Template};
use super::pattern::Pattern;
use crate::inventory::ParameterStore;

/// The values of a stack's parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ParameterValues {
    /// As they were given, by name.
    pub(crate) given: BTreeMap<String, String>,
    /// What the parameters of SSM held that they name: `ResolvedValue`.
    #[serde(default)]
    pub(crate) resolved: BTreeMap<String, String>,
    /// `AWS::NotificationARNs`.
    #[serde(default)]
    pub(crate) notification_arns: Vec<String>,
}

impl ParameterValues {
    /// What `Ref` returns, as text.
    pub(super) fn reference(&self, name: &str) -> &str {
        let value = self.resolved.get(name).or_else(|| self.given.get(name));
        value.map_or("", String::as_str)
    }
}

/// Reads the parameters of SSM that parameters name: `AWS::SSM::Parameter::Value<…>`, of which `Ref`
/// returns the value, and `AWS::SSM::Parameter::Name`, which only have to exist.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html>
/// The texts: <https://github.com/aws/aws-cdk/issues/15783>, <https://github.com/aws/aws-cdk/issues/15135>.
pub(crate) fn resolve_stored(
    template: &Template,
    given: BTreeMap<String, String>,
    store: ParameterStore<'_>,
) -> Result<ParameterValues, TemplateError> {
    let mut resolved = BTreeMap::new();
    let (mut missing, mut secure) = (Vec::new(), Vec::new());
    for (name, definition) in &template.parameters {
        let is_value = definition.kind.starts_with("AWS::SSM::Parameter::Value<");
        if !is_value && definition.kind != "AWS::SSM::Parameter::Name" {
            continue;
        }
        let Some(key) = given.get(name) else {
            continue;
        };
        match store.get(key, None) {
            None => missing.push(key.as_str()),
            Some(stored) if stored.secure && is_value => secure.push(key.as_str()),
            Some(stored) if is_value => {
                resolved.insert(name.clone(), stored.value);
            }
            Some(_) => {}
        }
    }
    if !missing.is_empty() {
        return Err(TemplateError(format!(
            "Unable to fetch parameters [{}] from parameter store for this account.",
            missing.join(",")
        )));
    }
    if !secure.is_empty() {
        return Err(TemplateError(format!(
            "Parameters [{}] referenced by template have types not supported by CloudFormation.",
            secure.join(",")
        )));
    }
    Ok(ParameterValues {
        given,
        resolved,
        notification_arns: Vec::new(),
    })
}

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
    if matches!(definition.kind.as_str(), "Number" | "List<Number>") {
        let is_number = |text: &str| text.parse::<f64>().is_ok_and(f64::is_finite);
        if !values_of(definition, value).all(is_number) {
            return refuse(format!("Parameter '{name}' must be a number."));
        }
    }
    if let Ok(number) = value.parse::<f64>()
        && definition.kind == "Number"
    {
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
        // Of a list, every item has to match.
        let regex = compile(pattern)?;
        for value in values_of(definition, value) {
            match regex.matches(value) {
                Ok(true) => {}
                Ok(false) => {
                    return refuse(format!("Parameter '{name}' must match pattern {pattern}"));
                }
                Err(error) => {
                    return Err(TemplateError(format!(
                        "Template format error: AllowedPattern {pattern}: {error}"
                    )));
                }
            }
        }
    }
    Ok(())
}

fn compile(pattern: &str) -> Result<Pattern, TemplateError> {
    Pattern::new(pattern).map_err(|error| {
        TemplateError(format!(
            "Template format error: AllowedPattern {pattern} is not a regular expression: {error}"
        ))
    })
}

/// Checks that every `AllowedPattern` is a regular expression.
pub(super) fn check_patterns(template: &Template) -> Result<(), TemplateError> {
    template
        .parameters
        .values()
        .filter_map(|definition| definition.allowed_pattern.as_deref())
        .try_for_each(|pattern| compile(pattern).map(drop))
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
    let kind = definition.kind.as_str();
    kind.ends_with("CommaDelimitedList")
        || kind.ends_with("<CommaDelimitedList>")
        || kind.contains("List<")
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
