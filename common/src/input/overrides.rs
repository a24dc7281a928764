//! An environment's overrides of an application's keys.

use super::findings::{Finding, Findings};
use super::nearest;
use super::node::{Entries, Entry, Node, Value};
use crate::environment::EnvironmentName;

/// The key of an application that holds its overrides.
pub(crate) const OVERRIDES: &str = "overrides";

/// The application's table as this environment sees it: its keys, replaced and completed by those
/// of `overrides.<environment>`. Inner tables are merged key by key, so an override of one port
/// doesn't repeat a whole ingress; everything else, lists too, is replaced as a whole.
pub(crate) fn resolve(application: &Entry, environment: EnvironmentName) -> Node {
    let Value::Table(entries) = &application.node.value else {
        return application.node.clone();
    };
    let mut resolved = entries.clone();
    let changes = resolved
        .remove(OVERRIDES)
        .and_then(|overrides| match overrides.node.value {
            Value::Table(mut environments) => environments.remove(environment.as_str()),
            _ => None,
        });
    if let Some(Entry {
        node: Node {
            value: Value::Table(changes),
            ..
        },
        ..
    }) = changes
    {
        merge(&mut resolved, changes);
    }
    Node {
        span: application.node.span,
        value: Value::Table(resolved),
    }
}

fn merge(base: &mut Entries, changes: Entries) {
    for (name, change) in changes {
        match base.get_mut(&name) {
            Some(Entry {
                node:
                    Node {
                        value: Value::Table(inner),
                        ..
                    },
                ..
            }) if matches!(change.node.value, Value::Table(_)) => {
                if let Value::Table(changes) = change.node.value {
                    merge(inner, changes);
                }
            }
            _ => {
                base.insert(name, change);
            }
        }
    }
}

/// Reports overrides that [`resolve`] would pass over: of no environment, or no tables.
pub(crate) fn check(name: &str, application: &Entry, findings: &mut Findings) {
    let Value::Table(entries) = &application.node.value else {
        return;
    };
    let Some(overrides) = entries.get(OVERRIDES) else {
        return;
    };
    let mut expect_table = |key: String, node: &Node| {
        if !matches!(node.value, Value::Table(_)) {
            let message = format!(
                "invalid `{key}`: expected a table, found {}",
                node.describe()
            );
            findings.push(Finding::new(node.span, message));
        }
    };
    expect_table(format!("{name}.{OVERRIDES}"), &overrides.node);
    let Value::Table(environments) = &overrides.node.value else {
        return;
    };
    for (environment, entry) in environments {
        if EnvironmentName::ALLOWED.contains(&environment.as_str()) {
            expect_table(format!("{name}.{OVERRIDES}.{environment}"), &entry.node);
        }
    }
    for entry in environments.values() {
        if let Value::Table(changes) = &entry.node.value
            && let Some(nested) = changes.get(OVERRIDES)
        {
            let message = format!("`{OVERRIDES}` within `{name}.{OVERRIDES}`");
            findings.push(Finding::new(nested.key, message));
        }
    }
    for (environment, entry) in environments {
        if EnvironmentName::ALLOWED.contains(&environment.as_str()) {
            continue;
        }
        let message = format!(
            "unknown environment {} in `[{name}.{OVERRIDES}]`",
            super::quoted(environment)
        );
        let finding = Finding::new(entry.key, message);
        let finding = match nearest(environment, EnvironmentName::ALLOWED) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding,
        };
        let allowed = EnvironmentName::ALLOWED
            .map(|name| format!("`{name}`"))
            .join(", ");
        findings.push(finding.help(format!("allowed are {allowed}")));
    }
}
