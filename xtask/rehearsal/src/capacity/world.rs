//! The simulation: a scenario happens to a cluster that a policy scales.

use crate::capacity::Minute;
use crate::capacity::alarm::{Evaluated, State};
use crate::capacity::cluster::{Cluster, Life};
use crate::capacity::group::Group;
use crate::capacity::invariant::{Seen, Violation, Watch};
use crate::capacity::metric::Metric;
use crate::capacity::policy::Policy;
use crate::capacity::scenario::{Happening, Scenario};
use crate::capacity::trace::{Event, Sample, Trace};
use common::random::SplitMix64;

/// What came of a scenario.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What was seen.
    pub trace: Trace,
    /// What must not have happened, by time.
    pub violations: Vec<Violation>,
}

struct World<'a> {
    policy: &'a Policy,
    random: SplitMix64,
    cluster: Cluster,
    group: Group,
    metric: Metric,
    above: Evaluated,
    below: Evaluated,
    gap_until: Minute,
    trace: Trace,
}

/// Lets the scenario happen.
#[must_use]
pub fn simulate(policy: &Policy, scenario: &Scenario) -> Outcome {
    let mut world = World {
        policy,
        // Another stream than the scenario's, so that a longer one begins as a shorter one.
        random: SplitMix64::new(scenario.seed ^ 0x5EED),
        cluster: Cluster::new(scenario.size, &scenario.services, scenario.placing),
        group: Group::new(policy.min, scenario.boot),
        metric: Metric::default(),
        above: Evaluated::default(),
        below: Evaluated::default(),
        gap_until: 0,
        trace: Trace::default(),
    };
    let mut watch = Watch::new(policy);
    let mut happenings = scenario.happenings.iter().peekable();
    for now in 0..scenario.minutes {
        let mut disturbed = false;
        while let Some((_, happening)) = happenings.next_if(|(minute, _)| *minute <= now) {
            world.happen(*happening, now);
            disturbed = true;
        }
        let seen = world.minute(now, disturbed);
        watch.look(now, &seen);
    }
    Outcome {
        trace: world.trace,
        violations: watch.violations,
    }
}

impl World<'_> {
    fn note(&mut self, now: Minute, event: Event) {
        self.trace.events.push((now, event));
    }

    fn happen(&mut self, happening: Happening, now: Minute) {
        match happening {
            Happening::Desired { service, tasks } => {
                if let Some(service) = self.cluster.services.get_mut(service) {
                    service.desired = tasks;
                }
            }
            Happening::Deploy { service } => {
                if let Some(deployed) = self.cluster.services.get_mut(service) {
                    deployed.release += 1;
                }
                self.note(now, Event::Deploys { service });
            }
            Happening::LoseMachine => {
                let machines: Vec<_> = self.cluster.machines.iter().map(|one| one.id).collect();
                let lost = self.random.pick(&machines).copied();
                self.lose(now, |machine| Some(machine.id) == lost);
                self.note(now, Event::MachineLost);
            }
            Happening::LoseZone(zone) => {
                self.group.lost_zone = Some(zone);
                self.lose(now, |machine| machine.zone == zone);
                self.note(now, Event::ZoneLost { zone });
            }
            Happening::ZoneBack => {
                self.group.lost_zone = None;
                self.note(now, Event::ZoneBack);
            }
            Happening::MetricGap(minutes) => {
                self.gap_until = now + minutes;
                self.note(now, Event::MetricGap { minutes });
            }
        }
    }

    fn lose(&mut self, now: Minute, which: impl Fn(&crate::capacity::cluster::Machine) -> bool) {
        let (soon, late) = crate::capacity::timing::LOSS_DETECTED;
        let lost = |machine: &&mut crate::capacity::cluster::Machine| {
            machine.lost.is_none() && which(machine)
        };
        for machine in self.cluster.machines.iter_mut().filter(lost) {
            machine.lost = Some(now + self.random.between(soon, late));
        }
    }

    /// A minute: time passes, ECS works, the metric is published, alarms act, the group follows.
    fn minute(&mut self, now: Minute, mut disturbed: bool) -> Seen {
        for drained in self.cluster.pass(now) {
            self.group.drained(drained.machine, &self.policy.fewer, now);
            if drained.killed > 0 {
                let tasks = drained.killed;
                disturbed = true;
                self.note(now, Event::DrainCut { tasks });
            }
        }
        self.cluster.schedule(now, &mut self.random);
        let gap = now < self.gap_until;
        let value = self.cluster.reservation();
        self.metric.publish(value, gap, &mut self.random);

        let scaled = self.scale(now);
        for event in self
            .group
            .reconcile(&mut self.cluster, now, &mut self.random)
        {
            self.note(now, event);
        }

        let machines = &self.cluster.machines;
        disturbed |= gap
            || self.cluster.deploys()
            || self.group.lost_zone.is_some()
            || self.group.is_balancing()
            || machines.iter().any(|machine| machine.lost.is_some());
        let waiting = self.cluster.waiting() as u32;
        let capacity = Group::capacity(&self.cluster);
        let draining = |life: Life| matches!(life, Life::Draining { .. });
        self.trace.samples.push(Sample {
            machines: capacity,
            draining: machines.iter().filter(|one| draining(one.life)).count() as u32,
            reservation: value,
            waiting,
        });
        Seen {
            disturbed,
            scaled,
            desired: self.group.desired,
            capacity,
            balancing: self.group.is_balancing(),
            boots: machines
                .iter()
                .any(|one| one.life == Life::Booting && !self.group.balances_with(one.id)),
            drains: machines.iter().any(|one| draining(one.life)),
            waiting,
            load: self.cluster.load(),
            machine: u64::from(self.cluster.size.memory),
        }
    }

    fn scale(&mut self, now: Minute) -> Option<Event> {
        let Policy { out, fewer, .. } = self.policy;
        self.above = self.above.next(&out.alarm, &self.metric, now);
        self.below = self.below.next(&fewer.alarm, &self.metric, now);
        let mut scaled = None;
        if self.above.state == State::Alarm {
            let value = self.above.value;
            scaled = self
                .group
                .step_out(self.policy, out, value, &self.cluster, now);
        }
        if self.below.state == State::Alarm {
            let less = self.group.step_in(self.policy, fewer, &self.cluster, now);
            scaled = scaled.or(less);
        }
        if let Some(event) = scaled {
            self.note(now, event);
        }
        scaled
    }
}
