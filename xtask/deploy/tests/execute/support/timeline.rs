//! Scripted operations: when each status and event of one shows.

use std::time::Duration;

use cloudformation::status::StackStatus;
use tokio::time::Instant;

/// How an operation fails, if it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FailureMode {
    #[default]
    None,
    /// `Second` fails, `First` and `Third` are cancelled, everything is rolled back.
    RollsBack,
    /// The same, and `First` can't be rolled back.
    RollbackFails,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StackOperation {
    Create,
    Update,
    Delete,
    RollBack,
}

/// A status from some time on.
#[derive(Clone, Debug)]
pub(crate) struct StatusChange {
    pub(crate) at: Instant,
    pub(crate) status: StackStatus,
    pub(crate) changed: String,
}

/// An event that shows from some time on: the resource (or none: the stack), its status, its reason.
pub(crate) type TimedEvent = (Instant, Option<&'static str>, String, Option<&'static str>);

/// The statuses and events of an operation that starts now.
pub(crate) fn timeline(
    operation: StackOperation,
    failure: FailureMode,
    now: Instant,
    lasts: Duration,
) -> (Vec<(Instant, StackStatus)>, Vec<TimedEvent>) {
    use StackStatus as S;
    let middle = now + lasts / 2;
    let late = now + lasts * 9 / 10;
    let end = now + lasts;
    let statuses = match (operation, failure) {
        (StackOperation::Create, FailureMode::None) => {
            vec![(now, S::CreateInProgress), (end, S::CreateComplete)]
        }
        (StackOperation::Create, FailureMode::RollsBack) => vec![
            (now, S::CreateInProgress),
            (middle, S::RollbackInProgress),
            (end, S::RollbackComplete),
        ],
        (StackOperation::Create, FailureMode::RollbackFails) => vec![
            (now, S::CreateInProgress),
            (middle, S::RollbackInProgress),
            (end, S::RollbackFailed),
        ],
        (StackOperation::Update, FailureMode::None) => vec![
            (now, S::UpdateInProgress),
            (late, S::UpdateCompleteCleanupInProgress),
            (end, S::UpdateComplete),
        ],
        (StackOperation::Update, FailureMode::RollsBack) => vec![
            (now, S::UpdateInProgress),
            (middle, S::UpdateRollbackInProgress),
            (late, S::UpdateRollbackCompleteCleanupInProgress),
            (end, S::UpdateRollbackComplete),
        ],
        (StackOperation::Update, FailureMode::RollbackFails) => vec![
            (now, S::UpdateInProgress),
            (middle, S::UpdateRollbackInProgress),
            (end, S::UpdateRollbackFailed),
        ],
        (StackOperation::Delete, FailureMode::None) => {
            vec![(now, S::DeleteInProgress), (end, S::DeleteComplete)]
        }
        (StackOperation::Delete, FailureMode::RollsBack | FailureMode::RollbackFails) => {
            vec![(now, S::DeleteInProgress), (end, S::DeleteFailed)]
        }
        (StackOperation::RollBack, FailureMode::None | FailureMode::RollsBack) => vec![
            (now, S::UpdateRollbackInProgress),
            (end, S::UpdateRollbackComplete),
        ],
        (StackOperation::RollBack, FailureMode::RollbackFails) => vec![
            (now, S::UpdateRollbackInProgress),
            (end, S::UpdateRollbackFailed),
        ],
    };
    let verb = match operation {
        StackOperation::Create => "CREATE",
        StackOperation::Update | StackOperation::RollBack => "UPDATE",
        StackOperation::Delete => "DELETE",
    };
    let mut events: Vec<TimedEvent> = Vec::new();
    let mut own = statuses.iter();
    if let Some((at, status)) = own.next() {
        events.push((*at, None, status.as_str().to_owned(), None));
    }
    if operation != StackOperation::RollBack {
        for resource in ["First", "Second", "Third"] {
            events.push((now, Some(resource), format!("{verb}_IN_PROGRESS"), None));
        }
        match failure {
            FailureMode::None => {
                for resource in ["First", "Second", "Third"] {
                    events.push((late, Some(resource), format!("{verb}_COMPLETE"), None));
                }
            }
            FailureMode::RollsBack | FailureMode::RollbackFails => {
                let cancelled = match operation {
                    StackOperation::Create => "Resource creation cancelled",
                    StackOperation::Update | StackOperation::RollBack => {
                        "Resource update cancelled"
                    }
                    StackOperation::Delete => "Resource deletion cancelled",
                };
                let failed = format!("{verb}_FAILED");
                let reason = Some("the limit of things is reached");
                events.push((middle, Some("Second"), failed.clone(), reason));
                events.push((middle, Some("First"), failed.clone(), Some(cancelled)));
                events.push((middle, Some("Third"), failed, Some(cancelled)));
            }
        }
    }
    for (at, status) in own {
        if status.as_str().ends_with("ROLLBACK_FAILED") {
            let reason = Some("the old thing is gone");
            events.push((*at, Some("First"), "UPDATE_FAILED".to_owned(), reason));
        }
        events.push((*at, None, status.as_str().to_owned(), None));
    }
    (statuses, events)
}
