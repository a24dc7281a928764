//! Observations and needs as data.

use std::collections::{BTreeMap, BTreeSet};

use common::stack::ResourceRecord;

use crate::orphans::{DeletedStack, Orphan};
use cloudformation::{Identity, ResourceToImport, Stack};

/// What was observed of an environment, growing with what a plan needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    pub identity: Identity,
    pub region: String,
    /// The stacks of the account and region whose names begin with the environment's prefix, by
    /// name, without deleted ones.
    pub stacks: BTreeMap<String, Stack>,
    /// The stacks of other owners that export a name of the environment, by the export's name:
    /// export names are unique in an account and region.
    pub taken_exports: BTreeMap<String, String>,
    /// The fetched templates, by stack.
    pub templates: BTreeMap<String, String>,
    /// The stacks that import an export, by the export's name.
    pub importers: BTreeMap<String, Vec<String>>,
    /// The ids of external stacks, by name; none where there is no such stack.
    pub external_stacks: BTreeMap<String, Option<String>>,
    /// The fetched stack policies, by stack.
    pub policies: BTreeMap<String, Option<String>>,
    /// The orphans, which are only imported on request, by stack.
    pub orphans: BTreeMap<String, Vec<Orphan>>,
    /// The last deleted stack of each name that had been complete.
    pub deleted_stacks: BTreeMap<String, Option<DeletedStack>>,
    /// The leftovers of failed creations, by stack.
    pub failed_creations: BTreeMap<String, Vec<ResourceToImport>>,
}

/// An observation that a plan needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    Template(String),
    Importers(String),
    /// Whether an external stack exists that imports from the environment.
    ExternalStack(String),
    StackPolicy(String),
    /// Whether stacks of these names were ever complete.
    DeletedStacks(BTreeSet<String>),
    /// What earlier stacks of these names left of these resources.
    FailedCreations(BTreeMap<String, BTreeSet<ResourceRecord>>),
    /// Orphans of these stacks: by name, the stack's id and the resources to look for.
    Orphans(BTreeMap<String, (String, BTreeSet<ResourceRecord>)>),
}
