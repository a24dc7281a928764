//! The failures of steps: messages, consequences and hints.

use super::cause::Explanation;
use super::outcome::{Failure, ResourceFailure, StepOutcome};
use crate::next_step::{Situation, after_denial};
use crate::plan::{Finding, FindingCode};
use cloudformation::status::StackStatus;
use cloudformation::{ClientError, Stack, StackName};

impl Failure {
    pub(super) const fn new(message: String) -> Self {
        Self {
            message,
            status: None,
            cause: None,
            others: Vec::new(),
            aftermath: None,
            hint: None,
            credentials: false,
            denied: false,
            orphans: false,
        }
    }
}

/// A call failed for good. What it was for did not happen, or its result is unknown.
pub(super) fn call_failed(
    what: &str,
    error: &ClientError,
    status: Option<StackStatus>,
) -> StepOutcome {
    let credentials = error.is_about_credentials();
    let mut failure = Failure::new(format!("{what}: {error}"));
    failure.status = status;
    failure.credentials = credentials;
    failure.denied = matches!(error, ClientError::AccessDenied(_));
    failure.hint = match error {
        _ if credentials => Some(Situation::CredentialsExpiredInOperation.to_string()),
        ClientError::NoAnswer { .. } => Some(Situation::CallUnanswered.to_string()),
        // Calls are repeated for as long as a new role may take to be visible.
        ClientError::RoleNotAssumable(_) => Some(Situation::ServiceRoleUnusable.to_string()),
        ClientError::AccessDenied(message) => Some(after_denial(message)),
        ClientError::Throttled(_) => Some(Situation::CallsThrottled.to_string()),
        _ => None,
    };
    StepOutcome::Failed(Box::new(failure))
}

pub(super) fn change_set_failed(reason: &str) -> StepOutcome {
    let failure = Failure::new(format!("the change set could not be created: {reason}"));
    StepOutcome::Failed(Box::new(failure))
}

/// A change set failed because a resource that it creates exists: an orphan of an earlier stack, or
/// one of the resources with names of their own.
pub(super) fn resources_exist(reason: &str, orphans: &[&Finding], named: &[String]) -> StepOutcome {
    let mut failure = Failure::new(format!("the change set could not be created: {reason}"));
    failure.orphans = !orphans.is_empty();
    failure.hint = Some(if failure.orphans {
        let messages: Vec<&str> = orphans.iter().map(|one| one.message.as_str()).collect();
        adopt_hint(&messages)
    } else {
        let resources = match named {
            [] => "a resource that it creates".to_owned(),
            named => format!("one of {}", named.join(", ")),
        };
        let resources = &resources;
        Situation::ResourceNameTaken { resources }.to_string()
    });
    StepOutcome::Failed(Box::new(failure))
}

/// Adds the orphans among the failed resources to a failure.
pub(super) fn with_orphans<'f>(
    outcome: StepOutcome,
    findings: impl Iterator<Item = &'f Finding>,
) -> StepOutcome {
    let StepOutcome::Failed(mut failure) = outcome else {
        return outcome;
    };
    let failed: Vec<&str> = failure
        .cause
        .iter()
        .chain(&failure.others)
        .map(|resource| resource.logical_id.as_str())
        .collect();
    let messages: Vec<&str> = findings
        .filter(|one| one.code == FindingCode::OrphanFound)
        .filter(|one| failed.contains(&one.subject.as_str()))
        .map(|one| one.message.as_str())
        .collect();
    if !messages.is_empty() {
        failure.hint = Some(adopt_hint(&messages));
        failure.orphans = true;
    }
    StepOutcome::Failed(failure)
}

/// Adds a hint to a failure where a resource was deleted outside of CloudFormation: neither an update
/// nor a rollback of it can succeed.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html>
pub(super) fn with_deleted_resources(outcome: StepOutcome, stack: &StackName) -> StepOutcome {
    let StepOutcome::Failed(mut failure) = outcome else {
        return outcome;
    };
    let failed = failure.cause.iter().chain(&failure.others);
    let deleted: Vec<&str> = failed
        .filter(|resource| resource.status.as_str().starts_with("UPDATE_"))
        .filter(|resource| is_not_found(&resource.reason))
        .map(|resource| resource.logical_id.as_str())
        .collect();
    let (resources, skipped) = (&deleted.join(", "), &deleted.join(" "));
    let situation = match &failure.status {
        _ if deleted.is_empty() => return StepOutcome::Failed(failure),
        Some(StackStatus::UpdateRollbackFailed) => Situation::RollbackOfDeletedResource {
            resources,
            stack: stack.as_str(),
            skipped,
        },
        Some(StackStatus::UpdateRollbackComplete) => {
            Situation::ResourceDeletedOutside { resources }
        }
        _ => return StepOutcome::Failed(failure),
    };
    failure.hint = Some(situation.to_string());
    StepOutcome::Failed(failure)
}

fn is_not_found(reason: &str) -> bool {
    let reason = reason.to_ascii_lowercase();
    [
        "notfound",
        "not found",
        "does not exist",
        "doesn't exist",
        "no longer exists",
    ]
    .iter()
    .any(|words| reason.contains(words))
}

fn adopt_hint(orphans: &[&str]) -> String {
    let orphans = &orphans.join("; ");
    Situation::OrphansExist { orphans }.to_string()
}

/// The stack can't be read any more while an operation is in progress.
pub(super) fn lost_contact(why: &str, credentials: bool, last: Option<StackStatus>) -> StepOutcome {
    let mut failure = Failure::new(format!(
        "lost contact with the stack; the operation may still be running: {why}"
    ));
    failure.status = last;
    failure.credentials = credentials;
    let situation = match credentials {
        true => Situation::CredentialsExpiredInOperation,
        false => Situation::ContactLost,
    };
    failure.hint = Some(situation.to_string());
    StepOutcome::Failed(Box::new(failure))
}

/// The operation has ended, and the stack's events, which tell how, can't be read.
pub(super) fn result_unknown(error: &ClientError, now: &StackStatus) -> StepOutcome {
    let credentials = error.is_about_credentials();
    let mut failure = Failure::new(format!(
        "the operation ended, but its result can't be read; the stack is {now}: {error}"
    ));
    failure.status = Some(now.clone());
    failure.credentials = credentials;
    let situation = match credentials {
        true => Situation::CredentialsExpiredInOperation,
        false => Situation::ResultUnreadable,
    };
    failure.hint = Some(situation.to_string());
    StepOutcome::Failed(Box::new(failure))
}

/// The step was done, and then the stack was deleted.
pub(super) fn deleted_meanwhile() -> StepOutcome {
    let status = StackStatus::DeleteComplete;
    let mut failure = Failure::new("the stack was deleted right after it was deployed".to_owned());
    failure.hint = Some(Situation::StackDeleted.to_string());
    failure.status = Some(status);
    StepOutcome::Failed(Box::new(failure))
}

/// The operation ended with another status than it should.
pub(super) fn operation_failed(
    attempted: &str,
    status: &StackStatus,
    reason: Option<&str>,
    explanation: Explanation,
) -> StepOutcome {
    let mut failure = Failure::new(match reason {
        Some(reason) if explanation.cause.is_none() => {
            format!("{attempted} ended with {status}: {reason}")
        }
        _ => format!("{attempted} ended with {status}"),
    });
    failure.status = Some(status.clone());
    failure.aftermath = aftermath(status, &explanation.rollback_failures);
    failure.hint = after(status).map(|situation| situation.to_string());
    failure.cause = explanation.cause;
    failure.others = explanation.others;
    StepOutcome::Failed(Box::new(failure))
}

/// What became of an operation that exceeded its deadline.
#[derive(Clone, Copy)]
pub(super) enum AfterDeadline<'a> {
    /// It was cancelled, or its stack deleted, which ended with this status.
    Reverted(&'a StackStatus),
    StillRunning(&'a StackStatus),
    /// It is still running: cancelling it, or deleting its stack, was refused.
    NotReverted(&'a ClientError),
}

pub(super) struct ExceededDeadline<'a> {
    pub(super) attempted: &'a str,
    pub(super) minutes: u64,
    pub(super) because: &'a str,
    pub(super) since: Option<String>,
    pub(super) in_progress: Vec<ResourceFailure>,
    pub(super) stack: &'a Stack,
    pub(super) after: AfterDeadline<'a>,
}

/// An operation exceeded its deadline. The resources in progress then count as its cause.
pub(super) fn deadline_exceeded(exceeded: ExceededDeadline<'_>) -> StepOutcome {
    let ExceededDeadline {
        attempted,
        minutes,
        because,
        since,
        in_progress,
        stack,
        after,
    } = exceeded;
    let since = since.map(|since| format!(", since {since}"));
    let mut failure = Failure::new(format!(
        "{attempted} takes longer than {minutes} minutes ({}{})",
        stack.status,
        since.unwrap_or_default()
    ));
    let mut in_progress = in_progress.into_iter().map(|mut resource| {
        resource.reason = format!(
            "not ready after {minutes} minutes; what takes longest in such a stack: {because}"
        );
        resource
    });
    failure.cause = in_progress.next();
    failure.others = in_progress.collect();
    let (status, aftermath, situation) = match after {
        AfterDeadline::Reverted(status) => (
            status,
            match status {
                StackStatus::UpdateRollbackComplete => {
                    "the update was cancelled; the stack is as it was before".to_owned()
                }
                StackStatus::DeleteComplete => {
                    "the stack was deleted; the next creation adopts the resources that it retained"
                        .to_owned()
                }
                status => format!("reverting it ended with {status}"),
            },
            Situation::UpdateRolledBack,
        ),
        AfterDeadline::StillRunning(status) => (
            status,
            format!("CloudFormation is still working on it ({status}), for up to 36 hours"),
            Situation::OperationRunsOn,
        ),
        AfterDeadline::NotReverted(error) => (
            &stack.status,
            format!("it could not be reverted and keeps running for up to 36 hours: {error}"),
            Situation::OperationNotReverted {
                command: match stack.status {
                    StackStatus::CreateInProgress => "delete-stack",
                    _ => "cancel-update-stack",
                },
                stack: stack.name.as_str(),
            },
        ),
    };
    failure.status = Some(status.clone());
    failure.aftermath = Some(aftermath);
    failure.hint = Some(situation.to_string());
    StepOutcome::Failed(Box::new(failure))
}

/// What CloudFormation did about the failure.
fn aftermath(status: &StackStatus, rollback_failures: &[ResourceFailure]) -> Option<String> {
    let what = match status {
        StackStatus::RollbackComplete => {
            "all created resources were deleted again; the stack is empty"
        }
        StackStatus::RollbackFailed => "some created resources could not be deleted again",
        StackStatus::UpdateRollbackComplete => "the stack is as it was before",
        StackStatus::UpdateRollbackFailed => "the stack could not be rolled back",
        StackStatus::DeleteFailed => "some resources still exist",
        StackStatus::CreateFailed | StackStatus::UpdateFailed => {
            "nothing was rolled back: the stack is as the failure left it"
        }
        _ => return None,
    };
    let Some(first) = rollback_failures.first() else {
        return Some(what.to_owned());
    };
    Some(format!(
        "{what}: `{}` is {}: {}",
        first.logical_id, first.status, first.reason
    ))
}

/// The situation that an operation leaves behind which ended with a status.
const fn after(status: &StackStatus) -> Option<Situation<'static>> {
    match status {
        StackStatus::RollbackComplete | StackStatus::RollbackFailed | StackStatus::CreateFailed => {
            Some(Situation::CreationFailed)
        }
        StackStatus::UpdateRollbackComplete => Some(Situation::UpdateRolledBack),
        StackStatus::UpdateRollbackFailed => Some(Situation::UpdateRollbackFailed),
        StackStatus::UpdateFailed => Some(Situation::UpdateFailed),
        StackStatus::DeleteComplete => Some(Situation::StackDeleted),
        StackStatus::DeleteFailed => Some(Situation::DeletionFailed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use cloudformation::{ErrorAnswer, classify};

    use super::*;

    #[test]
    fn a_missing_service_role_is_named_with_how_to_restore_it() {
        // <https://github.com/hashicorp/terraform-provider-aws/issues/22834>
        let role = "arn:aws:iam::444455556666:role/lemonade/execution";
        let message = format!("Role {role} is invalid or cannot be assumed");
        let error = classify(ErrorAnswer {
            service: "CloudFormation",
            status: 400,
            code: "ValidationError",
            message: &message,
        });
        let StepOutcome::Failed(failure) = call_failed("creating the change set", &error, None)
        else {
            panic!("it is a failure");
        };
        let hint = failure.hint.unwrap_or_default();
        assert!(hint.contains("docs/guides/recover.md"), "{hint}");
    }
}
