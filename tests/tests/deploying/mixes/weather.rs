//! What a network and a busy service do to the calls of a run.

use std::sync::Mutex;
use std::time::Duration;

use emulator::port::{Call, Hooks, Intervention};

use tests::chance::Chance;

/// How often what happens to a call, out of a thousand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Climate {
    pub(super) throttled: u64,
    pub(super) unanswered: u64,
    pub(super) reset: u64,
    pub(super) lost: u64,
    pub(super) late: u64,
    pub(super) stale: u64,
    /// From which call on the credentials are refused.
    pub(super) expires: Option<usize>,
}

/// How old a stale answer is at most.
pub(super) const STALEST: Duration = Duration::from_secs(8);

impl Climate {
    pub(super) fn of(chance: &mut Chance) -> Self {
        Self {
            throttled: chance.of([0, 0, 20, 100, 200]),
            unanswered: chance.of([0, 0, 10, 50, 100]),
            reset: chance.of([0, 0, 10, 50]),
            lost: chance.of([0, 0, 10, 50, 100]),
            late: chance.of([0, 0, 20, 50]),
            stale: chance.of([0, 0, 0, 50, 300]),
            expires: chance.permille(100).then(|| chance.below(60)),
        }
    }
}

/// A climate, as it is call by call.
pub(super) struct Weather {
    climate: Climate,
    chance: Mutex<Chance>,
}

impl Weather {
    pub(super) fn new(climate: Climate, chance: Chance) -> Self {
        Self {
            climate,
            chance: Mutex::new(chance),
        }
    }
}

impl Hooks for Weather {
    fn intervene(&self, call: &Call) -> Intervention {
        let climate = &self.climate;
        if climate.expires.is_some_and(|first| call.number >= first) {
            return Intervention::Expire;
        }
        let mut chance = self.chance.lock().unwrap();
        let drawn = chance.next() % 1_000;
        let mut end = 0;
        let mut is = |share: u64| {
            end += share;
            drawn < end
        };
        if is(climate.throttled) {
            Intervention::Throttle
        } else if is(climate.unanswered) {
            Intervention::Unanswered
        } else if is(climate.reset) {
            Intervention::Reset
        } else if is(climate.lost) {
            Intervention::Lose
        } else if is(climate.late) {
            Intervention::Delay(chance.within(Duration::from_secs(30)))
        } else if !call.operation.writes() && is(climate.stale) {
            Intervention::Stale(chance.within(STALEST))
        } else {
            Intervention::Pass
        }
    }
}
