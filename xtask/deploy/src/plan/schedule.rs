//! In which order stacks move: the steps as a graph.
//!
//! The invariant: no step removes an export that a stack imports which has not moved yet, and no
//! step imports what is not there yet.

use std::collections::{BTreeMap, BTreeSet};

use super::action::StackAction;
use super::blocker::{Blocker, export_value_changes, template_too_large};
use super::exports::{Kept, Stacks};
use super::finding::{Finding, FindingCode, Severity};
use super::graph::Graph;
use super::model::StepId;
use super::stack::Stack;
use super::unique_values::given_up_first;

/// When a stack is touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turn {
    /// It gets its new definition, or is deleted.
    First,
    /// It lets go of what was kept for others.
    Last,
}

/// The steps and their order.
pub(super) struct Schedule<'a> {
    /// Stack and turn of each node.
    pub(super) nodes: Vec<(&'a str, Turn)>,
    pub(super) numbers: BTreeMap<(&'a str, Turn), usize>,
    pub(super) graph: Graph,
    /// The nodes in an order that the graph allows.
    pub(super) order: Vec<usize>,
    /// What each stack keeps after its first turn.
    pub(super) between: Kept,
    /// What each stack keeps at the end.
    pub(super) end: Kept,
}

/// What came of scheduling.
pub(super) enum Scheduled<'a> {
    Done(Schedule<'a>),
    /// These stacks can't go on; the rest has to be settled again.
    Blocked(BTreeMap<&'a str, Blocker>),
}

impl<'a> Schedule<'a> {
    pub(super) fn node(&self, stack: &str, turn: Turn) -> Option<usize> {
        self.numbers.get(&(stack, turn)).copied()
    }

    /// The name of a step: the stack's, with the turn where it has two.
    pub(super) fn step_id(&self, node: usize) -> Option<StepId> {
        let (name, turn) = self.nodes.get(node)?;
        let two = self.node(name, Turn::First).is_some() && self.node(name, Turn::Last).is_some();
        Some(StepId(match (two, turn) {
            (false, _) => (*name).to_owned(),
            (true, Turn::First) => format!("{name}:expand"),
            (true, Turn::Last) => format!("{name}:contract"),
        }))
    }
}

impl<'a> Stacks<'_, 'a> {
    /// Orders the stacks that move. Starts with as little kept as possible; whatever an importer
    /// can let go of only after its producer's first turn is kept until the last.
    pub(super) fn schedule(&self, end: &Kept) -> Scheduled<'a> {
        let mut between = end.clone();
        loop {
            let mut schedule = self.fixed(end, &between);
            match self.releases_first(&mut schedule) {
                Ok(more) if more.is_empty() => {
                    break match schedule.graph.order() {
                        Ok(order) => Scheduled::Done(Schedule { order, ..schedule }),
                        Err(cycle) => Scheduled::Blocked(self.cycle_blockers(&schedule, &cycle)),
                    };
                }
                Ok(more) => {
                    for (stack, exports) in more {
                        between.entry(stack).or_default().extend(exports);
                    }
                }
                Err(blocked) => break Scheduled::Blocked(blocked),
            }
        }
    }

    /// The order that must be, whatever is kept.
    fn fixed(&self, end: &Kept, between: &Kept) -> Schedule<'a> {
        let mut schedule = self.nodes(end, between);
        for stack in self.changing() {
            self.producers_first(stack, &mut schedule);
            self.releases_last(stack, &mut schedule);
            self.names_once(stack, &mut schedule);
        }
        for (first, waits) in given_up_first(self) {
            let nodes = (
                schedule.node(first, Turn::First),
                schedule.node(waits, Turn::First),
            );
            if let (Some(first), Some(waits)) = nodes {
                schedule.graph.add(first, waits);
            }
        }
        self.persons_first(&mut schedule);
        schedule
    }

    fn nodes(&self, end: &Kept, between: &Kept) -> Schedule<'a> {
        let none = BTreeSet::new();
        let mut nodes = Vec::new();
        for stack in self.changing() {
            let (kept, kept_between) = (
                end.get(stack.name).unwrap_or(&none),
                between.get(stack.name).unwrap_or(&none),
            );
            let (first, last) = match &stack.action {
                StackAction::Update(changes) if changes.retains_exports => (
                    false,
                    *kept != stack.dropped || !changes.parameters.is_empty() || changes.tag,
                ),
                _ => (true, kept != kept_between),
            };
            nodes.extend(first.then_some((stack.name, Turn::First)));
            nodes.extend(last.then_some((stack.name, Turn::Last)));
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
            between: between.clone(),
            end: end.clone(),
        }
    }

    /// What a stack imports is there before, and its own turns follow each other.
    fn producers_first(&self, stack: &Stack<'a>, schedule: &mut Schedule<'a>) {
        let Some(first) = schedule.node(stack.name, Turn::First) else {
            return;
        };
        if let Some(last) = schedule.node(stack.name, Turn::Last) {
            schedule.graph.add(first, last);
        }
        if !stack.is_deployed_to() {
            return;
        }
        let imports = stack.artifact.into_iter().flat_map(|one| &one.imports);
        for export in imports {
            let producer = self.input.producer(export);
            if let Some(node) = producer.and_then(|name| schedule.node(name, Turn::First)) {
                schedule.graph.add(node, first);
            }
        }
    }

    /// What was kept goes once it is released, and so does a stack that is deleted.
    fn releases_last(&self, stack: &Stack<'a>, schedule: &mut Schedule<'a>) {
        let (turn, kept) = match stack.action {
            StackAction::Delete => (Turn::First, BTreeSet::new()),
            _ if stack.is_expanded() => (Turn::Last, stack.dropped.clone()),
            _ => (
                Turn::Last,
                schedule
                    .between
                    .get(stack.name)
                    .cloned()
                    .unwrap_or_default(),
            ),
        };
        let Some(node) = schedule.node(stack.name, turn) else {
            return;
        };
        let goes = stack.dropped.iter().filter(|export| {
            let stays = schedule.end.get(stack.name);
            (stack.action == StackAction::Delete || kept.contains(*export))
                && !stays.is_some_and(|set| set.contains(*export))
        });
        let edges: Vec<usize> = goes
            .flat_map(|export| self.releases(stack, export, schedule))
            .collect();
        for release in edges {
            schedule.graph.add(release, node);
        }
    }

    /// A name is given up before another stack takes it.
    fn names_once(&self, stack: &Stack<'a>, schedule: &mut Schedule<'a>) {
        let Some(first) = schedule.node(stack.name, Turn::First) else {
            return;
        };
        let exports = stack.artifact.into_iter().flat_map(|one| &one.exports);
        for export in exports.filter(|_| stack.is_deployed_to()) {
            let holder = self.input.exporter(&export.name);
            let Some(holder) = holder.filter(|name| *name != stack.name) else {
                continue;
            };
            let kept = schedule.between.get(holder);
            let kept = kept.is_some_and(|set| set.contains(&export.name));
            let node = schedule
                .node(holder, Turn::First)
                .filter(|_| !kept)
                .or_else(|| schedule.node(holder, Turn::Last));
            if let Some(node) = node {
                schedule.graph.add(node, first);
            }
        }
    }

    /// What a person applies comes before everything, and goes after everything: roles of every
    /// stack are created with its boundary, which they name without importing it.
    fn persons_first(&self, schedule: &mut Schedule<'a>) {
        let firsts: Vec<(&str, usize)> = schedule
            .numbers
            .iter()
            .filter(|((_, turn), _)| *turn == Turn::First)
            .map(|((name, _), node)| (*name, *node))
            .collect();
        let by_a_person = |name: &str| {
            self.input
                .artifact(name)
                .is_some_and(|stack| stack.applied_by_a_person)
        };
        let deleted = |name: &str| {
            self.stacks
                .get(name)
                .is_some_and(|stack| stack.action == StackAction::Delete)
        };
        let (persons, others): (Vec<_>, Vec<_>) =
            firsts.into_iter().partition(|(name, _)| by_a_person(name));
        for (person, node) in persons {
            for (other, other_node) in &others {
                match (deleted(person), deleted(other)) {
                    (true, _) => schedule.graph.add(*other_node, node),
                    (false, false) => schedule.graph.add(node, *other_node),
                    (false, true) => {}
                }
            }
        }
    }

    /// Adds the order for exports that go with the first turn of their stack: every importer lets
    /// go before. Gives back those for which that is impossible, so that they have to be kept.
    pub(super) fn releases_first(
        &self,
        schedule: &mut Schedule<'a>,
    ) -> Result<Kept, BTreeMap<&'a str, Blocker>> {
        let mut more = Kept::new();
        let mut blocked = BTreeMap::new();
        for stack in self.changing() {
            let Some(first) = schedule.node(stack.name, Turn::First) else {
                continue;
            };
            if stack.action == StackAction::Delete {
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
                let after = schedule.graph.reachable(first);
                for export in goes {
                    let releases = self.releases(stack, export, schedule);
                    if releases.iter().all(|node| !after.contains(node)) {
                        for release in releases {
                            schedule.graph.add(release, first);
                        }
                    } else if stack.changed.contains(export) {
                        blocked.extend(
                            self.importer(stack, export)
                                .map(|importer| (stack.name, export_value_changes(stack, export, importer))),
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
                let blocker = moved
                    .iter()
                    .find_map(|export| {
                        let importer = self.importer(stack, export)?;
                        Some(export_value_changes(stack, export, importer))
                    })
                    .or_else(|| template_too_large(stack, &kept));
                blocked.extend(blocker.map(|one| (stack.name, one)));
            }
        }
        if blocked.is_empty() {
            Ok(more)
        } else {
            Err(blocked)
        }
    }

    /// Stacks that each wait for another one of them to let go: there is no order for them. It
    /// takes deployed stacks that import from each other, which no one definition has.
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
                    hint: Some(
                        "deploy one of them with a definition that imports from none of the others"
                            .to_owned(),
                    ),
                    ..Finding::new(
                        FindingCode::ExportKept,
                        Severity::Block,
                        name,
                        "stack",
                        format!("is one of stacks that import from each other: {all}"),
                    )
                };
                (name, Blocker::with_finding("waits for itself", finding))
            })
            .collect()
    }

    fn importer(&self, stack: &Stack<'a>, export: &str) -> Option<&'a str> {
        self.input.importers(export, stack.name).next()
    }

    /// The steps by which importers let go of an export.
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
                let kept = schedule.between.get(name).unwrap_or(&none);
                let lets_go = importer.action == StackAction::Delete || !importer.imports(export, kept);
                let first = schedule.node(name, Turn::First).filter(|_| lets_go);
                first.or_else(|| schedule.node(name, Turn::Last))
            })
            .collect()
    }
}
