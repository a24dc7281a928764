//! Findings about stacks as they are, and where every finding begins.

use crate::plan::{Finding, FindingCode, Severity};
use crate::port::StackView;

/// A stack in a status that needs a person.
pub(super) fn stuck(view: &StackView, why: &str, hint: &str) -> Finding {
    Finding {
        from: Some(view.status.to_string()),
        hint: Some(hint.to_owned()),
        ..finding(
            FindingCode::StackStuck,
            Severity::Block,
            &view.name,
            "stack",
            format!("is in {}: {why}", view.status),
        )
    }
}

/// A stack of somebody else's.
pub(super) fn foreign(name: &str, whose: &str, severity: Severity) -> Finding {
    Finding {
        from: Some(whose.to_owned()),
        hint: Some("stacks of other owners are never touched; rename one of the two".to_owned()),
        ..finding(
            FindingCode::ForeignStack,
            severity,
            name,
            "stack",
            format!("is a stack {whose}"),
        )
    }
}

/// A finding without a change and a hint.
pub(super) fn finding(
    code: FindingCode,
    severity: Severity,
    stack: &str,
    subject: &str,
    message: String,
) -> Finding {
    Finding {
        code,
        severity,
        stack: stack.to_owned(),
        subject: subject.to_owned(),
        from: None,
        to: None,
        message,
        hint: None,
        acknowledged: false,
    }
}
