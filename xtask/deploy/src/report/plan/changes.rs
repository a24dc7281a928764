//! What changes inside of a stack: by our comparison of the templates, and by its change set.
//!
//! They are two witnesses, and they have disagreed before (aws-cdk#28336, aws-cdk-cli#1951): both
//! are shown under their names, and where one sees nothing, that is said.

use crate::plan::Action;
use cloudformation::{ChangeAction, Replacement, ResourceChange};

use super::Shown;
use crate::report::line::{Line, Tone};
use crate::report::wording::count;

/// How many properties are named.
const PROPERTIES_NAMED: usize = 6;

/// Both views of one stack.
pub(super) fn both(shown: Shown<'_>, stack: &str) -> Vec<Line> {
    let ours = shown.differences.get(stack);
    let theirs = shown.change_sets.get(stack);
    let mut lines = Vec::new();
    if let Some(ours) = ours {
        lines.push(label("by comparing the templates"));
        if ours.is_empty() {
            lines.push(nothing(theirs.is_some_and(|theirs| !theirs.is_empty())));
        }
        lines.extend(ours.iter().cloned());
    }
    if let Some(theirs) = theirs {
        lines.push(label("by its change set"));
        if theirs.is_empty() {
            lines.push(nothing(ours.is_some_and(|ours| !ours.is_empty())));
        }
        lines.extend(if is_created(shown, stack) {
            creation(theirs)
        } else {
            change_set(theirs)
        });
    }
    lines
}

fn is_created(shown: Shown<'_>, stack: &str) -> bool {
    let found = shown.plan.stacks.iter().find(|one| one.name == stack);
    found.is_some_and(|one| one.action == Action::Create)
}

/// Of a new stack everything is new: only what was there before is named.
fn creation(changes: &[ResourceChange]) -> Vec<Line> {
    let (new, rest): (Vec<&ResourceChange>, Vec<&ResourceChange>) = changes
        .iter()
        .partition(|change| change.action == ChangeAction::Add);
    let number = count(new.len(), "new resource");
    let mut lines = vec![Line::at(8).and(Tone::Good, "+").plain(" ").plain(number)];
    lines.extend(rest.into_iter().map(resource));
    lines
}

fn label(text: &str) -> Line {
    Line::at(6).and(Tone::Dim, text)
}

fn nothing(disagrees: bool) -> Line {
    if disagrees {
        Line::at(8).and(Tone::Warn, "nothing changes, and the other view disagrees")
    } else {
        Line::at(8).plain("nothing changes")
    }
}

/// The changes of a change set, one a line.
#[must_use]
pub fn change_set(changes: &[ResourceChange]) -> Vec<Line> {
    changes.iter().map(resource).collect()
}

fn resource(change: &ResourceChange) -> Line {
    let (sign, tone) = match (change.action, change.replacement) {
        (ChangeAction::Add, _) => ("+", Tone::Good),
        (ChangeAction::Import, _) => ("<", Tone::Good),
        (ChangeAction::Remove, _) => ("-", Tone::Bad),
        (_, Replacement::Always) => ("!", Tone::Bad),
        (ChangeAction::Modify | ChangeAction::Dynamic, _) => ("~", Tone::Warn),
    };
    let mut line = Line::at(8)
        .and(tone, sign)
        .plain(" ")
        .plain(&change.logical_id)
        .plain("  ")
        .and(Tone::Dim, &change.resource_type);
    if !change.properties.is_empty() {
        let mut named: Vec<&str> = change.properties.iter().map(String::as_str).collect();
        let more = named.len().saturating_sub(PROPERTIES_NAMED);
        named.truncate(PROPERTIES_NAMED);
        line = line.plain(": ").plain(named.join(", "));
        if more > 0 {
            line = line.plain(format!(" and {more} more"));
        }
    }
    let word = match (change.action, change.replacement) {
        (ChangeAction::Import, _) => Some("imported"),
        (ChangeAction::Dynamic, _) => Some("depends on other changes"),
        (ChangeAction::Modify, Replacement::Always) => Some("replaced"),
        (ChangeAction::Modify, Replacement::Conditional) => Some("may be replaced"),
        _ => None,
    };
    match word {
        Some(word) => line.plain(", ").and(tone, word),
        None => line,
    }
}
