//! A template with the values of its parameters: what can't work is refused before anything is created.

use std::cell::RefCell;

use cloudformation::template::{Call, Function, Part};
use serde_json::Value;

use super::error::TemplateError;
use super::evaluate::{KNOWN_AFTER_APPLY, Lookup, Scope};
use super::model::Template;
use super::parameters::ParameterValues;
use super::structure::{format_error, is_export_name, malformed_export};
use crate::api::Caller;

/// What a template is instantiated with.
pub(crate) struct Instance<'a> {
    pub(crate) template: &'a Template,
    pub(crate) parameters: &'a ParameterValues,
    pub(crate) caller: &'a Caller,
    pub(crate) stack_name: &'a str,
    /// Unknown until the stack is created.
    pub(crate) stack_id: Option<&'a str>,
}

/// Values of resources and exports, none of which is known.
struct NothingKnown;

impl Lookup for NothingKnown {
    fn reference(&self, _: &str) -> Option<Value> {
        Some(Value::String(KNOWN_AFTER_APPLY.to_owned()))
    }

    fn attribute(&self, _: &str, _: &str) -> Option<Value> {
        self.reference("")
    }

    fn import(&self, _: &str) -> Option<String> {
        Some(KNOWN_AFTER_APPLY.to_owned())
    }

    fn parameter(&self, _: &str, _: Option<u64>) -> Option<String> {
        self.import("")
    }
}

/// Checks that every value can be evaluated as far as it is known, and that nothing refers to a resource that its
/// condition leaves out.
///
/// Sources: <https://github.com/serverless/serverless/issues/4535>,
/// <https://github.com/awslabs/aws-api-gateway-developer-portal/issues/216>
pub(crate) fn check_instance(instance: &Instance<'_>) -> Result<(), TemplateError> {
    let template = instance.template;
    let scope = Scope {
        template,
        parameters: instance.parameters,
        account: &instance.caller.account,
        region: &instance.caller.region,
        stack_name: instance.stack_name,
        stack_id: instance.stack_id.unwrap_or(KNOWN_AFTER_APPLY),
        lookup: &NothingKnown,
        conditions: RefCell::default(),
    };
    for condition in template.conditions.keys() {
        scope.holds(condition)?;
    }
    for resource in template.resources.values() {
        if !scope.includes(resource.condition.as_deref())? {
            continue;
        }
        let needs = Needs {
            scope: &scope,
            section: "Resources",
        };
        for need in &resource.depends_on {
            needs.resource(need)?;
        }
        for value in resource.attributes.values() {
            needs.check(value)?;
        }
        for value in resource.properties.values() {
            needs.check(value)?;
            scope.evaluate(value)?;
        }
    }
    for (name, output) in &template.outputs {
        if !scope.includes(output.condition.as_deref())? {
            continue;
        }
        let needs = Needs {
            scope: &scope,
            section: "Outputs",
        };
        needs.check(&output.value)?;
        match scope.evaluate(&output.value)? {
            Some(Value::Array(_)) => {
                return Err(format_error(
                    "The Value field of every Outputs member must evaluate to a String and not a \
                     List.",
                ));
            }
            Some(Value::Object(_)) | None => {
                return Err(format_error("Every Value member must be a string."));
            }
            Some(_) => {}
        }
        if let Some(export) = &output.export {
            match scope.evaluate(export)? {
                Some(Value::String(name)) if is_export_name(&name) => {}
                _ => return Err(malformed_export(name)),
            }
        }
    }
    Ok(())
}

/// The resources that a section needs.
struct Needs<'a> {
    scope: &'a Scope<'a>,
    section: &'a str,
}

impl Needs<'_> {
    /// Checks what a value refers to, except in branches that are not taken.
    fn check(&self, value: &Value) -> Result<(), TemplateError> {
        let Some(call) = Call::of(value) else {
            return match value {
                Value::Object(members) => members.values().try_for_each(|value| self.check(value)),
                Value::Array(items) => items.iter().try_for_each(|value| self.check(value)),
                _ => Ok(()),
            };
        };
        match call.function() {
            Function::Ref(target) => self.resource(target),
            Function::GetAtt(get_att) => self.resource(get_att.target),
            Function::If {
                condition,
                then,
                otherwise,
            } => self.check(if self.scope.holds(condition)? {
                then
            } else {
                otherwise
            }),
            Function::Sub(sub) => {
                for part in sub.parts() {
                    if let Part::Ref(target) | Part::GetAtt { target, .. } = part {
                        self.resource(target)?;
                    }
                }
                let variables = sub.variables.into_iter().flat_map(|all| all.values());
                variables
                    .into_iter()
                    .try_for_each(|value| self.check(value))
            }
            _ => self.check(call.argument),
        }
    }

    fn resource(&self, name: &str) -> Result<(), TemplateError> {
        let Some(resource) = self.scope.template.resources.get(name) else {
            return Ok(());
        };
        if self.scope.includes(resource.condition.as_deref())? {
            return Ok(());
        }
        Err(format_error(format!(
            "Unresolved resource dependencies [{name}] in the {} block of the template",
            self.section
        )))
    }
}
