//! Holds what a run says against what the cloud knows.
//!
//! The cloud's events tell of each operation whose token began it and how it ended, whoever else
//! did something before or after. So what is said of a step can be judged while others are at work.

use common::assembly::Assembly;
use deploy_engine::execute::{Failure, StepOutcome};
use deploy_engine::plan::{DeployStep, Operation, Plan, Recovery, Step};
use deploy_engine::status::StackStatus;
use local_cloudformation::api::{self, Action, Answer, Time};

use crate::support::World;

/// What was said of a step.
pub(super) struct Told<'a> {
    pub(super) assembly: &'a Assembly,
    pub(super) plan: &'a Plan,
    /// The step's number in the plan, from one.
    pub(super) number: usize,
    /// The run, as its tokens name it.
    pub(super) run: &'a str,
    pub(super) outcome: &'a StepOutcome,
    pub(super) began: Time,
    /// Whether nobody else does anything.
    pub(super) alone: bool,
}

/// An operation, as the events of its stack tell it.
struct Begun {
    stack: String,
    /// The stack's statuses, oldest first.
    statuses: Vec<String>,
    /// Whether nothing happened to the stack since.
    latest: bool,
}

const WHOLE: [&str; 3] = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"];

/// Whether what was said is so.
pub(super) fn step(world: &World, told: &Told<'_>) -> Result<(), String> {
    let Some(step) = told.plan.steps.get(told.number - 1) else {
        return Err("the plan has no such step".to_owned());
    };
    let begun = token(step).and_then(|call| {
        let token = format!("{}-{}-{call}", told.run, told.number);
        find(world, told.assembly, &step.stack, &token)
    });
    match told.outcome {
        StepOutcome::Done { status } => done(world, told, step, begun.as_ref(), status),
        StepOutcome::Unchanged => unchanged(world, told, step),
        StepOutcome::Failed(failure) => failed(world, told, step, begun.as_ref(), failure),
        StepOutcome::Blocked { .. } | StepOutcome::Moved { .. } | StepOutcome::Skipped { .. } => {
            if let Some(begun) = begun {
                return Err(format!("it was begun: {:?}", begun.statuses));
            }
            Ok(())
        }
        StepOutcome::Detached => Err("nobody left it".to_owned()),
    }
}

/// The call that does what the step is for.
fn token(step: &Step) -> Option<&'static str> {
    match &step.operation {
        Operation::Deploy(_) => Some("execute"),
        Operation::Delete { .. } | Operation::Recover(Recovery::DeleteFailedCreation) => {
            Some("delete")
        }
        Operation::Recover(Recovery::ContinueRollback) => Some("continue-rollback"),
        Operation::Recover(Recovery::RollBack) => Some("roll-back"),
        Operation::Recover(Recovery::Wait) | Operation::Protect { .. } => None,
    }
}

fn find(world: &World, assembly: &Assembly, name: &str, token: &str) -> Option<Begun> {
    let of_name = format!(":stack/{name}/");
    let ids = world.stack_ids(assembly);
    ids.into_iter()
        .filter(|id| id.contains(&of_name))
        .find_map(|id| {
            let events = own_events(world, assembly, &id);
            let statuses: Vec<String> = events
                .iter()
                .filter(|event| event.token.as_deref() == Some(token))
                .map(|event| event.status.clone())
                .collect();
            let latest = events.last()?.token.as_deref() == Some(token);
            (!statuses.is_empty()).then_some(Begun {
                stack: id,
                statuses,
                latest,
            })
        })
}

/// The events of a stack itself, oldest first.
fn own_events(world: &World, assembly: &Assembly, id: &str) -> Vec<api::StackEvent> {
    let mut events = world.events(assembly, id);
    events.retain(|event| {
        event.resource_type == "AWS::CloudFormation::Stack"
            && event.physical_id.as_deref() == Some(id)
    });
    events
}

pub(super) fn stack(world: &World, assembly: &Assembly, stack: &str) -> Option<api::Stack> {
    let action = Action::DescribeStacks {
        stack: Some(stack.to_owned()),
        next: None,
    };
    match world.ask(assembly, &action).ok()? {
        Answer::Stacks(mut page) => page.items.pop(),
        other => panic!("{other:?}"),
    }
}

fn template(world: &World, assembly: &Assembly, stack: &str) -> String {
    let action = Action::GetTemplate {
        stack: Some(stack.to_owned()),
        change_set: None,
    };
    match world.call(assembly, &action) {
        Answer::Template(template) => template,
        other => panic!("{other:?}"),
    }
}

pub(super) fn policy(world: &World, assembly: &Assembly, stack: &str) -> Option<String> {
    let action = Action::GetStackPolicy {
        stack: stack.to_owned(),
    };
    match world.call(assembly, &action) {
        Answer::Policy(policy) => policy,
        other => panic!("{other:?}"),
    }
}

fn done(
    world: &World,
    told: &Told<'_>,
    step: &Step,
    begun: Option<&Begun>,
    status: &StackStatus,
) -> Result<(), String> {
    let ended = begun.and_then(|begun| begun.statuses.last());
    let is_so = || {
        if ended.map(String::as_str) == Some(status.as_str()) {
            Ok(())
        } else {
            Err(format!("the operation ended with {ended:?}"))
        }
    };
    match &step.operation {
        Operation::Deploy(deploy) => {
            if begun.is_none_or(|begun| !begun.latest)
                && ended.map(String::as_str) != Some(status.as_str())
                && let Some(stack) = stack(world, told.assembly, &step.stack)
            {
                // Somebody else did the same, perhaps after this failed.
                return is_deployed(world, told, deploy, &stack.id);
            }
            is_so()?;
            if !WHOLE.contains(&status.as_str()) {
                return Err("that is no success".to_owned());
            }
            let Some(begun) = begun.filter(|begun| begun.latest) else {
                return Ok(());
            };
            is_deployed(world, told, deploy, &begun.stack)
        }
        Operation::Delete { .. } => {
            let observed = told.plan.observed.get(&step.stack);
            let id = observed.and_then(|observed| observed.id.as_deref());
            let now = id.and_then(|id| stack(world, told.assembly, id));
            match now {
                Some(stack) if stack.status != "DELETE_COMPLETE" => {
                    Err(format!("it is {}", stack.status))
                }
                _ => Ok(()),
            }
        }
        Operation::Protect {
            termination_protection,
            policy: wanted,
        } => {
            let Some(stack) = stack(world, told.assembly, &step.stack).filter(|_| told.alone)
            else {
                return Ok(());
            };
            let policy = policy(world, told.assembly, &step.stack);
            if termination_protection.is_some_and(|wanted| wanted != stack.termination_protection)
                || (wanted.is_some() && *wanted != policy)
            {
                return Err("it is not protected".to_owned());
            }
            Ok(())
        }
        Operation::Recover(Recovery::Wait) => {
            if status.is_in_progress() {
                return Err("it still goes on".to_owned());
            }
            Ok(())
        }
        // Somebody else may have done the same.
        Operation::Recover(_) => match begun {
            Some(begun) if begun.latest => is_so(),
            _ => was(world, told, step, status.as_str()),
        },
    }
}

/// That a stack of this name had the status.
fn was(world: &World, told: &Told<'_>, step: &Step, status: &str) -> Result<(), String> {
    let of_name = format!(":stack/{}/", step.stack);
    let ids = world.stack_ids(told.assembly);
    let had = ids.iter().filter(|id| id.contains(&of_name)).any(|id| {
        let mut events = own_events(world, told.assembly, id).into_iter();
        events.any(|event| event.status == status)
    });
    if had {
        Ok(())
    } else {
        Err(format!("it never was {status}"))
    }
}

/// That a step's template is what its stack has, and that it is protected.
fn is_deployed(
    world: &World,
    told: &Told<'_>,
    deploy: &DeployStep,
    id: &str,
) -> Result<(), String> {
    let planned = told.plan.templates.get(&deploy.template);
    if planned != Some(&template(world, told.assembly, id)) {
        return Err("the stack has another template".to_owned());
    }
    let Some(stack) = stack(world, told.assembly, id).filter(|_| told.alone) else {
        return Ok(());
    };
    if stack.termination_protection != deploy.termination_protection {
        return Err("its protection against deletion is not as planned".to_owned());
    }
    if deploy.policy.is_some() && policy(world, told.assembly, id) != deploy.policy {
        return Err("its stack policy is not as planned".to_owned());
    }
    Ok(())
}

fn unchanged(world: &World, told: &Told<'_>, step: &Step) -> Result<(), String> {
    let Operation::Deploy(deploy) = &step.operation else {
        return Err("only a change set can be empty".to_owned());
    };
    let Some(stack) = stack(world, told.assembly, &step.stack) else {
        return if told.alone {
            Err("it is not there".to_owned())
        } else {
            Ok(())
        };
    };
    let events = own_events(world, told.assembly, &stack.id);
    if events.last().is_some_and(|event| event.at >= told.began) {
        // Somebody changed it meanwhile.
        return Ok(());
    }
    is_deployed(world, told, deploy, &stack.id)
}

fn failed(
    world: &World,
    told: &Told<'_>,
    step: &Step,
    begun: Option<&Begun>,
    failure: &Failure,
) -> Result<(), String> {
    // Whether it claims to know how it ended. Otherwise it says that nobody knows, or that nothing
    // was begun.
    if !failure.message.contains(" ended with ") {
        return Ok(());
    }
    let ended = begun.and_then(|begun| begun.statuses.last());
    let said = failure.status.as_ref().map(StackStatus::as_str);
    let deleted = said.is_some_and(|said| said.starts_with("DELETE_"));
    if (deleted || !matches!(step.operation, Operation::Deploy(_)))
        && begun.is_none_or(|begun| !begun.latest)
        && let Some(said) = said
    {
        // Somebody else did the same, or deleted it.
        return was(world, told, step, said);
    }
    if ended.map(String::as_str) != said {
        return Err(format!("the operation ended with {ended:?}"));
    }
    let artifact = told
        .assembly
        .stacks
        .iter()
        .find(|artifact| artifact.name.as_str() == step.stack);
    if let (Operation::Deploy(_), Some(artifact)) = (&step.operation, artifact)
        && let Some(stack) = stack(world, told.assembly, &step.stack)
        && begun.is_some_and(|begun| begun.latest)
        && world
            .differences_of(told.assembly, artifact, &stack)
            .is_empty()
    {
        return Err("the stack is as defined".to_owned());
    }
    Ok(())
}
