//! The section `Rules`: assertions about parameters, which precede every creation and update.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-rules.html>

use std::collections::BTreeSet;

use cloudformation::template::{Call, References};
use serde_json::Value;

use super::error::TemplateError;
use super::evaluate::Scope;
use super::model::{Rule, Template};
use super::scalar::{plain, scalar};

/// The functions of rules. `Fn::If` is in the documentation, but refused:
/// <https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/921>.
const FUNCTIONS: [&str; 11] = [
    "Fn::And",
    "Fn::Contains",
    "Fn::EachMemberEquals",
    "Fn::EachMemberIn",
    "Fn::Equals",
    "Fn::Not",
    "Fn::Or",
    "Fn::RefAll",
    "Fn::ValueOf",
    "Fn::ValueOfAll",
    "Ref",
];

/// The resources of the account, by the types of parameters that name them.
pub(crate) trait AccountResources {
    /// Their identifiers, sorted.
    fn ids(&self, kind: &str) -> Vec<String>;
    /// An attribute of one, or a tag of it: `VpcId`, `Tags.Department`. None where it does not exist.
    fn attribute(&self, resource: AccountResource<'_>, attribute: &str) -> Option<String>;
}

#[derive(Clone, Copy)]
pub(crate) struct AccountResource<'a> {
    pub(crate) kind: &'a str,
    pub(crate) id: &'a str,
}

/// The types of parameters with attributes in rules, and the resources that they name.
const TYPES: [(&str, &str, &[&str]); 3] = [
    (
        "AWS::EC2::VPC::Id",
        "AWS::EC2::VPC",
        &["DefaultNetworkAcl", "DefaultSecurityGroup"],
    ),
    (
        "AWS::EC2::Subnet::Id",
        "AWS::EC2::Subnet",
        &["AvailabilityZone", "VpcId"],
    ),
    (
        "AWS::EC2::SecurityGroup::Id",
        "AWS::EC2::SecurityGroup",
        &[],
    ),
];

fn error(message: impl Into<String>) -> TemplateError {
    TemplateError(message.into())
}

/// Checks the functions and references of the rules.
pub(super) fn check(template: &Template) -> Result<(), TemplateError> {
    let mut references = References::default();
    for rule in template.rules.values() {
        rule.values().for_each(|value| references.collect(value));
    }
    let foreign: Vec<&str> = references
        .functions
        .iter()
        .map(String::as_str)
        .filter(|function| !FUNCTIONS.contains(function))
        .collect();
    if !foreign.is_empty() {
        return Err(error(format!(
            "Template format error: Following functions are not supported in the Rules block of \
             the template: [{}]",
            foreign.join(", ")
        )));
    }
    let unresolved: BTreeSet<&str> = references
        .targets()
        .filter(|name| !name.starts_with("AWS::") && !template.parameters.contains_key(*name))
        .collect();
    if !unresolved.is_empty() {
        return Err(error(format!(
            "Template format error: Unresolved dependencies [{}]. Cannot reference resources in \
             the Rules block of the template",
            unresolved.into_iter().collect::<Vec<_>>().join(", ")
        )));
    }
    Ok(())
}

/// The parameter type that one of SSM or of a list holds: `AWS::EC2::VPC::Id` in
/// `List<AWS::EC2::VPC::Id>`.
fn inner_type(kind: &str) -> &str {
    let mut inner = kind;
    for prefix in ["AWS::SSM::Parameter::Value<", "List<"] {
        if let Some(rest) = inner.strip_prefix(prefix) {
            inner = rest.strip_suffix('>').unwrap_or(rest);
        }
    }
    inner
}

pub(crate) struct Rules<'a> {
    pub(crate) scope: &'a Scope<'a>,
    pub(crate) account: &'a dyn AccountResources,
}

impl Rules<'_> {
    /// Evaluates every rule whose condition holds.
    ///
    /// # Errors
    ///
    /// The description of the first assertion that is false.
    pub(crate) fn assert(&self) -> Result<(), TemplateError> {
        for (name, rule) in &self.scope.template.rules {
            if let Some(condition) = &rule.condition
                && !self.is_true(condition)?
            {
                continue;
            }
            for assertion in &rule.assertions {
                if !self.is_true(&assertion.assert)? {
                    let description = assertion.description.as_deref();
                    return Err(error(format!(
                        "Rule {name} failed: {}",
                        description.unwrap_or("an assertion is false")
                    )));
                }
            }
        }
        Ok(())
    }

    fn is_true(&self, value: &Value) -> Result<bool, TemplateError> {
        let Some(call) = Call::of(value) else {
            return match value {
                Value::Bool(value) => Ok(*value),
                _ => Err(error(
                    "Template format error: every rule condition and assertion must evaluate to \
                     true or false",
                )),
            };
        };
        let items = call.argument.as_array().map_or(&[][..], Vec::as_slice);
        match (call.name, items) {
            ("Fn::Equals", [left, right]) => self.scope.equal(left, right),
            ("Fn::Not", [item]) => Ok(!self.is_true(item)?),
            ("Fn::And", [_, _, ..]) => {
                for item in items {
                    if !self.is_true(item)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            ("Fn::Or", [_, _, ..]) => {
                for item in items {
                    if self.is_true(item)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            ("Fn::Contains", [list, text]) => {
                let texts = self.texts(list)?;
                // A list, too: all of them.
                Ok(self.texts(text)?.iter().all(|text| texts.contains(text)))
            }
            ("Fn::EachMemberEquals", [list, text]) => {
                let expected = self.texts(text)?;
                let is_expected = |text: &String| expected.as_slice() == [text.as_str()];
                Ok(self.texts(list)?.iter().all(is_expected))
            }
            ("Fn::EachMemberIn", [list, allowed]) => {
                let allowed = self.texts(allowed)?;
                Ok(self.texts(list)?.iter().all(|text| allowed.contains(text)))
            }
            _ => Err(error(format!(
                "Template format error: {} in the Rules block of the template does not have the \
                 arguments that it takes",
                call.name
            ))),
        }
    }

    /// The texts of a list, or one text.
    fn texts(&self, value: &Value) -> Result<Vec<String>, TemplateError> {
        let Some(call) = Call::of(value) else {
            return match value {
                Value::Array(items) => {
                    let mut texts = Vec::new();
                    for item in items {
                        texts.extend(self.texts(item)?);
                    }
                    Ok(texts)
                }
                _ => scalar(value).map(|text| vec![text]).ok_or_else(not_texts),
            };
        };
        let items = call.argument.as_array().map_or(&[][..], Vec::as_slice);
        match (call.name, call.argument, items) {
            ("Ref", Value::String(name), _) => match self.scope.reference(name)? {
                Some(Value::Array(items)) => Ok(items.iter().map(plain).collect()),
                Some(value) => Ok(vec![plain(&value)]),
                None => Ok(Vec::new()),
            },
            ("Fn::RefAll", Value::String(kind), _) => {
                let (resource, _) = resource_type(kind)?;
                Ok(self.account.ids(resource))
            }
            ("Fn::ValueOf", _, [Value::String(name), Value::String(attribute)]) => {
                self.attributes_of(name, attribute)
            }
            ("Fn::ValueOfAll", _, [Value::String(kind), Value::String(attribute)]) => {
                let mut values = Vec::new();
                for (name, definition) in &self.scope.template.parameters {
                    if inner_type(&definition.kind) == kind {
                        values.extend(self.attributes_of(name, attribute)?);
                    }
                }
                Ok(values)
            }
            _ => Err(not_texts()),
        }
    }

    /// An attribute of each resource that a parameter names.
    fn attributes_of(&self, name: &str, attribute: &str) -> Result<Vec<String>, TemplateError> {
        let Some(definition) = self.scope.template.parameters.get(name) else {
            return Err(error(format!(
                "Template format error: Unresolved dependencies [{name}]. Cannot reference \
                 resources in the Rules block of the template"
            )));
        };
        let kind = inner_type(&definition.kind);
        let (resource, attributes) = resource_type(kind)?;
        if !attributes.contains(&attribute) && !attribute.starts_with("Tags.") {
            return Err(error(format!(
                "Template format error: {attribute} is no attribute of {kind}"
            )));
        }
        let reference = self.scope.reference(name)?.unwrap_or_default();
        let ids = match &reference {
            Value::Array(items) => items.iter().map(plain).collect(),
            one => vec![plain(one)],
        };
        ids.iter()
            .map(|id| {
                self.account
                    .attribute(AccountResource { kind: resource, id }, attribute)
                    .ok_or_else(|| {
                        error(format!(
                            "Parameter {name}: there is no {resource} {id} here"
                        ))
                    })
            })
            .collect()
    }
}

fn resource_type(kind: &str) -> Result<(&'static str, &'static [&'static str]), TemplateError> {
    TYPES
        .iter()
        .find(|(name, _, _)| *name == kind)
        .map(|(_, resource, attributes)| (*resource, *attributes))
        .ok_or_else(|| {
            error(format!(
                "Template format error: {kind} has no attributes in rules"
            ))
        })
}

fn not_texts() -> TemplateError {
    error("Template format error: rules compare strings, and lists of strings")
}

impl Rule {
    fn values(&self) -> impl Iterator<Item = &Value> {
        let assertions = self.assertions.iter().map(|assertion| &assertion.assert);
        self.condition.iter().chain(assertions)
    }
}
