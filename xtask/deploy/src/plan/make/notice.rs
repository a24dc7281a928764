//! Findings about stacks as they are, and where every finding begins.

use common::tags;

use crate::plan::{Finding, FindingCode, Severity};
use cloudformation::Stack;

/// A stack in a status that needs a person.
pub(super) fn stuck(view: &Stack, why: &str, hint: &str) -> Finding {
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
    let hint = if severity == Severity::Block {
        "stacks of other owners are never touched, and the definition has one of this name: have its \
         owner delete it, then run the same command again"
    } else {
        "stacks of other owners are never touched; nothing of this environment needs it"
    };
    Finding {
        from: Some(whose.to_owned()),
        hint: Some(hint.to_owned()),
        ..finding(
            FindingCode::ForeignStack,
            severity,
            name,
            "stack",
            format!("is a stack {whose}"),
        )
    }
}

/// A stack of the environment that has lost the tag which says so.
pub(super) fn lost_tag(name: &str) -> Finding {
    Finding {
        hint: Some("its update puts the tags back; nothing has to be done by hand".to_owned()),
        ..finding(
            FindingCode::ForeignStack,
            Severity::Note,
            name,
            "stack",
            format!(
                "has lost its tag {}; its template tells that it is this environment's",
                tags::ENVIRONMENT
            ),
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
