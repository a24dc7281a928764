//! What is due, and when.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::api::Time;

/// The number of a stack, of all places.
pub(crate) type StackNumber = u64;

/// Something that happens by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Due {
    /// The place, by its index.
    pub(crate) place: usize,
    /// The stack.
    pub(crate) stack: StackNumber,
    /// What.
    pub(crate) what: What,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum What {
    /// An operation begins; it was accepted before. With the phase that it belongs to: what is due of
    /// a phase that has ended does not happen.
    Begin(u64),
    /// A resource exists from now on; it is not ready yet.
    Initiated(u64, usize),
    /// Work on a resource ends.
    Finished(u64, usize),
    /// A resource gives up waiting for signals.
    GaveUp(u64, usize),
    /// A phase ends that had nothing to do.
    PhaseEnds(u64),
    /// A change set is made.
    ChangeSetMade(u64),
    /// A drift detection ends.
    DriftDetected(u64),
}

/// What is due, in order of time; at one time, in the order in which it was planned.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    due: BTreeMap<(Time, u64), Due>,
    planned: u64,
}

impl Queue {
    pub(crate) fn plan(&mut self, at: Time, due: Due) {
        self.planned += 1;
        self.due.insert((at, self.planned), due);
    }

    /// A number that was not used before.
    pub(crate) const fn number(&mut self) -> u64 {
        self.planned += 1;
        self.planned
    }

    pub(crate) fn next_time(&self) -> Option<Time> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }

    /// What is due at or before `until`, first what is due first.
    pub(crate) fn take(&mut self, until: Time) -> Option<(Time, Due)> {
        let entry = self.due.first_entry()?;
        if entry.key().0 > until {
            return None;
        }
        let ((at, _), due) = entry.remove_entry();
        Some((at, due))
    }
}

/// How a queue is written: keys of JSON objects are texts, a list of pairs is none.
#[derive(Serialize, Deserialize)]
struct Written {
    planned: u64,
    due: Vec<((Time, u64), Due)>,
}

impl Serialize for Queue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written {
            planned: self.planned,
            due: self
                .due
                .iter()
                .map(|(at, due)| (*at, due.clone()))
                .collect(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Queue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        Ok(Self {
            due: written.due.into_iter().collect(),
            planned: written.planned,
        })
    }
}
