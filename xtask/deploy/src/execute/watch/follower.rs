//! A step's view of its stack.

use tokio::sync::watch;

use super::board::{Board, Sight};
use crate::execute::event::Event;
use crate::execute::reporter::Reporter;
use crate::execute::stop::Stop;
use crate::plan::StepId;
use cloudformation::Stack;
use cloudformation::status::StackStatus;

/// A stack that a step waits for.
#[derive(Clone, Debug)]
pub(in crate::execute) struct Target {
    /// Its id. A name would find another stack once this one is deleted.
    pub(in crate::execute) stack: String,
    /// Whose step it is.
    pub(in crate::execute) step: StepId,
    /// The token of the operation; none where somebody else began it.
    pub(in crate::execute) token: Option<String>,
}

/// Why a wait ended before what was waited for.
#[derive(Debug)]
pub(in crate::execute) enum Interruption {
    /// The walk was left.
    Stopped,
    /// The stack can't be looked at any more.
    Lost {
        /// Why.
        why: String,
        /// Whether the credentials are the reason.
        credentials: bool,
        /// What the stack's status was when it was seen last.
        last: Option<StackStatus>,
    },
}

/// Follows one stack.
#[derive(Debug)]
pub(in crate::execute) struct Follower<'a> {
    board: &'a Board,
    key: u64,
    target: Target,
    sights: watch::Receiver<Sight>,
    last: Option<StackStatus>,
}

impl<'a> Follower<'a> {
    pub(super) const fn new(
        board: &'a Board,
        key: u64,
        target: Target,
        sights: watch::Receiver<Sight>,
    ) -> Self {
        Self {
            board,
            key,
            target,
            sights,
            last: None,
        }
    }

    /// Waits for the next look. Gives the stack, or nothing if it is gone.
    pub(in crate::execute) async fn look(
        &mut self,
        stop: &Stop,
        reporter: &Reporter,
    ) -> Result<Option<Stack>, Interruption> {
        tokio::select! {
            biased;
            () = stop.stopped() => return Err(Interruption::Stopped),
            changed = self.sights.changed() => if changed.is_err() {
                // The board outlives its followers, so this is never seen.
                return Err(Interruption::Stopped);
            }
        }
        let sight = self.sights.borrow_and_update().clone();
        let stack = match sight {
            Sight::Seen(stack) => Some(*stack),
            Sight::Gone | Sight::Unseen => None,
            Sight::Lost { why, credentials } => {
                return Err(Interruption::Lost {
                    why,
                    credentials,
                    last: self.last.clone(),
                });
            }
        };
        let status = stack
            .as_ref()
            .map_or(StackStatus::DeleteComplete, |stack| stack.status.clone());
        if self.last.as_ref() != Some(&status) {
            reporter.send(Event::Status {
                step: self.target.step.clone(),
                status: status.clone(),
            });
            self.last = Some(status);
        }
        Ok(stack)
    }

    /// The newest of its events that was reported.
    pub(in crate::execute) fn newest_reported(&self) -> Option<String> {
        self.board.newest(self.key)
    }
}

impl Drop for Follower<'_> {
    fn drop(&mut self) {
        self.board.leave(self.key);
    }
}
