//! The fields of an application's table, with one environment's overrides applied.

use std::collections::BTreeMap;

use super::{consistency, fields};
use crate::application::{Application, ApplicationName, Promotion};
use crate::capacity::{CpuUnits, Mebibytes};
use crate::environment::Domain;
use crate::input::findings::Findings;
use crate::input::node::Node;
use crate::input::overrides::OVERRIDES;
use crate::input::reader::Reader;
use crate::input::value::{distinct, number, parsed};

/// From SIGTERM to SIGKILL; less than the default deregistration delay.
const DEFAULT_STOP_TIMEOUT: u32 = 30;

/// Reads the table; `protected` and `domain` are the environment's.
pub(crate) fn read(
    name: &ApplicationName,
    node: &Node,
    domain: &Domain,
    protected: bool,
    findings: &mut Findings,
) -> Option<Application> {
    let mut table = Reader::new(name.as_str(), node, findings)?;
    let repository = table.required(findings, "repository", "\"lemonade/web\"", parsed);
    let promote = table.optional(findings, "promote", fields::promote);
    let repository_ids = table.optional(findings, "repository_ids", parsed);
    let build = table.optional_table(findings, "build", fields::build);
    let container_port = table.optional(findings, "container_port", fields::port);
    let memory = table.required(findings, "memory", "512", number(fields::MEMORY));
    let reservation = table.optional(findings, "memory_reservation", |node| {
        fields::reservation(node, memory)
    });
    let cpu = table.required(findings, "cpu", "128", number(2..=1_048_576));
    let stop_timeout = table.optional(findings, "stop_timeout_seconds", number(2..=120));
    let ingress = table.optional_table(findings, "ingress", |table, findings| {
        fields::ingress(table, domain, findings)
    });
    let health_check = table.optional_table(findings, "health_check", fields::health_check);
    let tasks = table
        .table(findings, "tasks")
        .and_then(|table| fields::tasks(table, protected, findings));
    let secrets = table.optional(findings, "secrets", |node| distinct(node, parsed));
    let variables = table.optional_table(findings, "variables", fields::variables);
    let user = table.optional(findings, "user", parsed);
    let command = table.optional(findings, "command", fields::command);
    let writable = table.optional(findings, "writable", |node| distinct(node, parsed));
    // Taken out before the table comes here; known, so that a misspelt one is found.
    table.allow(OVERRIDES);
    table.finish(findings);
    consistency::keys(name, node, findings)?;
    let (memory, ingress, health_check) = (Mebibytes(memory?), ingress?, health_check?);
    let application = Application {
        name: name.clone(),
        repository: repository?,
        build: build?.unwrap_or_default(),
        promotion: match (promote?.unwrap_or_default(), repository_ids?) {
            (fields::Promote::Automatic, Some(ids)) => Promotion::Automatic(ids),
            _ => Promotion::ByHand,
        },
        container_port: container_port?,
        memory,
        memory_reservation: reservation?.unwrap_or(memory),
        cpu: CpuUnits(cpu?),
        health_check: ingress.as_ref().map(|_| health_check.unwrap_or_default()),
        ingress,
        stop_timeout_seconds: stop_timeout?.unwrap_or(DEFAULT_STOP_TIMEOUT),
        tasks: tasks?,
        secrets: secrets?.unwrap_or_default(),
        variables: variables?.unwrap_or_else(BTreeMap::new),
        user: user?.unwrap_or_default(),
        command: command?,
        writable: writable?.unwrap_or_default(),
    };
    consistency::values(&application, node, findings)?;
    Some(application)
}
