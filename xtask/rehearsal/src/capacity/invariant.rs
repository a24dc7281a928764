//! The invariants, checked in every minute of every scenario.

use std::fmt;

use crate::capacity::Minute;
use crate::capacity::scaling_policy::ScalingPolicy;
use crate::capacity::scenario::LONGEST_GAP;
use crate::capacity::timing::{LONGEST_DRAIN, METRIC_LAG};
use crate::capacity::trace::Event;

/// The state of the cluster in one minute.
#[derive(Debug, Clone, Copy)]
pub struct Observation {
    /// An external event happened or lasts: load, deployment, loss, gap.
    pub disturbed: bool,
    pub scaled: Option<Event>,
    /// Machines that are wanted.
    pub desired: u32,
    /// Machines of the group, booting ones included.
    pub capacity: u32,
    /// One of them is only there to balance the zones.
    pub balancing: bool,
    /// One of them boots, and not only to balance the zones.
    pub boots: bool,
    /// A machine is told to go and not gone.
    pub drains: bool,
    /// Tasks without a place.
    pub waiting: u32,
    /// MiB that all tasks reserve that are wanted.
    pub load: u64,
    /// MiB of a machine.
    pub machine: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Violation {
    pub minute: Minute,
    pub kind: ViolationKind,
}

/// The invariants, each named by its violation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ViolationKind {
    /// Fewer than *v* machines or more than *w*, booting ones included. Balancing the zones may
    /// take one more: AWS grants it that margin.
    OutOfBounds { machines: u32 },
    /// Scaling undid what it had done, and nothing had happened in between.
    Oscillation {
        /// When it had done it.
        first: Minute,
    },
    /// Long enough after the last disturbance the cluster is not in the band, although it could
    /// be; or, where it can't, not at the bound that is nearest.
    NotSettled { machines: u32 },
    /// Tasks wait for longer than [`InvariantMonitor::longest_wait`], there are fewer than *w* machines and
    /// none is being added. Minutes in which a machine drains are not counted, up to
    /// [`InvariantMonitor::longest_held_up`].
    Stranded { since: Minute },
    /// Tasks wait for longer than [`InvariantMonitor::longest_wait`] only if the minutes are counted in which
    /// a machine drains: its memory counts in the metric, but takes no task, so that the metric
    /// can be in the band while tasks wait; and the drain itself waits for room.
    HeldUp { since: Minute },
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { minute, kind } = self;
        match kind {
            ViolationKind::OutOfBounds { machines } => {
                write!(
                    formatter,
                    "minute {minute}: {machines} machines, out of bounds"
                )
            }
            ViolationKind::Oscillation { first } => write!(
                formatter,
                "minute {minute}: scaling undoes what it did in minute {first}, though nothing happened"
            ),
            ViolationKind::NotSettled { machines } => write!(
                formatter,
                "minute {minute}: not settled, with {machines} machines"
            ),
            ViolationKind::Stranded { since } => write!(
                formatter,
                "minute {minute}: a task waits since minute {since}, and no machine is being added"
            ),
            ViolationKind::HeldUp { since } => write!(
                formatter,
                "minute {minute}: a task waits since minute {since}, held up by a draining machine"
            ),
        }
    }
}

#[derive(Debug, Clone)]
pub struct InvariantMonitor<'a> {
    policy: &'a ScalingPolicy,
    quiet_since: Minute,
    last: Option<(Minute, Event)>,
    wait: Option<Wait>,
    unsettled: bool,
    /// By time.
    pub violations: Vec<Violation>,
}

/// Minutes in a row in which tasks wait, there are fewer than *w* machines and none is being added.
#[derive(Debug, Clone, Copy)]
struct Wait {
    since: Minute,
    /// Those of them in which no machine drains. One that drains excuses its own minutes only.
    undrained: Minute,
    held_up: bool,
    stranded: bool,
}

/// After a disturbance, until everything that alarms see is from after it.
const STALE: Minute = METRIC_LAG.1 + 2;

impl<'a> InvariantMonitor<'a> {
    #[must_use]
    pub const fn new(policy: &'a ScalingPolicy) -> Self {
        Self {
            policy,
            quiet_since: 0,
            last: None,
            wait: None,
            unsettled: false,
            violations: Vec::new(),
        }
    }

    /// How long settling may take: every machine but the minimum added or taken, one after the
    /// other, each with its cooldown and a drain.
    #[must_use]
    pub fn settles_within(policy: &ScalingPolicy) -> Minute {
        let scale_in = &policy.scale_in;
        let each = (scale_in.cooldown + DRAIN).max(policy.scale_out.warm_up + DRAIN);
        scale_in.alarm.periods + (policy.max - policy.min + 1) * each
    }

    /// How long a task may wait while no machine is being added: as long as the metric may be
    /// missing and late, the alarm takes, and a warm-up lasts longer than a boot.
    #[must_use]
    pub fn longest_wait(policy: &ScalingPolicy) -> Minute {
        LONGEST_GAP + METRIC_LAG.1 + policy.scale_out.alarm.periods + policy.scale_out.warm_up
    }

    /// How long a task may wait while a machine drains: ECS cuts the drain off, and what follows
    /// is a wait like any other.
    #[must_use]
    pub fn longest_held_up(policy: &ScalingPolicy) -> Minute {
        LONGEST_DRAIN + Self::longest_wait(policy)
    }

    pub fn check(&mut self, now: Minute, observation: &Observation) {
        if observation.disturbed {
            self.quiet_since = now;
            self.unsettled = false;
        }
        self.bounds(now, observation);
        self.oscillation(now, observation);
        self.stranded(now, observation);
        self.settled(now, observation);
    }

    fn record(&mut self, minute: Minute, kind: ViolationKind) {
        self.violations.push(Violation { minute, kind });
    }

    fn bounds(&mut self, now: Minute, observation: &Observation) {
        let (min, max) = (self.policy.min, self.policy.max);
        let machines = observation.capacity;
        let margin = u32::from(observation.balancing);
        let desired = (min..=max).contains(&observation.desired);
        if !desired || !(min..=max + margin).contains(&machines) {
            self.record(now, ViolationKind::OutOfBounds { machines });
        }
    }

    fn oscillation(&mut self, now: Minute, observation: &Observation) {
        let Some(event) = observation.scaled else {
            return;
        };
        if let Some((first, before)) = self.last
            && std::mem::discriminant(&before) != std::mem::discriminant(&event)
            && first >= self.quiet_since + STALE
        {
            self.record(now, ViolationKind::Oscillation { first });
        }
        self.last = Some((now, event));
    }

    fn settled(&mut self, now: Minute, observation: &Observation) {
        if self.unsettled || now < self.quiet_since + Self::settles_within(self.policy) {
            return;
        }
        let (min, max) = (self.policy.min, self.policy.max);
        let machines = observation.capacity;
        let (above, below) = (&self.policy.scale_out.alarm, &self.policy.scale_in.alarm);
        let with = |machines: u32| {
            let all = (u64::from(machines) * observation.machine) as f64;
            100.0 * observation.load as f64 / all
        };
        let over = |machines| above.comparison.breaches(with(machines), above.threshold);
        let under = |machines| below.comparison.breaches(with(machines), below.threshold);
        let possible = (min..=max).any(|machines| !over(machines) && !under(machines));
        let settled = if possible {
            !over(machines) && !under(machines)
        } else if over(max) {
            machines == max
        } else {
            machines == min || !under(min)
        };
        let named = |wait: Wait| wait.held_up || wait.stranded;
        if !settled && !self.wait.is_some_and(named) {
            // Once for each calm.
            self.unsettled = true;
            self.record(now, ViolationKind::NotSettled { machines });
        }
    }

    fn stranded(&mut self, now: Minute, observation: &Observation) {
        if observation.waiting == 0 || observation.desired >= self.policy.max || observation.boots {
            self.wait = None;
            return;
        }
        let mut wait = self.wait.unwrap_or(Wait {
            since: now,
            undrained: 0,
            held_up: false,
            stranded: false,
        });
        let Wait { since, .. } = wait;
        wait.undrained += u32::from(!observation.drains);
        let longest = Self::longest_wait(self.policy);
        let held_up = now >= since + longest;
        let stranded =
            wait.undrained > longest || now >= since + Self::longest_held_up(self.policy);
        if stranded && !wait.stranded {
            wait.stranded = true;
            self.record(now, ViolationKind::Stranded { since });
        } else if held_up && !wait.stranded && !wait.held_up {
            wait.held_up = true;
            self.record(now, ViolationKind::HeldUp { since });
        }
        self.wait = Some(wait);
    }
}

/// The time that a drain may take until the machine is gone and the metric knows.
const DRAIN: Minute = 15;
