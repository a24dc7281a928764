//! Reconciliation: the loop of observing, planning and executing.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use cloudformation::status::{NextStep, StackStatus};
use deploy::execute::{Event, Options, Stop};
use deploy::observe::{Need, Observed};
use deploy::plan::{Operation, Planned, Recovery};
use deploy::reconcile::{Decision, ReconcileError, ReconcileOptions, ReconcileOutcome, reconcile};

use tokio::time::Instant;

use crate::support::{
    Cloud, FailureMode, Fault, FaultKind, StackOperation, create, plan, step, update,
};

const STACK: &str = "p-a";

/// Plans one stack: recovers it, creates it or updates it.
fn planner(cloud: &Cloud) -> impl Fn(&Observed) -> Result<Planned, Infallible> {
    |observed| {
        let stack = observed.stacks.get(STACK);
        let next = stack.map_or(NextStep::Create, |stack| stack.status.next_step());
        let recover = |recovery| vec![step(STACK, &[], Operation::Recover(recovery))];
        let steps = match next {
            NextStep::Create => vec![create(STACK, &[])],
            NextStep::Update
                if stack.and_then(|stack| stack.output("DefinitionDigest")) == Some("new") =>
            {
                Vec::new()
            }
            NextStep::Update if !observed.templates.contains_key(STACK) => {
                return Ok(Planned::Needs(BTreeSet::from([Need::Template(
                    STACK.into(),
                )])));
            }
            NextStep::Update => vec![update(STACK, &[], |_| ())],
            NextStep::Wait => recover(Recovery::Wait),
            NextStep::DeleteAndCreate => recover(Recovery::DeleteFailedCreation),
            NextStep::ContinueRollback => recover(Recovery::ContinueRollback),
            NextStep::RollBack => recover(Recovery::RollBack),
            NextStep::Refuse => Vec::new(),
        };
        Ok(Planned::Plan(Box::new(plan(cloud, steps))))
    }
}

async fn deploy(cloud: &Cloud) -> Result<ReconcileOutcome, ReconcileError<Infallible>> {
    let options = Options::new("run", "");
    let acknowledged = BTreeSet::new();
    let course = ReconcileOptions {
        region: "eu-west-1",
        prefix: "p-",
        acknowledged: &acknowledged,
        execution: &options,
    };
    reconcile(
        cloud,
        course,
        planner(cloud),
        |_| (),
        |_| Decision::Execute,
        Stop::never(),
    )
    .await
}

#[tokio::test(start_paused = true)]
async fn every_status_is_driven_to_the_definition_or_refused() {
    for status in StackStatus::ALL {
        let cloud = Cloud::new();
        let stack = cloud.add_stack(STACK, status.clone(), "old");
        if status.is_in_progress() {
            // Something that ends.
            let operation = if *status == StackStatus::DeleteInProgress {
                StackOperation::Delete
            } else {
                StackOperation::Update
            };
            cloud
                .state()
                .begin(stack.id.as_str(), operation, FailureMode::None, "theirs")
                .unwrap();
        }
        let reconciled = deploy(&cloud).await.unwrap();
        if status.next_step() == NextStep::Refuse {
            assert!(
                matches!(reconciled, ReconcileOutcome::NoSteps { .. }),
                "{status}"
            );
            assert_eq!(cloud.writes(), [""; 0], "{status}");
            continue;
        }
        assert!(reconciled.is_success(), "{status}: {reconciled:?}");
        let now = cloud.current(STACK).unwrap();
        assert_eq!(now.output("DefinitionDigest"), Some("new"), "{status}");
        // And then there is nothing to do, which costs the listing and who is asked.
        let before = cloud.state().calls.len();
        assert!(matches!(
            deploy(&cloud).await.unwrap(),
            ReconcileOutcome::NoSteps { .. }
        ));
        assert_eq!(cloud.state().calls.len() - before, 2, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_creation_that_is_seen_to_fail_is_deleted_and_created() {
    let cloud = Cloud::new();
    let stack = cloud.add_stack(STACK, StackStatus::ReviewInProgress, "old");
    cloud
        .state()
        .begin(
            stack.id.as_str(),
            StackOperation::Create,
            FailureMode::RollsBack,
            "theirs",
        )
        .unwrap();
    let reconciled = deploy(&cloud).await.unwrap();
    assert!(reconciled.is_success(), "{reconciled:?}");
    assert_eq!(cloud.count("DeleteStack"), 1);
    assert_eq!(cloud.status(STACK), Some(StackStatus::CreateComplete));
}

#[tokio::test(start_paused = true)]
async fn a_recovery_that_fails_ends_the_drive() {
    let cloud = Cloud::new();
    cloud.add_stack(STACK, StackStatus::UpdateRollbackFailed, "old");
    cloud.script(STACK, |script| script.failure = FailureMode::RollbackFails);
    let reconciled = deploy(&cloud).await.unwrap();
    assert!(matches!(reconciled, ReconcileOutcome::Executed { .. }));
    assert!(!reconciled.is_success());
    assert_eq!(cloud.count("ContinueUpdateRollback"), 1);
}

#[tokio::test(start_paused = true)]
async fn recovering_without_end_is_an_error() {
    let cloud = Cloud::new();
    let stack = cloud.add_stack(STACK, StackStatus::CreateComplete, "old");
    let busy = |observed: &Observed| {
        // Another caller starts an operation, every time.
        let mut now = observed.stacks[STACK].clone();
        now.status = StackStatus::UpdateInProgress;
        cloud
            .state()
            .begin(
                stack.id.as_str(),
                StackOperation::Update,
                FailureMode::None,
                "theirs",
            )
            .unwrap();
        planner(&cloud)(&Observed {
            stacks: [(STACK.into(), now)].into(),
            ..observed.clone()
        })
    };
    let options = Options::new("run", "");
    let acknowledged = BTreeSet::new();
    let course = ReconcileOptions {
        region: "eu-west-1",
        prefix: "p-",
        acknowledged: &acknowledged,
        execution: &options,
    };
    let error = reconcile(
        &cloud,
        course,
        busy,
        |_| (),
        |_| Decision::Execute,
        Stop::never(),
    )
    .await
    .unwrap_err();
    insta::assert_snapshot!(
        error.to_string(),
        @"a stack still needs recovery after 5 recoveries: `p-a` is UPDATE_IN_PROGRESS"
    );
}

#[tokio::test(start_paused = true)]
async fn a_planner_that_always_needs_more_is_an_error() {
    let cloud = Cloud::new();
    cloud.add_stack(STACK, StackStatus::CreateComplete, "old");
    let options = Options::new("run", "");
    let acknowledged = BTreeSet::new();
    let course = ReconcileOptions {
        region: "eu-west-1",
        prefix: "p-",
        acknowledged: &acknowledged,
        execution: &options,
    };
    let greedy = |_: &Observed| {
        Ok::<_, Infallible>(Planned::Needs(BTreeSet::from([Need::Template(
            STACK.into(),
        )])))
    };
    let error = reconcile(
        &cloud,
        course,
        greedy,
        |_| (),
        |_| Decision::Execute,
        Stop::never(),
    )
    .await
    .unwrap_err();
    assert!(matches!(error, ReconcileError::Needs { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_person_who_says_no_changes_nothing() {
    let cloud = Cloud::new();
    let options = Options::new("run", "");
    let acknowledged = BTreeSet::new();
    let course = ReconcileOptions {
        region: "eu-west-1",
        prefix: "p-",
        acknowledged: &acknowledged,
        execution: &options,
    };
    let asked = Cell::new(0);
    let reconciled = reconcile(
        &cloud,
        course,
        planner(&cloud),
        |_| (),
        |plan| {
            asked.set(asked.get() + plan.steps.len());
            Decision::Decline
        },
        Stop::never(),
    )
    .await
    .unwrap();
    assert!(matches!(reconciled, ReconcileOutcome::Declined { .. }));
    assert_eq!(asked.get(), 1);
    assert_eq!(cloud.writes(), [""; 0]);
}

/// A dead endpoint: told while it lasts, and an error after some minutes.
#[tokio::test(start_paused = true)]
async fn an_endpoint_that_never_answers_is_told_and_then_an_error() {
    for (kind, says) in [
        (
            FaultKind::CallLost,
            "cloudformation does not answer (timed out); retrying",
        ),
        (FaultKind::Throttled, "throttled: Rate exceeded; retrying"),
    ] {
        let cloud = Cloud::new();
        cloud.fault(Fault {
            call: "DescribeStacks",
            from: 1,
            times: usize::MAX - 1,
            kind,
        });
        let options = Options::new("run", "");
        let acknowledged = BTreeSet::new();
        let course = ReconcileOptions {
            region: "eu-west-1",
            prefix: "p-",
            acknowledged: &acknowledged,
            execution: &options,
        };
        let begin = Instant::now();
        let mut told = Vec::new();
        let error = reconcile(
            &cloud,
            course,
            planner(&cloud),
            |event| told.push((begin.elapsed(), event)),
            |_| Decision::Execute,
            Stop::never(),
        )
        .await
        .unwrap_err();
        assert!(
            matches!(&error, ReconcileError::Observe(cause) if cause.is_transient()),
            "{error:?}"
        );
        assert!(
            begin.elapsed() < Duration::from_secs(240),
            "{:?}",
            begin.elapsed()
        );
        let (at, first) = &told[0];
        assert!(*at < Duration::from_secs(2), "{at:?}");
        let Event::Warning {
            step: None,
            message,
        } = first
        else {
            panic!("{first:?}");
        };
        assert_eq!(message, says);
    }
}
