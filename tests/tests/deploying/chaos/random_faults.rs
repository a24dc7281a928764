//! What a network and a busy service do to the calls of a run.

use std::sync::Mutex;
use std::time::Duration;

use emulator::port::{Call, Hooks, Intervention};

use tests::chance::Chance;

/// How often what happens to a call, out of a thousand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CallFaultRates {
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
pub(super) const MAX_STALENESS: Duration = Duration::from_secs(8);

impl CallFaultRates {
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

/// A rates, as it is call by call.
pub(super) struct RandomFaults {
    rates: CallFaultRates,
    chance: Mutex<Chance>,
}

impl RandomFaults {
    pub(super) fn new(rates: CallFaultRates, chance: Chance) -> Self {
        Self {
            rates,
            chance: Mutex::new(chance),
        }
    }
}

impl Hooks for RandomFaults {
    fn intervene(&self, call: &Call) -> Intervention {
        let rates = &self.rates;
        if rates.expires.is_some_and(|first| call.number >= first) {
            return Intervention::Expire;
        }
        let mut chance = self.chance.lock().unwrap();
        let drawn = chance.next() % 1_000;
        let mut end = 0;
        let mut is = |share: u64| {
            end += share;
            drawn < end
        };
        if is(rates.throttled) {
            Intervention::Throttle
        } else if is(rates.unanswered) {
            Intervention::Unanswered
        } else if is(rates.reset) {
            Intervention::Reset
        } else if is(rates.lost) {
            Intervention::Lose
        } else if is(rates.late) {
            Intervention::Delay(chance.within(Duration::from_secs(30)))
        } else if !call.operation.writes() && is(rates.stale) {
            Intervention::Stale(chance.within(MAX_STALENESS))
        } else {
            Intervention::Pass
        }
    }
}
