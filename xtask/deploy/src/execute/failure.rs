//! What a failure is told as.

use super::cause::Explanation;
use super::outcome::{Failure, ResourceFailure, StepOutcome};
use crate::plan::{Finding, FindingCode};
use cloudformation::status::StackStatus;
use cloudformation::{ClientError, Stack};

/// How to go on after the credentials were not accepted any more.
const SIGN_IN: &str = "sign in again and run the same command: it waits for what is going on in \
                       the stack, and continues from there";

impl Failure {
    /// Nothing but a line.
    pub(super) const fn saying(message: String) -> Self {
        Self {
            message,
            status: None,
            cause: None,
            others: Vec::new(),
            aftermath: None,
            hint: None,
            credentials: false,
            orphans: false,
        }
    }
}

/// A call failed for good, so what it was for did not happen, or nobody knows.
pub(super) fn of_call(what: &str, error: &ClientError, status: Option<StackStatus>) -> StepOutcome {
    let credentials = error.is_about_credentials();
    let mut failure = Failure::saying(format!("{what}: {error}"));
    failure.status = status;
    failure.credentials = credentials;
    failure.hint = match error {
        _ if credentials => Some(SIGN_IN.to_owned()),
        ClientError::NoAnswer { .. } => Some(
            "whether it took effect is not known; run the same command again to find out"
                .to_owned(),
        ),
        ClientError::RoleNotAssumable(_) => Some(
            "what it names is not known yet, or not there; run the same command again later"
                .to_owned(),
        ),
        error if is_about_the_role(error) => Some(
            "the role that CloudFormation acts as is missing, or CloudFormation may not assume it; \
             `drift --only bootstrap-roles` tells whether it was deleted, and \
             docs/guides/recover.md how it is made again"
                .to_owned(),
        ),
        ClientError::Throttled(_) => {
            Some("others call CloudFormation too; run the same command again later".to_owned())
        }
        _ => None,
    };
    StepOutcome::Failed(Box::new(failure))
}

/// Whether CloudFormation can't act as the role that it is given: one that was deleted, too.
/// <https://repost.aws/knowledge-center/cloudformation-role-arn-error>
fn is_about_the_role(error: &ClientError) -> bool {
    let said = error.to_string().to_ascii_lowercase();
    said.contains("role") && (said.contains("be assumed") || said.contains("assume role"))
}

/// A change set could not be made, for this reason.
pub(super) fn of_change_set(reason: &str) -> StepOutcome {
    let failure = Failure::saying(format!("the change set could not be made: {reason}"));
    StepOutcome::Failed(Box::new(failure))
}

/// A change set could not be made, since something that it creates exists already: what stacks have
/// left of it, and what else has a name of its own.
pub(super) fn of_what_exists(reason: &str, orphans: &[&Finding], named: &[String]) -> StepOutcome {
    let mut failure = Failure::saying(format!("the change set could not be made: {reason}"));
    failure.orphans = !orphans.is_empty();
    failure.hint = Some(if failure.orphans {
        let left: Vec<&str> = orphans.iter().map(|one| one.message.as_str()).collect();
        take_over(&left)
    } else {
        let named = match named {
            [] => "what it creates".to_owned(),
            named => format!("one of {}", named.join(", ")),
        };
        format!(
            "{named} exists, and no stack of this environment left it within 90 days: give it \
             another name in the definition, or have its owner delete it, then run the same \
             command again"
        )
    });
    StepOutcome::Failed(Box::new(failure))
}

/// The same failure, where a resource failed of which it was known that it exists: what stacks have
/// left.
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
    let left: Vec<&str> = findings
        .filter(|one| one.code == FindingCode::OrphanFound)
        .filter(|one| failed.contains(&one.subject.as_str()))
        .map(|one| one.message.as_str())
        .collect();
    if !left.is_empty() {
        failure.hint = Some(take_over(&left));
        failure.orphans = true;
    }
    StepOutcome::Failed(failure)
}

/// The same failure, where what failed is not there any more: somebody has deleted it without
/// CloudFormation, and neither an update nor a rollback of it can succeed.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html>
pub(super) fn with_what_is_gone(outcome: StepOutcome, stack: &str) -> StepOutcome {
    let StepOutcome::Failed(mut failure) = outcome else {
        return outcome;
    };
    let failed = failure.cause.iter().chain(&failure.others);
    let gone: Vec<&str> = failed
        .filter(|resource| resource.status.as_str().starts_with("UPDATE_"))
        .filter(|resource| is_gone(&resource.reason))
        .map(|resource| resource.logical_id.as_str())
        .collect();
    let first = match &failure.status {
        _ if gone.is_empty() => return StepOutcome::Failed(failure),
        Some(StackStatus::UpdateRollbackFailed) => format!(
            "end the rollback without it: aws cloudformation continue-update-rollback \
             --stack-name {stack} --resources-to-skip {}; then ",
            gone.join(" ")
        ),
        Some(StackStatus::UpdateRollbackComplete) => String::new(),
        _ => return StepOutcome::Failed(failure),
    };
    failure.hint = Some(format!(
        "{} was deleted without CloudFormation: {first}take it out of the definition, deploy, put it \
         back, and deploy again (docs/guides/drift.md)",
        gone.join(", ")
    ));
    StepOutcome::Failed(failure)
}

/// Whether a service says that what it is asked for is not there.
fn is_gone(reason: &str) -> bool {
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

fn take_over(left: &[&str]) -> String {
    format!(
        "{}: the same command with `--rebuild` takes over what stacks left",
        left.join("; ")
    )
}

/// Looking at a stack failed for good while something was going on in it.
pub(super) fn out_of_sight(why: &str, credentials: bool, last: Option<StackStatus>) -> StepOutcome {
    let mut failure = Failure::saying(format!(
        "the stack can't be seen any more, and may go on: {why}"
    ));
    failure.status = last;
    failure.credentials = credentials;
    failure.hint = Some(if credentials {
        SIGN_IN.to_owned()
    } else {
        "run the same command again: it waits for what is going on in the stack".to_owned()
    });
    StepOutcome::Failed(Box::new(failure))
}

/// Nothing goes on in the stack any more, and its events, which tell how this ended, can't be read.
pub(super) fn unseen(error: &ClientError, now: &StackStatus) -> StepOutcome {
    let credentials = error.is_about_credentials();
    let mut failure = Failure::saying(format!(
        "it was begun, and how it ended can't be seen; the stack is {now}: {error}"
    ));
    failure.status = Some(now.clone());
    failure.credentials = credentials;
    failure.hint = Some(if credentials {
        SIGN_IN.to_owned()
    } else {
        "run the same command again: it finds what has become of the stack".to_owned()
    });
    StepOutcome::Failed(Box::new(failure))
}

/// It was done, and then somebody else deleted the stack.
pub(super) fn deleted_since() -> StepOutcome {
    let status = StackStatus::DeleteComplete;
    let mut failure =
        Failure::saying("somebody else has deleted it since it was deployed".to_owned());
    failure.hint = hint(&status).map(str::to_owned);
    failure.status = Some(status);
    StepOutcome::Failed(Box::new(failure))
}

/// The stack ended with a status that was not wanted.
pub(super) fn of_stack(
    attempted: &str,
    status: &StackStatus,
    reason: Option<&str>,
    explanation: Explanation,
) -> StepOutcome {
    let mut failure = Failure::saying(match reason {
        Some(reason) if explanation.cause.is_none() => {
            format!("{attempted} ended with {status}: {reason}")
        }
        _ => format!("{attempted} ended with {status}"),
    });
    failure.status = Some(status.clone());
    failure.aftermath = aftermath(status, &explanation.turning_back);
    failure.hint = hint(status).map(str::to_owned);
    failure.cause = explanation.cause;
    failure.others = explanation.others;
    StepOutcome::Failed(Box::new(failure))
}

/// How it ended with something that takes longer than it may.
#[derive(Clone, Copy)]
pub(super) enum Ended<'a> {
    /// It was taken back, and the stack is in this status.
    With(&'a StackStatus),
    /// It goes on.
    GoesOn(&'a StackStatus),
    /// It could not be taken back, and goes on.
    Refused(&'a ClientError),
}

/// Something that takes longer than it may.
pub(super) struct Late<'a> {
    pub(super) attempted: &'a str,
    pub(super) minutes: u64,
    pub(super) because: &'a str,
    pub(super) since: Option<String>,
    pub(super) hanging: Vec<ResourceFailure>,
    pub(super) stack: &'a Stack,
    pub(super) ended: Ended<'a>,
}

/// An operation took longer than it may. What was going on then stands for the cause.
pub(super) fn overdue(late: Late<'_>) -> StepOutcome {
    let Late {
        attempted,
        minutes,
        because,
        since,
        hanging,
        stack,
        ended,
    } = late;
    let since = since.map(|since| format!(", since {since}"));
    let mut failure = Failure::saying(format!(
        "{attempted} takes longer than {minutes} minutes ({}{})",
        stack.status,
        since.unwrap_or_default()
    ));
    let mut hanging = hanging.into_iter().map(|mut resource| {
        resource.reason = format!(
            "not ready after {minutes} minutes; what takes long in such a stack: {because}"
        );
        resource
    });
    failure.cause = hanging.next();
    failure.others = hanging.collect();
    let (status, aftermath, hint) = match ended {
        Ended::With(status) => (
            status,
            match status {
                StackStatus::UpdateRollbackComplete => {
                    "the update was cancelled; the stack is as it was before".to_owned()
                }
                StackStatus::DeleteComplete => {
                    "the stack was deleted; what is retained is taken over by the next creation"
                        .to_owned()
                }
                status => format!("it was taken back, which ended with {status}"),
            },
            "remove the cause and deploy again".to_owned(),
        ),
        Ended::GoesOn(status) => (
            status,
            format!("CloudFormation goes on with it ({status}), for up to 36 hours"),
            "docs/guides/recover.md says what a stack may hang on; `recover` waits for it again"
                .to_owned(),
        ),
        Ended::Refused(error) => (
            &stack.status,
            format!("it could not be taken back, and goes on for up to 36 hours: {error}"),
            format!(
                "with credentials that may: aws cloudformation {} --stack-name {}",
                match stack.status {
                    StackStatus::CreateInProgress => "delete-stack",
                    _ => "cancel-update-stack",
                },
                stack.name
            ),
        ),
    };
    failure.status = Some(status.clone());
    failure.aftermath = Some(aftermath);
    failure.hint = Some(hint);
    StepOutcome::Failed(Box::new(failure))
}

/// What CloudFormation did about it.
fn aftermath(status: &StackStatus, turning_back: &[ResourceFailure]) -> Option<String> {
    let what = match status {
        StackStatus::RollbackComplete => {
            "what had been created was deleted again; the stack is empty"
        }
        StackStatus::RollbackFailed => "not all that had been created could be deleted again",
        StackStatus::UpdateRollbackComplete => "the stack is as it was before",
        StackStatus::UpdateRollbackFailed => "the stack could not be brought back",
        StackStatus::DeleteFailed => "some resources are still there",
        StackStatus::CreateFailed | StackStatus::UpdateFailed => {
            "nothing was rolled back: the stack is as the failure left it"
        }
        _ => return None,
    };
    let Some(first) = turning_back.first() else {
        return Some(what.to_owned());
    };
    Some(format!(
        "{what}: `{}` is {}: {}",
        first.logical_id, first.status, first.reason
    ))
}

/// What to do.
const fn hint(status: &StackStatus) -> Option<&'static str> {
    match status {
        StackStatus::RollbackComplete | StackStatus::RollbackFailed | StackStatus::CreateFailed => {
            Some("remove the cause and deploy again: the remains are deleted first")
        }
        StackStatus::UpdateRollbackComplete => Some("remove the cause and deploy again"),
        StackStatus::UpdateRollbackFailed => Some(
            "remove what keeps the rollback from finishing, then run `recover`, which continues it",
        ),
        StackStatus::UpdateFailed => Some("run `recover`, which rolls the update back"),
        StackStatus::DeleteComplete => Some("deploy again: it is created anew"),
        StackStatus::DeleteFailed => {
            Some("remove what keeps the resources from going, and delete the stack again")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_is_gone_is_told_with_the_way_back() {
        let error = ClientError::Invalid(
            "Role arn:aws:iam::444455556666:role/lemonade/execution is invalid or cannot be assumed"
                .into(),
        );
        let StepOutcome::Failed(failure) = of_call("making the change set", &error, None) else {
            panic!("it is a failure");
        };
        let hint = failure.hint.unwrap_or_default();
        assert!(hint.contains("docs/guides/recover.md"), "{hint}");
        let other = ClientError::Invalid("Template format error".into());
        assert!(!is_about_the_role(&other));
    }
}
