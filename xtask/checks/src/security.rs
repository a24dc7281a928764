//! Choices that a control of AWS Security Hub names as insecure.

use crate::finding::Report;
use crate::model::Model;
use crate::registry::Group;
use crate::rule::{Evidence, Rule, Severity};

pub(crate) static GROUP: Group = Group {
    rules: &[&PRIVILEGED_CONTAINER, &HOST_PROCESSES],
    check,
};

static PRIVILEGED_CONTAINER: Rule = Rule {
    code: "security/privileged-container",
    severity: Severity::Warning,
    summary: "a container in privileged mode",
    why: "The container has root's rights on its machine: an attacker in it reaches every task there (ECS.4).",
    fix: "Remove `Privileged`, and add the Linux capabilities that the container needs.",
    source: "https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-4",
    evidence: Evidence::EveryVariant,
};

static HOST_PROCESSES: Rule = Rule {
    code: "security/host-processes",
    severity: Severity::Warning,
    summary: "a task that shares the process namespace of its machine",
    why: "Its containers see the machine's processes, and can stop them (ECS.3).",
    fix: "Remove `PidMode`, or set it to `task`.",
    source: "https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-3",
    evidence: Evidence::EveryVariant,
};

fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for task in model.resources("AWS::ECS::TaskDefinition") {
        let mode = task.property("PidMode");
        if mode.text().as_deref() == Some("host") {
            let message = "containers share the machine's processes".to_owned();
            report.add(&HOST_PROCESSES, mode.place(), message);
        }
        for container in task.property("ContainerDefinitions").present_items() {
            let privileged = container.get("Privileged");
            if privileged.text().as_deref() == Some("true") {
                let message = "the container runs in privileged mode".to_owned();
                report.add(&PRIVILEGED_CONTAINER, privileged.place(), message);
            }
        }
    }
}
