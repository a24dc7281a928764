//! One mix.

use std::collections::BTreeSet;
use std::time::Duration;

use common::assembly::Assembly;
use common::environment::EnvironmentName::{Production, Staging};
use deploy_engine::drive::{DriveError, Driven};
use deploy_engine::execute::StepOutcome;
use deploy_engine::plan::{Acknowledgement, Request};
use local_cloudformation::port::Past;
use local_cloudformation::{Options as CloudOptions, Trouble};
use tests::small;

use super::chance::Chance;
use super::counts::Counts;
use super::definition::Definition;
use super::deployer::{Story, Task};
use super::judge;
use super::person::{self, Person};
use super::weather::{Climate, STALEST, Weather};
use crate::support::{Aim, World, nothing_is_left_to_do, prefix, runtime, words};

/// In how many runs the definition is reached once all is calm.
const CALM_RUNS: usize = 3;

/// An environment, its versions, and what goes wrong with it.
pub(super) struct Mix {
    chance: Chance,
    world: World,
    /// The versions of the definition, oldest first.
    versions: Vec<Assembly>,
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
        let troubled = trouble != Trouble::default();
        self.counts
            .add("rounds with failing or slow resources", troubled.into());
        self.world.cloud().options_mut().trouble = trouble;
    }

    /// Some are at work at the same time.
    fn round(&mut self) {
        let climates = [Climate::of(&mut self.chance), Climate::of(&mut self.chance)];
        let stale = climates.iter().any(|climate| climate.stale > 0);
        if stale {
            // What a run finds may be that old; what is before it is not what is judged.
            let mut cloud = self.world.cloud();
            let later = local_cloudformation::api::Time(
                cloud.now().0 + u64::try_from(STALEST.as_millis()).unwrap(),
            );
            cloud.advance(later);
        }
        let assemblies = self.versions.clone();
        let target = 1 + self.chance.below(2);
        let first = self.task(&assemblies[target], climates[0]);
        let second = self.chance.permille(400).then(|| {
            let version = self.chance.below(assemblies.len());
            self.task(&assemblies[version], climates[1])
        });
        let person = self.chance.permille(350).then(|| Person {
            assembly: &assemblies[target],
            others: assemblies.iter().collect(),
            chance: self.chance.fork(),
            deeds: 1 + self.chance.below(5),
        });
        let alone = second.is_none() && person.is_none();
        self.counts
            .add("rounds with a second deployer", second.is_some().into());
        self.counts.add(
            "rounds with a person at the console",
            person.is_some().into(),
        );
        self.counts.add("rounds with stale reads", stale.into());

        let killed = first.kill.is_some();
        let (aim, expires) = (first.aim, climates[0].expires.is_some());
        let settings = self.world.settings(&assemblies[target]);
        let past = stale.then(Past::default);
        let world = &self.world;
        let (one, other, ()) = runtime().block_on(async {
            tokio::join!(
                first.run(world, settings.clone(), past.clone(), alone),
                async {
                    match second {
                        Some(task) => {
                            Some(task.run(world, settings.clone(), past.clone(), alone).await)
                        }
                        None => None,
                    }
                },
                async {
                    if let Some(person) = person {
                        let browser = person::browser(world, settings.clone(), past.clone());
                        person.work(world, &browser).await;
                    }
                },
            )
        });
        if alone && !killed {
            self.judge_alone(aim, &assemblies[target], &one, expires);
        }
        for story in std::iter::once(one).chain(other) {
            self.take(story, &assemblies[target]);
        }
    }

    /// A run of the engine.
    fn task<'a>(&mut self, assembly: &'a Assembly, climate: Climate) -> Task<'a> {
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
        for (what, share) in [
            ("runs throttled", climate.throttled),
            ("runs with calls without an answer", climate.unanswered),
            ("runs with lost answers", climate.lost),
            ("runs with late answers", climate.late),
        ] {
            self.counts.add(what, (share > 0).into());
        }
        self.counts.add(
            "runs whose credentials expire",
            climate.expires.is_some().into(),
        );
        self.counts
            .add("runs that are killed", kill.is_some().into());
        self.counts
            .add("runs that destroy", (aim == Aim::Destroy).into());
        let run = format!("run-mix{}", self.runs);
        if kill.is_some() || climate.expires.is_some() {
            self.world.excuse(&run);
        }
        Task {
            run,
            aim,
            assembly,
            request,
            after: self.chance.within(Duration::from_secs(20)),
            weather: Weather::new(climate, self.chance.fork()),
            kill,
        }
    }

    /// What holds of a run if nobody else does anything.
    fn judge_alone(&mut self, aim: Aim, assembly: &Assembly, story: &Story, expires: bool) {
        let Some(end) = &story.end else { return };
        let differences = match aim {
            Aim::Deploy => self.world.differences(assembly),
            Aim::Destroy => self.world.stacks(assembly).into_keys().collect(),
        };
        match end {
            Ok(driven) if driven.is_success() => {
                // Without pruning, what is not defined any more stays, and is told.
                let left: Vec<String> = differences
                    .into_iter()
                    .filter(|difference| !difference.ends_with(" is not defined"))
                    .filter(|_| !keeps_exports(driven))
                    .collect();
                if !left.is_empty() {
                    self.violations.push(format!("a wrong success: {left:?}"));
                }
            }
            Ok(driven) => {
                let blocked = driven.plan().is_blocked();
                if differences.is_empty() && !blocked && !expires {
                    self.violations
                        .push(format!("a wrong failure: {driven:#?}"));
                }
            }
            Err(_) => {}
        }
        if story
            .outcomes
            .iter()
            .any(|outcome| matches!(outcome, StepOutcome::Moved { .. }))
        {
            let moved = &story.outcomes;
            self.violations
                .push(format!("nobody moved anything: {moved:#?}"));
        }
    }

    /// What a run says, counted; and what holds of it whoever else was at work.
    fn take(&mut self, story: Story, assembly: &Assembly) {
        self.violations.extend(story.violations);
        let counts = &mut self.counts;
        counts.add("runs", 1);
        counts.add("calls", story.calls.len());
        let own = prefix(assembly.environment);
        for call in story.calls.iter().filter(|call| call.operation.writes()) {
            let subject = call.subject.as_deref().unwrap_or_default();
            let name = subject
                .rsplit_once(":stack/")
                .map_or(subject, |(_, rest)| rest);
            if !name.starts_with(&own) {
                self.violations
                    .push(format!("it touched what is not its own: {call:?}"));
            }
        }
        for outcome in &story.outcomes {
            counts.add(
                match outcome {
                    StepOutcome::Done { .. } => "steps done",
                    StepOutcome::Unchanged => "steps unchanged",
                    StepOutcome::Failed(failure) if failure.credentials => {
                        "steps failed for the credentials"
                    }
                    StepOutcome::Failed(failure) if failure.message.contains(" ended with ") => {
                        "steps failed with their stack"
                    }
                    StepOutcome::Failed(_) => "steps failed otherwise",
                    StepOutcome::Blocked { .. } => "steps blocked",
                    StepOutcome::Moved { .. } => "steps moved",
                    StepOutcome::Skipped { .. } => "steps skipped",
                    StepOutcome::Detached => "steps detached",
                },
                1,
            );
        }
        match story.end {
            None => counts.add("runs ended by being killed", 1),
            Some(Ok(driven)) if driven.is_success() => counts.add("runs that succeeded", 1),
            Some(Ok(_)) => counts.add("runs that did not succeed", 1),
            Some(Err(DriveError::Observe(_))) => counts.add("runs that could not look", 1),
            Some(Err(DriveError::Recoveries { .. })) => {
                counts.add("runs that gave up recovering", 1)
            }
            Some(Err(error)) => self.violations.push(format!("{error}")),
        }
    }

    /// Nothing goes wrong any more, and the last version is deployed.
    fn calm(&mut self) {
        {
            let mut cloud = self.world.cloud();
            cloud.options_mut().trouble = Trouble::default();
            cloud.clear_faults();
        }
        self.world.settle();
        let helped = person::help(&self.world, &self.versions[0]);
        self.counts.add("stacks that a person had to help", helped);
        let assembly = self.versions[1 + self.chance.below(2)].clone();
        let mut request = Request {
            prune: true,
            ..Request::default()
        };
        let mut last = None;
        for runs in 1..=CALM_RUNS {
            request
                .acknowledged
                .extend(words(&self.world.plan(&assembly, &request)));
            let run = self.world.run(Aim::Deploy, &assembly, &request);
            match run.end.unwrap() {
                Ok(driven) if driven.is_success() => {
                    self.counts
                        .add(["", "converged in one run", "in two", "in three"][runs], 1);
                    self.has_arrived(&assembly, &request);
                    return;
                }
                Ok(driven) => {
                    request.acknowledged.extend(asked(&driven));
                    last = Some(format!("{driven:#?}"));
                }
                Err(error) => last = Some(format!("{error:?}")),
            }
        }
        self.violations.push(format!(
            "the definition is not reached in {CALM_RUNS} calm runs: {}",
            last.unwrap_or_default()
        ));
    }

    fn has_arrived(&mut self, assembly: &Assembly, request: &Request) {
        let differences = self.world.differences(assembly);
        if !differences.is_empty() {
            self.violations
                .push(format!("all was calm, and still: {differences:#?}"));
            return;
        }
        let exported: BTreeSet<String> = exports(&self.world, assembly);
        let defined: BTreeSet<String> = assembly
            .stacks
            .iter()
            .flat_map(|stack| stack.exports.iter().map(|export| export.name.clone()))
            .collect();
        if exported != defined {
            self.violations
                .push(format!("exported {exported:?}, defined {defined:?}"));
        }
        nothing_is_left_to_do(&mut self.world, assembly, request);
        self.is_untouched();
    }

    fn is_untouched(&mut self) {
        let now = picture(&self.world, &self.foreign);
        if now != self.untouched {
            self.violations.push(format!("others were touched: {now}"));
        }
    }
}

/// Whether the plan keeps exports that are still imported, so that a stack is not yet as defined.
fn keeps_exports(driven: &Driven) -> bool {
    driven
        .plan()
        .stacks
        .iter()
        .any(|stack| !stack.kept_exports.is_empty())
}

/// What a change set showed that was not acknowledged.
fn asked(driven: &Driven) -> Vec<Acknowledgement> {
    let Driven::Executed { outcome, .. } = driven else {
        return Vec::new();
    };
    let blocked = outcome.steps.values().filter_map(|outcome| match outcome {
        StepOutcome::Blocked { findings } => Some(findings),
        _ => None,
    });
    blocked
        .flatten()
        .map(deploy_engine::plan::Finding::acknowledgement)
        .collect()
}

/// All that can be seen of an environment.
fn picture(world: &World, assembly: &Assembly) -> String {
    let names = assembly.stacks.iter().map(|stack| stack.name.as_str());
    names
        .map(|name| {
            let stack = judge::stack(world, assembly, name);
            let events = stack
                .as_ref()
                .map(|stack| world.events(assembly, &stack.id));
            let policy = judge::policy(world, assembly, name);
            let sets = world.change_sets(assembly, name);
            format!("{stack:?} {events:?} {policy:?} {sets:?}\n")
        })
        .collect()
}

/// The exports of an environment.
fn exports(world: &World, assembly: &Assembly) -> BTreeSet<String> {
    world
        .stacks(assembly)
        .into_values()
        .flat_map(|stack| stack.outputs)
        .filter_map(|output| output.export)
        .collect()
}
