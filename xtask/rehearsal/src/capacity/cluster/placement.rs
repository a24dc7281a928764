//! Task placement: tasks are spread over the zones, then packed onto few machines.
//!
//! ECS first drops the machines that lack memory or CPU, then applies the strategies in order
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement.html>): the zone
//! with the fewest tasks of the service, in it the machine with the least memory left.

use super::machine::{Lifecycle, Machine, MachineId, Zone};
use super::state::{Cluster, PlacementMode};
use super::task::{Phase, Shape, Task};
use crate::capacity::Minute;
use crate::capacity::timing::TASK_START;
use common::random::SplitMix64;

/// Places the waiting tasks, oldest first.
pub(super) fn place(cluster: &mut Cluster, now: Minute, random: &mut SplitMix64) {
    let drains = |machine: &Machine| matches!(machine.lifecycle, Lifecycle::Draining { .. });
    if cluster.placement == PlacementMode::NotWhileDraining && cluster.machines.iter().any(drains) {
        return;
    }
    for index in 0..cluster.tasks.len() {
        let waiting = cluster
            .tasks
            .get(index)
            .filter(|task| task.phase == Phase::Waiting);
        let Some((service, shape)) = waiting.map(|task| (task.service, cluster.shape(task))) else {
            continue;
        };
        let Some(machine) = best(cluster, service, shape) else {
            continue;
        };
        let healthy = now + random.between(TASK_START.0, TASK_START.1);
        if let Some(task) = cluster.tasks.get_mut(index) {
            task.machine = Some(machine);
            task.phase = Phase::Starting { healthy };
        }
    }
}

fn best(cluster: &Cluster, service: usize, shape: Shape) -> Option<MachineId> {
    let fits = |machine: &&Machine| room(cluster, machine).is_some_and(|free| shape.fits(free));
    let machines = cluster.machines.iter().filter(fits);
    machines
        .min_by_key(|machine| {
            let free = room(cluster, machine).map_or(0, |free| free.memory);
            (in_zone(cluster, service, machine.zone), free, machine.id)
        })
        .map(|machine| machine.id)
}

/// What a machine has left; nothing where it takes no tasks.
fn room(cluster: &Cluster, machine: &Machine) -> Option<Shape> {
    if !machine.takes_tasks() {
        return None;
    }
    let mut free = Shape {
        memory: cluster.size.memory,
        cpu: cluster.size.cpu,
    };
    for task in cluster.on(machine.id) {
        let taken = cluster.shape(task);
        free.memory = free.memory.saturating_sub(taken.memory);
        free.cpu = free.cpu.saturating_sub(taken.cpu);
    }
    Some(free)
}

/// How many tasks of the service a zone has, on whatever machines.
pub(super) fn in_zone(cluster: &Cluster, service: usize, zone: Zone) -> usize {
    let is_there = |id: MachineId| {
        cluster
            .machine(id)
            .is_some_and(|machine| machine.zone == zone)
    };
    let counts = |task: &&Task| {
        task.service == service && !task.stops() && task.machine.is_some_and(is_there)
    };
    cluster.tasks.iter().filter(counts).count()
}

/// Whether a zone has a machine with room for one more task of the service.
pub(super) fn has_room(cluster: &Cluster, shape: Shape, zone: Zone) -> bool {
    let mut there = cluster
        .machines
        .iter()
        .filter(|machine| machine.zone == zone);
    there.any(|machine| room(cluster, machine).is_some_and(|free| shape.fits(free)))
}
