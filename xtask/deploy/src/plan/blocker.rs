//! Why stacks can't go on because of others, and how that is said.

use std::collections::BTreeSet;

use super::action::StackAction;
use super::expanded_template::over_limit;
use super::finding::{Finding, FindingCode, Severity};
use super::stack::Stack;

/// Why a stack can't go on, and what has to be said of it.
pub(super) struct Blocker {
    pub(super) action: StackAction,
    pub(super) finding: Option<Finding>,
}

impl Blocker {
    /// Because of another stack, which says why.
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

/// A template with exports retained that is over a limit of CloudFormation's.
pub(super) fn template_too_large(
    stack: &Stack<'_>,
    retained: &BTreeSet<String>,
) -> Option<Blocker> {
    let expansion = stack.expansion(retained)?;
    let over = over_limit(&expansion.expanded)?;
    let exports = retained.iter().cloned().collect::<Vec<_>>().join(", ");
    let finding = Finding {
        to: Some(over.clone()),
        hint: Some("remove the imports in one deployment, and the exports in the next".to_owned()),
        ..Finding::new(
            FindingCode::ExportRetained,
            Severity::Block,
            stack.name,
            &exports,
            format!("keeping {exports} takes {over}"),
        )
    };
    Some(Blocker::with_finding(
        "what is retained does not fit",
        finding,
    ))
}

/// An export in use that would get another value.
pub(super) fn export_value_changes(stack: &Stack<'_>, export: &str, importer: &str) -> Blocker {
    let output = stack.view.and_then(|view| {
        let output = view.outputs.iter();
        output
            .clone()
            .find(|output| output.export.as_deref() == Some(export))
    });
    let difference = output.and_then(|output| {
        let outputs = &stack.difference.outputs;
        outputs.iter().find(|one| one.output == output.key)
    });
    let finding = Finding {
        from: output.map(|output| output.value.clone()),
        to: difference.and_then(|one| one.to.clone()),
        hint: Some(
            "give the new resource a logical id and an output of its own, so that both exist while \
             importers move; or deploy without the imports first, and with them again afterwards"
                .to_owned(),
        ),
        ..Finding::new(
            FindingCode::ExportChanged,
            Severity::Block,
            stack.name,
            export,
            format!("{export} would get another value while {importer} imports it"),
        )
    };
    Blocker::with_finding("an export in use would get another value", finding)
}

/// An import without its export.
pub(super) fn export_missing(
    stack: &str,
    export: &str,
    why: &str,
    hint: Option<String>,
) -> Blocker {
    let finding = Finding {
        hint,
        ..Finding::new(
            FindingCode::ExportMissing,
            Severity::Block,
            stack,
            export,
            format!("imports {export}, which is not deployed: {why}"),
        )
    };
    Blocker::with_finding("needs what is not deployed", finding)
}
