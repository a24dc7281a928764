//! Request for a plan: everything besides the definition and the observations.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Acknowledgement;
use super::model::Plan;
use crate::observe::Need;
use cloudformation::{ResourceToImport, StackName};

/// The placeholder for the verb in [`Request::command`].
pub const VERB: &str = "VERB";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The commit that was synthesized, where it is known.
    pub commit: Option<String>,
    /// The full names of the selected stacks; none selects all.
    pub only: Option<BTreeSet<StackName>>,
    /// Parameter values, by stack and parameter, such as the digest of a service's image.
    pub parameters: BTreeMap<StackName, BTreeMap<String, String>>,
    /// Whether existing stacks keep their template and only get these values. New stacks are
    /// created as defined.
    pub previous_template: bool,
    pub acknowledged: BTreeSet<Acknowledgement>,
    /// Whether stacks that are no longer defined are deleted.
    pub prune: bool,
    /// Whether manual stacks are included.
    pub manual_stacks: bool,
    /// The orphans to import, by stack: resources without a name to find them by.
    pub imports: BTreeMap<StackName, Vec<ResourceToImport>>,
    /// Whether busy and stuck stacks are compared as if they had recovered, instead of planning
    /// only their recovery: for commands that change nothing.
    pub assume_recovered: bool,
    /// Whether stacks that are no longer defined are recovered too.
    pub recover: bool,
    /// The command to print in hints, with [`VERB`] in place of its verb.
    pub command: Option<String>,
    /// Whether missing permissions of the deploy roles block: for checks before a deployment. They
    /// are compared unless the plan only recovers stacks.
    pub require_permissions: bool,
    /// The role that CloudFormation uses for every stack except manual ones.
    pub role: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Planned {
    /// More observations are needed first.
    Needs(BTreeSet<Need>),
    Plan(Box<Plan>),
}
