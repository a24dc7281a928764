//! When importers let go of exports: before their producer moves, or after it.
//!
//! The invariant: an export goes only after everything that lets go of it.

use std::collections::{BTreeMap, BTreeSet};

use super::hindrance::{Hindrance, changed, too_large};
use super::intent::Intent;
use super::notice::finding;
use super::schedule::{Schedule, Turn};
use super::settle::{Kept, Stacks};
use super::stack::Stack;
use crate::plan::{Finding, FindingCode, Severity};

impl<'a> Stacks<'_, 'a> {
    /// Adds the order for exports that go with the first turn of their stack: every importer lets
    /// go before. Gives back those for which that is impossible, so that they have to be kept.
    pub(super) fn releases_first(
        &self,
        schedule: &mut Schedule<'a>,
    ) -> Result<Kept, BTreeMap<&'a str, Hindrance>> {
        let mut more = Kept::new();
        let mut hindered = BTreeMap::new();
        for stack in self.moving() {
            let Some(first) = schedule.node(stack.name, Turn::First) else {
                continue;
            };
            if stack.intent == Intent::Delete {
                continue;
            }
            let none = BTreeSet::new();
            let kept = schedule.between.get(stack.name).unwrap_or(&none).clone();
            let goes: Vec<&String> = stack
                .dropped
                .iter()
                .filter(|export| !kept.contains(*export))
                .chain(&stack.changed)
                .collect();
            if !goes.is_empty() {
                let after = schedule.graph.reach(first);
                for export in goes {
                    let releases = self.releases(stack, export, schedule);
                    if releases.iter().all(|node| !after.contains(node)) {
                        for release in releases {
                            schedule.graph.add(release, first);
                        }
                    } else if stack.changed.contains(export) {
                        hindered.extend(
                            self.importer(stack, export)
                                .map(|importer| (stack.name, changed(stack, export, importer))),
                        );
                    } else {
                        let kept: &mut BTreeSet<String> =
                            more.entry(stack.name.to_owned()).or_default();
                        kept.insert(export.clone());
                    }
                }
            }
            // What is kept only for a while has to keep its value, and to fit, too.
            let end = schedule.end.get(stack.name).unwrap_or(&none);
            if kept != *end {
                let moved = stack.changed_with(&kept);
                let hindrance = moved
                    .iter()
                    .find_map(|export| {
                        let importer = self.importer(stack, export)?;
                        Some(changed(stack, export, importer))
                    })
                    .or_else(|| too_large(stack, &kept));
                hindered.extend(hindrance.map(|one| (stack.name, one)));
            }
        }
        if hindered.is_empty() {
            Ok(more)
        } else {
            Err(hindered)
        }
    }

    /// Stacks that each wait for another one of them to let go: there is no order for them. It
    /// takes deployed stacks that import from each other, which no one definition has.
    pub(super) fn circle(
        &self,
        schedule: &Schedule<'a>,
        circle: &BTreeSet<usize>,
    ) -> BTreeMap<&'a str, Hindrance> {
        let nodes = circle.iter().filter_map(|node| schedule.nodes.get(*node));
        let names: BTreeSet<&str> = nodes.map(|(name, _)| *name).collect();
        let all = names.iter().copied().collect::<Vec<_>>().join(", ");
        names
            .into_iter()
            .map(|name| {
                let finding = Finding {
                    from: Some(all.clone()),
                    hint: Some(
                        "deploy one of them with a definition that imports from none of the others"
                            .to_owned(),
                    ),
                    ..finding(
                        FindingCode::ExportKept,
                        Severity::Block,
                        name,
                        "stack",
                        format!("is one of stacks that import from each other: {all}"),
                    )
                };
                (name, Hindrance::found("waits for itself", finding))
            })
            .collect()
    }

    fn importer(&self, stack: &Stack<'a>, export: &str) -> Option<&'a str> {
        self.world.importers(export, stack.name).next()
    }

    /// The steps by which importers let go of an export.
    pub(super) fn releases(
        &self,
        stack: &Stack<'a>,
        export: &String,
        schedule: &Schedule<'a>,
    ) -> Vec<usize> {
        self.world
            .importers(export, stack.name)
            .filter_map(|name| {
                let importer = self.stacks.get(name)?;
                let none = BTreeSet::new();
                let kept = schedule.between.get(name).unwrap_or(&none);
                let lets_go = importer.intent == Intent::Delete || !importer.imports(export, kept);
                let first = schedule.node(name, Turn::First).filter(|_| lets_go);
                first.or_else(|| schedule.node(name, Turn::Last))
            })
            .collect()
    }
}
