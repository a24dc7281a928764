//! Conditions: true or false by parameters alone.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html>

use serde_json::Value;

use super::TemplateError;
use super::evaluate::Scope;
use super::references::call;

/// Deeper than any template that is written on purpose: conditions that ask each other end here.
const DEPTH: usize = 100;

impl Scope<'_> {
    /// Whether a condition holds.
    pub(crate) fn holds(&self, condition: &str) -> Result<bool, TemplateError> {
        self.holds_at(condition, 0)
    }

    fn holds_at(&self, condition: &str, depth: usize) -> Result<bool, TemplateError> {
        if depth > DEPTH {
            return Err(TemplateError(format!(
                "Template error: Found circular condition dependency at {condition}"
            )));
        }
        match self.template.conditions.get(condition) {
            Some(value) => self.is_true(value, depth),
            None => Err(TemplateError(format!(
                "Template error: unresolved condition dependency: {condition}"
            ))),
        }
    }

    fn is_true(&self, value: &Value, depth: usize) -> Result<bool, TemplateError> {
        let invalid = || {
            TemplateError(
                "Template validation error: Template error: Every Condition member must be a \
                 boolean operation"
                    .to_owned(),
            )
        };
        let (function, argument) = call(value).ok_or_else(invalid)?;
        match (function, argument) {
            ("Condition", Value::String(name)) => self.holds_at(name, depth + 1),
            ("Fn::Equals", Value::Array(sides)) => match sides.as_slice() {
                [left, right] => Ok(self.evaluate(left)? == self.evaluate(right)?),
                _ => Err(invalid()),
            },
            ("Fn::Not", Value::Array(items)) => match items.as_slice() {
                [item] => Ok(!self.is_true(item, depth + 1)?),
                _ => Err(invalid()),
            },
            ("Fn::And", Value::Array(items)) => {
                for item in items {
                    if !self.is_true(item, depth + 1)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            ("Fn::Or", Value::Array(items)) => {
                for item in items {
                    if self.is_true(item, depth + 1)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            _ => Err(invalid()),
        }
    }

    /// Whether something with this condition, or none, is there.
    pub(crate) fn includes(&self, condition: Option<&str>) -> Result<bool, TemplateError> {
        condition.map_or(Ok(true), |condition| self.holds(condition))
    }
}
