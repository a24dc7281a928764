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
use common::stack::StackArtifact;
use deploy_engine::drive::{Course, Decision, DriveError, Driven, drive};
use deploy_engine::execute::{Event, Options, Stop};
use deploy_engine::observe::Observed;
use deploy_engine::plan::{
    Acknowledgement, Plan, PlanError, Planned, Request, plan, plan_destruction,
};
use local_cloudformation::api::{self, Action, Answer, ApiError, Caller, Time};
use local_cloudformation::port::{Call, Hooks, Intervention, Local, Past, Settings};
use local_cloudformation::{Cloud, Options as CloudOptions};
use tokio::sync::Notify;

/// What is to become of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    Deploy,
    Destroy,
}

impl Aim {
    /// What leads there.
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

/// How a run ended.
pub(crate) type End = Result<Driven, DriveError<PlanError>>;

/// A cloud.
pub(crate) struct World {
    pub(crate) cloud: Arc<Mutex<Cloud>>,
    runs: u64,
    past: bool,
    /// The stacks in the same account and region that are nobody's concern, by name.
    others: BTreeSet<String>,
    /// Runs that could not clean up after themselves.
    excused: BTreeSet<String>,
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
pub(crate) struct Killer<H> {
    pub(crate) at: usize,
    pub(crate) after: bool,
    pub(crate) dead: AtomicBool,
    pub(crate) killed: Arc<Notify>,
    pub(crate) other: H,
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
            past: false,
            others: BTreeSet::new(),
            excused: BTreeSet::new(),
        }
    }

    /// From now on stale reads show what was, also to who asks for the first time.
    pub(crate) fn remember(&mut self) {
        self.past = true;
    }

    /// The same world, apart from this one.
    pub(crate) fn copy(&self) -> Self {
        Self {
            cloud: Arc::new(Mutex::new(self.cloud().clone())),
            runs: self.runs,
            past: self.past,
            others: self.others.clone(),
            excused: self.excused.clone(),
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
        let (cloud, past) = (self.cloud.clone(), self.past);
        let mut events = Vec::new();
        let (end, calls, took) = runtime().block_on(async {
            let mut port = Local::with_hooks(cloud, settings, hooks);
            if past {
                port = port.with_past(Past::default());
            }
            let prefix = prefix(assembly.environment);
            let course = Course {
                region: &assembly.region,
                prefix: &prefix,
                acknowledged: &request.acknowledged,
                options: &options,
            };
            let planner = |observed: &_| aim.plan(assembly, observed, request);
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
        self.plan_of(Aim::Deploy, assembly, request)
    }

    /// The plan that would be carried out to this end.
    pub(crate) fn plan_of(&self, aim: Aim, assembly: &Assembly, request: &Request) -> Box<Plan> {
        self.plan_seeing(aim, assembly, request, |_| {})
    }

    /// The plan that would be carried out to this end if something else was seen.
    pub(crate) fn plan_seeing(
        &self,
        aim: Aim,
        assembly: &Assembly,
        request: &Request,
        instead: impl FnOnce(&mut Observed),
    ) -> Box<Plan> {
        let settings = self.settings(assembly);
        let cloud = self.cloud.clone();
        runtime().block_on(async {
            let port = Local::new(cloud, settings);
            let prefix = prefix(assembly.environment);
            let mut observed = deploy_engine::observe::observe(&port, &assembly.region, &prefix)
                .await
                .unwrap();
            instead(&mut observed);
            loop {
                match aim.plan(assembly, &observed, request).unwrap() {
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
        self.ask(assembly, action)
            .unwrap_or_else(|error| panic!("{action:?}: {error}"))
    }

    /// A call that may be refused.
    pub(crate) fn ask(&self, assembly: &Assembly, action: &Action) -> Result<Answer, ApiError> {
        let mut cloud = self.cloud();
        let now = cloud.now();
        cloud.call(now, &caller(assembly), action)
    }

    /// Nobody can hold it against a run that it left something.
    pub(crate) fn excuse(&mut self, run: &str) {
        self.excused.insert(run.to_owned());
    }

    /// Whether a change set is of a run that had to take it back.
    fn is_answerable(&self, change_set: &str) -> bool {
        let run = change_set.rsplit_once('-').map(|(run, _)| run);
        let of = |excused: &String| run.is_some_and(|run| run.starts_with(excused.as_str()));
        change_set.starts_with("run-") && !self.excused.iter().any(of)
    }

    /// What is there now is nobody's concern.
    pub(crate) fn leave_out_what_is_there(&mut self, assembly: &Assembly) {
        self.others = self.every_stack(assembly).into_keys().collect();
    }

    /// A stack that is nobody's concern.
    pub(crate) fn leave_out(&mut self, stack: &str) {
        self.others.insert(stack.to_owned());
    }

    /// Every stack that is somebody's concern, by name.
    pub(crate) fn stacks(&self, assembly: &Assembly) -> BTreeMap<String, api::Stack> {
        let mut stacks = self.every_stack(assembly);
        stacks.retain(|name, _| !self.others.contains(name));
        stacks
    }

    /// Every stack, by name.
    pub(crate) fn every_stack(&self, assembly: &Assembly) -> BTreeMap<String, api::Stack> {
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

    /// The ids of all stacks that are or were there.
    pub(crate) fn stack_ids(&self, assembly: &Assembly) -> Vec<String> {
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
    pub(crate) fn is_as_defined(&self, assembly: &Assembly) {
        let differences = self.differences(assembly);
        assert!(differences.is_empty(), "{differences:#?}");
    }

    /// How what is deployed is not what is defined.
    pub(crate) fn differences(&self, assembly: &Assembly) -> Vec<String> {
        let mut differences = Vec::new();
        let stacks = self.stacks(assembly);
        for name in stacks.keys() {
            if assembly.stacks.iter().all(|one| one.name.as_str() != name) {
                differences.push(format!("{name} is not defined"));
            }
        }
        for artifact in &assembly.stacks {
            let name = artifact.name.as_str();
            match stacks.get(name) {
                None => differences.push(format!("{name} is missing")),
                Some(stack) => differences.extend(
                    self.differences_of(assembly, artifact, stack)
                        .into_iter()
                        .map(|difference| format!("{name}: {difference}")),
                ),
            }
        }
        differences
    }

    /// The change sets of a stack.
    pub(crate) fn change_sets(
        &self,
        assembly: &Assembly,
        stack: &str,
    ) -> Vec<api::ChangeSetSummary> {
        let mut sets = Vec::new();
        let mut next = None;
        loop {
            let action = Action::ListChangeSets {
                stack: stack.to_owned(),
                next,
            };
            let Answer::ChangeSets(page) = self.call(assembly, &action) else {
                panic!("change sets were asked for");
            };
            sets.extend(page.items);
            match page.next {
                Some(token) => next = Some(token),
                None => return sets,
            }
        }
    }

    /// How a stack is not what is defined.
    pub(crate) fn differences_of(
        &self,
        assembly: &Assembly,
        artifact: &StackArtifact,
        stack: &api::Stack,
    ) -> Vec<String> {
        let mut differences = Vec::new();
        let whole = [
            "CREATE_COMPLETE",
            "UPDATE_COMPLETE",
            "UPDATE_ROLLBACK_COMPLETE",
            "IMPORT_COMPLETE",
        ];
        if !whole.contains(&stack.status.as_str()) {
            differences.push(format!("is {}", stack.status));
        }
        let action = Action::GetTemplate {
            stack: Some(stack.name.clone()),
            change_set: None,
        };
        let Answer::Template(template) = self.call(assembly, &action) else {
            panic!("a template was asked for");
        };
        if Some(template.as_str()) != artifact.template.as_deref() {
            differences.push("has another template".to_owned());
        }
        if stack.termination_protection != artifact.termination_protection {
            differences.push("has another protection against deletion".to_owned());
        }
        let left = self
            .change_sets(assembly, &stack.name)
            .into_iter()
            .filter(|set| set.execution_status == "AVAILABLE" && self.is_answerable(&set.name));
        differences.extend(left.map(|set| format!("has {set:?} left over")));
        differences
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
