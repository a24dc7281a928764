//! Reads an application's table, with one environment's overrides applied.

use std::collections::BTreeMap;

use super::Invalid;
use super::findings::{Finding, Findings};
use super::node::{Node, Value};
use super::overrides::OVERRIDES;
use super::reader::{Reader, distinct, list, number, parsed, text};
use crate::application::{
    Application, ApplicationIngress, ApplicationName, HealthCheck, Host, PathPattern, Priority,
    Tasks, VariableName,
};
use crate::capacity::{CpuUnits, Mebibytes};
use crate::environment::Domain;

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
    let container_port = table.optional(findings, "container_port", port);
    let memory = table.required(findings, "memory", "512", number(6..=1_048_576));
    let reservation = table.optional(findings, "memory_reservation", |node| {
        reservation(node, memory)
    });
    let cpu = table.required(findings, "cpu", "128", number(2..=1_048_576));
    let stop_timeout = table.optional(findings, "stop_timeout_seconds", number(2..=120));
    let ingress = match table.optional_table(findings, "ingress") {
        Some(Some(inner)) => ingress(inner, domain, findings).map(Some),
        Some(None) => Some(None),
        None => None,
    };
    let health_check = match table.optional_table(findings, "health_check") {
        Some(Some(inner)) => health_check(inner, findings).map(Some),
        Some(None) => Some(None),
        None => None,
    };
    let tasks = table
        .table(findings, "tasks")
        .and_then(|inner| tasks(inner, protected, findings));
    let secrets = table
        .optional(findings, "secrets", |node| distinct(node, parsed))
        .map(Option::unwrap_or_default);
    let variables = match table.optional_table(findings, "variables") {
        Some(Some(inner)) => variables(&inner, findings),
        Some(None) => Some(BTreeMap::new()),
        None => None,
    };
    let user = table
        .optional(findings, "user", parsed)
        .map(Option::unwrap_or_default);
    let command = table.optional(findings, "command", command);
    let writable = table
        .optional(findings, "writable", |node| distinct(node, parsed))
        .map(Option::unwrap_or_default);
    let places = [
        table.place("secrets"),
        table.place("variables"),
        table.place("container_port"),
    ];
    let [secrets_place, variables_place, port_place] = places;
    let stop_place = table.place("stop_timeout_seconds");
    let ingress_place = table.place("ingress");
    let health_place = table.place("health_check");
    let nested = table.has(OVERRIDES).then(|| table.place(OVERRIDES));
    if nested.is_none() {
        // Known, so that a misspelt one is found; taken out of the table before it comes here.
        let _ = table.optional(findings, OVERRIDES, |_| Ok(()));
    }
    table.finish(findings);

    let key = |key: &str| format!("{name}.{key}");
    let mut consistent = true;
    let mut refuse = |finding| {
        findings.push(finding);
        consistent = false;
    };
    let has_ingress = node_has(node, "ingress");
    if has_ingress && !node_has(node, "container_port") {
        refuse(
            Finding::new(
                ingress_place,
                format!("missing key `container_port` in `[{name}]`"),
            )
            .help("an application with ingress has a port to receive it on"),
        );
    }
    if !has_ingress && node_has(node, "container_port") {
        refuse(
            Finding::new(
                port_place,
                format!("`{}` without `{}`", key("container_port"), key("ingress")),
            )
            .help("an application without ingress is reached by nobody; remove the port"),
        );
    }
    if !has_ingress && node_has(node, "health_check") {
        refuse(
            Finding::new(
                health_place,
                format!("`{}` without `{}`", key("health_check"), key("ingress")),
            )
            .help("only the load balancer asks; a worker that ends is replaced by ECS"),
        );
    }
    let secrets: Option<Vec<crate::application::SecretName>> = secrets;
    if let (Some(secrets), Some(variables)) = (&secrets, &variables) {
        for variable in variables.keys() {
            if secrets
                .iter()
                .any(|secret| secret.as_str() == variable.as_str())
            {
                refuse(
                    Finding::new(
                        variables_place,
                        format!("`{variable}` is both a secret and a variable of `{name}`"),
                    )
                    .note("the secret is listed", secrets_place),
                );
            }
        }
    }
    let stop_timeout = stop_timeout.map(|seconds| seconds.unwrap_or(DEFAULT_STOP_TIMEOUT));
    if let (Some(stop), Some(Some(ingress))) = (stop_timeout, &ingress) {
        let delay = ingress.deregistration_delay_seconds;
        if stop >= delay {
            refuse(
                Finding::new(
                    stop_place,
                    format!(
                        "invalid `{}`: expected less than the deregistration delay of {delay} \
                         seconds, found {stop}",
                        key("stop_timeout_seconds")
                    ),
                )
                .help(
                    "a container must not end while the load balancer still sends answers through",
                ),
            );
        }
    }
    if !consistent {
        return None;
    }
    let (ingress, health_check) = (ingress?, health_check?);
    let memory = Mebibytes(memory?);
    Some(Application {
        name: name.clone(),
        repository: repository?,
        container_port: container_port?,
        memory,
        memory_reservation: reservation?.unwrap_or(memory),
        cpu: CpuUnits(cpu?),
        health_check: ingress.as_ref().map(|_| health_check.unwrap_or_default()),
        ingress,
        stop_timeout_seconds: stop_timeout?,
        tasks: tasks?,
        secrets: secrets?,
        variables: variables?,
        user: user?,
        command: command?,
        writable: writable?,
    })
}

/// Less than the default deregistration delay.
const DEFAULT_STOP_TIMEOUT: u32 = 30;
const DEFAULT_DEREGISTRATION_DELAY: u32 = 45;

fn node_has(node: &Node, key: &str) -> bool {
    matches!(&node.value, Value::Table(entries) if entries.contains_key(key))
}

fn port(node: &Node) -> Result<u16, Invalid> {
    // Below 1024 a process that is not root can't listen everywhere.
    let port = number(1024..=65535)(node)?;
    u16::try_from(port).map_err(|_| Invalid::new(format!("{port} is not a port")))
}

fn reservation(node: &Node, memory: Option<u32>) -> Result<Mebibytes, Invalid> {
    let reservation = number(6..=1_048_576)(node)?;
    match memory {
        Some(memory) if reservation > memory => Err(Invalid::new(format!(
            "a container reserves no more than its limit of {memory} MiB, found {reservation}"
        ))),
        _ => Ok(Mebibytes(reservation)),
    }
}

fn ingress(
    mut table: Reader<'_>,
    domain: &Domain,
    findings: &mut Findings,
) -> Option<ApplicationIngress> {
    let hosted_zone = table.optional(findings, "hosted_zone", parsed)?;
    let host = table.required(findings, "host", "\"www\"", |node| {
        Host::new(text(node)?, hosted_zone, domain)
    });
    let path = table.optional(findings, "path", parsed);
    let priority = table.required(findings, "priority", "100", |node| {
        let priority = number(1..=u32::from(Priority::MAX))(node)?;
        Priority::new(u16::try_from(priority).unwrap_or(u16::MAX))
    });
    let delay = table.optional(findings, "deregistration_delay_seconds", number(30..=60));
    table.finish(findings);
    Some(ApplicationIngress {
        host: host?,
        path: path?.unwrap_or_else(PathPattern::everything),
        priority: priority?,
        deregistration_delay_seconds: delay?.unwrap_or(DEFAULT_DEREGISTRATION_DELAY),
    })
}

fn health_check(mut table: Reader<'_>, findings: &mut Findings) -> Option<HealthCheck> {
    let default = HealthCheck::default();
    let path = table.optional(findings, "path", parsed);
    let interval = table.optional(findings, "interval_seconds", number(5..=300));
    let known_interval = interval.map(|given| given.unwrap_or(default.interval_seconds));
    let timeout = table.optional(findings, "timeout_seconds", number(2..=120));
    let place = table.place("timeout_seconds");
    let timeout_key = table.key_path("timeout_seconds");
    let healthy = table.optional(findings, "healthy_threshold", number(2..=10));
    let unhealthy = table.optional(findings, "unhealthy_threshold", number(2..=10));
    let grace = table.optional(findings, "grace_seconds", number(0..=1800));
    let matcher = table.optional(findings, "matcher", parsed);
    table.finish(findings);
    let (interval, timeout) = (known_interval?, timeout?.unwrap_or(default.timeout_seconds));
    if timeout >= interval {
        findings.push(Finding::new(
            place,
            format!(
                "invalid `{timeout_key}`: expected less than the interval of {interval} seconds, \
                 found {timeout}"
            ),
        ));
        return None;
    }
    Some(HealthCheck {
        path: path?.unwrap_or(default.path),
        interval_seconds: interval,
        timeout_seconds: timeout,
        healthy_threshold: healthy?.unwrap_or(default.healthy_threshold),
        unhealthy_threshold: unhealthy?.unwrap_or(default.unhealthy_threshold),
        grace_seconds: grace?.unwrap_or(default.grace_seconds),
        matcher: matcher?.unwrap_or(default.matcher),
    })
}

fn tasks(mut table: Reader<'_>, protected: bool, findings: &mut Findings) -> Option<Tasks> {
    let min = table.required(findings, "min", "2", |node| {
        let min = number(1..=1000)(node)?;
        if protected && min < 2 {
            return Err(Invalid::new(format!(
                "a protected environment runs at least 2 tasks, one in each zone, found {min}"
            )));
        }
        Ok(min)
    });
    let max = table.required(findings, "max", "6", |node| {
        let max = number(1..=1000)(node)?;
        match min {
            Some(min) if max < min => Err(Invalid::new(format!(
                "expected at least min = {min}, found {max}"
            ))),
            _ => Ok(max),
        }
    });
    table.finish(findings);
    Some(Tasks {
        min: min?,
        max: max?,
    })
}

fn variables(
    table: &Reader<'_>,
    findings: &mut Findings,
) -> Option<BTreeMap<VariableName, String>> {
    let mut variables = Some(BTreeMap::new());
    for (name, entry) in table.entries() {
        let read = name
            .parse::<VariableName>()
            .map_err(|invalid| (entry.key, invalid))
            .and_then(|name| match text(&entry.node) {
                Ok(value) => Ok((name, value.to_owned())),
                Err(invalid) => Err((entry.node.span, invalid)),
            });
        match read {
            Ok((name, value)) => {
                if let Some(variables) = &mut variables {
                    variables.insert(name, value);
                }
            }
            Err((span, invalid)) => {
                findings.push(Finding::invalid(span, &table.key_path(name), &invalid));
                variables = None;
            }
        }
    }
    variables
}

fn command(node: &Node) -> Result<Vec<String>, Invalid> {
    let words = list(node, |item| text(item).map(str::to_owned))?;
    match words.first() {
        Some(program) if !program.is_empty() => Ok(words),
        _ => Err(Invalid::new(
            "a command begins with the program to run, found none",
        )),
    }
}
