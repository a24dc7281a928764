//! Evaluation of values and conditions.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use cloudformation::template::{AttributeName, Call, Function, GetAtt};
use serde_json::{Map, Value};

use super::dynamic;
use super::error::{TemplateError, invalid};
use super::model::Template;
use super::parameters::{self, ParameterValues};
use super::scalar::{plain, scalar};
use crate::resource_type::ResourceType;

/// The placeholder of change sets for a value that is known only after apply. Values that depend on
/// it are known only after apply, too.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceTargetDefinition.html>
pub(crate) const KNOWN_AFTER_APPLY: &str = "{{changeSet:KNOWN_AFTER_APPLY}}";

/// Values from outside of the template.
pub(crate) trait Lookup {
    /// `Ref` of a resource.
    fn reference(&self, logical_id: &str) -> Option<Value>;
    /// `Fn::GetAtt`.
    fn attribute(&self, logical_id: &str, attribute: &str) -> Option<Value>;
    /// `Fn::ImportValue`.
    fn import(&self, name: &str) -> Option<String>;
    /// `{{resolve:ssm:…}}`: a parameter of SSM, in a version or in the latest.
    fn parameter(&self, name: &str, version: Option<u64>) -> Option<String>;
}

/// The context in which values are evaluated.
pub(crate) struct Scope<'a> {
    pub(crate) template: &'a Template,
    pub(crate) parameters: &'a ParameterValues,
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
    pub(crate) stack_name: &'a str,
    pub(crate) stack_id: &'a str,
    pub(crate) lookup: &'a dyn Lookup,
    /// The conditions that were evaluated: the first ones in the template's order, each once.
    pub(crate) conditions: RefCell<BTreeMap<String, bool>>,
}

impl Scope<'_> {
    /// Evaluates the properties of a resource, with the dynamic references in them.
    pub(crate) fn evaluate_properties(
        &self,
        properties: &Map<String, Value>,
    ) -> Result<Map<String, Value>, TemplateError> {
        let mut evaluated = self.evaluate_map(properties)?;
        evaluated
            .values_mut()
            .try_for_each(|value| dynamic::resolve(value, self.lookup))?;
        Ok(evaluated)
    }

    /// Evaluates the value of an output, with the dynamic references in it.
    pub(crate) fn evaluate_output(&self, value: &Value) -> Result<Option<Value>, TemplateError> {
        let mut evaluated = self.evaluate(value)?;
        if let Some(value) = &mut evaluated {
            dynamic::resolve(value, self.lookup)?;
        }
        Ok(evaluated)
    }

    /// Evaluates a value; `None` for `AWS::NoValue`.
    pub(crate) fn evaluate(&self, value: &Value) -> Result<Option<Value>, TemplateError> {
        if let Some(call) = Call::of(value) {
            return self.call(call);
        }
        match value {
            Value::Object(map) => Ok(Some(Value::Object(self.evaluate_map(map)?))),
            Value::Array(items) => {
                let mut evaluated = Vec::with_capacity(items.len());
                for item in items {
                    if let Some(item) = self.evaluate(item)? {
                        evaluated.push(item);
                    }
                }
                Ok(Some(Value::Array(evaluated)))
            }
            _ => Ok(Some(value.clone())),
        }
    }

    /// Evaluates a map, without entries that are `AWS::NoValue`.
    fn evaluate_map(&self, map: &Map<String, Value>) -> Result<Map<String, Value>, TemplateError> {
        let mut evaluated = Map::new();
        for (key, value) in map {
            if let Some(value) = self.evaluate(value)? {
                evaluated.insert(key.clone(), value);
            }
        }
        Ok(evaluated)
    }

    pub(crate) fn holds(&self, condition: &str) -> Result<bool, TemplateError> {
        let known = |name: &str| self.conditions.borrow().get(name).copied();
        if let Some(holds) = known(condition) {
            return Ok(holds);
        }
        // In order, so that a condition finds those that it names: neither depth nor time grows with
        // the ways between conditions.
        let order = &self.template.condition_order;
        let rest = order.iter().skip(self.conditions.borrow().len());
        for name in rest {
            if let Some(value) = self.template.conditions.get(name) {
                let holds = self.is_true(value)?;
                self.conditions.borrow_mut().insert(name.clone(), holds);
            }
            if name == condition {
                break;
            }
        }
        known(condition).ok_or_else(|| {
            TemplateError(format!(
                "Template error: unresolved condition dependency: {condition}"
            ))
        })
    }

    fn is_true(&self, value: &Value) -> Result<bool, TemplateError> {
        let not_boolean = || {
            TemplateError(
                "Template validation error: Template error: Every Condition member must be a \
                 boolean operation"
                    .to_owned(),
            )
        };
        let call = Call::of(value).ok_or_else(not_boolean)?;
        match (call.name, call.argument) {
            ("Condition", Value::String(name)) => self.holds(name),
            ("Fn::Equals", Value::Array(sides)) => match sides.as_slice() {
                [left, right] => self.equal(left, right),
                _ => Err(two_strings()),
            },
            ("Fn::Not", Value::Array(items)) => match items.as_slice() {
                [item] => Ok(!self.is_true(item)?),
                _ => Err(not_boolean()),
            },
            ("Fn::And", Value::Array(items)) => {
                for item in items {
                    if !self.is_true(item)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            ("Fn::Or", Value::Array(items)) => {
                for item in items {
                    if self.is_true(item)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            _ => Err(not_boolean()),
        }
    }

    /// Whether two values have the same text, whatever their types: `2`, `"2"`; `true`, `"true"`.
    ///
    /// <https://github.com/localstack/localstack/issues/13231>,
    /// <https://github.com/aws-cloudformation/cfn-lint/issues/1639> for lists.
    pub(super) fn equal(&self, left: &Value, right: &Value) -> Result<bool, TemplateError> {
        let text = |side| {
            let value = self.evaluate(side)?;
            value.as_ref().and_then(scalar).ok_or_else(two_strings)
        };
        Ok(text(left)? == text(right)?)
    }

    /// Whether a resource or output with this condition, or without one, is included.
    pub(crate) fn includes(&self, condition: Option<&str>) -> Result<bool, TemplateError> {
        condition.map_or(Ok(true), |condition| self.holds(condition))
    }

    /// Adds the names of the exports that a value imports, except in branches that are not taken.
    pub(crate) fn imports(
        &self,
        value: &Value,
        names: &mut BTreeSet<String>,
    ) -> Result<(), TemplateError> {
        let Some(call) = Call::of(value) else {
            return match value {
                Value::Object(map) => map
                    .values()
                    .try_for_each(|value| self.imports(value, names)),
                Value::Array(items) => items
                    .iter()
                    .try_for_each(|value| self.imports(value, names)),
                _ => Ok(()),
            };
        };
        match call.function() {
            Function::ImportValue(argument) => {
                if let Some(Value::String(name)) = self.evaluate(argument)? {
                    names.insert(name);
                }
                Ok(())
            }
            Function::If {
                condition,
                then,
                otherwise,
            } => {
                let chosen = if self.holds(condition)? {
                    then
                } else {
                    otherwise
                };
                self.imports(chosen, names)
            }
            _ => self.imports(call.argument, names),
        }
    }

    pub(super) fn reference(&self, name: &str) -> Result<Option<Value>, TemplateError> {
        let text = match name {
            "AWS::NoValue" => return Ok(None),
            "AWS::AccountId" => self.account.to_owned(),
            "AWS::Region" => self.region.to_owned(),
            "AWS::StackName" => self.stack_name.to_owned(),
            "AWS::StackId" => self.stack_id.to_owned(),
            "AWS::Partition" => partition(self.region).to_owned(),
            "AWS::URLSuffix" => url_suffix(partition(self.region)).to_owned(),
            "AWS::NotificationARNs" => {
                return Ok(Some(Value::from(self.parameters.notification_arns.clone())));
            }
            _ => {
                if let Some(definition) = self.template.parameters.get(name) {
                    let value = self.parameters.reference(name);
                    return Ok(Some(parameters::reference(definition, value)));
                }
                return self.lookup.reference(name).map(Some).ok_or_else(|| {
                    TemplateError(format!(
                        "Unresolved resource dependencies [{name}] in the Resources block of the \
                         template"
                    ))
                });
            }
        };
        Ok(Some(Value::String(text)))
    }

    pub(super) fn get_att(&self, get_att: GetAtt<'_>) -> Result<Value, TemplateError> {
        match get_att.attribute {
            AttributeName::Literal(attribute) => self.get_attribute(get_att.target, attribute),
            AttributeName::Computed(value) => {
                let attribute = plain(&self.evaluate(value)?.unwrap_or_default());
                let name = get_att.target;
                let resource = self.template.resources.get(name);
                let kind = resource.and_then(|resource| ResourceType::named(&resource.kind));
                if kind.is_some_and(|kind| !kind.has_attribute(&attribute)) {
                    return Err(unsupported_attribute(name, &attribute));
                }
                self.get_attribute(name, &attribute)
            }
        }
    }

    pub(super) fn get_attribute(
        &self,
        name: &str,
        attribute: &str,
    ) -> Result<Value, TemplateError> {
        self.lookup.attribute(name, attribute).ok_or_else(|| {
            TemplateError(format!(
                "Template error: instance of Fn::GetAtt references undefined resource {name}"
            ))
        })
    }
}

/// The refusal of an attribute that a type does not have.
pub(super) fn unsupported_attribute(name: &str, attribute: &str) -> TemplateError {
    TemplateError(format!(
        "Template error: resource {name} does not support attribute type {attribute} in Fn::GetAtt"
    ))
}

fn two_strings() -> TemplateError {
    invalid(
        "every Fn::Equals object",
        "requires a list of 2 string parameters.",
    )
}

/// The partitions by the prefix of their regions, with their domains.
///
/// <https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json>
const PARTITIONS: [(&str, &str, &str); 7] = [
    ("cn-", "aws-cn", "amazonaws.com.cn"),
    ("us-gov-", "aws-us-gov", "amazonaws.com"),
    ("us-iso-", "aws-iso", "c2s.ic.gov"),
    ("us-isob-", "aws-iso-b", "sc2s.sgov.gov"),
    ("eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"),
    ("us-isof-", "aws-iso-f", "csp.hci.ic.gov"),
    ("eusc-", "aws-eusc", "amazonaws.eu"),
];

pub(crate) fn partition(region: &str) -> &'static str {
    PARTITIONS
        .iter()
        .find(|(prefix, _, _)| region.starts_with(prefix))
        .map_or("aws", |(_, name, _)| name)
}

fn url_suffix(partition: &str) -> &'static str {
    PARTITIONS
        .iter()
        .find(|(_, name, _)| *name == partition)
        .map_or("amazonaws.com", |(_, _, domain)| domain)
}
