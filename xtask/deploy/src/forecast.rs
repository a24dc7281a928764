//! The deployment of a proposal to the emulator, in virtual time: what a report forecasts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use cloudformation::{LogicalId, StackName};
use common::assembly::Assembly;
use common::naming::Names;
use emulator::api::Caller;
use emulator::port::{Local, Settings};
use emulator::{Cloud, Effect, Fault, Options as CloudOptions, ResourceOperation};
use review::report::{Acknowledgement, Blocker, Forecast, Step, WayBack};

use crate::error::{Error, Unplanned};
use crate::execute::{Event, Options, StepOutcome, Stop};
use crate::plan::{self, FindingCode, Plan, Planned, Request, Severity, Step as PlanStep};
use crate::reconcile::{Decision, ReconcileOptions, ReconcileOutcome, reconcile};
use crate::release::rollback::IMAGE_PARAMETER;
use crate::report::wording::{short, step_verb};
use crate::session_planner::placeholder_digest;

/// How many runs are tried before nothing differs.
const MAX_PASSES: u32 = 5;

/// Deploys the base to an empty emulator, then plans and deploys the proposal.
///
/// It runs in a thread of its own, whose clock is virtual.
pub(crate) fn forecast(
    base: &Assembly,
    proposal: &Assembly,
    acknowledged: &BTreeSet<plan::Acknowledgement>,
) -> Result<Forecast, Error> {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .start_paused(true)
                .build()
                .map_err(Error::Runtime)?
                .block_on(rehearse(base, proposal, acknowledged))
        });
        // A panic is a bug of the engine: it continues as it would without a thread.
        thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

async fn rehearse(
    base: &Assembly,
    proposal: &Assembly,
    acknowledged: &BTreeSet<plan::Acknowledgement>,
) -> Result<Forecast, Error> {
    let settings = Settings {
        caller: Caller {
            account: base.account.clone(),
            region: base.region.clone(),
        },
        ..Settings::default()
    };
    let client = client_of(Cloud::new(CloudOptions::default()), &settings);
    let everything = Run {
        client: &client,
        manual: true,
        acknowledged,
        name: "base",
    };
    let deployed = everything
        .reconcile(base, Decision::Execute, |_| {})
        .await?;
    if !deployed.is_success() {
        let failure = Some(format!("the base does not deploy: {}", why(&deployed)));
        return Ok(Forecast {
            failure,
            ..Forecast::default()
        });
    }
    // As a pipeline plans it: what a person applies is not its own.
    let planning = Run {
        manual: false,
        name: "plan",
        ..everything
    };
    let planned = planning
        .reconcile(proposal, Decision::Decline, |_| {})
        .await?;
    let mut forecast = findings(planned.plan(), proposal);
    let before = client.cloud().clone();
    let since = Settings {
        epoch: client.now(),
        ..settings
    };
    let mut first: Option<Times> = None;
    for pass in 1..=MAX_PASSES {
        let name = format!("pass-{pass}");
        let run = Run {
            name: &name,
            ..everything
        };
        let (reconciled, times) = run.timed(proposal).await?;
        if matches!(reconciled, ReconcileOutcome::NoSteps { .. }) {
            break;
        }
        forecast.passes = pass;
        forecast.seconds += times.seconds;
        add_steps(&mut forecast, reconciled.plan(), &times, proposal);
        first.get_or_insert(times);
        if !reconciled.is_success() {
            forecast.failure = Some(why(&reconciled));
            break;
        }
    }
    if let (Some(times), None) = (&first, &forecast.failure) {
        for stack in forecast.critical_path.clone() {
            let name = format!("{}-{stack}", Names::new(proposal.environment).prefix());
            let Some(last) = times.last_resources.get(&name) else {
                continue;
            };
            let mut cloud = before.clone();
            cloud.add_fault(last.fault(&name));
            let client = client_of(cloud, &since);
            let failing = Run {
                client: &client,
                manual: true,
                acknowledged,
                name: "way-back",
            };
            let (_, times) = failing.timed(proposal).await?;
            if let Some(seconds) = times.way_back(&name) {
                let resource = last.logical_id.clone();
                forecast.ways_back.push(WayBack {
                    stack,
                    resource: resource.into(),
                    seconds,
                });
            }
        }
    }
    Ok(forecast)
}

fn client_of(cloud: Cloud, settings: &Settings) -> Local {
    Local::new(Arc::new(Mutex::new(cloud)), settings.clone())
}

/// When what happened, in virtual seconds since the start of a run.
#[derive(Debug, Default)]
struct Times {
    /// The whole run.
    seconds: u64,
    /// Start and end, by step.
    steps: BTreeMap<String, (u64, u64)>,
    /// The resource of each stack that was done last.
    last_resources: BTreeMap<String, LastResource>,
    /// When the first resource of a stack failed.
    failures: BTreeMap<String, u64>,
}

/// The last resource of a stack's update: a failure of it takes everything back.
#[derive(Debug)]
struct LastResource {
    logical_id: LogicalId,
    on: ResourceOperation,
}

impl LastResource {
    fn fault(&self, stack: &str) -> Fault {
        Fault {
            stack: Some(stack.to_owned()),
            logical_id: Some(self.logical_id.to_string()),
            resource_type: None,
            on: self.on,
            times: Some(1),
            effect: Effect::Fail {
                reason: "a failure for the forecast".to_owned(),
            },
        }
    }
}

impl Times {
    fn record(&mut self, now: u64, event: Event) {
        match event {
            Event::StepStarted { step, .. } => {
                self.steps.insert(step.0, (now, now));
            }
            Event::StepFinished { step, .. } => self.steps.entry(step.0).or_default().1 = now,
            Event::Resource { step, resource } if resource.resource_type != STACK_TYPE => {
                let on = match resource.status.as_str() {
                    "CREATE_COMPLETE" => ResourceOperation::Create,
                    "UPDATE_COMPLETE" => ResourceOperation::Update,
                    "CREATE_FAILED" | "UPDATE_FAILED" => {
                        self.failures.entry(step.0).or_insert(now);
                        return;
                    }
                    _ => return,
                };
                let logical_id = resource.logical_id;
                self.last_resources
                    .insert(step.0, LastResource { logical_id, on });
            }
            _ => {}
        }
    }

    /// How long a stack took from its first failure until it was as before.
    fn way_back(&self, stack: &str) -> Option<u64> {
        let (_, ended) = self.steps.get(stack)?;
        ended.checked_sub(*self.failures.get(stack)?)
    }
}

/// The type that a stack has in its own events.
const STACK_TYPE: &str = "AWS::CloudFormation::Stack";

/// One run of the engine against the emulator.
#[derive(Clone, Copy)]
struct Run<'a> {
    client: &'a Local,
    /// Whether manual stacks are deployed too.
    manual: bool,
    acknowledged: &'a BTreeSet<plan::Acknowledgement>,
    name: &'a str,
}

impl Run<'_> {
    /// Deploys, and takes the times.
    async fn timed(self, assembly: &Assembly) -> Result<(ReconcileOutcome, Times), Error> {
        let mut times = Times::default();
        let start = self.client.now().0;
        let elapsed = || (self.client.now().0 - start) / 1000;
        let record = |event| times.record(elapsed(), event);
        let reconciled = self.reconcile(assembly, Decision::Execute, record).await?;
        times.seconds = elapsed();
        Ok((reconciled, times))
    }

    async fn reconcile(
        self,
        assembly: &Assembly,
        decision: Decision,
        report: impl FnMut(Event),
    ) -> Result<ReconcileOutcome, Error> {
        let prefix = format!("{}-", Names::new(assembly.environment).prefix());
        let options = Options::new(format!("review-{}", self.name), "a review");
        let mut request = Request {
            manual_stacks: self.manual,
            parameters: images(assembly),
            acknowledged: self.acknowledged.clone(),
            ..Request::default()
        };
        let execute = decision == Decision::Execute;
        let mut report = report;
        // What is not acknowledged yet is reported, and executed all the same, to see what follows.
        loop {
            let reconciled = reconcile(
                self.client,
                ReconcileOptions {
                    region: &assembly.region,
                    prefix: &prefix,
                    acknowledged: &request.acknowledged,
                    execution: &options,
                },
                |observed| -> Result<Planned, Unplanned> {
                    Ok(plan::plan(assembly, observed, &request)?)
                },
                &mut report,
                |plan| {
                    if execute && plan.is_blocked() {
                        Decision::Decline
                    } else {
                        decision.clone()
                    }
                },
                Stop::never(),
            )
            .await?;
            let plan = reconciled.plan();
            let words = plan
                .findings
                .iter()
                .filter(|one| one.severity == Severity::Acknowledge && !one.acknowledged);
            let words: Vec<_> = words.map(plan::Finding::acknowledgement).collect();
            if !execute
                || words.is_empty()
                || matches!(reconciled, ReconcileOutcome::Executed { .. })
            {
                return Ok(reconciled);
            }
            request.acknowledged.extend(words);
        }
    }
}

/// An image for every service: nothing is pulled.
fn images(assembly: &Assembly) -> BTreeMap<StackName, BTreeMap<String, String>> {
    let services = assembly
        .stacks
        .iter()
        .filter(|stack| stack.parameters.iter().any(|one| one == IMAGE_PARAMETER));
    services
        .map(|stack| {
            let name = StackName::from(&stack.name);
            let image = placeholder_digest(&name);
            (name, BTreeMap::from([(IMAGE_PARAMETER.to_owned(), image)]))
        })
        .collect()
}

fn findings(plan: &Plan, assembly: &Assembly) -> Forecast {
    let mut forecast = Forecast::default();
    for finding in &plan.findings {
        let stack = short(&finding.stack, assembly.environment).to_owned();
        match (finding.code, finding.severity) {
            (FindingCode::ManualStack, _) => forecast.manual.push(stack),
            (_, Severity::Acknowledge) => forecast.acknowledgements.push(Acknowledgement {
                word: finding.acknowledgement().0,
                message: format!("{stack}: {}", finding.message),
                given: finding.acknowledged,
            }),
            (_, Severity::Block) => forecast.blockers.push(Blocker {
                stack,
                message: finding.message.clone(),
                hint: finding.hint.clone(),
            }),
            (_, Severity::Note) => {}
        }
    }
    forecast
}

fn add_steps(forecast: &mut Forecast, plan: &Plan, times: &Times, assembly: &Assembly) {
    // Passes follow each other.
    let earlier = forecast.seconds - times.seconds;
    let name = |step: &PlanStep| short(&step.stack, assembly.environment).to_owned();
    let timed = |step: &PlanStep| times.steps.get(&step.id.0).copied();
    let mut steps: Vec<Step> = plan
        .steps
        .iter()
        .filter_map(|step| {
            let (started, ended) = timed(step)?;
            let phase = step.id.0.split_once(':').map(|(_, phase)| phase.to_owned());
            let done = step_verb(step).done.to_owned();
            Some(Step {
                stack: name(step),
                done,
                phase,
                started: earlier + started,
                ended: earlier + ended,
            })
        })
        .collect();
    steps.sort_by(|one, other| (one.ended, &one.stack).cmp(&(other.ended, &other.stack)));
    forecast.steps.extend(steps);
    // From the step that ended last, back to whichever it waited for longest.
    let last = plan
        .steps
        .iter()
        .max_by_key(|step| timed(step).map(|(_, ended)| ended));
    let path = std::iter::successors(last, |step| {
        let needs = plan.steps.iter().filter(|one| step.needs.contains(&one.id));
        needs.max_by_key(|step| timed(step).map(|(_, ended)| ended))
    });
    let mut path: Vec<String> = path.map(name).collect();
    path.reverse();
    if forecast.critical_path.is_empty() {
        forecast.critical_path = path;
    }
}

/// Why a run did not succeed.
fn why(reconciled: &ReconcileOutcome) -> String {
    let blocking = reconciled
        .plan()
        .findings
        .iter()
        .filter(|one| one.is_blocking());
    let mut why: Vec<String> = blocking.map(|one| one.message.clone()).collect();
    if let ReconcileOutcome::Executed { outcome, .. } = reconciled {
        why.extend(outcome.steps.iter().filter_map(|(step, one)| match one {
            StepOutcome::Failed(failure) => Some(format!("{step}: {}", failure.message)),
            StepOutcome::Stale { difference } => Some(format!("{step}: {difference}")),
            _ => None,
        }));
    }
    why.join("; ")
}
