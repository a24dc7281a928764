//! Findings of a plan, and their acknowledgement.

use std::fmt;

use cloudformation::StackName;
use serde::{Deserialize, Serialize};

use super::digest::sha256_of_all;

/// The kind of a finding. The codes are stable: acknowledgements and scripts hold them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingCode {
    /// A resource whose loss interrupts service, or that holds data, is replaced.
    ResourceReplaced,
    /// A resource whose loss interrupts service, or that holds data, is removed from its stack.
    ResourceRemoved,
    /// A resource is retained, outside of any stack, when its stack is deleted.
    ResourceRetained,
    /// A resource to be created already exists: an orphan of the stack or an earlier one.
    OrphanFound,
    /// A resource would no longer be retained when it is removed or replaced. Nothing is lost by
    /// that change, but the next one that removes or replaces it deletes its data without asking.
    #[serde(rename = "retention-lifted")]
    RetentionRemoved,
    /// A stack that is protected against deletion would be deleted.
    ProtectedStackDeleted,
    /// A principal gets more permissions.
    PermissionsBroadened,
    /// A security group allows more traffic.
    SecurityGroupOpened,
    /// A unique value belongs to another stack.
    UniqueTaken,
    /// A service would refuse a resource, because something it needs is not there, or not for certain.
    PrerequisiteMissing,
    /// A service would refuse a resource, because what it uses belongs to another one.
    AttachedElsewhere,
    /// A service would refuse to delete a resource.
    DeletionRefused,
    /// A named resource moves from one stack to another.
    ResourceMoved,
    /// An export in use would change its value.
    ExportChanged,
    /// An export is retained because a deployed stack imports it.
    #[serde(rename = "export-kept")]
    ExportRetained,
    /// A deployed stack is no longer defined.
    StackUndefined,
    /// A stack was deployed completely and then deleted, and the values to create it again are not
    /// given.
    StackMissing,
    /// A stack has no first value for a parameter: a service without its first image.
    ParameterMissing,
    /// An import has no export, neither deployed nor planned.
    ExportMissing,
    /// A stack is in a status that needs manual steps.
    StackStuck,
    /// An operation is in progress in a stack, started elsewhere or by an earlier run.
    StackBusy,
    /// A stack with a name of the environment has another environment's tag, or none.
    ForeignStack,
    /// A change set and the comparison of templates disagree.
    ChangeSetDiffers,
    /// A manual stack is missing or differs.
    #[serde(rename = "applied-by-a-person")]
    ManualStack,
    /// A resource was changed outside of CloudFormation.
    ResourceDrifted,
    /// CloudFormation's validation of a change set warns of something.
    ValidationWarning,
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
            Self::PrerequisiteMissing => "prerequisite-missing",
            Self::AttachedElsewhere => "attached-elsewhere",
            Self::DeletionRefused => "deletion-refused",
            Self::ResourceMoved => "resource-moved",
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
            Self::ValidationWarning => "validation-warning",
        }
    }
}

/// The findings about losses. A deployment may acknowledge them; a rollback, which is done in a
/// hurry, refuses them.
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    Note,
    Acknowledge,
    /// Blocks its stack. No acknowledgement helps; the hint says what does.
    Block,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Finding {
    pub code: FindingCode,
    pub severity: Severity,
    pub stack: StackName,
    /// A logical id, an export, a statement.
    pub subject: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub to: Option<String>,
    /// One line.
    pub message: String,
    /// The remedy, where there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub acknowledged: bool,
}

/// The text that acknowledges a finding: `resource-replaced:network/Vpc:5f3a09c1d2e4`.
///
/// Bound to code, stack, subject, old and new value, not to a template: unrelated changes need no
/// new acknowledgement, and a different change does.
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
    pub(crate) fn new(
        code: FindingCode,
        severity: Severity,
        stack: &StackName,
        subject: &str,
        message: String,
    ) -> Self {
        Self {
            code,
            severity,
            stack: stack.clone(),
            subject: subject.to_owned(),
            from: None,
            to: None,
            message,
            hint: None,
            acknowledged: false,
        }
    }

    #[must_use]
    pub fn is_blocking(&self) -> bool {
        match self.severity {
            Severity::Note => false,
            Severity::Acknowledge => !self.acknowledged,
            Severity::Block => true,
        }
    }

    #[must_use]
    pub fn acknowledgement(&self) -> Acknowledgement {
        let digest = sha256_of_all([
            self.code.as_str(),
            self.stack.as_str(),
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
