//! How much of what runs may fail before users notice: tasks, zones, deployments, checks, requests in flight.

use super::Change;
use super::cluster::{Service, services};
use super::values::{count, counted, differs, keyed, texts};
use crate::consequence::{Consequence, Kind, Weight};
use crate::difference::render;
use crate::environment::Resource;

pub(super) fn consequences(change: &Change<'_>) -> Vec<Consequence> {
    let mut found = zones(change);
    found.extend(load_balancer_zones(change));
    let before = services(change.before);
    for after in services(change.after) {
        let same = |one: &&Service<'_>| {
            one.resource.stack == after.resource.stack
                && one.resource.logical_id == after.resource.logical_id
        };
        if let Some(before) = before.iter().find(same) {
            found.extend(fewest_tasks(change, before, &after));
            found.extend(deployment(change, before, &after));
            found.extend(draining(change, before, &after));
        }
    }
    for (before, after) in change.pairs("AWS::ElasticLoadBalancingV2::TargetGroup") {
        found.extend(checks(change, &before, &after));
    }
    found
}

/// The subnets that machines are in, one a zone.
fn zones(change: &Change<'_>) -> Vec<Consequence> {
    let subnets = |one: &Resource<'_>| {
        let list = one.property("VPCZoneIdentifier").cloned();
        list.and_then(|list| list.as_array().cloned())
            .unwrap_or_default()
    };
    change
        .pairs("AWS::AutoScaling::AutoScalingGroup")
        .filter_map(|(before, after)| {
            let (old, new) = (subnets(&before), subnets(&after));
            let gone = old.iter().filter(|one| !new.contains(one)).count();
            let come = new.iter().filter(|one| !old.contains(one)).count();
            if gone == 0 && come == 0 {
                return None;
            }
            let shown = |list: &[serde_json::Value]| {
                counted(u32::try_from(list.len()).unwrap_or(u32::MAX), "subnet")
            };
            let (weight, text) = match new.len() {
                0 | 1 => (
                    Weight::Severe,
                    format!(
                        "runs machines in {} instead of {}: when its zone fails, every task stops",
                        shown(&new),
                        shown(&old)
                    ),
                ),
                count if count < old.len() => (
                    Weight::Notable,
                    format!(
                        "runs machines in {} instead of {}: the failure of a zone takes a larger share",
                        shown(&new),
                        shown(&old)
                    ),
                ),
                _ if gone > 0 => (
                    Weight::Notable,
                    "runs machines in other subnets: those in the old ones are terminated, their private addresses with them".to_owned(),
                ),
                _ => (
                    Weight::Minor,
                    format!(
                        "runs machines in {} instead of {}: the failure of a zone takes a smaller share",
                        shown(&new),
                        shown(&old)
                    ),
                ),
            };
            let told = change.tell(&after, weight, Kind::Resilience, text);
            Some(change.of_property((&before, &after), "VPCZoneIdentifier", told))
        })
        .collect()
}

/// The subnets that load balancers stand in, one a zone, with an address in each.
fn load_balancer_zones(change: &Change<'_>) -> Vec<Consequence> {
    change
        .pairs("AWS::ElasticLoadBalancingV2::LoadBalancer")
        .filter(|(before, after)| differs(before, after, "Subnets"))
        .map(|(before, after)| {
            let (old, new) = (
                texts(before.property("Subnets")),
                texts(after.property("Subnets")),
            );
            let kept = old.iter().filter(|one| new.contains(one)).count();
            let (weight, kind, text) = if kept == 0 {
                (
                    Weight::Severe,
                    Kind::Interruption,
                    "stands in other subnets, with other addresses: connections to the old ones are cut",
                )
            } else if new.len() < old.len() {
                (
                    Weight::Severe,
                    Kind::Resilience,
                    "stands in fewer zones: connections to the address that goes are cut, and the failure of one zone takes a larger share",
                )
            } else if kept < old.len() {
                (
                    Weight::Severe,
                    Kind::Interruption,
                    "leaves a subnet for another one: connections to its address there are cut",
                )
            } else {
                (
                    Weight::Notable,
                    Kind::Resilience,
                    "stands in more zones, with an address in each",
                )
            };
            let told = change.tell(&after, weight, kind, text.to_owned());
            change.of_property((&before, &after), "Subnets", told)
        })
        .collect()
}

/// The least tasks of a service. The most are told as capacity.
fn fewest_tasks(
    change: &Change<'_>,
    before: &Service<'_>,
    after: &Service<'_>,
) -> Option<Consequence> {
    let (old, new) = (before.min_tasks?, after.min_tasks?);
    if old == new {
        return None;
    }
    let name = &after.name;
    let tasks = counted(new, "task");
    let (weight, kind, text) = match new {
        0 => (
            Weight::Severe,
            Kind::Resilience,
            format!("may run no task of {name} at low load, where {old} ran: it isn't served then"),
        ),
        1 => (
            Weight::Notable,
            Kind::Resilience,
            format!(
                "runs a single task of {name} at low load instead of {old}: {name} is down whenever that one, its machine or its zone fails, until another has started"
            ),
        ),
        _ if new < old => (
            Weight::Notable,
            Kind::Resilience,
            format!(
                "runs at least {tasks} of {name} instead of {old}: less is ready for a peak or a failure"
            ),
        ),
        _ => (
            Weight::Notable,
            Kind::Cost,
            format!(
                "runs at least {tasks} of {name} instead of {old}, which reserve {} MiB at any load",
                u64::from(new) * u64::from(after.demand().memory)
            ),
        ),
    };
    let told = change.tell(&after.resource, weight, kind, text);
    Some(Consequence {
        property: Some("minimum of tasks".to_owned()),
        from: Some(old.to_string()),
        to: Some(new.to_string()),
        ..told
    })
}

/// How many tasks a deployment keeps, and how many it may add.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html>
fn deployment(change: &Change<'_>, before: &Service<'_>, after: &Service<'_>) -> Vec<Consequence> {
    let ((old_minimum, old_maximum), (minimum, maximum)) =
        (before.deployment(), after.deployment());
    let name = &after.name;
    let pair = (&before.resource, &after.resource);
    let mut found = Vec::new();
    if minimum != old_minimum {
        let (weight, text) = match minimum {
            0 => (
                Weight::Severe,
                format!(
                    "each deployment of {name} may stop all its tasks before new ones run: {name} is down meanwhile"
                ),
            ),
            1..100 => (
                Weight::Notable,
                format!(
                    "each deployment of {name} goes down to {minimum} % of its tasks, where {old_minimum} % stayed: the rest carry all its load"
                ),
            ),
            _ => (
                Weight::Minor,
                format!(
                    "each deployment of {name} keeps {minimum} % of its tasks, where {old_minimum} % stayed"
                ),
            ),
        };
        let told = change.tell(&after.resource, weight, Kind::Resilience, text);
        let path = "DeploymentConfiguration.MinimumHealthyPercent";
        found.push(change.of_property(pair, path, told));
    }
    if maximum != old_maximum {
        let (weight, kind, text) = if maximum <= 100 && minimum >= 100 {
            (
                Weight::Severe,
                Kind::Delivery,
                format!(
                    "no deployment of {name} ends: none of its tasks may stop and none may start beyond them"
                ),
            )
        } else if maximum < old_maximum {
            (
                Weight::Notable,
                Kind::Delivery,
                format!(
                    "each deployment of {name} runs at most {maximum} % of its tasks at once instead of {old_maximum} %: it takes less room, and longer"
                ),
            )
        } else {
            (
                Weight::Minor,
                Kind::Capacity,
                format!(
                    "each deployment of {name} runs up to {maximum} % of its tasks at once instead of {old_maximum} %: it takes more room, for a shorter time"
                ),
            )
        };
        let told = change.tell(&after.resource, weight, kind, text);
        let path = "DeploymentConfiguration.MaximumPercent";
        found.push(change.of_property(pair, path, told));
    }
    found
}

/// How long requests in flight may take when a task stops.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-connection-draining.html>
fn draining(change: &Change<'_>, before: &Service<'_>, after: &Service<'_>) -> Option<Consequence> {
    let target_group = after.target_group?;
    let (old, new) = (
        before.deregistration_delay()?,
        after.deregistration_delay()?,
    );
    let stop = after.stop_timeout();
    if old == new {
        return None;
    }
    let name = &after.name;
    let (weight, kind, text) = if new < old {
        let mut text = format!(
            "cuts requests to {name} {new} seconds after their task began to stop, instead of {old}: slower ones fail at every deployment and scale-in"
        );
        if new <= stop && old > stop {
            text += &format!(", and the task itself may take {stop} seconds to stop");
        }
        (Weight::Notable, Kind::Interruption, text)
    } else {
        (
            Weight::Minor,
            Kind::Delivery,
            format!(
                "lets requests to {name} end for {new} seconds instead of {old} when a task stops: each deployment and scale-in takes longer"
            ),
        )
    };
    let value = |service: &Service<'_>| {
        let attributes = service.target_group?.property("TargetGroupAttributes");
        keyed(attributes, "deregistration_delay.timeout_seconds").map(render)
    };
    let told = change.tell(&target_group, weight, kind, text);
    Some(Consequence {
        property: Some("TargetGroupAttributes[deregistration_delay.timeout_seconds]".to_owned()),
        from: value(before),
        to: value(after),
        ..told
    })
}

/// How soon a broken target is taken out, and a new one taken in.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html>
fn checks(change: &Change<'_>, before: &Resource<'_>, after: &Resource<'_>) -> Vec<Consequence> {
    const INTERVAL: (&str, u32) = ("HealthCheckIntervalSeconds", 30);
    const HEALTHY: (&str, u32) = ("HealthyThresholdCount", 5);
    const UNHEALTHY: (&str, u32) = ("UnhealthyThresholdCount", 2);
    let value = |one: &Resource<'_>, (name, default): (&str, u32)| {
        count(one.property(name)).unwrap_or(default)
    };
    let seconds = |one: &Resource<'_>, threshold| value(one, INTERVAL) * value(one, threshold);
    let property = |threshold: (&'static str, u32)| {
        if value(before, threshold) == value(after, threshold) {
            INTERVAL.0
        } else {
            threshold.0
        }
    };
    let mut found = Vec::new();
    let (old, new) = (seconds(before, UNHEALTHY), seconds(after, UNHEALTHY));
    if old != new {
        let (weight, text) = if new > old {
            (
                Weight::Notable,
                format!(
                    "sends requests to a broken task for about {new} seconds instead of {old} before it is taken out"
                ),
            )
        } else {
            (
                Weight::Notable,
                format!(
                    "takes a task out after about {new} seconds of failed checks instead of {old}: one that is only slow for a moment is replaced"
                ),
            )
        };
        let told = change.tell(after, weight, Kind::Resilience, text);
        found.push(change.of_property((before, after), property(UNHEALTHY), told));
    }
    let (old, new) = (seconds(before, HEALTHY), seconds(after, HEALTHY));
    if old != new {
        let text = if new > old {
            format!(
                "gives a new task requests after about {new} seconds of good checks instead of {old}: each deployment and scale-out takes longer"
            )
        } else {
            format!(
                "gives a new task requests after about {new} seconds of good checks instead of {old}"
            )
        };
        let told = change.tell(after, Weight::Minor, Kind::Delivery, text);
        found.push(change.of_property((before, after), property(HEALTHY), told));
    }
    found
}
