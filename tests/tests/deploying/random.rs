//! Random definitions, one after the other, deployed to a cloud in which things go wrong.
//!
//! Whatever the history, a run ends with the environment as it is defined, or says what is in the
//! way; what was in the way gone, the next run ends well. No import ever dangles, no call touches
//! another environment's stacks, and a second run changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::{ExportName, StackName};
use common::assembly::Assembly;
use common::environment::EnvironmentName::{Production, Staging};
use deploy::execute::StepOutcome;
use deploy::plan::Request;
use deploy::reconcile::ReconcileOutcome;
use emulator::api::{Action, Answer};
use emulator::{Effect, Fault, ResourceOperation};
use proptest::prelude::*;
use tests::small::{self, SmallStack, stack};

use crate::support::{Goal, Run, Sandbox, acknowledgements, assert_nothing_to_do, caller};

const STACKS: usize = 5;
const THINGS: usize = 3;

/// A stack in a few numbers.
#[derive(Clone, Debug)]
struct Shape {
    /// Whether it is defined.
    defined: bool,
    /// The version of each of its things; nothing: it has no such thing.
    things: Vec<Option<u8>>,
    /// Which of them are exported, where they are there.
    exported: Vec<bool>,
    /// Which things of which earlier stacks it imports, where they are exported.
    imports: Vec<(usize, usize)>,
}

/// What goes wrong in the sandbox while a definition is deployed.
#[derive(Clone, Debug)]
struct Mishap {
    stack: usize,
    on: ResourceOperation,
    times: u32,
}

fn shape(index: usize) -> impl Strategy<Value = Shape> {
    let imports = if index == 0 {
        Just(Vec::new()).boxed()
    } else {
        prop::collection::vec((0..index, 0..THINGS), 0..3).boxed()
    };
    (
        prop::bool::weighted(0.85),
        prop::collection::vec(prop::option::weighted(0.7, 0..3_u8), THINGS),
        prop::collection::vec(prop::bool::weighted(0.7), THINGS),
        imports,
    )
        .prop_map(|(defined, things, exported, imports)| Shape {
            defined,
            things,
            exported,
            imports,
        })
}

fn definition() -> impl Strategy<Value = Vec<Shape>> {
    (0..STACKS).map(shape).collect::<Vec<_>>()
}

fn mishap() -> impl Strategy<Value = Mishap> {
    let on = prop_oneof![
        Just(ResourceOperation::Create),
        Just(ResourceOperation::Update),
        Just(ResourceOperation::Rollback),
        Just(ResourceOperation::Delete)
    ];
    (0..STACKS, on, 1..3_u32).prop_map(|(stack, on, times)| Mishap { stack, on, times })
}

fn history() -> impl Strategy<Value = Vec<(Vec<Shape>, Vec<Mishap>)>> {
    prop::collection::vec((definition(), prop::collection::vec(mishap(), 0..3)), 2..5)
}

fn assembly(shapes: &[Shape]) -> Assembly {
    let exports = |stack: usize, thing: usize| {
        let shape = &shapes[stack];
        shape.defined && shape.exported[thing] && shape.things[thing].is_some()
    };
    let stacks: Vec<SmallStack> = shapes
        .iter()
        .enumerate()
        .filter(|(_, shape)| shape.defined)
        .map(|(index, shape)| {
            // Each has something, or there would be no template.
            let mut one = stack(&format!("s{index}")).parameter("Always", "1");
            for (thing, version) in shape.things.iter().enumerate() {
                let name = format!("T{index}x{thing}");
                if let Some(version) = version {
                    one = one.parameter(&name, version.to_string());
                    if shape.exported[thing] {
                        one = one.export(&name, &name);
                    }
                }
            }
            let imports: BTreeSet<&(usize, usize)> = shape.imports.iter().collect();
            for (producer, thing) in imports {
                if exports(*producer, *thing) {
                    one = one.import(&format!("s{producer}"), &format!("T{producer}x{thing}"));
                }
            }
            one
        })
        .collect();
    small::assembly(Staging, &stacks)
}

/// Another environment's stacks, in the same account and region: as wrong as it gets.
fn neighbours(like: &Assembly) -> Assembly {
    let stacks = [stack("network").parameter("Own", "1").export("Own", "Own")];
    let mut assembly = small::assembly(Production, &stacks);
    assembly.account.clone_from(&like.account);
    assembly.region.clone_from(&like.region);
    assembly
}

fn untouched(run: &Run) -> Result<(), TestCaseError> {
    for call in &run.calls {
        if let Some(subject) = &call.subject {
            prop_assert!(
                subject.contains("lemonade-staging-"),
                "{call:?} is about another environment"
            );
        }
    }
    Ok(())
}

/// That every import is of an export that is there.
fn no_import_dangles(sandbox: &Sandbox, assembly: &Assembly) -> Result<(), TestCaseError> {
    let stacks = sandbox.stacks(assembly);
    let exported: BTreeSet<ExportName> = stacks
        .values()
        .flat_map(|stack| &stack.outputs)
        .filter_map(|output| output.export.clone())
        .collect();
    for (name, stack) in &stacks {
        if ["REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"]
            .contains(&stack.status.as_str())
        {
            continue;
        }
        let action = Action::GetTemplate {
            stack: Some(name.to_string()),
            change_set: None,
        };
        let Answer::Template(template) = sandbox.call(assembly, &action) else {
            panic!("a template was asked for");
        };
        let template = serde_json::from_str(&template).expect("a template is JSON");
        for import in cloudformation::template::imports(&template) {
            prop_assert!(
                exported.contains(import.as_str()),
                "{name} imports {import}"
            );
        }
    }
    Ok(())
}

/// That what didn't work says so: a finding in the way, or a failure with a cause.
fn is_explained(reconciled: &ReconcileOutcome) -> bool {
    match reconciled {
        ReconcileOutcome::NoSteps { plan } | ReconcileOutcome::Declined { plan } => {
            plan.is_blocked()
        }
        ReconcileOutcome::Executed { plan, outcome } => {
            plan.is_blocked()
                || outcome.steps.values().any(|step| match step {
                    StepOutcome::Failed(failure) => !failure.message.is_empty(),
                    StepOutcome::Blocked { findings } => !findings.is_empty(),
                    StepOutcome::Stale { difference } => !difference.is_empty(),
                    _ => false,
                })
        }
    }
}

fn tries(history: &[(Vec<Shape>, Vec<Mishap>)]) -> Result<(), TestCaseError> {
    let first = assembly(&history[0].0);
    let mut sandbox = Sandbox::new();
    let neighbours = neighbours(&first);
    let nothing_special = Request::default();
    sandbox
        .run(Goal::Deploy, &neighbours, &nothing_special)
        .succeeded();
    let theirs = |sandbox: &Sandbox| -> BTreeMap<StackName, _> {
        let mut stacks = sandbox.every_stack(&first);
        stacks.retain(|name, _| name.as_str().starts_with("lemonade-production-"));
        stacks
    };
    let before = theirs(&sandbox);
    sandbox.ignore_existing_stacks(&first);

    for (shapes, mishaps) in history {
        let assembly = assembly(shapes);
        for mishap in mishaps {
            sandbox.cloud().add_fault(Fault {
                stack: Some(format!("lemonade-staging-s{}", mishap.stack)),
                logical_id: None,
                resource_type: None,
                on: mishap.on,
                times: Some(mishap.times),
                effect: Effect::Fail {
                    reason: "a mishap".to_owned(),
                },
            });
        }
        let pruning = Request {
            prune: true,
            ..Request::default()
        };
        let request = Request {
            acknowledged: acknowledgements(&sandbox.plan(&assembly, &pruning)),
            ..pruning
        };
        let run = sandbox.run(Goal::Deploy, &assembly, &request);
        untouched(&run)?;
        no_import_dangles(&sandbox, &assembly)?;
        let reconciled = run.reconciled();
        prop_assert!(
            reconciled.is_success() || is_explained(reconciled),
            "{reconciled:#?}"
        );

        sandbox.cloud().clear_faults();
        // A failed deletion is a person's to look at: a stack that can't be deleted is refused.
        // Here its reason is gone, so the person deletes it again.
        let stuck: Vec<String> = sandbox
            .stacks(&assembly)
            .into_values()
            .filter(|stack| stack.status == "DELETE_FAILED")
            .map(|stack| stack.id.into())
            .collect();
        for stack in stuck {
            let action = Action::DeleteStack {
                stack,
                retain: Vec::new(),
                role: None,
                token: None,
            };
            let now = sandbox.cloud().now();
            let _ = sandbox.cloud().call(now, &caller(&assembly), &action);
            sandbox.settle();
        }
        if !run.reconciled().is_success() {
            let again = sandbox.run(Goal::Deploy, &assembly, &request);
            untouched(&again)?;
            prop_assert!(
                again.reconciled().is_success(),
                "after {:#?}\n{:#?}",
                run.reconciled(),
                again.reconciled()
            );
        }
        sandbox.assert_as_defined(&assembly);
        assert_nothing_to_do(&mut sandbox, &assembly, &request);
        prop_assert_eq!(&theirs(&sandbox), &before);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_history_ends_as_defined_or_is_explained(history in history()) {
        tries(&history)?;
    }
}
