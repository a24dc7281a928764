//! Change sets and their statuses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::api::{Change, ChangeSetType, Time};
use crate::stack::Definition;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ChangeSet {
    pub(crate) number: u64,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: ChangeSetType,
    pub(crate) description: Option<String>,
    pub(crate) created: Time,
    pub(crate) token: Option<String>,
    pub(crate) role: Option<String>,
    pub(crate) status: MadeStatus,
    pub(crate) reason: Option<String>,
    pub(crate) execution: ExecutionStatus,
    pub(crate) definition: Definition,
    pub(crate) import_existing: bool,
    pub(crate) imports: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) changes: Vec<Change>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum MadeStatus {
    InProgress,
    Complete,
    Failed,
}

impl MadeStatus {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "CREATE_IN_PROGRESS",
            Self::Complete => "CREATE_COMPLETE",
            Self::Failed => "FAILED",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ExecutionStatus {
    Unavailable,
    Available,
    InProgress,
    Complete,
    Failed,
    Obsolete,
}

impl ExecutionStatus {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Unavailable => "UNAVAILABLE",
            Self::Available => "AVAILABLE",
            Self::InProgress => "EXECUTE_IN_PROGRESS",
            Self::Complete => "EXECUTE_COMPLETE",
            Self::Failed => "EXECUTE_FAILED",
            Self::Obsolete => "OBSOLETE",
        }
    }
}
