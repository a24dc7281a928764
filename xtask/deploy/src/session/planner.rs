//! Plans what was asked for, once the guard has said yes.
//!
//! The engine's loop hands every observation to this; so the guard looks at each before anything is
//! planned, and what was observed can be shown beside the plan.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::backend::Backend;
use crate::difference::{Difference, compare};
use crate::observe::Observed;
use crate::plan::{FindingCode, Plan, Planned, Request, plan, plan_destruction};
use cloudformation::status::NextStep;
use common::stack::StackArtifact;
use hmac_sha256::Hash;
use serde_json::Value;

use super::{IMAGE_PARAMETER, Session};
use crate::error::Unplanned;
use crate::preflight::{Found, Permit, Refusal, SavedCommit, check};

/// What is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// What brings the environment to its definition.
    Deploy,
    /// The same, without losing anything.
    RollBack,
    /// What brings stuck stacks back, and nothing after it.
    Recover,
    /// What leaves nothing of it.
    Destroy,
}

/// How much has to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// Looking is harmless, but in the right place.
    ToLook,
    /// Everything.
    ToWrite {
        /// Why sources that aren't the branch's may be deployed, if they may.
        break_glass: Option<String>,
    },
}

/// Plans what was asked for.
#[derive(Debug)]
pub(crate) struct Planner<'a, B> {
    /// Of what.
    pub(crate) session: &'a Session<B>,
    /// What was asked for.
    pub(crate) request: Request,
    /// What for.
    pub(crate) purpose: Purpose,
    /// How much has to hold.
    pub(crate) strictness: Strictness,
    /// What the saved plan says that is deployed, where one is.
    pub(crate) saved: Option<SavedCommit>,
    seen: RefCell<Option<Seen>>,
}

/// What came to light while planning.
#[derive(Debug)]
struct Seen {
    observed: Observed,
    note: String,
    made_up: BTreeSet<String>,
}

impl<'a, B: Backend> Planner<'a, B> {
    /// Before anything was observed.
    pub(crate) const fn new(
        session: &'a Session<B>,
        request: Request,
        purpose: Purpose,
        strictness: Strictness,
    ) -> Self {
        Self {
            session,
            request,
            purpose,
            strictness,
            saved: None,
            seen: RefCell::new(None),
        }
    }

    /// What the engine's loop calls.
    pub(crate) fn plan(&self, observed: &Observed) -> Result<Planned, Unplanned> {
        let note = self.permit(observed).map_err(Unplanned::Refused)?;
        let mut request = self.request.clone();
        let made_up = self.make_up_images(observed, &mut request);
        *self.seen.borrow_mut() = Some(Seen {
            observed: observed.clone(),
            note,
            made_up,
        });
        let assembly = &self.session.assembly;
        let mut planned = match self.purpose {
            Purpose::Deploy | Purpose::RollBack | Purpose::Recover => {
                plan(assembly, observed, &request)?
            }
            Purpose::Destroy => plan_destruction(assembly, observed, &request)?,
        };
        if let Planned::Plan(plan) = &mut planned {
            for hint in plan.findings.iter_mut().filter_map(|one| one.hint.as_mut()) {
                *hint = self.session.line.completed(hint);
            }
        }
        Ok(match planned {
            Planned::Plan(plan) if self.purpose == Purpose::Recover && !plan.is_recovery() => {
                Planned::Plan(Box::new(nothing_to_recover(*plan)))
            }
            Planned::Plan(mut plan) if self.purpose == Purpose::RollBack => {
                plan.refuse_data_loss();
                Planned::Plan(plan)
            }
            other => other,
        })
    }

    fn permit(&self, observed: &Observed) -> Result<String, Vec<Refusal>> {
        let break_glass = match &self.strictness {
            Strictness::ToLook => None,
            Strictness::ToWrite { break_glass } => break_glass.clone(),
        };
        let expected = &self.session.expected;
        let source = self.session.source.clone();
        let mut found = Found {
            saved: self.saved.clone(),
            ..Found::new(expected, observed, source, break_glass)
        };
        // Stacks of other owners are the plan's concern, which leaves them alone or is blocked by
        // them: whoever looks and whoever writes is told the same.
        let own = expected.environment.as_str();
        found.stacks.retain(|_, tag| tag.as_deref() == Some(own));
        match (check(expected, &found), &self.strictness) {
            (Ok(permit), _) => Ok(Permit::note(&permit).to_owned()),
            (Err(refusals), Strictness::ToLook) => {
                let elsewhere: Vec<Refusal> = refusals
                    .into_iter()
                    .filter(|refusal| {
                        matches!(
                            refusal,
                            Refusal::WrongAccount { .. } | Refusal::WrongRegion { .. }
                        )
                    })
                    .collect();
                if elsewhere.is_empty() {
                    Ok(String::new())
                } else {
                    Err(elsewhere)
                }
            }
            (Err(refusals), Strictness::ToWrite { .. }) => Err(refusals),
        }
    }

    /// On this machine a service need not wait for its first image: nothing is pulled.
    fn make_up_images(&self, observed: &Observed, request: &mut Request) -> BTreeSet<String> {
        let mut made_up = BTreeSet::new();
        if self.session.local.is_none()
            || !matches!(self.purpose, Purpose::Deploy | Purpose::RollBack)
        {
            return made_up;
        }
        for stack in &self.session.assembly.stacks {
            let name = stack.name.as_str();
            let asked = request.only.as_ref().is_none_or(|only| only.contains(name));
            let has_one = observed.stacks.get(name).is_some_and(|view| {
                !matches!(
                    view.status.next_step(),
                    NextStep::Create | NextStep::DeleteAndCreate
                )
            });
            let takes_one = stack.parameters.iter().any(|one| one == IMAGE_PARAMETER);
            if !asked || has_one || !takes_one {
                continue;
            }
            let given = request.parameters.entry(name.to_owned()).or_default();
            if !given.contains_key(IMAGE_PARAMETER) {
                given.insert(IMAGE_PARAMETER.to_owned(), made_up_digest(name));
                made_up.insert(stack.id.clone());
            }
        }
        made_up
    }

    /// What the descriptions of change sets say.
    pub(crate) fn note(&self) -> String {
        let seen = self.seen.borrow();
        seen.as_ref()
            .map(|seen| seen.note.clone())
            .unwrap_or_default()
    }

    /// The services that got an image that there is not.
    pub(crate) fn made_up(&self) -> BTreeSet<String> {
        let seen = self.seen.borrow();
        seen.as_ref()
            .map(|seen| seen.made_up.clone())
            .unwrap_or_default()
    }

    /// What was observed last.
    pub(crate) fn observed<T>(&self, read: impl FnOnce(&Observed) -> T) -> Option<T> {
        self.seen.borrow().as_ref().map(|seen| read(&seen.observed))
    }

    /// What deploying would change in the stacks that are there and differ, by our own comparison.
    pub(crate) fn differences(&self) -> BTreeMap<String, Difference> {
        // What keeps its template does not differ.
        if self.request.previous_template {
            return BTreeMap::new();
        }
        let before = self
            .observed(|observed| observed.templates.clone())
            .unwrap_or_default();
        let stack = |name: &String| -> Option<&StackArtifact> {
            self.session
                .assembly
                .stacks
                .iter()
                .find(|stack| stack.name.as_str() == name)
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
}

/// What is still stuck, which is all there is to say: nothing, or what a person has to do.
fn nothing_to_recover(mut plan: Plan) -> Plan {
    plan.findings
        .retain(|finding| finding.code == FindingCode::StackStuck);
    let stuck: BTreeSet<&str> = plan
        .findings
        .iter()
        .map(|finding| finding.stack.as_str())
        .collect();
    let mut stacks = plan.stacks;
    stacks.retain(|stack| stuck.contains(stack.name.as_str()));
    Plan {
        stacks,
        steps: Vec::new(),
        templates: BTreeMap::new(),
        observed: BTreeMap::new(),
        ..plan
    }
}

/// A digest that looks like one and is the same each time.
fn made_up_digest(stack: &str) -> String {
    let digest = Hash::hash(stack.as_bytes());
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}
