//! Waits until what was begun on a stack is over.

use std::time::Duration;

use tokio::time::Instant;

use super::explain::Course;
use super::hand::{Going, Hand};
use crate::calls::READ_ATTEMPTS;
use crate::execute::cause::{Explanation, is_of_stack, status};
use crate::execute::failure;
use crate::execute::outcome::StepOutcome;
use crate::execute::watch::{Follower, Interruption, Target};
use cloudformation::status::StackStatus;
use cloudformation::{CloudFormation, Stack};

/// After how many looks that show a stack as it was before a second look is taken.
const UNCHANGED_LOOKS: u32 = 3;
/// How many looks may show a stack as it was before, until nothing is expected any more. With the
/// usual pace these are some minutes.
const MOST_UNCHANGED_LOOKS: u32 = 60;

/// An operation that was begun on a stack that is there.
#[derive(Clone, Copy, Debug)]
pub(in crate::execute) struct Begun<'a> {
    /// The stack's id.
    pub(in crate::execute) stack: &'a str,
    /// The status it had before.
    pub(in crate::execute) status: &'a StackStatus,
    /// When it had been changed last before, where that is known.
    pub(in crate::execute) changed: Option<&'a str>,
    /// The token of the call that began it.
    pub(in crate::execute) token: &'a str,
    /// Whether it ends with such a status, whatever the stack looked like before. One that it
    /// doesn't is of an earlier look, or says that CloudFormation has let it be, which only the
    /// stack's events tell.
    pub(in crate::execute) ends_with: fn(&StackStatus) -> bool,
    /// How long it may take.
    pub(in crate::execute) within: Duration,
}

/// An operation that is over, and the stack as it is now.
pub(in crate::execute) enum Over {
    /// The stack is as it was to become, whoever made it so.
    AsWanted(Stack),
    /// The operation ended with this status, and why. The stack may have got another one since.
    Ended(Stack, StackStatus, Explanation),
    /// Nothing goes on in the stack, and no event tells of the operation.
    Untold(Stack, Explanation),
    /// It goes on, and takes longer than it may.
    Overdue(Stack),
    /// The stack is gone.
    Gone,
}

/// What is seen once nothing goes on in a stack any more.
enum Rest {
    Stack(Stack),
    Gone,
    Overdue(Stack),
}

impl Begun<'_> {
    /// Whether this may be what it has left: not what was before, nor what was even earlier.
    fn may_have_left(&self, stack: &Stack) -> bool {
        (self.ends_with)(&stack.status) && !self.looks_like(stack)
    }

    fn looks_like(&self, stack: &Stack) -> bool {
        match self.changed {
            Some(changed) if stack.changed() < changed => true,
            Some(changed) => stack.status == *self.status && stack.changed() == changed,
            None => stack.status == *self.status,
        }
    }
}

impl<'a, P: CloudFormation> Hand<'a, P> {
    /// Waits until an operation is over. Gives the stack, and how the operation ended.
    ///
    /// What a stack shows may be the end of what somebody else did, just before this or since. So
    /// unless the stack is `as_wanted`, the events of the operation's own token decide.
    pub(in crate::execute) async fn finish(
        &self,
        begun: Begun<'_>,
        as_wanted: impl Fn(&Stack) -> bool,
    ) -> Going<Over> {
        let mut follower = self.follow(begun.stack, Some(begun.token));
        let mut seen: Option<Stack> = None;
        let deadline = Instant::now() + begun.within;
        loop {
            let begun = match &seen {
                None => begun,
                Some(seen) => Begun {
                    status: &seen.status,
                    changed: Some(seen.changed()),
                    ..begun
                },
            };
            let stack = match self.rest(&begun, deadline, &mut follower).await? {
                Rest::Stack(stack) => stack,
                Rest::Gone => return Ok(Over::Gone),
                Rest::Overdue(stack) => return Ok(Over::Overdue(stack)),
            };
            if as_wanted(&stack) {
                return Ok(Over::AsWanted(stack));
            }
            let course = self.course(&stack.id, begun.token).await;
            match course.map_err(|error| failure::unseen(&error, &stack.status))? {
                Course::Ended(status, events) => {
                    let why = self.explain(&stack.id, begun.token, &events, &follower);
                    return Ok(Over::Ended(stack, status, why));
                }
                Course::Unseen(events) => {
                    let why = self.explain(&stack.id, begun.token, &events, &follower);
                    return Ok(Over::Untold(stack, why));
                }
                // What was seen is what somebody else has left.
                Course::GoesOn => seen = Some(stack),
            }
        }
    }

    /// Waits until nothing goes on in a stack any more, and it is not as it was before, or until the
    /// deadline.
    ///
    /// A look may show what was before the operation: reads lag behind writes. So a stack that
    /// looks as it did before is over only when a second look says so.
    async fn rest(
        &self,
        begun: &Begun<'_>,
        deadline: Instant,
        follower: &mut Follower<'_>,
    ) -> Going<Rest> {
        let mut unchanged = 0;
        let mut misses = 0;
        loop {
            let Some(stack) = self.look(follower).await? else {
                // One that was made a moment ago may not be seen yet.
                misses += 1;
                if misses < READ_ATTEMPTS {
                    continue;
                }
                return Ok(Rest::Gone);
            };
            if stack.status.is_in_progress() {
                if Instant::now() >= deadline {
                    return Ok(Rest::Overdue(stack));
                }
                continue;
            }
            if begun.may_have_left(&stack) {
                return Ok(Rest::Stack(stack));
            }
            unchanged += 1;
            if unchanged % UNCHANGED_LOOKS == 0
                && let Some(stack) = self.second_look(begun).await
            {
                return Ok(Rest::Stack(stack));
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
    ) -> Going<Option<Stack>> {
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
    async fn second_look(&self, begun: &Begun<'_>) -> Option<Stack> {
        let calls = self.walk.calls;
        let stack = match calls.once(self.port().stack(begun.stack)).await {
            Ok(stack) => stack?,
            Err(error) => {
                self.warn_retry(&error);
                return None;
            }
        };
        if stack.status.is_in_progress() {
            return None;
        }
        if begun.may_have_left(&stack) {
            return Some(stack);
        }
        match calls.once(self.port().events(begun.stack, None)).await {
            Ok(page) => {
                let mut own = page
                    .items
                    .iter()
                    .filter(|event| is_of_stack(event, begun.stack));
                let is_newest = own
                    .next()
                    .is_some_and(|newest| newest.status == stack.status.as_str());
                let is_over = status(&page.items, begun.stack, begun.token)
                    .is_some_and(|status| !status.is_in_progress());
                (is_newest && is_over).then_some(stack)
            }
            Err(error) => {
                self.warn_retry(&error);
                None
            }
        }
    }
}
