//! The variants of a template: the choices that its conditions make of parameters.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use cloudformation::template::{Call, Function, attribute, entries, ref_target, references};
use serde_json::Value;

use super::Stack;
use super::parameters::{Assignment, assignment, scalar_text};

/// More combinations than this, and parameters vary one at a time.
const COMBINATIONS: usize = 24;

/// A choice of values for the parameters that conditions depend on. All other parameters are unknown in it: a
/// default that fits one choice need not fit another.
#[derive(Clone, Debug)]
pub(crate) struct Variant<'a> {
    pub(crate) parameters: BTreeMap<&'a str, Assignment<'a>>,
    /// The choice, as a finding tells it: `Stage=production`.
    pub(crate) label: String,
}

/// A parameter that conditions depend on, with the values that make a difference.
struct Choice<'a> {
    name: &'a str,
    values: Vec<(Assignment<'a>, String)>,
}

/// The variants of a stack; none where nothing is left to choose, or where rules forbid some choices.
pub(crate) fn variants(stack: &Stack) -> Vec<Variant<'_>> {
    let has_rules = entries(&stack.template, "Rules").next().is_some();
    let choices = if has_rules {
        Vec::new()
    } else {
        choices(stack)
    };
    if choices.is_empty() {
        return Vec::new();
    }
    let count = choices.iter().try_fold(1_usize, |count, choice| {
        count.checked_mul(choice.values.len())
    });
    let picks: Vec<Vec<usize>> = match count {
        Some(count) if count <= COMBINATIONS => all_combinations(&choices),
        _ => one_at_a_time(&choices),
    };
    picks
        .into_iter()
        .map(|pick| variant(stack, &choices, &pick))
        .collect()
}

fn variant<'a>(stack: &'a Stack, choices: &[Choice<'a>], pick: &[usize]) -> Variant<'a> {
    let mut parameters: BTreeMap<&str, Assignment<'_>> = entries(&stack.template, "Parameters")
        .map(|(name, body)| {
            let given = stack.parameters.get(name);
            let given = given.map(|text| assignment(body, Cow::Borrowed(text)));
            (name, given.unwrap_or(Assignment::Unknown))
        })
        .collect();
    let mut labels = Vec::new();
    for (choice, index) in choices.iter().zip(pick) {
        if let Some((value, label)) = choice.values.get(*index) {
            parameters.insert(choice.name, value.clone());
            labels.push(format!("{}={label}", choice.name));
        }
    }
    Variant {
        parameters,
        label: labels.join(", "),
    }
}

fn all_combinations(choices: &[Choice<'_>]) -> Vec<Vec<usize>> {
    choices.iter().fold(vec![Vec::new()], |picks, choice| {
        picks
            .iter()
            .flat_map(|pick| {
                (0..choice.values.len()).map(|index| {
                    let mut longer = pick.clone();
                    longer.push(index);
                    longer
                })
            })
            .collect()
    })
}

/// The first values, and each other value with the first ones of the other parameters.
fn one_at_a_time(choices: &[Choice<'_>]) -> Vec<Vec<usize>> {
    let first = vec![0; choices.len()];
    let mut picks = vec![first.clone()];
    for (position, choice) in choices.iter().enumerate() {
        for index in 1..choice.values.len() {
            let mut pick = first.clone();
            pick[position] = index;
            picks.push(pick);
        }
    }
    picks
}

/// The parameters in conditions that a deployment has not given, each with its default first.
fn choices(stack: &Stack) -> Vec<Choice<'_>> {
    let template = &stack.template;
    let mut compared: BTreeMap<&str, BTreeSet<Cow<'_, str>>> = BTreeMap::new();
    let mut used = BTreeSet::new();
    for (_, condition) in entries(template, "Conditions") {
        used.extend(references(condition).into_iter().map(|one| one.target));
        collect_comparisons(condition, &mut compared);
    }
    entries(template, "Parameters")
        .filter(|(name, _)| used.contains(*name) && !stack.parameters.contains_key(*name))
        .filter_map(|(name, body)| {
            let kind = attribute(body, "Type").unwrap_or_default();
            if !matches!(kind, "String" | "Number") || body.get("NoEcho").is_some() {
                return None;
            }
            let default = body.get("Default").and_then(scalar_text);
            let allowed = body.get("AllowedValues").and_then(Value::as_array);
            let mut texts: Vec<Cow<'_, str>> = default.into_iter().collect();
            let mut add = |text: Cow<'_, str>| {
                if !texts.contains(&text) {
                    texts.push(Cow::Owned(text.into_owned()));
                }
            };
            let literals = compared.remove(name).unwrap_or_default();
            if let Some(allowed) = allowed {
                allowed.iter().filter_map(scalar_text).for_each(&mut add);
            } else if body.get("AllowedPattern").is_none() {
                literals.iter().cloned().for_each(&mut add);
            }
            let mut values: Vec<(Assignment<'_>, String)> = texts
                .into_iter()
                .map(|text| (assignment(body, text.clone()), text.into_owned()))
                .collect();
            // A parameter without a list of values may have one that no condition names.
            if allowed.is_none() && !literals.is_empty() {
                values.push((Assignment::Other, "(another value)".to_owned()));
            }
            (values.len() > 1).then_some(Choice { name, values })
        })
        .collect()
}

/// The literals that each parameter is compared with.
fn collect_comparisons<'a>(
    value: &'a Value,
    compared: &mut BTreeMap<&'a str, BTreeSet<Cow<'a, str>>>,
) {
    if let Some(call) = Call::of(value) {
        if let (Function::Other, "Fn::Equals", Some([one, other])) = (
            call.function(),
            call.name,
            call.argument.as_array().map(Vec::as_slice),
        ) {
            for (parameter, literal) in [(one, other), (other, one)] {
                if let (Some(name), Some(text)) = (ref_target(parameter), scalar_text(literal)) {
                    compared.entry(name).or_default().insert(text);
                }
            }
            return;
        }
        for inner in call.argument.as_array().into_iter().flatten() {
            collect_comparisons(inner, compared);
        }
    }
}
