//! Calls whose answers are lost: what they were for tells whether they took effect.

use cloudformation::ChangeSetStatus;
use cloudformation::status::StackStatus;
use deploy::execute::StepOutcome;
use deploy::plan::{Operation, Recovery, StackPolicyOverride};

use crate::support::{Cloud, FailureMode, Fault, FaultKind, Run, create, plan, step, update};

const KINDS: [FaultKind; 4] = [
    FaultKind::AnswerLost,
    FaultKind::CallLost,
    FaultKind::Repeated,
    FaultKind::Throttled,
];

/// A plan with every write there is.
fn everything(cloud: &Cloud) -> deploy::plan::Plan {
    cloud.add_stack("updated", StackStatus::CreateComplete, "old");
    cloud.add_stack("deleted", StackStatus::CreateComplete, "old");
    cloud.state().find_mut("deleted").unwrap().protected = true;
    let update = update("updated", &[], |step| {
        step.termination_protection = true;
        step.policy = Some("strict".to_owned());
        step.policy_override = Some(StackPolicyOverride {
            policy: "override".to_owned(),
        });
    });
    let delete = step(
        "deleted",
        &[],
        Operation::Delete {
            unprotect: true,
            role: None,
        },
    );
    plan(cloud, vec![create("created", &[]), update, delete])
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_of_any_write_changes_nothing() {
    let calls = [
        "CreateChangeSet",
        "ExecuteChangeSet",
        "DeleteStack",
        "SetStackPolicy",
        "UpdateTerminationProtection",
    ];
    for call in calls {
        for kind in KINDS {
            for from in 1..=2 {
                for times in [1, 3] {
                    let cloud = Cloud::new();
                    let plan = everything(&cloud);
                    cloud.fault(Fault {
                        call,
                        from,
                        times,
                        kind,
                    });
                    let case = format!("{call} {kind:?} from {from}, {times} times");
                    let run = Run::new(&cloud, &plan).await;
                    assert!(run.outcome.is_success(), "{case}: {:?}", run.outcome);
                    assert_eq!(
                        cloud.status("created"),
                        Some(StackStatus::CreateComplete),
                        "{case}"
                    );
                    assert_eq!(
                        cloud.status("updated"),
                        Some(StackStatus::UpdateComplete),
                        "{case}"
                    );
                    assert_eq!(cloud.status("deleted"), None, "{case}");
                    let state = cloud.state();
                    // Nothing was done twice.
                    assert_eq!(state.change_sets.len(), 2, "{case}");
                    assert!(state.change_sets.iter().all(|set| set.executed), "{case}");
                    let updated = state.find("updated").unwrap();
                    assert_eq!(updated.policy.as_deref(), Some("strict"), "{case}");
                    assert!(updated.protected, "{case}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_of_a_recovery_changes_nothing() {
    let cases = [
        (
            "ContinueUpdateRollback",
            StackStatus::UpdateRollbackFailed,
            Recovery::ContinueRollback,
        ),
        (
            "RollbackStack",
            StackStatus::UpdateFailed,
            Recovery::RollBack,
        ),
        (
            "DeleteStack",
            StackStatus::RollbackComplete,
            Recovery::DeleteFailedCreation,
        ),
    ];
    for (call, status, recovery) in cases {
        for kind in KINDS {
            let cloud = Cloud::new();
            cloud.add_stack("a", status.clone(), "old");
            cloud.fault(Fault::first(call, kind));
            let plan = plan(&cloud, vec![step("a", &[], Operation::Recover(recovery))]);
            let run = Run::new(&cloud, &plan).await;
            assert!(
                run.outcome.is_success(),
                "{call} {kind:?}: {:?}",
                run.outcome
            );
            assert_eq!(
                cloud.count(call),
                if kind == FaultKind::AnswerLost || kind == FaultKind::Repeated {
                    1
                } else {
                    2
                }
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_while_taking_back_changes_nothing() {
    for call in ["DeleteChangeSet", "DeleteStack"] {
        for kind in KINDS {
            let cloud = Cloud::new();
            cloud.script("a", |script| script.invalid = Some("no"));
            cloud.fault(Fault::first(call, kind));
            let run = Run::new(&cloud, &plan(&cloud, vec![create("a", &[])])).await;
            assert!(matches!(run.step("a"), StepOutcome::Failed(_)));
            assert_eq!(cloud.status("a"), None, "{call} {kind:?}");
            let state = cloud.state();
            let deleted =
                |set: &crate::support::ChangeSet| set.status == ChangeSetStatus::DeleteComplete;
            assert!(state.change_sets.iter().all(deleted), "{call} {kind:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_comes_is_a_failure_that_says_so() {
    let cloud = Cloud::new();
    cloud.fault(Fault {
        call: "CreateChangeSet",
        from: 1,
        times: 1_000,
        kind: FaultKind::CallLost,
    });
    let run = Run::new(&cloud, &plan(&cloud, vec![create("a", &[])])).await;
    let StepOutcome::Failed(failure) = run.step("a") else {
        panic!("{:?}", run.step("a"));
    };
    assert!(failure.hint.as_ref().unwrap().contains("unknown"));
}

#[tokio::test(start_paused = true)]
async fn a_failed_execution_is_found_though_the_answer_was_lost() {
    let cloud = Cloud::new();
    cloud.script("a", |script| script.failure = FailureMode::RollsBack);
    cloud.fault(Fault::first("ExecuteChangeSet", FaultKind::AnswerLost));
    let run = Run::new(&cloud, &plan(&cloud, vec![create("a", &[])])).await;
    let StepOutcome::Failed(failure) = run.step("a") else {
        panic!("{:?}", run.step("a"));
    };
    assert_eq!(failure.cause.as_ref().unwrap().logical_id, "Second");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_said_to_be_accepted_and_does_nothing_is_not_waited_for_without_end() {
    let cloud = Cloud::new();
    cloud.state().accept("run-1-execute").unwrap();
    let run = Run::new(&cloud, &plan(&cloud, vec![create("a", &[])])).await;
    let StepOutcome::Failed(failure) = run.step("a") else {
        panic!("{:?}", run.step("a"));
    };
    assert!(
        failure.message.contains("shows no effect"),
        "{}",
        failure.message
    );
}
