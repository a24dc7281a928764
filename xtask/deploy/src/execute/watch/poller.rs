//! The one poller.

use std::collections::BTreeMap;

use tokio::time::{Instant, sleep_until};

use super::board::{Board, Sight};
use super::follower::Target;
use super::rhythm::Rhythm;
use crate::calls::Calls;
use crate::execute::event::Event;
use crate::execute::reporter::Reporter;
use cloudformation::{ClientError, ClientResult, CloudFormation, Stack};

/// How often in a row looking may be refused, other than for the credentials, before sight is lost.
/// What is not known to be transient may be so all the same.
const REFUSALS: u32 = 5;
/// How many stacks that are missing in a listing are looked up in one look.
const MISSING: usize = 8;
/// How many pages of events are read of a stack in one look.
const EVENT_PAGES: u32 = 2;

/// Looks at the stacks of the board.
pub(in crate::execute) struct Poller<'a, P> {
    calls: &'a Calls<'a, P>,
    board: &'a Board,
    reporter: Reporter,
}

/// What is remembered from one look to the next.
struct Memory {
    rhythm: Rhythm,
    /// How many calls the last listing took.
    pages: usize,
    /// The stack whose events were read last.
    served: Option<u64>,
    /// Whether reading events was refused. They are only told, so that is no reason to wait.
    mute: bool,
    refusals: u32,
}

/// What one look costs and brings.
#[derive(Default)]
struct Look {
    calls: u32,
    changed: bool,
}

impl<'a, P: CloudFormation> Poller<'a, P> {
    pub(in crate::execute) const fn new(
        calls: &'a Calls<'a, P>,
        board: &'a Board,
        reporter: Reporter,
    ) -> Self {
        Self {
            calls,
            board,
            reporter,
        }
    }

    /// Looks for as long as it is polled.
    pub(in crate::execute) async fn run(&self) {
        let mut memory = Memory {
            rhythm: Rhythm::new(self.calls.pace),
            pages: 1,
            served: None,
            mute: false,
            refusals: 0,
        };
        loop {
            self.rest(&mut memory.rhythm).await;
            let mut look = Look::default();
            let statuses = self.statuses(&mut memory, &mut look).await;
            let looked = match statuses {
                Ok(()) => {
                    memory.refusals = 0;
                    let spare = memory.rhythm.spare(look.calls);
                    self.events(&mut memory, &mut look, spare).await
                }
                Err(error) => {
                    self.failed(&error, &mut memory.refusals);
                    Err(error)
                }
            };
            memory.rhythm.spent(look.calls);
            match looked {
                Ok(()) => memory.rhythm.succeed(),
                Err(_) => memory.rhythm.fail(),
            }
            if look.changed {
                memory.rhythm.quicken();
            } else {
                memory.rhythm.settle();
            }
        }
    }

    /// Waits until it is time for a look and there is something to look at.
    async fn rest(&self, rhythm: &mut Rhythm) {
        let begin = Instant::now();
        loop {
            if self.board.targets().is_empty() {
                self.board.added().await;
                rhythm.quicken();
                continue;
            }
            let pause = self.calls.jitter.around(rhythm.pause());
            tokio::select! {
                () = sleep_until(begin + pause) => return,
                // What begins is looked at soon.
                () = self.board.added() => rhythm.quicken(),
            }
        }
    }

    /// Looks at every stack's status: with one listing, or one by one where that is cheaper.
    async fn statuses(&self, memory: &mut Memory, look: &mut Look) -> Result<(), ClientError> {
        let targets = self.board.targets();
        if targets.len() < memory.pages {
            for (key, target) in targets {
                self.one(key, &target, look).await?;
            }
            return Ok(());
        }
        let mut missing: BTreeMap<String, (u64, Target)> = targets
            .into_iter()
            .map(|(key, target)| (target.stack.clone(), (key, target)))
            .collect();
        let mut next = None;
        let mut pages = 0;
        loop {
            look.calls += 1;
            let page = match self.calls.once(self.calls.port.stacks(next)).await {
                Err(error @ ClientError::AccessDenied(_)) => {
                    // Who may look at some stacks only looks at them one by one from now on.
                    memory.pages = usize::MAX;
                    return Err(error);
                }
                page => page?,
            };
            pages += 1;
            for stack in page.items {
                if let Some((key, _)) = missing.remove(&stack.id) {
                    look.changed |= self.board.publish(key, Sight::Seen(Box::new(stack)));
                }
            }
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        memory.pages = pages;
        // A listing shows no deleted stacks, and may not show one that was made a moment ago.
        for (key, target) in missing.into_values().take(MISSING) {
            self.one(key, &target, look).await?;
        }
        Ok(())
    }

    async fn one(&self, key: u64, target: &Target, look: &mut Look) -> Result<(), ClientError> {
        look.calls += 1;
        let stack: ClientResult<Option<Stack>> =
            self.calls.once(self.calls.port.stack(&target.stack)).await;
        let sight = stack?.map_or(Sight::Gone, |stack| Sight::Seen(Box::new(stack)));
        look.changed |= self.board.publish(key, sight);
        Ok(())
    }

    /// Reads events of some stacks, going round.
    async fn events(
        &self,
        memory: &mut Memory,
        look: &mut Look,
        spare: u32,
    ) -> Result<(), ClientError> {
        let first = self.board.after(memory.served).map(|(key, _)| key);
        let end = look.calls + spare;
        while !memory.mute
            && look.calls < end
            && let Some((key, target)) = self.board.after(memory.served)
        {
            memory.served = Some(key);
            if let Err(error) = self.events_of(key, &target, look).await {
                self.reporter.warn_retry(Some(&target.step), &error);
                memory.mute = !error.is_transient();
                return if memory.mute { Ok(()) } else { Err(error) };
            }
            if self.board.after(memory.served).map(|(key, _)| key) == first {
                break;
            }
        }
        Ok(())
    }

    async fn events_of(
        &self,
        key: u64,
        target: &Target,
        look: &mut Look,
    ) -> Result<(), ClientError> {
        let seen = self.board.newest(key);
        let mut fresh = Vec::new();
        let mut next = None;
        'pages: for _ in 0..EVENT_PAGES {
            look.calls += 1;
            let page = self
                .calls
                .once(self.calls.port.events(&target.stack, next))
                .await?;
            for event in page.items {
                // Back to what was reported, or to what happened before this operation.
                let known = seen.as_ref() == Some(&event.id);
                let foreign = target.token.is_some() && event.token != target.token;
                if known || (seen.is_none() && foreign) {
                    break 'pages;
                }
                fresh.push(event);
                if seen.is_none() && target.token.is_none() {
                    // Somebody else's operation: only what happens from now on.
                    break 'pages;
                }
            }
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        if let Some(newest) = fresh.first() {
            self.board.reported(key, newest.id.clone());
            look.changed = true;
        }
        for resource in fresh.into_iter().rev() {
            self.reporter.send(Event::Resource {
                step: target.step.clone(),
                resource,
            });
        }
        Ok(())
    }

    /// A look failed. Says so, and gives up only where looking again can't help.
    fn failed(&self, error: &ClientError, refusals: &mut u32) {
        self.reporter.warn_retry(None, error);
        if error.is_transient() {
            return;
        }
        *refusals += 1;
        let credentials = error.is_about_credentials();
        if !credentials && *refusals < REFUSALS {
            return;
        }
        for (key, _) in self.board.targets() {
            self.board.publish(
                key,
                Sight::Lost {
                    why: error.to_string(),
                    credentials,
                },
            );
        }
    }
}
