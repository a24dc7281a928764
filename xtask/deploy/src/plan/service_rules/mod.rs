//! What services would refuse of a plan, by the table of service rules.
//!
//! The emulator asks the same rules about physical resources when it deploys; here they are asked about the
//! resources of the templates before anything is deployed. What CloudFormation does when is known: it creates and
//! changes first, in the order of references, and deletes what was removed or replaced at the end.

mod attached;
mod creation;
mod deletion;
mod moved;
mod templates;
mod unique;

use std::collections::BTreeSet;

use super::action::StackAction;
use super::exports::{RetainedExports, StackSet};
use super::finding::Finding;
use super::stack::Stack;
use templates::Templates;

/// The findings for each stack that is created, updated or deleted.
pub(super) struct ServiceFindings<'s, 'a> {
    stacks: &'s StackSet<'s, 'a>,
    templates: Templates,
}

impl<'s, 'a> ServiceFindings<'s, 'a> {
    pub(super) fn new(stacks: &'s StackSet<'s, 'a>, retained: &RetainedExports) -> Self {
        Self {
            templates: Templates::of(stacks, retained),
            stacks,
        }
    }

    pub(super) fn of(&self, stack: &Stack<'a>) -> Vec<Finding> {
        if !stack.action.is_change() {
            return Vec::new();
        }
        let mut findings = Vec::new();
        if !matches!(stack.action, StackAction::Delete) {
            findings.extend(unique::findings(&self.templates, stack));
            findings.extend(attached::findings(&self.templates, stack));
            findings.extend(creation::findings(&self.templates, stack));
        }
        findings.extend(deletion::findings(&self.templates, stack));
        findings.extend(moved::findings(self.stacks, &self.templates, stack));
        let mut seen = BTreeSet::new();
        findings.retain(|finding| seen.insert(finding.acknowledgement()));
        findings
    }
}
