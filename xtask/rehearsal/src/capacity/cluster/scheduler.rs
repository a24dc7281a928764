//! The scheduler of a service: minimum 100 %, maximum 200 %.
//!
//! New tasks are started before old ones stop, and none stops while that would leave fewer healthy
//! ones than desired: of a deployment, of a draining machine
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html>)
//! and of a move to the other zone
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html>).

use super::machine::{Lifecycle, Zone};
use super::placement;
use super::state::Cluster;
use super::task::{Phase, Task};
use crate::capacity::Minute;
use crate::capacity::timing::TASK_STOP;
use common::random::SplitMix64;

/// Lets the schedulers of all services work, then places the waiting tasks.
pub fn schedule(cluster: &mut Cluster, now: Minute, random: &mut SplitMix64) {
    for service in 0..cluster.services.len() {
        schedule_service(cluster, service, now, random);
    }
    placement::place(cluster, now, random);
}

fn schedule_service(cluster: &mut Cluster, service: usize, now: Minute, random: &mut SplitMix64) {
    let Some((desired, release)) = cluster
        .services
        .get(service)
        .map(|service| (service.desired as usize, service.release))
    else {
        return;
    };
    let mut wanted = Vec::new();
    let mut replaced = Vec::new();
    for (index, task) in cluster.tasks.iter().enumerate() {
        if task.service != service || task.stops() {
            continue;
        }
        if task.release != release || task.rebalancing || on_draining(cluster, task) {
            replaced.push(index);
        } else {
            wanted.push(index);
        }
    }

    if wanted.len() < desired {
        // A service of no tasks, and one that grows, may be above 200 % of what it was.
        let room = (2 * desired).saturating_sub(wanted.len() + replaced.len());
        for _ in 0..room.min(desired - wanted.len()) {
            cluster.tasks.push(Task {
                service,
                release,
                machine: None,
                phase: Phase::Waiting,
                rebalancing: false,
            });
        }
    } else if wanted.len() > desired {
        // Those that wait first, then the youngest.
        let waits = |index: &usize| phase(cluster, *index) != Some(Phase::Waiting);
        wanted.sort_by_key(|index| (waits(index), std::cmp::Reverse(*index)));
        let surplus: Vec<usize> = wanted
            .iter()
            .copied()
            .take(wanted.len() - desired)
            .collect();
        for index in surplus {
            stop(cluster, index, now, random);
        }
    } else if replaced.is_empty() {
        rebalance(cluster, service, random);
    }

    let healthy = |index: &&usize| phase(cluster, **index) == Some(Phase::Healthy);
    let healthy_count = wanted.iter().chain(&replaced).filter(healthy).count();
    let mut spare = healthy_count.saturating_sub(desired);
    for index in replaced {
        match phase(cluster, index) {
            Some(Phase::Healthy) if spare > 0 => spare -= 1,
            Some(Phase::Healthy) => continue,
            // A task that isn't healthy can stop at once.
            _ => {}
        }
        stop(cluster, index, now, random);
    }
    cluster.tasks.retain(|task| !task.is_gone(now));
}

fn phase(cluster: &Cluster, index: usize) -> Option<Phase> {
    cluster.tasks.get(index).map(|task| task.phase)
}

fn on_draining(cluster: &Cluster, task: &Task) -> bool {
    let machine = task.machine.and_then(|id| cluster.machine(id));
    machine.is_some_and(|machine| matches!(machine.lifecycle, Lifecycle::Draining { .. }))
}

fn stop(cluster: &mut Cluster, index: usize, now: Minute, random: &mut SplitMix64) {
    let takes = random.between(TASK_STOP.0, TASK_STOP.1);
    if let Some(task) = cluster.tasks.get_mut(index) {
        let gone = match task.phase {
            Phase::Waiting => now,
            _ => now + takes,
        };
        task.phase = Phase::Stopping { gone };
    }
}

/// Moves tasks where the zones differ by more than one, a tenth of the service at a time, now and
/// then: the pace of ECS isn't documented.
fn rebalance(cluster: &mut Cluster, service: usize, random: &mut SplitMix64) {
    let [a, b] = Zone::BOTH.map(|zone| placement::in_zone(cluster, service, zone));
    let (heavy, light) = if a > b {
        (Zone::A, Zone::B)
    } else {
        (Zone::B, Zone::A)
    };
    let Some(shape) = cluster.services.get(service).map(|service| service.shape) else {
        return;
    };
    if a.abs_diff(b) < 2 || !placement::has_room(cluster, shape, light) || !random.chance(200) {
        return;
    }
    let there = |task: &Task| {
        let machine = task.machine.and_then(|id| cluster.machine(id));
        task.service == service
            && task.phase == Phase::Healthy
            && machine.is_some_and(|machine| machine.zone == heavy)
    };
    let batch = (a.abs_diff(b) / 2).min((a + b).div_ceil(10));
    let tasks = cluster.tasks.iter().enumerate();
    let chosen: Vec<usize> = tasks
        .filter(|(_, task)| there(task))
        .map(|(index, _)| index)
        .take(batch)
        .collect();
    for index in chosen {
        if let Some(task) = cluster.tasks.get_mut(index) {
            task.rebalancing = true;
        }
    }
}
