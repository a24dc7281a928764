//! Random worlds: whatever is deployed, defined and asked for, the order of a plan holds.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::StackName;
use common::assembly::Assembly;
use common::environment::EnvironmentName;
use deploy::plan::{
    Action, Finding, FindingCode, Operation, Plan, Request, Severity, Step, StepId,
};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use crate::support::{Cloud, Deployed, StackText, assembly, planned, stack_name};

const ENVIRONMENT: EnvironmentName = EnvironmentName::Staging;
const STACKS: usize = 6;
const EXPORTS: usize = 3;

/// A stack in a few numbers. Stacks import from those of a lower rank.
#[derive(Clone, Debug)]
struct Sketch {
    there: bool,
    rank: u8,
    /// For each export: whether it is there.
    exports: Vec<bool>,
    /// For each stack and export: whether it is imported, where it can be.
    imports: Vec<Vec<bool>>,
    /// Something that changes without exports and imports.
    flavour: u8,
    /// The resource behind the first export.
    behind: u8,
    guarded: u8,
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let exports = vec(prop::bool::weighted(0.6), EXPORTS);
    let imports = vec(vec(prop::bool::weighted(0.3), EXPORTS), STACKS);
    (
        prop::bool::weighted(0.8),
        0..8_u8,
        exports,
        imports,
        0..2_u8,
        prop::bool::weighted(0.1),
        0..3_u8,
    )
        .prop_map(
            |(there, rank, exports, imports, flavour, behind, guarded)| Sketch {
                there,
                rank,
                exports,
                imports,
                flavour,
                behind: u8::from(behind),
                guarded,
            },
        )
}

type Sketches = Vec<Sketch>;

fn sketches() -> impl Strategy<Value = Sketches> {
    vec(sketch(), STACKS)
}

fn id(stack: usize) -> String {
    format!("s{stack}")
}

/// The stacks of a sketch. Only what exists is imported, and only from lower ranks.
fn texts(sketches: &Sketches) -> BTreeMap<String, StackText> {
    let rank = |stack: usize| (sketches[stack].rank, stack);
    (0..STACKS)
        .filter(|stack| sketches[*stack].there)
        .map(|stack| {
            let sketch = &sketches[stack];
            let mut text = StackText::default();
            let flavour = json!({
                "Type": "AWS::SNS::Topic",
                "Properties": { "DisplayName": format!("{}", sketch.flavour) },
            });
            text.resources.insert("Flavour".to_owned(), flavour);
            if sketch.guarded > 0 {
                let block = format!("10.{}.0.0/16", sketch.guarded);
                let vpc = json!({ "Type": "AWS::EC2::VPC", "Properties": { "CidrBlock": block } });
                text.resources.insert("Vpc".to_owned(), vpc);
            }
            for (export, _) in sketch
                .exports
                .iter()
                .enumerate()
                .filter(|(_, there)| **there)
            {
                // Every export has a resource of its own, so that it is kept with it.
                let behind = if export == 0 { sketch.behind } else { 0 };
                let resource = format!("E{export}{behind}");
                text.exports
                    .insert(format!("E{export}"), format!("!Ref {resource}").into());
                // The last one imports itself, so that what is kept of it imports, too.
                let producer = (0..STACKS).find(|other| {
                    export == EXPORTS - 1
                        && sketches[*other].there
                        && rank(*other) < rank(stack)
                        && sketches[*other].exports[0]
                });
                let value = match producer {
                    Some(other) => format!("!ImportValue lemonade-staging-{}-E0", id(other)),
                    None => "plain".to_owned(),
                };
                let resource_value = json!({
                    "Type": "AWS::SSM::Parameter",
                    "Properties": { "Type": "String", "Value": value },
                });
                text.resources.insert(resource, resource_value);
                if let Some(other) = producer {
                    text.imports.push(format!("{}-E0", id(other)));
                }
            }
            for (other, producer) in sketches.iter().enumerate() {
                if !producer.there || rank(other) >= rank(stack) {
                    continue;
                }
                for export in 0..EXPORTS {
                    if sketch.imports[other][export] && producer.exports[export] {
                        text.imports.push(format!("{}-E{export}", id(other)));
                    }
                }
            }
            text.imports.sort();
            text.imports.dedup();
            (id(stack), text)
        })
        .collect()
}

fn cloud(sketches: &Sketches) -> Cloud {
    let mut cloud = Cloud::default();
    for (id, text) in texts(sketches) {
        cloud.put(Deployed::of(ENVIRONMENT, &id, &text));
    }
    cloud
}

fn defined(sketches: &Sketches) -> Assembly {
    assembly(ENVIRONMENT, &texts(sketches))
}

/// The plan, with everything acknowledged that can be.
fn acknowledged(cloud: &Cloud, assembly: &Assembly, request: &Request) -> (Plan, Request) {
    let mut request = request.clone();
    loop {
        let (plan, _) = planned(cloud, assembly, &request, false);
        let more: BTreeSet<_> = plan
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Acknowledge && !finding.acknowledged)
            .map(Finding::acknowledgement)
            .collect();
        if more.is_empty() {
            return (plan, request);
        }
        request.acknowledged.extend(more);
    }
}

/// Does the steps in an order that their needs allow, chosen by `choices`; at most `limit` of
/// them.
fn execute(cloud: &mut Cloud, plan: &Plan, choices: &[usize], limit: usize) -> Result<(), String> {
    let mut done: BTreeSet<&StepId> = BTreeSet::new();
    for round in 0..plan.steps.len().min(limit) {
        let ready: Vec<_> = plan
            .steps
            .iter()
            .filter(|step| !done.contains(&step.id))
            .filter(|step| step.needs.iter().all(|need| done.contains(need)))
            .collect();
        let choice = choices.get(round).copied().unwrap_or_default() % ready.len().max(1);
        let step = ready.get(choice).ok_or("steps wait for each other")?;
        cloud.apply(plan, step)?;
        done.insert(&step.id);
        if let Some(import) = cloud.dangling() {
            return Err(format!("{}: {import} dangles", step.id));
        }
    }
    Ok(())
}

/// Whether a stack is deployed exactly as it is defined.
fn as_defined(cloud: &Cloud, assembly: &Assembly) -> bool {
    assembly.stacks.iter().all(|stack| {
        cloud
            .stacks
            .get(stack.name.as_str())
            .is_some_and(|deployed| {
                deployed.template["Outputs"]["DefinitionDigest"]["Value"] == stack.digest.as_str()
            })
    })
}

fn request(prune: bool) -> Request {
    Request {
        prune,
        ..Request::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    /// In every order that the plan allows, no step removes or changes an export that is imported,
    /// none imports what is not there, and a plan that nothing blocks ends as defined, with
    /// nothing more to do.
    #[test]
    fn a_plan_can_be_executed_in_every_order_that_it_allows(
        before in sketches(),
        after in sketches(),
        prune: bool,
        choices in vec(0..100_usize, 20),
    ) {
        let mut cloud = cloud(&before);
        let assembly = defined(&after);
        let (plan, request) = acknowledged(&cloud, &assembly, &request(prune));
        execute(&mut cloud, &plan, &choices, usize::MAX).map_err(TestCaseError::fail)?;
        if plan.is_blocked() {
            // Values of exports in use change; nothing else may be in the way.
            for finding in plan.findings.iter().filter(|finding| finding.is_blocking()) {
                prop_assert!(
                    matches!(finding.code, FindingCode::ExportChanged | FindingCode::ExportRetained),
                    "{plan}"
                );
            }
        } else {
            if prune {
                prop_assert!(as_defined(&cloud, &assembly), "{plan}");
                prop_assert_eq!(cloud.stacks.len(), assembly.stacks.len());
            }
            let (again, _) = planned(&cloud, &assembly, &request, false);
            prop_assert!(again.is_empty(), "{plan}\nand then\n{again}");
        }
    }

    /// A run that was killed after any number of steps is finished by the next ones.
    #[test]
    fn a_plan_that_was_left_is_finished_by_the_next(
        before in sketches(),
        after in sketches(),
        prune: bool,
        choices in vec(0..100_usize, 20),
        limit in 0..8_usize,
    ) {
        let mut cloud = cloud(&before);
        let assembly = defined(&after);
        let (plan, request) = acknowledged(&cloud, &assembly, &request(prune));
        prop_assume!(!plan.is_blocked());
        execute(&mut cloud, &plan, &choices, limit).map_err(TestCaseError::fail)?;
        let (rest, request) = acknowledged(&cloud, &assembly, &request);
        prop_assert!(!rest.is_blocked(), "{plan}\nand then\n{rest}");
        execute(&mut cloud, &rest, &choices, usize::MAX).map_err(TestCaseError::fail)?;
        let (again, _) = planned(&cloud, &assembly, &request, false);
        prop_assert!(again.is_empty(), "{plan}\nthen\n{rest}\nand then\n{again}");
    }

    /// After any definition comes any other, whatever the one before left behind.
    #[test]
    fn definitions_follow_each_other(
        history in vec(sketches(), 2..5),
        prune in vec(any::<bool>(), 5),
        choices in vec(0..100_usize, 20),
    ) {
        let mut cloud = Cloud::default();
        for (sketches, prune) in history.iter().zip(&prune) {
            let assembly = defined(sketches);
            let (plan, _) = acknowledged(&cloud, &assembly, &request(*prune));
            execute(&mut cloud, &plan, &choices, usize::MAX).map_err(TestCaseError::fail)?;
            prop_assert!(cloud.dangling().is_none());
        }
    }

    /// What is deployed is planned to nothing, and nothing is looked at for it.
    #[test]
    fn what_is_deployed_is_planned_to_nothing(sketches in sketches()) {
        let (plan, rounds) = planned(&cloud(&sketches), &defined(&sketches), &request(true), false);
        prop_assert!(plan.is_empty());
        prop_assert!(plan.findings.is_empty());
        prop_assert!(rounds.is_empty());
    }

    /// The same input gives the same plan, and a plan is the same after it was saved and loaded.
    #[test]
    fn plans_are_deterministic_and_survive_a_file(
        before in sketches(),
        after in sketches(),
        prune: bool,
    ) {
        let (cloud, assembly) = (cloud(&before), defined(&after));
        let (plan, _) = planned(&cloud, &assembly, &request(prune), false);
        let (again, _) = planned(&cloud, &assembly, &request(prune), false);
        prop_assert_eq!(&plan, &again);
        prop_assert_eq!(&Plan::load(&plan.save()?)?, &plan);
    }

    /// A plan for some stacks touches no others, and those can still be deployed afterwards.
    #[test]
    fn a_plan_for_some_stacks_touches_no_others(
        before in sketches(),
        after in sketches(),
        only in vec(any::<bool>(), STACKS),
        prune: bool,
        choices in vec(0..100_usize, 20),
    ) {
        let mut cloud = cloud(&before);
        let assembly = defined(&after);
        let known: BTreeSet<&str> = assembly
            .stacks
            .iter()
            .map(|stack| stack.name.as_str())
            .chain(cloud.stacks.keys().map(StackName::as_str))
            .collect();
        let only: BTreeSet<StackName> = (0..STACKS)
            .filter(|stack| only[*stack])
            .map(|stack| stack_name(ENVIRONMENT, &id(stack)))
            .filter(|name| known.contains(name.as_str()))
            .collect();
        let restricted = Request { only: Some(only.clone()), ..request(prune) };
        let (plan, _) = acknowledged(&cloud, &assembly, &restricted);
        for step in &plan.steps {
            prop_assert!(only.contains(&step.stack), "{plan}");
        }
        for stack in plan.stacks.iter().filter(|stack| !only.contains(&stack.name)) {
            prop_assert_eq!(stack.action, Action::Skipped);
        }
        execute(&mut cloud, &plan, &choices, usize::MAX).map_err(TestCaseError::fail)?;
        let (rest, _) = acknowledged(&cloud, &assembly, &request(true));
        execute(&mut cloud, &rest, &choices, usize::MAX).map_err(TestCaseError::fail)?;
        if !rest.is_blocked() {
            prop_assert!(as_defined(&cloud, &assembly), "{plan}\nand then\n{rest}");
        }
    }

    /// What was acknowledged stays so when something else changes.
    #[test]
    fn acknowledgements_survive_unrelated_changes(before in sketches(), after in sketches()) {
        let cloud = cloud(&before);
        let acknowledgements = |sketches: &Sketches| -> BTreeSet<_> {
            let (plan, _) = planned(&cloud, &defined(sketches), &request(false), false);
            let findings = plan.findings.iter();
            findings
                .filter(|finding| finding.code == FindingCode::ResourceReplaced)
                .map(Finding::acknowledgement)
                .collect()
        };
        let mut other = after.clone();
        for sketch in &mut other {
            sketch.flavour += 1;
        }
        prop_assert_eq!(acknowledgements(&after), acknowledgements(&other));
    }

    /// A destruction leaves nothing, in every order that it allows.
    #[test]
    fn a_destruction_leaves_nothing(
        before in sketches(),
        after in sketches(),
        choices in vec(0..100_usize, 20),
    ) {
        let mut cloud = cloud(&before);
        let (plan, _) = planned(&cloud, &defined(&after), &request(false), true);
        prop_assert!(!plan.is_blocked(), "{plan}");
        let deletes = |step: &Step| matches!(step.operation, Operation::Delete { .. });
        prop_assert!(plan.steps.iter().all(deletes));
        execute(&mut cloud, &plan, &choices, usize::MAX).map_err(TestCaseError::fail)?;
        prop_assert!(cloud.stacks.is_empty(), "{plan}");
    }
}
