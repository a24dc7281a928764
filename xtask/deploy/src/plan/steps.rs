//! Assembly of the plan: steps, stacks, findings, observations.

use std::collections::{BTreeMap, BTreeSet};

use super::action::StackAction;
use super::deploy_step::StepTemplate;
use super::exports::StackSet;
use super::finding::Finding;
use super::import_step::ImportStep;
use super::input::PlanInput;
use super::model::{
    Action, Deferral, Observation, Operation, Plan, StackPlan, Step, StepId, VERSION,
};
use super::risks::critical_resources;
use super::schedule::{Pass, Schedule};
use super::stack::Stack;
use super::stack_policy;

fn empty_plan(input: &PlanInput<'_>, mut findings: Vec<Finding>) -> Plan {
    findings.sort_by(|one, other| {
        let key = |finding: &Finding| !finding.is_blocking();
        key(one).cmp(&key(other)).then_with(|| one.cmp(other))
    });
    Plan {
        version: VERSION,
        environment: input.assembly.environment,
        account: input.assembly.account.clone(),
        region: input.assembly.region.clone(),
        commit: input.request.commit.clone(),
        stacks: Vec::new(),
        steps: Vec::new(),
        findings,
        templates: BTreeMap::new(),
        observed: BTreeMap::new(),
    }
}

fn observation(input: &PlanInput<'_>, name: &str) -> Observation {
    let Some(view) = input.observed.stacks.get(name) else {
        // Of an external stack only its existence matters: updates and operations of its owner are
        // irrelevant.
        return Observation {
            id: input.observed.external_stacks.get(name).cloned().flatten(),
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

fn stack_plan(input: &PlanInput<'_>, name: &str, action: Action, reason: String) -> StackPlan {
    StackPlan {
        name: name.to_owned(),
        action,
        reason,
        status: input
            .observed
            .stacks
            .get(name)
            .map(|view| view.status.clone()),
        deferred: Vec::new(),
        retained_exports: BTreeSet::new(),
    }
}

pub(super) fn recovery_plan(
    input: &PlanInput<'_>,
    actions: &BTreeMap<&str, StackAction>,
    findings: Vec<Finding>,
) -> Plan {
    let mut plan = empty_plan(input, findings);
    for (name, action) in actions {
        let (action, reason) = match action {
            StackAction::Recover(recovery) => {
                plan.steps.push(Step {
                    id: StepId((*name).to_owned()),
                    stack: (*name).to_owned(),
                    needs: Vec::new(),
                    operation: Operation::Recover(*recovery),
                });
                let seen = observation(input, name);
                plan.observed.insert((*name).to_owned(), seen);
                (Action::Recover, recovery.reason().to_owned())
            }
            StackAction::NoOp => (Action::Unchanged, "is as defined".to_owned()),
            StackAction::Block(reason) => (Action::Blocked, reason.clone()),
            StackAction::Skip(reason) | StackAction::Wait(reason) => {
                (Action::Skipped, reason.clone())
            }
            StackAction::Create | StackAction::Update(_) | StackAction::Delete => (
                Action::Skipped,
                "is planned once the others have recovered".to_owned(),
            ),
        };
        plan.stacks.push(stack_plan(input, name, action, reason));
    }
    plan
}

pub(super) fn scheduled_plan(
    stacks: &StackSet<'_, '_>,
    schedule: &Schedule<'_>,
    findings: Vec<Finding>,
) -> Plan {
    let input = stacks.input;
    let mut plan = empty_plan(input, findings);
    let before = schedule.graph.before();
    let mut touched = BTreeSet::new();
    // The import comes before the first of a stack's steps.
    let mut imported = BTreeSet::new();
    for node in schedule.order.iter().copied() {
        let (Some((name, pass)), Some(id)) = (schedule.nodes.get(node), schedule.step_id(node))
        else {
            continue;
        };
        let Some(stack) = stacks.stacks.get(name) else {
            continue;
        };
        let mut importing = None;
        let operation = if stack.action == StackAction::Delete {
            Operation::Delete {
                unprotect: stack.view.is_some_and(|view| view.termination_protection),
                role: input.role_for(stack.artifact),
            }
        } else {
            let Some(template) = StepTemplate::for_pass(stack, *pass, schedule) else {
                continue;
            };
            let mut step = template.step(input, stack, &plan.findings);
            plan.templates.insert(template.hash, template.text);
            if imported.insert(*name)
                && let Some(import) = ImportStep::new(input, stack)
            {
                plan.templates
                    .insert(import.hash().to_owned(), import.text.clone());
                importing = Some(import.precede(&mut step));
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
        touched.extend(dependencies(input, stack));
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
        let mut stack_plan = summarize_stack(input, stack, schedule);
        if let Some(step) = protection_step(input, stack, &mut stack_plan) {
            touched.insert(stack.name);
            plan.steps.push(step);
        }
        plan.stacks.push(stack_plan);
    }
    plan.observed = touched
        .into_iter()
        .map(|name| (name.to_owned(), observation(input, name)))
        .collect();
    plan
}

/// The stack, its producers, and the importers of the exports it drops.
fn dependencies<'a>(input: &PlanInput<'a>, stack: &Stack<'a>) -> BTreeSet<&'a str> {
    let imports = stack.artifact.into_iter().flat_map(|one| &one.imports);
    let producers = imports.filter_map(|export| input.producer(export));
    let importers = stack
        .dropped
        .iter()
        .flat_map(|export| input.importers(export, stack.name));
    producers.chain(importers).chain([stack.name]).collect()
}

fn summarize_stack(input: &PlanInput<'_>, stack: &Stack<'_>, schedule: &Schedule<'_>) -> StackPlan {
    let is_scheduled = [Pass::First, Pass::Last]
        .into_iter()
        .any(|pass| schedule.node(stack.name, pass).is_some());
    let (action, reason) = match &stack.action {
        StackAction::Create => (Action::Create, creation_reason(input, stack)),
        StackAction::Update(changes) if is_scheduled => {
            let mut reasons = Vec::new();
            if changes.definition {
                reasons.push("its definition changed".to_owned());
            }
            if changes.retains_exports && changes.parameters.is_empty() {
                reasons.push("its retained exports are no longer imported".to_owned());
            }
            if changes.tag {
                reasons.push("it has lost its tag".to_owned());
            }
            if !changes.parameters.is_empty() {
                reasons.push(format!("{} changed", changes.parameters.join(", ")));
            }
            if let Some(import) = ImportStep::new(input, stack) {
                reasons.push(format!("adopts {}", import.logical_ids()));
            }
            (Action::Update, reasons.join(", "))
        }
        StackAction::Update(_) => (
            Action::Unchanged,
            "is as defined, plus exports that are still imported".to_owned(),
        ),
        StackAction::NoOp if input.request.previous_template && stack.view.is_some() => (
            Action::Unchanged,
            "has these values; its template was not compared".to_owned(),
        ),
        StackAction::NoOp => (Action::Unchanged, "is as defined".to_owned()),
        StackAction::Delete if stack.artifact.is_some() => {
            (Action::Delete, "is deployed".to_owned())
        }
        StackAction::Delete => (Action::Delete, "is no longer defined".to_owned()),
        StackAction::Recover(recovery) => (Action::Recover, recovery.reason().to_owned()),
        StackAction::Skip(reason) | StackAction::Wait(reason) => (Action::Skipped, reason.clone()),
        StackAction::Block(reason) => (Action::Blocked, reason.clone()),
    };
    let mut plan = stack_plan(input, stack.name, action, reason);
    if stack.action.is_change() {
        plan.deferred = deferred(input, stack, schedule);
        let retained = [&schedule.after_first, &schedule.at_end];
        let retained = retained
            .iter()
            .filter_map(|retained| retained.get(stack.name));
        plan.retained_exports = retained.flatten().cloned().collect();
    }
    plan
}

fn creation_reason(input: &PlanInput<'_>, stack: &Stack<'_>) -> String {
    match ImportStep::new(input, stack) {
        Some(import) => format!("is not deployed; adopts {}", import.logical_ids()),
        None => "is not deployed".to_owned(),
    }
}

/// The imports whose export does not exist yet, so that no change set can be created.
fn deferred(input: &PlanInput<'_>, stack: &Stack<'_>, schedule: &Schedule<'_>) -> Vec<Deferral> {
    if schedule.node(stack.name, Pass::First).is_none() || !stack.is_deployed_to() {
        return Vec::new();
    }
    let imports = stack.artifact.into_iter().flat_map(|one| &one.imports);
    imports
        .filter_map(|export| {
            let producer = input.producer(export)?;
            schedule.node(producer, Pass::First)?;
            (input.exporter(export) != Some(producer)).then(|| Deferral {
                export: export.clone(),
                stack: producer.to_owned(),
            })
        })
        .collect()
}

/// The step that restores protection and stack policy, for a stack that is unchanged otherwise.
fn protection_step(input: &PlanInput<'_>, stack: &Stack<'_>, plan: &mut StackPlan) -> Option<Step> {
    let (artifact, view) = (stack.artifact?, stack.view?);
    if plan.action != Action::Unchanged {
        return None;
    }
    // Protection beyond the definition stays: it may have been turned on for a reason.
    let termination_protection =
        (artifact.termination_protection && !view.termination_protection).then_some(true);
    let policy = input
        .reads_policy(artifact)
        .then(|| {
            let retained = stack
                .before
                .as_ref()
                .map(critical_resources)
                .unwrap_or_default();
            stack_policy::policy(
                &stack_policy::ids(artifact)
                    .union(&retained)
                    .cloned()
                    .collect(),
            )
        })
        .filter(|policy| {
            let deployed = input.observed.policies.get(stack.name);
            let deployed = deployed.and_then(Option::as_deref);
            !deployed.is_some_and(|text| stack_policy::same(text, policy))
        });
    plan.reason = match (termination_protection, &policy) {
        (None, None) => return None,
        (Some(_), None) => "has no termination protection".to_owned(),
        (None, Some(_)) => "its stack policy differs".to_owned(),
        (Some(_), Some(_)) => {
            "has no termination protection, and its stack policy differs".to_owned()
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
