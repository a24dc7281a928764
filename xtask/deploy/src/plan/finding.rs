//! What a person has to know of a plan, and what has to be acknowledged.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::digest::sha256_of_all;

/// What was found. The names are stable: acknowledgements and scripts hold them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingCode {
    /// A resource whose loss interrupts service, or that holds data, is replaced.
    ResourceReplaced,
    /// A resource whose loss interrupts service, or that holds data, leaves the stack.
    ResourceRemoved,
    /// A resource stays, outside of any stack, when its stack is deleted.
    ResourceRetained,
    /// A resource that a stack is to get exists already: the stack, or one before it, has left it.
    OrphanFound,
    /// A resource would no longer be kept when it leaves its stack, or when it is replaced. Nothing
    /// is lost by that, but what it holds goes with the next change that removes or replaces it, and
    /// nobody is asked again.
    #[serde(rename = "retention-lifted")]
    RetentionRemoved,
    /// A stack that is protected against deletion would be deleted.
    ProtectedStackDeleted,
    /// Somebody may do more than before.
    PermissionsBroadened,
    /// More may be reached than before.
    SecurityGroupOpened,
    /// Something that only one resource may have is another stack's.
    UniqueTaken,
    /// An export that is in use would get another value.
    ExportChanged,
    /// An export that nothing defined any more imports is kept, because a deployed stack does.
    #[serde(rename = "export-kept")]
    ExportRetained,
    /// A deployed stack is not defined any more.
    StackUndefined,
    /// A stack that was deployed and finished is not there, and what it takes to create it again is
    /// not given: somebody has deleted it.
    StackMissing,
    /// A stack waits for its first value of a parameter: a service for its first image.
    ParameterMissing,
    /// An import has no export, neither deployed nor planned.
    ExportMissing,
    /// A stack is in a status that needs a person.
    StackStuck,
    /// Something is going on in a stack, by somebody else or a run before this one.
    StackBusy,
    /// A stack of the environment's name carries another environment's tag, or none.
    ForeignStack,
    /// A change set and our own reading of the templates disagree.
    ChangeSetDiffers,
    /// A stack that a person applies is missing or differs.
    #[serde(rename = "applied-by-a-person")]
    ManualStack,
    /// Somebody has changed a resource without CloudFormation.
    ResourceDrifted,
}

impl FindingCode {
    /// As acknowledgements and output write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ResourceReplaced => "resource-replaced",
            Self::ResourceRemoved => "resource-removed",
            Self::ResourceRetained => "resource-retained",
            Self::OrphanFound => "orphan-found",
            Self::RetentionRemoved => "retention-lifted",
            Self::ProtectedStackDeleted => "protected-stack-deleted",
            Self::PermissionsBroadened => "permissions-broadened",
            Self::SecurityGroupOpened => "security-group-opened",
            Self::UniqueTaken => "unique-taken",
            Self::ExportChanged => "export-changed",
            Self::ExportRetained => "export-kept",
            Self::StackMissing => "stack-missing",
            Self::StackUndefined => "stack-undefined",
            Self::ParameterMissing => "parameter-missing",
            Self::ExportMissing => "export-missing",
            Self::StackStuck => "stack-stuck",
            Self::StackBusy => "stack-busy",
            Self::ForeignStack => "foreign-stack",
            Self::ChangeSetDiffers => "change-set-differs",
            Self::ManualStack => "applied-by-a-person",
            Self::ResourceDrifted => "resource-drifted",
        }
    }
}

/// What is lost for good, or was protected for a reason. Going forward, somebody can mean it; going
/// back is done in a hurry, so there it is refused.
pub const DATA_LOSS: [FindingCode; 3] = [
    FindingCode::ResourceReplaced,
    FindingCode::ResourceRemoved,
    FindingCode::ProtectedStackDeleted,
];

impl fmt::Display for FindingCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// What a finding does to the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth a word.
    Note,
    /// Blocks its stack until it is acknowledged.
    Acknowledge,
    /// Blocks its stack. No acknowledgement helps; the hint says what does.
    Block,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Finding {
    /// What.
    pub code: FindingCode,
    /// What it does to the plan.
    pub severity: Severity,
    /// In which stack, by its full name.
    pub stack: String,
    /// Where in it: a logical id, an export, a statement.
    pub subject: String,
    /// What it was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<String>,
    /// What it would be.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub to: Option<String>,
    /// For a person: one line.
    pub message: String,
    /// What to do about it, where there is something.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
    /// Whether it was acknowledged.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub acknowledged: bool,
}

/// The word that acknowledges a finding: `resource-replaced:network/Vpc:5f3a09c1d2e4`.
///
/// Bound to what, where, from and to, not to a template: unrelated changes don't ask again, and a
/// different change does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Acknowledgement(pub String);

impl fmt::Display for Acknowledgement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl Finding {
    /// A finding without a change and a hint.
    pub(super) fn new(
        code: FindingCode,
        severity: Severity,
        stack: &str,
        subject: &str,
        message: String,
    ) -> Self {
        Self {
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

    /// Whether it keeps its stack from being deployed.
    #[must_use]
    pub fn is_blocking(&self) -> bool {
        match self.severity {
            Severity::Note => false,
            Severity::Acknowledge => !self.acknowledged,
            Severity::Block => true,
        }
    }

    /// What acknowledges it.
    #[must_use]
    pub fn acknowledgement(&self) -> Acknowledgement {
        let digest = sha256_of_all([
            self.code.as_str(),
            &self.stack,
            &self.subject,
            self.from.as_deref().unwrap_or_default(),
            self.to.as_deref().unwrap_or_default(),
        ]);
        let short = digest.get(..12).unwrap_or_default();
        Acknowledgement(format!(
            "{}:{}/{}:{short}",
            self.code, self.stack, self.subject
        ))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.acknowledged {
            true => formatter.write_str("acknowledged")?,
            false => write!(formatter, "{}", self.severity)?,
        }
        write!(
            formatter,
            " [{}] {}: {}",
            self.code, self.stack, self.message
        )?;
        let sides = [("from", &self.from), ("to", &self.to)];
        for (name, side) in sides {
            if let Some(value) = side {
                write!(formatter, "\n  {name} {value}")?;
            }
        }
        if let Some(hint) = &self.hint {
            write!(formatter, "\n  = help: {hint}")?;
        }
        if self.severity == Severity::Acknowledge && !self.acknowledged {
            write!(
                formatter,
                "\n  = help: acknowledge with {}",
                self.acknowledgement()
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Note => "note",
            Self::Acknowledge => "acknowledge",
            Self::Block => "block",
        })
    }
}
