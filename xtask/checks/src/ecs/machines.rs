//! The machines of capacity providers, and the tasks that are placed on them.

use crate::finding::Report;
use crate::instance_type::{Architecture, InstanceType};
use crate::model::{Model, Node, Resource};
use crate::rule::{Evidence, Rule, Severity};

pub(super) static DOES_NOT_FIT: Rule = Rule {
    code: "ecs/task-does-not-fit",
    severity: Severity::Error,
    summary: "a task that needs more than a whole machine of its service",
    why: "ECS never places it. The service waits for room that no machine can have, and its deployment does not end.",
    fix: "Lower the task's `Memory` or `Cpu`, or choose a larger instance type.",
    source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static ARCHITECTURE: Rule = Rule {
    code: "ecs/architecture",
    severity: Severity::Error,
    summary: "a task for another processor than the machines of its service have",
    why: "ECS never places it: the machines lack the architecture that the task requires.",
    fix: "Set `RuntimePlatform.CpuArchitecture` to the architecture of the machines, or choose another instance type.",
    source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-arm64.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static STRATEGY_PROVIDER: Rule = Rule {
    code: "ecs/strategy-provider",
    severity: Severity::Error,
    summary: "a default strategy with a capacity provider that is not associated with the cluster",
    why: "ECS refuses the association.",
    fix: "Add the provider to `CapacityProviders`, or take it out of the strategy.",
    source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static UNPROTECTED: Rule = Rule {
    code: "ecs/termination-protection",
    severity: Severity::Error,
    summary: "managed termination protection for a group that does not protect its machines",
    why: "ECS refuses the capacity provider: the Auto Scaling group has to protect new instances from scale-in.",
    fix: "Set `NewInstancesProtectedFromScaleIn` of the group to `true`, or `ManagedTerminationProtection` to `DISABLED`.",
    source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AutoScalingGroupProvider.html",
    evidence: Evidence::AnyVariant,
};

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for service in model.resources("AWS::ECS::Service") {
        let task = service
            .property("TaskDefinition")
            .resource_of("AWS::ECS::TaskDefinition");
        if let (Some(task), Some(machines)) = (task, machines_of(service)) {
            fits(report, task, &machines);
            architecture(report, task, &machines);
        }
    }
    for association in model.resources("AWS::ECS::ClusterCapacityProviderAssociations") {
        strategy(report, association);
    }
    for provider in model.resources("AWS::ECS::CapacityProvider") {
        protection(report, provider);
    }
}

/// The instance types on which a service's tasks may be placed. None unless all of them are known.
fn machines_of(service: Resource<'_>) -> Option<Vec<InstanceType>> {
    let strategy = service.property("CapacityProviderStrategy").items();
    if !strategy.is_exact || strategy.nodes.is_empty() {
        return None;
    }
    let mut types = Vec::new();
    for item in &strategy.nodes {
        let provider = item
            .get("CapacityProvider")
            .resource_of("AWS::ECS::CapacityProvider")?;
        let group = provider
            .property("AutoScalingGroupProvider.AutoScalingGroupArn")
            .resource_of("AWS::AutoScaling::AutoScalingGroup")?;
        if !group.property("MixedInstancesPolicy").is_absent() {
            return None;
        }
        let template = group
            .property("LaunchTemplate.LaunchTemplateId")
            .resource_of("AWS::EC2::LaunchTemplate")?;
        let name = template.property("LaunchTemplateData.InstanceType");
        types.push(InstanceType::of(&name.text()?)?);
    }
    Some(types)
}

fn fits<'m>(report: &mut Report<'m>, task: Resource<'m>, machines: &[InstanceType]) {
    let names: Vec<&str> = machines
        .iter()
        .map(|machine| machine.name.as_str())
        .collect();
    let memory = machines.iter().map(|machine| machine.memory_mib).max();
    let cpu = machines.iter().map(|machine| machine.vcpus * 1024).max();
    for (whole, each, unit, has) in [
        (
            "Memory",
            &["MemoryReservation", "Memory"][..],
            "MiB of memory",
            memory,
        ),
        ("Cpu", &["Cpu"][..], "CPU units", cpu),
    ] {
        let (Some(has), Some((needs, place))) = (has, needs(task, whole, each)) else {
            continue;
        };
        if needs > has {
            report.add(
                &DOES_NOT_FIT,
                place.place(),
                format!(
                    "the task needs {needs} {unit}; {} has {has}",
                    names.join(" or ")
                ),
            );
        }
    }
}

/// What a task reserves: what it says for all of it, or else the sum of its containers. What is not known is not
/// counted.
fn needs<'m>(task: Resource<'m>, whole: &str, each: &[&str]) -> Option<(i64, Node<'m>)> {
    let of_task = task.property(whole);
    if let Some(needs) = of_task.integer() {
        return Some((needs, of_task));
    }
    let containers = task.property("ContainerDefinitions").present_items();
    let mut largest: Option<(i64, Node<'m>)> = None;
    let mut sum = 0;
    for container in &containers {
        let given = each
            .iter()
            .map(|name| container.get(name))
            .find(|node| !node.is_absent());
        let Some((needs, node)) = given.and_then(|node| Some((node.integer()?, node))) else {
            continue;
        };
        sum += needs;
        if largest.as_ref().is_none_or(|(most, _)| needs > *most) {
            largest = Some((needs, node));
        }
    }
    largest.map(|(_, node)| (sum, node))
}

fn architecture<'m>(report: &mut Report<'m>, task: Resource<'m>, machines: &[InstanceType]) {
    let property = task.property("RuntimePlatform.CpuArchitecture");
    let wanted = match property.text().as_deref() {
        Some("X86_64") => Architecture::X86_64,
        Some("ARM64") => Architecture::Arm64,
        _ => return,
    };
    if let Some(first) = machines.first()
        && machines
            .iter()
            .all(|machine| machine.architecture != wanted)
    {
        report.add(
            &ARCHITECTURE,
            property.place(),
            format!(
                "the machines are {}, which is {}",
                first.name, first.architecture
            ),
        );
    }
}

fn strategy<'m>(report: &mut Report<'m>, association: Resource<'m>) {
    let providers = association.property("CapacityProviders").items();
    if !providers.is_exact {
        return;
    }
    let strategy = association.property("DefaultCapacityProviderStrategy");
    for item in strategy.present_items() {
        let provider = item.get("CapacityProvider");
        if provider.is_present() && providers.nodes.iter().all(|one| differ(one, &provider)) {
            let name = name(&provider).unwrap_or_else(|| "the provider".to_owned());
            report.add(
                &STRATEGY_PROVIDER,
                provider.place(),
                format!("{name} is not among `CapacityProviders`"),
            );
        }
    }
}

/// Whether two values name different capacity providers for certain.
fn differ(one: &Node<'_>, other: &Node<'_>) -> bool {
    match (name(one), name(other)) {
        (Some(one), Some(other)) => one != other,
        _ => match (one.identity(), other.identity()) {
            (Some(one), Some(other)) => one.differs(&other),
            _ => false,
        },
    }
}

/// A capacity provider's name: as it is written, or of the resource that is referred to.
fn name(provider: &Node<'_>) -> Option<String> {
    let given = provider
        .resource_of("AWS::ECS::CapacityProvider")
        .map(|resource| resource.property("Name"));
    let name = given.as_ref().unwrap_or(provider);
    name.text().map(std::borrow::Cow::into_owned)
}

fn protection<'m>(report: &mut Report<'m>, provider: Resource<'m>) {
    let property = provider.property("AutoScalingGroupProvider.ManagedTerminationProtection");
    if property.text().as_deref() != Some("ENABLED") {
        return;
    }
    let group = provider
        .property("AutoScalingGroupProvider.AutoScalingGroupArn")
        .resource_of("AWS::AutoScaling::AutoScalingGroup");
    let Some(group) = group else { return };
    let protects = group.property("NewInstancesProtectedFromScaleIn");
    if protects.is_absent() || protects.text().as_deref() == Some("false") {
        report.add(
            &UNPROTECTED,
            property.place(),
            format!(
                "{} does not protect new instances from scale-in",
                group.name_from(property.place().stack)
            ),
        );
    }
}
