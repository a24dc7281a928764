//! Order in which stacks change: the steps as a graph.
//!
//! The invariant: no step removes an export while a stack that has not changed yet imports it, and
//! no step imports an export that does not exist yet.

use std::collections::{BTreeMap, BTreeSet};

use super::action::StackAction;
use super::blocker::{Blocker, export_value_changes, template_too_large};
use super::exports::{RetainedExports, StackSet};
use super::finding::{Finding, FindingCode, Severity};
use super::graph::Graph;
use super::model::StepId;
use super::stack::Stack;
use super::unique_values::release_order;
use crate::next_step::Situation;

/// A stack changes in one or two passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pass {
    /// Its new definition is deployed, or it is deleted.
    First,
    /// Its retained exports are removed.
    Last,
}

/// The steps and their order.
pub(super) struct Schedule<'a> {
    pub(super) nodes: Vec<(&'a str, Pass)>,
    pub(super) numbers: BTreeMap<(&'a str, Pass), usize>,
    pub(super) graph: Graph,
    /// The nodes in an order that the graph allows.
    pub(super) order: Vec<usize>,
    /// The exports that each stack retains after its first pass.
    pub(super) after_first: RetainedExports,
    /// The exports that each stack retains at the end.
    pub(super) at_end: RetainedExports,
}

pub(super) enum Scheduled<'a> {
    Ordered(Schedule<'a>),
    /// These stacks are blocked; the others have to be resolved again.
    Blocked(BTreeMap<&'a str, Blocker>),
}

impl<'a> Schedule<'a> {
    pub(super) fn node(&self, stack: &str, pass: Pass) -> Option<usize> {
        self.numbers.get(&(stack, pass)).copied()
    }

    /// The stack's name, with the pass where it has two.
    pub(super) fn step_id(&self, node: usize) -> Option<StepId> {
        let (name, pass) = self.nodes.get(node)?;
        let two = self.node(name, Pass::First).is_some() && self.node(name, Pass::Last).is_some();
        Some(StepId(match (two, pass) {
            (false, _) => (*name).to_owned(),
            (true, Pass::First) => format!("{name}:expand"),
            (true, Pass::Last) => format!("{name}:contract"),
        }))
    }
}

impl<'a> StackSet<'_, 'a> {
    /// Orders the stacks that change. Starts with as few retained exports as possible; an export
    /// that an importer can only release after its producer's first pass is retained until the
    /// last.
    pub(super) fn schedule(&self, end: &RetainedExports) -> Scheduled<'a> {
        let mut after_first = end.clone();
        loop {
            let mut schedule = self.required_order(end, &after_first);
            match self.releases_first(&mut schedule) {
                Ok(more) if more.is_empty() => {
                    break match schedule.graph.order() {
                        Ok(order) => Scheduled::Ordered(Schedule { order, ..schedule }),
                        Err(cycle) => Scheduled::Blocked(self.cycle_blockers(&schedule, &cycle)),
                    };
                }
                Ok(more) => {
                    for (stack, exports) in more {
                        after_first.entry(stack).or_default().extend(exports);
                    }
                }
                Err(blocked) => break Scheduled::Blocked(blocked),
            }
        }
    }

    /// The order that holds whichever exports are retained.
    fn required_order(&self, end: &RetainedExports, after_first: &RetainedExports) -> Schedule<'a> {
        let mut schedule = self.nodes(end, after_first);
        for stack in self.changing() {
            self.producers_first(stack, &mut schedule);
            self.releases_last(stack, &mut schedule);
            self.names_released_first(stack, &mut schedule);
        }
        for (first, waits) in release_order(self) {
            let nodes = (
                schedule.node(first, Pass::First),
                schedule.node(waits, Pass::First),
            );
            if let (Some(first), Some(waits)) = nodes {
                schedule.graph.add(first, waits);
            }
        }
        self.manual_stacks_first(&mut schedule);
        schedule
    }

    fn nodes(&self, end: &RetainedExports, after_first: &RetainedExports) -> Schedule<'a> {
        let none = BTreeSet::new();
        let mut nodes = Vec::new();
        for stack in self.changing() {
            let (retained, retained_first) = (
                end.get(stack.name).unwrap_or(&none),
                after_first.get(stack.name).unwrap_or(&none),
            );
            let (first, last) = match &stack.action {
                StackAction::Update(changes) if changes.retains_exports => (
                    false,
                    *retained != stack.dropped || !changes.parameters.is_empty() || changes.tag,
                ),
                _ => (true, retained != retained_first),
            };
            nodes.extend(first.then_some((stack.name, Pass::First)));
            nodes.extend(last.then_some((stack.name, Pass::Last)));
        }
        let numbers = nodes
            .iter()
            .enumerate()
            .map(|(number, node)| (*node, number))
            .collect();
        Schedule {
            graph: Graph::new(nodes.len()),
            order: Vec::new(),
            nodes,
            numbers,
            after_first: after_first.clone(),
            at_end: end.clone(),
        }
    }

    /// Producers come before their importers, and the first pass before the last.
    fn producers_first(&self, stack: &Stack<'a>, schedule: &mut Schedule<'a>) {
        let Some(first) = schedule.node(stack.name, Pass::First) else {
            return;
        };
        if let Some(last) = schedule.node(stack.name, Pass::Last) {
            schedule.graph.add(first, last);
        }
        if !stack.is_deployed_to() {
            return;
        }
        let imports = stack.artifact.into_iter().flat_map(|one| &one.imports);
        for export in imports {
            let producer = self.input.producer(export);
            if let Some(node) = producer.and_then(|name| schedule.node(name, Pass::First)) {
                schedule.graph.add(node, first);
            }
        }
    }

    /// Retained exports are removed, and stacks deleted, after their importers have released them.
    fn releases_last(&self, stack: &Stack<'a>, schedule: &mut Schedule<'a>) {
        let (pass, retained) = match stack.action {
            StackAction::Delete => (Pass::First, BTreeSet::new()),
            _ if stack.is_expanded() => (Pass::Last, stack.dropped.clone()),
            _ => (
                Pass::Last,
                schedule
                    .after_first
                    .get(stack.name)
                    .cloned()
                    .unwrap_or_default(),
            ),
        };
        let Some(node) = schedule.node(stack.name, pass) else {
            return;
        };
        let goes = stack.dropped.iter().filter(|export| {
            let stays = schedule.at_end.get(stack.name);
            (stack.action == StackAction::Delete || retained.contains(*export))
                && !stays.is_some_and(|set| set.contains(*export))
        });
        let edges: Vec<usize> = goes
            .flat_map(|export| self.releases(stack, export, schedule))
            .collect();
        for release in edges {
            schedule.graph.add(release, node);
        }
    }

    /// An export name is dropped before another stack exports it.
    fn names_released_first(&self, stack: &Stack<'a>, schedule: &mut Schedule<'a>) {
        let Some(first) = schedule.node(stack.name, Pass::First) else {
            return;
        };
        let exports = stack.artifact.into_iter().flat_map(|one| &one.exports);
        for export in exports.filter(|_| stack.is_deployed_to()) {
            let holder = self.input.exporter(&export.name);
            let Some(holder) = holder.filter(|name| *name != stack.name) else {
                continue;
            };
            let retained = schedule.after_first.get(holder);
            let retained = retained.is_some_and(|set| set.contains(&export.name));
            let node = schedule
                .node(holder, Pass::First)
                .filter(|_| !retained)
                .or_else(|| schedule.node(holder, Pass::Last));
            if let Some(node) = node {
                schedule.graph.add(node, first);
            }
        }
    }

    /// Manual stacks are deployed before and deleted after all others: roles of every stack are
    /// created with the manual stack's permissions boundary, which they name without importing it.
    fn manual_stacks_first(&self, schedule: &mut Schedule<'a>) {
        let firsts: Vec<(&str, usize)> = schedule
            .numbers
            .iter()
            .filter(|((_, pass), _)| *pass == Pass::First)
            .map(|((name, _), node)| (*name, *node))
            .collect();
        let is_manual = |name: &str| {
            self.input
                .artifact(name)
                .is_some_and(|stack| stack.applied_manually)
        };
        let deleted = |name: &str| {
            self.stacks
                .get(name)
                .is_some_and(|stack| stack.action == StackAction::Delete)
        };
        let (manual, others): (Vec<_>, Vec<_>) =
            firsts.into_iter().partition(|(name, _)| is_manual(name));
        for (stack, node) in manual {
            for (other, other_node) in &others {
                match (deleted(stack), deleted(other)) {
                    (true, _) => schedule.graph.add(*other_node, node),
                    (false, false) => schedule.graph.add(node, *other_node),
                    (false, true) => {}
                }
            }
        }
    }

    /// Adds the order for exports that are removed in the first pass of their stack: every importer
    /// releases them before. Returns those for which that is impossible, so that they have to be
    /// retained.
    pub(super) fn releases_first(
        &self,
        schedule: &mut Schedule<'a>,
    ) -> Result<RetainedExports, BTreeMap<&'a str, Blocker>> {
        let mut more = RetainedExports::new();
        let mut blocked = BTreeMap::new();
        for stack in self.changing() {
            let Some(first) = schedule.node(stack.name, Pass::First) else {
                continue;
            };
            if stack.action == StackAction::Delete {
                continue;
            }
            let none = BTreeSet::new();
            let retained = schedule
                .after_first
                .get(stack.name)
                .unwrap_or(&none)
                .clone();
            let goes: Vec<&String> = stack
                .dropped
                .iter()
                .filter(|export| !retained.contains(*export))
                .chain(&stack.changed)
                .collect();
            if !goes.is_empty() {
                let after = schedule.graph.reachable(first);
                for export in goes {
                    let releases = self.releases(stack, export, schedule);
                    if releases.iter().all(|node| !after.contains(node)) {
                        for release in releases {
                            schedule.graph.add(release, first);
                        }
                    } else if stack.changed.contains(export) {
                        blocked.extend(self.importer(stack, export).map(|importer| {
                            (stack.name, export_value_changes(stack, export, importer))
                        }));
                    } else {
                        let retained: &mut BTreeSet<String> =
                            more.entry(stack.name.to_owned()).or_default();
                        retained.insert(export.clone());
                    }
                }
            }
            // An export that is retained for a while has to keep its value, and the template has to
            // fit.
            let end = schedule.at_end.get(stack.name).unwrap_or(&none);
            if retained != *end {
                let moved = stack.changed_with(&retained);
                let blocker = moved
                    .iter()
                    .find_map(|export| {
                        let importer = self.importer(stack, export)?;
                        Some(export_value_changes(stack, export, importer))
                    })
                    .or_else(|| template_too_large(stack, &retained));
                blocked.extend(blocker.map(|one| (stack.name, one)));
            }
        }
        if blocked.is_empty() {
            Ok(more)
        } else {
            Err(blocked)
        }
    }

    /// Stacks that each wait for another one of them to release an import: they have no order. That
    /// takes deployed stacks that import from each other, which a single definition never has.
    pub(super) fn cycle_blockers(
        &self,
        schedule: &Schedule<'a>,
        cycle: &BTreeSet<usize>,
    ) -> BTreeMap<&'a str, Blocker> {
        let nodes = cycle.iter().filter_map(|node| schedule.nodes.get(*node));
        let names: BTreeSet<&str> = nodes.map(|(name, _)| *name).collect();
        let all = names.iter().copied().collect::<Vec<_>>().join(", ");
        names
            .into_iter()
            .map(|name| {
                let finding = Finding {
                    from: Some(all.clone()),
                    hint: Some(Situation::CircularImport.to_string()),
                    ..Finding::new(
                        FindingCode::ExportRetained,
                        Severity::Block,
                        name,
                        "stack",
                        format!("is part of a circular import: {all}"),
                    )
                };
                (name, Blocker::with_finding("circular import", finding))
            })
            .collect()
    }

    fn importer(&self, stack: &Stack<'a>, export: &str) -> Option<&'a str> {
        self.input.importers(export, stack.name).next()
    }

    /// The steps in which importers release an export.
    pub(super) fn releases(
        &self,
        stack: &Stack<'a>,
        export: &String,
        schedule: &Schedule<'a>,
    ) -> Vec<usize> {
        self.input
            .importers(export, stack.name)
            .filter_map(|name| {
                let importer = self.stacks.get(name)?;
                let none = BTreeSet::new();
                let retained = schedule.after_first.get(name).unwrap_or(&none);
                let lets_go =
                    importer.action == StackAction::Delete || !importer.imports(export, retained);
                let first = schedule.node(name, Pass::First).filter(|_| lets_go);
                first.or_else(|| schedule.node(name, Pass::Last))
            })
            .collect()
    }
}
