//! What is not done, and what is taken back.

use std::collections::BTreeSet;
use std::time::Duration;

use cloudformation::status::StackStatus;
use cloudformation::{ChangeAction, CloudFormation, Replacement};
use deploy::execute::{Event, StepOutcome};
use deploy::plan::{FindingCode, Observation, Operation, Severity};

use crate::support::{Cloud, Run, change, create, plan, step, update};

#[tokio::test(start_paused = true)]
async fn a_stack_that_moved_is_not_touched() {
    for operation in ["deploy", "protect", "delete"] {
        let cloud = Cloud::new();
        cloud.add_stack("a", StackStatus::CreateComplete, "old");
        let only = match operation {
            "deploy" => update("a", &[], |_| ()),
            "protect" => {
                let protect = Operation::Protect {
                    termination_protection: Some(true),
                    policy: None,
                };
                step("a", &[], protect)
            }
            _ => step(
                "a",
                &[],
                Operation::Delete {
                    unprotect: true,
                    role: None,
                },
            ),
        };
        let mut plan = plan(&cloud, vec![only]);
        let observation = plan.observed.get_mut("a").unwrap();
        observation.changed = Some("before".to_owned());
        let run = Run::new(&cloud, &plan).await;
        assert!(
            matches!(run.step("a"), StepOutcome::Stale { .. }),
            "{operation}"
        );
        assert_eq!(cloud.writes(), [""; 0], "{operation}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_appeared_is_not_touched() {
    let cloud = Cloud::new();
    let plan = plan(&cloud, vec![create("a", &[])]);
    cloud.add_stack("a", StackStatus::CreateComplete, "theirs");
    let run = Run::new(&cloud, &plan).await;
    assert!(matches!(run.step("a"), StepOutcome::Stale { .. }));
    assert_eq!(cloud.writes(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_done_where_a_stack_moved_that_the_plan_relies_on() {
    let cloud = Cloud::new();
    cloud.add_stack("producer", StackStatus::CreateComplete, "same");
    let mut plan = plan(&cloud, vec![create("a", &[]), create("b", &["a"])]);
    plan.observed.insert(
        "producer".to_owned(),
        Observation {
            id: None,
            status: None,
            changed: None,
        },
    );
    let run = Run::new(&cloud, &plan).await;
    for step in ["a", "b"] {
        let StepOutcome::Stale { difference } = run.step(step) else {
            panic!("{:?}", run.step(step));
        };
        assert!(difference.starts_with("`producer`"), "{difference}");
    }
    assert_eq!(cloud.writes(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_acknowledged_is_not_executed_and_leaves_nothing() {
    let cases = [
        (
            ChangeAction::Modify,
            Replacement::Always,
            FindingCode::ResourceReplaced,
        ),
        (
            ChangeAction::Modify,
            Replacement::Conditional,
            FindingCode::ResourceReplaced,
        ),
        (
            ChangeAction::Dynamic,
            Replacement::Never,
            FindingCode::ResourceReplaced,
        ),
        (
            ChangeAction::Remove,
            Replacement::Never,
            FindingCode::ResourceRemoved,
        ),
    ];
    for (action, replacement, code) in cases {
        let cloud = Cloud::new();
        cloud.add_stack("a", StackStatus::CreateComplete, "old");
        cloud.script("a", |script| {
            script.changes = vec![
                change("Vpc", action, replacement),
                change("Other", action, replacement),
            ];
        });
        let guarded = |step: &mut deploy::plan::DeployStep| {
            step.guarded = BTreeSet::from(["Vpc".to_owned()]);
        };
        let steps = vec![update("a", &[], guarded), create("b", &["a"])];
        let plan = plan(&cloud, steps);
        let run = Run::new(&cloud, &plan).await;
        let StepOutcome::Blocked { findings } = run.step("a") else {
            panic!("{:?}", run.step("a"));
        };
        let [finding] = findings.as_slice() else {
            panic!("{findings:?}");
        };
        assert_eq!((finding.code, finding.subject.as_str()), (code, "Vpc"));
        assert_eq!(finding.severity, Severity::Acknowledge);
        assert!(
            run.events
                .iter()
                .any(|event| matches!(event, Event::Finding { .. }))
        );
        assert_eq!(
            cloud.writes(),
            [
                "CreateChangeSet arn:stack/a/1",
                "DeleteChangeSet arn:stack/a/1"
            ]
        );
        assert_eq!(cloud.pending_change_sets(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_acknowledged_or_is_harmless_is_executed() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "old");
    cloud.script("a", |script| {
        script.changes = vec![
            change("Vpc", ChangeAction::Modify, Replacement::Always),
            change("Subnet", ChangeAction::Modify, Replacement::Never),
            change("Cluster", ChangeAction::Add, Replacement::Never),
        ];
    });
    let step = update("a", &[], |step| {
        step.guarded = ["Vpc", "Subnet", "Cluster"].map(str::to_owned).into();
        step.acknowledged = BTreeSet::from(["Vpc".to_owned()]);
    });
    let run = Run::new(&cloud, &plan(&cloud, vec![step])).await;
    assert!(run.outcome.is_success(), "{:?}", run.outcome);
}

#[tokio::test(start_paused = true)]
async fn a_change_set_of_a_creation_takes_its_stack_back_with_it() {
    let cloud = Cloud::new();
    cloud.script("a", |script| {
        script.invalid = Some("Template error: no such thing")
    });
    let plan = plan(&cloud, vec![create("a", &[]), create("b", &["a"])]);
    let run = Run::new(&cloud, &plan).await;
    let StepOutcome::Failed(failure) = run.step("a") else {
        panic!("{:?}", run.step("a"));
    };
    assert!(
        failure.message.contains("no such thing"),
        "{}",
        failure.message
    );
    assert_eq!(cloud.status("a"), None);
    assert_eq!(cloud.pending_change_sets(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_another_caller_began_stays() {
    let cloud = Cloud::new();
    // Another caller's change set, and the stack that it created.
    let theirs = cloudformation::ChangeSetRequest {
        stack: "a".to_owned(),
        name: "theirs".to_owned(),
        kind: cloudformation::ChangeSetType::Create,
        template: "theirs".to_owned(),
        parameters: Vec::new(),
        capabilities: Vec::new(),
        tags: Vec::new(),
        role: None,
        description: String::new(),
        import_existing: false,
        token: "theirs".to_owned(),
    };
    cloud.create_change_set(&theirs).await.unwrap();
    let plan = plan(&cloud, vec![create("a", &[])]);
    cloud.script("a", |script| script.invalid = Some("no"));
    let run = Run::new(&cloud, &plan).await;
    assert!(matches!(run.step("a"), StepOutcome::Failed(_)));
    assert_eq!(cloud.status("a"), Some(StackStatus::ReviewInProgress));
    assert_eq!(cloud.pending_change_sets(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_empty_change_set_leaves_the_stack_unchanged() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "new");
    let run = Run::new(&cloud, &plan(&cloud, vec![update("a", &[], |_| ())])).await;
    assert_eq!(run.step("a"), &StepOutcome::Unchanged);
    assert!(
        !run.events
            .iter()
            .any(|event| matches!(event, Event::Finding { .. }))
    );
    assert_eq!(cloud.pending_change_sets(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_empty_change_set_that_should_not_be_is_told() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "new");
    let step = update("a", &[], |step| step.digest = "other".to_owned());
    let run = Run::new(&cloud, &plan(&cloud, vec![step])).await;
    assert_eq!(run.step("a"), &StepOutcome::Unchanged);
    let found: Vec<FindingCode> = run
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Finding { finding, .. } => Some(finding.code),
            _ => None,
        })
        .collect();
    assert_eq!(found, [FindingCode::ChangeSetDiffers]);
}

#[tokio::test(start_paused = true)]
async fn another_caller_who_is_quicker_is_a_move() {
    // Whether CloudFormation shows what it took away, or not any more.
    for shown in [true, false] {
        let cloud = Cloud::new();
        let stack = cloud.add_stack("a", StackStatus::CreateComplete, "old");
        // Ours takes its time, and theirs is executed meanwhile.
        cloud.script("a", |script| script.change_set = Duration::from_secs(30));
        let plan = plan(&cloud, vec![update("a", &[], |_| ())]);
        let theirs = async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            let request = cloudformation::ChangeSetRequest {
                stack: stack.id.clone(),
                name: "theirs".to_owned(),
                kind: cloudformation::ChangeSetType::Update,
                template: "theirs".to_owned(),
                parameters: Vec::new(),
                capabilities: Vec::new(),
                tags: Vec::new(),
                role: None,
                description: String::new(),
                import_existing: false,
                token: "theirs".to_owned(),
            };
            cloud.script("a", |script| script.change_set = Duration::ZERO);
            let id = cloud.create_change_set(&request).await.unwrap();
            cloud
                .execute_change_set(&stack.id, &id, "theirs-2")
                .await
                .unwrap();
            if !shown {
                let mut state = cloud.state();
                state.change_sets.retain(|set| set.request.name == "theirs");
            }
        };
        let (run, ()) = tokio::join!(Run::new(&cloud, &plan), theirs);
        let expected = StepOutcome::Stale {
            difference: "another deployment changed the stack first".to_owned(),
        };
        assert_eq!(run.step("a"), &expected);
    }
}
