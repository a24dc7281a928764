//! The table of attacks in `docs/security.md`, generated and held.

use std::fmt::Write as _;

use rehearsal::pipelines::policy::{Decision, Denial};
use tests::generated::assert_generated;

use super::{AttackResult, PROMOTES, attack_results};
use crate::names::Names;
use crate::support::{samples, staging};

/// What an attack is on, in a table: without what is the same in every row.
fn shown(names: Names<'_>, resource: &str) -> String {
    let resource = resource
        .replace("/00000000-0000-4000-8000-000000000000", "")
        .replace(&format!("lemonade-{}-", names.environment()), "…")
        .replace(&format!("-{}-{}", names.account(), names.region()), "");
    match resource.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        [_, _, service, _, account, name] => {
            let elsewhere = !account.is_empty() && *account != names.account() && *account != "aws";
            let place = if elsewhere { " of another account" } else { "" };
            match *service {
                "sns" => format!("topic `{name}`{place}"),
                "codepipeline" => format!("pipeline `{name}`{place}"),
                "s3" => format!("bucket `{name}`{place}"),
                _ => format!("`{}`{place}", name.trim_end_matches("/0")),
            }
        }
        [name] if *name != "*" => (*name).to_owned(),
        _ => "everything".to_owned(),
    }
}

fn reason(names: Names<'_>, decision: &Decision) -> String {
    let short = |policy: &str| policy.replace(&format!("lemonade-{}-", names.environment()), "");
    match decision {
        Decision::Denied(Denial::Explicit(grounds)) => grounds
            .iter()
            .map(|fixture| format!("`{}` of `{}`", fixture.statement, short(&fixture.policy)))
            .collect::<Vec<_>>()
            .join(", "),
        Decision::Denied(Denial::Boundary { boundary }) => {
            format!("not in its boundary, `{}`", short(boundary))
        }
        Decision::Denied(other) => other.to_string(),
        Decision::Allowed(fixture) => format!("**allowed** by {fixture}"),
    }
}

/// A row: what for, who tries it, which actions on which resources, and what denies them.
#[derive(Debug, PartialEq)]
struct Row {
    what: &'static str,
    attacker: Vec<&'static str>,
    requests: Vec<(String, Vec<String>)>,
    reason: String,
}

impl Row {
    /// `iam:CreatePolicy, DeletePolicy on …`: the service once for each resource.
    fn requests(&self) -> String {
        let one = |(resource, actions): &(String, Vec<String>)| {
            let service = actions[0].split(':').next().unwrap_or_default();
            let mut names: Vec<&str> = actions
                .iter()
                .filter_map(|action| action.split(':').nth(1))
                .collect();
            names.dedup();
            format!("{service}: {} on {resource}", names.join(", "))
        };
        let all: Vec<String> = self.requests.iter().map(one).collect();
        all.join("<br>")
    }
}

/// Requests for the same purpose, by the same role and denied by the same, are one row; and so are
/// roles that try the same.
fn rows(names: Names<'_>) -> Vec<Row> {
    let mut all = attack_results(names);
    let purposes: Vec<&str> = all
        .iter()
        .map(|attack_results| attack_results.attack.what)
        .collect();
    all.sort_by_key(|attack_results| {
        purposes
            .iter()
            .position(|&what| what == attack_results.attack.what)
    });

    let mut rows: Vec<Row> = Vec::new();
    for AttackResult { attack, decision } in all {
        let condition = attack.request.context.get("iam:PermissionsBoundary");
        let with = match condition {
            Some([value]) if attack.request.action == "iam:CreateRole" => {
                let name = value.rsplit('/').next().unwrap_or(value);
                format!(", with the boundary `{}`", shown(names, name))
            }
            _ => String::new(),
        };
        let resource = shown(names, &attack.request.resource) + &with;
        let reason = reason(names, &decision);
        let attacker = attack.attacker.name();
        let same = |row: &&mut Row| {
            row.what == attack.what && row.attacker == [attacker] && row.reason == reason
        };
        let action = attack.request.action.clone();
        match rows.iter_mut().find(same) {
            Some(row) => match row.requests.iter_mut().find(|(of, _)| *of == resource) {
                Some((_, actions)) => actions.push(action),
                None => row.requests.push((resource, vec![action])),
            },
            None => rows.push(Row {
                what: attack.what,
                attacker: vec![attacker],
                requests: vec![(resource, vec![action])],
                reason,
            }),
        }
    }
    let mut merged: Vec<Row> = Vec::new();
    for row in rows {
        let same = |other: &&mut Row| {
            (other.what, &other.requests, &other.reason) == (row.what, &row.requests, &row.reason)
        };
        match merged.iter_mut().find(same) {
            Some(other) => other.attacker.extend(row.attacker),
            None => merged.push(row),
        }
    }
    merged
}

fn table(names: Names<'_>) -> String {
    let mut table = String::from("| to | as | by | denied by |\n| --- | --- | --- | --- |\n");
    let mut before = "";
    for row in rows(names) {
        let shown = if row.what == before { "" } else { row.what };
        let attacker: Vec<String> = row
            .attacker
            .iter()
            .map(|attacker| format!("`{attacker}`"))
            .collect();
        let (requests, reason) = (row.requests(), &row.reason);
        writeln!(
            table,
            "| {shown} | {} | {requests} | {reason} |",
            attacker.join(", ")
        )
        .unwrap();
        before = row.what;
    }
    table
}

#[test]
fn the_table_of_attacks_is_up_to_date() {
    assert_generated("docs/security.md", "attacks", &table(Names(staging())));
}

/// What protects staging protects production, by the same statements. In which of the execution
/// role's policies one stands depends on the lengths of all of them. A workflow promotes from staging alone.
#[test]
fn both_environments_deny_by_the_same() {
    let [one, other] = [0, 1].map(|index| {
        let names = Names(&samples()[index]);
        attack_results(names)
            .iter()
            .filter(|attack_results| attack_results.attack.attacker != PROMOTES)
            .map(|attack_results| {
                let reason = names.anonymous(&reason(names, &attack_results.decision));
                let reason = reason.replace(|letter: char| letter.is_ascii_digit(), "");
                format!("{}: {reason}", attack_results.attack.what)
            })
            .collect::<Vec<_>>()
    });
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one, other);
    }
    assert_eq!(one.len(), other.len());
}
