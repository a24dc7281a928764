//! What happens to each stack.

use std::collections::BTreeSet;

use crate::plan::{Action, StackPlan};
use common::environment::EnvironmentName;

use super::Shown;
use super::changes::both;
use crate::report::line::{Line, Tone};
use crate::report::wording::{action, count, listed, short, sign};

/// How many exports are named before it is said how many more there are.
const EXPORTS_NAMED: usize = 3;

/// The stacks that something happens to, in the plan's order; the rest in one line.
pub(super) fn stacks(shown: Shown<'_>) -> Vec<Line> {
    let plan = shown.plan;
    let name = |stack: &StackPlan| short(&stack.name, plan.environment).to_owned();
    let (unchanged, rest): (Vec<&StackPlan>, Vec<&StackPlan>) = plan
        .stacks
        .iter()
        .partition(|stack| stack.action == Action::Unchanged);
    let width = rest.iter().map(|stack| name(stack).len()).max();
    let column = width.unwrap_or(0).clamp(8, 30) + 6;
    let mut lines = Vec::new();
    for stack in rest {
        let tone = tone(stack.action);
        let line = Line::at(2)
            .and(tone, sign(stack.action))
            .plain(" ")
            .and(Tone::Strong, name(stack))
            .to(column)
            .and(tone, action(stack.action))
            .to(column + 11)
            .hanging(column + 11)
            .plain(&stack.reason);
        lines.push(line);
        if !stack.retained_exports.is_empty() {
            let kept: Vec<&str> = stack
                .retained_exports
                .iter()
                .map(|export| short(export, plan.environment))
                .collect();
            let text = format!(
                "keeps {} until nobody imports {} any more: {}",
                count(kept.len(), "export"),
                if kept.len() == 1 { "it" } else { "them" },
                listed(&kept, EXPORTS_NAMED),
            );
            lines.push(Line::at(6).and(Tone::Dim, text));
        }
        if !stack.deferred.is_empty() {
            lines.push(deferred(stack, plan.environment));
        }
        lines.extend(both(shown, &stack.name));
    }
    if !unchanged.is_empty() {
        let names: Vec<String> = unchanged.into_iter().map(name).collect();
        let sign = sign(Action::Unchanged);
        let text = format!("{sign} unchanged: {}", names.join(", "));
        lines.push(Line::at(2).and(Tone::Dim, text).hanging(4));
    }
    lines
}

/// What keeps the change set from being made now.
fn deferred(stack: &StackPlan, environment: EnvironmentName) -> Line {
    let producers: BTreeSet<&str> = stack
        .deferred
        .iter()
        .map(|one| short(&one.stack, environment))
        .collect();
    let producers: Vec<&str> = producers.into_iter().collect();
    let exports = match stack.deferred.as_slice() {
        [one] => short(&one.export, environment).to_owned(),
        many => count(many.len(), "export"),
    };
    let text = format!("needs {exports} of {}", listed(&producers, EXPORTS_NAMED));
    Line::at(6).and(Tone::Dim, text)
}

/// How an action is coloured, here and wherever else it stands.
const fn tone(action: Action) -> Tone {
    match action {
        Action::Create => Tone::Good,
        Action::Update | Action::Protect | Action::Recover => Tone::Warn,
        Action::Delete | Action::Blocked => Tone::Bad,
        Action::Unchanged | Action::Skipped => Tone::Dim,
    }
}
