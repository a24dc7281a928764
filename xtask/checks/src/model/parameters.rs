//! Parameters: what a deployment gives, or else their defaults.

use std::collections::BTreeMap;

use cloudformation::template::{attribute, entries};
use serde_json::Value;

use super::Stack;

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Assignment<'a> {
    /// A text, or a list of texts.
    Known(Text<'a>),
    /// Some value other than those that conditions compare it with.
    Other,
    /// A deployment gives it, or it is a secret, or Systems Manager keeps it.
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Text<'a> {
    Single(std::borrow::Cow<'a, str>),
    List(Vec<std::borrow::Cow<'a, str>>),
}

/// The values that parameters have without a decision of our own.
pub(super) fn given_or_default(stack: &Stack) -> BTreeMap<&str, Assignment<'_>> {
    entries(&stack.template, "Parameters")
        .map(|(name, body)| {
            let given = stack.parameters.get(name).map(|text| text.as_str().into());
            let text = given.or_else(|| body.get("Default").and_then(scalar_text));
            let assignment = text.map_or(Assignment::Unknown, |text| assignment(body, text));
            (name, assignment)
        })
        .collect()
}

/// The assignment of a text to a parameter with this definition.
pub(super) fn assignment<'a>(body: &Value, text: std::borrow::Cow<'a, str>) -> Assignment<'a> {
    let kind = attribute(body, "Type").unwrap_or_default();
    let is_secret = body
        .get("NoEcho")
        .is_some_and(|value| value == true || value == "true");
    // Of a parameter of Systems Manager the text is its name there.
    if is_secret || kind.starts_with("AWS::SSM::Parameter::") {
        return Assignment::Unknown;
    }
    if kind == "CommaDelimitedList" || kind.starts_with("List<") {
        let items = text.split(',').map(|item| item.trim().to_owned().into());
        return Assignment::Known(Text::List(items.collect()));
    }
    Assignment::Known(Text::Single(text))
}

/// A text, or a number or boolean as the text that CloudFormation makes of it.
pub(super) fn scalar_text(value: &Value) -> Option<std::borrow::Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.as_str().into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(on) => Some(if *on { "true" } else { "false" }.into()),
        _ => None,
    }
}
