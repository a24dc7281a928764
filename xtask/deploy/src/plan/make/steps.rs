//! Writes the plan down.

use std::collections::{BTreeMap, BTreeSet};

use super::find::watched;
use super::import::Import;
use super::intent::Intent;
use super::schedule::{Schedule, Turn};
use super::settle::Stacks;
use super::stack::Stack;
use super::target::Target;
use super::world::World;
use crate::plan::{
    Action, Deferral, Finding, Observation, Operation, Plan, StackPlan, Step, StepId, VERSION,
};

fn empty(world: &World<'_>, mut findings: Vec<Finding>) -> Plan {
    findings.sort_by(|one, other| {
        let key = |finding: &Finding| !finding.is_blocking();
        key(one).cmp(&key(other)).then_with(|| one.cmp(other))
    });
    Plan {
        version: VERSION,
        environment: world.assembly.environment,
        account: world.assembly.account.clone(),
        region: world.assembly.region.clone(),
        commit: world.request.commit.clone(),
        stacks: Vec::new(),
        steps: Vec::new(),
        findings,
        templates: BTreeMap::new(),
        observed: BTreeMap::new(),
    }
}

fn observation(world: &World<'_>, name: &str) -> Observation {
    let Some(view) = world.observed.stacks.get(name) else {
        // Of a stack outside of the environment nothing matters but that it is there: it may be
        // updated, or busy, for as long as it likes.
        return Observation {
            id: world.observed.outside.get(name).cloned().flatten(),
            status: None,
            changed: None,
        };
    };
    Observation {
        id: Some(view.id.clone()),
        status: Some(view.status.clone()),
        changed: Some(view.changed().to_owned()),
    }
}

fn stack_plan(world: &World<'_>, name: &str, action: Action, reason: String) -> StackPlan {
    StackPlan {
        name: name.to_owned(),
        action,
        reason,
        status: world
            .observed
            .stacks
            .get(name)
            .map(|view| view.status.clone()),
        deferred: Vec::new(),
        kept_exports: BTreeSet::new(),
    }
}

/// A plan that only brings stacks back.
pub(super) fn recovery(
    world: &World<'_>,
    intents: &BTreeMap<&str, Intent>,
    findings: Vec<Finding>,
) -> Plan {
    let mut plan = empty(world, findings);
    for (name, intent) in intents {
        let (action, reason) = match intent {
            Intent::Recover(recovery) => {
                plan.steps.push(Step {
                    id: StepId((*name).to_owned()),
                    stack: (*name).to_owned(),
                    needs: Vec::new(),
                    operation: Operation::Recover(*recovery),
                });
                let seen = observation(world, name);
                plan.observed.insert((*name).to_owned(), seen);
                (Action::Recover, recovery.reason().to_owned())
            }
            Intent::Keep => (Action::Unchanged, "is as defined".to_owned()),
            Intent::Block(reason) => (Action::Blocked, reason.clone()),
            Intent::Leave(reason) | Intent::Wait(reason) => (Action::Skipped, reason.clone()),
            Intent::Create | Intent::Update(_) | Intent::Delete => (
                Action::Skipped,
                "is planned once the others are recovered".to_owned(),
            ),
        };
        plan.stacks.push(stack_plan(world, name, action, reason));
    }
    plan
}

/// The plan of a schedule.
pub(super) fn plan(
    stacks: &Stacks<'_, '_>,
    schedule: &Schedule<'_>,
    findings: Vec<Finding>,
) -> Plan {
    let world = stacks.world;
    let mut plan = empty(world, findings);
    let before = schedule.graph.before();
    let mut touched = BTreeSet::new();
    // Before the first of its steps, where it has several.
    let mut imported = BTreeSet::new();
    for node in schedule.order.iter().copied() {
        let (Some((name, turn)), Some(id)) = (schedule.nodes.get(node), schedule.step_id(node))
        else {
            continue;
        };
        let Some(stack) = stacks.stacks.get(name) else {
            continue;
        };
        let mut importing = None;
        let operation = if stack.intent == Intent::Delete {
            Operation::Delete {
                unprotect: stack.view.is_some_and(|view| view.termination_protection),
                role: world.role_of(stack.artifact),
            }
        } else {
            let Some(target) = Target::of(stack, *turn, schedule) else {
                continue;
            };
            let mut step = target.step(world, stack, &plan.findings);
            plan.templates.insert(target.hash, target.text);
            if imported.insert(*name)
                && let Some(import) = Import::of(world, stack)
            {
                plan.templates
                    .insert(import.hash().to_owned(), import.text.clone());
                importing = Some(import.before(&mut step));
            }
            Operation::Deploy(Box::new(step))
        };
        let mut needs: Vec<StepId> = before
            .get(node)
            .into_iter()
            .flatten()
            .filter_map(|node| schedule.step_id(*node))
            .collect();
        needs.sort();
        touched.extend(relied_on(world, stack));
        if let Some(step) = importing {
            let first = StepId(format!("{name}:import"));
            plan.steps.push(Step {
                id: first.clone(),
                stack: (*name).to_owned(),
                needs: needs.clone(),
                operation: Operation::Deploy(Box::new(step)),
            });
            needs.push(first);
            needs.sort();
        }
        plan.steps.push(Step {
            id,
            stack: (*name).to_owned(),
            needs,
            operation,
        });
    }
    for stack in stacks.stacks.values() {
        let mut stack_plan = of_stack(world, stack, schedule);
        if let Some(step) = protect(world, stack, &mut stack_plan) {
            touched.insert(stack.name);
            plan.steps.push(step);
        }
        plan.stacks.push(stack_plan);
    }
    plan.observed = touched
        .into_iter()
        .map(|name| (name.to_owned(), observation(world, name)))
        .collect();
    plan
}

/// The stack, those it imports from, and those that import what it drops.
fn relied_on<'a>(world: &World<'a>, stack: &Stack<'a>) -> BTreeSet<&'a str> {
    let imports = stack.artifact.into_iter().flat_map(|one| &one.imports);
    let producers = imports.filter_map(|export| world.producer(export));
    let importers = stack
        .dropped
        .iter()
        .flat_map(|export| world.importers(export, stack.name));
    producers.chain(importers).chain([stack.name]).collect()
}

fn of_stack(world: &World<'_>, stack: &Stack<'_>, schedule: &Schedule<'_>) -> StackPlan {
    let moves = [Turn::First, Turn::Last]
        .into_iter()
        .any(|turn| schedule.node(stack.name, turn).is_some());
    let (action, reason) = match &stack.intent {
        Intent::Create => (Action::Create, created(world, stack)),
        Intent::Update(differs) if moves => {
            let mut reasons = Vec::new();
            if differs.definition {
                reasons.push("its definition changed".to_owned());
            }
            if differs.expanded && differs.parameters.is_empty() {
                reasons.push("what it kept is not imported any more".to_owned());
            }
            if differs.tag {
                reasons.push("it has lost its tag".to_owned());
            }
            if !differs.parameters.is_empty() {
                reasons.push(format!("{} changed", differs.parameters.join(", ")));
            }
            if let Some(import) = Import::of(world, stack) {
                reasons.push(format!("takes over {}", import.names()));
            }
            (Action::Update, reasons.join(", "))
        }
        Intent::Update(_) => (
            Action::Unchanged,
            "is as defined, with exports that are still imported".to_owned(),
        ),
        Intent::Keep if world.request.previous_template && stack.view.is_some() => (
            Action::Unchanged,
            "has these values; its template was not compared".to_owned(),
        ),
        Intent::Keep => (Action::Unchanged, "is as defined".to_owned()),
        Intent::Delete if stack.artifact.is_some() => (Action::Delete, "is deployed".to_owned()),
        Intent::Delete => (Action::Delete, "is not defined any more".to_owned()),
        Intent::Recover(recovery) => (Action::Recover, recovery.reason().to_owned()),
        Intent::Leave(reason) | Intent::Wait(reason) => (Action::Skipped, reason.clone()),
        Intent::Block(reason) => (Action::Blocked, reason.clone()),
    };
    let mut plan = stack_plan(world, stack.name, action, reason);
    if stack.intent.moves() {
        plan.deferred = deferred(world, stack, schedule);
        let kept = [&schedule.between, &schedule.end];
        let kept = kept.iter().filter_map(|kept| kept.get(stack.name));
        plan.kept_exports = kept.flatten().cloned().collect();
    }
    plan
}

fn created(world: &World<'_>, stack: &Stack<'_>) -> String {
    match Import::of(world, stack) {
        Some(import) => format!("is not deployed, and takes over {}", import.names()),
        None => "is not deployed".to_owned(),
    }
}

/// The imports that are not there yet, so that no change set can be made.
fn deferred(world: &World<'_>, stack: &Stack<'_>, schedule: &Schedule<'_>) -> Vec<Deferral> {
    if schedule.node(stack.name, Turn::First).is_none() || !stack.is_deployed_to() {
        return Vec::new();
    }
    let imports = stack.artifact.into_iter().flat_map(|one| &one.imports);
    imports
        .filter_map(|export| {
            let producer = world.producer(export)?;
            schedule.node(producer, Turn::First)?;
            (world.exporter(export) != Some(producer)).then(|| Deferral {
                export: export.clone(),
                stack: producer.to_owned(),
            })
        })
        .collect()
}

/// What protects the stack, where it is there and not touched otherwise.
fn protect(world: &World<'_>, stack: &Stack<'_>, plan: &mut StackPlan) -> Option<Step> {
    let (artifact, view) = (stack.artifact?, stack.view?);
    if plan.action != Action::Unchanged {
        return None;
    }
    // What is protected more than it has to be stays so: somebody may have a reason.
    let termination_protection =
        (artifact.termination_protection && !view.termination_protection).then_some(true);
    let policy = world
        .reads_policy(artifact)
        .then(|| {
            let kept = stack.before.as_ref().map(watched).unwrap_or_default();
            super::policy::policy(&super::policy::ids(artifact).union(&kept).cloned().collect())
        })
        .filter(|policy| {
            let deployed = world.observed.policies.get(stack.name);
            let deployed = deployed.and_then(Option::as_deref);
            !deployed.is_some_and(|text| super::policy::same(text, policy))
        });
    plan.reason = match (termination_protection, &policy) {
        (None, None) => return None,
        (Some(_), None) => "is not protected against deletion".to_owned(),
        (None, Some(_)) => "its stack policy is not as defined".to_owned(),
        (Some(_), Some(_)) => {
            "is not protected against deletion, and its stack policy is not as defined".to_owned()
        }
    };
    plan.action = Action::Protect;
    Some(Step {
        id: StepId(stack.name.to_owned()),
        stack: stack.name.to_owned(),
        needs: Vec::new(),
        operation: Operation::Protect {
            termination_protection,
            policy,
        },
    })
}
