//! Change sets that are made with a plan.

use std::collections::BTreeSet;
use std::time::Duration;

use cloudformation::status::StackStatus;
use cloudformation::{ChangeAction, Replacement};
use deploy::execute::{Options, Prepared, StepOutcome, Stop, discard_prepared, prepare};
use deploy::plan::{Deferral, Operation, Plan};
use tokio::time::Instant;

use crate::support::{Cloud, Run, change, create, id, plan, update};

fn change_set<'a>(plan: &'a Plan, step: &str) -> Option<&'a str> {
    plan.steps
        .iter()
        .find(|other| other.id == id(step))
        .and_then(|step| match &step.operation {
            Operation::Deploy(deploy) => deploy.change_set.as_deref(),
            _ => None,
        })
}

async fn prepared(cloud: &Cloud, plan: &mut Plan) -> Vec<Prepared> {
    let options = Options::new("planning", "");
    prepare(cloud, plan, &options, |_| (), Stop::never())
        .await
        .into_values()
        .collect()
}

fn three(cloud: &Cloud) -> Plan {
    cloud.add_stack("updated", StackStatus::CreateComplete, "old");
    let mut plan = plan(
        cloud,
        vec![
            create("created", &[]),
            update("updated", &[], |_| ()),
            create("deferred", &["created"]),
        ],
    );
    let deferred = plan
        .stacks
        .iter_mut()
        .find(|stack| stack.name == "deferred");
    deferred.unwrap().deferred.push(Deferral {
        export: "created-Vpc".to_owned(),
        stack: "created".to_owned(),
    });
    plan
}

#[tokio::test(start_paused = true)]
async fn what_is_ready_is_made_in_parallel_and_exactly_that_is_executed() {
    let cloud = Cloud::new();
    let mut plan = three(&cloud);
    let begin = Instant::now();
    let results = prepared(&cloud, &mut plan).await;
    assert!(begin.elapsed() < Duration::from_secs(10));
    assert!(
        results
            .iter()
            .all(|result| matches!(result, Prepared::Ready { .. }))
    );
    assert_eq!(results.len(), 2);
    assert!(change_set(&plan, "created").unwrap().contains("planning"));
    assert!(change_set(&plan, "updated").is_some());
    assert_eq!(change_set(&plan, "deferred"), None);
    assert_eq!(cloud.status("created"), Some(StackStatus::ReviewInProgress));
    assert_eq!(cloud.count("ExecuteChangeSet"), 0);

    // A plan is read from a file.
    let plan: Plan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
    let run = Run::new(&cloud, &plan).await;
    assert!(run.outcome.is_success(), "{:?}", run.outcome);
    assert_eq!(cloud.count("CreateChangeSet"), 3);
}

#[tokio::test(start_paused = true)]
async fn what_was_prepared_and_is_not_wanted_leaves_nothing() {
    let cloud = Cloud::new();
    let mut plan = three(&cloud);
    prepared(&cloud, &mut plan).await;
    discard_prepared(&cloud, &plan, &Options::new("later", ""), |_| ()).await;
    assert_eq!(cloud.pending_change_sets(), 0);
    assert_eq!(cloud.status("created"), None);
    assert_eq!(cloud.status("updated"), Some(StackStatus::CreateComplete));
}

#[tokio::test(start_paused = true)]
async fn what_does_not_come_to_its_change_set_takes_it_back() {
    let cloud = Cloud::new();
    cloud.script("created", |script| {
        script.failure = crate::support::FailureMode::RollsBack
    });
    let mut plan = plan(
        &cloud,
        vec![create("created", &[]), create("next", &["created"])],
    );
    prepared(&cloud, &mut plan).await;
    let run = Run::new(&cloud, &plan).await;
    assert!(matches!(run.step("next"), StepOutcome::Skipped { .. }));
    assert_eq!(cloud.status("next"), None);
    assert_eq!(cloud.pending_change_sets(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_deleted_change_set_is_made_again() {
    let cloud = Cloud::new();
    let mut plan = three(&cloud);
    prepared(&cloud, &mut plan).await;
    for set in &mut cloud.state().change_sets {
        set.status = cloudformation::ChangeSetStatus::DeleteComplete;
    }
    let run = Run::new(&cloud, &plan).await;
    assert!(run.outcome.is_success(), "{:?}", run.outcome);
}

#[tokio::test(start_paused = true)]
async fn what_is_found_is_among_the_findings_of_the_plan() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "old");
    cloud.script("a", |script| {
        script.changes = vec![change("Vpc", ChangeAction::Modify, Replacement::Always)];
    });
    let step = update("a", &[], |step| {
        step.guarded = BTreeSet::from(["Vpc".to_owned()]);
    });
    let mut plan = plan(&cloud, vec![step]);
    let results = prepared(&cloud, &mut plan).await;
    assert!(matches!(results.as_slice(), [Prepared::Blocked { .. }]));
    assert!(plan.is_blocked());
    assert_eq!(cloud.pending_change_sets(), 0);

    // The word that acknowledges it is known before the change set is made again.
    let word = plan.findings[0].acknowledgement();
    plan.findings.clear();
    deploy::execute::acknowledge(&mut plan, &BTreeSet::from([word]));
    let run = Run::new(&cloud, &plan).await;
    assert!(run.outcome.is_success(), "{:?}", run.outcome);
}

/// A plan is a file: one that names the change set of another stack executes nothing of it.
#[tokio::test(start_paused = true)]
async fn a_change_set_of_another_stack_is_neither_executed_nor_deleted() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "old");
    cloud.add_stack("b", StackStatus::CreateComplete, "old");
    let mut plan = plan(
        &cloud,
        vec![update("a", &[], |_| ()), update("b", &[], |_| ())],
    );
    let options = Options::new("plan", "");
    prepare(&cloud, &mut plan, &options, |_| (), Stop::never()).await;
    let [Operation::Deploy(a), Operation::Deploy(b)] =
        [&plan.steps[0].operation, &plan.steps[1].operation]
    else {
        panic!("{plan:?}");
    };
    let (mut edited, theirs) = (a.clone(), b.change_set.clone());
    edited.change_set = theirs;
    plan.steps.truncate(1);
    plan.steps[0].operation = Operation::Deploy(edited);
    let run = Run::new(&cloud, &plan).await;
    let StepOutcome::Failed(failure) = run.step("a") else {
        panic!("{:?}", run.outcome);
    };
    assert!(
        failure.message.contains("belongs to another stack"),
        "{failure:?}"
    );
    assert_eq!(cloud.count("ExecuteChangeSet"), 0);
    assert_eq!(cloud.count("DeleteChangeSet"), 0);
    assert_eq!(cloud.pending_change_sets(), 2);
}
