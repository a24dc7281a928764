//! Change sets and their statuses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use cloudformation::{ChangeSetStatus, ChangeSetType, ClientToken, ExecutionStatus};

use crate::api::{Change, Time};
use crate::stack::Definition;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ChangeSet {
    pub(crate) number: u64,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: ChangeSetType,
    pub(crate) description: Option<String>,
    pub(crate) created: Time,
    pub(crate) token: Option<ClientToken>,
    pub(crate) role: Option<String>,
    pub(crate) status: ChangeSetStatus,
    pub(crate) reason: Option<String>,
    pub(crate) execution: ExecutionStatus,
    /// The client token of its execution.
    pub(crate) executed_with: Option<ClientToken>,
    pub(crate) definition: Definition,
    pub(crate) import_existing: bool,
    pub(crate) imports: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) changes: Vec<Change>,
}
