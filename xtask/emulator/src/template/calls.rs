//! The form of each call of a function, before any of them is evaluated.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>

use cloudformation::template::{AttributeName, Call, Function, Part, References, Sub};
use serde_json::{Map, Value};

use super::error::{TemplateError, invalid};
use super::functions::{FUNCTIONS, malformed};
use super::model::Template;
use super::parameters::is_list;
use super::scalar::plain;
use super::structure::{format_error, is_export_name, malformed_export};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html>
pub(super) const PSEUDO_PARAMETERS: &[&str] = &[
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// The operands of `Fn::And` and `Fn::Or`.
const OPERANDS: std::ops::RangeInclusive<usize> = 2..=10;

/// What a value is known to be before it is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    List,
    Map,
    Unknown,
}

/// Where a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Conditions,
    Elsewhere,
}

pub(super) fn check(template: &Template) -> Result<(), TemplateError> {
    let checker = Checker { template };
    for condition in template.conditions.values() {
        checker.condition(condition)?;
    }
    for resource in template.resources.values() {
        for value in resource.properties.values() {
            checker.value(value, Place::Elsewhere)?;
        }
        for value in resource.attributes.values() {
            checker.value(value, Place::Elsewhere)?;
        }
    }
    for (name, output) in &template.outputs {
        checker.value(&output.value, Place::Elsewhere)?;
        match checker.kind(&output.value) {
            Kind::List => {
                return Err(format_error(
                    "The Value field of every Outputs member must evaluate to a String and not a \
                     List.",
                ));
            }
            Kind::Map => return Err(format_error("Every Value member must be a string.")),
            Kind::Text | Kind::Unknown => {}
        }
        if let Some(export) = &output.export {
            checker.export(name, export)?;
        }
    }
    Ok(())
}

struct Checker<'a> {
    template: &'a Template,
}

impl Checker<'_> {
    fn value(&self, value: &Value, place: Place) -> Result<(), TemplateError> {
        if let Some(call) = Call::of(value) {
            return self.call(call, place);
        }
        match value {
            Value::Object(members) => {
                if let Some(function) = members.keys().find(|name| is_function(name, members)) {
                    return Err(TemplateError(format!(
                        "Template error: {function} must be the only member of its object"
                    )));
                }
                members
                    .values()
                    .try_for_each(|value| self.value(value, place))
            }
            Value::Array(items) => items.iter().try_for_each(|value| self.value(value, place)),
            _ => Ok(()),
        }
    }

    /// A condition, or an operand of one.
    fn condition(&self, value: &Value) -> Result<(), TemplateError> {
        match Call::of(value) {
            Some(
                call @ Call {
                    name: "Condition" | "Fn::And" | "Fn::Equals" | "Fn::Not" | "Fn::Or",
                    ..
                },
            ) => self.call(call, Place::Conditions),
            Some(call) if !FUNCTIONS.contains(&call.name) => Err(unsupported(call.name)),
            _ => Err(format_error(
                "Conditions can only be boolean operations on parameters and other conditions",
            )),
        }
    }

    fn call(&self, call: Call<'_>, place: Place) -> Result<(), TemplateError> {
        let items = call.argument.as_array().map(Vec::as_slice);
        match (call.name, items) {
            ("Ref", _) => match call.argument {
                Value::String(name) if !name.is_empty() => Ok(()),
                _ => Err(invalid(
                    "every Ref object",
                    "must have a single String value.",
                )),
            },
            ("Condition", _) => Ok(()),
            ("Fn::And" | "Fn::Equals" | "Fn::Not" | "Fn::Or", _) if place != Place::Conditions => {
                Err(invalid(call.name, "is only allowed in Conditions"))
            }
            ("Fn::And" | "Fn::Or", Some(items)) if OPERANDS.contains(&items.len()) => {
                items.iter().try_for_each(|item| self.condition(item))
            }
            ("Fn::Not", Some([item])) => self.condition(item),
            ("Fn::Equals", Some(sides @ [_, _])) if sides.iter().all(|side| self.is_text(side)) => {
                sides.iter().try_for_each(|side| self.value(side, place))
            }
            ("Fn::If" | "Fn::ImportValue", _) if place == Place::Conditions => Err(TemplateError(
                format!("Template error: Cannot use {} in Conditions.", call.name),
            )),
            ("Fn::If", Some([Value::String(condition), then, otherwise])) => {
                if !self.template.conditions.contains_key(condition) {
                    return Err(TemplateError(format!(
                        "Template error: unresolved condition dependency {condition} in Fn::If"
                    )));
                }
                self.value(then, place)?;
                self.value(otherwise, place)
            }
            ("Fn::If", Some([_, _, _])) => Err(invalid(
                "Fn::If",
                "requires a list argument with the first element being a condition",
            )),
            ("Fn::GetAtt", _) => match call.function() {
                Function::GetAtt(get_att)
                    if !get_att.target.is_empty()
                        && get_att.attribute != AttributeName::Literal("") =>
                {
                    Ok(())
                }
                _ => Err(malformed(call.name)),
            },
            ("Fn::Sub", _) => match Sub::of(call.argument) {
                Some(sub) => self.sub(sub, place),
                None => Err(malformed(call.name)),
            },
            ("Fn::ImportValue", _) => self.import(call.argument, place),
            ("Fn::Join", Some([Value::String(_), list])) if self.is_list_of_texts(list) => {
                self.value(list, place)
            }
            ("Fn::Select", Some([index, list])) => {
                self.select(index, list)?;
                self.value(index, place)?;
                self.value(list, place)
            }
            ("Fn::Split", Some([Value::String(delimiter), text]))
                if !delimiter.is_empty() && self.is_text(text) =>
            {
                self.value(text, place)
            }
            // `DefaultValue`, a fourth argument, takes the transform `AWS::LanguageExtensions`.
            ("Fn::FindInMap", Some(arguments @ [_, _, _]))
                if arguments.iter().all(|argument| self.is_key(argument)) =>
            {
                self.find_in_map(arguments)?;
                arguments
                    .iter()
                    .try_for_each(|argument| self.value(argument, place))
            }
            ("Fn::Cidr", Some([_, count, rest @ ..])) if rest.len() < 2 => {
                let is_count = |count: u32| (1..=256).contains(&count);
                if self
                    .literal(count)
                    .is_some_and(|text| !text.parse().is_ok_and(is_count))
                {
                    return Err(malformed(call.name));
                }
                self.value(call.argument, place)
            }
            ("Fn::Base64" | "Fn::GetAZs", _) if self.is_text(call.argument) => {
                self.value(call.argument, place)
            }
            (name, _) if !FUNCTIONS.contains(&name) => Err(unsupported(name)),
            (name, _) => Err(malformed(name)),
        }
    }

    /// Sources: <https://github.com/kirodotdev/KiroCrew/pull/2596>,
    /// <https://github.com/sid88in/serverless-appsync-plugin/issues/209>,
    /// <https://github.com/aws-cloudformation/cfn-lint/issues/390>,
    /// <https://github.com/serverless-operations/serverless-step-functions/issues/203>
    fn sub(&self, sub: Sub<'_>, place: Place) -> Result<(), TemplateError> {
        for value in sub.variables.into_iter().flat_map(Map::values) {
            if !self.is_text(value) {
                return Err(TemplateError(
                    "Template error: every value of the context object of every Fn::Sub object \
                     must be a string or a function that returns a string"
                        .to_owned(),
                ));
            }
            self.value(value, place)?;
        }
        let is_name = |name: &str| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|character| character.is_ascii_alphanumeric() || "_.:".contains(character))
        };
        for part in sub.parts() {
            let (name, is_valid) = match part {
                Part::Ref(name) => (name, is_name(name)),
                Part::GetAtt { target, attribute } => {
                    (target, is_name(target) && is_name(attribute))
                }
                Part::Text(_) | Part::Escaped(_) | Part::Variable(_) => continue,
            };
            if !is_valid {
                return Err(TemplateError(
                    "Template error: variable names in Fn::Sub syntax must contain only \
                     alphanumeric characters, underscores, periods, and colons"
                        .to_owned(),
                ));
            }
            if let Part::GetAtt { target, attribute } = part
                && !self.template.resources.contains_key(target)
                && place == Place::Elsewhere
            {
                return Err(TemplateError(format!(
                    "Template error: instance of Fn::Sub references invalid resource attribute \
                     {target}.{attribute}"
                )));
            }
            if matches!(part, Part::Ref(_)) && self.reference(name) == Kind::List {
                return Err(TemplateError(format!(
                    "Template error: variable {name} in Fn::Sub expression does not resolve to a \
                     string"
                )));
            }
        }
        Ok(())
    }

    /// Source: <https://github.com/kubernetes-retired/kube-aws/issues/1304>
    fn import(&self, name: &Value, place: Place) -> Result<(), TemplateError> {
        if !self.is_text(name) {
            return Err(malformed("Fn::ImportValue"));
        }
        self.value(name, place)?;
        if self.depends_on_resources(name) {
            return Err(TemplateError(
                "Template error: the attribute in Fn::ImportValue must not depend on any resources, \
                 imported values, or Fn::GetAZs"
                    .to_owned(),
            ));
        }
        Ok(())
    }

    /// Source: <https://github.com/aws-cloudformation/cfn-lint/issues/1632>
    fn export(&self, output: &str, name: &Value) -> Result<(), TemplateError> {
        self.value(name, Place::Elsewhere)?;
        if self.depends_on_resources(name) {
            return Err(format_error(format!(
                "Output {output} is malformed.  The Name field of Export must not depend on any \
                 resources, imported values, or Fn::GetAZs."
            )));
        }
        let is_literal_name = name.as_str().is_none_or(is_export_name);
        if !is_literal_name || !self.is_text(name) {
            return Err(malformed_export(output));
        }
        Ok(())
    }

    /// Whether a name can't be known before resources are.
    fn depends_on_resources(&self, name: &Value) -> bool {
        let references = References::of(name);
        let mut targets = references.targets();
        references.functions.contains("Fn::ImportValue")
            || references.functions.contains("Fn::GetAZs")
            || targets.any(|target| self.template.resources.contains_key(target))
    }

    fn select(&self, index: &Value, list: &Value) -> Result<(), TemplateError> {
        let index = match self.literal(index) {
            None if self.is_text(index) => None,
            None => return Err(malformed("Fn::Select")),
            Some(text) => match text.parse::<usize>() {
                Ok(index) => Some(index),
                Err(_) => return Err(malformed("Fn::Select")),
            },
        };
        match (self.kind(list), list) {
            (Kind::List, Value::Array(items)) => match index {
                Some(index) if index >= items.len() => Err(invalid(
                    "Fn::Select",
                    &format!("cannot select nonexistent value at index {index}"),
                )),
                _ => Ok(()),
            },
            (Kind::List | Kind::Unknown, _) => Ok(()),
            (Kind::Text | Kind::Map, _) => Err(malformed("Fn::Select")),
        }
    }

    /// Checks what is literal of a mapping and its keys.
    fn find_in_map(&self, arguments: &[Value]) -> Result<(), TemplateError> {
        let keys: Vec<Option<String>> = arguments.iter().map(|key| self.literal(key)).collect();
        let [Some(name), top, second] = keys.as_slice() else {
            return Ok(());
        };
        let Some(mapping) = self.template.mappings.get(name) else {
            // The check of references says so.
            return Ok(());
        };
        let has = |elements: &Value, key: &str| elements.get(key).is_some();
        let is_there = match (top, second) {
            (Some(top), Some(second)) => mapping.get(top).is_some_and(|found| has(found, second)),
            (Some(top), None) => has(mapping, top),
            (None, Some(second)) => mapping
                .as_object()
                .is_some_and(|elements| elements.values().any(|element| has(element, second))),
            (None, None) => true,
        };
        if is_there {
            return Ok(());
        }
        let shown = |key: &Option<String>| key.clone().unwrap_or_else(|| "*".to_owned());
        Err(TemplateError(format!(
            "Template error: Unable to get mapping for {name}::{}::{}",
            shown(top),
            shown(second)
        )))
    }

    /// Whether a value may name a mapping or a key of one: a text, `Ref` of one, or what another mapping has.
    ///
    /// Sources: <https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2034>,
    /// <https://github.com/cloudtools/troposphere/issues/479>
    fn is_key(&self, value: &Value) -> bool {
        let function = Call::of(value).map(|call| call.name);
        matches!(function, None | Some("Ref" | "Fn::FindInMap")) && self.is_text(value)
    }

    fn is_list_of_texts(&self, value: &Value) -> bool {
        match value {
            Value::Array(items) => items.iter().all(|item| self.is_text(item)),
            value => matches!(self.kind(value), Kind::List | Kind::Unknown),
        }
    }

    fn is_text(&self, value: &Value) -> bool {
        matches!(self.kind(value), Kind::Text | Kind::Unknown)
    }

    /// The text of a value that calls no function.
    fn literal(&self, value: &Value) -> Option<String> {
        (!value.is_object() && self.kind(value) == Kind::Text).then(|| plain(value))
    }

    fn kind(&self, value: &Value) -> Kind {
        let Some(call) = Call::of(value) else {
            return match value {
                Value::Array(_) => Kind::List,
                Value::Object(_) => Kind::Map,
                _ => Kind::Text,
            };
        };
        match (call.name, call.function()) {
            (_, Function::Ref(name)) => self.reference(name),
            (
                _,
                Function::If {
                    then, otherwise, ..
                },
            ) => {
                let (then, otherwise) = (self.kind(then), self.kind(otherwise));
                if then == otherwise {
                    then
                } else {
                    Kind::Unknown
                }
            }
            (_, Function::Sub(_) | Function::ImportValue(_)) | ("Fn::Base64" | "Fn::Join", _) => {
                Kind::Text
            }
            ("Fn::Cidr" | "Fn::GetAZs" | "Fn::Split", _) => Kind::List,
            _ => Kind::Unknown,
        }
    }

    fn reference(&self, name: &str) -> Kind {
        match (name, self.template.parameters.get(name)) {
            ("AWS::NotificationARNs", _) => Kind::List,
            ("AWS::NoValue", _) => Kind::Unknown,
            (_, Some(definition)) if is_list(definition) => Kind::List,
            _ => Kind::Text,
        }
    }
}

/// Whether a member beside others is meant as a function.
fn is_function(name: &str, members: &Map<String, Value>) -> bool {
    members.len() > 1
        && (name.starts_with("Fn::")
            || (name == "Ref" && members.get(name).is_some_and(Value::is_string)))
}

/// Source: <https://github.com/aws-cloudformation/cfn-language-discussion>, as quoted for `Fn::ToJsonString`.
fn unsupported(function: &str) -> TemplateError {
    // A macro, which needs no section `Transform`.
    if function == "Fn::Transform" {
        return TemplateError(format!(
            "The local CloudFormation does not model transforms: {function}"
        ));
    }
    TemplateError(format!(
        "Template error: Encountered unsupported function: {function} Supported functions are: [{}]",
        FUNCTIONS.join(", ")
    ))
}
