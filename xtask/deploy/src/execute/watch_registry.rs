//! The stacks that steps wait for, between the steps and the poller.
//!
//! A step watches its stack through a [`StackWatch`]; the poller reads all watched stacks together and
//! publishes what it read.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use super::client_token::ClientToken;
use super::event::{Event, Reporter};
use crate::calls::Stop;
use crate::plan::StepId;
use cloudformation::Stack;
use cloudformation::status::StackStatus;

#[derive(Clone, Debug)]
pub(super) struct WatchTarget {
    /// The stack's id. A name would refer to another stack once this one is deleted.
    pub(super) stack: String,
    pub(super) step: StepId,
    /// The token of the operation; none where another caller started it.
    pub(super) token: Option<ClientToken>,
}

#[derive(Clone, Debug)]
pub(super) enum PollResult {
    NotPolled,
    Found(Box<Stack>),
    /// The stack does not exist any more.
    Deleted,
    /// The stack can't be read any more.
    Lost {
        why: String,
        credentials: bool,
    },
}

#[derive(Debug)]
struct WatchedStack {
    target: WatchTarget,
    /// The newest of its events that was reported.
    newest_event: Option<String>,
    status: Option<StackStatus>,
    results: watch::Sender<PollResult>,
}

#[derive(Debug, Default)]
pub(super) struct WatchRegistry {
    entries: Mutex<Entries>,
    added: Notify,
}

#[derive(Debug, Default)]
struct Entries {
    next_key: u64,
    stacks: BTreeMap<u64, WatchedStack>,
}

impl WatchRegistry {
    /// Watches a stack until the [`StackWatch`] is dropped.
    pub(super) fn watch(&self, target: WatchTarget) -> StackWatch<'_> {
        let (sender, results) = watch::channel(PollResult::NotPolled);
        let mut entries = self.entries();
        let key = entries.next_key;
        entries.next_key += 1;
        let step = target.step.clone();
        let watched = WatchedStack {
            target,
            newest_event: None,
            status: None,
            results: sender,
        };
        entries.stacks.insert(key, watched);
        drop(entries);
        self.added.notify_one();
        StackWatch {
            registry: self,
            key,
            step,
            results,
            last_status: None,
        }
    }

    /// Waits until a stack is added.
    pub(super) async fn added(&self) {
        self.added.notified().await;
    }

    pub(super) fn targets(&self) -> Vec<(u64, WatchTarget)> {
        self.entries()
            .stacks
            .iter()
            .map(|(key, watched)| (*key, watched.target.clone()))
            .collect()
    }

    /// The stack after this one, round robin.
    pub(super) fn after(&self, key: Option<u64>) -> Option<(u64, WatchTarget)> {
        let entries = self.entries();
        let first = key.map_or(0, |key| key + 1);
        entries
            .stacks
            .range(first..)
            .chain(entries.stacks.range(..first))
            .next()
            .map(|(key, watched)| (*key, watched.target.clone()))
    }

    /// Publishes the result of a poll. Returns whether the stack's status changed.
    pub(super) fn publish(&self, key: u64, result: PollResult) -> bool {
        let mut entries = self.entries();
        let Some(watched) = entries.stacks.get_mut(&key) else {
            return false;
        };
        let status = match &result {
            PollResult::Found(stack) => Some(stack.status.clone()),
            PollResult::NotPolled | PollResult::Deleted | PollResult::Lost { .. } => None,
        };
        let changed = watched.status != status;
        watched.status = status;
        watched.results.send_replace(result);
        changed
    }

    /// The newest reported event of a stack.
    pub(super) fn newest_event(&self, key: u64) -> Option<String> {
        let entries = self.entries();
        entries.stacks.get(&key)?.newest_event.clone()
    }

    pub(super) fn set_newest_event(&self, key: u64, event: String) {
        if let Some(watched) = self.entries().stacks.get_mut(&key) {
            watched.newest_event = Some(event);
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a watch ended early.
#[derive(Debug)]
pub(super) enum Interruption {
    Stopped,
    /// The stack can't be read any more.
    Lost {
        why: String,
        credentials: bool,
        last_status: Option<StackStatus>,
    },
}

#[derive(Debug)]
pub(super) struct StackWatch<'a> {
    registry: &'a WatchRegistry,
    key: u64,
    step: StepId,
    results: watch::Receiver<PollResult>,
    last_status: Option<StackStatus>,
}

impl StackWatch<'_> {
    /// Waits for the next poll. Returns the stack, or nothing if it does not exist any more.
    pub(super) async fn poll(
        &mut self,
        stop: &Stop,
        reporter: &Reporter,
    ) -> Result<Option<Stack>, Interruption> {
        tokio::select! {
            biased;
            () = stop.stopped() => return Err(Interruption::Stopped),
            // An error would mean that the registry, which outlives this, is gone.
            changed = self.results.changed() => if changed.is_err() {
                return Err(Interruption::Stopped);
            }
        }
        let result = self.results.borrow_and_update().clone();
        let stack = match result {
            PollResult::Found(stack) => Some(*stack),
            PollResult::Deleted | PollResult::NotPolled => None,
            PollResult::Lost { why, credentials } => {
                return Err(Interruption::Lost {
                    why,
                    credentials,
                    last_status: self.last_status.clone(),
                });
            }
        };
        let status = stack
            .as_ref()
            .map_or(StackStatus::DeleteComplete, |stack| stack.status.clone());
        if self.last_status.as_ref() != Some(&status) {
            reporter.send(Event::Status {
                step: self.step.clone(),
                status: status.clone(),
            });
            self.last_status = Some(status);
        }
        Ok(stack)
    }

    /// The newest reported event of the stack.
    pub(super) fn newest_event(&self) -> Option<String> {
        self.registry.newest_event(self.key)
    }
}

impl Drop for StackWatch<'_> {
    fn drop(&mut self) {
        self.registry.entries().stacks.remove(&self.key);
    }
}
