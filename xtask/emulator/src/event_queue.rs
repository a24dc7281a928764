//! The queue of scheduled events.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::api::Time;

/// The number of a stack, unique among all accounts and regions.
pub(crate) type StackNumber = u64;

/// An event that is scheduled for a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ScheduledEvent {
    /// The index of the account and region.
    pub(crate) region: usize,
    pub(crate) stack: StackNumber,
    pub(crate) kind: EventKind,
}

/// An event. Those of operations name the phase that they belong to: once the phase has ended they
/// are void.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum EventKind {
    /// An operation that was accepted before begins.
    OperationBegins(u64),
    /// The tasks of a phase begin, or the phase ends if it has none.
    PhaseBegins(u64),
    /// A physical resource exists from now on; it is not ready yet.
    CreationInitiated(u64, usize),
    TaskFinished(u64, usize),
    SignalsTimedOut(u64, usize),
    /// The creation of a change set begins.
    ChangeSetBegins(u64),
    ChangeSetCreated(u64),
    DriftDetected(u64),
}

/// Scheduled events by time; those of one time in the order in which they were scheduled.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    events: BTreeMap<(Time, u64), ScheduledEvent>,
    scheduled: u64,
}

impl Queue {
    pub(crate) fn schedule(&mut self, at: Time, event: ScheduledEvent) {
        self.scheduled += 1;
        self.events.insert((at, self.scheduled), event);
    }

    /// A number that was not used before.
    pub(crate) const fn next_number(&mut self) -> u64 {
        self.scheduled += 1;
        self.scheduled
    }

    pub(crate) fn next_time(&self) -> Option<Time> {
        self.events.first_key_value().map(|((at, _), _)| *at)
    }

    /// The first event that is due at or before `until`.
    pub(crate) fn take(&mut self, until: Time) -> Option<(Time, ScheduledEvent)> {
        let entry = self.events.first_entry()?;
        if entry.key().0 > until {
            return None;
        }
        let ((at, _), event) = entry.remove_entry();
        Some((at, event))
    }
}

/// The serialized form: a list of pairs, because keys of JSON objects are texts.
#[derive(Serialize, Deserialize)]
struct Written {
    scheduled: u64,
    events: Vec<((Time, u64), ScheduledEvent)>,
}

impl Serialize for Queue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written {
            scheduled: self.scheduled,
            events: self
                .events
                .iter()
                .map(|(at, event)| (*at, event.clone()))
                .collect(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Queue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        Ok(Self {
            events: written.events.into_iter().collect(),
            scheduled: written.scheduled,
        })
    }
}
