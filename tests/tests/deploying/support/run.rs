//! Runs of the engine against a world, one at a time.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use common::assembly::Assembly;
use deploy::Clock;
use deploy::execute::{Event, Options};
use deploy::plan::Request;
use deploy::reconcile::{Decision, ReconcileOutcome};
use emulator::port::{Call, Hooks, Intervention, Local, Past};
use tokio::sync::Notify;

use super::course::{Course, End};
use super::killer::Killer;
use super::plans::Aim;
use super::world::{World, runtime};

/// What was seen of a run.
pub(crate) struct Run {
    /// How it ended; nothing if it was killed.
    pub(crate) end: Option<End>,
    /// Every call.
    pub(crate) calls: Vec<Call>,
    /// Every event.
    pub(crate) events: Vec<Event>,
    /// How long it took, in the cloud's time.
    pub(crate) took: Duration,
}

impl Run {
    /// How it ended.
    pub(crate) fn reconciled(&self) -> &ReconcileOutcome {
        match self.end.as_ref().expect("the run was not killed") {
            Ok(reconciled) => reconciled,
            Err(error) => panic!("{error}: {:?}", std::error::Error::source(error)),
        }
    }

    /// That everything is as asked for.
    #[track_caller]
    pub(crate) fn succeeded(&self) -> &Self {
        let reconciled = self.reconciled();
        assert!(reconciled.is_success(), "{reconciled:#?}");
        self
    }
}

impl World {
    /// Runs the engine to its end.
    pub(crate) fn run(&mut self, aim: Aim, assembly: &Assembly, request: &Request) -> Run {
        self.run_between(aim, assembly, request, |_: &Call| Intervention::Pass)
    }

    /// Runs the engine to its end, with something between it and the cloud.
    pub(crate) fn run_between(
        &mut self,
        aim: Aim,
        assembly: &Assembly,
        request: &Request,
        hooks: impl Hooks + 'static,
    ) -> Run {
        self.go(aim, assembly, request, Arc::new(hooks), None)
    }

    /// Runs the engine until it makes the call of this number, and kills it before or after that.
    pub(crate) fn kill(
        &mut self,
        aim: Aim,
        assembly: &Assembly,
        request: &Request,
        at: usize,
        after: bool,
    ) -> Run {
        let killed = Arc::new(Notify::new());
        let killer = Killer {
            at,
            after,
            dead: AtomicBool::new(false),
            killed: killed.clone(),
            other: |_: &Call| Intervention::Pass,
        };
        self.go(aim, assembly, request, Arc::new(killer), Some(killed))
    }

    fn go(
        &mut self,
        aim: Aim,
        assembly: &Assembly,
        request: &Request,
        hooks: Arc<dyn Hooks>,
        killed: Option<Arc<Notify>>,
    ) -> Run {
        self.runs += 1;
        let options = Options::new(format!("run-{}", self.runs), "a test");
        let settings = self.settings(assembly);
        let epoch = settings.epoch;
        let (cloud, past) = (self.cloud.clone(), self.past);
        let mut events = Vec::new();
        let (end, calls, took) = runtime().block_on(async {
            let options = Options {
                clock: Some(Clock::set_to(epoch.0 / 1000)),
                ..options
            };
            let mut port = Local::with_hooks(cloud, settings, hooks);
            if past {
                port = port.with_past(Past::default());
            }
            let course = Course {
                aim,
                assembly,
                request,
                options: &options,
            };
            let report = |event| events.push(event);
            let end = course
                .run(&port, killed.as_deref(), report, |_| Decision::Execute)
                .await;
            let took = Duration::from_millis(port.now().0 - epoch.0);
            (end, port.calls(), took)
        });
        Run {
            end,
            calls,
            events,
            took,
        }
    }
}
