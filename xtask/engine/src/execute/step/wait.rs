//! Waits until what was begun on a stack is over.

use super::hand::{Going, Hand};
use crate::calls::LOOKS;
use crate::execute::cause::is_of_stack;
use crate::execute::failure;
use crate::execute::outcome::StepOutcome;
use crate::execute::watch::{Follower, Interruption, Target};
use crate::port::{CloudFormation, StackView};
use crate::status::StackStatus;

/// After how many looks that show a stack as it was before a second look is taken.
const UNCHANGED_LOOKS: u32 = 3;
/// How many looks may show a stack as it was before, until nothing is expected any more. With the
/// usual pace these are some minutes.
const MOST_UNCHANGED_LOOKS: u32 = 60;

/// An operation that was begun on a stack that is there.
pub(in crate::execute) struct Begun<'a> {
    /// The stack's id.
    pub(in crate::execute) stack: &'a str,
    /// The status it had before.
    pub(in crate::execute) status: &'a StackStatus,
    /// When it had been changed last before, where that is known.
    pub(in crate::execute) changed: Option<&'a str>,
    /// The token of the call that began it.
    pub(in crate::execute) token: &'a str,
}

impl Begun<'_> {
    /// Whether the stack is as it was before, or as it was even earlier.
    fn looks_like(&self, stack: &StackView) -> bool {
        match self.changed {
            Some(changed) if stack.changed.as_str() < changed => true,
            Some(changed) => stack.status == *self.status && stack.changed == changed,
            None => stack.status == *self.status,
        }
    }
}

impl<'a, P: CloudFormation> Hand<'a, P> {
    /// Waits until an operation is over. Gives the stack and what was seen of it, or nothing if it
    /// is gone.
    ///
    /// A look may show what was before the operation: reads lag behind writes. So a stack that
    /// looks as it did before is over only when a second look says so.
    pub(in crate::execute) async fn finish(
        &self,
        begun: &Begun<'_>,
    ) -> Going<(Option<StackView>, Follower<'a>)> {
        let mut follower = self.follow(begun.stack, Some(begun.token));
        let mut unchanged = 0;
        let mut misses = 0;
        loop {
            let Some(stack) = self.look(&mut follower).await? else {
                // One that was made a moment ago may not be seen yet.
                misses += 1;
                if misses < LOOKS {
                    continue;
                }
                return Ok((None, follower));
            };
            if stack.status.is_in_progress() {
                continue;
            }
            if !begun.looks_like(&stack) {
                return Ok((Some(stack), follower));
            }
            unchanged += 1;
            if unchanged % UNCHANGED_LOOKS == 0
                && let Some(stack) = self.second_look(begun).await
            {
                return Ok((Some(stack), follower));
            }
            if unchanged >= MOST_UNCHANGED_LOOKS {
                return Err(failure::out_of_sight(
                    "CloudFormation accepted the call, and nothing of it is seen",
                    false,
                    Some(stack.status),
                ));
            }
        }
    }

    /// Follows the stack for this step.
    pub(in crate::execute) fn follow(&self, stack: &str, token: Option<&str>) -> Follower<'a> {
        self.walk.board.follow(Target {
            stack: stack.to_owned(),
            step: self.step.id.clone(),
            token: token.map(str::to_owned),
        })
    }

    /// The next look at a stack.
    pub(in crate::execute) async fn look(
        &self,
        follower: &mut Follower<'_>,
    ) -> Going<Option<StackView>> {
        follower
            .look(self.walk.calls.stop(), &self.walk.reporter)
            .await
            .map_err(|interruption| match interruption {
                Interruption::Stopped => StepOutcome::Detached,
                Interruption::Lost {
                    why,
                    credentials,
                    last,
                } => failure::out_of_sight(&why, credentials, last),
            })
    }

    /// Looks at a stack that looks as it did before, by itself and at its events. Gives it if the
    /// operation is over.
    async fn second_look(&self, begun: &Begun<'_>) -> Option<StackView> {
        let calls = self.walk.calls;
        let stack = match calls.once(self.port().stack(begun.stack)).await {
            Ok(stack) => stack?,
            Err(error) => {
                self.trouble(&error);
                return None;
            }
        };
        if stack.status.is_in_progress() {
            return None;
        }
        if !begun.looks_like(&stack) {
            return Some(stack);
        }
        match calls.once(self.port().events(begun.stack, None)).await {
            Ok(page) => page
                .items
                .iter()
                .find(|event| is_of_stack(event, begun.stack))
                .is_some_and(|event| {
                    event.token.as_deref() == Some(begun.token)
                        && event.status == stack.status.as_str()
                })
                .then_some(stack),
            Err(error) => {
                self.trouble(&error);
                None
            }
        }
    }
}
