//! What a failure is told as, and what it keeps from beginning.

use std::time::Duration;

use cli_conventions::exit_code;
use cloudformation::status::StackStatus;
use deploy::execute::{Event, StepOutcome};
use deploy::plan::Operation;

use crate::support::{Cloud, FailureMode, Fault, FaultKind, Run, create, id, plan, step, update};

fn failure(run: &Run, step: &str) -> deploy::execute::Failure {
    match run.step(step) {
        StepOutcome::Failed(failure) => (**failure).clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn each_failure_has_its_cause_aftermath_and_hint() {
    let cloud = Cloud::new();
    for stack in ["update-fails", "rollback-fails", "deletion-fails"] {
        cloud.add_stack(stack, StackStatus::CreateComplete, "old");
    }
    for (stack, failure) in [
        ("creation-fails", FailureMode::RollsBack),
        ("update-fails", FailureMode::RollsBack),
        ("rollback-fails", FailureMode::RollbackFails),
        ("deletion-fails", FailureMode::RollsBack),
    ] {
        cloud.script(stack, |script| script.failure = failure);
    }
    let plan = plan(
        &cloud,
        vec![
            create("creation-fails", &[]),
            update("update-fails", &[], |_| ()),
            update("rollback-fails", &[], |_| ()),
            step(
                "deletion-fails",
                &[],
                Operation::Delete {
                    unprotect: false,
                    role: None,
                },
            ),
        ],
    );
    let run = Run::new(&cloud, &plan).await;
    let told: Vec<_> = plan
        .steps
        .iter()
        .map(|step| (step.id.0.as_str(), failure(&run, &step.id.0)))
        .collect();
    insta::assert_json_snapshot!("failures", told);
}

#[tokio::test(start_paused = true)]
async fn what_needs_a_failure_is_skipped_once_and_the_rest_goes_on() {
    let cloud = Cloud::new();
    cloud.script("a", |script| script.failure = FailureMode::RollsBack);
    let plan = plan(
        &cloud,
        vec![
            create("a", &[]),
            create("b", &["a"]),
            create("c", &["b"]),
            create("other", &[]),
            create("both", &["c", "other"]),
        ],
    );
    let run = Run::new(&cloud, &plan).await;
    let because = StepOutcome::Skipped { because: id("a") };
    for step in ["b", "c", "both"] {
        assert_eq!(run.step(step), &because);
        let told = run.events.iter().filter(
            |event| matches!(event, Event::StepFinished { step: other, .. } if *other == id(step)),
        );
        assert_eq!(told.count(), 1);
        assert_eq!(cloud.status(step), None);
    }
    assert!(run.step("other").is_success());
    assert_eq!(
        run.events.last(),
        Some(&Event::Finished {
            done: 1,
            failed: 1,
            skipped: 3,
            detached: false
        })
    );
}

#[tokio::test(start_paused = true)]
async fn polls_that_fail_change_nothing() {
    for (call, kind) in [
        ("DescribeStacks", FaultKind::Throttled),
        ("DescribeStacks", FaultKind::CallLost),
        ("DescribeStacks", FaultKind::Unknown),
        ("DescribeStacks", FaultKind::Denied),
        ("DescribeStackEvents", FaultKind::Throttled),
        ("DescribeStackEvents", FaultKind::Denied),
        ("DescribeChangeSet", FaultKind::Throttled),
        ("DescribeStack", FaultKind::CallLost),
    ] {
        let cloud = Cloud::new();
        cloud.fault(Fault {
            call,
            from: 1,
            times: 4,
            kind,
        });
        let run = Run::new(&cloud, &plan(&cloud, vec![create("a", &[])])).await;
        assert!(
            run.outcome.is_success(),
            "{call} {kind:?}: {:?}",
            run.outcome
        );
        assert!(!run.warnings().is_empty(), "{call} {kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn throttling_without_end_slows_down_and_says_so() {
    let cloud = Cloud::new();
    cloud.script("a", |script| script.lasts = Duration::from_secs(600));
    cloud.fault(Fault {
        call: "DescribeStacks",
        from: 3,
        times: 20,
        kind: FaultKind::Throttled,
    });
    let run = Run::new(&cloud, &plan(&cloud, vec![create("a", &[])])).await;
    assert!(run.outcome.is_success());
    // Twenty polls at the usual pace take less than two minutes.
    let state = cloud.state();
    let times: Vec<Duration> = state
        .calls
        .iter()
        .filter(|(_, call, _)| *call == "DescribeStacks")
        .map(|(at, ..)| *at)
        .collect();
    assert!(times[22] - times[2] > Duration::from_secs(300), "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn events_that_can_not_be_read_leave_a_failure_a_failure() {
    let cloud = Cloud::new();
    cloud.script("a", |script| script.failure = FailureMode::RollsBack);
    cloud.fault(Fault {
        call: "DescribeStackEvents",
        from: 1,
        times: 1_000,
        kind: FaultKind::Denied,
    });
    let run = Run::new(&cloud, &plan(&cloud, vec![create("a", &[])])).await;
    let failure = failure(&run, "a");
    assert_eq!(failure.status, Some(StackStatus::RollbackComplete));
    assert_eq!(failure.cause, None);
}

/// Whichever call is denied, the exit code is the same, and the hint names what adds the permission.
#[tokio::test(start_paused = true)]
async fn a_denied_call_has_its_exit_code_and_hint() {
    for call in ["CreateChangeSet", "ExecuteChangeSet"] {
        let cloud = Cloud::new();
        cloud.fault(Fault::first(call, FaultKind::Denied));
        let run = Run::new(&cloud, &plan(&cloud, vec![create("a", &[])])).await;
        let failure = failure(&run, "a");
        assert!(failure.denied, "{failure:#?}");
        let hint = failure.hint.unwrap();
        assert!(hint.contains("cargo xtask bootstrap"), "{call}: {hint}");
        assert_eq!(run.outcome.exit_code(), exit_code::CREDENTIALS, "{call}");
    }
}

#[tokio::test(start_paused = true)]
async fn expired_credentials_say_that_the_stack_goes_on_and_begin_nothing_more() {
    let cloud = Cloud::new();
    cloud.state().expires = Some(Duration::from_secs(30));
    cloud.script("a", |script| script.lasts = Duration::from_secs(100));
    let plan = plan(&cloud, vec![create("a", &[]), create("b", &["a"])]);
    let run = Run::new(&cloud, &plan).await;
    let failure = failure(&run, "a");
    assert!(failure.credentials);
    assert_eq!(failure.status, Some(StackStatus::CreateInProgress));
    assert!(
        failure.message.starts_with("lost contact"),
        "{}",
        failure.message
    );
    assert!(failure.hint.unwrap().contains("sign in again"));
    assert_eq!(run.step("b"), &StepOutcome::Skipped { because: id("a") });
}

#[tokio::test(start_paused = true)]
async fn expired_credentials_keep_unrelated_steps_from_beginning() {
    let cloud = Cloud::new();
    cloud.state().expires = Some(Duration::from_secs(30));
    let steps = vec![create("a", &[]), create("b", &[]), create("c", &[])];
    let plan = plan(&cloud, steps);
    let mut options = deploy::execute::Options::new("run", "");
    options.concurrency = 2;
    let run = Run::with(&cloud, &plan, &options, deploy::execute::Stop::never()).await;
    assert!(failure(&run, "a").credentials);
    assert!(failure(&run, "b").credentials);
    assert!(matches!(run.step("c"), StepOutcome::Skipped { .. }));
}

#[tokio::test(start_paused = true)]
async fn reads_that_lag_behind_are_not_taken_for_an_end() {
    for seconds in [1, 7, 20] {
        let cloud = Cloud::new();
        cloud.add_stack("a", StackStatus::UpdateComplete, "old");
        tokio::time::sleep(Duration::from_secs(60)).await;
        cloud.script("a", |script| script.failure = FailureMode::RollsBack);
        let plan = plan(
            &cloud,
            vec![
                update("a", &[], |_| ()),
                create("b", &[]),
                create("c", &["b"]),
            ],
        );
        cloud.state().lag = Duration::from_secs(seconds);
        let run = Run::new(&cloud, &plan).await;
        let failed = failure(&run, "a");
        assert_eq!(failed.status, Some(StackStatus::UpdateRollbackComplete));
        assert!(run.step("b").is_success(), "{:?}", run.step("b"));
        assert!(run.step("c").is_success(), "{:?}", run.step("c"));
    }
}
