//! One run of the engine among others, and what it says of each step, held against the cloud.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use common::assembly::Assembly;
use deploy::execute::{Event, Options, StepOutcome};
use deploy::plan::{Plan, Request, StepId};
use deploy::reconcile::Decision;
use emulator::api::Time;
use emulator::port::{Call, Local, Past, Settings};
use tokio::sync::Notify;

use super::call_log::{Actor, CallLog, RecordingHook};
use super::random_faults::RandomFaults;
use super::step_checks::{ReportedStep, StepChecker};
use crate::support::{CrashHook, EngineRun, Goal, RunResult, Sandbox};

/// What a run is to do, and what happens to it.
pub(super) struct Task<'a> {
    pub(super) actor: Actor,
    pub(super) run: String,
    pub(super) goal: Goal,
    pub(super) assembly: &'a Assembly,
    pub(super) request: Request,
    /// After how long it begins.
    pub(super) after: Duration,
    pub(super) faults: RandomFaults,
    /// Before or after which call it is killed.
    pub(super) kill: Option<(usize, bool)>,
}

/// What became of it.
pub(super) struct RunReport<'a> {
    pub(super) actor: Actor,
    pub(super) run: String,
    pub(super) goal: Goal,
    pub(super) assembly: &'a Assembly,
    pub(super) request: Request,
    pub(super) began: Time,
    /// How it ended; nothing if it was killed.
    pub(super) end: Option<RunResult>,
    pub(super) outcomes: Vec<StepOutcome>,
    pub(super) calls: Vec<Call>,
    /// Where what it said was not so.
    pub(super) violations: Vec<String>,
}

impl<'a> Task<'a> {
    pub(super) async fn run(
        self,
        sandbox: &Sandbox,
        settings: Settings,
        past: Option<Past>,
        log: &CallLog,
    ) -> RunReport<'a> {
        let killed = Arc::new(Notify::new());
        let (at, after) = self.kill.unwrap_or((usize::MAX, false));
        let hooks = RecordingHook {
            log: log.clone(),
            actor: self.actor,
            other: CrashHook {
                at,
                after,
                dead: AtomicBool::new(false),
                killed: killed.clone(),
                other: self.faults,
            },
        };
        let mut port = Local::with_hooks(sandbox.cloud.clone(), settings, Arc::new(hooks));
        if let Some(past) = past {
            port = port.with_past(past);
        }
        tokio::time::sleep(self.after).await;

        let options = Options::new(self.run.clone(), "a scenario");
        let engine = EngineRun {
            goal: self.goal,
            assembly: self.assembly,
            request: &self.request,
            options: &options,
        };
        let checker = StepChecker {
            sandbox,
            assembly: self.assembly,
            request: &self.request,
            log,
            actor: self.actor,
            began: port.now(),
        };
        let began = checker.began;
        // The plan that is being executed, the name of the run in its tokens, and what was said.
        let current: RefCell<Option<Executed>> = RefCell::default();
        let rounds = RefCell::new(0_u32);
        let (mut outcomes, mut violations) = (Vec::new(), Vec::new());
        let end = engine
            .run(
                &port,
                Some(&killed),
                |event| match event {
                    Event::StepStarted { step, .. } => {
                        let mut current = current.borrow_mut();
                        let begun = &mut current.as_mut().unwrap().begun;
                        begun.insert(step, port.now());
                    }
                    Event::StepFinished { step, outcome } => {
                        let mut current = current.borrow_mut();
                        let current = current.as_mut().unwrap();
                        let checked = checker.check(&current.reported(&step, &outcome));
                        if let Err(violation) = checked {
                            violations.push(format!("{step}: {violation}\n  it said {outcome:?}"));
                        }
                        outcomes.push(outcome.clone());
                        current.said.insert(step, outcome);
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
                    *current.borrow_mut() = Some(Executed {
                        plan: plan.clone(),
                        run,
                        begun: BTreeMap::new(),
                        said: BTreeMap::new(),
                    });
                    Decision::Execute
                },
            )
            .await;
        RunReport {
            actor: self.actor,
            run: self.run,
            goal: self.goal,
            assembly: self.assembly,
            request: self.request,
            began,
            end,
            outcomes,
            calls: port.calls(),
            violations,
        }
    }
}

/// A plan that is being executed.
struct Executed {
    plan: Plan,
    /// The name of the run in the tokens.
    run: String,
    begun: BTreeMap<StepId, Time>,
    said: BTreeMap<StepId, StepOutcome>,
}

impl Executed {
    fn reported<'a>(&'a self, step: &StepId, outcome: &'a StepOutcome) -> ReportedStep<'a> {
        let mut steps = self.plan.steps.iter();
        ReportedStep {
            plan: &self.plan,
            number: steps.position(|one| one.id == *step).unwrap() + 1,
            run: &self.run,
            outcome,
            began: self.begun.get(step).copied().unwrap_or_default(),
            before: &self.said,
        }
    }
}
