//! Leaving a walk, going on with it, and cancelling what it left.

use std::time::Duration;

use cloudformation::status::StackStatus;
use deploy::execute::{
    Cancellation, Event, Options, StepOutcome, Stop, cancel_updates, has_detached_updates,
};
use deploy::plan::{Operation, Recovery, StackPolicyOverride};
use tokio::time::{Instant, sleep};

use crate::support::{Cloud, Run, create, plan, step, update};

async fn stopped_after(cloud: &Cloud, plan: &deploy::plan::Plan, after: Duration) -> Run {
    let (handle, stop) = Stop::new();
    let options = Options::new("run", "");
    let (run, ()) = tokio::join!(Run::with(cloud, plan, &options, stop), async {
        sleep(after).await;
        handle.detach();
    });
    run
}

#[tokio::test(start_paused = true)]
async fn a_walk_that_is_left_leaves_the_stacks_to_cloudformation() {
    let cloud = Cloud::new();
    let plan = plan(&cloud, vec![create("a", &[]), create("b", &["a"])]);
    let begin = Instant::now();
    let run = stopped_after(&cloud, &plan, Duration::from_secs(30)).await;
    assert!(
        begin.elapsed() < Duration::from_secs(31),
        "{:?}",
        begin.elapsed()
    );
    assert!(run.outcome.detached);
    assert_eq!(run.step("a"), &StepOutcome::Detached);
    assert_eq!(run.outcome.steps.len(), 1);
    assert!(matches!(
        run.events.last(),
        Some(Event::Finished { detached: true, .. })
    ));
    let calls = cloud.state().calls.len();
    sleep(Duration::from_secs(100)).await;
    assert_eq!(cloud.state().calls.len(), calls);
    assert_eq!(cloud.status("a"), Some(StackStatus::CreateComplete));
}

#[tokio::test(start_paused = true)]
async fn what_was_left_is_gone_on_with() {
    let cloud = Cloud::new();
    let first = plan(&cloud, vec![create("a", &[]), create("b", &["a"])]);
    stopped_after(&cloud, &first, Duration::from_secs(30)).await;
    let wait = plan(
        &cloud,
        vec![step("a", &[], Operation::Recover(Recovery::Wait))],
    );
    let options = Options::new("run-2", "");
    let run = Run::with(&cloud, &wait, &options, Stop::never()).await;
    assert!(run.outcome.is_success());
    let rest = plan(&cloud, vec![create("b", &[])]);
    let options = Options::new("run-3", "");
    let run = Run::with(&cloud, &rest, &options, Stop::never()).await;
    assert!(run.outcome.is_success(), "{:?}", run.outcome);
}

#[tokio::test(start_paused = true)]
async fn a_change_set_that_is_not_executed_is_taken_back_at_any_moment() {
    for tenths in 0..60 {
        let cloud = Cloud::new();
        let plan = plan(&cloud, vec![create("a", &[])]);
        let run = stopped_after(&cloud, &plan, Duration::from_millis(tenths * 100)).await;
        assert!(run.outcome.detached, "{tenths}");
        let status = cloud.status("a");
        assert!(
            matches!(status, None | Some(StackStatus::CreateInProgress)),
            "{tenths}: {status:?}"
        );
        assert_eq!(cloud.pending_change_sets(), 0, "{tenths}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_policy_override_that_is_left_is_reported() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "old");
    let overriding = update("a", &[], |step| {
        step.policy = Some("strict".to_owned());
        step.policy_override = Some(StackPolicyOverride {
            policy: "override".to_owned(),
        });
    });
    let plan = plan(&cloud, vec![overriding]);
    let run = stopped_after(&cloud, &plan, Duration::from_secs(30)).await;
    assert_eq!(run.step("a"), &StepOutcome::Detached);
    assert!(
        run.warnings()
            .iter()
            .any(|message| message.contains("the next run restores it"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_stop_before_the_beginning_begins_nothing() {
    let cloud = Cloud::new();
    let (handle, stop) = Stop::new();
    handle.detach();
    let plan = plan(&cloud, vec![create("a", &[])]);
    let run = Run::with(&cloud, &plan, &Options::new("run", ""), stop).await;
    assert!(run.outcome.detached);
    assert_eq!(cloud.state().calls.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_handle_that_is_dropped_stops_nothing() {
    let cloud = Cloud::new();
    let (handle, stop) = Stop::new();
    drop(handle);
    let plan = plan(&cloud, vec![create("a", &[])]);
    let run = Run::with(&cloud, &plan, &Options::new("run", ""), stop).await;
    assert!(run.outcome.is_success());
}

#[tokio::test(start_paused = true)]
async fn updates_that_were_left_can_be_cancelled() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "old");
    let plan = plan(&cloud, vec![update("a", &[], |_| ()), create("b", &[])]);
    let run = stopped_after(&cloud, &plan, Duration::from_secs(30)).await;
    let options = Options::new("run", "");
    let cancelled = cancel_updates(&cloud, &plan, &run.outcome, &options).await;
    assert!(matches!(cancelled["a"], Cancellation::Started));
    assert!(matches!(
        cancelled["b"],
        Cancellation::NotUpdating(Some(StackStatus::CreateInProgress))
    ));
    sleep(Duration::from_secs(100)).await;
    assert_eq!(cloud.status("a"), Some(StackStatus::UpdateRollbackComplete));
}

#[tokio::test(start_paused = true)]
async fn an_update_that_a_resumed_run_only_waits_for_can_be_cancelled_too() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "old");
    let first = plan(&cloud, vec![update("a", &[], |_| ()), create("b", &[])]);
    stopped_after(&cloud, &first, Duration::from_secs(30)).await;
    let wait = |stack| step(stack, &[], Operation::Recover(Recovery::Wait));
    // A creation can't be cancelled, so that is not offered.
    let creation = plan(&cloud, vec![wait("b")]);
    let run = stopped_after(&cloud, &creation, Duration::from_secs(3)).await;
    assert!(!has_detached_updates(&creation, &run.outcome));
    let resumed = plan(&cloud, vec![wait("a"), wait("b")]);
    let run = stopped_after(&cloud, &resumed, Duration::from_secs(3)).await;
    assert!(has_detached_updates(&resumed, &run.outcome));
    let options = Options::new("run-2", "");
    let cancelled = cancel_updates(&cloud, &resumed, &run.outcome, &options).await;
    assert!(matches!(cancelled["a"], Cancellation::Started));
    sleep(Duration::from_secs(100)).await;
    assert_eq!(cloud.status("a"), Some(StackStatus::UpdateRollbackComplete));
}
