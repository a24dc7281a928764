//! The intrinsic functions.

use std::collections::BTreeMap;

use cloudformation::template::{Call, Function, Part, Sub};
use serde_json::Value;

use super::encode::{base64, cidr};
use super::error::{TemplateError, invalid};
use super::evaluate::{KNOWN_AFTER_APPLY, Scope};
use super::scalar::{plain, scalar};
use super::structure::is_scalar;

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

/// The bytes of a text that functions make: more than a template of the largest size can mean, and few enough that
/// texts which contain each other twice don't fill the memory (*here*).
const MAX_TEXT: usize = 256 * 1024;

/// The items of a list that `Fn::Split` makes: as many as a parameter of the largest size can have (*here*).
const MAX_PARTS: usize = 4096;

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
        // Each variable once, however often the text has it.
        let mut variables: BTreeMap<*const Value, Option<Value>> = BTreeMap::new();
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
                Part::Variable(variable) => match variables.get(&std::ptr::from_ref(variable)) {
                    Some(value) => value.clone(),
                    None => {
                        let value = Some(self.evaluate(variable)?.ok_or_else(not_a_string)?);
                        variables.insert(std::ptr::from_ref(variable), value.clone());
                        value
                    }
                },
                Part::Ref(name) => self.reference(name)?,
                Part::GetAtt { target, attribute } => Some(self.get_attribute(target, attribute)?),
            };
            // `${AWS::NoValue}` leaves nothing.
            let value = value.unwrap_or_else(|| Value::String(String::new()));
            if is_known_after_apply(&value) {
                return Ok(later());
            }
            result.push_str(&scalar(&value).ok_or_else(not_a_string)?);
            check_size("Fn::Sub", result.len())?;
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

fn check_size(function: &str, bytes: usize) -> Result<(), TemplateError> {
    if bytes > MAX_TEXT {
        let what = format!("makes a text of more than {MAX_TEXT} bytes");
        return Err(invalid(function, &what));
    }
    Ok(())
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
            "don't specify expected arguments. Specify a string as first argument, and an optional \
             second argument to specify a mapping of values to replace in the string",
        ),
        "Fn::And" | "Fn::Or" => invalid(
            &format!("every {function} object"),
            "requires a list of at least 2 and at most 10 boolean parameters.",
        ),
        "Fn::Not" => invalid("every Fn::Not object", "requires one boolean parameter."),
        "Fn::Equals" => invalid(
            "every Fn::Equals object",
            "requires a list of 2 string parameters.",
        ),
        "Fn::Join" => invalid(
            "every Fn::Join object",
            "requires two parameters, (1) a string delimiter and (2) a list of strings to be joined \
             or a function that returns a list of strings (such as Fn::GetAZs) to be joined.",
        ),
        "Fn::Select" => invalid(
            function,
            "requires a list argument with two elements: an integer index and a list",
        ),
        "Fn::Split" => invalid(
            "every Fn::Split object",
            "requires two parameters, (1) a string delimiter and (2) a string to be split or a \
             function that returns a string to be split.",
        ),
        "Fn::Cidr" => invalid(
            "every Fn::Cidr object",
            "requires two or three parameters, (1) a block, (2) a count from 1 to 256, and (3) a number \
             of bits.",
        ),
        "Fn::Base64" | "Fn::GetAZs" => invalid(
            &format!("every {function} object"),
            "must have a String-typed value.",
        ),
        _ => invalid(function, "takes a name"),
    }
}

fn join(argument: &Value) -> Result<Value, TemplateError> {
    match argument.as_array().map(Vec::as_slice) {
        Some([Value::String(delimiter), Value::Array(items)]) => {
            let mut texts = Vec::with_capacity(items.len());
            for item in items {
                if !is_scalar(item) {
                    return Err(malformed("Fn::Join"));
                }
                texts.push(plain(item));
            }
            let between = delimiter.len().saturating_mul(texts.len());
            check_size(
                "Fn::Join",
                between + texts.iter().map(String::len).sum::<usize>(),
            )?;
            Ok(Value::String(texts.join(delimiter)))
        }
        _ => Err(malformed("Fn::Join")),
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
        _ => Err(malformed("Fn::Select")),
    }
}

fn split(argument: &Value) -> Result<Value, TemplateError> {
    match argument.as_array().map(Vec::as_slice) {
        Some([Value::String(delimiter), Value::String(text)]) if !delimiter.is_empty() => {
            let parts = text.split(delimiter.as_str());
            if parts.clone().nth(MAX_PARTS).is_some() {
                let what = format!("makes a list of more than {MAX_PARTS} items");
                return Err(invalid("Fn::Split", &what));
            }
            Ok(Value::Array(
                parts.map(|part| Value::String(part.to_owned())).collect(),
            ))
        }
        _ => Err(malformed("Fn::Split")),
    }
}
