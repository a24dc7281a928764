//! Something goes wrong with each call of a run, one call after the other.
//!
//! Whatever it is, the run gets through, having done nothing more and nothing less than an
//! undisturbed one; only without credentials it can't, and then the next run does.

use std::time::Duration;

use deploy::execute::StepOutcome;
use deploy::plan::StepId;
use deploy::reconcile::ReconcileOutcome;
use emulator::api::{Action, Target, TemplateInput};
use emulator::port::{Call, Intervention, Operation};

use crate::support::{Run, caller};
use crate::ways::{self, Way};

/// How many reads in a row something happens to.
const READS: usize = 4;

/// What happens to reads, some in a row.
const TO_READS: [Intervention; 5] = [
    Intervention::Throttle,
    Intervention::Unanswered,
    Intervention::Lose,
    Intervention::Delay(Duration::from_secs(40)),
    Intervention::Stale(Duration::from_secs(10)),
];

/// What happens to a write.
const TO_WRITES: [Intervention; 4] = [
    Intervention::Throttle,
    Intervention::Unanswered,
    Intervention::Lose,
    Intervention::Delay(Duration::from_secs(40)),
];

/// Goes the way once for each call and each thing that can happen to it. Gives back how often.
fn sweep(mut way: Way<'_>) -> usize {
    way.before.keep_history();
    let mut straight = way.before.copy();
    let run = straight.run(way.goal, &way.assembly, &way.request);
    run.succeeded();
    way.has_arrived(&mut straight);
    let operations = straight.operations(&way.assembly);

    let mut tried = 0;
    for call in &run.calls {
        let faults: &[Intervention] = if call.operation.writes() {
            &TO_WRITES
        } else {
            &TO_READS
        };
        for fault in faults {
            let place = format!("{fault:?} at {call:?}");
            let mut sandbox = way.before.copy();
            let first = call.number;
            let end = first + if call.operation.writes() { 1 } else { READS };
            let happens = fault.clone();
            let run =
                sandbox.run_between(way.goal, &way.assembly, &way.request, move |call: &Call| {
                    if (first..end).contains(&call.number) {
                        happens.clone()
                    } else {
                        Intervention::Pass
                    }
                });
            assert!(
                run.reconciled().is_success(),
                "{place}: {:#?}",
                run.reconciled()
            );
            let begun = sandbox.operations(&way.assembly);
            assert_eq!(begun, operations, "{place}");
            way.has_arrived(&mut sandbox);
            tried += 1;
        }
        expire(&way, call);
        tried += 1;
    }
    tried
}

/// The credentials are refused from this call on; then there are new ones.
fn expire(way: &Way<'_>, call: &Call) {
    let mut sandbox = way.before.copy();
    let first = call.number;
    let run = sandbox.run_between(way.goal, &way.assembly, &way.request, move |call: &Call| {
        if call.number < first {
            Intervention::Pass
        } else {
            Intervention::Expire
        }
    });
    let place = format!("expired at {call:?}");
    // After the last write only a look was missing, or nothing.
    if claims_success(&run) {
        way.has_arrived(&mut sandbox.copy());
    }
    let again = sandbox.run(way.goal, &way.assembly, &way.request);
    assert!(
        again.reconciled().is_success(),
        "{place}: {:#?}",
        again.reconciled()
    );
    way.has_arrived(&mut sandbox);
}

fn claims_success(run: &Run) -> bool {
    run.end
        .as_ref()
        .unwrap()
        .as_ref()
        .is_ok_and(|reconciled| reconciled.is_success())
}

#[test]
fn while_stacks_are_created() {
    assert!(sweep(ways::creation()) > 100);
}

#[test]
fn while_stacks_are_updated() {
    assert!(sweep(ways::update()) > 100);
}

#[test]
fn while_exports_in_use_are_renamed() {
    assert!(sweep(ways::renaming()) > 100);
}

#[test]
fn while_a_guarded_resource_is_replaced() {
    assert!(sweep(ways::replacement()) > 50);
}

#[test]
fn while_stacks_are_recovered() {
    assert!(sweep(ways::recovery()) > 100);
}

#[test]
fn while_stacks_are_destroyed() {
    assert!(sweep(ways::destruction()) > 50);
}

/// Our change set is not executed, no error says so, and another caller's update takes its place: what
/// is seen of the stack then is not our doing.
#[test]
fn another_update_is_not_taken_for_ours() {
    let way = ways::update();
    let mut sandbox = way.before.copy();
    let network = "lemonade-production-network";
    let action = Action::UpdateStack {
        target: Target {
            stack: network.to_owned(),
            template: TemplateInput::Body(OTHER.to_owned()),
            parameters: Vec::new(),
            capabilities: Vec::new(),
            tags: None,
            notification_arns: None,
            role: None,
            token: None,
        },
        disable_rollback: false,
        policy: None,
        policy_during_update: None,
    };
    let (cloud, account) = (sandbox.cloud.clone(), caller(&way.assembly));
    let run = sandbox.run_between(way.goal, &way.assembly, &way.request, move |call: &Call| {
        if call.operation == Operation::ExecuteChangeSet {
            // Refused from the second time on, since it is busy with the first.
            let _ = cloud.lock().unwrap().call(call.at, &account, &action);
            Intervention::Unanswered
        } else {
            Intervention::Pass
        }
    });
    let ReconcileOutcome::Executed { outcome, .. } = run.reconciled() else {
        panic!("{:#?}", run.reconciled());
    };
    let of_network = &outcome.steps[&StepId(network.to_owned())];
    assert!(
        matches!(of_network, StepOutcome::Stale { .. }),
        "{of_network:#?}"
    );
    sandbox
        .run(way.goal, &way.assembly, &way.request)
        .succeeded();
    way.has_arrived(&mut sandbox);
}

/// What the network exports is as before, so that it can be deployed under its importers.
const OTHER: &str = r#"{
    "Resources": {
        "Version": {
            "Type": "AWS::SSM::Parameter",
            "Properties": { "Type": "String", "Value": "by hand" }
        }
    },
    "Outputs": {
        "Version": {
            "Value": { "Ref": "Version" },
            "Export": { "Name": "lemonade-production-network-Version" }
        }
    }
}"#;
