//! Exports that stay while they are imported, and stacks that are blocked by others.
//!
//! The invariant: at the end, every import of a deployed stack has its export, with the value that
//! it was imported with.

use std::collections::{BTreeMap, BTreeSet};

use super::action::StackAction;
use super::blocker::{Blocker, export_missing, export_value_changes, template_too_large};
use super::finding::{Finding, FindingCode, Severity};
use super::input::PlanInput;
use super::stack::Stack;
use crate::next_step::Situation;

/// The exports that each stack retains in addition to those of its definition.
pub(super) type RetainedExports = BTreeMap<String, BTreeSet<String>>;

pub(super) struct StackSet<'w, 'a> {
    pub(super) input: &'w PlanInput<'a>,
    pub(super) stacks: BTreeMap<&'a str, Stack<'a>>,
}

impl<'a> StackSet<'_, 'a> {
    /// The stacks that are created, updated or deleted.
    pub(super) fn changing(&self) -> impl Iterator<Item = &Stack<'a>> {
        self.stacks
            .values()
            .filter(|stack| stack.action.is_change())
    }

    /// The exports that are still imported at the end, by the stack that retains them.
    pub(super) fn retained_at_end(&self) -> RetainedExports {
        let mut retained = RetainedExports::new();
        // A retained resource may have imports of its own, whose producers have to retain those.
        loop {
            let mut more = Vec::new();
            for stack in self.changing().filter(|stack| stack.is_deployed_to()) {
                for export in &stack.dropped {
                    let known = retained
                        .get(stack.name)
                        .is_some_and(|set| set.contains(export));
                    if !known
                        && self
                            .remaining_importers(export, stack.name, &retained)
                            .next()
                            .is_some()
                    {
                        more.push((stack.name.to_owned(), export.clone()));
                    }
                }
            }
            if more.is_empty() {
                return retained;
            }
            for (stack, export) in more {
                retained.entry(stack).or_default().insert(export);
            }
        }
    }

    /// The stacks that import an export now and at the end.
    pub(super) fn remaining_importers<'s>(
        &'s self,
        export: &'s String,
        of: &'s str,
        retained: &'s RetainedExports,
    ) -> impl Iterator<Item = &'a str> + 's {
        self.input.importers(export, of).filter(move |name| {
            let Some(stack) = self.stacks.get(name) else {
                return true;
            };
            match &stack.action {
                StackAction::Delete => false,
                action if action.is_change() => {
                    let none = BTreeSet::new();
                    let retained = retained.get(*name).unwrap_or(&none);
                    stack.imports(export, retained)
                }
                _ => true,
            }
        })
    }

    /// The blocked stacks, given the exports that are retained.
    pub(super) fn blockers(&self, retained: &RetainedExports) -> BTreeMap<&'a str, Blocker> {
        self.changing()
            .filter_map(|stack| {
                let blocker = if stack.action == StackAction::Delete {
                    self.deletion_blocker(stack, retained)
                } else {
                    self.imports_blocker(stack)
                        .or_else(|| self.value_blocker(stack, retained))
                        .or_else(|| self.name_blocker(stack, retained))
                        .or_else(|| Self::size_blocker(stack, retained))
                };
                Some((stack.name, blocker?))
            })
            .collect()
    }

    fn is_blocked(&self, name: &str) -> bool {
        self.stacks
            .get(name)
            .is_some_and(|stack| matches!(stack.action, StackAction::Block(_)))
    }

    /// A stack can be deleted once no other stack imports from it.
    fn deletion_blocker(&self, stack: &Stack<'a>, retained: &RetainedExports) -> Option<Blocker> {
        let (export, importer) = stack.dropped.iter().find_map(|export| {
            let importer = self
                .remaining_importers(export, stack.name, retained)
                .next()?;
            Some((export, importer))
        })?;
        if self.is_blocked(importer) {
            return Some(Blocker::blocked_by(format!(
                "{importer} imports from it and is blocked"
            )));
        }
        let finding = Finding {
            from: Some(importer.to_owned()),
            hint: Some(match self.input.is_external(importer) {
                true => Situation::OtherOwnersImporter { importer }.to_string(),
                false => Situation::ImporterRemains { importer }.to_string(),
            }),
            ..Finding::new(
                FindingCode::ExportRetained,
                Severity::Block,
                stack.name,
                export,
                format!("cannot be deleted: {importer} still imports {export}"),
            )
        };
        Some(Blocker::with_finding("its exports are in use", finding))
    }

    /// Every import needs an export that is deployed or planned.
    fn imports_blocker(&self, stack: &Stack<'a>) -> Option<Blocker> {
        let artifact = stack.artifact?;
        artifact
            .imports
            .iter()
            .find_map(|export| self.import_blocker(stack, export))
    }

    fn import_blocker(&self, stack: &Stack<'a>, export: &str) -> Option<Blocker> {
        let exporter = self.input.exporter(export);
        let Some(producer) = self.input.producer(export) else {
            return exporter
                .is_none()
                .then(|| export_missing(stack.name, export, "no stack exports it", None));
        };
        let action = self.stacks.get(producer).map(|stack| &stack.action)?;
        match action {
            StackAction::Create | StackAction::Update(_) => return None,
            StackAction::Block(_) => {
                return Some(Blocker::blocked_by(format!(
                    "needs {producer}, which is blocked"
                )));
            }
            _ if exporter == Some(producer) => return None,
            _ => {}
        }
        Some(match action {
            StackAction::Wait(reason) => Blocker {
                action: StackAction::Wait(format!("needs {producer}, which {reason}")),
                finding: None,
            },
            StackAction::Skip(_) if self.is_skipped_manual_stack(producer) => {
                let finding = Finding {
                    to: Some(producer.to_owned()),
                    hint: Some(Situation::ManualStackMissing { producer }.to_string()),
                    ..Finding::new(
                        FindingCode::ManualStack,
                        Severity::Block,
                        stack.name,
                        export,
                        format!("needs {export} from {producer}"),
                    )
                };
                Blocker::with_finding("needs a manual stack", finding)
            }
            StackAction::Skip(reason) => export_missing(
                stack.name,
                export,
                &format!("{producer} {reason}"),
                Some(Situation::ProducerNotSelected { producer }),
            ),
            _ => export_missing(
                stack.name,
                export,
                &format!("{producer} does not export it"),
                None,
            ),
        })
    }

    fn is_skipped_manual_stack(&self, name: &str) -> bool {
        self.input
            .artifact(name)
            .is_some_and(|stack| stack.applied_manually)
            && self.input.is_selected(name)
    }

    /// An export that is in use keeps its value.
    pub(super) fn value_blocker(
        &self,
        stack: &Stack<'a>,
        retained: &RetainedExports,
    ) -> Option<Blocker> {
        let none = BTreeSet::new();
        let retained_here = retained.get(stack.name).unwrap_or(&none);
        let by_definition = stack.changed.iter().cloned();
        let all: BTreeSet<String> = by_definition
            .chain(stack.changed_with(retained_here))
            .collect();
        all.iter().find_map(|export| {
            let importer = self
                .remaining_importers(export, stack.name, retained)
                .next()?;
            Some(export_value_changes(stack, export, importer))
        })
    }

    /// An export name is unique: its present exporter has to drop it first.
    fn name_blocker(&self, stack: &Stack<'a>, retained: &RetainedExports) -> Option<Blocker> {
        let artifact = stack.artifact?;
        artifact.exports.iter().find_map(|export| {
            let name = export.name.as_str();
            let holder = self.input.exporter(name).filter(|one| *one != stack.name)?;
            let importer = self.input.importers(name, holder).next();
            let goes = self.stacks.get(holder).is_some_and(|other| {
                other.action.is_change()
                    && other.dropped.contains(name)
                    && !retained.get(holder).is_some_and(|set| set.contains(name))
            });
            if goes && importer.is_none() {
                return None;
            }
            let why = match importer {
                Some(importer) => format!("{importer} imports it"),
                None => format!("{holder} keeps it"),
            };
            let finding = Finding {
                from: Some(holder.to_owned()),
                to: Some(stack.name.to_owned()),
                hint: Some(match self.input.is_external(holder) {
                    true => Situation::OtherOwnersExport { holder }.to_string(),
                    false => Situation::ExportNameTaken.to_string(),
                }),
                ..Finding::new(
                    FindingCode::ExportChanged,
                    Severity::Block,
                    stack.name,
                    name,
                    format!("cannot take over {name} from {holder}: {why}"),
                )
            };
            Some(Blocker::with_finding("its export name is taken", finding))
        })
    }

    /// The template with retained exports has to fit CloudFormation's limits.
    fn size_blocker(stack: &Stack<'a>, retained: &RetainedExports) -> Option<Blocker> {
        template_too_large(stack, retained.get(stack.name)?)
    }
}

/// A note for every export that is still imported at the end.
pub(super) fn retained_export_findings(
    stacks: &StackSet<'_, '_>,
    end: &RetainedExports,
) -> Vec<Finding> {
    end.iter()
        .flat_map(|(stack, exports)| exports.iter().map(move |export| (stack, export)))
        .map(|(stack, export)| {
            let importers: Vec<&str> = stacks.remaining_importers(export, stack, end).collect();
            let outside = importers
                .iter()
                .copied()
                .filter(|name| stacks.input.is_external(name))
                .collect::<Vec<_>>()
                .join(", ");
            let situation = match outside.as_str() {
                "" => Situation::ExportRetained,
                importers => Situation::ExportRetainedForOthers { importers },
            };
            let importers = importers.join(", ");
            Finding {
                from: Some(importers.clone()),
                hint: Some(situation.to_string()),
                ..Finding::new(
                    FindingCode::ExportRetained,
                    Severity::Note,
                    stack,
                    export,
                    format!("{export} is retained while {importers} imports it"),
                )
            }
        })
        .collect()
}
