//! Checks of reported step outcomes against the operations that really happened.

use std::collections::BTreeMap;

use cloudformation::status::StackStatus;
use cloudformation::{ClientToken, StackName, StackNameOrId};
use common::assembly::Assembly;
use deploy::execute::{Failure, StepOutcome};
use deploy::plan::{DeployStep, Operation as Task, Plan, Recovery, Request, Step, StepId};
use emulator::api::Time;

use super::call_log::{Actor, CallLog, millis};
use super::operations::{Operation, at, was};
use super::random_faults::MAX_STALENESS;
use crate::support::Sandbox;

pub(super) struct StepChecker<'a> {
    pub(super) sandbox: &'a Sandbox,
    pub(super) assembly: &'a Assembly,
    pub(super) request: &'a Request,
    pub(super) log: &'a CallLog,
    pub(super) actor: Actor,
    /// When the run began.
    pub(super) began: Time,
}

/// What was said of a step.
pub(super) struct ReportedStep<'a> {
    pub(super) plan: &'a Plan,
    /// The step's number in the plan, from one.
    pub(super) number: usize,
    /// The run, as its tokens name it.
    pub(super) run: &'a str,
    pub(super) outcome: &'a StepOutcome,
    pub(super) began: Time,
    /// What was said of the steps before.
    pub(super) before: &'a BTreeMap<StepId, StepOutcome>,
}

type CheckResult = Result<(), String>;

const WHOLE: [&str; 3] = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"];

fn unless(is_wrong: bool, what: &str) -> CheckResult {
    if is_wrong {
        Err(what.to_owned())
    } else {
        Ok(())
    }
}

impl StepChecker<'_> {
    /// Whether what was said is so.
    pub(super) fn check(&self, reported: &ReportedStep<'_>) -> CheckResult {
        let Some(step) = reported.plan.steps.get(reported.number - 1) else {
            return Err("the plan has no such step".to_owned());
        };
        let begun = token(step).and_then(|call| {
            let token = ClientToken::new(format!("{}-{}-{call}", reported.run, reported.number));
            Operation::find(self.sandbox, self.assembly, &step.stack, &token)
        });
        match reported.outcome {
            StepOutcome::Done { status } => self.done(reported, step, begun.as_ref(), status),
            StepOutcome::Unchanged => self.unchanged(reported, step),
            StepOutcome::Failed(failure) => self.failed(step, begun.as_ref(), failure),
            StepOutcome::Blocked { .. }
            | StepOutcome::Stale { .. }
            | StepOutcome::Skipped { .. }
                if let Some(begun) = begun =>
            {
                Err(format!("it was begun: {:?}", begun.statuses))
            }
            StepOutcome::Blocked { findings } => {
                let words = &self.request.acknowledged;
                let is_open = |finding: &deploy::plan::Finding| {
                    finding.is_blocking() && !words.contains(&finding.acknowledgement())
                };
                unless(
                    !findings.iter().any(is_open),
                    "everything was acknowledged that it asks for",
                )
            }
            StepOutcome::Stale { difference } => {
                let stack = dependency(difference).unwrap_or_else(|| step.stack.clone());
                unless(!self.is_touched(&stack), "no other actor touched it")
            }
            StepOutcome::Skipped { because } => {
                let refused = |outcome: &StepOutcome| matches!(outcome, StepOutcome::Failed(failure) if failure.credentials);
                // Whatever is asked with credentials that were refused would be, too.
                let failed = reported.before.get(because).is_some_and(|outcome| {
                    refused(outcome)
                        || (!outcome.is_success() && is_needed(reported.plan, step, because))
                });
                unless(!failed, "what it needs did not fail")
            }
            StepOutcome::Detached => Err("the run was not detached".to_owned()),
        }
    }

    /// Whether another actor may have changed a stack since the run began.
    pub(super) fn is_touched(&self, stack: &StackName) -> bool {
        self.log
            .is_touched(self.actor, stack.as_str(), self.since())
    }

    /// As of when the run may have seen the cloud.
    fn since(&self) -> Time {
        Time(self.began.0.saturating_sub(millis(MAX_STALENESS)))
    }

    fn was(&self, stack: impl Into<StackNameOrId>, status: &str) -> CheckResult {
        let stack = &stack.into();
        unless(
            !was(self.sandbox, self.assembly, stack, status, self.since()),
            &format!("it never was {status}"),
        )
    }

    fn done(
        &self,
        reported: &ReportedStep<'_>,
        step: &Step,
        begun: Option<&Operation>,
        status: &StackStatus,
    ) -> CheckResult {
        let said = status.as_str();
        let is_so = begun.and_then(Operation::ended) == Some(said);
        let id = reported.plan.observed.get(&step.stack);
        let id = id.and_then(|observed| observed.id.as_ref());
        let id_or_name = || match id {
            Some(id) => StackNameOrId::from(id),
            None => StackNameOrId::from(&step.stack),
        };
        match &step.operation {
            Task::Deploy(deploy) => {
                unless(!WHOLE.contains(&said), "that is no success")?;
                match begun {
                    Some(begun) if is_so && !begun.latest => Ok(()),
                    Some(begun) if is_so => self.is_deployed(reported, deploy, &begun.stack),
                    // Another actor brought the stack to the planned state.
                    _ => {
                        unless(!self.is_touched(&step.stack), "no actor did it")?;
                        self.was(&step.stack, said)?;
                        self.is_deployed(reported, deploy, &step.stack)
                    }
                }
            }
            Task::Delete { .. } | Task::Recover(Recovery::DeleteFailedCreation) => {
                let id = id.ok_or("what was to be deleted was never seen")?;
                let left = self.sandbox.stack(self.assembly, id);
                match left.filter(|stack| stack.status != "DELETE_COMPLETE") {
                    Some(stack) => Err(format!("it is {}", stack.status)),
                    None => Ok(()),
                }
            }
            Task::Protect { .. } if self.is_touched(&step.stack) => Ok(()),
            Task::Protect {
                termination_protection: protection,
                policy,
            } => {
                let stack = self.sandbox.stack(self.assembly, &step.stack);
                let stack = stack.ok_or("it is not there")?;
                let found = self.sandbox.policy(self.assembly, &stack.id);
                unless(
                    protection.is_some_and(|wanted| wanted != stack.termination_protection)
                        || (policy.is_some() && *policy != found),
                    "it is not protected",
                )
            }
            Task::Recover(Recovery::Wait) => {
                unless(status.is_in_progress(), "it is still in progress")?;
                self.was(id_or_name(), said)
            }
            Task::Recover(_) if is_so => Ok(()),
            Task::Recover(_) => {
                unless(!self.is_touched(&step.stack), "no actor did it")?;
                self.was(id_or_name(), said)
            }
        }
    }

    /// That a stack has a step's template, and is protected as planned.
    fn is_deployed(
        &self,
        reported: &ReportedStep<'_>,
        deploy: &DeployStep,
        stack: impl AsRef<str>,
    ) -> CheckResult {
        let (sandbox, assembly) = (self.sandbox, self.assembly);
        let stack = sandbox.stack(assembly, stack).ok_or("it is not there")?;
        let planned = reported.plan.templates.get(&deploy.template);
        unless(
            planned != Some(&sandbox.template(assembly, &stack.id)),
            "the stack has another template",
        )?;
        if self.is_touched(&stack.name) {
            return Ok(());
        }
        unless(
            stack.termination_protection != deploy.termination_protection,
            "its protection against deletion is not as planned",
        )?;
        unless(
            deploy.policy.is_some() && sandbox.policy(assembly, &stack.id) != deploy.policy,
            "its stack policy is not as planned",
        )
    }

    fn unchanged(&self, reported: &ReportedStep<'_>, step: &Step) -> CheckResult {
        let Task::Deploy(deploy) = &step.operation else {
            return Err("only a change set can be empty".to_owned());
        };
        let stack = self.sandbox.stack(self.assembly, &step.stack);
        let events = stack.map(|stack| self.sandbox.own_events(self.assembly, &stack.id));
        let last = events.and_then(|mut events| events.pop());
        // CloudFormation does not tell what a stack was made from before the last change.
        if self.is_touched(&step.stack) && last.is_none_or(|event| at(&event) >= reported.began) {
            return Ok(());
        }
        self.is_deployed(reported, deploy, &step.stack)
    }

    fn failed(&self, step: &Step, begun: Option<&Operation>, failure: &Failure) -> CheckResult {
        unless(
            failure.credentials && !self.log.is_refused(self.actor),
            "its credentials were good",
        )?;
        let has_reason = failure.message.contains(": ");
        unless(
            failure.cause.is_none() && failure.hint.is_none() && !has_reason,
            "neither a cause, nor a reason, nor a hint",
        )?;
        // Whether it claims to know how it ended. Otherwise it reports the result as unknown, or that
        // nothing was begun.
        if !failure.message.contains(" ended with ") {
            return Ok(());
        }
        let said = failure.status.as_ref().map(StackStatus::as_str);
        let Some(begun) = begun else {
            // `DeleteStack` joins a deletion in progress, and keeps that one's token; a rollback
            // that another actor has continued is waited for.
            let joins = !matches!(step.operation, Task::Deploy(_));
            unless(!joins || !self.is_touched(&step.stack), "it was not begun")?;
            return self.was(&step.stack, said.unwrap_or_default());
        };
        unless(
            begun.ended() != said,
            &format!("the operation ended: {:?}", begun.statuses),
        )?;
        self.is_explained(begun, failure)?;
        let mut artifacts = self.assembly.stacks.iter();
        let artifact = artifacts.find(|artifact| step.stack == artifact.name);
        if let (Task::Deploy(_), Some(artifact), true) = (&step.operation, artifact, begun.latest)
            && let Some(stack) = self.sandbox.stack(self.assembly, &begun.stack)
            && stack.status != "DELETE_COMPLETE"
        {
            let differences = self.sandbox.differences_of(self.assembly, artifact, &stack);
            unless(differences.is_empty(), "the stack is as defined")?;
        }
        Ok(())
    }

    /// That the resource that failed first is reported as the cause.
    fn is_explained(&self, begun: &Operation, failure: &Failure) -> CheckResult {
        let Some(first) = begun.first_failure() else {
            return Ok(());
        };
        let reported = failure.cause.as_ref().map(|cause| &cause.logical_id);
        if reported.is_none() && self.log.is_refused(self.actor) {
            // It may not read any more why.
            return Ok(());
        }
        unless(
            reported != Some(&first.logical_id),
            &format!("{} failed first: {:?}", first.logical_id, first.reason),
        )
    }
}

/// The call that does what the step is for.
fn token(step: &Step) -> Option<&'static str> {
    match &step.operation {
        Task::Deploy(_) => Some("execute"),
        Task::Delete { .. } | Task::Recover(Recovery::DeleteFailedCreation) => Some("delete"),
        Task::Recover(Recovery::ContinueRollback) => Some("continue-rollback"),
        Task::Recover(Recovery::RollBack) => Some("roll-back"),
        Task::Recover(Recovery::Wait) | Task::Protect { .. } => None,
    }
}

/// Whether a step needs another one, at once or by others.
fn is_needed(plan: &Plan, step: &Step, other: &StepId) -> bool {
    step.needs.iter().any(|need| {
        let needed = || plan.steps.iter().find(|step| step.id == *need);
        need == other || needed().is_some_and(|needed| is_needed(plan, needed, other))
    })
}

/// The stack that has changed, where it is not the step's own.
fn dependency(difference: &str) -> Option<StackName> {
    let (stack, _) = difference.split_once("`, which the plan depends on")?;
    stack.strip_prefix('`').map(StackName::from)
}
