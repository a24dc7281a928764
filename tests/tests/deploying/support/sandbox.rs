//! An emulated account, and runs of the engine against it, one at a time.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use cloudformation::StackName;
use common::assembly::Assembly;
use common::environment::EnvironmentName;
use deploy::Clock;
use deploy::execute::{Event, Options as ExecuteOptions, Stop};
use deploy::observe::Observed;
use deploy::plan::{Plan, PlanError, Planned, Request, plan, plan_destruction};
use deploy::reconcile::{Decision, ReconcileError, ReconcileOptions, ReconcileOutcome, reconcile};
use deploy::timestamp::Timestamp;
use emulator::api::{Action, Answer, ApiError, Caller, Time};
use emulator::port::{Call, Hooks, Intervention, Local, Past, Settings};
use emulator::{Cloud, Options};
use tokio::sync::Notify;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    Deploy,
    Destroy,
}

impl Goal {
    pub(crate) fn plan(
        self,
        assembly: &Assembly,
        observed: &Observed,
        request: &Request,
    ) -> Result<Planned, PlanError> {
        match self {
            Self::Deploy => plan(assembly, observed, request),
            Self::Destroy => plan_destruction(assembly, observed, request),
        }
    }
}

pub(crate) struct Sandbox {
    pub(crate) cloud: Arc<Mutex<Cloud>>,
    pub(super) runs: u64,
    pub(super) past: bool,
    /// The names of stacks in the same account and region that the tests ignore.
    pub(super) ignored: BTreeSet<StackName>,
    /// Runs that could not discard their change sets.
    pub(super) leftovers_allowed: BTreeSet<String>,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    pub(crate) fn with(options: Options) -> Self {
        Self {
            cloud: Arc::new(Mutex::new(Cloud::new(options))),
            runs: 0,
            past: false,
            ignored: BTreeSet::new(),
            leftovers_allowed: BTreeSet::new(),
        }
    }

    /// From now on stale reads show earlier states, even in a first read.
    pub(crate) fn keep_history(&mut self) {
        self.past = true;
    }

    /// An independent copy.
    pub(crate) fn copy(&self) -> Self {
        Self {
            cloud: Arc::new(Mutex::new(self.cloud().clone())),
            runs: self.runs,
            past: self.past,
            ignored: self.ignored.clone(),
            leftovers_allowed: self.leftovers_allowed.clone(),
        }
    }

    pub(crate) fn cloud(&self) -> MutexGuard<'_, Cloud> {
        self.cloud.lock().unwrap()
    }

    /// Completes all operations in progress.
    pub(crate) fn settle(&self) {
        self.cloud().settle();
    }

    /// A call of the deploying caller, outside of any run.
    pub(crate) fn call(&self, assembly: &Assembly, action: &Action) -> Answer {
        self.ask(assembly, action)
            .unwrap_or_else(|error| panic!("{action:?}: {error}"))
    }

    /// A call that may be refused.
    pub(crate) fn ask(&self, assembly: &Assembly, action: &Action) -> Result<Answer, ApiError> {
        let mut cloud = self.cloud();
        let now = cloud.now();
        cloud.call(now, &caller(assembly), action)
    }

    pub(crate) fn settings(&self, assembly: &Assembly) -> Settings {
        let begin = Settings::default().epoch;
        Settings {
            caller: caller(assembly),
            epoch: Time(begin.0.max(self.cloud().now().0)),
            ..Settings::default()
        }
    }

    /// Allows a run to leave change sets.
    pub(crate) fn allow_leftovers(&mut self, run: &str) {
        self.leftovers_allowed.insert(run.to_owned());
    }

    /// Whether a change set belongs to a run that had to discard it.
    pub(super) fn must_be_discarded(&self, change_set: &str) -> bool {
        let run = change_set.rsplit_once('-').map(|(run, _)| run);
        let of = |leftovers_allowed: &String| {
            run.is_some_and(|run| run.starts_with(leftovers_allowed.as_str()))
        };
        change_set.starts_with("run-") && !self.leftovers_allowed.iter().any(of)
    }

    pub(crate) fn ignore_existing_stacks(&mut self, assembly: &Assembly) {
        self.ignored = self.every_stack(assembly).into_keys().collect();
    }

    pub(crate) fn ignore_stack(&mut self, stack: &str) {
        self.ignored.insert(stack.into());
    }
}

pub(crate) struct Run {
    /// None if it crashed.
    pub(crate) end: Option<RunResult>,
    pub(crate) calls: Vec<Call>,
    pub(crate) events: Vec<Event>,
    /// How long it took, in the cloud's time.
    pub(crate) took: Duration,
}

impl Run {
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

impl Sandbox {
    /// Runs the engine to its end.
    pub(crate) fn run(&mut self, goal: Goal, assembly: &Assembly, request: &Request) -> Run {
        self.run_between(goal, assembly, request, |_: &Call| Intervention::Pass)
    }

    /// Runs the engine to its end, with something between it and the cloud.
    pub(crate) fn run_between(
        &mut self,
        goal: Goal,
        assembly: &Assembly,
        request: &Request,
        hooks: impl Hooks + 'static,
    ) -> Run {
        self.go(goal, assembly, request, Arc::new(hooks), None)
    }

    /// Runs the engine until it makes the call of this number, and kills it before or after that.
    pub(crate) fn kill(
        &mut self,
        goal: Goal,
        assembly: &Assembly,
        request: &Request,
        at: usize,
        after: bool,
    ) -> Run {
        let killed = Arc::new(Notify::new());
        let killer = CrashHook {
            at,
            after,
            dead: AtomicBool::new(false),
            killed: killed.clone(),
            other: |_: &Call| Intervention::Pass,
        };
        self.go(goal, assembly, request, Arc::new(killer), Some(killed))
    }

    fn go(
        &mut self,
        goal: Goal,
        assembly: &Assembly,
        request: &Request,
        hooks: Arc<dyn Hooks>,
        killed: Option<Arc<Notify>>,
    ) -> Run {
        self.runs += 1;
        let options = ExecuteOptions::new(format!("run-{}", self.runs), "a test");
        let settings = self.settings(assembly);
        let epoch = settings.epoch;
        let (cloud, past) = (self.cloud.clone(), self.past);
        let mut events = Vec::new();
        let (end, calls, took) = runtime().block_on(async {
            let options = ExecuteOptions {
                clock: Some(Clock::starting_at(Timestamp::from_millis(
                    epoch.0.cast_signed(),
                ))),
                ..options
            };
            let mut port = Local::with_hooks(cloud, settings, hooks);
            if past {
                port = port.with_past(Past::default());
            }
            let engine = EngineRun {
                goal,
                assembly,
                request,
                options: &options,
            };
            let report = |event| events.push(event);
            let end = engine
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

pub(crate) type RunResult = Result<ReconcileOutcome, ReconcileError<PlanError>>;

#[derive(Clone, Copy)]
pub(crate) struct EngineRun<'a> {
    pub(crate) goal: Goal,
    pub(crate) assembly: &'a Assembly,
    pub(crate) request: &'a Request,
    pub(crate) options: &'a ExecuteOptions,
}

impl EngineRun<'_> {
    /// Runs the engine. Gives nothing where it was killed first.
    pub(crate) async fn run(
        self,
        port: &Local,
        killed: Option<&Notify>,
        report: impl FnMut(Event),
        decide: impl FnMut(&Plan) -> Decision,
    ) -> Option<RunResult> {
        let prefix = prefix(self.assembly.environment);
        let options = ReconcileOptions {
            region: &self.assembly.region,
            prefix: &prefix,
            acknowledged: &self.request.acknowledged,
            execution: self.options,
        };
        let planner = |observed: &_| self.goal.plan(self.assembly, observed, self.request);
        let reconciled = reconcile(port, options, planner, report, decide, Stop::never());
        let killed = async {
            match killed {
                Some(killed) => killed.notified().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = killed => None,
            end = reconciled => Some(end),
        }
    }
}

/// Kills a run before or after one of its calls.
pub(crate) struct CrashHook<H> {
    pub(crate) at: usize,
    pub(crate) after: bool,
    pub(crate) dead: AtomicBool,
    pub(crate) killed: Arc<Notify>,
    pub(crate) other: H,
}

impl<H: Hooks> Hooks for CrashHook<H> {
    fn intervene(&self, call: &Call) -> Intervention {
        if self.dead.load(Ordering::SeqCst) {
            return Intervention::StopBefore;
        }
        if call.number == self.at {
            self.dead.store(true, Ordering::SeqCst);
            self.killed.notify_one();
            return if self.after {
                Intervention::StopAfter
            } else {
                Intervention::StopBefore
            };
        }
        self.other.intervene(call)
    }
}

/// The caller that deploys an assembly.
pub(crate) fn caller(assembly: &Assembly) -> Caller {
    Caller {
        account: assembly.account.clone(),
        region: assembly.region.clone(),
    }
}

pub(crate) fn prefix(environment: EnvironmentName) -> String {
    format!("lemonade-{environment}-")
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
}
