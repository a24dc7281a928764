//! How operations on stacks go: when which status and event shows.

use std::time::Duration;

use cloudformation::status::StackStatus;
use tokio::time::Instant;

/// How an operation ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fate {
    /// As wanted.
    #[default]
    Succeed,
    /// `Second` fails, `First` and `Third` are cancelled, everything is rolled back.
    Fail,
    /// The same, and `First` can't be rolled back.
    FailForGood,
}

/// What is done to a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    Create,
    Update,
    Delete,
    RollBack,
}

/// A status from some moment on.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) at: Instant,
    pub(crate) status: StackStatus,
    pub(crate) changed: String,
}

/// An event that shows from some moment on: the resource (or none: the stack), its status, why.
pub(crate) type Sign = (Instant, Option<&'static str>, String, Option<&'static str>);

/// The statuses and events of an operation that begins now.
pub(crate) fn tell(
    doing: Doing,
    fate: Fate,
    now: Instant,
    lasts: Duration,
) -> (Vec<(Instant, StackStatus)>, Vec<Sign>) {
    use StackStatus as S;
    let middle = now + lasts / 2;
    let late = now + lasts * 9 / 10;
    let end = now + lasts;
    let statuses = match (doing, fate) {
        (Doing::Create, Fate::Succeed) => {
            vec![(now, S::CreateInProgress), (end, S::CreateComplete)]
        }
        (Doing::Create, Fate::Fail) => vec![
            (now, S::CreateInProgress),
            (middle, S::RollbackInProgress),
            (end, S::RollbackComplete),
        ],
        (Doing::Create, Fate::FailForGood) => vec![
            (now, S::CreateInProgress),
            (middle, S::RollbackInProgress),
            (end, S::RollbackFailed),
        ],
        (Doing::Update, Fate::Succeed) => vec![
            (now, S::UpdateInProgress),
            (late, S::UpdateCompleteCleanupInProgress),
            (end, S::UpdateComplete),
        ],
        (Doing::Update, Fate::Fail) => vec![
            (now, S::UpdateInProgress),
            (middle, S::UpdateRollbackInProgress),
            (late, S::UpdateRollbackCompleteCleanupInProgress),
            (end, S::UpdateRollbackComplete),
        ],
        (Doing::Update, Fate::FailForGood) => vec![
            (now, S::UpdateInProgress),
            (middle, S::UpdateRollbackInProgress),
            (end, S::UpdateRollbackFailed),
        ],
        (Doing::Delete, Fate::Succeed) => {
            vec![(now, S::DeleteInProgress), (end, S::DeleteComplete)]
        }
        (Doing::Delete, Fate::Fail | Fate::FailForGood) => {
            vec![(now, S::DeleteInProgress), (end, S::DeleteFailed)]
        }
        (Doing::RollBack, Fate::Succeed | Fate::Fail) => vec![
            (now, S::UpdateRollbackInProgress),
            (end, S::UpdateRollbackComplete),
        ],
        (Doing::RollBack, Fate::FailForGood) => vec![
            (now, S::UpdateRollbackInProgress),
            (end, S::UpdateRollbackFailed),
        ],
    };
    let verb = match doing {
        Doing::Create => "CREATE",
        Doing::Update | Doing::RollBack => "UPDATE",
        Doing::Delete => "DELETE",
    };
    let mut signs: Vec<Sign> = Vec::new();
    let mut own = statuses.iter();
    if let Some((at, status)) = own.next() {
        signs.push((*at, None, status.as_str().to_owned(), None));
    }
    if doing != Doing::RollBack {
        for resource in ["First", "Second", "Third"] {
            signs.push((now, Some(resource), format!("{verb}_IN_PROGRESS"), None));
        }
        match fate {
            Fate::Succeed => {
                for resource in ["First", "Second", "Third"] {
                    signs.push((late, Some(resource), format!("{verb}_COMPLETE"), None));
                }
            }
            Fate::Fail | Fate::FailForGood => {
                let cancelled = match doing {
                    Doing::Create => "Resource creation cancelled",
                    Doing::Update | Doing::RollBack => "Resource update cancelled",
                    Doing::Delete => "Resource deletion cancelled",
                };
                let failed = format!("{verb}_FAILED");
                let reason = Some("the limit of things is reached");
                signs.push((middle, Some("Second"), failed.clone(), reason));
                signs.push((middle, Some("First"), failed.clone(), Some(cancelled)));
                signs.push((middle, Some("Third"), failed, Some(cancelled)));
            }
        }
    }
    for (at, status) in own {
        if status.as_str().ends_with("ROLLBACK_FAILED") {
            let reason = Some("the old thing is gone");
            signs.push((*at, Some("First"), "UPDATE_FAILED".to_owned(), reason));
        }
        signs.push((*at, None, status.as_str().to_owned(), None));
    }
    (statuses, signs)
}
