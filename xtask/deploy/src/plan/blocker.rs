//! Reasons for which one stack keeps another from being deployed.

use std::collections::BTreeSet;

use super::action::StackAction;
use super::expanded_template::over_limit;
use super::finding::{Finding, FindingCode, Severity};
use super::stack::Stack;
use crate::next_step::Situation;
use cloudformation::{ExportName, StackName};

/// The action of a blocked stack, and the finding that explains it.
pub(super) struct Blocker {
    pub(super) action: StackAction,
    pub(super) finding: Option<Finding>,
}

impl Blocker {
    /// Blocked by another stack, whose finding explains it.
    pub(super) fn blocked_by(reason: String) -> Self {
        Self {
            action: StackAction::Block(reason),
            finding: None,
        }
    }

    pub(super) fn with_finding(reason: &str, finding: Finding) -> Self {
        Self {
            action: StackAction::Block(reason.to_owned()),
            finding: Some(finding),
        }
    }
}

/// The template with retained exports exceeds a limit of CloudFormation.
pub(super) fn template_too_large(
    stack: &Stack<'_>,
    retained: &BTreeSet<ExportName>,
) -> Option<Blocker> {
    let expansion = stack.expansion(retained)?;
    let over = over_limit(&expansion.expanded)?;
    let exports = retained.iter().collect::<Vec<_>>().join(", ");
    let finding = Finding {
        to: Some(over.clone()),
        hint: Some(Situation::RetainedExportsTooLarge.to_string()),
        ..Finding::new(
            FindingCode::ExportRetained,
            Severity::Block,
            stack.name,
            &exports,
            format!("retaining {exports} takes {over}"),
        )
    };
    Some(Blocker::with_finding(
        "the template with retained exports is too large",
        finding,
    ))
}

/// An export in use would change its value.
pub(super) fn export_value_changes(
    stack: &Stack<'_>,
    export: &ExportName,
    importer: &StackName,
) -> Blocker {
    let output = stack.view.and_then(|view| {
        let output = view.outputs.iter();
        output
            .clone()
            .find(|output| output.export.as_ref() == Some(export))
    });
    let difference = output.and_then(|output| {
        let outputs = &stack.difference.outputs;
        outputs.iter().find(|one| one.output == output.key)
    });
    let finding = Finding {
        from: output.map(|output| output.value.clone()),
        to: difference.and_then(|one| one.to.clone()),
        hint: Some(Situation::ExportValueChanges.to_string()),
        ..Finding::new(
            FindingCode::ExportChanged,
            Severity::Block,
            stack.name,
            export.as_str(),
            format!("{export} would change while {importer} imports it"),
        )
    };
    Blocker::with_finding("an export in use would change", finding)
}

/// An import without its export.
pub(super) fn export_missing(
    stack: &StackName,
    export: &ExportName,
    why: &str,
    next: Option<Situation<'_>>,
) -> Blocker {
    let finding = Finding {
        hint: next.map(|situation| situation.to_string()),
        ..Finding::new(
            FindingCode::ExportMissing,
            Severity::Block,
            stack,
            export.as_str(),
            format!("imports {export}, which is not deployed: {why}"),
        )
    };
    Blocker::with_finding("needs an export that is not deployed", finding)
}
