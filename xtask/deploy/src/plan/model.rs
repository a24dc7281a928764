//! The plan.
//!
//! A plan is whole: templates, parameters, the order, and what was observed. Whoever executes it
//! decides nothing, and can tell whether the environment has moved since.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use common::environment::EnvironmentName;
use common::terminal_text::displayed;
use serde::{Deserialize, Serialize};

use super::digest::sha256;
use super::finding::{DATA_LOSS, Finding, Severity};
use cloudformation::status::{NextStep, StackStatus};
use cloudformation::{Parameter, ResourceToImport, Tag};

/// The version of the format. It goes up when a reader of the old one would misread the new.
pub const VERSION: u32 = 1;

/// What brings an environment to its definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// [`VERSION`] of the format.
    pub version: u32,
    /// The environment.
    pub environment: EnvironmentName,
    /// Its account.
    pub account: String,
    /// Its region.
    pub region: String,
    /// The commit that was synthesized, where it is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub commit: Option<String>,
    /// Every stack that is defined or deployed, by name.
    pub stacks: Vec<StackPlan>,
    /// What is done, each step after those it needs.
    pub steps: Vec<Step>,
    /// What has to be known, blocking first.
    pub findings: Vec<Finding>,
    /// The templates of the steps, by the SHA-256 of their text.
    pub templates: BTreeMap<String, String>,
    /// What was observed of each stack that a step touches or relies on.
    pub observed: BTreeMap<String, Observation>,
}

impl Plan {
    /// Reads a plan.
    ///
    /// # Errors
    /// When the text is no plan of [`VERSION`], or a template in it is not the one that was planned.
    pub fn load(text: &str) -> Result<Self, LoadError> {
        let Versioned { version } = serde_json::from_str(text)?;
        if version != VERSION {
            return Err(LoadError::Version { found: version });
        }
        let plan: Self = serde_json::from_str(text)?;
        for (digest, template) in &plan.templates {
            if sha256(template) != *digest {
                let digest = digest.clone();
                return Err(LoadError::Template { digest });
            }
        }
        Ok(plan)
    }

    /// Writes a plan, so that [`Plan::load`] reads the same.
    ///
    /// # Errors
    /// Never for plans that were made here; what `serde_json` reports is passed on.
    pub fn save(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Whether there is nothing to do and nothing in the way.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && !self.is_blocked()
    }

    /// Whether a finding is in the way.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.findings.iter().any(Finding::is_blocking)
    }

    /// Makes whatever would be lost block the plan, acknowledged or not.
    ///
    /// What only may be replaced stays a note: the change set tells, and the executor stops there.
    pub fn refuse_data_loss(&mut self) {
        for finding in &mut self.findings {
            if finding.severity == Severity::Acknowledge && DATA_LOSS.contains(&finding.code) {
                finding.severity = Severity::Block;
                finding.acknowledged = false;
                finding.hint = Some(
                    "going back loses nothing: bring what is wanted of the old definition into the \
                     new one, and deploy that"
                        .to_owned(),
                );
            }
        }
    }

    /// Whether it only recovers stacks; afterwards a plan for the rest can be made.
    #[must_use]
    pub fn is_recovery(&self) -> bool {
        self.steps
            .iter()
            .any(|step| matches!(step.operation, Operation::Recover(_)))
    }
}

/// Why a text is no plan.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A plan of another version.
    #[error(
        "the plan is of version {found}, and this program reads version {VERSION}\n  = help: make \
         the plan again"
    )]
    Version {
        /// Its version.
        found: u32,
    },
    /// A template is not the one that was planned and reviewed: its text was changed, and what it
    /// says of itself was not.
    #[error(
        "a template of the plan was changed: it is not the one with the digest {}\n  = help: \
         change the definition, and make the plan again",
        displayed(.digest)
    )]
    Template {
        /// The digest that it stands under.
        digest: String,
    },
    /// Not a plan at all.
    #[error("this is not a plan")]
    Format(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// What happens to a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StackPlan {
    /// Its name.
    pub name: String,
    /// What happens to it.
    pub action: Action,
    /// Why that, in a few words.
    pub reason: String,
    /// Its status now, if it is there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<StackStatus>,
    /// What its change set has to wait for. Empty: a change set can be made now.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub deferred: Vec<Deferral>,
    /// Whether exports that are still in use are kept for a while (its steps are several then).
    #[serde(
        rename = "keptExports",
        skip_serializing_if = "BTreeSet::is_empty",
        default
    )]
    pub retained_exports: BTreeSet<String>,
}

/// What happens to a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// It is created.
    Create,
    /// It is updated.
    Update,
    /// It is deleted.
    Delete,
    /// It is as defined.
    Unchanged,
    /// Its template is as defined; its protection or policy is not.
    Protect,
    /// It is brought back to where it can be updated.
    Recover,
    /// A finding is in the way, or it needs a stack that is blocked.
    Blocked,
    /// It is left alone: not asked for, waiting for its first image, applied by a person, or
    /// deployed and not defined.
    Skipped,
}

/// What a change set waits for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Deferral {
    /// The export that is not there yet, or whose producer changes first.
    pub export: String,
    /// The stack that will have it.
    pub stack: String,
}

/// The name of a step: the stack's name, and its phase where it has several steps.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(pub String);

impl fmt::Display for StepId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// One thing that is done to one stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// Its name.
    pub id: StepId,
    /// The stack.
    pub stack: String,
    /// What must be done before.
    pub needs: Vec<StepId>,
    /// What is done.
    pub operation: Operation,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Operation {
    /// Creates or updates the stack with a change set.
    Deploy(Box<DeployStep>),
    /// Sets what no change set can set.
    Protect {
        /// The protection against deletion, if it is to be changed.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        termination_protection: Option<bool>,
        /// The stack policy, if it is to be changed.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        policy: Option<String>,
    },
    /// Brings the stack to where it can be planned.
    Recover(Recovery),
    /// Deletes the stack.
    Delete {
        /// Whether its protection against deletion, which was acknowledged, is taken off first.
        unprotect: bool,
        /// The role that CloudFormation uses. Said here, since the one that the stack was given last
        /// may go with another stack.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        role: Option<String>,
    },
}

/// Creates or updates a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeployStep {
    /// Which part of the way this is.
    pub phase: Phase,
    /// Whether the stack is there already, finished.
    pub exists: bool,
    /// The template, by the SHA-256 of its text.
    pub template: String,
    /// Whether it is the template that the stack has already, so that only values change.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub previous_template: bool,
    /// The value of the output `DefinitionDigest` afterwards.
    pub digest: String,
    /// The parameters.
    pub parameters: Vec<Parameter>,
    /// What CloudFormation must be told that the template may do.
    pub capabilities: Vec<String>,
    /// The stack's tags.
    pub tags: Vec<Tag>,
    /// The role that CloudFormation uses.
    pub role: Option<String>,
    /// Whether the stack is protected against deletion afterwards.
    pub termination_protection: bool,
    /// The stack policy afterwards, where it has one.
    pub policy: Option<String>,
    /// Whether resources that exist under the template's names are imported.
    pub import_existing: bool,
    /// The resources that this step takes over, by what identifies them. A step that does does
    /// nothing else ([`Phase::Import`]).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub imports: Vec<ResourceToImport>,
    /// What the stack policy has to allow for the time of this step.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub relax: Option<Relax>,
    /// The resources that must not be replaced or removed by it unless acknowledged, by logical
    /// id. The change set is held against this before it is executed.
    pub guarded: BTreeSet<String>,
    /// Those of them for which it was acknowledged.
    pub acknowledged: BTreeSet<String>,
    /// Groups that roll their machines. A change set says of them that they may be replaced, whatever
    /// their update policy says.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub rolling: BTreeSet<String>,
    /// A change set that was made with the plan, by its ARN.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub change_set: Option<String>,
}

/// Which part of a change of exports a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// All of it.
    Whole,
    /// The new definition, with what is still imported kept beside it.
    Expand,
    /// The new definition alone, once nobody imports what was kept.
    Contract,
    /// Before all of it: what an earlier stack of the name has left, and has no name to be found by.
    Import,
}

/// The policy for the time of an acknowledged replacement. It is put back afterwards, also when
/// the step fails; a run that was killed in between is finished by the next one, which sees the
/// relaxed policy as a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Relax {
    /// The policy that allows what was acknowledged.
    pub policy: String,
}

/// How a stack is brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Recovery {
    /// Wait until what is going on has ended.
    Wait,
    /// Delete it: it never finished creating.
    DeleteFailedCreation,
    /// Continue its rollback.
    ContinueRollback,
    /// Roll its failed update back.
    RollBack,
}

impl Recovery {
    /// What a stack is brought back from; nothing where it can be updated, or no step is safe.
    #[must_use]
    pub const fn of(step: NextStep) -> Option<Self> {
        match step {
            NextStep::Wait => Some(Self::Wait),
            NextStep::DeleteAndCreate => Some(Self::DeleteFailedCreation),
            NextStep::ContinueRollback => Some(Self::ContinueRollback),
            NextStep::RollBack => Some(Self::RollBack),
            NextStep::Create | NextStep::Update | NextStep::Refuse => None,
        }
    }

    /// Why, in a few words.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Wait => "something is going on in it",
            Self::DeleteFailedCreation => "it never finished creating",
            Self::ContinueRollback => "its rollback failed",
            Self::RollBack => "its update failed and was left as it is",
        }
    }
}

/// What was observed of a stack, to tell later whether it has moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Observation {
    /// Its id; nothing where there was no stack.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    /// Its status.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<StackStatus>,
    /// When it was changed last.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub changed: Option<String>,
}
