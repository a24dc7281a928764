//! Planning for a session, after preflight.
//!
//! [`reconcile`] passes each observation to [`Planner::plan`], so each passes preflight before anything is
//! planned, and stays available for display next to the plan.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::backend::Backend;
use crate::observe::Observed;
use crate::plan::{Action, FindingCode, Plan, Planned, Request, plan, plan_destruction};
use cloudformation::StackName;
use cloudformation::status::NextStep;
use common::assembly::Assembly;
use common::stack::StackArtifact;
use hmac_sha256::Hash;
use review::difference::{Difference, compare};
use review::{Consequence, Environment, consequences};
use serde_json::Value;

use crate::Error;
use crate::error::Unplanned;
use crate::execute::Stop;
use crate::preflight::{ActualTarget, Refusal, SavedCommit, check, check_account_and_region};
use crate::reconcile::{Decision, ReconcileOptions, ReconcileOutcome, reconcile};
use crate::release::rollback::IMAGE_PARAMETER;
use crate::session::Session;
use crate::terminal::stderr_warnings;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeploymentKind {
    Deploy,
    /// To an older definition, without losing data.
    Rollback,
    Recover,
    Destroy,
}

/// The access to the environment, which decides how much preflight checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Account and region are checked.
    Read,
    Write {
        /// The reason of `--break-glass`.
        break_glass: Option<String>,
    },
}

#[derive(Debug)]
pub(crate) struct Planner<'a, B> {
    pub(crate) session: &'a Session<B>,
    pub(crate) request: Request,
    pub(crate) kind: DeploymentKind,
    pub(crate) access: Access,
    /// The commit of the saved plan, where one is deployed.
    pub(crate) saved: Option<SavedCommit>,
    latest: RefCell<Option<Latest>>,
}

/// What the latest planning was based on.
#[derive(Debug)]
struct Latest {
    observed: Observed,
    note: String,
    placeholder_images: BTreeSet<String>,
}

impl<'a, B: Backend> Planner<'a, B> {
    pub(crate) const fn new(
        session: &'a Session<B>,
        request: Request,
        kind: DeploymentKind,
        access: Access,
    ) -> Self {
        Self {
            session,
            request,
            kind,
            access,
            saved: None,
            latest: RefCell::new(None),
        }
    }

    pub(crate) fn plan(&self, observed: &Observed) -> Result<Planned, Unplanned> {
        let note = self.preflight(observed).map_err(Unplanned::Refused)?;
        let mut request = self.request.clone();
        let placeholder_images = self.add_placeholder_images(observed, &mut request);
        *self.latest.borrow_mut() = Some(Latest {
            observed: observed.clone(),
            note,
            placeholder_images,
        });
        let assembly = &self.session.assembly;
        let mut planned = match self.kind {
            DeploymentKind::Deploy | DeploymentKind::Rollback | DeploymentKind::Recover => {
                plan(assembly, observed, &request)?
            }
            DeploymentKind::Destroy => plan_destruction(assembly, observed, &request)?,
        };
        if let Planned::Plan(plan) = &mut planned {
            for hint in plan.findings.iter_mut().filter_map(|one| one.hint.as_mut()) {
                *hint = self.session.line.completed(hint);
            }
        }
        Ok(match planned {
            Planned::Plan(plan) if self.kind == DeploymentKind::Recover && !plan.is_recovery() => {
                Planned::Plan(Box::new(nothing_to_recover(*plan)))
            }
            Planned::Plan(mut plan) if self.kind == DeploymentKind::Rollback => {
                plan.refuse_data_loss();
                Planned::Plan(plan)
            }
            other => other,
        })
    }

    /// Runs preflight; gives the note for the descriptions of change sets.
    fn preflight(&self, observed: &Observed) -> Result<String, Vec<Refusal>> {
        let expected = &self.session.expected;
        let break_glass = match &self.access {
            Access::Read => {
                return check_account_and_region(expected, observed).map(|()| String::new());
            }
            Access::Write { break_glass } => break_glass.clone(),
        };
        let source = self.session.source.clone();
        let mut found = ActualTarget {
            saved: self.saved.clone(),
            ..ActualTarget::new(expected, observed, source, break_glass)
        };
        // Stacks of other owners are left to the plan, so that reading and writing verbs report them alike.
        let own = expected.environment.as_str();
        found.stacks.retain(|_, tag| tag.as_deref() == Some(own));
        check(expected, &found).map(|approval| approval.note().to_owned())
    }

    /// In the emulator a service need not wait for its first image: nothing is pulled.
    fn add_placeholder_images(
        &self,
        observed: &Observed,
        request: &mut Request,
    ) -> BTreeSet<String> {
        let mut added = BTreeSet::new();
        if self.session.local.is_none()
            || !matches!(self.kind, DeploymentKind::Deploy | DeploymentKind::Rollback)
        {
            return added;
        }
        for stack in &self.session.assembly.stacks {
            let name = StackName::from(&stack.name);
            let in_scope = request
                .only
                .as_ref()
                .is_none_or(|only| only.contains(&name));
            let has_image = observed.stacks.get(&name).is_some_and(|view| {
                !matches!(
                    view.status.next_step(),
                    NextStep::Create | NextStep::DeleteAndCreate
                )
            });
            let takes_image = stack.parameters.iter().any(|one| one == IMAGE_PARAMETER);
            if !in_scope || has_image || !takes_image {
                continue;
            }
            let digest = placeholder_digest(&name);
            let given = request.parameters.entry(name).or_default();
            if !given.contains_key(IMAGE_PARAMETER) {
                given.insert(IMAGE_PARAMETER.to_owned(), digest);
                added.insert(stack.id.clone());
            }
        }
        added
    }

    /// The plan alone: no step is executed.
    pub(crate) async fn plan_only(&self) -> Result<Box<Plan>, Error> {
        let options = self.session.options(None, "");
        let reconciled = reconcile(
            self.session.client(),
            ReconcileOptions {
                region: &self.session.expected.region,
                prefix: &self.session.expected.prefix,
                acknowledged: &self.request.acknowledged,
                execution: &options,
            },
            |observed| self.plan(observed),
            stderr_warnings(),
            |_| Decision::Decline,
            Stop::never(),
        )
        .await?;
        Ok(match reconciled {
            ReconcileOutcome::NoSteps { plan }
            | ReconcileOutcome::Declined { plan }
            | ReconcileOutcome::Executed { plan, .. } => plan,
        })
    }

    /// The note for the descriptions of change sets.
    pub(crate) fn note(&self) -> String {
        let latest = self.latest.borrow();
        latest
            .as_ref()
            .map(|latest| latest.note.clone())
            .unwrap_or_default()
    }

    /// The services whose image is a placeholder.
    pub(crate) fn placeholder_images(&self) -> BTreeSet<String> {
        let latest = self.latest.borrow();
        latest
            .as_ref()
            .map(|latest| latest.placeholder_images.clone())
            .unwrap_or_default()
    }

    /// Reads the latest observation.
    pub(crate) fn observed<T>(&self, read: impl FnOnce(&Observed) -> T) -> Option<T> {
        let latest = self.latest.borrow();
        latest.as_ref().map(|latest| read(&latest.observed))
    }

    /// What deploying would change in the deployed stacks, by our own comparison of templates.
    pub(crate) fn differences(&self) -> BTreeMap<StackName, Difference> {
        // A kept template does not differ.
        if self.request.previous_template {
            return BTreeMap::new();
        }
        let before = self
            .observed(|observed| observed.templates.clone())
            .unwrap_or_default();
        let stack = |name: &StackName| -> Option<&StackArtifact> {
            self.session
                .assembly
                .stacks
                .iter()
                .find(|stack| *name == stack.name)
        };
        before
            .iter()
            .filter_map(|(name, text)| {
                let before: Value = serde_json::from_str(text).ok()?;
                let after: Value = serde_json::from_str(stack(name)?.template.as_deref()?).ok()?;
                Some((name.clone(), compare(Some(&before), Some(&after))))
            })
            .collect()
    }

    /// What follows from deploying, as far as the stacks are deployed and planned: a new stack of a new environment
    /// changes nothing that is there.
    pub(crate) fn consequences(&self, plan: &Plan) -> Result<Vec<Consequence>, Error> {
        if self.request.previous_template || self.kind == DeploymentKind::Destroy {
            return Ok(Vec::new());
        }
        let only = self.request.only.as_ref();
        let is_planned = |stack: &&StackArtifact| {
            let selected = only.is_none_or(|only| only.contains(stack.name.as_str()));
            selected && (self.request.manual_stacks || !stack.applied_manually)
        };
        let is_left = |stack: &StackArtifact| {
            let mut stacks = plan.stacks.iter();
            let planned = stacks.find(|one| one.name == *stack.name.as_str());
            planned.is_some_and(|one| matches!(one.action, Action::Unchanged | Action::Skipped))
        };
        let mut after = self.session.assembly.clone();
        after.stacks.retain(|stack| is_planned(&stack));
        let mut before = after.clone();
        before.stacks = self
            .observed(|observed| {
                // What the plan leaves alone is the same on both sides.
                let deployed = |stack: &StackArtifact| {
                    let deployed = as_deployed(stack, observed)?;
                    Some(if is_left(stack) {
                        stack.clone()
                    } else {
                        deployed
                    })
                };
                after.stacks.iter().filter_map(deployed).collect()
            })
            .unwrap_or_default();
        if before.stacks.is_empty() {
            return Ok(Vec::new());
        }
        let model = |assembly: &Assembly| Environment::new(assembly).map_err(Error::Json);
        Ok(consequences(&model(&before)?, &model(&after)?))
    }
}

/// A stack as it is deployed; none where it is not. A template that was not read is the defined one.
fn as_deployed(stack: &StackArtifact, observed: &Observed) -> Option<StackArtifact> {
    let view = observed.stacks.get(stack.name.as_str())?;
    let template = observed.templates.get(stack.name.as_str());
    Some(StackArtifact {
        tags: view.tags.clone(),
        termination_protection: view.termination_protection,
        template: match template {
            Some(text) => Some(text.as_str().into()),
            None => stack.template.clone(),
        },
        ..stack.clone()
    })
}

/// The plan reduced to the stacks that are still stuck and need manual action.
fn nothing_to_recover(mut plan: Plan) -> Plan {
    plan.findings
        .retain(|finding| finding.code == FindingCode::StackStuck);
    let stuck: BTreeSet<&StackName> = plan.findings.iter().map(|finding| &finding.stack).collect();
    let mut stacks = plan.stacks;
    stacks.retain(|stack| stuck.contains(&stack.name));
    Plan {
        stacks,
        steps: Vec::new(),
        templates: BTreeMap::new(),
        observed: BTreeMap::new(),
        ..plan
    }
}

/// A well-formed digest, the same each time.
pub(crate) fn placeholder_digest(stack: &StackName) -> String {
    let digest = Hash::hash(stack.as_str().as_bytes());
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}
