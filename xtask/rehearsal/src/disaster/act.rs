//! One run of the engine, with the clock beside it.

use std::collections::BTreeMap;

use common::assembly::Assembly;
use common::naming::Names;
use deploy::execute::{Event, Options, StepOutcome, Stop};
use deploy::observe::{Observed, observe};
use deploy::plan::{Acknowledgement, FindingCode, Plan, Request, Severity, plan, plan_destruction};
use deploy::reconcile::{Decision, ReconcileOptions, ReconcileOutcome, reconcile};
use deploy::report::wording::{short, step_verb};
use emulator::port::Local;
use serde::Serialize;

use crate::disaster::critical::{Timed, critical_path};
use crate::disaster::error::DrillError;

/// What is to become of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    Deploy,
    Destroy,
}

/// What was seen of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Act {
    /// What it was for.
    pub title: &'static str,
    /// How long it took, in milliseconds.
    pub took: u64,
    /// How long the longest chain of its steps took, in milliseconds.
    pub critical: u64,
    /// That chain.
    pub path: Vec<String>,
    /// The steps, as they ended.
    pub steps: Vec<Step>,
    /// What stays outside of any stack, where the act tells it: stack and resource, type.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stays: Vec<(String, String)>,
    /// How many deletions of protected stacks were acknowledged.
    #[serde(skip_serializing_if = "is_zero")]
    pub acknowledged: usize,
}

/// A step of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Its name, without project and environment.
    pub name: String,
    /// What was done: `created`.
    pub done: &'static str,
    /// When it began, in milliseconds from the beginning of the act.
    pub began: u64,
    /// When it ended.
    pub ended: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "what serde calls it with"
)]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// An environment on the local CloudFormation.
pub(crate) struct Stage<'a> {
    pub(crate) assembly: &'a Assembly,
    pub(crate) port: Local,
}

impl Stage<'_> {
    /// What there is.
    pub(crate) async fn observed(&self) -> Result<Observed, DrillError> {
        let prefix = format!("{}-", Names::new(self.assembly.environment).prefix());
        Ok(observe(&self.port, &self.assembly.region, &prefix).await?)
    }

    /// Runs the engine to its end.
    pub(crate) async fn act(
        &self,
        title: &'static str,
        aim: Aim,
        request: &Request,
    ) -> Result<Act, DrillError> {
        let mut request = request.clone();
        let acknowledged = match aim {
            Aim::Deploy => 0,
            Aim::Destroy => self.acknowledge(&mut request).await?,
        };
        let environment = self.assembly.environment;
        let prefix = format!("{}-", Names::new(environment).prefix());
        let options = Options::new(format!("drill-{}", title.replace(' ', "-")), "a drill");
        let begin = self.port.now().0;
        let clock = self.port.clone();
        let mut seen: BTreeMap<String, (u64, Option<u64>)> = BTreeMap::new();
        let reconciled = reconcile(
            &self.port,
            ReconcileOptions {
                region: &self.assembly.region,
                prefix: &prefix,
                acknowledged: &request.acknowledged,
                execution: &options,
            },
            |observed| match aim {
                Aim::Deploy => plan(self.assembly, observed, &request),
                Aim::Destroy => plan_destruction(self.assembly, observed, &request),
            },
            |event| {
                let now = clock.now().0 - begin;
                match event {
                    Event::StepStarted { step, .. } => {
                        seen.insert(step.0, (now, None));
                    }
                    Event::StepFinished { step, outcome } if outcome.is_success() => {
                        if let Some((_, ended)) = seen.get_mut(&step.0) {
                            *ended = Some(now);
                        }
                    }
                    _ => {}
                }
            },
            |_| Decision::Execute,
            Stop::never(),
        )
        .await
        .map_err(|error| DrillError::Drive {
            act: title,
            why: error.to_string(),
        })?;
        let took = self.port.now().0 - begin;
        succeeded(title, &reconciled)?;
        Ok(self.told(title, reconciled.plan(), &seen, took, acknowledged))
    }

    /// What is protected against deletion is acknowledged: this is a drill. Gives how much that was.
    async fn acknowledge(&self, request: &mut Request) -> Result<usize, DrillError> {
        let mut observed = self.observed().await?;
        loop {
            match plan_destruction(self.assembly, &observed, request) {
                Ok(deploy::plan::Planned::Needs(needs)) => {
                    deploy::observe::satisfy(&self.port, &mut observed, &needs).await?;
                }
                Ok(deploy::plan::Planned::Plan(plan)) => {
                    let words: Vec<Acknowledgement> = plan
                        .findings
                        .iter()
                        .filter(|finding| finding.severity == Severity::Acknowledge)
                        .map(deploy::plan::Finding::acknowledgement)
                        .collect();
                    let number = words.len();
                    request.acknowledged.extend(words);
                    return Ok(number);
                }
                Err(error) => {
                    return Err(DrillError::Drive {
                        act: "destroy",
                        why: error.to_string(),
                    });
                }
            }
        }
    }

    fn told(
        &self,
        title: &'static str,
        plan: &Plan,
        seen: &BTreeMap<String, (u64, Option<u64>)>,
        took: u64,
        acknowledged: usize,
    ) -> Act {
        let environment = self.assembly.environment;
        let name = |id: &str| short(id, environment).to_owned();
        let mut steps = Vec::new();
        let mut timed = Vec::new();
        for step in &plan.steps {
            let Some((began, Some(ended))) = seen.get(&step.id.0) else {
                continue;
            };
            steps.push(Step {
                name: name(&step.stack),
                done: step_verb(step).done,
                began: *began,
                ended: *ended,
            });
            timed.push(Timed {
                name: step.id.0.clone(),
                took: ended - began,
                needs: step.needs.iter().map(|id| id.0.clone()).collect(),
            });
        }
        steps.sort_by_key(|step| (step.ended, step.name.clone()));
        let (critical, path) = critical_path(&timed);
        let retained = plan
            .findings
            .iter()
            .filter(|finding| finding.code == FindingCode::ResourceRetained);
        let mut stays: Vec<(String, String)> = retained
            .map(|finding| {
                let place = format!("{}/{}", name(&finding.stack), finding.subject);
                (place, finding.from.clone().unwrap_or_default())
            })
            .collect();
        stays.sort();
        Act {
            title,
            took,
            critical,
            path: path.iter().map(|id| name(id)).collect(),
            steps,
            stays,
            acknowledged,
        }
    }
}

fn succeeded(act: &'static str, reconciled: &ReconcileOutcome) -> Result<(), DrillError> {
    if reconciled.is_success() {
        return Ok(());
    }
    let plan = reconciled.plan();
    let mut why: Vec<String> = plan
        .findings
        .iter()
        .filter(|finding| finding.is_blocking())
        .map(ToString::to_string)
        .collect();
    if let ReconcileOutcome::Executed { outcome, .. } = reconciled {
        why.extend(outcome.steps.iter().filter_map(|(step, one)| match one {
            StepOutcome::Failed(failure) => Some(format!("{step}: {}", failure.message)),
            StepOutcome::Stale { difference } => Some(format!("{step}: {difference}")),
            _ => None,
        }));
    }
    Err(DrillError::Failed {
        act,
        why: why.join("; "),
    })
}
