//! What is asked for, beside the definition.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Acknowledgement;
use super::model::Plan;
use crate::observe::Need;
use cloudformation::ResourceToImport;

/// What stands for the verb in [`Request::command`].
pub const VERB: &str = "VERB";

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The commit that was synthesized, where it is known.
    pub commit: Option<String>,
    /// Only these stacks, by full name; nothing: all.
    pub only: Option<BTreeSet<String>>,
    /// Values of parameters, by stack and parameter: the digest of a service's image.
    pub parameters: BTreeMap<String, BTreeMap<String, String>>,
    /// Whether stacks that are there keep the template that they have, and get only these values.
    /// One that is not there yet is created as it is defined.
    pub previous_template: bool,
    /// What was acknowledged.
    pub acknowledged: BTreeSet<Acknowledgement>,
    /// Whether stacks that are not defined any more are deleted.
    pub prune: bool,
    /// Whether the stacks that a person applies are among what is deployed.
    pub manual_stacks: bool,
    /// The resources that new stacks take over, by stack: what has no name to be found by.
    pub imports: BTreeMap<String, Vec<ResourceToImport>>,
    /// Whether stacks that are busy or stuck are judged as they will be afterwards, instead of
    /// planning what brings them there and nothing else: for whoever only looks.
    pub assume_recovered: bool,
    /// Whether stacks are brought back that are not defined any more: for whoever does nothing else.
    pub recover: bool,
    /// A command of the program that asks, as a person types it, with [`VERB`] for its verb: hints
    /// are made of it.
    pub command: Option<String>,
    /// Whether it blocks that some of the rights which deploying takes are not applied yet: for
    /// whoever wants to know before anything is deployed. They are compared where the plan is not
    /// one that only brings stuck stacks back.
    pub require_permissions: bool,
    /// The role that CloudFormation uses for every stack but those that a person applies.
    pub role: Option<String>,
}

/// What came of planning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Planned {
    /// More has to be observed first.
    Needs(BTreeSet<Need>),
    /// The plan.
    Plan(Box<Plan>),
}
