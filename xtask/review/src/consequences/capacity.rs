//! What tasks need, what machines have, and the bounds of both.
//!
//! Memory is counted as `common::capacity` does: what a machine surely has for tasks, a lower bound.

use cloudformation::template::one_or_many;
use common::capacity::MachineType;

use super::Change;
use super::cluster::{Group, Service, groups, memory_at_maximum, memory_at_minimum, services};
use super::values::{count, counted, listed, number, with_article};
use crate::consequence::{Consequence, Kind, Weight};
use crate::environment::{Environment, Resource};

/// What changes of what there is to run on.
pub(super) fn consequences(change: &Change<'_>) -> Vec<Consequence> {
    let both = |environment| (groups(environment), services(environment));
    let (before, after) = (both(change.before), both(change.after));
    let mut found = Vec::new();
    for group in &after.0 {
        let Some(old) = before
            .0
            .iter()
            .find(|one| is_same(&one.resource, &group.resource))
        else {
            continue;
        };
        found.extend(machine_type(change, old, group, &after.1));
        found.extend(machine_bounds(change, old, group, &after.1));
        found.extend(overcommitted(change, (old, &before.1), (group, &after.1)));
    }
    let machine = after.0.first().and_then(Group::machine);
    for service in &after.1 {
        if let Some(old) = before
            .1
            .iter()
            .find(|one| is_same(&one.resource, &service.resource))
        {
            found.extend(task_memory(change, old, service, machine));
            found.extend(most_tasks(change, old, service));
        }
    }
    found.extend(new_services(change, &before.1, &after.1, machine));
    found.extend(thresholds(change));
    found
}

fn is_same(one: &Resource<'_>, other: &Resource<'_>) -> bool {
    one.stack == other.stack && one.logical_id == other.logical_id
}

/// `7.5 GiB`.
fn gibibytes(mebibytes: u64) -> String {
    let tenths = (mebibytes * 10 + 512) / 1024;
    if tenths.is_multiple_of(10) {
        format!("{} GiB", tenths / 10)
    } else {
        format!("{}.{} GiB", tenths / 10, tenths % 10)
    }
}

fn size(machine: MachineType) -> String {
    format!(
        "{} vCPUs, {}",
        machine.cpu().get() / 1024,
        gibibytes(machine.nominal_memory().get().into())
    )
}

/// Burstable types earn CPU credits, and are throttled or billed beyond them.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances.html>
fn is_burstable(name: &str) -> bool {
    name.starts_with('t')
        && name
            .chars()
            .nth(1)
            .is_some_and(|next| next.is_ascii_digit())
}

fn machine_type(
    change: &Change<'_>,
    before: &Group<'_>,
    after: &Group<'_>,
    services: &[Service<'_>],
) -> Option<Consequence> {
    let (from, to) = (before.type_name()?, after.type_name()?);
    if from == to {
        return None;
    }
    let (weight, kind, text) = match (before.machine(), after.machine()) {
        (Some(old), Some(new)) => sizes((from, old), (to, new), services),
        _ => (
            Weight::Notable,
            Kind::Capacity,
            format!("runs on {to} instead of {from}: memory, CPU and price of each machine change"),
        ),
    };
    let template = after.template?;
    let told = change.tell(&template, weight, kind, text);
    let old = before.template?;
    Some(change.of_property((&old, &template), "LaunchTemplateData.InstanceType", told))
}

fn sizes(
    (from, old): (&str, MachineType),
    (to, new): (&str, MachineType),
    services: &[Service<'_>],
) -> (Weight, Kind, String) {
    let mut text = format!(
        "is {} ({}) instead of {} ({})",
        with_article(to),
        size(new),
        with_article(from),
        size(old)
    );
    if old.architecture() != new.architecture() {
        text += &format!(
            ": images built for {} don't start on it, and every application needs one for {}",
            old.architecture().as_ecs(),
            new.architecture().as_ecs()
        );
        return (Weight::Severe, Kind::Capacity, text);
    }
    let homeless: Vec<String> = services
        .iter()
        .filter(|service| service.demand().per_machine(new) == 0)
        .map(|service| service.name.clone())
        .collect();
    if !homeless.is_empty() {
        text += &format!(": no task of {} fits on one", listed(&homeless));
        return (Weight::Severe, Kind::Capacity, text);
    }
    let fits: Vec<String> = services
        .iter()
        .map(|service| {
            let demand = service.demand();
            (service, demand.per_machine(old), demand.per_machine(new))
        })
        .filter(|(_, before, after)| before != after)
        .map(|(service, before, after)| format!("{after} of {} instead of {before}", service.name))
        .collect();
    if !fits.is_empty() {
        text += &format!(": alone it holds {}", listed(&fits));
    }
    if is_burstable(to) && !is_burstable(from) {
        text += "; its CPU is throttled, or billed extra, once its credits are used up";
    }
    let room = |machine: MachineType| (machine.schedulable_memory(), machine.cpu());
    let (old, new) = (room(old), room(new));
    let kind = if new.0 < old.0 || new.1 < old.1 {
        Kind::Capacity
    } else {
        Kind::Cost
    };
    if kind == Kind::Cost && new != old {
        text += "; each machine costs more";
    }
    (Weight::Notable, kind, text)
}

/// The least and the most machines.
fn machine_bounds(
    change: &Change<'_>,
    before: &Group<'_>,
    after: &Group<'_>,
    services: &[Service<'_>],
) -> Vec<Consequence> {
    let mut found = Vec::new();
    let pair = (&before.resource, &after.resource);
    let machines = |count: u32| counted(count, "machine");
    let mut tell = |property: &str, weight, kind, text: String| {
        let told = change.tell(&after.resource, weight, kind, text);
        found.push(change.of_property(pair, property, told));
    };
    if let (Some(old), Some(new)) = (before.min, after.min)
        && old != new
    {
        if new > old {
            let text = format!(
                "runs at least {} instead of {old}, day and night: the floor of their cost rises with them",
                machines(new)
            );
            tell("MinSize", Weight::Notable, Kind::Cost, text);
        } else {
            let (weight, risk) = match new {
                0 => (
                    Weight::Severe,
                    "at low load none may run, and no task with it",
                ),
                1 => (
                    Weight::Severe,
                    "at low load all tasks are on one machine in one zone, and stop together when it fails",
                ),
                _ => (
                    Weight::Notable,
                    "at low load there is less room for a peak, or for the tasks of one that fails",
                ),
            };
            let text = format!("runs at least {} instead of {old}: {risk}", machines(new));
            tell("MinSize", weight, Kind::Resilience, text);
        }
    }
    if let (Some(old), Some(new)) = (before.max, after.max)
        && old != new
    {
        let need = memory_at_maximum(services);
        let room = after
            .machine()
            .map(|machine| u64::from(machine.schedulable_memory().get()) * u64::from(new));
        let share = room.map_or_else(String::new, |room| {
            format!(
                "; at their maximum all services reserve {} of its {}{}",
                gibibytes(need),
                gibibytes(room),
                if new > 0 && need <= room && need > room / u64::from(new) * u64::from(new - 1) {
                    ", and no longer fit when one fails"
                } else {
                    ""
                }
            )
        });
        if new > old {
            let text = format!(
                "may grow to {} instead of {old}: the ceiling of their cost rises with them{share}",
                machines(new)
            );
            tell("MaxSize", Weight::Notable, Kind::Cost, text);
        } else {
            let text = format!(
                "may grow to {} only, instead of {old}: tasks beyond their room wait{share}",
                machines(new)
            );
            tell("MaxSize", Weight::Notable, Kind::Capacity, text);
        }
    }
    found
}

/// Services that no longer fit on the machines, at their maximum or already at their minimum.
fn overcommitted(
    change: &Change<'_>,
    before: (&Group<'_>, &[Service<'_>]),
    after: (&Group<'_>, &[Service<'_>]),
) -> Vec<Consequence> {
    type Need = fn(&[Service<'_>]) -> u64;
    let room = |group: &Group<'_>| {
        let memory = group.machine()?.schedulable_memory().get();
        Some(u64::from(memory) * u64::from(group.max?))
    };
    let fits = |(group, services): (&Group<'_>, &[Service<'_>]), need: Need| {
        room(group).is_none_or(|room| need(services) <= room)
    };
    let ends: [(Need, &str, Weight, &str); 2] = [
        (
            memory_at_minimum,
            "minimum",
            Weight::Severe,
            "some tasks never run, and deployments of their services fail",
        ),
        (
            memory_at_maximum,
            "maximum",
            Weight::Notable,
            "under full load tasks wait for room, and deployments stand still",
        ),
    ];
    let told = ends.into_iter().find_map(|(need, end, weight, risk)| {
        if !fits(before, need) || fits(after, need) {
            return None;
        }
        let (group, services) = after;
        let text = format!(
            "is too small for its services at their {end}: they reserve {}, and {} have {}; {risk}",
            gibibytes(need(services)),
            counted(group.max.unwrap_or(0), "machine"),
            gibibytes(room(group).unwrap_or(0))
        );
        Some(change.tell(&group.resource, weight, Kind::Capacity, text))
    });
    told.into_iter().collect()
}

/// Services that are new, together.
fn new_services(
    change: &Change<'_>,
    before: &[Service<'_>],
    after: &[Service<'_>],
    machine: Option<MachineType>,
) -> Option<Consequence> {
    let new: Vec<Service<'_>> = after
        .iter()
        .filter(|service| {
            let mut old = before.iter();
            !old.any(|one| is_same(&one.resource, &service.resource))
        })
        .cloned()
        .collect();
    let first = new.first()?;
    let (least, most) = (memory_at_minimum(&new), memory_at_maximum(&new));
    let mut text = format!(
        "reserves {} of the machines' memory, up to {} under load",
        gibibytes(least),
        gibibytes(most)
    );
    if new.len() > 1 {
        text = format!(
            "{} new services reserve {} of the machines' memory, up to {} under load",
            new.len(),
            gibibytes(least),
            gibibytes(most)
        );
    }
    if let Some(machine) = machine {
        let room = u64::from(machine.schedulable_memory().get());
        let tenths = |memory: u64| {
            let tenths = (memory * 10).div_ceil(room);
            format!("{}.{}", tenths / 10, tenths % 10)
        };
        let (least, most) = (tenths(least), tenths(most));
        text += &if least == most {
            format!(", that of {least} machines ({machine})")
        } else {
            format!(", that of {least} to {most} machines ({machine})")
        };
    }
    let told = change.tell(&first.resource, Weight::Notable, Kind::Cost, text);
    Some(Consequence {
        subjects: new
            .iter()
            .map(|service| {
                let resource = service.resource;
                change.after.subject(resource.stack, resource.logical_id)
            })
            .collect(),
        ..told
    })
}

/// What a task reserves, and the limit at which it is killed.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/memory-management.html>
fn task_memory(
    change: &Change<'_>,
    before: &Service<'_>,
    after: &Service<'_>,
    machine: Option<MachineType>,
) -> Vec<Consequence> {
    let mut found = Vec::new();
    let Some(task) = after.task else {
        return found;
    };
    let (old, new) = (before.demand(), after.demand());
    if old.memory != new.memory {
        found.push(reservation(change, before, after, machine, &task));
    }
    for container in after.containers() {
        let name = container.get("Name");
        let Some(was) = before.containers().find(|one| one.get("Name") == name) else {
            continue;
        };
        let name = name.and_then(serde_json::Value::as_str).unwrap_or_default();
        let limit = |one: &serde_json::Value| count(one.get("Memory"));
        if limit(was) == limit(container) {
            continue;
        }
        let (weight, text) = match (limit(was), limit(container)) {
            (Some(from), Some(to)) if to < from => (
                Weight::Notable,
                format!(
                    "is killed when it takes more than {to} MiB, where {from} MiB were allowed: a task that needs them is stopped again and again"
                ),
            ),
            (from, Some(to)) => (
                Weight::Minor,
                format!(
                    "may take {to} MiB before it is killed, instead of {}",
                    from.map_or_else(|| "any amount".to_owned(), |from| format!("{from} MiB"))
                ),
            ),
            (_, None) => (
                Weight::Notable,
                "has no limit of memory: a leak takes that of the other tasks on its machine"
                    .to_owned(),
            ),
        };
        let told = change.tell(&task, weight, Kind::Capacity, text);
        let value = |one: &serde_json::Value| one.get("Memory").map(crate::difference::render);
        found.push(Consequence {
            property: Some(format!("ContainerDefinitions[{name}].Memory")),
            from: value(was),
            to: value(container),
            ..told
        });
    }
    found
}

fn reservation(
    change: &Change<'_>,
    before: &Service<'_>,
    after: &Service<'_>,
    machine: Option<MachineType>,
    task: &Resource<'_>,
) -> Consequence {
    let (old, new) = (before.demand(), after.demand());
    let name = &after.name;
    let mut text = format!(
        "reserves {} MiB for each task of {name} instead of {}",
        new.memory, old.memory
    );
    let mut weight = if new.memory > old.memory {
        Weight::Notable
    } else {
        Weight::Minor
    };
    if let Some(machine) = machine {
        let (was, fits) = (old.per_machine(machine), new.per_machine(machine));
        if fits == 0 {
            text += &format!(": it fits on no {machine}, so none starts");
            weight = Weight::Severe;
        } else {
            text += &format!(
                ": {fits} of them fit on {} instead of {was}",
                with_article(&machine.to_string())
            );
            if let Some(max) = after.max_tasks {
                text += &format!(
                    ", and its {max} at most take {} of the cluster's memory",
                    gibibytes(u64::from(max) * u64::from(new.memory))
                );
            }
        }
    }
    let told = change.tell(task, weight, Kind::Capacity, text);
    Consequence {
        property: Some("memory reservation".to_owned()),
        from: Some(format!("{} MiB", old.memory)),
        to: Some(format!("{} MiB", new.memory)),
        ..told
    }
}

/// The most tasks of a service. The least are told as resilience.
fn most_tasks(
    change: &Change<'_>,
    before: &Service<'_>,
    after: &Service<'_>,
) -> Option<Consequence> {
    let (old, new) = (before.max_tasks?, after.max_tasks?);
    if old == new {
        return None;
    }
    let tasks = counted(new, "task");
    let memory = gibibytes(u64::from(new) * u64::from(after.demand().memory));
    let (kind, text) = if new > old {
        (
            Kind::Cost,
            format!(
                "may run up to {tasks} of {} instead of {old}, which reserve {memory}: more machines under load",
                after.name
            ),
        )
    } else {
        (
            Kind::Capacity,
            format!(
                "runs {tasks} of {} at most instead of {old}: a load beyond them slows it down or fails",
                after.name
            ),
        )
    };
    let told = change.tell(&after.resource, Weight::Notable, kind, text);
    Some(Consequence {
        property: Some("maximum of tasks".to_owned()),
        from: Some(old.to_string()),
        to: Some(new.to_string()),
        ..told
    })
}

/// The alarms that change the number of machines.
fn thresholds(change: &Change<'_>) -> Vec<Consequence> {
    change
        .pairs("AWS::CloudWatch::Alarm")
        .filter_map(|(before, after)| {
            let adds = machines_by(change.after, &after)? > 0.0;
            let threshold = |one: &Resource<'_>| number(one.property("Threshold"));
            let minutes = |one: &Resource<'_>| {
                let periods = number(one.property("EvaluationPeriods"))?;
                Some(periods * number(one.property("Period"))? / 60.0)
            };
            let (old, new) = (threshold(&before)?, threshold(&after)?);
            let (was, takes) = (minutes(&before), minutes(&after));
            let metric = after.text("MetricName").unwrap_or("its metric");
            let (kind, property, text) = if old != new {
                let (kind, text) = threshold_moved(adds, metric, old, new);
                (kind, "Threshold", text)
            } else if was != takes {
                let (was, takes) = (was?, takes?);
                let verb = if adds { "adds" } else { "takes away" };
                let kind = if adds == (takes > was) {
                    Kind::Capacity
                } else {
                    Kind::Cost
                };
                let text = format!(
                    "{verb} a machine after {takes} minutes beyond its threshold instead of {was}"
                );
                (kind, "EvaluationPeriods", text)
            } else {
                return None;
            };
            let told = change.tell(&after, Weight::Notable, kind, text);
            Some(change.of_property((&before, &after), property, told))
        })
        .collect()
}

fn threshold_moved(adds: bool, metric: &str, old: f64, new: f64) -> (Kind, String) {
    match (adds, new > old) {
        (true, true) => (
            Kind::Capacity,
            format!(
                "adds a machine only above {new} % of {metric} instead of {old} %: machines are fuller, a peak or the tasks of one that fails find less room, and a task above {} % of a machine's memory may wait",
                100.0 - new
            ),
        ),
        (true, false) => (
            Kind::Cost,
            format!(
                "adds a machine already above {new} % of {metric} instead of {old} %: more machines at the same load"
            ),
        ),
        (false, true) => (
            Kind::Capacity,
            format!(
                "takes a machine away already below {new} % of {metric} instead of {old} %: fewer machines at the same load, and their tasks restart elsewhere more often"
            ),
        ),
        (false, false) => (
            Kind::Cost,
            format!(
                "takes a machine away only below {new} % of {metric} instead of {old} %: more machines stay idle"
            ),
        ),
    }
}

/// How many machines an alarm adds: those of the scaling policy among its actions; less than none where it takes some.
fn machines_by(environment: &Environment, alarm: &Resource<'_>) -> Option<f64> {
    one_or_many(alarm.property("AlarmActions")).find_map(|action| {
        let policy = environment
            .target(alarm.stack, action)
            .filter(|policy| policy.resource_type == "AWS::AutoScaling::ScalingPolicy")?;
        number(policy.property("ScalingAdjustment"))
            .or_else(|| number(policy.property("StepAdjustments/0/ScalingAdjustment")))
    })
}
