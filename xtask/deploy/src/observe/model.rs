//! Observations and needs as data.

use std::collections::{BTreeMap, BTreeSet};

use common::stack::ResourceRecord;

use crate::orphans::{DeletedStack, Orphan};
use cloudformation::{ExportName, Identity, ResourceToImport, Stack, StackId, StackName};

/// What was observed of an environment, growing with what a plan needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    pub identity: Identity,
    pub region: String,
    /// The stacks of the account and region whose names begin with the environment's prefix, by
    /// name, without deleted ones.
    pub stacks: BTreeMap<StackName, Stack>,
    /// The stacks of other owners that export a name of the environment, by the export's name:
    /// export names are unique in an account and region.
    pub taken_exports: BTreeMap<ExportName, StackName>,
    /// The fetched templates, by stack.
    pub templates: BTreeMap<StackName, String>,
    /// The stacks that import an export, by the export's name.
    pub importers: BTreeMap<ExportName, Vec<StackName>>,
    /// The ids of external stacks, by name; none where there is no such stack.
    pub external_stacks: BTreeMap<StackName, Option<StackId>>,
    /// The fetched stack policies, by stack.
    pub policies: BTreeMap<StackName, Option<String>>,
    /// The orphans, which are only imported on request, by stack.
    pub orphans: BTreeMap<StackName, Vec<Orphan>>,
    /// The last deleted stack of each name that had been complete.
    pub deleted_stacks: BTreeMap<StackName, Option<DeletedStack>>,
    /// The leftovers of failed creations, by stack.
    pub failed_creations: BTreeMap<StackName, Vec<ResourceToImport>>,
}

/// An observation that a plan needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    Template(StackName),
    Importers(ExportName),
    /// Whether an external stack exists that imports from the environment.
    ExternalStack(StackName),
    StackPolicy(StackName),
    /// Whether stacks of these names were ever complete.
    DeletedStacks(BTreeSet<StackName>),
    /// What earlier stacks of these names left of these resources.
    FailedCreations(BTreeMap<StackName, BTreeSet<ResourceRecord>>),
    /// Orphans of these stacks: by name, the stack's id and the resources to look for.
    Orphans(BTreeMap<StackName, (StackId, BTreeSet<ResourceRecord>)>),
}
