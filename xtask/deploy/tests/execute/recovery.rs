//! Stacks that are brought back to where they can be planned.

use std::time::Duration;

use cloudformation::status::StackStatus;
use deploy::execute::{Event, StepOutcome};
use deploy::plan::{Operation, Recovery};

use crate::support::{Cloud, FailureMode, Fault, FaultKind, Run, StackOperation, plan, step};

fn recover(recovery: Recovery) -> deploy::plan::Step {
    step("a", &[], Operation::Recover(recovery))
}

#[tokio::test(start_paused = true)]
async fn what_goes_on_is_waited_for() {
    for (operation, failure, end) in [
        (
            StackOperation::Update,
            FailureMode::None,
            Some(StackStatus::UpdateComplete),
        ),
        (
            StackOperation::Update,
            FailureMode::RollbackFails,
            Some(StackStatus::UpdateRollbackFailed),
        ),
        (StackOperation::Delete, FailureMode::None, None),
    ] {
        let cloud = Cloud::new();
        let stack = cloud.add_stack("a", StackStatus::CreateComplete, "old");
        cloud
            .state()
            .begin(stack.id.as_str(), operation, failure, "theirs")
            .unwrap();
        let plan = plan(&cloud, vec![recover(Recovery::Wait)]);
        // The operation continues between the plan and its execution.
        tokio::time::sleep(Duration::from_secs(58)).await;
        let run = Run::new(&cloud, &plan).await;
        assert!(run.outcome.is_success(), "{:?}", run.outcome);
        assert_eq!(cloud.status("a"), end);
        assert!(
            run.events
                .iter()
                .any(|event| matches!(event, Event::Waiting { .. }))
        );
        assert_eq!(cloud.writes(), [""; 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_has_ended_meanwhile_is_not_waited_for() {
    let cloud = Cloud::new();
    let stack = cloud.add_stack("a", StackStatus::CreateComplete, "old");
    cloud
        .state()
        .begin(
            stack.id.as_str(),
            StackOperation::Update,
            FailureMode::None,
            "theirs",
        )
        .unwrap();
    let plan = plan(&cloud, vec![recover(Recovery::Wait)]);
    tokio::time::sleep(Duration::from_secs(100)).await;
    let run = Run::new(&cloud, &plan).await;
    let done = StepOutcome::Done {
        status: StackStatus::UpdateComplete,
    };
    assert_eq!(run.step("a"), &done);
}

#[tokio::test(start_paused = true)]
async fn rollbacks_are_continued_and_failed_updates_rolled_back() {
    for (recovery, status) in [
        (
            Recovery::ContinueRollback,
            StackStatus::UpdateRollbackFailed,
        ),
        (Recovery::RollBack, StackStatus::UpdateFailed),
    ] {
        let cloud = Cloud::new();
        cloud.add_stack("a", status, "old");
        let run = Run::new(&cloud, &plan(&cloud, vec![recover(recovery)])).await;
        assert!(run.outcome.is_success(), "{:?}", run.outcome);
        assert_eq!(cloud.status("a"), Some(StackStatus::UpdateRollbackComplete));
    }
}

#[tokio::test(start_paused = true)]
async fn a_rollback_that_fails_again_says_what_keeps_it() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::UpdateRollbackFailed, "old");
    cloud.script("a", |script| script.failure = FailureMode::RollbackFails);
    let run = Run::new(
        &cloud,
        &plan(&cloud, vec![recover(Recovery::ContinueRollback)]),
    )
    .await;
    let StepOutcome::Failed(failure) = run.step("a") else {
        panic!("{:?}", run.step("a"));
    };
    let cause = failure.cause.as_ref().unwrap();
    assert_eq!(
        (cause.logical_id.as_str(), cause.reason.as_str()),
        ("First", "the old thing is gone")
    );
}

#[tokio::test(start_paused = true)]
async fn what_a_failed_creation_left_is_deleted() {
    for status in [
        StackStatus::CreateFailed,
        StackStatus::RollbackComplete,
        StackStatus::RollbackFailed,
    ] {
        let cloud = Cloud::new();
        cloud.add_stack("a", status, "old");
        let plan = plan(&cloud, vec![recover(Recovery::DeleteFailedCreation)]);
        let run = Run::new(&cloud, &plan).await;
        assert!(run.outcome.is_success(), "{:?}", run.outcome);
        assert_eq!(cloud.status("a"), None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_holds_something_is_not_deleted_whatever_the_plan_says() {
    for status in StackStatus::ALL {
        use cloudformation::status::NextStep;
        if matches!(status.next_step(), NextStep::DeleteAndCreate) {
            continue;
        }
        let cloud = Cloud::new();
        cloud.add_stack("a", status.clone(), "old");
        let plan = plan(&cloud, vec![recover(Recovery::DeleteFailedCreation)]);
        let run = Run::new(&cloud, &plan).await;
        assert!(
            matches!(run.step("a"), StepOutcome::Stale { .. }),
            "{status}"
        );
        assert_eq!(cloud.writes(), [""; 0], "{status}");
    }
}

/// A caller without the permission to cancel learns which command does it.
#[tokio::test(start_paused = true)]
async fn an_update_that_may_not_be_cancelled_is_told() {
    let cloud = Cloud::new();
    let stack = cloud.add_stack("a", StackStatus::CreateComplete, "old");
    cloud.script("a", |script| script.lasts = Duration::from_secs(36_000));
    cloud.fault(Fault::first("CancelUpdateStack", FaultKind::Denied));
    cloud
        .state()
        .begin(
            stack.id.as_str(),
            StackOperation::Update,
            FailureMode::None,
            "theirs",
        )
        .unwrap();
    let run = Run::new(&cloud, &plan(&cloud, vec![recover(Recovery::Wait)])).await;
    let StepOutcome::Failed(failure) = run.step("a") else {
        panic!("{:?}", run.outcome);
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    insta::assert_snapshot!(
        [failure.message.clone(), text(&failure.aftermath), text(&failure.hint)].join("\n"),
        @"
    the operation in progress takes longer than 60 minutes (UPDATE_IN_PROGRESS, since 0.0)
    it could not be reverted and keeps running for up to 36 hours: not permitted: not this
    with credentials that allow it:
        aws cloudformation cancel-update-stack --stack-name a
    "
    );
    assert!(matches!(
        run.events
            .iter()
            .find(|event| matches!(event, Event::DeadlineExceeded { .. })),
        Some(Event::DeadlineExceeded { minutes: 60, .. })
    ));
}
