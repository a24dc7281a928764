//! A stack is found in each status that there is, and deployed.
//!
//! The table in `docs/guides/recover.md` is made here. What it says a deployment does comes from the
//! planner; how it ends is what happened when the stack was brought into the status and deployed.

use std::fmt::Write as _;

use cloudformation::status::StackStatus;
use cloudformation::{ChangeSetType, Tag};
use common::assembly::Assembly;
use common::environment::EnvironmentName::Staging;
use deploy::plan::Request;
use emulator::api::{Action, Answer, OnFailure, Target, TemplateInput};
use emulator::{Effect, Fault, ResourceOperation};
use serde_json::Value;
use tests::generated::assert_generated;
use tests::small::{self, SmallStack, stack};

use crate::support::{Goal, Sandbox, assert_nothing_to_do};

const NAME: &str = "lemonade-staging-queue";
/// What the thing is called that is imported.
const THING: &str = "/queue/thing";

/// The stack as it was deployed before.
fn old() -> Assembly {
    small::assembly(Staging, &[queue("1")])
}

/// The stack as it is defined now: one thing changes, one comes, one goes.
fn new() -> Assembly {
    small::assembly(Staging, &[changed()])
}

/// The same with what was imported, where something was.
fn new_with_import() -> Assembly {
    small::assembly(Staging, &[changed().kept("Thing", THING)])
}

fn changed() -> SmallStack {
    queue("2").without("Old").parameter("New", "1")
}

fn queue(version: &str) -> SmallStack {
    stack("queue")
        .parameter("One", version)
        .parameter("Two", version)
        .parameter("Old", "1")
}

/// Another caller's call that creates or updates the stack.
fn target(assembly: &Assembly) -> Target {
    let artifact = &assembly.stacks[0];
    let template = artifact.template.as_deref().unwrap();
    named(template, NAME, artifact.tags.iter())
}

fn named<'a>(
    template: &str,
    stack: &str,
    tags: impl Iterator<Item = (&'a String, &'a String)>,
) -> Target {
    Target {
        stack: stack.to_owned(),
        template: TemplateInput::Body(template.to_owned()),
        parameters: Vec::new(),
        capabilities: Vec::new(),
        tags: Some(
            tags.map(|(key, value)| Tag {
                key: key.clone(),
                value: value.clone(),
            })
            .collect(),
        ),
        notification_arns: None,
        role: None,
        token: None,
    }
}

/// The target with the outputs of a template, or with none: an import changes no outputs.
fn with_outputs(mut target: Target, of: Option<&str>) -> Target {
    let TemplateInput::Body(text) = &target.template else {
        return target;
    };
    let mut template: Value = serde_json::from_str(text).unwrap();
    template.as_object_mut().unwrap().remove("Outputs");
    if let Some(of) = of {
        let of: Value = serde_json::from_str(of).unwrap();
        template["Outputs"] = of["Outputs"].clone();
    }
    target.template = TemplateInput::Body(template.to_string());
    target
}

fn fault(on: ResourceOperation, logical_id: &str) -> Fault {
    Fault {
        stack: Some(NAME.to_owned()),
        logical_id: Some(logical_id.to_owned()),
        resource_type: None,
        on,
        times: Some(1),
        effect: Effect::Fail {
            reason: "a mishap".to_owned(),
        },
    }
}

fn create(on_failure: OnFailure) -> Action {
    Action::CreateStack {
        target: target(&old()),
        on_failure,
        termination_protection: false,
        policy: None,
    }
}

fn update(disable_rollback: bool) -> Action {
    Action::UpdateStack {
        target: target(&new()),
        disable_rollback,
        policy: None,
        policy_during_update: None,
    }
}

/// A sandbox with the stack in this status, if it can be brought there.
fn reach(status: &StackStatus) -> Option<Sandbox> {
    use StackStatus as S;
    let sandbox = Sandbox::new();
    let assembly = old();
    let call = |action: Action| sandbox.call(&assembly, &action);
    let created = || {
        call(create(OnFailure::RollBack));
        sandbox.settle();
    };
    let fails =
        |on: ResourceOperation, logical_id: &str| sandbox.cloud().add_fault(fault(on, logical_id));
    match status {
        S::CreateInProgress | S::CreateComplete => drop(call(create(OnFailure::RollBack))),
        S::CreateFailed => {
            fails(ResourceOperation::Create, "Two");
            call(create(OnFailure::DoNothing));
        }
        S::RollbackInProgress | S::RollbackComplete => {
            fails(ResourceOperation::Create, "Two");
            call(create(OnFailure::RollBack));
        }
        S::RollbackFailed => {
            fails(ResourceOperation::Create, "Two");
            fails(ResourceOperation::Delete, "One");
            call(create(OnFailure::RollBack));
        }
        S::DeleteInProgress | S::DeleteFailed | S::DeleteComplete => {
            created();
            if *status == S::DeleteFailed {
                fails(ResourceOperation::Delete, "One");
            }
            call(Action::DeleteStack {
                stack: NAME.to_owned(),
                retain: Vec::new(),
                role: None,
                token: None,
            });
        }
        S::UpdateInProgress | S::UpdateCompleteCleanupInProgress | S::UpdateComplete => {
            created();
            call(update(false));
        }
        S::UpdateFailed => {
            created();
            fails(ResourceOperation::Update, "Two");
            call(update(true));
        }
        S::UpdateRollbackInProgress
        | S::UpdateRollbackCompleteCleanupInProgress
        | S::UpdateRollbackComplete => {
            created();
            fails(ResourceOperation::Update, "Two");
            call(update(false));
        }
        S::UpdateRollbackFailed => {
            created();
            fails(ResourceOperation::Update, "Two");
            fails(ResourceOperation::Rollback, "One");
            call(update(false));
        }
        S::ReviewInProgress => {
            call(Action::CreateChangeSet {
                target: target(&old()),
                name: "other".to_owned(),
                kind: ChangeSetType::Create,
                description: None,
                import_existing: false,
                imports: Vec::new(),
            });
        }
        S::ImportInProgress | S::ImportComplete => {
            created();
            import(&sandbox, &assembly, false);
        }
        S::ImportRollbackInProgress | S::ImportRollbackComplete => {
            created();
            import(&sandbox, &assembly, true);
        }
        S::ImportRollbackFailed | S::Unknown(_) => return None,
    }
    until(&sandbox, &assembly, status).then_some(sandbox)
}

/// Lets one thing happen after the other, until the stack has the status.
fn until(sandbox: &Sandbox, assembly: &Assembly, status: &StackStatus) -> bool {
    loop {
        let stacks = sandbox.stacks(assembly);
        let is = stacks.get(NAME).map(|stack| stack.status.as_str());
        // A deleted stack is not listed.
        if is == Some(status.as_str()) || (is.is_none() && *status == StackStatus::DeleteComplete) {
            return true;
        }
        let next = sandbox.cloud().next_event();
        let Some(next) = next else { return false };
        sandbox.cloud().advance(next);
    }
}

/// Imports a thing that exists into the stack. Where it fails, another stack takes the thing first.
fn import(sandbox: &Sandbox, assembly: &Assembly, fails: bool) {
    let delete = |stack: &str| {
        sandbox.call(
            assembly,
            &Action::DeleteStack {
                stack: stack.to_owned(),
                retain: Vec::new(),
                role: None,
                token: None,
            },
        );
        sandbox.settle();
    };
    let make = |target: Target| {
        let action = Action::CreateChangeSet {
            target,
            name: "import".to_owned(),
            kind: ChangeSetType::Import,
            description: None,
            import_existing: false,
            imports: vec![cloudformation::ResourceToImport {
                logical_id: "Thing".into(),
                resource_type: "AWS::SSM::Parameter".to_owned(),
                identifier: [("Name".to_owned(), THING.to_owned())].into(),
            }],
        };
        let Answer::ChangeSetId { id, .. } = sandbox.call(assembly, &action) else {
            panic!("a change set was asked for");
        };
        sandbox.settle();
        id
    };
    let execute = |change_set: String| {
        sandbox.call(
            assembly,
            &Action::ExecuteChangeSet {
                change_set,
                stack: None,
                disable_rollback: false,
                token: None,
            },
        );
    };
    let of_other_caller = |name: &str| {
        let alone = small::assembly(Staging, &[stack("thing").kept("Thing", THING)]);
        let artifact = &alone.stacks[0];
        named(artifact.template.as_deref().unwrap(), name, [].into_iter())
    };
    // It comes from a stack that is gone, and has kept it.
    sandbox.call(
        assembly,
        &Action::CreateStack {
            target: of_other_caller("other"),
            on_failure: OnFailure::RollBack,
            termination_protection: false,
            policy: None,
        },
    );
    sandbox.settle();
    delete("other");
    let ours = make(with_outputs(
        target(&small::assembly(
            Staging,
            &[queue("1").kept("Thing", THING)],
        )),
        assembly.stacks[0].template.as_deref(),
    ));
    if fails {
        execute(make(with_outputs(of_other_caller("another"), None)));
        sandbox.settle();
    }
    execute(ours);
}

/// How a deployment of the new definition ends.
fn end(status: &StackStatus, mut sandbox: Sandbox) -> &'static str {
    let imported = [StackStatus::ImportInProgress, StackStatus::ImportComplete];
    let assembly = if imported.contains(status) {
        new_with_import()
    } else {
        new()
    };
    let request = Request::default();
    let run = sandbox.run(Goal::Deploy, &assembly, &request);
    let reconciled = run.reconciled();
    if reconciled.is_success() {
        sandbox.ignore_stack("another");
        sandbox.assert_as_defined(&assembly);
        assert_nothing_to_do(&mut sandbox, &assembly, &request);
        "as defined"
    } else {
        assert!(reconciled.plan().is_blocked(), "{reconciled:#?}");
        assert!(run.calls.iter().all(|call| !call.operation.writes()));
        "refused; nothing was touched"
    }
}

/// What is planned for the stack, should it be found in a status.
fn planned(status: &StackStatus) -> String {
    let mut sandbox = Sandbox::new();
    let (before, after) = (old(), new());
    sandbox.run(Goal::Deploy, &before, &Request::default());
    let plan = sandbox.plan_seeing(Goal::Deploy, &after, &Request::default(), |observed| {
        if *status == StackStatus::DeleteComplete {
            observed.stacks.clear();
        } else if let Some(stack) = observed.stacks.get_mut(NAME) {
            stack.status = status.clone();
        }
    });
    match plan.steps.first() {
        Some(step) => step.operation.to_string(),
        None => plan.stacks[0].reason.clone(),
    }
}

#[test]
fn every_status_leads_somewhere() {
    let mut table =
        String::from("| found | what `deploy` does first | how it ends |\n| --- | --- | --- |\n");
    for status in StackStatus::ALL {
        let end = match reach(status) {
            Some(sandbox) => end(status, sandbox),
            None => {
                assert_eq!(*status, StackStatus::ImportRollbackFailed, "{status}");
                "refused; nothing was touched (planned only: nothing here ends so)"
            }
        };
        writeln!(table, "| `{status}` | {} | {end} |", planned(status)).unwrap();
    }
    assert_generated("docs/guides/recover.md", "statuses", &table);
}
