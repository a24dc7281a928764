//! Services, with the tasks that they run and the target groups that they register them in.

use crate::finding::Report;
use crate::model::{Model, Node, Resource};
use crate::rule::{Evidence, Rule, Severity};

const BALANCING_PAGE: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html";

pub(super) static CONTAINER_MISSING: Rule = Rule {
    code: "ecs/container-missing",
    severity: Severity::Error,
    summary: "a service that registers a container which its task does not have",
    why: "ECS refuses the service.",
    fix: "Set `ContainerName` to the name of a container in the task definition.",
    source: BALANCING_PAGE,
    evidence: Evidence::AnyVariant,
};

pub(super) static CONTAINER_PORT: Rule = Rule {
    code: "ecs/container-port",
    severity: Severity::Error,
    summary: "a service that registers a port which the container does not map",
    why: "ECS refuses the service: only mapped ports can be registered in a target group.",
    fix: "Set `ContainerPort` to a port among the container's `PortMappings`, or map the port.",
    source: BALANCING_PAGE,
    evidence: Evidence::AnyVariant,
};

pub(super) static NETWORK_MODE: Rule = Rule {
    code: "ecs/network-configuration",
    severity: Severity::Error,
    summary: "a service whose network configuration does not go with the network mode of its task",
    why: "ECS refuses it: tasks in network mode `awsvpc` need a network configuration, and tasks in any other mode can't have one.",
    fix: "Remove `NetworkConfiguration`, or set the task's `NetworkMode` to `awsvpc` and give the service subnets.",
    source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static TARGET_TYPE: Rule = Rule {
    code: "ecs/target-type",
    severity: Severity::Error,
    summary: "a target group of a type that tasks in this network mode can't be registered in",
    why: "ECS refuses the service: tasks in network mode `awsvpc` are registered by address, all others by instance.",
    fix: "Set the target group's `TargetType` to `ip` for `awsvpc`, and to `instance` for `bridge` and `host`.",
    source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-types.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static BEFORE_LISTENER: Rule = Rule {
    code: "ecs/service-before-listener",
    severity: Severity::Error,
    summary: "a service that may be created before a listener forwards to its target group",
    why: "ECS refuses a service whose target group no load balancer uses yet. CloudFormation creates both at the same time, unless one waits for the other.",
    fix: "Add the listener or the rule to the service's `DependsOn`.",
    source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html",
    evidence: Evidence::AnyVariant,
};

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for service in model.resources("AWS::ECS::Service") {
        let task = service
            .property("TaskDefinition")
            .resource_of("AWS::ECS::TaskDefinition");
        if let Some(task) = task {
            network(report, service, task);
        }
        for target in service.property("LoadBalancers").present_items() {
            if let Some(task) = task {
                container(report, &target, task);
                target_type(report, &target, task);
            }
            before_listener(model, report, service, &target);
        }
    }
}

/// The network mode; `bridge` is the default, but for tasks that may run on Fargate only.
fn mode(task: Resource<'_>) -> Option<String> {
    let mode = task.property("NetworkMode");
    match mode.text() {
        Some(mode) => Some(mode.into_owned()),
        None => mode.is_absent().then(|| "bridge".to_owned()),
    }
}

fn network<'m>(report: &mut Report<'m>, service: Resource<'m>, task: Resource<'m>) {
    let Some(mode) = mode(task) else { return };
    let configuration = service.property("NetworkConfiguration");
    if mode != "awsvpc" && configuration.is_present() {
        report.add(
            &NETWORK_MODE,
            configuration.place(),
            format!(
                "{} has the network mode `{mode}`",
                task.name_from(service.id.stack)
            ),
        );
    } else if mode == "awsvpc" && configuration.is_absent() {
        report.add(
            &NETWORK_MODE,
            service.at("NetworkConfiguration"),
            format!(
                "{} has the network mode `awsvpc`, and the service says nothing of its network",
                task.name_from(service.id.stack)
            ),
        );
    }
}

fn container<'m>(report: &mut Report<'m>, target: &Node<'m>, task: Resource<'m>) {
    let containers = task.property("ContainerDefinitions").items();
    let name = target.get("ContainerName");
    let Some(wanted) = name.text() else { return };
    let mut all_are_known = containers.is_exact;
    let mut found = None;
    for container in &containers.nodes {
        match container.get("Name").text() {
            Some(text) if text == wanted => found = Some(container),
            Some(_) => {}
            None => all_are_known = false,
        }
    }
    let Some(container) = found else {
        if all_are_known {
            report.add(
                &CONTAINER_MISSING,
                name.place(),
                format!(
                    "{} has no container `{wanted}`",
                    task.name_from(name.place().stack)
                ),
            );
        }
        return;
    };
    let port = target.get("ContainerPort");
    let mappings = container.get("PortMappings").items();
    let mapped: Option<Vec<i64>> = mappings
        .nodes
        .iter()
        .map(|mapping| mapping.get("ContainerPort").integer())
        .collect();
    if let (Some(wanted), Some(mapped), true) = (port.integer(), mapped, mappings.is_exact)
        && !mapped.contains(&wanted)
    {
        let mapped: Vec<String> = mapped.iter().map(i64::to_string).collect();
        let maps = if mapped.is_empty() {
            "no port".to_owned()
        } else {
            mapped.join(", ")
        };
        report.add(
            &CONTAINER_PORT,
            port.place(),
            format!("the container maps {maps}, not {wanted}"),
        );
    }
}

fn target_type<'m>(report: &mut Report<'m>, target: &Node<'m>, task: Resource<'m>) {
    let reference = target.get("TargetGroupArn");
    let Some(group) = reference.resource_of("AWS::ElasticLoadBalancingV2::TargetGroup") else {
        return;
    };
    let kind = group.property("TargetType");
    let kind = match kind.text() {
        Some(kind) => kind.into_owned(),
        None if kind.is_absent() => "instance".to_owned(),
        None => return,
    };
    let Some(mode) = mode(task) else { return };
    let wanted = if mode == "awsvpc" { "ip" } else { "instance" };
    if kind != wanted {
        report.add(
            &TARGET_TYPE,
            reference.place(),
            format!(
                "{} has the target type `{kind}`; tasks in network mode `{mode}` need `{wanted}`",
                group.name_from(reference.place().stack)
            ),
        );
    }
}

fn before_listener<'m>(
    model: &'m Model<'m>,
    report: &mut Report<'m>,
    service: Resource<'m>,
    target: &Node<'m>,
) {
    let reference = target.get("TargetGroupArn");
    let Some(group) = reference.resource_of("AWS::ElasticLoadBalancingV2::TargetGroup") else {
        return;
    };
    let forwarding: Vec<Resource<'m>> = [
        ("AWS::ElasticLoadBalancingV2::Listener", "DefaultActions"),
        ("AWS::ElasticLoadBalancingV2::ListenerRule", "Actions"),
    ]
    .into_iter()
    .flat_map(|(kind, actions)| {
        model
            .possible_resources(kind)
            .filter(move |one| forwards_to(&one.property(actions), group))
    })
    .collect();
    let in_stack: Vec<&Resource<'m>> = forwarding
        .iter()
        .filter(|one| one.is_in_stack_of(service))
        .collect();
    // Where another stack forwards, it was deployed before, or imports from this one.
    if in_stack.len() == forwarding.len()
        && let Some(first) = in_stack.first()
        && !in_stack.iter().any(|one| service.waits_for(**one))
    {
        report.add(
            &BEFORE_LISTENER,
            service.at(""),
            format!(
                "the service does not wait for {}, which forwards to {}",
                first.name_from(service.id.stack),
                group.name_from(service.id.stack)
            ),
        );
    }
}

fn forwards_to(actions: &Node<'_>, group: Resource<'_>) -> bool {
    actions.items().nodes.iter().any(|action| {
        let groups = action.get("ForwardConfig").get("TargetGroups").items();
        let of_config = groups.nodes.iter().map(|one| one.get("TargetGroupArn"));
        of_config
            .chain([action.get("TargetGroupArn")])
            .any(|arn| arn.resource() == Some(group))
    })
}
