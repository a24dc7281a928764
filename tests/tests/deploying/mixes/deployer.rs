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

use super::judge::{Told, Witness};
use super::record::{Actor, Record, Recorder};
use super::weather::Weather;
use crate::support::{Aim, Course, End, Killer, World};

/// What a run is to do, and what happens to it.
pub(super) struct Task<'a> {
    pub(super) actor: Actor,
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
pub(super) struct Story<'a> {
    pub(super) actor: Actor,
    pub(super) run: String,
    pub(super) aim: Aim,
    pub(super) assembly: &'a Assembly,
    pub(super) request: Request,
    /// When it began.
    pub(super) began: Time,
    /// How it ended; nothing if it was killed.
    pub(super) end: Option<End>,
    pub(super) outcomes: Vec<StepOutcome>,
    pub(super) calls: Vec<Call>,
    /// Where what it said was not so.
    pub(super) violations: Vec<String>,
}

impl<'a> Task<'a> {
    /// Runs the engine.
    pub(super) async fn run(
        self,
        world: &World,
        settings: Settings,
        past: Option<Past>,
        record: &Record,
    ) -> Story<'a> {
        let killed = Arc::new(Notify::new());
        let (at, after) = self.kill.unwrap_or((usize::MAX, false));
        let hooks = Recorder {
            record: record.clone(),
            actor: self.actor,
            other: Killer {
                at,
                after,
                dead: AtomicBool::new(false),
                killed: killed.clone(),
                other: self.weather,
            },
        };
        let mut port = Local::with_hooks(world.cloud.clone(), settings, Arc::new(hooks));
        if let Some(past) = past {
            port = port.with_past(past);
        }
        tokio::time::sleep(self.after).await;

        let options = Options::new(self.run.clone(), "a mix");
        let course = Course {
            aim: self.aim,
            assembly: self.assembly,
            request: &self.request,
            options: &options,
        };
        let witness = Witness {
            world,
            assembly: self.assembly,
            request: &self.request,
            record,
            actor: self.actor,
            began: port.now(),
        };
        let began = witness.began;
        // The plan that is being executed, the name of the run in its tokens, and what was said.
        let current: RefCell<Option<Executed>> = RefCell::default();
        let rounds = RefCell::new(0_u32);
        let (mut outcomes, mut violations) = (Vec::new(), Vec::new());
        let end = course
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
                        let judged = witness.judge(&current.told(&step, &outcome));
                        if let Err(violation) = judged {
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
        Story {
            actor: self.actor,
            run: self.run,
            aim: self.aim,
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
    fn told<'a>(&'a self, step: &StepId, outcome: &'a StepOutcome) -> Told<'a> {
        let mut steps = self.plan.steps.iter();
        Told {
            plan: &self.plan,
            number: steps.position(|one| one.id == *step).unwrap() + 1,
            run: &self.run,
            outcome,
            began: self.begun.get(step).copied().unwrap_or_default(),
            before: &self.said,
        }
    }
}
