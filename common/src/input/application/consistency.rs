//! Checks between the keys of one application.

use super::fields::{AUTOMATIC, BY_HAND};
use crate::application::{Application, ApplicationName};
use crate::input::findings::{Finding, Findings};
use crate::input::node::{Node, Value};

/// Checks which keys are used together. None if they are inconsistent.
pub(super) fn keys(name: &ApplicationName, node: &Node, findings: &mut Findings) -> Option<()> {
    let Value::Table(entries) = &node.value else {
        return None;
    };
    let has = |key: &str| entries.contains_key(key);
    let ingress = has("ingress");
    let mut consistent = Some(());
    if ingress && !has("container_port") {
        consistent = None;
        findings.push(
            Finding::new(node.span, format!("missing key `container_port` in `[{name}]`"))
                .help("an application with ingress listens on a port, for example `container_port = 8080`"),
        );
    }
    for (key, help) in [
        (
            "container_port",
            "an application without ingress gets no requests; remove the port",
        ),
        (
            "health_check",
            "only the load balancer runs health checks; ECS already replaces a worker that exits",
        ),
    ] {
        if has(key) && !ingress {
            consistent = None;
            let message = format!("`{name}.{key}` without `{name}.ingress`");
            findings.push(Finding::new(node.place(key), message).help(help));
        }
    }
    promotion(name, node, findings).and(consistent)
}

/// Only automatic promotion needs the ids of the repository.
fn promotion(name: &ApplicationName, node: &Node, findings: &mut Findings) -> Option<()> {
    let Value::Table(entries) = &node.value else {
        return None;
    };
    let says = entries
        .get("promote")
        .map_or(Some(BY_HAND), |entry| match &entry.node.value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        });
    match (says, entries.contains_key("repository_ids")) {
        (Some(AUTOMATIC), false) => {
            let message = format!("missing key `repository_ids` in `[{name}]`");
            findings.push(Finding::new(node.place("promote"), message).help(
                "GitHub's tokens identify a workflow by the ids of its repository; `gh api \
                 repos/OWNER/NAME --jq '\"\\(.owner.id)/\\(.id)\"'` prints them",
            ));
            None
        }
        (Some(BY_HAND), true) => {
            let message = format!("`{name}.repository_ids` without `promote = \"{AUTOMATIC}\"`");
            findings.push(
                Finding::new(node.place("repository_ids"), message)
                    .help("only automatic promotion uses them; remove them"),
            );
            None
        }
        _ => Some(()),
    }
}

/// Checks values against each other. None if they are inconsistent.
pub(super) fn values(
    application: &Application,
    node: &Node,
    findings: &mut Findings,
) -> Option<()> {
    let Application {
        name,
        secrets,
        variables,
        ..
    } = application;
    let mut consistent = Some(());
    for secret in secrets {
        if variables
            .keys()
            .any(|variable| variable.as_str() == secret.as_str())
        {
            consistent = None;
            findings.push(
                Finding::new(
                    node.place(&format!("variables.{secret}")),
                    format!("`{secret}` is both a variable and a secret of `{name}`"),
                )
                .note("the secrets are", node.place("secrets"))
                .help("remove one of the two; a secret's value never belongs in this file"),
            );
        }
    }
    let stop = application.stop_timeout_seconds;
    let delay = application
        .ingress
        .as_ref()
        .map(|ingress| ingress.deregistration_delay_seconds);
    if let Some(delay) = delay.filter(|delay| stop >= *delay) {
        consistent = None;
        findings.push(
            Finding::new(
                node.place("stop_timeout_seconds"),
                format!(
                    "invalid `{name}.stop_timeout_seconds`: expected less than the deregistration \
                     delay of {delay} seconds, found {stop}"
                ),
            )
            .help("a container must stop before its target's deregistration ends"),
        );
    }
    consistent
}
