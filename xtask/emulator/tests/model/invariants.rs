//! Invariants of random calls and faults.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::ChangeSetType;
use emulator::api::{Action, Answer, OnFailure};
use emulator::{Cloud, Effect, Fault, FaultRates, Options, ResourceOperation};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::{Client, change_set, target};

const STACKS: &[&str] = &["one", "two", "three"];

/// A resource of a random template: what it is by its kind, what it needs by numbers of others.
#[derive(Clone, Debug)]
struct Piece {
    kind: u8,
    value: u8,
    needs: Option<u8>,
    imports: Option<u8>,
    policy: u8,
}

/// A template: pieces by their numbers, and which of them are exported.
#[derive(Clone, Debug)]
struct Design {
    pieces: BTreeMap<u8, Piece>,
    exports: BTreeMap<u8, u8>,
}

#[derive(Clone, Debug)]
enum Step {
    Create(usize, Design, u8),
    Update(usize, Design, bool),
    ChangeSet(usize, Design, bool),
    Execute(usize, bool),
    Delete(usize, bool),
    Cancel(usize),
    Continue(usize),
    RollBack(usize),
    Pass(u16),
    Fault(u8, u8),
    SaveAndRestore,
}

fn piece() -> impl Strategy<Value = Piece> {
    (
        0..4_u8,
        0..3_u8,
        option::of(0..5_u8),
        option::weighted(0.2, 0..3_u8),
        0..4_u8,
    )
        .prop_map(|(kind, value, needs, imports, policy)| Piece {
            kind,
            value,
            needs,
            imports,
            policy,
        })
}

fn design() -> impl Strategy<Value = Design> {
    (
        proptest::collection::btree_map(0..5_u8, piece(), 1..5),
        proptest::collection::btree_map(0..3_u8, 0..5_u8, 0..2),
    )
        .prop_map(|(pieces, exports)| Design { pieces, exports })
}

fn step() -> impl Strategy<Value = Step> {
    let stack = 0..STACKS.len();
    prop_oneof![
        4 => (stack.clone(), design(), 0..3_u8).prop_map(|(s, d, f)| Step::Create(s, d, f)),
        4 => (stack.clone(), design(), any::<bool>()).prop_map(|(s, d, r)| Step::Update(s, d, r)),
        3 => (stack.clone(), design(), any::<bool>()).prop_map(|(s, d, i)| Step::ChangeSet(s, d, i)),
        3 => (stack.clone(), any::<bool>()).prop_map(|(s, r)| Step::Execute(s, r)),
        2 => (stack.clone(), any::<bool>()).prop_map(|(s, r)| Step::Delete(s, r)),
        1 => stack.clone().prop_map(Step::Cancel),
        1 => stack.clone().prop_map(Step::Continue),
        1 => stack.prop_map(Step::RollBack),
        6 => (1..400_u16).prop_map(Step::Pass),
        2 => (0..5_u8, 0..4_u8).prop_map(|(r, o)| Step::Fault(r, o)),
        1 => Just(Step::SaveAndRestore),
    ]
}

impl Design {
    fn template(&self, stack: &str) -> Value {
        let mut resources = Map::new();
        for (number, piece) in &self.pieces {
            resources.insert(format!("R{number}"), piece.resource(*number, stack, self));
        }
        let mut outputs = Map::new();
        for (export, number) in &self.exports {
            if self.pieces.contains_key(number) {
                outputs.insert(
                    format!("O{export}"),
                    json!({"Value": {"Ref": format!("R{number}")},
                           "Export": {"Name": format!("export-{export}")}}),
                );
            }
        }
        json!({"Resources": resources, "Outputs": outputs})
    }
}

impl Piece {
    fn resource(&self, number: u8, stack: &str, design: &Design) -> Value {
        // A piece's type is its number's, so that an update does not change it.
        let needs = self
            .needs
            .filter(|need| *need < number && design.pieces.contains_key(need));
        let text = match (needs, self.imports) {
            (_, Some(export)) => json!({"Fn::ImportValue": format!("export-{export}")}),
            (Some(need), None) => json!({"Ref": format!("R{need}")}),
            (None, None) => json!(format!("value-{}", self.value)),
        };
        let (kind, properties) = match number {
            0 => ("AWS::SNS::Topic", json!({"DisplayName": text})),
            // Changing either replaces it.
            1 => (
                "AWS::EC2::VPC",
                json!({"CidrBlock": format!("10.{}.0.0/16", self.value)}),
            ),
            // Replaced when what it refers to is.
            2 => ("AWS::EC2::Subnet", json!({"VpcId": text})),
            // Names that other stacks may want.
            3 => (
                "AWS::Logs::LogGroup",
                json!({"LogGroupName": format!("group-{}", self.value),
                       "RetentionInDays": 1 + self.kind}),
            ),
            _ => (
                "AWS::SSM::Parameter",
                json!({"Name": format!("/{stack}/{}", self.value), "Type": "String", "Value": text}),
            ),
        };
        let policy =
            ["Delete", "Retain", "RetainExceptOnCreate", "Delete"][usize::from(self.policy)];
        let mut resource =
            json!({"Type": kind, "Properties": properties, "DeletionPolicy": policy});
        if policy == "Retain" {
            resource["UpdateReplacePolicy"] = json!("Retain");
        }
        if let Some(need) = needs {
            resource["DependsOn"] = json!(format!("R{need}"));
        }
        resource
    }
}

fn perform(client: &mut Client, step: &Step, sets: &mut BTreeMap<usize, String>) {
    let now = client.now.0;
    let _answer = match step {
        Step::Create(stack, design, on_failure) => {
            let name = STACKS[*stack];
            client.call(&Action::CreateStack {
                target: target(name, &design.template(name)),
                on_failure: [OnFailure::RollBack, OnFailure::DoNothing, OnFailure::Delete]
                    [usize::from(*on_failure)],
                termination_protection: false,
                policy: None,
            })
        }
        Step::Update(stack, design, disable_rollback) => {
            let name = STACKS[*stack];
            client.call(&Action::UpdateStack {
                target: target(name, &design.template(name)),
                disable_rollback: *disable_rollback,
                policy: None,
                policy_during_update: None,
            })
        }
        Step::ChangeSet(stack, design, import_existing) => {
            let name = STACKS[*stack];
            let kind = if client
                .find(name)
                .is_ok_and(|stack| stack.status != "REVIEW_IN_PROGRESS")
            {
                ChangeSetType::Update
            } else {
                ChangeSetType::Create
            };
            let mut action = change_set(
                target(name, &design.template(name)),
                &format!("set-{now}-{}", sets.len()),
                kind,
            );
            if let Action::CreateChangeSet {
                import_existing: import,
                ..
            } = &mut action
            {
                *import = *import_existing;
            }
            let answer = client.call(&action);
            if let Ok(Answer::ChangeSetId { id, .. }) = &answer {
                sets.insert(*stack, id.clone());
            }
            answer
        }
        Step::Execute(stack, disable_rollback) => match sets.get(stack) {
            Some(id) => client.call(&Action::ExecuteChangeSet {
                change_set: id.clone(),
                stack: None,
                disable_rollback: *disable_rollback,
                token: None,
            }),
            None => return,
        },
        Step::Delete(stack, retain) => {
            let name = STACKS[*stack];
            let failed: Vec<String> = if *retain {
                client
                    .find(name)
                    .map(|_| {
                        client
                            .resources(name)
                            .into_iter()
                            .filter(|(_, resource)| resource.status == "DELETE_FAILED")
                            .map(|(logical_id, _)| logical_id.into())
                            .collect()
                    })
                    .unwrap_or_default()
            } else {
                Vec::new()
            };
            client.call(&Action::DeleteStack {
                stack: name.to_owned(),
                retain: failed,
                role: None,
                token: None,
            })
        }
        Step::Cancel(stack) => client.call(&Action::CancelUpdateStack {
            stack: STACKS[*stack].to_owned(),
            token: None,
        }),
        Step::Continue(stack) => client.call(&Action::ContinueUpdateRollback {
            stack: STACKS[*stack].to_owned(),
            skip: Vec::new(),
            token: None,
        }),
        Step::RollBack(stack) => client.call(&Action::RollbackStack {
            stack: STACKS[*stack].to_owned(),
            token: None,
        }),
        Step::Pass(seconds) => {
            client.pass(u64::from(*seconds));
            return;
        }
        Step::Fault(resource, on) => {
            client.cloud.add_fault(Fault {
                stack: None,
                logical_id: Some(format!("R{resource}")),
                resource_type: None,
                on: [
                    ResourceOperation::Create,
                    ResourceOperation::Update,
                    ResourceOperation::Rollback,
                    ResourceOperation::Delete,
                ][usize::from(*on)],
                times: Some(1),
                effect: Effect::Fail {
                    reason: "it is broken".to_owned(),
                },
            });
            return;
        }
        Step::SaveAndRestore => {
            client.cloud = Cloud::restore(&client.cloud.save().unwrap()).unwrap();
            return;
        }
    };
}

/// Statuses in which a stack has exactly the things that its resources say.
const WHOLE: &[&str] = &[
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
];

fn check(client: &mut Client) {
    let existing = client.cloud.physical_resources(&client.caller);
    let mut owned: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for resource in existing {
        if let Some(stack) = resource.stack_id {
            owned
                .entry(stack)
                .or_default()
                .insert((resource.logical_id.unwrap(), resource.physical_id));
        }
    }
    let Answer::Stacks(page) = client
        .call(&Action::DescribeStacks {
            stack: None,
            next: None,
        })
        .unwrap()
    else {
        panic!("no stacks");
    };
    for stack in page.items {
        assert!(
            !stack.status.is_in_progress(),
            "{} {}",
            stack.name,
            stack.status
        );
        let has: BTreeSet<(String, String)> = client
            .resources(stack.id.as_str())
            .into_iter()
            // Resources that a deletion retained are still listed, without an owner.
            .filter(|(_, resource)| resource.status != "DELETE_SKIPPED")
            .filter_map(|(logical_id, resource)| {
                Some((logical_id.into(), resource.physical_id?.into()))
            })
            .collect();
        let owns = owned.remove(stack.id.as_str()).unwrap_or_default();
        assert!(
            has.is_subset(&owns),
            "{} {}: {has:?} {owns:?}",
            stack.name,
            stack.status
        );
        if WHOLE.contains(&stack.status.as_str()) {
            assert_eq!(has, owns, "{} {}", stack.name, stack.status);
        }
    }
    assert!(
        owned.is_empty(),
        "things of stacks that are gone: {owned:?}"
    );
    let Answer::Exports(exports) = client.call(&Action::ListExports { next: None }).unwrap() else {
        panic!("no exports");
    };
    let exported: BTreeSet<String> = exports
        .items
        .into_iter()
        .map(|export| export.name)
        .collect();
    for export in 0..3 {
        let name = format!("export-{export}");
        let imported = client
            .call(&Action::ListImports {
                export: name.clone(),
                next: None,
            })
            .is_ok();
        assert!(!imported || exported.contains(&name), "{name} dangles");
    }
}

fn run(steps: &[Step], seed: u64, saving: bool) -> Vec<u8> {
    let mut client = Client::with(Options {
        seed,
        fault_rates: FaultRates {
            failing: 20,
            failing_rollbacks: 20,
            failing_deletions: 20,
            slow: 20,
        },
        ..Options::default()
    });
    let mut sets = BTreeMap::new();
    for step in steps {
        if saving || !matches!(step, Step::SaveAndRestore) {
            perform(&mut client, step, &mut sets);
        }
    }
    client.settle();
    check(&mut client);
    client.cloud.save().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// Every operation ends, no physical resource is lost or duplicated, no lock is left.
    #[test]
    fn nothing_is_lost(steps in vec(step(), 1..40), seed in 0..1000_u64) {
        run(&steps, seed, true);
    }

    /// The same seed and the same calls give the same history, whether it is saved between or not.
    #[test]
    fn the_same_calls_give_the_same_history(steps in vec(step(), 1..25), seed in 0..1000_u64) {
        let first = run(&steps, seed, true);
        prop_assert_eq!(&first, &run(&steps, seed, true));
        prop_assert_eq!(&first, &run(&steps, seed, false));
    }
}
