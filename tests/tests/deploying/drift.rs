//! Changes outside of CloudFormation, found by drift detection.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cloudformation::RateLimits;
use cloudformation::status::StackStatus;
use common::environment::EnvironmentName;
use deploy::drift::{DriftTarget, Report, add_findings, detect};
use deploy::execute::StepOutcome;
use deploy::plan::Request;
use deploy::reconcile::ReconcileOutcome;
use emulator::OutOfBandChange;
use emulator::api::Action;
use emulator::port::{Call, Hooks, Intervention, Local, Operation};
use serde_json::{Value, json};
use tests::small::{self, stack};
use tests::{Synthesis, synthesized};

use crate::support::{Goal, Sandbox, caller, full_request, runtime};

fn staging() -> &'static Synthesis {
    synthesized()
        .iter()
        .find(|one| one.assembly.environment == EnvironmentName::Staging)
        .unwrap()
}

/// Staging, deployed.
fn deployed() -> Sandbox {
    let assembly = &staging().assembly;
    let mut sandbox = Sandbox::new();
    sandbox
        .run(Goal::Deploy, assembly, &full_request(assembly))
        .succeeded();
    sandbox
}

fn tamper(sandbox: &Sandbox, stack: &str, logical_id: &str, tamper: OutOfBandChange) {
    let caller = caller(&staging().assembly);
    let stack = format!("lemonade-staging-{stack}");
    sandbox
        .cloud()
        .change_out_of_band(&caller, &stack, logical_id, &tamper)
        .unwrap();
}

fn change(property: &str, value: Option<Value>) -> OutOfBandChange {
    OutOfBandChange::Change {
        property: property.to_owned(),
        value,
    }
}

/// What a look at every stack finds, with the calls and the time that it takes.
fn look(sandbox: &Sandbox, hooks: impl Hooks + 'static) -> (Report, Vec<Call>, Duration) {
    let assembly = &staging().assembly;
    let stacks: Vec<DriftTarget> = sandbox
        .stacks(assembly)
        .into_values()
        .map(|stack| DriftTarget {
            name: stack.name,
            id: stack.id,
            status: stack.status,
        })
        .collect();
    let settings = sandbox.settings(assembly);
    let begin = settings.epoch;
    let (found, calls, took) = runtime().block_on(async {
        let port = Local::with_hooks(sandbox.cloud.clone(), settings, Arc::new(hooks));
        let found = detect(&port, &stacks, &RateLimits::default(), |_, _| {})
            .await
            .unwrap();
        let took = Duration::from_millis(port.now().0 - begin.0);
        (found, port.calls(), took)
    });
    let templates: BTreeMap<String, Value> = staging()
        .templates
        .iter()
        .map(|(name, template)| (name.clone(), template.clone()))
        .collect();
    (Report::new(&found, &templates), calls, took)
}

fn undisturbed(_: &Call) -> Intervention {
    Intervention::Pass
}

#[test]
fn what_was_deployed_has_not_drifted() {
    let sandbox = deployed();
    let (report, calls, took) = look(&sandbox, undisturbed);
    assert_eq!((report.drifted(), report.unread()), (0, 0));
    assert_eq!(report.stacks.len(), staging().assembly.stacks.len());
    // Asking for all of them costs no more than the pace allows, and no more time than the slowest
    // take that are looked at together.
    let pace = RateLimits::default();
    let minutes = took.as_secs_f64() / 60.0;
    let most = f64::from(pace.calls_per_minute) * minutes + 10.0;
    assert!(calls.len() as f64 <= most, "{} in {took:?}", calls.len());
    assert!(took < Duration::from_secs(120), "{took:?}");
}

/// In the words of the definition: by stack, logical id and property, functions as they are written.
#[test]
fn a_manual_change_is_told_in_the_words_of_the_definition() {
    let sandbox = deployed();
    tamper(
        &sandbox,
        "network",
        "Vpc",
        change("EnableDnsSupport", Some(json!(false))),
    );
    tamper(
        &sandbox,
        "network",
        "FlowLogGroup",
        change("RetentionInDays", Some(json!(1))),
    );
    tamper(
        &sandbox,
        "network",
        "PublicSubnetA",
        change("VpcId", Some(json!("vpc-0123456789abcdef0"))),
    );
    tamper(
        &sandbox,
        "loadbalancer",
        "Dashboard",
        OutOfBandChange::Delete,
    );
    let (report, ..) = look(&sandbox, undisturbed);
    let drifted: BTreeMap<_, _> = report
        .stacks
        .iter()
        .filter(|(_, stack)| !stack.resources.is_empty())
        .collect();
    let text = serde_json::to_string_pretty(&drifted).unwrap();
    // What CloudFormation chose is from the seed, and none of this test's business.
    let vpc = physical(&sandbox, "network/Vpc");
    let subnet = physical(&sandbox, "network/PublicSubnetA");
    let text = text
        .replace(&vpc, "the network's id")
        .replace(&subnet, "the subnet's id");
    insta::assert_snapshot!("drift", text);
}

fn physical(sandbox: &Sandbox, place: &str) -> String {
    let ids = sandbox.physical_ids(&staging().assembly);
    ids[&format!("lemonade-staging-{place}")].clone()
}

/// A plan carries it as notes, of the stacks that it changes and no others; nothing is blocked.
#[test]
fn a_plan_notes_the_drift_of_what_it_changes() {
    let assembly = &staging().assembly;
    let sandbox = deployed();
    for (stack, logical_id) in [("network", "Vpc"), ("loadbalancer", "Dashboard")] {
        tamper(&sandbox, stack, logical_id, OutOfBandChange::Delete);
    }
    let (report, ..) = look(&sandbox, undisturbed);
    let mut changed = assembly.clone();
    for stack in &mut changed.stacks {
        if stack.id == "network" {
            let text = stack.template.take().unwrap();
            let digest = stack.digest.clone();
            let other = "0f".repeat(32);
            stack.template = Some(text.replace(&digest, &other).as_str().into());
            stack.digest = other;
        }
    }
    let mut plan = sandbox.plan(&changed, &full_request(assembly));
    assert!(!plan.is_blocked());
    add_findings(&mut plan, &report);
    assert!(!plan.is_blocked());
    let notes: Vec<String> = plan
        .findings
        .iter()
        .filter(|finding| finding.code.as_str() == "resource-drifted")
        .map(|finding| format!("{}/{} {}", finding.stack, finding.subject, finding.message))
        .collect();
    assert_eq!(
        notes,
        ["lemonade-staging-network/Vpc was deleted outside of CloudFormation"]
    );
}

/// A call that goes wrong is made again; an answer that was lost leads to a detection that another caller
/// else seems to make, whose end is waited for.
#[test]
fn troubled_calls_change_nothing_of_what_is_found() {
    let sandbox = deployed();
    tamper(
        &sandbox,
        "loadbalancer",
        "Dashboard",
        OutOfBandChange::Delete,
    );
    for trouble in [
        Intervention::Throttle,
        Intervention::Unanswered,
        Intervention::Lose,
    ] {
        let (report, ..) = look(&sandbox.copy(), move |call: &Call| match call.operation {
            Operation::DetectDrift | Operation::DriftDetection | Operation::Drifts
                if call.number.is_multiple_of(3) =>
            {
                trouble.clone()
            }
            _ => Intervention::Pass,
        });
        assert_eq!((report.drifted(), report.unread()), (1, 0));
    }
}

/// A stack that can't be looked at is told, and hides no other.
#[test]
fn a_stack_in_progress_hides_no_other() {
    let sandbox = deployed();
    let delete = Action::DeleteStack {
        stack: "lemonade-staging-service-web".to_owned(),
        retain: Vec::new(),
        role: None,
        token: None,
    };
    sandbox.call(&staging().assembly, &delete);
    let (report, ..) = look(&sandbox, undisturbed);
    let (unread, read): (Vec<_>, Vec<_>) = report
        .stacks
        .values()
        .partition(|stack| stack.unread.is_some());
    assert_eq!(unread.len(), 1);
    assert!(read.iter().all(|stack| stack.resources.is_empty()));
}

/// A resource that was deleted by hand is updated. The help is followed, word for word, to the end.
#[test]
fn what_was_deleted_by_hand_is_brought_back_as_the_help_says() {
    let of = |version: &str, with: bool| {
        let keeper = stack("keeper").parameter("Other", version);
        let keeper = if with {
            keeper.parameter("Gone", version)
        } else {
            keeper
        };
        small::assembly(EnvironmentName::Staging, &[keeper])
    };
    let (old, new) = (of("1", true), of("2", true));
    let mut sandbox = Sandbox::new();
    let request = Request::default();
    sandbox.run(Goal::Deploy, &old, &request).succeeded();
    let name = "lemonade-staging-keeper";
    sandbox
        .cloud()
        .change_out_of_band(&caller(&old), name, "Gone", &OutOfBandChange::Delete)
        .unwrap();
    // Deploying and recovering again leads to the same words, and to no others.
    for _ in 0..3 {
        let run = sandbox.run(Goal::Deploy, &new, &request);
        let ReconcileOutcome::Executed { outcome, .. } = run.reconciled() else {
            panic!("{:#?}", run.reconciled());
        };
        let StepOutcome::Failed(failure) = outcome.steps.values().next().unwrap() else {
            panic!("{outcome:#?}");
        };
        let hint = failure.hint.as_deref().unwrap();
        assert!(
            hint.contains("Gone was deleted outside of CloudFormation"),
            "{failure:#?}"
        );
        assert!(
            hint.contains("remove it from the definition"),
            "{failure:#?}"
        );
        if failure.status == Some(StackStatus::UpdateRollbackFailed) {
            let (_, command) = hint.split_once("continue-update-rollback ").unwrap();
            let command = command.split(['\n', ';']).next().unwrap_or_default();
            assert_eq!(
                command.trim(),
                format!("--stack-name {name} --resources-to-skip Gone")
            );
            sandbox.call(
                &new,
                &Action::ContinueUpdateRollback {
                    stack: name.to_owned(),
                    skip: vec!["Gone".to_owned()],
                    token: None,
                },
            );
            sandbox.settle();
        }
    }
    sandbox
        .run(Goal::Deploy, &of("2", false), &request)
        .succeeded();
    sandbox.run(Goal::Deploy, &new, &request).succeeded();
    sandbox.assert_as_defined(&new);
}
