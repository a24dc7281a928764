//! One phase of the drill: a run of the deployment engine, with the times of its steps.

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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    Deploy,
    Destroy,
}

/// The outcome of one run of the engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Phase {
    pub title: &'static str,
    /// In milliseconds.
    pub took: u64,
    /// The duration of the critical path, in milliseconds.
    pub critical: u64,
    pub path: Vec<String>,
    /// In the order in which they ended.
    pub steps: Vec<Step>,
    /// The resources that stay when their stacks are deleted: `<stack>/<logical id>` and type.
    #[serde(rename = "stays", skip_serializing_if = "Vec::is_empty")]
    pub retained: Vec<(String, String)>,
    /// The number of acknowledged deletions of protected stacks.
    #[serde(skip_serializing_if = "is_zero")]
    pub acknowledged: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// The stack, without project and environment.
    pub name: String,
    /// The result: `created`.
    pub done: &'static str,
    /// In milliseconds since the start of the phase.
    #[serde(rename = "began")]
    pub started: u64,
    /// In milliseconds since the start of the phase.
    pub ended: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// An environment, deployed to the local CloudFormation.
pub(crate) struct Target<'a> {
    pub(crate) assembly: &'a Assembly,
    pub(crate) port: Local,
}

impl Target<'_> {
    /// The stacks of the environment as they are now.
    pub(crate) async fn observed(&self) -> Result<Observed, DrillError> {
        let prefix = format!("{}-", Names::new(self.assembly.environment).prefix());
        Ok(observe(&self.port, &self.assembly.region, &prefix).await?)
    }

    /// Plans and executes until the goal is reached.
    pub(crate) async fn run_phase(
        &self,
        title: &'static str,
        goal: Goal,
        request: &Request,
    ) -> Result<Phase, DrillError> {
        let mut request = request.clone();
        let acknowledged = match goal {
            Goal::Deploy => 0,
            Goal::Destroy => self.acknowledge(&mut request).await?,
        };
        let environment = self.assembly.environment;
        let prefix = format!("{}-", Names::new(environment).prefix());
        let options = Options::new(format!("drill-{}", title.replace(' ', "-")), "a drill");
        let start = self.port.now().0;
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
            |observed| match goal {
                Goal::Deploy => plan(self.assembly, observed, &request),
                Goal::Destroy => plan_destruction(self.assembly, observed, &request),
            },
            |event| {
                let now = clock.now().0 - start;
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
            phase: title,
            why: error.to_string(),
        })?;
        let took = self.port.now().0 - start;
        succeeded(title, &reconciled)?;
        Ok(self.phase_from_plan(title, reconciled.plan(), &seen, took, acknowledged))
    }

    /// Acknowledges the deletion of every protected stack, and returns how many there are.
    async fn acknowledge(&self, request: &mut Request) -> Result<usize, DrillError> {
        let mut observed = self.observed().await?;
        loop {
            match plan_destruction(self.assembly, &observed, request) {
                Ok(deploy::plan::Planned::Needs(needs)) => {
                    deploy::observe::fetch(&self.port, &mut observed, &needs).await?;
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
                        phase: "destroy",
                        why: error.to_string(),
                    });
                }
            }
        }
    }

    fn phase_from_plan(
        &self,
        title: &'static str,
        plan: &Plan,
        seen: &BTreeMap<String, (u64, Option<u64>)>,
        took: u64,
        acknowledged: usize,
    ) -> Phase {
        let environment = self.assembly.environment;
        let name = |id: &str| short(id, environment).to_owned();
        let mut steps = Vec::new();
        let mut timed = Vec::new();
        for step in &plan.steps {
            let Some((started, Some(ended))) = seen.get(&step.id.0) else {
                continue;
            };
            steps.push(Step {
                name: name(&step.stack),
                done: step_verb(step).done,
                started: *started,
                ended: *ended,
            });
            timed.push(Timed {
                name: step.id.0.clone(),
                took: ended - started,
                needs: step.needs.iter().map(|id| id.0.clone()).collect(),
            });
        }
        steps.sort_by_key(|step| (step.ended, step.name.clone()));
        let (critical, path) = critical_path(&timed);
        let retained = plan
            .findings
            .iter()
            .filter(|finding| finding.code == FindingCode::ResourceRetained);
        let mut retained: Vec<(String, String)> = retained
            .map(|finding| {
                let place = format!("{}/{}", name(&finding.stack), finding.subject);
                (place, finding.from.clone().unwrap_or_default())
            })
            .collect();
        retained.sort();
        Phase {
            title,
            took,
            critical,
            path: path.iter().map(|id| name(id)).collect(),
            steps,
            retained,
            acknowledged,
        }
    }
}

fn succeeded(phase: &'static str, reconciled: &ReconcileOutcome) -> Result<(), DrillError> {
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
        phase,
        why: why.join("; "),
    })
}
