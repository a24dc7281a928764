//! Others work on the same stack, and what they leave is not told as what this has left.

use std::time::Duration;

use cloudformation::status::StackStatus;
use deploy::execute::StepOutcome;
use deploy::plan::{Operation, Plan};
use tokio::time::sleep;

use crate::support::{Cloud, Doing, Fate, Fault, Kind, Run, create, plan, step, update};

/// A plan, made before somebody else updated the stack to this end. Reads are so late that the run
/// sees that after its own operation has begun.
async fn overlapped(cloud: &Cloud, plan: &Plan, fate: Fate) -> Run {
    sleep(Duration::from_secs(1)).await;
    cloud.by_somebody("a", Doing::Update, fate);
    sleep(Duration::from_secs(6)).await;
    cloud.state().lag = Duration::from_secs(10);
    Run::of(cloud, plan).await
}

#[tokio::test(start_paused = true)]
async fn an_update_that_goes_on_is_waited_for_though_what_is_seen_is_the_end_of_another() {
    for theirs in [Fate::Succeed, Fate::Fail, Fate::FailForGood] {
        for ours in [Fate::Succeed, Fate::Fail] {
            let cloud = Cloud::new();
            cloud.there("a", StackStatus::CreateComplete, "old");
            cloud.script("a", |script| script.fate = ours);
            let plan = plan(&cloud, vec![update("a", &[], |_| ())]);
            let run = overlapped(&cloud, &plan, theirs).await;
            let said = run.step("a");
            match (ours, said) {
                (Fate::Succeed, StepOutcome::Done { status }) => {
                    assert_eq!(*status, StackStatus::UpdateComplete);
                }
                (Fate::Fail, StepOutcome::Failed(failure)) => {
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
    cloud.there("a", StackStatus::CreateComplete, "old");
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
    cloud.by_somebody("a", Doing::Delete, Fate::Fail);
    sleep(Duration::from_secs(6)).await;
    cloud.state().lag = Duration::from_secs(10);
    let run = Run::of(&cloud, &plan).await;
    assert!(
        matches!(run.step("a"), StepOutcome::Done { status } if *status == StackStatus::DeleteComplete),
        "{:?}",
        run.step("a")
    );
}

#[tokio::test(start_paused = true)]
async fn how_an_update_ended_whose_events_cannot_be_read_is_not_guessed() {
    for (kind, told) in [(Kind::Odd, false), (Kind::Denied, true)] {
        let cloud = Cloud::new();
        cloud.there("a", StackStatus::CreateComplete, "old");
        cloud.script("a", |script| script.fate = Fate::Fail);
        cloud.fault(Fault {
            call: "DescribeStackEvents",
            from: 1,
            times: 1_000,
            kind,
        });
        let plan = plan(&cloud, vec![update("a", &[], |_| ())]);
        let run = Run::of(&cloud, &plan).await;
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
async fn an_update_that_somebody_cancelled_has_ended() {
    let cloud = Cloud::new();
    cloud.there("a", StackStatus::CreateComplete, "old");
    let plan = plan(&cloud, vec![update("a", &[], |_| ())]);
    let cancelled = async {
        sleep(Duration::from_secs(30)).await;
        cloud.by_somebody("a", Doing::RollBack, Fate::Succeed);
    };
    let (run, ()) = tokio::join!(Run::of(&cloud, &plan), cancelled);
    let StepOutcome::Failed(failure) = run.step("a") else {
        panic!("{:?}", run.step("a"));
    };
    assert_eq!(failure.status, Some(StackStatus::UpdateRollbackComplete));
    assert!(cloud.state().begin.elapsed() < Duration::from_secs(120));
}

#[tokio::test(start_paused = true)]
async fn a_deletion_by_somebody_that_fails_meanwhile_is_told_with_its_cause() {
    let cloud = Cloud::new();
    let plan = plan(&cloud, vec![create("a", &[])]);
    let deleted = async {
        sleep(Duration::from_secs(30)).await;
        cloud.by_somebody("a", Doing::Delete, Fate::Fail);
    };
    let (run, ()) = tokio::join!(Run::of(&cloud, &plan), deleted);
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
