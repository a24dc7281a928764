//! Next steps after calls that fail for good: the same run again, once they pass.

use std::time::Duration;

use deploy::execute::{Options, StepOutcome, Stop};
use deploy::next_step::Situation;

use deploy::plan::{Operation, Recovery};

use crate::support::{Cloud, FailureMode, Fault, FaultKind, Run, create, plan, step};

fn hint(run: &Run) -> Option<String> {
    let StepOutcome::Failed(failure) = run.step("a") else {
        panic!("{:?}", run.step("a"));
    };
    failure.hint.clone()
}

/// Creates a stack while a call fails, and once more when it passes.
async fn run_again(cloud: &Cloud, call: &'static str, kind: FaultKind, situation: Situation<'_>) {
    cloud.fault(Fault {
        call,
        from: 1,
        times: 1_000_000,
        kind,
    });
    let steps = plan(cloud, vec![create("a", &[])]);
    let first = Run::new(cloud, &steps).await;
    assert_eq!(hint(&first), Some(situation.to_string()));
    cloud.state().faults.clear();
    tokio::time::sleep(Duration::from_secs(3600)).await;
    let second = Run::new(cloud, &steps).await;
    assert!(second.outcome.is_success(), "{:?}", second.outcome);
}

#[tokio::test(start_paused = true)]
async fn a_call_without_an_answer() {
    let kind = FaultKind::CallLost;
    let call = "CreateChangeSet";
    run_again(&Cloud::new(), call, kind, Situation::CallUnanswered).await;
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_throttled() {
    let kind = FaultKind::Throttled;
    let call = "CreateChangeSet";
    run_again(&Cloud::new(), call, kind, Situation::CallsThrottled).await;
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_can_not_be_read() {
    let cloud = Cloud::new();
    cloud.script("a", |script| script.lasts = Duration::from_secs(1800));
    let steps = plan(&cloud, vec![create("a", &[])]);
    for call in ["DescribeStacks", "DescribeStack"] {
        cloud.fault(Fault {
            call,
            from: 4,
            times: 1_000_000,
            kind: FaultKind::Denied,
        });
    }
    let first = Run::new(&cloud, &steps).await;
    assert_eq!(hint(&first), Some(Situation::ContactLost.to_string()));
    cloud.state().faults.clear();
    let wait = step("a", &[], Operation::Recover(Recovery::Wait));
    let second = Run::new(&cloud, &plan(&cloud, vec![wait])).await;
    assert!(second.outcome.is_success(), "{:?}", second.outcome);
}

#[tokio::test(start_paused = true)]
async fn events_that_can_not_be_read() {
    let cloud = Cloud::new();
    cloud.script("a", |script| script.failure = FailureMode::RollsBack);
    let steps = plan(&cloud, vec![create("a", &[])]);
    cloud.fault(Fault {
        call: "DescribeStackEvents",
        from: 1,
        times: 1_000_000,
        kind: FaultKind::Unknown,
    });
    let first = Run::new(&cloud, &steps).await;
    assert_eq!(hint(&first), Some(Situation::ResultUnreadable.to_string()));
    cloud.state().faults.clear();
    cloud.script("a", |script| script.failure = FailureMode::None);
    let failed = Operation::Recover(Recovery::DeleteFailedCreation);
    let second = Run::new(&cloud, &plan(&cloud, vec![step("a", &[], failed)])).await;
    assert!(second.outcome.is_success(), "{:?}", second.outcome);
    let options = Options::new("run-3", "");
    let third = Run::with(&cloud, &steps, &options, Stop::never()).await;
    assert!(third.outcome.is_success(), "{:?}", third.outcome);
}
