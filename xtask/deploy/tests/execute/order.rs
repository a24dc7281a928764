//! What is done when.

use std::time::Duration;

use cloudformation::status::StackStatus;
use deploy::execute::{Event, Options, StepOutcome, Stop};
use tokio::time::Instant;

use crate::support::{Cloud, Run, create, lines, plan, update};

/// The steps in the order in which they began and ended.
fn order(events: &[Event]) -> Vec<String> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::StepStarted { step, .. } => Some(format!("+{step}")),
            Event::StepFinished { step, .. } => Some(format!("-{step}")),
            _ => None,
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_step_begins_after_what_it_needs() {
    let cloud = Cloud::new();
    let plan = plan(
        &cloud,
        vec![create("a", &[]), create("b", &["a"]), create("c", &["b"])],
    );
    let run = Run::new(&cloud, &plan).await;
    assert!(run.outcome.is_success());
    assert_eq!(order(&run.events), ["+a", "-a", "+b", "-b", "+c", "-c"]);
    for stack in ["a", "b", "c"] {
        assert_eq!(cloud.status(stack), Some(StackStatus::CreateComplete));
    }
    assert_eq!(cloud.pending_change_sets(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_depend_on_each_other_goes_on_at_once() {
    let cloud = Cloud::new();
    let steps = (0..10)
        .map(|number| create(&format!("s{number}"), &[]))
        .collect();
    let plan = plan(&cloud, steps);
    let begin = Instant::now();
    let run = Run::new(&cloud, &plan).await;
    assert!(run.outcome.is_success());
    // One after the other they take more than ten minutes.
    assert!(
        begin.elapsed() < Duration::from_secs(90),
        "{:?}",
        begin.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn no_more_is_in_progress_than_may_be() {
    let cloud = Cloud::new();
    let steps = (0..7)
        .map(|number| create(&format!("s{number}"), &[]))
        .collect();
    let plan = plan(&cloud, steps);
    let mut options = Options::new("run", "");
    options.concurrency = 3;
    let run = Run::with(&cloud, &plan, &options, Stop::never()).await;
    assert!(run.outcome.is_success());
    let mut open = 0_i32;
    let mut most = 0;
    for step in order(&run.events) {
        open += if step.starts_with('+') { 1 } else { -1 };
        most = most.max(open);
    }
    assert_eq!(most, 3);
}

#[tokio::test(start_paused = true)]
async fn one_creation_in_all_its_events() {
    let cloud = Cloud::new();
    let plan = plan(&cloud, vec![create("a", &[])]);
    let run = Run::new(&cloud, &plan).await;
    insta::assert_snapshot!("one_creation", lines(&run.events));
    assert_eq!(
        cloud.writes(),
        ["CreateChangeSet a", "ExecuteChangeSet arn:stack/a/1"]
    );
}

#[tokio::test(start_paused = true)]
async fn two_steps_of_one_stack_see_what_the_first_made() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "old");
    let expand = update("a", &[], |step| {
        step.template = "expanded".to_owned();
        step.digest = "expanded".to_owned();
    });
    let mut contract = update("a", &["a"], |_| ());
    contract.id = crate::support::id("a/contract");
    let plan = plan(&cloud, vec![expand, contract]);
    let run = Run::new(&cloud, &plan).await;
    assert!(run.outcome.is_success(), "{:?}", run.outcome);
    let done = StepOutcome::Done {
        status: StackStatus::UpdateComplete,
    };
    assert_eq!(run.step("a/contract"), &done);
    assert_eq!(
        cloud.current("a").unwrap().output("DefinitionDigest"),
        Some("new")
    );
}

#[tokio::test(start_paused = true)]
async fn a_plan_out_of_order_ends() {
    let cloud = Cloud::new();
    let plan = plan(
        &cloud,
        vec![create("a", &["b"]), create("b", &[]), create("c", &["a"])],
    );
    let run = Run::new(&cloud, &plan).await;
    assert!(matches!(run.step("a"), StepOutcome::Failed(_)));
    assert!(matches!(run.step("c"), StepOutcome::Skipped { .. }));
    assert!(run.step("b").is_success());
    assert!(!run.outcome.detached);
}

#[tokio::test(start_paused = true)]
async fn nothing_to_do_calls_nothing() {
    let cloud = Cloud::new();
    let run = Run::new(&cloud, &plan(&cloud, Vec::new())).await;
    assert!(run.outcome.is_success());
    assert_eq!(cloud.state().calls.len(), 0);
}
