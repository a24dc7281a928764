//! What no change set sets, and when it is off.

use std::collections::BTreeSet;

use cloudformation::status::StackStatus;
use cloudformation::{ChangeAction, Replacement};
use deploy::execute::StepOutcome;
use deploy::plan::{DeployStep, Operation, StackPolicyOverride};

use crate::support::{
    Cloud, FailureMode, Fault, FaultKind, Run, change, create, deploying, plan, step, update,
};

/// An acknowledged replacement: needs a policy that allows it.
fn replacing(step: &mut DeployStep) {
    step.guarded = BTreeSet::from(["Vpc".to_owned()]);
    step.acknowledged.clone_from(&step.guarded);
    step.policy = Some("strict".to_owned());
    step.termination_protection = true;
    step.policy_override = Some(StackPolicyOverride {
        policy: "override".to_owned(),
    });
}

/// Creates a stack that is protected afterwards.
fn protected() -> deploy::plan::Step {
    let mut deploy = deploying(false, "new");
    deploy.termination_protection = true;
    deploy.policy = Some("strict".to_owned());
    step("a", &[], Operation::Deploy(Box::new(deploy)))
}

fn settings(cloud: &Cloud, stack: &str) -> Vec<String> {
    cloud.state().find(stack).unwrap().settings.clone()
}

#[tokio::test(start_paused = true)]
async fn a_new_stack_is_protected_once_it_is_complete() {
    let cloud = Cloud::new();
    let plan = plan(&cloud, vec![protected()]);
    let run = Run::new(&cloud, &plan).await;
    assert!(run.outcome.is_success());
    assert_eq!(settings(&cloud, "a"), ["policy strict", "protected true"]);
}

#[tokio::test(start_paused = true)]
async fn an_acknowledged_replacement_overrides_the_policy_executes_and_restores() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "old");
    cloud.state().find_mut("a").unwrap().protected = true;
    cloud.script("a", |script| script.needs_policy = Some("override"));
    let plan = plan(&cloud, vec![update("a", &[], replacing)]);
    let run = Run::new(&cloud, &plan).await;
    assert!(run.outcome.is_success(), "{:?}", run.outcome);
    assert_eq!(settings(&cloud, "a"), ["policy override", "policy strict"]);
    assert_eq!(
        cloud.writes(),
        [
            "CreateChangeSet arn:stack/a/1",
            "SetStackPolicy arn:stack/a/1",
            "ExecuteChangeSet arn:stack/a/1",
            "SetStackPolicy arn:stack/a/1",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn the_policy_is_restored_after_a_failure() {
    for failure in [FailureMode::RollsBack, FailureMode::RollbackFails] {
        let cloud = Cloud::new();
        cloud.add_stack("a", StackStatus::CreateComplete, "old");
        cloud.script("a", |script| script.failure = failure);
        let plan = plan(&cloud, vec![update("a", &[], replacing)]);
        let run = Run::new(&cloud, &plan).await;
        assert!(matches!(run.step("a"), StepOutcome::Failed(_)));
        assert_eq!(settings(&cloud, "a"), ["policy override", "policy strict"]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_policy_is_restored_where_nothing_was_executed() {
    for call in ["SetStackPolicy", "ExecuteChangeSet"] {
        let cloud = Cloud::new();
        cloud.add_stack("a", StackStatus::CreateComplete, "old");
        cloud.fault(Fault::first(call, FaultKind::Unknown));
        let plan = plan(&cloud, vec![update("a", &[], replacing)]);
        let run = Run::new(&cloud, &plan).await;
        assert!(matches!(run.step("a"), StepOutcome::Failed(_)), "{call}");
        assert_eq!(
            settings(&cloud, "a").last().map(String::as_str),
            Some("policy strict"),
            "{call}"
        );
        assert_eq!(cloud.pending_change_sets(), 0, "{call}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_policy_override_that_stays_is_reported() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "old");
    cloud.script("a", |script| script.failure = FailureMode::RollsBack);
    cloud.fault(Fault {
        call: "SetStackPolicy",
        from: 2,
        times: 1,
        kind: FaultKind::Denied,
    });
    let plan = plan(&cloud, vec![update("a", &[], replacing)]);
    let run = Run::new(&cloud, &plan).await;
    assert!(
        run.warnings()
            .iter()
            .any(|message| message.contains("still allows")),
        "{:?}",
        run.warnings()
    );
}

#[tokio::test(start_paused = true)]
async fn a_stack_whose_protection_can_not_be_set_is_not_done() {
    for call in ["SetStackPolicy", "UpdateTerminationProtection"] {
        let cloud = Cloud::new();
        cloud.fault(Fault::first(call, FaultKind::Unknown));
        let run = Run::new(&cloud, &plan(&cloud, vec![protected()])).await;
        let StepOutcome::Failed(failure) = run.step("a") else {
            panic!("{:?}", run.step("a"));
        };
        assert_eq!(failure.status, Some(StackStatus::CreateComplete));
        assert!(
            failure.message.contains("could not be set"),
            "{}",
            failure.message
        );
    }
}

#[tokio::test(start_paused = true)]
async fn who_may_not_protect_leaves_it_to_the_next_deployment() {
    let cloud = Cloud::new();
    for call in ["SetStackPolicy", "UpdateTerminationProtection"] {
        cloud.fault(Fault::first(call, FaultKind::Denied));
    }
    let run = Run::new(&cloud, &plan(&cloud, vec![protected()])).await;
    assert!(run.outcome.is_success());
    assert_eq!(run.warnings().len(), 2, "{:?}", run.warnings());
}

#[tokio::test(start_paused = true)]
async fn who_took_the_protection_off_has_to_put_it_back() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "old");
    cloud.fault(Fault {
        call: "SetStackPolicy",
        from: 2,
        times: 1,
        kind: FaultKind::Denied,
    });
    let plan = plan(&cloud, vec![update("a", &[], replacing)]);
    let run = Run::new(&cloud, &plan).await;
    assert!(matches!(run.step("a"), StepOutcome::Failed(_)));
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_is_there_is_not_set_again() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "old");
    cloud.state().find_mut("a").unwrap().policy = Some("strict".to_owned());
    let step = update("a", &[], |step| step.policy = Some("strict".to_owned()));
    let run = Run::new(&cloud, &plan(&cloud, vec![step])).await;
    assert!(run.outcome.is_success());
    assert_eq!(cloud.count("SetStackPolicy"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_protect_step_sets_what_differs_only() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "same");
    let protect = Operation::Protect {
        termination_protection: Some(true),
        policy: None,
    };
    let plan = plan(&cloud, vec![step("a", &[], protect)]);
    let run = Run::new(&cloud, &plan).await;
    assert!(run.outcome.is_success());
    assert_eq!(
        cloud.writes(),
        ["UpdateTerminationProtection arn:stack/a/1"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_deletion_takes_the_protection_off_and_puts_it_back_when_it_fails() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "old");
    cloud.add_stack("b", StackStatus::CreateComplete, "old");
    for stack in ["a", "b"] {
        cloud.state().find_mut(stack).unwrap().protected = true;
    }
    cloud.script("b", |script| script.failure = FailureMode::RollsBack);
    let delete = |stack| {
        step(
            stack,
            &[],
            Operation::Delete {
                unprotect: true,
                role: None,
            },
        )
    };
    let plan = plan(&cloud, vec![delete("a"), delete("b")]);
    let run = Run::new(&cloud, &plan).await;
    assert_eq!(cloud.status("a"), None);
    assert!(run.step("a").is_success());
    assert!(matches!(run.step("b"), StepOutcome::Failed(_)));
    assert_eq!(settings(&cloud, "b"), ["protected false", "protected true"]);
}

#[tokio::test(start_paused = true)]
async fn a_deletion_leaves_a_protection_on_that_was_not_acknowledged() {
    let cloud = Cloud::new();
    cloud.add_stack("a", StackStatus::CreateComplete, "old");
    cloud.state().find_mut("a").unwrap().protected = true;
    let delete = step(
        "a",
        &[],
        Operation::Delete {
            unprotect: false,
            role: None,
        },
    );
    let run = Run::new(&cloud, &plan(&cloud, vec![delete, create("b", &["a"])])).await;
    assert!(matches!(run.step("a"), StepOutcome::Failed(_)));
    assert!(cloud.current("a").unwrap().termination_protection);
}

#[tokio::test(start_paused = true)]
async fn what_was_acknowledged_and_only_the_change_set_shows_is_let_through_as_well() {
    const STRICT: &str = r#"{"Statement":[{"Resource":["LogicalResourceId/Vpc"]}]}"#;
    const OVERRIDE: &str =
        r#"{"Statement":[{"Action":"Update:*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#;
    for failure in [FailureMode::None, FailureMode::RollsBack] {
        let cloud = Cloud::new();
        cloud.add_stack("a", StackStatus::CreateComplete, "old");
        cloud.script("a", |script| {
            script.needs_policy = Some(OVERRIDE);
            script.failure = failure;
            script.changes = vec![change("Vpc", ChangeAction::Modify, Replacement::Always)];
        });
        let unforeseen = update("a", &[], |step| {
            step.guarded = BTreeSet::from(["Vpc".to_owned()]);
            step.acknowledged.clone_from(&step.guarded);
            step.policy = Some(STRICT.to_owned());
        });
        let plan = plan(&cloud, vec![unforeseen]);
        let run = Run::new(&cloud, &plan).await;
        assert_eq!(
            run.outcome.is_success(),
            failure == FailureMode::None,
            "{:?}",
            run.outcome
        );
        let expected = [OVERRIDE, STRICT].map(|policy| format!("policy {policy}"));
        assert_eq!(settings(&cloud, "a"), expected);
    }
}
