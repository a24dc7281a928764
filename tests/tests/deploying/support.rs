//! A cloud to deploy to, and runs of the engine against it.
//!
//! Every run has a runtime of its own whose time stands still but for what it waits for, so that a
//! deployment of twenty minutes takes milliseconds. A run that is killed is dropped in the middle,
//! as a process would be; the next one finds what the cloud has made of it by then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use common::assembly::Assembly;
use common::environment::EnvironmentName;
use deploy_engine::drive::{Course, Decision, DriveError, Driven, drive};
use deploy_engine::execute::{Event, Options, Stop};
use deploy_engine::plan::{
    Acknowledgement, Plan, PlanError, Planned, Request, plan, plan_destruction,
};
use local_cloudformation::api::{self, Action, Answer, Caller, Time};
use local_cloudformation::port::{Call, Hooks, Intervention, Local, Settings};
use local_cloudformation::{Cloud, Options as CloudOptions};
use tokio::sync::Notify;

/// What is to become of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    Deploy,
    Destroy,
}

/// How a run ended.
pub(crate) type End = Result<Driven, DriveError<PlanError>>;

/// A cloud.
pub(crate) struct World {
    pub(crate) cloud: Arc<Mutex<Cloud>>,
    runs: u64,
}

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
    pub(crate) fn driven(&self) -> &Driven {
        match self.end.as_ref().expect("the run was not killed") {
            Ok(driven) => driven,
            Err(error) => panic!("{error}: {:?}", std::error::Error::source(error)),
        }
    }

    /// That everything is as asked for.
    #[track_caller]
    pub(crate) fn succeeded(&self) -> &Self {
        let driven = self.driven();
        assert!(driven.is_success(), "{driven:#?}");
        self
    }
}

/// Kills a run before or after one of its calls.
struct Killer<H> {
    at: usize,
    after: bool,
    dead: AtomicBool,
    killed: Arc<Notify>,
    other: H,
}

impl<H: Hooks> Hooks for Killer<H> {
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

impl World {
    pub(crate) fn new() -> Self {
        Self::with(CloudOptions::default())
    }

    pub(crate) fn with(options: CloudOptions) -> Self {
        Self {
            cloud: Arc::new(Mutex::new(Cloud::new(options))),
            runs: 0,
        }
    }

    /// The same world, apart from this one.
    pub(crate) fn copy(&self) -> Self {
        Self {
            cloud: Arc::new(Mutex::new(self.cloud().clone())),
            runs: self.runs,
        }
    }

    pub(crate) fn cloud(&self) -> MutexGuard<'_, Cloud> {
        self.cloud.lock().unwrap()
    }

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
        let cloud = self.cloud.clone();
        let mut events = Vec::new();
        let (end, calls, took) = runtime().block_on(async {
            let port = Local::with_hooks(cloud, settings, hooks);
            let prefix = prefix(assembly.environment);
            let course = Course {
                region: &assembly.region,
                prefix: &prefix,
                acknowledged: &request.acknowledged,
                options: &options,
            };
            let planner = |observed: &_| match aim {
                Aim::Deploy => plan(assembly, observed, request),
                Aim::Destroy => plan_destruction(assembly, observed, request),
            };
            let driven = drive(
                &port,
                course,
                planner,
                |event| events.push(event),
                |_| Decision::GoOn,
                Stop::never(),
            );
            let killed = async {
                match &killed {
                    Some(killed) => killed.notified().await,
                    None => std::future::pending().await,
                }
            };
            let end = tokio::select! {
                biased;
                () = killed => None,
                end = driven => Some(end),
            };
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

    /// The plan that would be carried out.
    pub(crate) fn plan(&self, assembly: &Assembly, request: &Request) -> Box<Plan> {
        let settings = self.settings(assembly);
        let cloud = self.cloud.clone();
        runtime().block_on(async {
            let port = Local::new(cloud, settings);
            let prefix = prefix(assembly.environment);
            let mut observed = deploy_engine::observe::observe(&port, &assembly.region, &prefix)
                .await
                .unwrap();
            loop {
                match plan(assembly, &observed, request).unwrap() {
                    Planned::Plan(plan) => return plan,
                    Planned::Needs(needs) => {
                        deploy_engine::observe::satisfy(&port, &mut observed, &needs)
                            .await
                            .unwrap();
                    }
                }
            }
        })
    }

    /// Lets everything happen that is going on.
    pub(crate) fn settle(&self) {
        self.cloud().settle();
    }

    /// A call of whoever deploys, outside of any run.
    pub(crate) fn call(&self, assembly: &Assembly, action: &Action) -> Answer {
        let mut cloud = self.cloud();
        let now = cloud.now();
        cloud
            .call(now, &caller(assembly), action)
            .unwrap_or_else(|error| panic!("{action:?}: {error}"))
    }

    /// Every stack, by name.
    pub(crate) fn stacks(&self, assembly: &Assembly) -> BTreeMap<String, api::Stack> {
        let mut stacks = BTreeMap::new();
        let mut next = None;
        loop {
            let action = Action::DescribeStacks { stack: None, next };
            let Answer::Stacks(page) = self.call(assembly, &action) else {
                panic!("stacks were asked for");
            };
            stacks.extend(
                page.items
                    .into_iter()
                    .map(|stack| (stack.name.clone(), stack)),
            );
            match page.next {
                Some(token) => next = Some(token),
                None => return stacks,
            }
        }
    }

    /// How often something was begun with each stack that was ever there, by the stack's events:
    /// the stack's id, and the statuses that begin something.
    pub(crate) fn operations(&self, assembly: &Assembly) -> BTreeMap<String, Vec<String>> {
        let mut operations: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for id in self.stack_ids(assembly) {
            for event in self.events(assembly, &id) {
                let own = event.resource_type == "AWS::CloudFormation::Stack"
                    && event.physical_id.as_deref() == Some(id.as_str());
                if own && event.status.ends_with("_IN_PROGRESS") {
                    operations
                        .entry(event.stack_name)
                        .or_default()
                        .push(event.status);
                }
            }
        }
        operations
            .values_mut()
            .for_each(|statuses| statuses.retain(|status| status != "REVIEW_IN_PROGRESS"));
        operations.retain(|_, statuses| !statuses.is_empty());
        operations
    }

    fn stack_ids(&self, assembly: &Assembly) -> Vec<String> {
        let mut ids = Vec::new();
        let mut next = None;
        loop {
            let action = Action::ListStacks {
                statuses: Vec::new(),
                next,
            };
            let Answer::StackSummaries(page) = self.call(assembly, &action) else {
                panic!("summaries were asked for");
            };
            ids.extend(page.items.into_iter().map(|stack| stack.id));
            match page.next {
                Some(token) => next = Some(token),
                None => return ids,
            }
        }
    }

    /// A stack's events, oldest first.
    pub(crate) fn events(&self, assembly: &Assembly, stack: &str) -> Vec<api::StackEvent> {
        let mut events = Vec::new();
        let mut next = None;
        loop {
            let action = Action::DescribeStackEvents {
                stack: stack.to_owned(),
                next,
            };
            let Answer::Events(page) = self.call(assembly, &action) else {
                panic!("events were asked for");
            };
            events.extend(page.items);
            match page.next {
                Some(token) => next = Some(token),
                None => break,
            }
        }
        events.reverse();
        events
    }

    /// The physical ids of all resources, by stack and logical id.
    pub(crate) fn physical_ids(&self, assembly: &Assembly) -> BTreeMap<String, String> {
        let mut ids = BTreeMap::new();
        for name in self.stacks(assembly).into_keys() {
            let action = Action::DescribeStackResources {
                stack: name.clone(),
                logical_id: None,
            };
            let Answer::Resources(page) = self.call(assembly, &action) else {
                panic!("resources were asked for");
            };
            for resource in page.items {
                let key = format!("{name}/{}", resource.logical_id);
                ids.insert(key, resource.physical_id.unwrap_or_default());
            }
        }
        ids
    }

    /// That what is deployed is what is defined, whole, and nothing is left over.
    #[track_caller]
    pub(crate) fn is_as_defined(&self, assembly: &Assembly, without: &[&str]) {
        let stacks = self.stacks(assembly);
        let defined: BTreeSet<&str> = assembly
            .stacks
            .iter()
            .map(|stack| stack.name.as_str())
            .filter(|name| !without.contains(name))
            .collect();
        let there: BTreeSet<&str> = stacks.keys().map(String::as_str).collect();
        assert_eq!(there, defined);
        for artifact in &assembly.stacks {
            let name = artifact.name.as_str();
            let Some(stack) = stacks.get(name) else {
                continue;
            };
            assert!(
                ["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"]
                    .contains(&stack.status.as_str()),
                "{name} is {}",
                stack.status
            );
            let action = Action::GetTemplate {
                stack: Some(name.to_owned()),
                change_set: None,
            };
            let Answer::Template(template) = self.call(assembly, &action) else {
                panic!("a template was asked for");
            };
            assert_eq!(Some(template.as_str()), artifact.template.as_deref());
            assert_eq!(
                stack.termination_protection, artifact.termination_protection,
                "{name}"
            );
            let sets = Action::ListChangeSets {
                stack: name.to_owned(),
                next: None,
            };
            let Answer::ChangeSets(sets) = self.call(assembly, &sets) else {
                panic!("change sets were asked for");
            };
            let left: Vec<_> = sets
                .items
                .iter()
                .filter(|set| set.execution_status == "AVAILABLE")
                .collect();
            assert!(left.is_empty(), "{name}: {left:?}");
        }
    }

    pub(crate) fn settings(&self, assembly: &Assembly) -> Settings {
        let begin = Settings::default().epoch;
        Settings {
            caller: caller(assembly),
            epoch: Time(begin.0.max(self.cloud().now().0)),
            ..Settings::default()
        }
    }
}

/// That a second run has nothing to do.
#[track_caller]
pub(crate) fn nothing_is_left_to_do(world: &mut World, assembly: &Assembly, request: &Request) {
    let again = world.run(Aim::Deploy, assembly, request);
    match again.driven() {
        Driven::Nothing { plan } => assert!(!plan.is_blocked(), "{:#?}", plan.findings),
        other => panic!("{other:#?}"),
    }
    assert!(again.calls.iter().all(|call| !call.operation.writes()));
}

/// Whoever deploys an assembly.
pub(crate) fn caller(assembly: &Assembly) -> Caller {
    Caller {
        account: assembly.account.clone(),
        region: assembly.region.clone(),
    }
}

fn prefix(environment: EnvironmentName) -> String {
    format!("lemonade-{environment}-")
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
}

/// A deployment of everything, images included.
pub(crate) fn everything(assembly: &Assembly) -> Request {
    let image = format!("sha256:{}", "ab".repeat(32));
    Request {
        by_a_person: true,
        parameters: assembly
            .stacks
            .iter()
            .filter(|stack| !stack.parameters.is_empty())
            .map(|stack| {
                let values = stack
                    .parameters
                    .iter()
                    .map(|name| (name.clone(), image.clone()));
                (stack.name.to_string(), values.collect())
            })
            .collect(),
        ..Request::default()
    }
}

/// What blocks a plan, as the words that acknowledge it.
pub(crate) fn words(plan: &Plan) -> BTreeSet<Acknowledgement> {
    plan.findings
        .iter()
        .filter(|finding| finding.is_blocking())
        .map(deploy_engine::plan::Finding::acknowledgement)
        .collect()
}
