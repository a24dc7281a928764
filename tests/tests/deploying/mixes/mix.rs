//! One mix.

use std::time::Duration;

use common::assembly::Assembly;
use common::environment::EnvironmentName::{Production, Staging};
use deploy::execute::StepOutcome;
use deploy::plan::Request;
use deploy::reconcile::ReconcileError;
use emulator::api::Time;
use emulator::port::Past;
use emulator::{Options as CloudOptions, Trouble};
use tests::small;

use super::counts::Counts;
use super::definition::Definition;
use super::deployer::{Story, Task};
use super::person::Person;
use super::record::{Actor, Record, millis};
use super::weather::{Climate, STALEST, Weather};
use super::{truth, verdict};
use crate::support::{Aim, World, runtime, words};
use tests::chance::Chance;

/// An environment, its versions, and what goes wrong with it.
pub(super) struct Mix {
    pub(super) chance: Chance,
    pub(super) world: World,
    /// The versions of the definition, oldest first.
    pub(super) versions: Vec<Assembly>,
    /// Another environment in the same account and region, and what is to be seen of it.
    foreign: Assembly,
    untouched: String,
    runs: usize,
    pub(super) counts: Counts,
    pub(super) violations: Vec<String>,
}

impl Mix {
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

        let mut world = World::with(CloudOptions {
            seed,
            page_size: usize::try_from(chance.of([3, 10, 100])).unwrap(),
            ..CloudOptions::default()
        });
        world
            .run(Aim::Deploy, &foreign, &Request::default())
            .succeeded();
        let untouched = picture(&world, &foreign);
        world.leave_out_what_is_there(&foreign);
        Self {
            chance,
            world,
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
            self.world
                .run(Aim::Deploy, &first, &Request::default())
                .succeeded();
        }
        for _ in 0..1 + self.chance.below(2) {
            self.trouble();
            self.round();
            self.is_untouched();
        }
        self.troubles();
        self.calm();
    }

    /// What resources do from now on.
    fn trouble(&mut self) {
        let chance = &mut self.chance;
        let trouble = Trouble {
            failing: u32::try_from(chance.of([0, 0, 50, 200])).unwrap(),
            failing_rollbacks: u32::try_from(chance.of([0, 0, 100, 400])).unwrap(),
            failing_deletions: u32::try_from(chance.of([0, 0, 50, 200])).unwrap(),
            slow: u32::try_from(chance.of([0, 0, 100])).unwrap(),
        };
        self.world.cloud().options_mut().trouble = trouble;
    }

    /// Some are at work at the same time.
    fn round(&mut self) {
        let climates = [Climate::of(&mut self.chance), Climate::of(&mut self.chance)];
        let stale = climates.iter().any(|climate| climate.stale > 0);
        if stale {
            // What a run finds may be that old; what is before it is not what is judged.
            let mut cloud = self.world.cloud();
            let later = Time(cloud.now().0 + millis(STALEST));
            cloud.advance(later);
        }
        let assemblies = self.versions.clone();
        let record = Record::default();
        let target = 1 + self.chance.below(2);
        let first = self.task(Actor(0), &assemblies[target], climates[0]);
        let second = self.chance.permille(400).then(|| {
            let version = self.chance.below(assemblies.len());
            self.task(Actor(1), &assemblies[version], climates[1])
        });
        let person = self.chance.permille(350).then(|| Person {
            assembly: &assemblies[target],
            others: assemblies.iter().collect(),
            chance: self.chance.fork(),
            deeds: 1 + self.chance.below(5),
            record: record.clone(),
            actor: Actor(2),
        });
        self.counts
            .add("rounds with a second deployer", second.is_some().into());
        self.counts.add(
            "rounds with a person at the console",
            person.is_some().into(),
        );

        let settings = self.world.settings(&assemblies[target]);
        let past = stale.then(Past::default);
        let world = &self.world;
        let (one, other, ()) = runtime().block_on(async {
            tokio::join!(
                first.run(world, settings.clone(), past.clone(), &record),
                async {
                    let task = second?;
                    Some(
                        task.run(world, settings.clone(), past.clone(), &record)
                            .await,
                    )
                },
                async {
                    if let Some(person) = person {
                        let browser = person.browser(world, settings.clone(), past.clone());
                        person.work(world, &browser).await;
                    }
                },
            )
        });
        for story in std::iter::once(one).chain(other) {
            self.take(&story, &record);
        }
        self.counts.include(&record.counts());
    }

    /// A run of the engine.
    fn task<'a>(&mut self, actor: Actor, assembly: &'a Assembly, climate: Climate) -> Task<'a> {
        self.runs += 1;
        let aim = if self.chance.permille(120) {
            Aim::Destroy
        } else {
            Aim::Deploy
        };
        let mut request = Request {
            prune: self.chance.permille(800),
            ..Request::default()
        };
        if self.chance.permille(800) {
            request.acknowledged = words(&self.world.plan_of(aim, assembly, &request));
        }
        let kill = self
            .chance
            .permille(150)
            .then(|| (self.chance.below(60), self.chance.permille(500)));
        self.counts
            .add("runs that destroy", (aim == Aim::Destroy).into());
        let run = format!("run-mix{}", self.runs);
        Task {
            actor,
            run,
            aim,
            assembly,
            request,
            after: self.chance.within(Duration::from_secs(20)),
            weather: Weather::new(climate, self.chance.fork()),
            kill,
        }
    }

    /// What a run says, counted and judged.
    fn take(&mut self, story: &Story<'_>, record: &Record) {
        if story.end.is_none() || record.is_refused(story.actor) {
            // It could not take back what it had made.
            self.world.excuse(&story.run);
        }
        let violations = verdict::violations(&self.world, record, story);
        self.violations.extend(violations);
        let counts = &mut self.counts;
        counts.add("runs", 1);
        counts.add("calls", story.calls.len());
        for outcome in &story.outcomes {
            counts.add(said(outcome), 1);
        }
        counts.add(
            match &story.end {
                None => "runs ended by being killed",
                Some(Ok(reconciled)) if reconciled.is_success() => "runs that succeeded",
                Some(Ok(_)) => "runs that did not succeed",
                Some(Err(ReconcileError::Observe(_))) => "runs that could not look",
                Some(Err(_)) => "runs that gave up recovering",
            },
            1,
        );
    }

    /// What went wrong in the world, counted.
    fn troubles(&mut self) {
        for troubles in truth::troubles(&self.world, &self.versions[0]) {
            self.counts.add(troubles, 1);
        }
    }

    pub(super) fn is_untouched(&mut self) {
        let now = picture(&self.world, &self.foreign);
        if now != self.untouched {
            self.violations.push(format!("others were touched: {now}"));
        }
    }
}

/// What was said of a step.
fn said(outcome: &StepOutcome) -> &'static str {
    match outcome {
        StepOutcome::Done { .. } => "steps done",
        StepOutcome::Unchanged => "steps unchanged",
        StepOutcome::Failed(failure) if failure.credentials => "steps failed for the credentials",
        StepOutcome::Failed(failure) if failure.message.contains(" ended with ") => {
            "steps failed with their stack"
        }
        StepOutcome::Failed(_) => "steps failed otherwise",
        StepOutcome::Blocked { .. } => "steps blocked",
        StepOutcome::Stale { .. } => "steps moved",
        StepOutcome::Skipped { .. } => "steps skipped",
        StepOutcome::Detached => "steps detached",
    }
}

/// All that can be seen of an environment.
fn picture(world: &World, assembly: &Assembly) -> String {
    let names = assembly.stacks.iter().map(|stack| stack.name.as_str());
    names
        .map(|name| {
            let stack = world.stack(assembly, name);
            let events = stack
                .as_ref()
                .map(|stack| world.events(assembly, &stack.id));
            let policy = world.policy(assembly, name);
            let sets = world.change_sets(assembly, name);
            format!("{stack:?} {events:?} {policy:?} {sets:?}\n")
        })
        .collect()
}
