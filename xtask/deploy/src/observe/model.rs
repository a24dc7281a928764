//! Observations as data.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::remains::{Gone, Orphan};
use cloudformation::{Identity, ResourceToImport, Stack};

/// What was observed of an environment, growing with what a plan needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Observed {
    /// Who looked.
    pub identity: Identity,
    /// The region that was looked at.
    pub region: String,
    /// The stacks of the account and region whose names begin with the environment's prefix, by
    /// name. Deleted ones are not among them.
    pub stacks: BTreeMap<String, Stack>,
    /// The stacks of other names that export something under a name of the environment's, by the
    /// export's name: a name is exported once in an account and region.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub taken_exports: BTreeMap<String, String>,
    /// The templates that were asked for, by stack.
    pub templates: BTreeMap<String, String>,
    /// The stacks that import an export, by the export's name.
    pub importers: BTreeMap<String, Vec<String>>,
    /// The ids of stacks outside of the environment that were asked for, by name; nothing where
    /// there is no such stack.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outside: BTreeMap<String, Option<String>>,
    /// The stack policies that were asked for, by stack.
    pub policies: BTreeMap<String, Option<String>>,
    /// What stacks have left that is only taken over where that is asked for, by stack.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub orphans: BTreeMap<String, Vec<Orphan>>,
    /// The last stacks of these names that were whole and are gone, where that was asked for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gone: BTreeMap<String, Option<Gone>>,
    /// What failed first creations have left, by stack, where that was asked for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub leftovers: BTreeMap<String, Vec<ResourceToImport>>,
}

/// Something that a plan can't be made without.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Need {
    /// The template of a deployed stack.
    Template(String),
    /// Who imports an export.
    Importers(String),
    /// Whether a stack outside of the environment is there: an importer of what the environment
    /// exports.
    Outside(String),
    /// The policy of a deployed stack.
    Policy(String),
    /// Whether stacks of these names were ever whole.
    Gone(BTreeSet<String>),
    /// What earlier stacks of these names have left of these resources, each by logical id and type.
    Leftovers(BTreeMap<String, BTreeSet<(String, String)>>),
    /// What these stacks have left of these resources, which their templates had before: by name,
    /// each with its id.
    Orphans(BTreeMap<String, (String, BTreeSet<(String, String)>)>),
}
