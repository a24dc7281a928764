//! The simulation of a scenario: a scaling policy and a cluster.

use crate::capacity::Minute;
use crate::capacity::alarm::{AlarmEvaluation, AlarmState};
use crate::capacity::cluster::{Cluster, Lifecycle, Machine, schedule};
use crate::capacity::group::Group;
use crate::capacity::invariant::{InvariantMonitor, Observation, Violation};
use crate::capacity::metric::Metric;
use crate::capacity::scaling_policy::ScalingPolicy;
use crate::capacity::scenario::{Scenario, ScenarioEvent};
use crate::capacity::timing::LOSS_DETECTED;
use crate::capacity::trace::{Event, Sample, Trace};
use common::random::SplitMix64;

#[derive(Debug, Clone)]
pub struct Outcome {
    pub trace: Trace,
    /// By time.
    pub violations: Vec<Violation>,
}

struct Simulation<'a> {
    policy: &'a ScalingPolicy,
    random: SplitMix64,
    cluster: Cluster,
    group: Group,
    metric: Metric,
    above: AlarmEvaluation,
    below: AlarmEvaluation,
    gap_until: Minute,
    trace: Trace,
}

#[must_use]
pub fn simulate(policy: &ScalingPolicy, scenario: &Scenario) -> Outcome {
    let mut simulation = Simulation {
        policy,
        // Another stream than the scenario's, so that a longer one begins as a shorter one.
        random: SplitMix64::new(scenario.seed ^ 0x5EED),
        cluster: Cluster::new(scenario.size, &scenario.services, scenario.placement),
        group: Group::new(policy.min, scenario.boot),
        metric: Metric::default(),
        above: AlarmEvaluation::default(),
        below: AlarmEvaluation::default(),
        gap_until: 0,
        trace: Trace::default(),
    };
    let mut monitor = InvariantMonitor::new(policy);
    let mut events = scenario.events.iter().peekable();
    for now in 0..scenario.minutes {
        let mut disturbed = false;
        while let Some((_, event)) = events.next_if(|(minute, _)| *minute <= now) {
            simulation.apply(*event, now);
            disturbed = true;
        }
        let observation = simulation.minute(now, disturbed);
        monitor.check(now, &observation);
    }
    Outcome {
        trace: simulation.trace,
        violations: monitor.violations,
    }
}

impl Simulation<'_> {
    fn record(&mut self, now: Minute, event: Event) {
        self.trace.events.push((now, event));
    }

    fn apply(&mut self, event: ScenarioEvent, now: Minute) {
        match event {
            ScenarioEvent::Desired { service, tasks } => {
                if let Some(service) = self.cluster.services.get_mut(service) {
                    service.desired = tasks;
                }
            }
            ScenarioEvent::Deploy { service } => {
                if let Some(deployed) = self.cluster.services.get_mut(service) {
                    deployed.release += 1;
                }
                self.record(now, Event::Deploys { service });
            }
            ScenarioEvent::LoseMachine => {
                let machines: Vec<_> = self.cluster.machines.iter().map(|one| one.id).collect();
                let lost = self.random.pick(&machines).copied();
                self.lose(now, |machine| Some(machine.id) == lost);
                self.record(now, Event::MachineLost);
            }
            ScenarioEvent::LoseZone(zone) => {
                self.group.lost_zone = Some(zone);
                self.lose(now, |machine| machine.zone == zone);
                self.record(now, Event::ZoneLost { zone });
            }
            ScenarioEvent::ZoneBack => {
                self.group.lost_zone = None;
                self.record(now, Event::ZoneBack);
            }
            ScenarioEvent::MetricGap(minutes) => {
                self.gap_until = now + minutes;
                self.record(now, Event::MetricGap { minutes });
            }
        }
    }

    fn lose(&mut self, now: Minute, which: impl Fn(&Machine) -> bool) {
        let (soon, late) = LOSS_DETECTED;
        let lost = |machine: &&mut Machine| machine.lost.is_none() && which(machine);
        for machine in self.cluster.machines.iter_mut().filter(lost) {
            machine.lost = Some(now + self.random.between(soon, late));
        }
    }

    /// A minute: time passes, ECS works, the metric is published, alarms act, the group follows.
    fn minute(&mut self, now: Minute, mut disturbed: bool) -> Observation {
        for drained in self.cluster.advance(now) {
            self.group
                .drained(drained.machine, &self.policy.scale_in, now);
            if drained.killed > 0 {
                let tasks = drained.killed;
                disturbed = true;
                self.record(now, Event::DrainCut { tasks });
            }
        }
        schedule(&mut self.cluster, now, &mut self.random);
        let gap = now < self.gap_until;
        let value = self.cluster.reservation();
        self.metric.publish(value, gap, &mut self.random);

        let scaled = self.scale(now);
        for event in self
            .group
            .reconcile(&mut self.cluster, now, &mut self.random)
        {
            self.record(now, event);
        }

        let machines = &self.cluster.machines;
        disturbed |= gap
            || self.cluster.deploys()
            || self.group.lost_zone.is_some()
            || self.group.is_balancing()
            || machines.iter().any(|machine| machine.lost.is_some());
        let waiting = self.cluster.waiting() as u32;
        let capacity = Group::capacity(&self.cluster);
        let draining = |lifecycle: Lifecycle| matches!(lifecycle, Lifecycle::Draining { .. });
        self.trace.samples.push(Sample {
            machines: capacity,
            draining: machines
                .iter()
                .filter(|one| draining(one.lifecycle))
                .count() as u32,
            reservation: value,
            waiting,
        });
        Observation {
            disturbed,
            scaled,
            desired: self.group.desired,
            capacity,
            balancing: self.group.is_balancing(),
            boots: machines.iter().any(|one| {
                one.lifecycle == Lifecycle::Booting && !self.group.balances_with(one.id)
            }),
            drains: machines.iter().any(|one| draining(one.lifecycle)),
            waiting,
            load: self.cluster.load(),
            machine: u64::from(self.cluster.size.memory),
        }
    }

    fn scale(&mut self, now: Minute) -> Option<Event> {
        let ScalingPolicy {
            scale_out,
            scale_in,
            ..
        } = self.policy;
        self.above = self.above.next(&scale_out.alarm, &self.metric, now);
        self.below = self.below.next(&scale_in.alarm, &self.metric, now);
        let mut scaled = None;
        if self.above.state == AlarmState::Alarm {
            let value = self.above.value;
            scaled = self
                .group
                .step_out(self.policy, scale_out, value, &self.cluster, now);
        }
        if self.below.state == AlarmState::Alarm {
            let less = self
                .group
                .step_in(self.policy, scale_in, &self.cluster, now);
            scaled = scaled.or(less);
        }
        if let Some(event) = scaled {
            self.record(now, event);
        }
        scaled
    }
}
