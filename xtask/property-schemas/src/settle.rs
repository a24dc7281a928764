//! What is known of a value without evaluating it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use cloudformation::template::{AttributeName, Call, Function, GetAtt, Part, Sub};
use serde_json::Value;

use crate::context::Context;
use crate::schema::{JsonType, schema};

/// The conditions whose results are assumed, by name.
pub(crate) type Assumed<'v> = BTreeMap<&'v str, bool>;

/// What is known of a value.
pub(crate) enum Settled<'v> {
    /// `AWS::NoValue`: the property or the item is not there.
    Absent,
    /// The value itself, with the path of the branch that it is in.
    Literal {
        value: Cow<'v, Value>,
        branch: String,
    },
    /// One of these, whichever is passed for a parameter.
    Choice(Vec<&'v Value>),
    /// A function computes it, and the type of what it gives may be known.
    Computed(Option<JsonType>),
    /// Whether it is there depends on a condition that nothing is assumed of.
    Undecided,
}

/// Whether a property is set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Absent,
    Present,
    Undecided,
}

/// The conditions that decide about a value and are not assumed, those of nested branches included.
pub(crate) fn conditions<'v>(
    value: &'v Value,
    assumed: &Assumed<'v>,
    found: &mut BTreeSet<&'v str>,
) {
    if let Some(Function::If {
        condition,
        then,
        otherwise,
    }) = Function::of(value)
    {
        match assumed.get(condition) {
            Some(true) => conditions(then, assumed, found),
            Some(false) => conditions(otherwise, assumed, found),
            None => {
                found.insert(condition);
                conditions(then, assumed, found);
                conditions(otherwise, assumed, found);
            }
        }
    }
}

/// The branch that a value stands for, with its path: the value itself, unless it is `Fn::If`.
pub(crate) fn branch<'v>(value: &'v Value, assumed: &Assumed<'v>) -> Option<(&'v Value, String)> {
    let (mut value, mut path) = (value, String::new());
    while let Some(Function::If {
        condition,
        then,
        otherwise,
    }) = Function::of(value)
    {
        value = if *assumed.get(condition)? {
            path.push_str("/Fn::If/1");
            then
        } else {
            path.push_str("/Fn::If/2");
            otherwise
        };
    }
    Some((value, path))
}

pub(crate) fn presence<'v>(value: Option<&'v Value>, assumed: &Assumed<'v>) -> Presence {
    let Some(value) = value else {
        return Presence::Absent;
    };
    match branch(value, assumed) {
        None => Presence::Undecided,
        Some((value, _)) if is_no_value(value) => Presence::Absent,
        Some(_) => Presence::Present,
    }
}

fn is_no_value(value: &Value) -> bool {
    Function::of(value) == Some(Function::Ref("AWS::NoValue"))
}

pub(crate) fn settle<'v>(
    value: &'v Value,
    assumed: &Assumed<'v>,
    context: Context<'v>,
) -> Settled<'v> {
    let Some((value, branch)) = branch(value, assumed) else {
        return Settled::Undecided;
    };
    let literal = |value| Settled::Literal { value, branch };
    let Some(call) = Call::of(value) else {
        let is_computed = value
            .as_str()
            .is_some_and(|text| text.contains("{{resolve:") || text.contains("{{changeSet:"));
        return if is_computed {
            Settled::Computed(None)
        } else {
            literal(Cow::Borrowed(value))
        };
    };
    match call.function() {
        Function::Ref("AWS::NoValue") => Settled::Absent,
        Function::Ref(name) => reference(name, context),
        Function::GetAtt(attribute) => Settled::Computed(attribute_type(attribute, context)),
        Function::Sub(sub) => match text_of(sub) {
            Some(text) => literal(Cow::Owned(Value::from(text))),
            None => Settled::Computed(Some(JsonType::String)),
        },
        _ => Settled::Computed(match call.name {
            "Fn::Join" | "Fn::Base64" | "Fn::ToJsonString" => Some(JsonType::String),
            "Fn::Split" | "Fn::GetAZs" | "Fn::Cidr" => Some(JsonType::Array),
            _ => None,
        }),
    }
}

/// The text of `Fn::Sub` without variables, unless it names a dynamic reference.
fn text_of(sub: Sub<'_>) -> Option<String> {
    let mut text = String::new();
    for part in sub.parts() {
        match part {
            Part::Text(part) => text.push_str(part),
            Part::Escaped(name) => text.push_str(&format!("${{{name}}}")),
            Part::Variable(_) | Part::Ref(_) | Part::GetAtt { .. } => return None,
        }
    }
    (!text.contains("{{resolve:")).then_some(text)
}

/// What `Ref` gives: a text of a resource, a value of a parameter.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html>
fn reference<'v>(name: &str, context: Context<'v>) -> Settled<'v> {
    if name == "AWS::NotificationARNs" {
        return Settled::Computed(Some(JsonType::Array));
    }
    if name.starts_with("AWS::") || context.resource_type(name).is_some() {
        return Settled::Computed(Some(JsonType::String));
    }
    let Some(parameter) = context.parameter(name) else {
        return Settled::Computed(None);
    };
    let of = parameter.get("Type").and_then(Value::as_str).unwrap_or("");
    let is_list = of.contains("List<") || of == "CommaDelimitedList";
    // What is passed for these names another value.
    let is_name = of.starts_with("AWS::SSM::Parameter::Value<");
    match parameter.get("AllowedValues").and_then(Value::as_array) {
        Some(allowed) if !is_list && !is_name => Settled::Choice(allowed.iter().collect()),
        _ if is_list => Settled::Computed(Some(JsonType::Array)),
        _ => Settled::Computed(Some(JsonType::String)),
    }
}

fn attribute_type(attribute: GetAtt<'_>, context: Context<'_>) -> Option<JsonType> {
    let AttributeName::Literal(name) = attribute.attribute else {
        return None;
    };
    let schema = schema(context.resource_type(attribute.target)?)?;
    let [only] = schema.attributes.get(name)?.types[..] else {
        return None;
    };
    Some(only)
}

/// The kinds of reference that a function gives, where its template tells.
pub(crate) fn produced_kinds<'v>(value: &'v Value, context: Context<'v>) -> &'static [String] {
    match Function::of(value) {
        Some(Function::Ref(name)) => context
            .resource_type(name)
            .and_then(schema)
            .map_or(&[], |schema| &schema.reference.kinds),
        Some(Function::GetAtt(GetAtt {
            target,
            attribute: AttributeName::Literal(name),
        })) => context
            .resource_type(target)
            .and_then(schema)
            .and_then(|schema| schema.attributes.get(name))
            .map_or(&[], |attribute| &attribute.kinds),
        Some(Function::ImportValue(name)) => name
            .as_str()
            .and_then(|name| context.export(name))
            .map_or(&[], |(value, exporter)| produced_kinds(value, exporter)),
        _ => &[],
    }
}
