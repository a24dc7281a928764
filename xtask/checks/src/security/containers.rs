//! Containers of tasks and builds.

use crate::finding::Report;
use crate::model::{Model, Node};
use crate::rule::{Evidence, Rule, Severity};

pub(super) static PRIVILEGED_CONTAINER: Rule = Rule {
    code: "security/privileged-container",
    severity: Severity::Warning,
    summary: "a container in privileged mode",
    why: "The container has root's rights on its machine: an attacker in it reaches every task there (ECS.4).",
    fix: "Remove `Privileged`, and add the Linux capabilities that the container needs.",
    source: "https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-4",
    evidence: Evidence::EveryVariant,
};

pub(super) static HOST_PROCESSES: Rule = Rule {
    code: "security/host-processes",
    severity: Severity::Warning,
    summary: "a task that shares the process namespace of its machine",
    why: "Its containers see the machine's processes, and can stop them (ECS.3).",
    fix: "Remove `PidMode`, or set it to `task`.",
    source: "https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-3",
    evidence: Evidence::EveryVariant,
};

pub(super) static KEY_IN_CLEAR: Rule = Rule {
    code: "security/key-in-clear",
    severity: Severity::Warning,
    summary: "an access key in an environment variable",
    why: "It can be read by everyone who may describe the task definition or the project (ECS.8, CodeBuild.2).",
    fix: "Give the task or the project a role with the permissions, and remove the variable.",
    source: "https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-8",
    evidence: Evidence::EveryVariant,
};

/// The variables that both controls look for.
const CREDENTIALS: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

pub(super) fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for task in model.resources("AWS::ECS::TaskDefinition") {
        let mode = task.property("PidMode");
        if mode.text().as_deref() == Some("host") {
            let message = "containers share the machine's processes".to_owned();
            report.add(&HOST_PROCESSES, mode.place(), message);
        }
        for container in task.property("ContainerDefinitions").present_items() {
            keys(report, &container.get("Environment"));
            let privileged = container.get("Privileged");
            if privileged.text().as_deref() == Some("true") {
                let message = "the container runs in privileged mode".to_owned();
                report.add(&PRIVILEGED_CONTAINER, privileged.place(), message);
            }
        }
    }
    for project in model.resources("AWS::CodeBuild::Project") {
        let variables = project.property("Environment.EnvironmentVariables");
        keys(report, &variables);
    }
}

/// Reports the variables that are credentials. In a build, those of another type than plain text are only references.
fn keys<'m>(report: &mut Report<'m>, variables: &Node<'m>) {
    for variable in variables.present_items() {
        let kind = variable.get("Type");
        let is_plain = kind.is_absent() || kind.text().as_deref() == Some("PLAINTEXT");
        let name = variable.get("Name");
        let Some(text) = name.text() else { continue };
        // A reference has no value that stands in the template.
        if is_plain
            && CREDENTIALS.contains(&text.as_ref())
            && variable.get("Value").text().is_some()
        {
            report.add(
                &KEY_IN_CLEAR,
                name.place(),
                format!("the value of `{text}` stands in the template"),
            );
        }
    }
}
