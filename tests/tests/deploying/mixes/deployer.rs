//! One run of the engine among others, and what it says of each step, held against the cloud.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use common::assembly::Assembly;
use deploy_engine::drive::{Course, Decision, drive};
use deploy_engine::execute::{Event, Options, StepOutcome, Stop};
use deploy_engine::plan::{Plan, Request, StepId};
use local_cloudformation::port::{Call, Hooks, Local, Past, Settings};
use tokio::sync::Notify;

use super::judge::{self, Told};
use super::weather::Weather;
use crate::support::{Aim, End, Killer, World, prefix};

/// What a run is to do, and what happens to it.
pub(super) struct Task<'a> {
    pub(super) run: String,
    pub(super) aim: Aim,
    pub(super) assembly: &'a Assembly,
    pub(super) request: Request,
    /// After how long it begins.
    pub(super) after: Duration,
    pub(super) weather: Weather,
    /// Before or after which call it is killed.
    pub(super) kill: Option<(usize, bool)>,
}

/// What became of it.
pub(super) struct Story {
    /// How it ended; nothing if it was killed.
    pub(super) end: Option<End>,
    pub(super) outcomes: Vec<StepOutcome>,
    pub(super) calls: Vec<Call>,
    /// Where what it said was not so.
    pub(super) violations: Vec<String>,
}

impl Task<'_> {
    /// Runs the engine. `alone`: nobody else does anything meanwhile.
    pub(super) async fn run(
        self,
        world: &World,
        settings: Settings,
        past: Option<Past>,
        alone: bool,
    ) -> Story {
        let killed = Arc::new(Notify::new());
        let hooks: Arc<dyn Hooks> = match self.kill {
            None => Arc::new(self.weather),
            Some((at, after)) => Arc::new(Killer {
                at,
                after,
                dead: AtomicBool::new(false),
                killed: killed.clone(),
                other: self.weather,
            }),
        };
        let mut port = Local::with_hooks(world.cloud.clone(), settings, hooks);
        if let Some(past) = past {
            port = port.with_past(past);
        }
        tokio::time::sleep(self.after).await;

        let (assembly, request) = (self.assembly, &self.request);
        let options = Options::new(self.run, "a mix");
        let prefix = prefix(assembly.environment);
        let course = Course {
            region: &assembly.region,
            prefix: &prefix,
            acknowledged: &request.acknowledged,
            options: &options,
        };
        // The plan that is being executed, and the name of the run in its tokens.
        let current: RefCell<Option<(Plan, String)>> = RefCell::default();
        let rounds = RefCell::new(0_u32);
        let mut began = BTreeMap::new();
        let (mut outcomes, mut violations) = (Vec::new(), Vec::new());
        let driven = drive(
            &port,
            course,
            |observed| self.aim.plan(assembly, observed, request),
            |event| match event {
                Event::StepStarted { step, .. } => {
                    began.insert(step, port.now());
                }
                Event::StepFinished { step, outcome } => {
                    let current = current.borrow();
                    let (plan, run) = current.as_ref().unwrap();
                    let told = Told {
                        assembly,
                        plan,
                        number: number(plan, &step),
                        run,
                        outcome: &outcome,
                        began: began.get(&step).copied().unwrap_or_default(),
                        alone,
                    };
                    if let Err(violation) = judge::step(world, &told) {
                        violations.push(format!("{step}: {violation}\n  it said {outcome:?}"));
                    }
                    outcomes.push(outcome);
                }
                _ => {}
            },
            |plan| {
                let mut round = rounds.borrow_mut();
                let run = match *round {
                    0 => options.run.clone(),
                    round => format!("{}-{round}", options.run),
                };
                *round += 1;
                *current.borrow_mut() = Some((plan.clone(), run));
                Decision::GoOn
            },
            Stop::never(),
        );
        let end = tokio::select! {
            biased;
            () = killed.notified() => None,
            end = driven => Some(end),
        };
        let calls = port.calls();
        Story {
            end,
            outcomes,
            calls,
            violations,
        }
    }
}

fn number(plan: &Plan, step: &StepId) -> usize {
    plan.steps.iter().position(|one| one.id == *step).unwrap() + 1
}
