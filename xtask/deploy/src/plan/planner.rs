//! Entry points of the planner, from inputs to plan.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::StackName;
use common::assembly::Assembly;

use super::action::{Purpose, StackAction};
use super::error::PlanError;
use super::exports::{StackSet, retained_export_findings};
use super::finding::{Finding, FindingCode, Severity};
use super::input::{DefinedStack, PlanInput};
use super::request::{Planned, Request};
use super::risks::assess;
use super::schedule::{Schedule, Scheduled};
use super::service_rules::ServiceFindings;
use super::stack::{Stack, renamed_exports};
use super::stack_actions::{assume_recovered, deploy_actions, destroy_actions};
use super::unique_values::value_conflicts;
use super::{orphan_findings, previous_template, steps};
use crate::observe::{Need, Observed};
use crate::orphans::{ResourceSet, unnamed_retained};

/// Plans the changes that bring the environment to its definition.
///
/// A pure function: the same input gives the same plan. Where something has to be observed first,
/// the result says what; that takes at most three rounds, and one more where stacks have lost their
/// tag.
///
/// # Errors
/// When the input is wrong: an unknown stack or parameter, a template that is missing or not JSON.
/// Problems of the environment are findings in the plan.
pub fn plan(
    assembly: &Assembly,
    observed: &Observed,
    request: &Request,
) -> Result<Planned, PlanError> {
    plan_for(assembly, observed, request, Purpose::Deploy)
}

/// Plans the deletion of the environment. What is retained is listed as findings
/// `resource-retained`.
///
/// Deployed stacks that are no longer defined belong to the environment and are deleted too. Manual
/// stacks are deleted last, and only where the request includes them. A stack with termination
/// protection blocks until its deletion is acknowledged.
///
/// # Errors
/// As [`plan`].
pub fn plan_destruction(
    assembly: &Assembly,
    observed: &Observed,
    request: &Request,
) -> Result<Planned, PlanError> {
    plan_for(assembly, observed, request, Purpose::Destroy)
}

fn plan_for(
    assembly: &Assembly,
    observed: &Observed,
    request: &Request,
    purpose: Purpose,
) -> Result<Planned, PlanError> {
    let definition = match previous_template::definition(assembly, observed, request)? {
        Ok(definition) => definition,
        Err(needs) => return Ok(Planned::Needs(needs)),
    };
    let defined = DefinedStack::all(&definition);
    let input = PlanInput::new(&definition, &defined, observed, request)?;
    let untagged = input.untagged_stacks();
    if !untagged.is_empty() {
        return Ok(Planned::Needs(untagged));
    }
    let mut findings = Vec::new();
    let mut actions = match purpose {
        Purpose::Deploy => deploy_actions(&input, &mut findings)?,
        Purpose::Destroy => destroy_actions(&input, &mut findings),
    };
    if request.assume_recovered {
        assume_recovered(&input, &mut actions, &mut findings);
    }
    let stuck = |action: &StackAction| matches!(action, StackAction::Recover(_));
    if !request.assume_recovered && actions.values().any(stuck) {
        let plan = steps::recovery_plan(&input, &actions, findings);
        return Ok(Planned::Plan(Box::new(plan)));
    }

    let needs: BTreeSet<Need> = actions
        .iter()
        .flat_map(|(name, action)| Stack::needs(&input, name, action))
        .chain(failed_creation_need(&input, &actions))
        .chain(deleted_stacks_need(&input, &actions))
        .collect();
    if !needs.is_empty() {
        return Ok(Planned::Needs(needs));
    }
    let mut stacks = BTreeMap::new();
    for (name, action) in actions {
        stacks.insert(name, Stack::load(&input, name, action)?);
    }
    let renamed = renamed_exports(stacks.values());
    for stack in stacks.values_mut() {
        stack.compare_renamed(&renamed);
    }
    // Which exports change is known once both templates are, and which importers are external once
    // the importers are.
    let changed = stacks
        .values()
        .flat_map(|stack| &stack.changed)
        .map(|export| Need::Importers(export.clone()));
    let outside = stacks.values().flat_map(|stack| {
        let dropped = stack.dropped.iter();
        let importers = dropped.flat_map(|export| input.importers(export, stack.name));
        importers.map(|importer| Need::ExternalStack(importer.clone()))
    });
    let orphans = (purpose == Purpose::Deploy)
        .then(|| orphan_findings::need(&input, stacks.values()))
        .flatten();
    let needs: BTreeSet<Need> = changed
        .chain(outside)
        .chain(orphans)
        .filter(|need| !input.is_known(need))
        .collect();
    if !needs.is_empty() {
        return Ok(Planned::Needs(needs));
    }

    let mut stacks = StackSet {
        input: &input,
        stacks,
    };
    assess_risks(&mut stacks, &mut findings, purpose);
    let schedule = resolve_exports(&mut stacks, &mut findings);
    findings.extend(retained_export_findings(&stacks, &schedule.at_end));
    let left = stacks.stacks.values();
    findings.extend(left.flat_map(|stack| orphan_findings::findings(&input, stack)));
    let plan = steps::scheduled_plan(&stacks, &schedule, findings);
    Ok(Planned::Plan(Box::new(plan)))
}

/// The leftovers of failed creations to look up; they are adopted.
fn failed_creation_need(
    input: &PlanInput<'_>,
    actions: &BTreeMap<&StackName, StackAction>,
) -> Option<Need> {
    let stacks: BTreeMap<StackName, ResourceSet> = actions
        .iter()
        .filter(|(name, action)| {
            **action == StackAction::Create && !input.request.imports.contains_key(**name)
        })
        .filter_map(|(name, _)| Some(((*name).clone(), unnamed_retained(input.artifact(name)?))))
        .filter(|(_, wanted)| !wanted.is_empty())
        .collect();
    let need = Need::FailedCreations(stacks);
    (!input.is_known(&need)).then_some(need)
}

/// The deleted stacks to look up: whether stacks without a first value ever had one.
fn deleted_stacks_need(
    input: &PlanInput<'_>,
    actions: &BTreeMap<&StackName, StackAction>,
) -> Option<Need> {
    let waiting = actions
        .iter()
        .filter(|(name, action)| {
            matches!(action, StackAction::Wait(_)) && input.view(name).is_none()
        })
        .map(|(name, _)| (*name).clone());
    let need = Need::DeletedStacks(waiting.collect());
    (!input.is_known(&need)).then_some(need)
}

/// Finds the risks of each stack, and blocks stacks with a finding that is not or cannot be
/// acknowledged. All findings are collected, so that an acknowledgement is never given in vain.
fn assess_risks(stacks: &mut StackSet<'_, '_>, findings: &mut Vec<Finding>, purpose: Purpose) {
    let retained = stacks.retained_at_end();
    let none = BTreeSet::new();
    let mut blocked = BTreeMap::new();
    let mut refused = false;
    let services = ServiceFindings::new(stacks, &retained);
    for stack in stacks.stacks.values() {
        let exports = retained.get(stack.name).unwrap_or(&none);
        let resources = stack
            .expansion(exports)
            .map(|expansion| expansion.expanded.resources.clone())
            .unwrap_or_default();
        let mut found = assess(stack, &resources, purpose);
        found.extend(services.of(stack));
        for finding in &mut found {
            let acknowledged = &stacks.input.request.acknowledged;
            finding.acknowledged = finding.severity != Severity::Block
                && acknowledged.contains(&finding.acknowledgement());
        }
        if let Some(first) = found.iter().find(|finding| finding.is_blocking()) {
            let reason = format!("{} {} is not acknowledged", first.code, first.subject);
            blocked.insert(stack.name, StackAction::Block(reason));
            refused |= first.code == FindingCode::ProtectedStackDeleted;
        }
        findings.extend(found);
        if stack.is_deployed_to()
            && let Some(blocker) = stacks.value_blocker(stack, &retained)
        {
            findings.extend(blocker.finding);
            blocked.insert(stack.name, blocker.action);
        }
    }
    if purpose == Purpose::Destroy && refused {
        // A protected environment is deleted as a whole or not at all.
        for stack in stacks.changing() {
            let reason = "nothing is deleted until the deletion of protected stacks is \
            acknowledged"
                .to_owned();
            blocked
                .entry(stack.name)
                .or_insert(StackAction::Block(reason));
        }
    }
    for (name, action) in blocked {
        if let Some(stack) = stacks.stacks.get_mut(name) {
            stack.action = action;
        }
    }
}

/// Removes blocked stacks and those that depend on them until the rest can be ordered. Every round
/// removes at least one stack, so this ends.
fn resolve_exports<'a>(stacks: &mut StackSet<'_, 'a>, findings: &mut Vec<Finding>) -> Schedule<'a> {
    loop {
        let retained = stacks.retained_at_end();
        let mut blockers = stacks.blockers(&retained);
        if blockers.is_empty() {
            blockers = value_conflicts(stacks);
        }
        if blockers.is_empty() {
            match stacks.schedule(&retained) {
                Scheduled::Ordered(schedule) => return schedule,
                Scheduled::Blocked(more) => blockers = more,
            }
        }
        for (name, blocker) in blockers {
            findings.extend(blocker.finding);
            if let Some(stack) = stacks.stacks.get_mut(name) {
                stack.action = blocker.action;
            }
        }
    }
}
