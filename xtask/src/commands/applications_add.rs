//! `applications add`: appends an application's table to `applications.toml`.
//!
//! Everything that is in the file stays byte for byte, and nothing is written that the definition
//! would be refused for.

use std::collections::BTreeSet;
use std::fs;

use cli_conventions::files;
use cli_conventions::next_step::Situation;
use common::application::{ApplicationIngress, ApplicationName, PathPattern, Priority};
use common::input::{APPLICATIONS, Definition};

use crate::cli::ApplicationsAdd;
use crate::context::Context;
use crate::{Error, output};

pub(super) fn run(context: &Context, arguments: &ApplicationsAdd) -> Result<(), Error> {
    let name = &arguments.application;
    let before = Definition::load(&context.config)?;
    if ingresses(&before, name).0 {
        return Err(Error::ApplicationDefined {
            application: name.clone(),
            file: APPLICATIONS,
        });
    }
    let path = context.config.join(APPLICATIONS);
    let old = fs::read_to_string(&path).map_err(|source| Error::Read {
        path: path.clone(),
        source,
    })?;
    let used: BTreeSet<u16> = ingresses(&before, name)
        .1
        .iter()
        .map(|ingress| ingress.priority.get())
        .collect();
    let none = || Error::NoPriority {
        application: name.clone(),
    };
    let mut priority = after(&used).ok_or_else(none)?;
    let mut added = table(arguments, priority)?;
    let mut text = appended(&old, &added);
    let definition = Definition::load_with_applications(&context.config, &text)?;
    // Behind a rule for every path of the host, it would get no requests.
    if let Some(behind) = in_front(&definition, name) {
        priority = below(&used, behind).ok_or_else(none)?;
        added = table(arguments, priority)?;
        text = appended(&old, &added);
        Definition::load_with_applications(&context.config, &text)?;
    }
    files::write(&path, &text).map_err(|source| Error::Write { path, source })?;
    output::text(&format!(
        "{added}\nadded to {APPLICATIONS}; {}\n",
        Situation::ApplicationAdded
    ))
}

/// Whether the application is defined, and the ingresses of all others, of every environment.
fn ingresses<'a>(
    definition: &'a Definition,
    name: &ApplicationName,
) -> (bool, Vec<&'a ApplicationIngress>) {
    let all = || {
        let each = definition.environments.iter();
        each.flat_map(|environment| &environment.applications)
    };
    let others = all().filter(|application| application.name != *name);
    (
        all().any(|application| application.name == *name),
        others.filter_map(|other| other.ingress.as_ref()).collect(),
    )
}

/// The next priority at the distance of the others: hundreds after hundreds.
fn after(used: &BTreeSet<u16>) -> Option<u16> {
    let step = [100, 10]
        .into_iter()
        .find(|step| used.iter().all(|priority| priority % step == 0))
        .unwrap_or(10);
    let highest = used.last().copied().unwrap_or(0);
    let next = (highest / step).checked_add(1)?.checked_mul(step);
    next.filter(|next| *next <= Priority::MAX)
        .or_else(|| (1..=Priority::MAX).rev().find(|free| !used.contains(free)))
}

/// A free priority before this one, with room on both sides where there is some.
fn below(used: &BTreeSet<u16>, priority: u16) -> Option<u16> {
    let ten = priority.saturating_sub(1) / 10 * 10;
    let round = (1..=ten).rev().filter(|free| free % 10 == 0);
    round
        .chain((1..priority).rev())
        .find(|free| !used.contains(free))
}

/// The lowest priority of a rule that takes every path of the host away from the application.
fn in_front(definition: &Definition, name: &ApplicationName) -> Option<u16> {
    let each = definition.environments.iter().filter_map(|environment| {
        let applications = &environment.applications;
        let own = applications.iter().find(|one| one.name == *name)?;
        let own = own.ingress.as_ref()?;
        // One that takes every path itself stays behind.
        if own.path == PathPattern::everything() {
            return None;
        }
        applications
            .iter()
            .filter(|other| other.name != *name)
            .filter_map(|other| other.ingress.as_ref())
            .filter(|other| other.host == own.host && other.path == PathPattern::everything())
            .map(|other| other.priority.get())
            .filter(|other| *other < own.priority.get())
            .min()
    });
    each.min()
}

/// The table, with the keys that every application needs.
fn table(arguments: &ApplicationsAdd, priority: u16) -> Result<String, Error> {
    let ApplicationsAdd {
        application,
        repository,
        host,
        path,
        port,
        memory,
        cpu,
        ..
    } = arguments;
    // A JSON string is a basic string of TOML.
    let quoted = |text: &String| serde_json::to_string(text).map_err(Error::Json);
    let mut table = format!("[{application}]\nrepository = {}\n", quoted(repository)?);
    if host.is_some() {
        table += &format!("container_port = {port}\n");
    }
    table += &format!("memory = {memory}\ncpu = {cpu}\ntasks = {{ min = 2, max = 4 }}\n");
    if let Some(host) = host {
        table += &format!("\n[{application}.ingress]\nhost = {}\n", quoted(host)?);
        if let Some(path) = path {
            table += &format!("path = {}\n", quoted(path)?);
        }
        table += &format!("priority = {priority}\n");
    }
    Ok(table)
}

/// The text with the table at its end, after an empty line, with the line ends that it has.
fn appended(old: &str, table: &str) -> String {
    let end = if old.contains("\r\n") { "\r\n" } else { "\n" };
    let mut text = old.to_owned();
    if !old.is_empty() {
        if !old.ends_with('\n') {
            text += end;
        }
        text += end;
    }
    text + &table.replace('\n', end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities_keep_the_distance_of_the_others() {
        let next = |used: &[u16]| after(&used.iter().copied().collect());
        assert_eq!(next(&[]), Some(100));
        assert_eq!(next(&[100, 200]), Some(300));
        assert_eq!(next(&[100, 210]), Some(220));
        assert_eq!(next(&[7]), Some(10));
        assert_eq!(next(&[50_000]), Some(49_999));
    }

    #[test]
    fn a_priority_before_another_is_free() {
        let before = |used: &[u16], one| below(&used.iter().copied().collect(), one);
        assert_eq!(before(&[100], 100), Some(90));
        assert_eq!(before(&[90, 100], 100), Some(80));
        assert_eq!(before(&[5], 5), Some(4));
        assert_eq!(before(&[1], 1), None);
    }

    #[test]
    fn what_is_there_stays() {
        assert_eq!(appended("", "[a]\n"), "[a]\n");
        assert_eq!(appended("# x", "[a]\n"), "# x\n\n[a]\n");
        assert_eq!(appended("# x\r\n", "[a]\n"), "# x\r\n\r\n[a]\r\n");
    }
}
