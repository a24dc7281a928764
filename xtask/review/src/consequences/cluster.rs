//! The facts of clusters: the machines of Auto Scaling groups, and the services whose tasks run on them.

use cloudformation::template::references;
use common::capacity::MachineType;
use serde_json::Value;

use super::values::{count, keyed};
use crate::environment::{Environment, Resource};

/// An Auto Scaling group with the launch template that its machines start from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group<'a> {
    pub(super) resource: Resource<'a>,
    pub(super) template: Option<Resource<'a>>,
    pub(super) min: Option<u32>,
    pub(super) max: Option<u32>,
}

/// A service with what runs in a task of it.
#[derive(Clone, Debug)]
pub(super) struct Service<'a> {
    pub(super) resource: Resource<'a>,
    /// `web`.
    pub(super) name: String,
    pub(super) task: Option<Resource<'a>>,
    pub(super) target_group: Option<Resource<'a>>,
    pub(super) min_tasks: Option<u32>,
    pub(super) max_tasks: Option<u32>,
}

/// What a task takes on a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Demand {
    /// Memory that is reserved for it, MiB.
    pub(super) memory: u32,
    /// CPU units, 1024 per vCPU.
    pub(super) cpu: u32,
}

pub(super) fn groups(environment: &Environment) -> Vec<Group<'_>> {
    environment
        .of_type("AWS::AutoScaling::AutoScalingGroup")
        .map(|resource| Group {
            resource,
            template: resource
                .property("LaunchTemplate/LaunchTemplateId")
                .and_then(|id| environment.target(resource.stack, id)),
            min: count(resource.property("MinSize")),
            max: count(resource.property("MaxSize")),
        })
        .collect()
}

impl<'a> Group<'a> {
    /// Its instance type, `m6i.large`.
    pub(super) fn type_name(&self) -> Option<&'a str> {
        self.template?.text("LaunchTemplateData/InstanceType")
    }

    /// Its instance type, where its size is known.
    pub(super) fn machine(&self) -> Option<MachineType> {
        self.type_name()?.parse().ok()
    }
}

pub(super) fn services(environment: &Environment) -> Vec<Service<'_>> {
    environment
        .of_type("AWS::ECS::Service")
        .map(|resource| {
            let target = |pointer: &str| {
                let value = resource.property(pointer)?;
                environment.target(resource.stack, value)
            };
            let bounds = scalable_target(environment, &resource);
            let desired = count(resource.property("DesiredCount"));
            let bound = |name: &str| bounds.and_then(|bounds| count(bounds.property(name)));
            Service {
                resource,
                name: resource
                    .text("ServiceName")
                    .unwrap_or(resource.logical_id)
                    .to_owned(),
                task: target("TaskDefinition"),
                target_group: target("LoadBalancers/0/TargetGroupArn"),
                min_tasks: bound("MinCapacity").or(desired),
                max_tasks: bound("MaxCapacity").or(desired),
            }
        })
        .collect()
}

/// The bounds of a service's tasks: the scalable target of its stack that names it.
fn scalable_target<'a>(
    environment: &'a Environment,
    service: &Resource<'_>,
) -> Option<Resource<'a>> {
    environment
        .of_type("AWS::ApplicationAutoScaling::ScalableTarget")
        .find(|target| {
            let names = target.property("ResourceId").map(references);
            target.stack == service.stack
                && names
                    .into_iter()
                    .flatten()
                    .any(|name| name.target == service.logical_id)
        })
}

impl<'a> Service<'a> {
    /// The containers of a task.
    pub(super) fn containers(&self) -> impl Iterator<Item = &'a Value> {
        let list = self
            .task
            .and_then(|task| task.property("ContainerDefinitions"));
        list.and_then(Value::as_array).into_iter().flatten()
    }

    /// What one task reserves.
    pub(super) fn demand(&self) -> Demand {
        let of = |container: &Value, names: &[&str]| {
            names
                .iter()
                .find_map(|name| count(container.get(name)))
                .unwrap_or(0)
        };
        Demand {
            memory: self
                .containers()
                .map(|one| of(one, &["MemoryReservation", "Memory"]))
                .sum(),
            cpu: self.containers().map(|one| of(one, &["Cpu"])).sum(),
        }
    }

    /// How long its slowest container may take to stop, in seconds.
    pub(super) fn stop_timeout(&self) -> u32 {
        const DEFAULT: u32 = 30;
        let seconds = self
            .containers()
            .map(|one| count(one.get("StopTimeout")).unwrap_or(DEFAULT));
        seconds.max().unwrap_or(DEFAULT)
    }

    /// How long its target group lets requests end before a task stops, in seconds.
    pub(super) fn deregistration_delay(&self) -> Option<u32> {
        const DEFAULT: u32 = 300;
        let attributes = self.target_group?.property("TargetGroupAttributes");
        let delay = keyed(attributes, "deregistration_delay.timeout_seconds");
        Some(count(delay).unwrap_or(DEFAULT))
    }

    /// The share of its tasks that a deployment keeps, and the share that it may run at once, in percent.
    pub(super) fn deployment(&self) -> (u32, u32) {
        let share = |name: &str, default: u32| {
            let pointer = format!("DeploymentConfiguration/{name}");
            count(self.resource.property(&pointer)).unwrap_or(default)
        };
        (
            share("MinimumHealthyPercent", 100),
            share("MaximumPercent", 200),
        )
    }
}

impl Demand {
    /// How many such tasks fit on an empty machine, by memory and CPU.
    pub(super) fn per_machine(self, machine: MachineType) -> u32 {
        let by = |room: u32, need: u32| room.checked_div(need).unwrap_or(u32::MAX);
        by(machine.schedulable_memory().get(), self.memory).min(by(machine.cpu().get(), self.cpu))
    }
}

/// What all services reserve at their maximum, in MiB.
pub(super) fn memory_at_maximum(services: &[Service<'_>]) -> u64 {
    let of = |service: &Service<'_>| {
        u64::from(service.demand().memory) * u64::from(service.max_tasks.unwrap_or(0))
    };
    services.iter().map(of).sum()
}

/// What all services reserve at their minimum, in MiB.
pub(super) fn memory_at_minimum(services: &[Service<'_>]) -> u64 {
    let of = |service: &Service<'_>| {
        u64::from(service.demand().memory) * u64::from(service.min_tasks.unwrap_or(0))
    };
    services.iter().map(of).sum()
}
