//! What is waited for, and what was seen last.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use super::follower::{Follower, Target};
use cloudformation::Stack;
use cloudformation::status::StackStatus;

/// What a look at a stack gave.
#[derive(Clone, Debug)]
pub(super) enum Sight {
    /// Nobody looked yet.
    Unseen,
    /// The stack.
    Seen(Box<Stack>),
    /// It is not there any more.
    Gone,
    /// It can't be looked at any more.
    Lost {
        /// Why.
        why: String,
        /// Whether the credentials are the reason.
        credentials: bool,
    },
}

/// A stack that a step waits for.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) target: Target,
    /// The newest of its events that was reported.
    pub(super) newest: Option<String>,
    status: Option<StackStatus>,
    sight: watch::Sender<Sight>,
}

/// The stacks that steps wait for.
#[derive(Debug, Default)]
pub(in crate::execute) struct Board {
    entries: Mutex<Entries>,
    /// Rung when a stack is added.
    added: Notify,
}

#[derive(Debug, Default)]
struct Entries {
    next: u64,
    watched: BTreeMap<u64, Watched>,
}

impl Board {
    /// Follows a stack until the follower is dropped.
    pub(in crate::execute) fn follow(&self, target: Target) -> Follower<'_> {
        let (sight, receiver) = watch::channel(Sight::Unseen);
        let mut entries = self.entries();
        let key = entries.next;
        entries.next += 1;
        entries.watched.insert(
            key,
            Watched {
                target: target.clone(),
                newest: None,
                status: None,
                sight,
            },
        );
        drop(entries);
        self.added.notify_one();
        Follower::new(self, key, target, receiver)
    }

    /// Nobody waits for it any more.
    pub(super) fn leave(&self, key: u64) {
        self.entries().watched.remove(&key);
    }

    /// Waits until a stack is added.
    pub(super) async fn added(&self) {
        self.added.notified().await;
    }

    /// The stacks that are waited for.
    pub(super) fn targets(&self) -> Vec<(u64, Target)> {
        self.entries()
            .watched
            .iter()
            .map(|(key, watched)| (*key, watched.target.clone()))
            .collect()
    }

    /// The stack after this one, going round.
    pub(super) fn after(&self, key: Option<u64>) -> Option<(u64, Target)> {
        let entries = self.entries();
        let first = key.map_or(0, |key| key + 1);
        entries
            .watched
            .range(first..)
            .chain(entries.watched.range(..first))
            .next()
            .map(|(key, watched)| (*key, watched.target.clone()))
    }

    /// Publishes what was seen of a stack. Says whether that is a change.
    pub(super) fn publish(&self, key: u64, sight: Sight) -> bool {
        let mut entries = self.entries();
        let Some(watched) = entries.watched.get_mut(&key) else {
            return false;
        };
        let status = match &sight {
            Sight::Seen(stack) => Some(stack.status.clone()),
            Sight::Unseen | Sight::Gone | Sight::Lost { .. } => None,
        };
        let changed = watched.status != status;
        watched.status = status;
        watched.sight.send_replace(sight);
        changed
    }

    /// The newest event of a stack that was reported.
    pub(super) fn newest(&self, key: u64) -> Option<String> {
        self.entries()
            .watched
            .get(&key)
            .and_then(|watched| watched.newest.clone())
    }

    /// Remembers the newest event of a stack that was reported.
    pub(super) fn reported(&self, key: u64, event: String) {
        if let Some(watched) = self.entries().watched.get_mut(&key) {
            watched.newest = Some(event);
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
