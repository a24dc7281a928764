//! Task definitions, each for itself.

use std::collections::BTreeSet;

use crate::finding::Report;
use crate::model::{Model, Node};
use crate::names::named_twice;
use crate::rule::{Evidence, Rule, Severity};

const CONTAINER_PAGE: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html";

pub(super) static CONTAINER_TWICE: Rule = Rule {
    code: "ecs/container-twice",
    severity: Severity::Error,
    summary: "two containers of a task with the same name",
    why: "ECS refuses the task definition: a container is found by its name.",
    fix: "Give each container of the task a name of its own.",
    source: CONTAINER_PAGE,
    evidence: Evidence::AnyVariant,
};

pub(super) static DEPENDENCY_MISSING: Rule = Rule {
    code: "ecs/dependency-missing",
    severity: Severity::Error,
    summary: "a container that waits for one that the task does not have",
    why: "ECS refuses the task definition.",
    fix: "Name a container of the same task, or remove the dependency.",
    source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html",
    evidence: Evidence::AnyVariant,
};

pub(super) static MEMORY_ORDER: Rule = Rule {
    code: "ecs/memory-order",
    severity: Severity::Error,
    summary: "a container that reserves as much memory as its limit, or more",
    why: "ECS refuses it: the hard limit has to be above the reservation.",
    fix: "Lower `MemoryReservation`, raise `Memory`, or leave one of them out.",
    source: CONTAINER_PAGE,
    evidence: Evidence::AnyVariant,
};

pub(super) static NO_ESSENTIAL: Rule = Rule {
    code: "ecs/no-essential-container",
    severity: Severity::Error,
    summary: "a task without an essential container",
    why: "ECS refuses the task definition: at least one container has to be essential.",
    fix: "Leave `Essential` out, or set it to `true`, for the container that the task is about.",
    source: CONTAINER_PAGE,
    evidence: Evidence::AnyVariant,
};

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for task in model.resources("AWS::ECS::TaskDefinition") {
        let containers = task.property("ContainerDefinitions").items();
        let names: Option<BTreeSet<String>> = containers
            .nodes
            .iter()
            .map(|container| Some(container.get("Name").text()?.into_owned()))
            .collect();
        named_twice(report, &CONTAINER_TWICE, &containers.nodes, "container");
        for container in &containers.nodes {
            memory_order(report, container);
            if let (Some(names), true) = (&names, containers.is_exact) {
                dependencies(report, container, names);
            }
        }
        let is_not_essential =
            |container: &Node<'m>| container.get("Essential").text().as_deref() == Some("false");
        if containers.is_exact
            && !containers.nodes.is_empty()
            && containers.nodes.iter().all(is_not_essential)
        {
            report.add(
                &NO_ESSENTIAL,
                task.at("ContainerDefinitions"),
                "`Essential` is false for each container",
            );
        }
    }
}

fn memory_order<'m>(report: &mut Report<'m>, container: &Node<'m>) {
    let reservation = container.get("MemoryReservation");
    let (Some(limit), Some(reserved)) = (container.get("Memory").integer(), reservation.integer())
    else {
        return;
    };
    if reserved >= limit {
        report.add(
            &MEMORY_ORDER,
            reservation.place(),
            format!("{reserved} MiB are reserved, and the limit is {limit} MiB"),
        );
    }
}

fn dependencies<'m>(report: &mut Report<'m>, container: &Node<'m>, names: &BTreeSet<String>) {
    for dependency in container.get("DependsOn").present_items() {
        let name = dependency.get("ContainerName");
        let Some(text) = name.text() else { continue };
        if !names.contains(text.as_ref()) {
            report.add(
                &DEPENDENCY_MISSING,
                name.place(),
                format!("the task has no container `{text}`"),
            );
        }
    }
}
