//! A plan, for the person who confirms it: stacks, changes inside of them, order, findings.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::{ChangeAction, Replacement, ResourceChange};
use common::environment::EnvironmentName;

use crate::plan::{Action, Operation, Phase, Plan, StackPlan, Step, StepId};
use crate::report::findings::findings;
use crate::report::line::{Line, Tone, columns};
use crate::report::wording::{action, count, listed, short, sign, step_verb, tally};

/// A plan with what is shown of each stack.
#[derive(Clone, Copy, Debug)]
pub struct PlanView<'a> {
    pub plan: &'a Plan,
    /// Our own comparison of the templates, by stack, as lines.
    pub differences: &'a BTreeMap<String, Vec<Line>>,
    /// What follows from the changes, the worst first.
    pub consequences: &'a [Line],
    /// What the change sets that are there say, by stack.
    pub change_sets: &'a BTreeMap<String, Vec<ResourceChange>>,
}

/// The whole plan: where, what happens to which stack and why, in which order, and what has to be
/// known. What is in the way stands last, where a terminal shows it.
#[must_use]
pub fn plan(view: PlanView<'_>) -> Vec<Line> {
    let plan = view.plan;
    let mut lines = vec![heading(plan), Line::new()];
    lines.extend(stacks(view));
    lines.push(Line::new());
    lines.push(Line::new().and(Tone::Strong, tally(plan)));
    lines.extend(order(plan));
    lines.extend_from_slice(view.consequences);
    lines.extend(findings(plan));
    lines
}

#[must_use]
pub fn heading(plan: &Plan) -> Line {
    let line = Line::new()
        .and(Tone::Strong, plan.environment.as_str())
        .plain(format!(": account {}, {}", plan.account, plan.region));
    match &plan.commit {
        Some(commit) => {
            let (commit, changes) = match commit.strip_suffix("-dirty") {
                Some(commit) => (commit, " with uncommitted changes"),
                None => (commit.as_str(), ""),
            };
            let short: String = commit.chars().take(10).collect();
            line.plain(format!(", commit {short}{changes}"))
        }
        None => line,
    }
}

/// How many exports are named before it is said how many more there are.
const EXPORTS_NAMED: usize = 3;

/// The stacks that something happens to, in the plan's order; the rest in one line.
fn stacks(view: PlanView<'_>) -> Vec<Line> {
    let plan = view.plan;
    let name = |stack: &StackPlan| short(&stack.name, plan.environment).to_owned();
    let (unchanged, rest): (Vec<&StackPlan>, Vec<&StackPlan>) = plan
        .stacks
        .iter()
        .partition(|stack| stack.action == Action::Unchanged);
    let width = rest.iter().map(|stack| columns(&name(stack))).max();
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
                "keeps {} until no stack imports {}: {}",
                count(kept.len(), "export"),
                if kept.len() == 1 { "it" } else { "them" },
                listed(&kept, EXPORTS_NAMED),
            );
            lines.push(Line::at(6).and(Tone::Dim, text));
        }
        if !stack.deferred.is_empty() {
            lines.push(deferred(stack, plan.environment));
        }
        lines.extend(changes_of(view, &stack.name));
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
const PROPERTIES_NAMED: usize = 6;

fn changes_of(view: PlanView<'_>, stack: &str) -> Vec<Line> {
    let ours = view.differences.get(stack);
    let theirs = view.change_sets.get(stack);
    let mut lines = Vec::new();
    if let Some(ours) = ours {
        lines.push(heading_line("by comparing the templates"));
        if ours.is_empty() {
            lines.push(nothing(theirs.is_some_and(|theirs| !theirs.is_empty())));
        }
        lines.extend(ours.iter().cloned());
    }
    if let Some(theirs) = theirs {
        lines.push(heading_line("by its change set"));
        if theirs.is_empty() {
            lines.push(nothing(ours.is_some_and(|ours| !ours.is_empty())));
        }
        lines.extend(if is_created(view, stack) {
            creation(theirs)
        } else {
            change_set(theirs)
        });
    }
    lines
}

fn is_created(view: PlanView<'_>, stack: &str) -> bool {
    let found = view.plan.stacks.iter().find(|one| one.name == stack);
    found.is_some_and(|one| one.action == Action::Create)
}

/// Of a new stack everything is new: only what was there before is named.
fn creation(changes: &[ResourceChange]) -> Vec<Line> {
    let (new, rest): (Vec<&ResourceChange>, Vec<&ResourceChange>) = changes
        .iter()
        .partition(|change| change.action == ChangeAction::Add);
    let number = count(new.len(), "new resource");
    let mut lines = vec![Line::at(8).and(Tone::Good, "+").plain(" ").plain(number)];
    lines.extend(rest.into_iter().map(resource));
    lines
}

fn heading_line(text: &str) -> Line {
    Line::at(6).and(Tone::Dim, text)
}

fn nothing(disagrees: bool) -> Line {
    if disagrees {
        Line::at(8).and(Tone::Warn, "no changes; the other view disagrees")
    } else {
        Line::at(8).plain("no changes")
    }
}

/// The changes of a change set, one a line.
#[must_use]
pub fn change_set(changes: &[ResourceChange]) -> Vec<Line> {
    changes.iter().map(resource).collect()
}

fn resource(change: &ResourceChange) -> Line {
    let (sign, tone) = match (change.action, change.replacement) {
        (ChangeAction::Add, _) => ("+", Tone::Good),
        (ChangeAction::Import, _) => ("<", Tone::Good),
        (ChangeAction::Remove, _) => ("-", Tone::Bad),
        (_, Replacement::Always) => ("!", Tone::Bad),
        (ChangeAction::Modify | ChangeAction::Dynamic, _) => ("~", Tone::Warn),
    };
    let mut line = Line::at(8)
        .and(tone, sign)
        .plain(" ")
        .plain(&change.logical_id)
        .plain("  ")
        .and(Tone::Dim, &change.resource_type);
    if !change.properties.is_empty() {
        let mut named: Vec<&str> = change.properties.iter().map(String::as_str).collect();
        let more = named.len().saturating_sub(PROPERTIES_NAMED);
        named.truncate(PROPERTIES_NAMED);
        line = line.plain(": ").plain(named.join(", "));
        if more > 0 {
            line = line.plain(format!(" and {more} more"));
        }
    }
    let word = match (change.action, change.replacement) {
        (ChangeAction::Import, _) => Some("imported"),
        (ChangeAction::Dynamic, _) => Some("depends on other changes"),
        (ChangeAction::Modify, Replacement::Always) => Some("replaced"),
        (ChangeAction::Modify, Replacement::Conditional) => Some("may be replaced"),
        _ => None,
    };
    match word {
        Some(word) => line.plain(", ").and(tone, word),
        None => line,
    }
}
/// The steps in layers: each needs only steps of layers before its own. Inside a layer they are
/// done at the same time, as far as the concurrency allows.
#[must_use]
pub fn layers(plan: &Plan) -> Vec<Vec<&Step>> {
    let mut depth: BTreeMap<&StepId, usize> = BTreeMap::new();
    let mut layers: Vec<Vec<&Step>> = Vec::new();
    // Each step stands after those that it needs.
    for step in &plan.steps {
        let needs = step.needs.iter().filter_map(|need| depth.get(need));
        let layer = needs.max().map_or(0, |deepest| deepest + 1);
        depth.insert(&step.id, layer);
        if layers.len() <= layer {
            layers.resize_with(layer + 1, Vec::new);
        }
        if let Some(layer) = layers.get_mut(layer) {
            layer.push(step);
        }
    }
    layers
}

/// The order, where there is more than one step to order.
fn order(plan: &Plan) -> Vec<Line> {
    if plan.steps.len() < 2 {
        return Vec::new();
    }
    let mut lines = vec![Line::new().plain("in this order:")];
    for (index, layer) in layers(plan).into_iter().enumerate() {
        let names: Vec<String> = layer.into_iter().map(|step| named(plan, step)).collect();
        lines.push(
            Line::at(1)
                .and(Tone::Dim, format!("{:>3}  ", index + 1))
                .plain(names.join(", "))
                .hanging(6),
        );
    }
    lines
}

/// A step by its stack, and its operation, unless that is a plain creation or update.
pub(crate) fn named(plan: &Plan, step: &Step) -> String {
    let stack = short(&step.stack, plan.environment);
    let phased = matches!(&step.operation, Operation::Deploy(deploy)
        if deploy.phase != Phase::Whole);
    // The phases of a stack are several steps.
    if phased || !matches!(step_verb(step).base, "create" | "update") {
        format!("{stack} ({})", step_verb(step).base)
    } else {
        stack.to_owned()
    }
}
