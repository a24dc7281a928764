//! The plan as data and as a file.
//!
//! A plan is complete: templates, parameters, order, and observations. Its executor decides
//! nothing, and detects an environment that has changed since.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use common::environment::EnvironmentName;
use common::terminal_text::displayed;
use serde::{Deserialize, Serialize};

use super::digest::sha256;
use super::finding::{DATA_LOSS, Finding, Severity};
use crate::next_step::Situation;
use cloudformation::status::{NextStep, StackStatus};
use cloudformation::{Parameter, ResourceToImport, Tag};

/// The version of the format. It goes up when a reader of the old one would misread the new.
pub const VERSION: u32 = 1;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// [`VERSION`] of the format.
    pub version: u32,
    pub environment: EnvironmentName,
    pub account: String,
    pub region: String,
    /// The commit that was synthesized, where it is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub commit: Option<String>,
    /// Every stack that is defined or deployed, by name.
    pub stacks: Vec<StackPlan>,
    /// The steps, each after those it needs.
    pub steps: Vec<Step>,
    /// The findings, blocking ones first.
    pub findings: Vec<Finding>,
    /// The templates of the steps, by the SHA-256 of their text.
    pub templates: BTreeMap<String, String>,
    /// The observation of each stack that a step changes or depends on.
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

    /// Whether there are no steps and no blocking findings.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && !self.is_blocked()
    }

    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.findings.iter().any(Finding::is_blocking)
    }

    /// Turns every loss of data into a blocking finding, acknowledged or not.
    ///
    /// A possible replacement stays a note: the change set decides, and the executor stops there.
    pub fn refuse_data_loss(&mut self) {
        for finding in &mut self.findings {
            if finding.severity == Severity::Acknowledge && DATA_LOSS.contains(&finding.code) {
                finding.severity = Severity::Block;
                finding.acknowledged = false;
                finding.hint = Some(Situation::DataLossInRollback.to_string());
            }
        }
    }

    /// Whether it only recovers stacks; the rest is planned afterwards.
    #[must_use]
    pub fn is_recovery(&self) -> bool {
        self.steps
            .iter()
            .any(|step| matches!(step.operation, Operation::Recover(_)))
    }
}

/// A text is not a plan.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(
        "the plan has version {found}, but this program reads version {VERSION}{}",
        Situation::PlanVersionUnknown.help()
    )]
    Version { found: u32 },
    /// A template was modified after planning: it does not match its digest.
    #[error(
        "a template in the plan was modified: it does not match its digest {}{}",
        displayed(.digest),
        Situation::PlanModified.help()
    )]
    Template { digest: String },
    #[error("this is not a plan")]
    Format(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StackPlan {
    pub name: String,
    pub action: Action,
    /// The reason, in a few words.
    pub reason: String,
    /// Its status, where it exists.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<StackStatus>,
    /// The exports its change set waits for. Empty: a change set can be created now.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub deferred: Vec<Deferral>,
    /// The exports that are retained for their importers.
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
    Create,
    Update,
    Delete,
    Unchanged,
    /// Only termination protection or stack policy differ.
    Protect,
    /// Recovered to a status in which it can be updated.
    Recover,
    /// A finding blocks it, or it needs a blocked stack.
    Blocked,
    /// Left alone: not selected, waiting for its first image, a manual stack, or no longer defined.
    Skipped,
}

/// What a change set waits for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Deferral {
    /// The export that does not exist yet, or whose producer changes first.
    pub export: String,
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

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    pub id: StepId,
    pub stack: String,
    pub needs: Vec<StepId>,
    pub operation: Operation,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Operation {
    Deploy(Box<DeployStep>),
    /// Sets termination protection and stack policy, which no change set can.
    Protect {
        /// The new state, where it changes.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        termination_protection: Option<bool>,
        /// The new stack policy, where it changes.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        policy: Option<String>,
    },
    /// Recovers the stack to a status in which it can be planned.
    Recover(Recovery),
    Delete {
        /// Whether termination protection is turned off first, which was acknowledged.
        unprotect: bool,
        /// The role that CloudFormation uses. Stated here, because the role that the stack was last
        /// deployed with may be deleted with another stack.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        role: Option<String>,
    },
}

/// Creates or updates a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeployStep {
    pub phase: Phase,
    pub exists: bool,
    /// The template, by the SHA-256 of its text.
    pub template: String,
    /// Whether the stack keeps its template and only values change.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub previous_template: bool,
    /// The value of the output `DefinitionDigest` afterwards.
    pub digest: String,
    pub parameters: Vec<Parameter>,
    /// The capabilities to acknowledge, such as `CAPABILITY_NAMED_IAM`.
    pub capabilities: Vec<String>,
    pub tags: Vec<Tag>,
    /// The role that CloudFormation uses.
    pub role: Option<String>,
    /// Termination protection after the step.
    pub termination_protection: bool,
    /// The stack policy afterwards, where it has one.
    pub policy: Option<String>,
    /// Whether existing resources with the template's names are imported.
    pub import_existing: bool,
    /// The resources to import, with their identifiers. A step with imports does nothing else
    /// ([`Phase::Import`]).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub imports: Vec<ResourceToImport>,
    /// The stack policy during this step.
    #[serde(rename = "relax", skip_serializing_if = "Option::is_none", default)]
    pub policy_override: Option<StackPolicyOverride>,
    /// The resources that must not be replaced or removed unacknowledged, by logical id. The change
    /// set is checked against them before it is executed.
    pub guarded: BTreeSet<String>,
    /// The guarded resources whose replacement or removal was acknowledged.
    pub acknowledged: BTreeSet<String>,
    /// Auto Scaling groups with a rolling update. A change set reports their replacement as
    /// possible, whatever the update policy says.
    #[serde(skip_serializing_if = "BTreeSet::is_empty", default)]
    pub rolling: BTreeSet<String>,
    /// The ARN of a change set that was created with the plan.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub change_set: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    Whole,
    /// The new definition, with retained exports.
    Expand,
    /// The new definition alone, once the retained exports are no longer imported.
    Contract,
    /// Before the others: adopts orphans of earlier stacks that have no name to import them by.
    Import,
}

/// The temporary stack policy during an acknowledged replacement, as `UpdateStack` takes one in
/// `StackPolicyDuringUpdateBody`; change sets take none. It is restored afterwards, also when the step
/// fails; after a killed run the next plan shows the override as a difference.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StackPolicyOverride {
    pub policy: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Recovery {
    /// Wait for the operation in progress.
    Wait,
    DeleteFailedCreation,
    ContinueRollback,
    RollBack,
}

impl Recovery {
    /// The recovery for a status; none where the stack can be updated, or no step is safe.
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

    /// The reason, in a few words.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Wait => "an operation is in progress",
            Self::DeleteFailedCreation => "its creation failed",
            Self::ContinueRollback => "its rollback failed",
            Self::RollBack => "its update failed and was not rolled back",
        }
    }
}

/// The observed state of a stack, to detect later changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Observation {
    /// Its id; none where it does not exist.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<StackStatus>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub changed: Option<String>,
}
