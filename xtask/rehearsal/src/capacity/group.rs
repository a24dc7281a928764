//! The EC2 Auto Scaling group: how many machines, and where.

use crate::capacity::Minute;
use crate::capacity::cluster::{Cluster, Lifecycle, Machine, MachineId, Zone};
use crate::capacity::scaling_policy::{ScalingPolicy, SimpleRule, StepRule};
use crate::capacity::trace::Event;
use common::random::SplitMix64;

/// The state of the group beyond its machines.
#[derive(Debug, Clone)]
pub struct Group {
    /// How many machines there are to be.
    pub desired: u32,
    /// No simple policy acts before.
    cools_until: Minute,
    /// The machine whose termination starts the cooldown, while it drains.
    going: Option<MachineId>,
    /// A machine that was launched to balance the zones; one of the other zone goes for it.
    balancing: Option<MachineId>,
    /// The zone that can't launch.
    pub lost_zone: Option<Zone>,
    boot: (Minute, Minute),
}

impl Group {
    /// A group of so many machines, which boot in so many minutes.
    #[must_use]
    pub const fn new(desired: u32, boot: (Minute, Minute)) -> Self {
        Self {
            desired,
            cools_until: 0,
            going: None,
            balancing: None,
            lost_zone: None,
            boot,
        }
    }

    /// Machines that are part of the capacity: launched, and not told to go.
    #[must_use]
    pub fn capacity(cluster: &Cluster) -> u32 {
        let counts = |machine: &&Machine| machine.is_capacity();
        cluster.machines.iter().filter(counts).count() as u32
    }

    /// A step policy is invoked: machines that are warming up are not part of the capacity that it
    /// adds to, and what is desired already is not added again; so alarms in the same step are one
    /// activity. It waits for nothing.
    /// <https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html>
    pub fn step_out(
        &mut self,
        policy: &ScalingPolicy,
        rule: &StepRule,
        value: f64,
        cluster: &Cluster,
        now: Minute,
    ) -> Option<Event> {
        let warm = |machine: &&Machine| machine.is_warm(now, rule.warm_up);
        let current = cluster.machines.iter().filter(warm).count() as u32;
        let target = (current + rule.adjustment(value)).min(policy.max);
        if target <= self.desired {
            return None;
        }
        self.desired = target;
        Some(Event::ScaleOut { to: target })
    }

    /// A simple policy is invoked: it does nothing while an activity of the group is in progress
    /// or its cooldown lasts. The cooldown begins when the machine has left the wait state of its
    /// lifecycle hook, so after the drain.
    /// <https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scaling-cooldowns.html>
    ///
    /// Whether a machine that is in service and warming up is an activity in progress is not said
    /// clearly; here it is none, which lets more be taken away.
    pub fn step_in(
        &mut self,
        policy: &ScalingPolicy,
        rule: &SimpleRule,
        cluster: &Cluster,
        now: Minute,
    ) -> Option<Event> {
        let busy = |machine: &Machine| !machine.in_service(now);
        if now < self.cools_until || cluster.machines.iter().any(busy) {
            return None;
        }
        let target = self.desired.saturating_sub(rule.machines).max(policy.min);
        if target >= self.desired {
            return None;
        }
        self.desired = target;
        Some(Event::ScaleIn { to: target })
    }

    /// Drains that have ended begin the cooldown.
    pub fn drained(&mut self, machine: MachineId, rule: &SimpleRule, now: Minute) {
        if self.going == Some(machine) {
            self.going = None;
            self.cools_until = now + rule.cooldown;
        }
    }

    /// Brings the number of machines to what is desired, then balances the zones. An unhealthy
    /// machine is replaced without waiting for a cooldown.
    pub fn reconcile(
        &mut self,
        cluster: &mut Cluster,
        now: Minute,
        random: &mut SplitMix64,
    ) -> Vec<Event> {
        let mut events = Vec::new();
        if let Some(event) = self.finish_balancing(cluster, now, random) {
            events.push(event);
        }
        let balancing = u32::from(self.balancing.is_some());
        while Self::capacity(cluster) < self.desired + balancing {
            let Some(zone) = self.emptiest(cluster) else {
                break;
            };
            cluster.launch(zone, now, random.between(self.boot.0, self.boot.1));
        }
        while Self::capacity(cluster) > self.desired + balancing {
            let Some(gone) = Self::terminate(cluster, fullest(cluster), now, random) else {
                break;
            };
            self.going = Some(gone);
        }
        if let Some(event) = self.start_balancing(cluster, now, random) {
            events.push(event);
        }
        events
    }

    /// Where the next machine is launched: where there are fewest, in the zones that can.
    fn emptiest(&self, cluster: &Cluster) -> Option<Zone> {
        let open = Zone::BOTH
            .into_iter()
            .filter(|zone| self.lost_zone != Some(*zone));
        open.min_by_key(|zone| in_zone(cluster, *zone))
    }

    /// The default policy: of the zone with the most machines; all have the current template, so
    /// then any of them.
    /// <https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html>
    fn terminate(
        cluster: &mut Cluster,
        zone: Option<Zone>,
        now: Minute,
        random: &mut SplitMix64,
    ) -> Option<MachineId> {
        let there = |machine: &&Machine| {
            machine.is_capacity() && zone.is_none_or(|zone| machine.zone == zone)
        };
        let candidates: Vec<MachineId> = cluster
            .machines
            .iter()
            .filter(there)
            .map(|machine| machine.id)
            .collect();
        let chosen = *random.pick(&candidates)?;
        cluster.machine_mut(chosen)?.lifecycle = Lifecycle::Draining { since: now };
        Some(chosen)
    }

    /// Zones that differ by two are balanced: a machine is launched in one, then one of the other
    /// goes; meanwhile there may be one more than the maximum.
    /// <https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html>
    fn start_balancing(
        &mut self,
        cluster: &mut Cluster,
        now: Minute,
        random: &mut SplitMix64,
    ) -> Option<Event> {
        let [a, b] = Zone::BOTH.map(|zone| in_zone(cluster, zone));
        let busy = |machine: &Machine| !machine.in_service(now) || machine.lost.is_some();
        let unbalanced = a.abs_diff(b) > 1;
        if !unbalanced
            || self.lost_zone.is_some()
            || self.balancing.is_some()
            || cluster.machines.iter().any(busy)
        {
            return None;
        }
        let zone = if a < b { Zone::A } else { Zone::B };
        self.balancing = Some(cluster.launch(zone, now, random.between(self.boot.0, self.boot.1)));
        Some(Event::Balances { zone })
    }

    fn finish_balancing(
        &mut self,
        cluster: &mut Cluster,
        now: Minute,
        random: &mut SplitMix64,
    ) -> Option<Event> {
        let Some(launched) = cluster.machine(self.balancing?).cloned() else {
            self.balancing = None;
            return None;
        };
        if launched.in_service(now) {
            self.balancing = None;
            // Scaling may have done it in the meantime.
            if Self::capacity(cluster) > self.desired {
                Self::terminate(cluster, Some(launched.zone.other()), now, random);
            }
        }
        None
    }

    /// Whether a machine more than desired is there to balance the zones.
    #[must_use]
    pub const fn is_balancing(&self) -> bool {
        self.balancing.is_some()
    }

    /// Whether it is that machine. One of the other zone goes for it, so it adds nothing.
    #[must_use]
    pub fn balances_with(&self, machine: MachineId) -> bool {
        self.balancing == Some(machine)
    }
}

fn in_zone(cluster: &Cluster, zone: Zone) -> usize {
    let there = |machine: &&Machine| machine.zone == zone && machine.is_capacity();
    cluster.machines.iter().filter(there).count()
}

/// The zone with the most machines; none where they are equal.
fn fullest(cluster: &Cluster) -> Option<Zone> {
    let [a, b] = Zone::BOTH.map(|zone| in_zone(cluster, zone));
    match a.cmp(&b) {
        std::cmp::Ordering::Greater => Some(Zone::A),
        std::cmp::Ordering::Less => Some(Zone::B),
        std::cmp::Ordering::Equal => None,
    }
}
