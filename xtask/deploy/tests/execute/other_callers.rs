//! Others work on the same stack, and what they leave is not told as what this has left.

use std::time::Duration;

use cloudformation::status::StackStatus;
use deploy::execute::StepOutcome;
use deploy::plan::{Operation, Plan};
use tokio::time::sleep;

use crate::support::{
    Cloud, FailureMode, Fault, FaultKind, Run, StackOperation, create, plan, step, update,
};

/// A plan, made before another caller updated the stack, with this result. Reads are so late that the run
/// sees that after its own operation has begun.
async fn overlapped(cloud: &Cloud, plan: &Plan, failure: FailureMode) -> Run {
    sleep(Duration::from_secs(1)).await;
    cloud.other_caller("a", StackOperation::Update, failure);
    sleep(Duration::from_secs(6)).await;
    cloud.state().lag = Duration::from_secs(10);
    Run::new(cloud, plan).await
}

#[tokio::test(start_paused = true)]
async fn an_update_that_goes_on_is_waited_for_though_what_is_seen_is_the_end_of_another() {
    for theirs in [
        FailureMode::None,
        FailureMode::RollsBack,
        FailureMode::RollbackFails,
    ] {
        for ours in [FailureMode::None, FailureMode::RollsBack] {
            let cloud = Cloud::new();
            cloud.add_stack("a", StackStatus::CreateComplete, "old");
            cloud.script("a", |script| script.failure = ours);
            let plan = plan(&cloud, vec![update("a", &[], |_| ())]);
            let run = overlapped(&cloud, &plan, theirs).await;
            let said = run.step("a");
            match (ours, said) {
                (FailureMode::None, StepOutcome::Done { status }) => {
                    assert_eq!(*status, StackStatus::UpdateComplete);
                }
                (FailureMode::RollsBack, StepOutcome::Failed(failure)) => {
                    assert_eq!(failure.status, Some(StackStatus::UpdateRollbackComplete));
                    assert_eq!(failure.cause.as_ref().unwrap().logical_id, "Second");
                }
                _ => panic!("{theirs:?}, then {ours:?}: {said:?}"),
            }
            assert_eq!(cloud.count("ExecuteChangeSet"), 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_goes_on_is_waited_for_though_what_is_seen_is_the_end_of_another() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "old");
    let deletion = step(
        "a",
        &[],
        Operation::Delete {
            unprotect: false,
            role: None,
        },
    );
    let plan = plan(&cloud, vec![deletion]);
    sleep(Duration::from_secs(1)).await;
    cloud.other_caller("a", StackOperation::Delete, FailureMode::RollsBack);
    sleep(Duration::from_secs(6)).await;
    cloud.state().lag = Duration::from_secs(10);
    let run = Run::new(&cloud, &plan).await;
    assert!(
        matches!(run.step("a"), StepOutcome::Done { status } if *status == StackStatus::DeleteComplete),
        "{:?}",
        run.step("a")
    );
}

#[tokio::test(start_paused = true)]
async fn how_an_update_ended_whose_events_cannot_be_read_is_not_guessed() {
    for (kind, told) in [(FaultKind::Unknown, false), (FaultKind::Denied, true)] {
        let cloud = Cloud::new();
        cloud.add_stack("a", StackStatus::CreateComplete, "old");
        cloud.script("a", |script| script.failure = FailureMode::RollsBack);
        cloud.fault(Fault {
            call: "DescribeStackEvents",
            from: 1,
            times: 1_000,
            kind,
        });
        let plan = plan(&cloud, vec![update("a", &[], |_| ())]);
        let run = Run::new(&cloud, &plan).await;
        let StepOutcome::Failed(failure) = run.step("a") else {
            panic!("{:?}", run.step("a"));
        };
        assert_eq!(failure.status, Some(StackStatus::UpdateRollbackComplete));
        // Who may never read events is told what is seen.
        assert_eq!(
            failure.message.contains("updating it ended with"),
            told,
            "{}",
            failure.message
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_update_that_was_cancelled_has_ended() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "old");
    let plan = plan(&cloud, vec![update("a", &[], |_| ())]);
    let cancelled = async {
        sleep(Duration::from_secs(30)).await;
        cloud.other_caller("a", StackOperation::RollBack, FailureMode::None);
    };
    let (run, ()) = tokio::join!(Run::new(&cloud, &plan), cancelled);
    let StepOutcome::Failed(failure) = run.step("a") else {
        panic!("{:?}", run.step("a"));
    };
    assert_eq!(failure.status, Some(StackStatus::UpdateRollbackComplete));
    assert!(cloud.state().begin.elapsed() < Duration::from_secs(120));
}

#[tokio::test(start_paused = true)]
async fn a_deletion_by_another_caller_that_fails_meanwhile_is_told_with_its_cause() {
    let cloud = Cloud::new();
    let plan = plan(&cloud, vec![create("a", &[])]);
    let deleted = async {
        sleep(Duration::from_secs(30)).await;
        cloud.other_caller("a", StackOperation::Delete, FailureMode::RollsBack);
    };
    let (run, ()) = tokio::join!(Run::new(&cloud, &plan), deleted);
    let StepOutcome::Failed(failure) = run.step("a") else {
        panic!("{:?}", run.step("a"));
    };
    assert!(
        failure
            .message
            .starts_with("its deletion by another caller"),
        "{}",
        failure.message
    );
    assert_eq!(failure.status, Some(StackStatus::DeleteFailed));
    assert_eq!(failure.cause.as_ref().unwrap().logical_id, "Second");
}
