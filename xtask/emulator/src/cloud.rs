//! The cloud: every account and region, and what is due in them.

use serde::{Deserialize, Serialize};

use crate::Options;
use crate::api::{Action, Answer, ApiError, Caller, Time};
use crate::faults::{Fault, Faults};
use crate::place::Place;
use crate::queue::{Due, Queue, StackNumber, What};
use crate::stack::{Engine, Stack};
use crate::template::Template;

/// A CloudFormation.
///
/// It has no clock: every call says what time it is, and what was due until then happens first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cloud {
    pub(crate) options: Options,
    pub(crate) now: Time,
    pub(crate) places: Vec<Place>,
    pub(crate) queue: Queue,
    pub(crate) faults: Faults,
    /// The templates that came last, taken apart: whoever makes a change set and waits for it sends
    /// the same text again and again.
    #[serde(skip)]
    pub(crate) templates: Vec<Template>,
}

impl Cloud {
    /// An empty one.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            options,
            now: Time(0),
            places: Vec::new(),
            queue: Queue::default(),
            faults: Faults::default(),
            templates: Vec::new(),
        }
    }

    /// What it was made with.
    #[must_use]
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// To be changed: durations, page size, what goes wrong by chance. It counts for what begins
    /// from now on.
    pub const fn options_mut(&mut self) -> &mut Options {
        &mut self.options
    }

    /// What time it is: the latest that was told.
    #[must_use]
    pub const fn now(&self) -> Time {
        self.now
    }

    /// When the next thing happens by itself, if anything is going on.
    #[must_use]
    pub fn next_event(&self) -> Option<Time> {
        self.queue.next_time()
    }

    /// Lets happen what is due until `now`. Time never goes back: an earlier time changes nothing.
    pub fn advance(&mut self, now: Time) {
        while let Some((at, due)) = self.queue.take(now) {
            self.now = self.now.max(at);
            self.pass();
            self.happen(&due);
        }
        self.now = self.now.max(now);
        self.pass();
    }

    /// What services do by themselves has happened.
    fn pass(&mut self) {
        for place in &mut self.places {
            place.world.pass(self.now);
        }
    }

    /// Lets happen everything that is going on, however long it takes, and tells what time it is then.
    pub fn settle(&mut self) -> Time {
        while let Some(next) = self.next_event() {
            self.advance(next);
        }
        self.now
    }

    /// Something is to go wrong.
    pub fn fail(&mut self, fault: Fault) {
        self.faults.add(fault);
    }

    /// Nothing is to go wrong on purpose any more.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// A call.
    ///
    /// # Errors
    ///
    /// What CloudFormation would refuse, in its words.
    pub fn call(
        &mut self,
        now: Time,
        caller: &Caller,
        action: &Action,
    ) -> Result<Answer, ApiError> {
        self.advance(now);
        crate::calls::dispatch(self, caller, action)
    }

    /// The place of a caller, made where there is none.
    pub(crate) fn place(&mut self, caller: &Caller) -> usize {
        if let Some(index) = self.places.iter().position(|place| place.caller == *caller) {
            return index;
        }
        self.places.push(Place::new(caller.clone()));
        self.places.len() - 1
    }

    fn happen(&mut self, due: &Due) {
        let made = match due.what {
            What::ChangeSetMade(number) => Some(number),
            _ => None,
        };
        let gone = self.with_stack(due.place, due.stack, |stack, engine| {
            match due.what {
                What::ChangeSetMade(_) => {}
                What::DriftDetected(number) => stack.detect(number, engine.world),
                _ => {
                    let before = stack.operation.is_some();
                    engine.happen(stack, &due.what);
                    if before && stack.operation.is_none() {
                        return stack.close_change_sets();
                    }
                }
            }
            Vec::new()
        });
        if let Some(number) = made {
            self.make_change_set(due.place, due.stack, number);
        }
        if let Some(place) = self.places.get_mut(due.place) {
            for id in gone.unwrap_or_default() {
                place.change_sets.remove(&id);
            }
            place.bury(due.stack);
        }
    }

    fn make_change_set(&mut self, place: usize, stack: StackNumber, number: u64) {
        let Some(place) = self.places.get_mut(place) else {
            return;
        };
        let Some(stack) = place.stacks.get_mut(&stack) else {
            return;
        };
        let Some(mut set) = stack.change_sets.remove(&number) else {
            return;
        };
        set.make(
            stack,
            &self.options,
            &place.caller,
            &place.exports,
            &place.world,
        );
        stack.change_sets.insert(number, set);
    }

    /// Works on a stack with what operations need.
    pub(crate) fn with_stack<T>(
        &mut self,
        index: usize,
        number: StackNumber,
        work: impl FnOnce(&mut Stack, &mut Engine<'_>) -> T,
    ) -> Option<T> {
        let place = self.places.get_mut(index)?;
        let stack = place.stacks.get_mut(&number)?;
        let mut engine = Engine {
            options: &self.options,
            caller: &place.caller,
            place: index,
            exports: &mut place.exports,
            world: &mut place.world,
            queue: &mut self.queue,
            faults: &mut self.faults,
            now: self.now,
        };
        Some(work(stack, &mut engine))
    }
}
