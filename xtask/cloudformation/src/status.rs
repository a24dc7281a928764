//! The enumerations of the API, with AWS's spellings: statuses above all, and what a stack's means.
//!
//! The function from a stack's status to its next step is total: a stack is never in a state that the
//! engine has no word for. A spelling that this version does not know is kept as it is.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! spelled {
    ($(#[$documentation:meta])* $name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        $(#[$documentation])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum $name {
            $(
                #[doc = concat!("`", $text, "`.")]
                $variant,
            )*
            /// A spelling that this version does not know; empty where AWS gives none.
            Unknown(String),
        }

        impl $name {
            /// Every value that is known.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// As CloudFormation writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unknown(text) => text,
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::Unknown(String::new())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                match text.as_str() {
                    $($text => Self::$variant,)*
                    _ => Self::Unknown(text),
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                text.to_owned().into()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.as_str().to_owned()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        /// With AWS's spelling.
        impl PartialEq<&str> for $name {
            fn eq(&self, text: &&str) -> bool {
                self.as_str() == *text
            }
        }
    };
}

spelled! {
    /// A stack's status.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html>
    StackStatus {
        CreateInProgress = "CREATE_IN_PROGRESS",
        CreateFailed = "CREATE_FAILED",
        CreateComplete = "CREATE_COMPLETE",
        RollbackInProgress = "ROLLBACK_IN_PROGRESS",
        RollbackFailed = "ROLLBACK_FAILED",
        RollbackComplete = "ROLLBACK_COMPLETE",
        DeleteInProgress = "DELETE_IN_PROGRESS",
        DeleteFailed = "DELETE_FAILED",
        DeleteComplete = "DELETE_COMPLETE",
        UpdateInProgress = "UPDATE_IN_PROGRESS",
        UpdateCompleteCleanupInProgress = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        UpdateComplete = "UPDATE_COMPLETE",
        UpdateFailed = "UPDATE_FAILED",
        UpdateRollbackInProgress = "UPDATE_ROLLBACK_IN_PROGRESS",
        UpdateRollbackFailed = "UPDATE_ROLLBACK_FAILED",
        UpdateRollbackCompleteCleanupInProgress = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        UpdateRollbackComplete = "UPDATE_ROLLBACK_COMPLETE",
        ReviewInProgress = "REVIEW_IN_PROGRESS",
        ImportInProgress = "IMPORT_IN_PROGRESS",
        ImportComplete = "IMPORT_COMPLETE",
        ImportRollbackInProgress = "IMPORT_ROLLBACK_IN_PROGRESS",
        ImportRollbackFailed = "IMPORT_ROLLBACK_FAILED",
        ImportRollbackComplete = "IMPORT_ROLLBACK_COMPLETE",
    }
}

spelled! {
    /// A resource's status. In the events of a stack itself, the field of this name has a
    /// [`StackStatus`], which is unknown here where no resource has it.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackResource.html>
    ResourceStatus {
        CreateInProgress = "CREATE_IN_PROGRESS",
        CreateFailed = "CREATE_FAILED",
        CreateComplete = "CREATE_COMPLETE",
        DeleteInProgress = "DELETE_IN_PROGRESS",
        DeleteFailed = "DELETE_FAILED",
        DeleteComplete = "DELETE_COMPLETE",
        DeleteSkipped = "DELETE_SKIPPED",
        UpdateInProgress = "UPDATE_IN_PROGRESS",
        UpdateFailed = "UPDATE_FAILED",
        UpdateComplete = "UPDATE_COMPLETE",
        ImportInProgress = "IMPORT_IN_PROGRESS",
        ImportFailed = "IMPORT_FAILED",
        ImportComplete = "IMPORT_COMPLETE",
    }
}

impl ResourceStatus {
    /// Whether an operation on the resource, or on the stack, is going on.
    #[must_use]
    pub fn is_in_progress(&self) -> bool {
        self.as_str().ends_with("_IN_PROGRESS")
    }

    /// Whether an operation has succeeded.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.as_str().ends_with("_COMPLETE")
    }

    /// Whether an operation has failed.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.as_str().ends_with("_FAILED")
    }
}

impl From<&StackStatus> for ResourceStatus {
    fn from(status: &StackStatus) -> Self {
        status.as_str().into()
    }
}

spelled! {
    /// A change set's status: how far it is made.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html>
    ChangeSetStatus {
        CreatePending = "CREATE_PENDING",
        CreateInProgress = "CREATE_IN_PROGRESS",
        CreateComplete = "CREATE_COMPLETE",
        DeletePending = "DELETE_PENDING",
        DeleteInProgress = "DELETE_IN_PROGRESS",
        DeleteComplete = "DELETE_COMPLETE",
        DeleteFailed = "DELETE_FAILED",
        Failed = "FAILED",
    }
}

spelled! {
    /// Whether a change set can be executed.
    ExecutionStatus {
        Unavailable = "UNAVAILABLE",
        Available = "AVAILABLE",
        ExecuteInProgress = "EXECUTE_IN_PROGRESS",
        ExecuteComplete = "EXECUTE_COMPLETE",
        ExecuteFailed = "EXECUTE_FAILED",
        Obsolete = "OBSOLETE",
    }
}

impl ExecutionStatus {
    /// Whether the change set is being executed, or was.
    #[must_use]
    pub const fn is_executed(&self) -> bool {
        matches!(
            self,
            Self::ExecuteInProgress | Self::ExecuteComplete | Self::ExecuteFailed
        )
    }
}

spelled! {
    /// The kind of an operation, as its id groups the events.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_OperationEvent.html>
    OperationType {
        CreateStack = "CREATE_STACK",
        UpdateStack = "UPDATE_STACK",
        DeleteStack = "DELETE_STACK",
        ContinueRollback = "CONTINUE_ROLLBACK",
        Rollback = "ROLLBACK",
        CreateChangeSet = "CREATE_CHANGESET",
    }
}

spelled! {
    /// Whether a finding of validation stops the operation or only warns.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html>
    ValidationFailureMode {
        Fail = "FAIL",
        Warn = "WARN",
    }
}

spelled! {
    /// The result of a validation that did not pass.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_OperationEvent.html>
    ValidationStatus {
        Failed = "FAILED",
        Skipped = "SKIPPED",
    }
}

spelled! {
    /// Whether the last drift detection found a stack as its template says.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackDriftInformation.html>
    StackDriftStatus {
        NotChecked = "NOT_CHECKED",
        InSync = "IN_SYNC",
        Drifted = "DRIFTED",
    }
}

spelled! {
    /// Whether the last drift detection found a resource as its template says.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackResourceDrift.html>
    ResourceDriftStatus {
        NotChecked = "NOT_CHECKED",
        InSync = "IN_SYNC",
        Modified = "MODIFIED",
        Deleted = "DELETED",
    }
}

spelled! {
    /// How far a drift detection is. One that has failed could not read every resource; its findings
    /// about the others can be read.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackDriftDetectionStatus.html>
    DetectionStatus {
        InProgress = "DETECTION_IN_PROGRESS",
        Complete = "DETECTION_COMPLETE",
        Failed = "DETECTION_FAILED",
    }
}

spelled! {
    /// A caller's acknowledgement of what a template may do.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html>
    Capability {
        Iam = "CAPABILITY_IAM",
        NamedIam = "CAPABILITY_NAMED_IAM",
        AutoExpand = "CAPABILITY_AUTO_EXPAND",
    }
}

/// The operation that a stack in some status needs before, or instead of, an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NextStep {
    /// There is nothing yet: create it.
    Create,
    /// It is whole: update it where the definition differs.
    Update,
    /// Something is going on: wait for its end, then look again.
    Wait,
    /// It never finished creating, so nothing uses what it holds: delete it, then create it.
    DeleteAndCreate,
    /// Its last update can't be undone yet: continue the rollback.
    ContinueRollback,
    /// Its last update failed and was left as it is: roll it back.
    RollBack,
    /// No step is safe without a person.
    Refuse,
}

impl StackStatus {
    /// What a stack in this status needs.
    #[must_use]
    pub const fn next_step(&self) -> NextStep {
        match self {
            Self::DeleteComplete | Self::ReviewInProgress => NextStep::Create,
            Self::CreateComplete
            | Self::UpdateComplete
            | Self::UpdateRollbackComplete
            | Self::ImportComplete
            | Self::ImportRollbackComplete => NextStep::Update,
            Self::CreateInProgress
            | Self::RollbackInProgress
            | Self::DeleteInProgress
            | Self::UpdateInProgress
            | Self::UpdateCompleteCleanupInProgress
            | Self::UpdateRollbackInProgress
            | Self::UpdateRollbackCompleteCleanupInProgress
            | Self::ImportInProgress
            | Self::ImportRollbackInProgress => NextStep::Wait,
            // Only a creation ends in these. A stack that once finished never gets there again, so
            // deleting it loses nothing (org-formation#455 deleted others).
            Self::CreateFailed | Self::RollbackFailed | Self::RollbackComplete => {
                NextStep::DeleteAndCreate
            }
            Self::UpdateRollbackFailed => NextStep::ContinueRollback,
            Self::UpdateFailed => NextStep::RollBack,
            Self::DeleteFailed | Self::ImportRollbackFailed | Self::Unknown(_) => NextStep::Refuse,
        }
    }

    /// Whether only waiting helps: see [`NextStep::Wait`].
    #[must_use]
    pub fn is_in_progress(&self) -> bool {
        self.next_step() == NextStep::Wait
    }

    /// Whether CloudFormation accepts an update.
    #[must_use]
    pub fn can_update(&self) -> bool {
        self.next_step() == NextStep::Update
    }

    /// Whether CloudFormation accepts a deletion.
    #[must_use]
    pub fn can_delete(&self) -> bool {
        self.can_update()
            || matches!(
                self,
                Self::CreateInProgress
                    | Self::CreateFailed
                    | Self::RollbackComplete
                    | Self::RollbackFailed
                    | Self::DeleteFailed
                    | Self::UpdateFailed
                    | Self::UpdateRollbackFailed
                    | Self::ReviewInProgress
                    | Self::ImportRollbackFailed
            )
    }
}
