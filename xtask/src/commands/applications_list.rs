//! `applications list`: the applications as the input files define them.

use std::collections::BTreeMap;

use common::application::Application;
use common::environment::{Environment, EnvironmentName};
use common::input::Definition;
use serde::Serialize;

use crate::cli::{ApplicationsList, Format};
use crate::context::Context;
use crate::{Error, output};

/// What `--format json` prints for an application.
#[derive(Serialize)]
struct Listed {
    name: String,
    environments: Vec<Row>,
}

/// An application in one environment.
#[derive(Serialize)]
struct Row {
    environment: EnvironmentName,
    repository: String,
    tasks: Range,
    memory_mib: u32,
    ingress: Option<Rule>,
}

#[derive(Serialize)]
struct Range {
    min: u32,
    max: u32,
}

/// Which requests it gets.
#[derive(Serialize)]
struct Rule {
    host: String,
    path: String,
    priority: u16,
}

pub(super) fn run(context: &Context, arguments: &ApplicationsList) -> Result<(), Error> {
    let definition = Definition::load(&context.config)?;
    let mut rows: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for name in arguments.environments.names() {
        let Some(environment) = definition.environment(name) else {
            continue;
        };
        for application in &environment.applications {
            let each = rows.entry(application.name.to_string()).or_default();
            each.push(row(environment, application));
        }
    }
    match arguments.output.format {
        Format::Json => {
            let listed = rows
                .into_iter()
                .map(|(name, environments)| Listed { name, environments });
            output::json(&listed.collect::<Vec<_>>())
        }
        Format::Text if rows.is_empty() => output::text("no applications\n"),
        Format::Text => {
            let each = rows.iter().map(|(name, rows)| {
                let lines: String = rows.iter().map(line).collect();
                format!("{name}\n{lines}")
            });
            output::text(&each.collect::<String>())
        }
    }
}

fn row(environment: &Environment, application: &Application) -> Row {
    Row {
        environment: environment.name,
        repository: application.repository.to_string(),
        tasks: Range {
            min: application.tasks.min,
            max: application.tasks.max,
        },
        memory_mib: application.memory.get(),
        ingress: application.ingress.as_ref().map(|ingress| Rule {
            host: ingress.host.fqdn(&environment.domain).to_string(),
            path: ingress.path.to_string(),
            priority: ingress.priority.get(),
        }),
    }
}

fn line(row: &Row) -> String {
    let Range { min, max } = row.tasks;
    let requests = row.ingress.as_ref().map_or_else(
        || "no ingress".to_owned(),
        |rule| format!("{}{} priority {}", rule.host, rule.path, rule.priority),
    );
    let line = format!(
        "  {:<10}  {requests}, {}, {min} to {max} tasks, {} MiB",
        row.environment.as_str(),
        row.repository,
        row.memory_mib,
    );
    output::wrapped_at(&line, 0, 14) + "\n"
}
