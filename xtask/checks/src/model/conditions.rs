//! Conditions in three values: true, false, and what a deployment decides.

use std::collections::BTreeMap;

use cloudformation::template::{Call, Function, entries, entry, ref_target};
use serde_json::Value;

use super::Model;
use super::functions::evaluate_at;
use super::node::Content;
use super::parameters::Assignment;

/// More than one condition can refer to; a circle of conditions ends here.
const DEPTH: usize = 32;

pub(super) fn evaluate<'a>(model: &Model<'a>, stack: usize) -> BTreeMap<&'a str, Option<bool>> {
    entries(&model.stacks[stack].stack.template, "Conditions")
        .map(|(name, _)| (name, condition(model, stack, name, 0)))
        .collect()
}

pub(super) fn condition(model: &Model<'_>, stack: usize, name: &str, depth: usize) -> Option<bool> {
    let (_, body) = entry(&model.stacks[stack].stack.template, "Conditions", name)?;
    truth(model, stack, body, depth)
}

fn truth(model: &Model<'_>, stack: usize, value: &Value, depth: usize) -> Option<bool> {
    if depth > DEPTH {
        return None;
    }
    let inner = |value: &Value| truth(model, stack, value, depth + 1);
    let call = Call::of(value)?;
    let arguments = call.argument.as_array().map_or(&[][..], Vec::as_slice);
    match (call.name, arguments) {
        ("Condition", _) => match call.function() {
            Function::Condition(name) => condition(model, stack, name, depth + 1),
            _ => None,
        },
        ("Fn::Not", [one]) => inner(one).map(|is_true| !is_true),
        ("Fn::And", all) => {
            let values: Vec<_> = all.iter().map(inner).collect();
            if values.contains(&Some(false)) {
                Some(false)
            } else if values.contains(&None) {
                None
            } else {
                Some(true)
            }
        }
        ("Fn::Or", all) => {
            let values: Vec<_> = all.iter().map(inner).collect();
            if values.contains(&Some(true)) {
                Some(true)
            } else if values.contains(&None) {
                None
            } else {
                Some(false)
            }
        }
        ("Fn::Equals", [one, other]) => equals(model, stack, one, other, depth),
        _ => None,
    }
}

fn equals(
    model: &Model<'_>,
    stack: usize,
    one: &Value,
    other: &Value,
    depth: usize,
) -> Option<bool> {
    // A parameter with a value other than all that it is compared with.
    for (parameter, compared) in [(one, other), (other, one)] {
        if let Some(name) = ref_target(parameter)
            && model.stacks[stack].parameters.get(name) == Some(&Assignment::Other)
            && !compared.is_object()
        {
            return Some(false);
        }
    }
    let one = evaluate_at(model, stack, one, depth);
    let other = evaluate_at(model, stack, other, depth);
    match (one.text(), other.text()) {
        (Some(one), Some(other)) => Some(one == other),
        _ => match (&one.content, &other.content) {
            (Content::Texts(one), Content::Texts(other)) => Some(one == other),
            (Content::Unknown(one), Content::Unknown(other))
                if one.expression.is_some() && one.expression == other.expression =>
            {
                Some(true)
            }
            _ => None,
        },
    }
}
