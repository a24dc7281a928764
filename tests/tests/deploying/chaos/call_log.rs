//! Who called what, and what happened to the calls.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use emulator::api::Time;
use emulator::port::{Call, Hooks, Intervention};

use super::counts::Counts;

/// How long before a moment a call may have been made that took effect after it.
const UNDERWAY: Duration = Duration::from_secs(40);

/// One of those who are at work at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Actor(pub(super) usize);

/// What was called, by all of them.
#[derive(Clone, Debug, Default)]
pub(super) struct CallLog(Arc<Mutex<Entries>>);

#[derive(Debug, Default)]
struct Entries {
    /// Everything that was to change something: who, which stack, when.
    writes: Vec<(Actor, String, Time)>,
    /// Whose credentials were refused.
    refused: Vec<Actor>,
    counts: Counts,
}

impl CallLog {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether anybody else may have changed a stack since then.
    pub(super) fn is_touched(&self, by_others_than: Actor, stack: &str, since: Time) -> bool {
        let since = Time(since.0.saturating_sub(millis(UNDERWAY)));
        self.entries()
            .writes
            .iter()
            .any(|(actor, name, at)| *actor != by_others_than && name == stack && *at >= since)
    }

    /// Whether the credentials of one of them were refused.
    pub(super) fn is_refused(&self, actor: Actor) -> bool {
        self.entries().refused.contains(&actor)
    }

    /// Something happened that is no call of a run.
    pub(super) fn add(&self, what: &'static str) {
        self.entries().counts.add(what, 1);
    }

    /// What happened, how often.
    pub(super) fn counts(&self) -> Counts {
        self.entries().counts.clone()
    }

    fn record(&self, actor: Actor, call: &Call, happens: &Intervention) {
        let mut entries = self.entries();
        let what = match happens {
            Intervention::Pass => "calls as they should be",
            Intervention::Throttle => "calls throttled",
            Intervention::Unanswered => "calls that the service failed (5xx)",
            Intervention::Reset => "calls whose connection was reset",
            Intervention::Lose => "calls whose answer was lost",
            Intervention::Expire => "calls refused for the credentials",
            Intervention::Delay(_) => "calls with a late answer",
            Intervention::Stale(_) => "reads that were stale",
            Intervention::StopBefore | Intervention::StopAfter => {
                "calls with which a run was killed"
            }
        };
        entries.counts.add(what, 1);
        if *happens == Intervention::Expire && !entries.refused.contains(&actor) {
            entries.refused.push(actor);
        }
        let has_effect = !matches!(
            happens,
            Intervention::Throttle
                | Intervention::Unanswered
                | Intervention::Reset
                | Intervention::Expire
                | Intervention::StopBefore
        );
        if let Some(subject) = &call.subject
            && call.operation.writes()
            && has_effect
        {
            entries
                .writes
                .push((actor, name(subject).to_owned(), call.at));
        }
    }
}

/// The name of the stack that a call is of: of its id, or a name as it is.
pub(super) fn name(subject: &str) -> &str {
    let Some((_, rest)) = subject.split_once(":stack/") else {
        return subject;
    };
    rest.split_once('/').map_or(rest, |(name, _)| name)
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap()
}

/// Keeps what one of them calls.
pub(super) struct RecordingHook<H> {
    pub(super) log: CallLog,
    pub(super) actor: Actor,
    pub(super) other: H,
}

impl<H: Hooks> Hooks for RecordingHook<H> {
    fn intervene(&self, call: &Call) -> Intervention {
        let happens = self.other.intervene(call);
        self.log.record(self.actor, call, &happens);
        happens
    }
}
