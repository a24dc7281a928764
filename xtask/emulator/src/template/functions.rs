//! The intrinsic functions.

use cloudformation::template::{Call, Function, Part, Sub};
use serde_json::Value;

use super::encode::{base64, cidr};
use super::error::{TemplateError, invalid};
use super::evaluate::{KNOWN_AFTER_APPLY, Scope};
use super::scalar::{plain, scalar};

/// The functions that are evaluated.
pub(super) const FUNCTIONS: &[&str] = &[
    "Condition",
    "Fn::And",
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::Equals",
    "Fn::FindInMap",
    "Fn::GetAZs",
    "Fn::GetAtt",
    "Fn::If",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Not",
    "Fn::Or",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
    "Ref",
];

type Evaluated = Result<Option<Value>, TemplateError>;

fn later() -> Value {
    Value::String(KNOWN_AFTER_APPLY.to_owned())
}

/// Whether a value, or a value in it, is known only after apply.
pub(crate) fn is_known_after_apply(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(KNOWN_AFTER_APPLY),
        Value::Array(items) => items.iter().any(is_known_after_apply),
        Value::Object(map) => map.values().any(is_known_after_apply),
        _ => false,
    }
}

impl Scope<'_> {
    pub(super) fn call(&self, call: Call<'_>) -> Evaluated {
        match call.function() {
            Function::Ref(name) => self.reference(name),
            Function::Condition(name) => Ok(Some(Value::Bool(self.holds(name)?))),
            Function::GetAtt(get_att) => self.get_att(get_att).map(Some),
            Function::Sub(sub) => self.substitute(sub).map(Some),
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
                self.evaluate(chosen)
            }
            Function::Malformed => Err(malformed(call.name)),
            Function::ImportValue(_) | Function::FindInMap(_) | Function::Other => {
                self.call_with_values(call)
            }
        }
    }

    fn call_with_values(&self, call: Call<'_>) -> Evaluated {
        if let "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" = call.name {
            return Err(invalid(call.name, "is only allowed in Conditions"));
        }
        let Some(argument) = self.evaluate(call.argument)? else {
            return Err(invalid(call.name, "takes a value"));
        };
        // `Fn::Select` may select an item that is known.
        if is_known_after_apply(&argument) && call.name != "Fn::Select" {
            return Ok(Some(later()));
        }
        self.call_evaluated(call.name, &argument).map(Some)
    }

    fn call_evaluated(&self, function: &str, argument: &Value) -> Result<Value, TemplateError> {
        match function {
            "Fn::Join" => join(argument),
            "Fn::Select" => select(argument),
            "Fn::Split" => split(argument),
            "Fn::Base64" => Ok(Value::String(base64(plain(argument).as_bytes()))),
            "Fn::Cidr" => cidr(argument),
            "Fn::GetAZs" => Ok(self.zones(argument)),
            "Fn::FindInMap" => self.find(argument),
            "Fn::ImportValue" => {
                let name = plain(argument);
                self.lookup
                    .import(&name)
                    .map(Value::String)
                    .ok_or_else(|| TemplateError(format!("No export named {name} found.")))
            }
            _ => Err(invalid(function, "is not known")),
        }
    }

    fn substitute(&self, sub: Sub<'_>) -> Result<Value, TemplateError> {
        let mut result = String::with_capacity(sub.text.len());
        for part in sub.parts() {
            let value = match part {
                Part::Text(text) => {
                    result.push_str(text);
                    continue;
                }
                Part::Escaped(name) => {
                    result.push_str("${");
                    result.push_str(name);
                    result.push('}');
                    continue;
                }
                Part::Variable(value) => Some(self.evaluate(value)?.ok_or_else(not_a_string)?),
                Part::Ref(name) => self.reference(name)?,
                Part::GetAtt { target, attribute } => Some(self.get_attribute(target, attribute)?),
            };
            // `${AWS::NoValue}` leaves nothing.
            let value = value.unwrap_or_else(|| Value::String(String::new()));
            if is_known_after_apply(&value) {
                return Ok(later());
            }
            result.push_str(&scalar(&value).ok_or_else(not_a_string)?);
        }
        Ok(Value::String(result))
    }

    fn zones(&self, argument: &Value) -> Value {
        let region = match argument {
            Value::String(region) if !region.is_empty() => region.as_str(),
            _ => self.region,
        };
        Value::Array(
            ["a", "b", "c"]
                .iter()
                .map(|zone| Value::String(format!("{region}{zone}")))
                .collect(),
        )
    }

    fn find(&self, argument: &Value) -> Result<Value, TemplateError> {
        let Value::Array(items) = argument else {
            return Err(invalid("Fn::FindInMap", "requires a list argument"));
        };
        // A fourth element, `DefaultValue`, takes the transform `AWS::LanguageExtensions`.
        let [map, top, second] = items.as_slice() else {
            return Err(malformed("Fn::FindInMap"));
        };
        let (map, top, second) = (plain(map), plain(top), plain(second));
        self.template
            .mappings
            .get(&map)
            .and_then(|map| map.get(&top))
            .and_then(|top| top.get(&second))
            .cloned()
            .ok_or_else(|| {
                TemplateError(format!(
                    "Template error: Unable to get mapping for {map}::{top}::{second}"
                ))
            })
    }
}

fn not_a_string() -> TemplateError {
    invalid(
        "every value of the context object of every Fn::Sub object",
        "must be a string or a function that returns a string",
    )
}

/// The refusal of a function whose argument is not of its form.
pub(super) fn malformed(function: &str) -> TemplateError {
    match function {
        "Fn::GetAtt" => invalid(
            "every Fn::GetAtt object",
            "requires two non-empty parameters, the resource name and the resource attribute",
        ),
        "Fn::If" => invalid(function, "requires a list argument with three elements"),
        // As in <https://github.com/cloudtools/troposphere/issues/479>
        "Fn::FindInMap" => invalid(
            "every Fn::FindInMap object",
            "requires three parameters, the map name, map key and the attribute for return value",
        ),
        "Fn::Sub" => invalid(
            "One or more Fn::Sub intrinsic functions",
            "don't specify expected arguments",
        ),
        _ => invalid(function, "takes a name"),
    }
}

fn join(argument: &Value) -> Result<Value, TemplateError> {
    match argument.as_array().map(Vec::as_slice) {
        Some([Value::String(delimiter), Value::Array(items)]) => {
            let texts: Vec<String> = items.iter().map(plain).collect();
            Ok(Value::String(texts.join(delimiter)))
        }
        _ => Err(invalid(
            "every Fn::Join object",
            "requires two parameters, (1) a string delimiter and (2) a list of strings to be joined \
             or a function that returns a list of strings (such as Fn::GetAZs) to be joined.",
        )),
    }
}

fn select(argument: &Value) -> Result<Value, TemplateError> {
    match argument.as_array().map(Vec::as_slice) {
        Some([index, Value::Array(items)]) => {
            let index = plain(index);
            index
                .parse::<usize>()
                .ok()
                .and_then(|index| items.get(index))
                .cloned()
                .ok_or_else(|| {
                    invalid(
                        "Fn::Select",
                        &format!("cannot select nonexistent value at index {index}"),
                    )
                })
        }
        Some([_, value]) if is_known_after_apply(value) => Ok(later()),
        _ => Err(invalid(
            "Fn::Select",
            "requires a list argument with two elements: an integer index and a list",
        )),
    }
}

fn split(argument: &Value) -> Result<Value, TemplateError> {
    match argument.as_array().map(Vec::as_slice) {
        Some([Value::String(delimiter), Value::String(text)]) if !delimiter.is_empty() => {
            Ok(Value::Array(
                text.split(delimiter.as_str())
                    .map(|part| Value::String(part.to_owned()))
                    .collect(),
            ))
        }
        _ => Err(invalid(
            "every Fn::Split object",
            "requires two parameters, (1) a string delimiter and (2) a string to be split or a \
             function that returns a string to be split.",
        )),
    }
}
