//! Exports and imports between stacks.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::template::Function;

use crate::finding::Report;
use crate::model::{Model, Node, Place, Presence};
use crate::names::is_slip;
use crate::registry::Group;
use crate::rule::{Evidence, Rule, Severity};

pub(crate) static GROUP: Group = Group {
    rules: &[&TWICE, &MISSING, &CYCLE, &UNUSED],
    check,
};

const PAGE: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html";

static TWICE: Rule = Rule {
    code: "exports/twice",
    severity: Severity::Error,
    summary: "two outputs export the same name",
    why: "An export's name is unique in its account and region. CloudFormation refuses the stack that comes second.",
    fix: "Give each export a name of its own, for instance with `${AWS::StackName}` in it.",
    source: PAGE,
    evidence: Evidence::AnyVariant,
};

static MISSING: Rule = Rule {
    code: "exports/missing",
    severity: Severity::Error,
    summary: "an import of a name that no stack exports",
    why: "CloudFormation refuses a stack that imports what does not exist yet.",
    fix: "Export the name, or import the one that is exported. An output with a condition exports only where the condition holds.",
    source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-importvalue.html",
    evidence: Evidence::AnyVariant,
};

static CYCLE: Rule = Rule {
    code: "exports/cycle",
    severity: Severity::Error,
    summary: "stacks that import from each other in a circle",
    why: "None of the stacks can be created first, and none can be deleted first.",
    fix: "Move what they share into a stack that all of them import from.",
    source: PAGE,
    evidence: Evidence::AnyVariant,
};

static UNUSED: Rule = Rule {
    code: "exports/unused",
    severity: Severity::Info,
    summary: "an export that no stack imports",
    why: "An export is an interface: once a stack imports it, its value can't change and its output can't be deleted.",
    fix: "Remove `Export` from the output, unless stacks elsewhere import it.",
    source: PAGE,
    evidence: Evidence::EveryVariant,
};

/// `Fn::ImportValue` with a name that is known.
struct Import<'m> {
    name: String,
    place: Place<'m>,
    presence: Presence,
}

fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    exported_twice(model, report);
    let mut imports = Vec::new();
    let mut all_names_are_known = true;
    for (stack, _) in model.stacks() {
        for site in model.calls(stack) {
            let Function::ImportValue(name) = site.call.function() else {
                continue;
            };
            match Node::of_value(model, stack, site.place.logical_id, name).text() {
                Some(name) => imports.push(Import {
                    name: name.into_owned(),
                    place: site.place,
                    presence: site.presence,
                }),
                None => all_names_are_known = false,
            }
        }
    }
    missing(model, report, &imports);
    cycles(model, report, &imports);
    if model.is_complete && all_names_are_known {
        unused(model, report, &imports);
    }
}

fn exported_twice<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for (name, exports) in model.exports() {
        let mut present = exports
            .iter()
            .filter(|export| export.presence == Presence::Present);
        let Some(first) = present.next() else {
            continue;
        };
        for export in present {
            let other = format!("{} of {}", first.output, model.stack_name(first.stack));
            let place = output(export.stack, export.output, "Export.Name");
            report.add(
                &TWICE,
                place,
                format!("`{name}` is also exported by {other}"),
            );
        }
    }
}

fn output<'m>(stack: usize, output: &'m str, path: &str) -> Place<'m> {
    Place {
        stack,
        logical_id: output,
        path: path.to_owned(),
    }
}

fn missing<'m>(model: &'m Model<'m>, report: &mut Report<'m>, imports: &[Import<'m>]) {
    let exports = model.exports();
    let is_exported = |name: &str| {
        exports
            .get(name)
            .is_some_and(|all| all.iter().any(|one| one.presence != Presence::Absent))
    };
    // A stack that imports some of its names from here is one that belongs here.
    let at_home: BTreeSet<usize> = imports
        .iter()
        .filter(|import| is_exported(&import.name))
        .map(|import| import.place.stack)
        .collect();
    for import in imports {
        if is_exported(&import.name) || import.presence != Presence::Present {
            continue;
        }
        let without_condition = exports.get(&import.name).and_then(|all| all.first());
        let similar = most_similar(&import.name, exports.keys());
        let belongs = model.is_complete
            || without_condition.is_some()
            || similar.is_some()
            || at_home.contains(&import.place.stack);
        if !belongs {
            continue;
        }
        let mut message = format!("no stack exports `{}`", import.name);
        if let Some(export) = without_condition {
            message += &format!(
                ": the condition of output {} of {} is false",
                export.output,
                model.stack_name(export.stack)
            );
        } else if let Some(similar) = similar {
            message += &format!("; did you mean `{similar}`?");
        }
        report.add(&MISSING, import.place.clone(), message);
    }
}

/// The name that differs least, if it differs by a slip: one letter more, less or other, or two swapped.
fn most_similar<'n>(name: &str, names: impl Iterator<Item = &'n String>) -> Option<&'n str> {
    names.map(String::as_str).find(|other| is_slip(name, other))
}

fn cycles<'m>(model: &'m Model<'m>, report: &mut Report<'m>, imports: &[Import<'m>]) {
    let mut edges: BTreeMap<usize, BTreeMap<usize, &Import<'m>>> = BTreeMap::new();
    for import in imports {
        if import.presence != Presence::Present {
            continue;
        }
        let exports = model.exports().get(&import.name);
        for export in exports.into_iter().flatten() {
            if export.presence == Presence::Present {
                edges
                    .entry(import.place.stack)
                    .or_default()
                    .entry(export.stack)
                    .or_insert(import);
            }
        }
    }
    let mut reported: BTreeSet<usize> = BTreeSet::new();
    for start in edges.keys() {
        if reported.contains(start) {
            continue;
        }
        let Some(path) = way_back(*start, &edges) else {
            continue;
        };
        reported.extend(&path);
        let names: Vec<&str> = path
            .iter()
            .chain([start])
            .map(|stack| model.stack_name(*stack).as_str())
            .collect();
        let next = path.get(1).unwrap_or(start);
        if let Some(import) = edges.get(start).and_then(|to| to.get(next)) {
            let message = if path.len() == 1 {
                format!("the stack imports its own export `{}`", import.name)
            } else {
                format!("stacks import in a circle: {}", names.join(" from "))
            };
            report.add(&CYCLE, import.place.clone(), message);
        }
    }
}

/// The shortest way from a stack over its imports back to itself, without the last step.
fn way_back(
    start: usize,
    edges: &BTreeMap<usize, BTreeMap<usize, &Import<'_>>>,
) -> Option<Vec<usize>> {
    let mut seen = BTreeSet::new();
    let mut ways = std::collections::VecDeque::from([vec![start]]);
    while let Some(way) = ways.pop_front() {
        let next = edges.get(way.last()?).into_iter().flat_map(BTreeMap::keys);
        for stack in next {
            if *stack == start {
                return Some(way);
            }
            if seen.insert(*stack) {
                let mut longer = way.clone();
                longer.push(*stack);
                ways.push_back(longer);
            }
        }
    }
    None
}

fn unused<'m>(model: &'m Model<'m>, report: &mut Report<'m>, imports: &[Import<'m>]) {
    let imported: BTreeSet<&str> = imports.iter().map(|one| one.name.as_str()).collect();
    for (name, exports) in model.exports() {
        if imported.contains(name.as_str()) {
            continue;
        }
        for export in exports {
            let place = output(export.stack, export.output, "Export.Name");
            report.add(&UNUSED, place, format!("no stack imports `{name}`"));
        }
    }
}
