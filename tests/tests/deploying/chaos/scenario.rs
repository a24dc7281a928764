//! One scenario.

use std::time::Duration;

use common::assembly::Assembly;
use common::environment::EnvironmentName::{Production, Staging};
use deploy::execute::StepOutcome;
use deploy::plan::Request;
use deploy::reconcile::ReconcileError;
use emulator::api::Time;
use emulator::port::Past;
use emulator::{FaultRates, Options as CloudOptions};
use tests::small;

use super::call_log::{Actor, CallLog, millis};
use super::console_user::ConsoleUser;
use super::counts::Counts;
use super::definition::Definition;
use super::deployer::{RunReport, Task};
use super::random_faults::{CallFaultRates, MAX_STALENESS, RandomFaults};
use super::{operations, run_checks};
use crate::support::{Goal, Sandbox, acknowledgements, runtime};
use tests::chance::Chance;

/// An environment, its versions, and what goes wrong with it.
pub(super) struct Scenario {
    pub(super) chance: Chance,
    pub(super) sandbox: Sandbox,
    /// The versions of the definition, oldest first.
    pub(super) versions: Vec<Assembly>,
    /// Another environment in the same account and region, and what is to be seen of it.
    foreign: Assembly,
    untouched: String,
    runs: usize,
    pub(super) counts: Counts,
    pub(super) violations: Vec<String>,
}

impl Scenario {
    pub(super) fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let (own, other) = if chance.permille(700) {
            (Production, Staging)
        } else {
            (Staging, Production)
        };
        let first = Definition::new(&mut chance);
        let second = first.changed(&mut chance);
        let third = second.changed(&mut chance);
        let versions: Vec<Assembly> = [&first, &second, &third]
            .map(|definition| small::assembly(own, &definition.stacks()))
            .into();
        // As if both environments shared account and region.
        let mut foreign = small::assembly(other, &first.stacks());
        foreign.account.clone_from(&versions[0].account);
        foreign.region.clone_from(&versions[0].region);

        let mut sandbox = Sandbox::with(CloudOptions {
            seed,
            page_size: usize::try_from(chance.of([3, 10, 100])).unwrap(),
            ..CloudOptions::default()
        });
        sandbox
            .run(Goal::Deploy, &foreign, &Request::default())
            .succeeded();
        let untouched = picture(&sandbox, &foreign);
        sandbox.ignore_existing_stacks(&foreign);
        Self {
            chance,
            sandbox,
            versions,
            foreign,
            untouched,
            runs: 0,
            counts: Counts::default(),
            violations: Vec::new(),
        }
    }

    /// Goes through all of it.
    pub(super) fn run(&mut self) {
        if self.chance.permille(800) {
            let first = self.versions[0].clone();
            self.sandbox
                .run(Goal::Deploy, &first, &Request::default())
                .succeeded();
        }
        for _ in 0..1 + self.chance.below(2) {
            self.draw_fault_rates();
            self.round();
            self.is_untouched();
        }
        self.count_faults();
        self.converge();
    }

    /// What resources do from now on.
    fn draw_fault_rates(&mut self) {
        let chance = &mut self.chance;
        let rates = FaultRates {
            failing: u32::try_from(chance.of([0, 0, 50, 200])).unwrap(),
            failing_rollbacks: u32::try_from(chance.of([0, 0, 100, 400])).unwrap(),
            failing_deletions: u32::try_from(chance.of([0, 0, 50, 200])).unwrap(),
            slow: u32::try_from(chance.of([0, 0, 100])).unwrap(),
        };
        self.sandbox.cloud().options_mut().fault_rates = rates;
    }

    /// Some are at work at the same time.
    fn round(&mut self) {
        let rates = [
            CallFaultRates::of(&mut self.chance),
            CallFaultRates::of(&mut self.chance),
        ];
        let stale = rates.iter().any(|rates| rates.stale > 0);
        if stale {
            // What a run finds may be that old; what is before it is not what is checked.
            let mut cloud = self.sandbox.cloud();
            let later = Time(cloud.now().0 + millis(MAX_STALENESS));
            cloud.advance(later);
        }
        let assemblies = self.versions.clone();
        let log = CallLog::default();
        let target = 1 + self.chance.below(2);
        let first = self.task(Actor(0), &assemblies[target], rates[0]);
        let second = self.chance.permille(400).then(|| {
            let version = self.chance.below(assemblies.len());
            self.task(Actor(1), &assemblies[version], rates[1])
        });
        let user = self.chance.permille(350).then(|| ConsoleUser {
            assembly: &assemblies[target],
            others: assemblies.iter().collect(),
            chance: self.chance.fork(),
            actions: 1 + self.chance.below(5),
            log: log.clone(),
            actor: Actor(2),
        });
        self.counts
            .add("rounds with a second deployer", second.is_some().into());
        self.counts
            .add("rounds with a user at the console", user.is_some().into());

        let settings = self.sandbox.settings(&assemblies[target]);
        let past = stale.then(Past::default);
        let sandbox = &self.sandbox;
        let (one, other, ()) = runtime().block_on(async {
            tokio::join!(
                first.run(sandbox, settings.clone(), past.clone(), &log),
                async {
                    let task = second?;
                    Some(
                        task.run(sandbox, settings.clone(), past.clone(), &log)
                            .await,
                    )
                },
                async {
                    if let Some(user) = user {
                        let client = user.client(sandbox, settings.clone(), past.clone());
                        user.work(sandbox, &client).await;
                    }
                },
            )
        });
        for report in std::iter::once(one).chain(other) {
            self.take(&report, &log);
        }
        self.counts.include(&log.counts());
    }

    /// A run of the engine.
    fn task<'a>(
        &mut self,
        actor: Actor,
        assembly: &'a Assembly,
        rates: CallFaultRates,
    ) -> Task<'a> {
        self.runs += 1;
        let goal = if self.chance.permille(120) {
            Goal::Destroy
        } else {
            Goal::Deploy
        };
        let mut request = Request {
            prune: self.chance.permille(800),
            ..Request::default()
        };
        if self.chance.permille(800) {
            request.acknowledged =
                acknowledgements(&self.sandbox.plan_of(goal, assembly, &request));
        }
        let kill = self
            .chance
            .permille(150)
            .then(|| (self.chance.below(60), self.chance.permille(500)));
        self.counts
            .add("runs that destroy", (goal == Goal::Destroy).into());
        let run = format!("run-scenario{}", self.runs);
        Task {
            actor,
            run,
            goal,
            assembly,
            request,
            after: self.chance.within(Duration::from_secs(20)),
            faults: RandomFaults::new(rates, self.chance.fork()),
            kill,
        }
    }

    /// What a run says, counted and checked.
    fn take(&mut self, report: &RunReport<'_>, log: &CallLog) {
        if report.end.is_none() || log.is_refused(report.actor) {
            // It could not take back what it had made.
            self.sandbox.allow_leftovers(&report.run);
        }
        let violations = run_checks::violations(&self.sandbox, log, report);
        self.violations.extend(violations);
        let counts = &mut self.counts;
        counts.add("runs", 1);
        counts.add("calls", report.calls.len());
        for outcome in &report.outcomes {
            counts.add(summary(outcome), 1);
        }
        counts.add(
            match &report.end {
                None => "runs ended by being killed",
                Some(Ok(reconciled)) if reconciled.is_success() => "runs that succeeded",
                Some(Ok(_)) => "runs that did not succeed",
                Some(Err(ReconcileError::Observe(_))) => "runs that could not look",
                Some(Err(_)) => "runs that gave up recovering",
            },
            1,
        );
    }

    /// What went wrong in the sandbox, counted.
    fn count_faults(&mut self) {
        for fault in operations::faults(&self.sandbox, &self.versions[0]) {
            self.counts.add(fault, 1);
        }
    }

    pub(super) fn is_untouched(&mut self) {
        let now = picture(&self.sandbox, &self.foreign);
        if now != self.untouched {
            self.violations.push(format!("others were touched: {now}"));
        }
    }
}

/// What was said of a step.
fn summary(outcome: &StepOutcome) -> &'static str {
    match outcome {
        StepOutcome::Done { .. } => "steps done",
        StepOutcome::Unchanged => "steps unchanged",
        StepOutcome::Failed(failure) if failure.credentials => "steps failed for the credentials",
        StepOutcome::Failed(failure) if failure.message.contains(" ended with ") => {
            "steps failed with their stack"
        }
        StepOutcome::Failed(_) => "steps failed otherwise",
        StepOutcome::Blocked { .. } => "steps blocked",
        StepOutcome::Stale { .. } => "steps stale",
        StepOutcome::Skipped { .. } => "steps skipped",
        StepOutcome::Detached => "steps detached",
    }
}

/// All that can be seen of an environment.
fn picture(sandbox: &Sandbox, assembly: &Assembly) -> String {
    let names = assembly.stacks.iter().map(|stack| stack.name.as_str());
    names
        .map(|name| {
            let stack = sandbox.stack(assembly, name);
            let events = stack
                .as_ref()
                .map(|stack| sandbox.events(assembly, &stack.id));
            let policy = sandbox.policy(assembly, name);
            let sets = sandbox.change_sets(assembly, name);
            format!("{stack:?} {events:?} {policy:?} {sets:?}\n")
        })
        .collect()
}
