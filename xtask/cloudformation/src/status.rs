//! The statuses of a stack, and the next step that each leaves.
//!
//! The function from status to next step is total: a stack is never in a state that the engine has
//! no word for.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! statuses {
    ($($variant:ident = $text:literal),* $(,)?) => {
        /// A stack's status.
        ///
        /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html>
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum StackStatus {
            $(
                #[doc = concat!("`", $text, "`.")]
                $variant,
            )*
            /// A status that this version does not know.
            Unknown(String),
        }

        impl StackStatus {
            /// Every status that is known.
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

        impl From<String> for StackStatus {
            fn from(text: String) -> Self {
                match text.as_str() {
                    $($text => Self::$variant,)*
                    _ => Self::Unknown(text),
                }
            }
        }
    };
}

statuses! {
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

impl From<StackStatus> for String {
    fn from(status: StackStatus) -> Self {
        status.as_str().to_owned()
    }
}

impl From<&str> for StackStatus {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl fmt::Display for StackStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// What a stack in some status needs before, or instead of, an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NextStep {
    /// There is nothing yet: create it.
    Create,
    /// It is whole: update it where the definition differs.
    Update,
    /// Something is going on: wait for its end, then look again.
    Wait,
    /// It never finished creating, so nobody uses what it holds: delete it, then create it.
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

    /// Whether something is going on in the stack.
    #[must_use]
    pub fn is_in_progress(&self) -> bool {
        self.next_step() == NextStep::Wait
    }
}
