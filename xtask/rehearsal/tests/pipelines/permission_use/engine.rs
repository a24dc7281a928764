//! The engine with its roles, on a CloudFormation in process and in virtual time.
//!
//! `tests/tests/deploying` covers its behaviour; these are the situations in which it makes a call
//! that it makes in no other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use cloudformation::CloudFormation as _;
use cloudformation::{StackName, Tag};
use common::assembly::Assembly;
use common::error_chain::error_chain;
use deploy::drift::{DriftTarget, detect};
use deploy::execute::{
    Event, Options, StepOutcome, Stop, cancel_updates, discard_prepared, prepare,
};
use deploy::observe::{fetch_with, observe};
use deploy::plan::{Plan, Planned, Request, plan};
use deploy::reconcile::{Decision, ReconcileOptions, ReconcileOutcome, reconcile};
use emulator::api::{Action, Caller, OnFailure, Target, TemplateInput, Time};
use emulator::port::{Calm, Hooks, Local, Settings};
use emulator::{Cloud, Effect, Fault, ResourceOperation};
use serde_json::json;
use tests::small::{self, SmallStack, stack};

use super::role_guard::RoleGuard;
use super::run::{RunResult, TestEnvironment};

/// Who runs the engine, and on which stack.
struct Actor<'a> {
    test_env: &'a TestEnvironment<'a>,
    guard: RoleGuard,
    /// The stack, without environment.
    id: &'static str,
    /// The role that CloudFormation is given.
    execution_role: String,
    /// Whether nothing else is its business.
    is_release: bool,
}

impl<'a> Actor<'a> {
    /// The deployment of the definition.
    fn deploy(test_env: &'a TestEnvironment<'a>) -> Self {
        Self {
            test_env,
            guard: RoleGuard::new(&test_env.rights, test_env.role("deploy")),
            id: "queue",
            execution_role: test_env.role("execution"),
            is_release: false,
        }
    }

    /// The deployment of an application.
    fn application(test_env: &'a TestEnvironment<'a>) -> Self {
        Self {
            guard: RoleGuard::new(&test_env.rights, test_env.role("web-deploy")),
            id: "service-web",
            execution_role: test_env.role("web-release"),
            is_release: true,
            ..Self::deploy(test_env)
        }
    }

    fn verifying(test_env: &'a TestEnvironment<'a>, role: &str) -> Self {
        let of = if role == "check" {
            Self::deploy(test_env)
        } else {
            Self::application(test_env)
        };
        Self {
            guard: RoleGuard::new(&test_env.rights, test_env.role(role)),
            ..of
        }
    }

    fn name(&self) -> StackName {
        StackName::new(format!(
            "lemonade-{}-{}",
            self.test_env.environment.name(),
            self.id
        ))
    }

    fn request(&self) -> Request {
        Request {
            role: Some(self.execution_role.clone()),
            only: self.is_release.then(|| BTreeSet::from([self.name()])),
            ..Request::default()
        }
    }

    /// Small stacks in the environment's account.
    fn assembly(&self, stacks: &[SmallStack]) -> Assembly {
        let environment = &self.test_env.environment.read.synthesis.environment;
        let mut assembly = small::assembly(environment.name, stacks);
        assembly.account = environment.account.to_string();
        assembly.region = environment.region.to_string();
        assembly
    }

    /// The stack as it was deployed before.
    fn before(&self) -> Assembly {
        self.assembly(&[self.stack("1")])
    }

    /// The stack as it is defined now, and protected.
    fn after(&self) -> Assembly {
        self.protected(self.assembly(&[self.stack("2")]))
    }

    fn stack(&self, version: &str) -> SmallStack {
        let stack = stack(self.id)
            .parameter("One", version)
            .parameter("Two", version);
        if self.is_release {
            return stack;
        }
        // What is guarded has a stack policy, where it is protected.
        let network = json!({ "CidrBlock": "10.0.0.0/16" });
        stack.resource("Vpc", "AWS::EC2::VPC", network)
    }

    /// A definition that protects its stacks, where who deploys it may.
    fn protected(&self, mut assembly: Assembly) -> Assembly {
        for stack in &mut assembly.stacks {
            stack.termination_protection = !self.is_release;
        }
        assembly
    }

    fn ran(&self, failed: Vec<String>) -> RunResult {
        RunResult {
            log: self.guard.log(),
            failed: (!failed.is_empty()).then(|| failed.join("\n")),
        }
    }
}

struct TestCloud {
    cloud: Arc<Mutex<Cloud>>,
    caller: Caller,
    prefix: String,
    runs: std::cell::Cell<u32>,
}

impl TestCloud {
    fn new(assembly: &Assembly) -> Self {
        Self {
            cloud: Arc::new(Mutex::new(Cloud::new(emulator::Options::default()))),
            caller: Caller {
                account: assembly.account.clone(),
                region: assembly.region.clone(),
            },
            prefix: format!("lemonade-{}-", assembly.environment),
            runs: std::cell::Cell::default(),
        }
    }

    /// A call that nothing is asked about.
    fn call(&self, action: &Action) {
        let mut cloud = self.cloud.lock().unwrap();
        let now = cloud.now();
        let answer = cloud.call(now, &self.caller, action);
        answer.unwrap_or_else(|error| panic!("{action:?}: {error}"));
    }

    fn settle(&self) {
        self.cloud.lock().unwrap().settle();
    }

    fn fail(&self, stack: &str, on: ResourceOperation, logical_id: &str) {
        self.cloud.lock().unwrap().add_fault(Fault {
            stack: Some(stack.to_owned()),
            logical_id: Some(logical_id.to_owned()),
            resource_type: None,
            on,
            times: Some(1),
            effect: Effect::Fail {
                reason: "a mishap".to_owned(),
            },
        });
    }

    fn port(&self, hooks: Arc<dyn Hooks>) -> Local {
        let begin = Settings::default().epoch;
        let settings = Settings {
            caller: self.caller.clone(),
            epoch: Time(begin.0.max(self.cloud.lock().unwrap().now().0)),
            ..Settings::default()
        };
        Local::with_hooks(self.cloud.clone(), settings, hooks)
    }

    /// Deploys with rights of a person's.
    fn deployed(&self, assembly: &Assembly, request: &Request) {
        let request = Request {
            manual_stacks: true,
            ..request.clone()
        };
        let failed = self.drive(Arc::new(Calm), assembly, &request);
        assert_eq!(failed, [""; 0]);
    }

    /// Runs the engine to its end; gives what failed, and which refusals it told of.
    fn drive(&self, hooks: Arc<dyn Hooks>, assembly: &Assembly, request: &Request) -> Vec<String> {
        let options = self.options();
        let mut refusals = Vec::new();
        let reconciled = runtime().block_on(reconcile(
            &self.port(hooks),
            self.course(request, &options),
            |observed| plan(assembly, observed, request),
            |event| refusals.extend(denial(event)),
            |_| Decision::Execute,
            Stop::never(),
        ));
        match reconciled {
            Ok(reconciled) => refusals.extend(failures(&reconciled)),
            Err(error) => refusals.push(error_chain(&error)),
        }
        refusals
    }

    /// The options of another run.
    fn options(&self) -> Options {
        self.runs.set(self.runs.get() + 1);
        Options::new(format!("run-{}", self.runs.get()), "a test")
    }

    fn course<'a>(&'a self, request: &'a Request, options: &'a Options) -> ReconcileOptions<'a> {
        ReconcileOptions {
            region: &self.caller.region,
            prefix: &self.prefix,
            acknowledged: &request.acknowledged,
            execution: options,
        }
    }

    async fn plan(
        &self,
        port: &Local,
        assembly: &Assembly,
        request: &Request,
    ) -> Result<Box<Plan>, String> {
        let mut observed = observe(port, &self.caller.region, &self.prefix)
            .await
            .map_err(|error| error_chain(&error))?;
        let mut refusals = Vec::new();
        loop {
            match plan(assembly, &observed, request).map_err(|error| error_chain(&error))? {
                Planned::Plan(_) if !refusals.is_empty() => return Err(refusals.join("\n")),
                Planned::Plan(plan) => return Ok(plan),
                Planned::Needs(required) => {
                    fetch_with(port, &mut observed, &required, |event| {
                        refusals.extend(denial(event));
                    })
                    .await
                    .map_err(|error| error_chain(&error))?;
                }
            }
        }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
}

/// A denial that the engine reports and continues after. A release may not protect what it creates,
/// which the next deployment of the definition does: that denial is intended.
fn denial(event: Event) -> Option<String> {
    let Event::Warning { message, .. } = event else {
        return None;
    };
    let is_meant = message.contains("the next deployment of the definition sets its")
        && message.contains("-web-deploy is not authorized");
    (message.contains("not authorized") && !is_meant).then_some(message)
}

fn failures(reconciled: &ReconcileOutcome) -> Vec<String> {
    let findings = reconciled.plan().findings.iter();
    let mut failed: Vec<String> = findings
        .filter(|finding| finding.is_blocking())
        .map(ToString::to_string)
        .collect();
    if let ReconcileOutcome::Executed { outcome, .. } = reconciled {
        failed.extend(outcome.steps.iter().filter_map(|(step, one)| match one {
            StepOutcome::Failed(failure) => Some(format!("{step}: {}", failure.message)),
            one if one.is_success() => None,
            other => Some(format!("{step}: {other:?}")),
        }));
    }
    failed
}

/// What a call makes a stack of.
fn target(assembly: &Assembly) -> Target {
    let artifact = &assembly.stacks[0];
    let tags = artifact.tags.iter().map(|(key, value)| Tag {
        key: key.clone(),
        value: value.clone(),
    });
    Target {
        stack: artifact.name.to_string(),
        template: TemplateInput::Body(artifact.template.as_deref().unwrap().to_owned()),
        parameters: Vec::new(),
        capabilities: Vec::new(),
        tags: Some(tags.collect()),
        notification_arns: None,
        role: None,
        token: None,
    }
}

fn create(assembly: &Assembly) -> Action {
    Action::CreateStack {
        target: target(assembly),
        on_failure: OnFailure::RollBack,
        termination_protection: false,
        policy: None,
    }
}

fn update(assembly: &Assembly, disable_rollback: bool) -> Action {
    Action::UpdateStack {
        target: target(assembly),
        disable_rollback,
        policy: None,
        policy_during_update: None,
    }
}

/// Digests for the services.
fn images(assembly: &Assembly) -> BTreeMap<StackName, BTreeMap<String, String>> {
    let digest = format!("sha256:{}", "ab".repeat(32));
    let with_images = assembly.stacks.iter();
    with_images
        .filter(|stack| !stack.parameters.is_empty())
        .map(|stack| {
            let names = stack.parameters.iter();
            let values = names.map(|name| (name.clone(), digest.clone()));
            (StackName::from(&stack.name), values.collect())
        })
        .collect()
}

/// The environment, deployed from nothing but bootstrap.
pub(super) fn definition_created(test_env: &TestEnvironment<'_>) -> RunResult {
    let actor = Actor::deploy(test_env);
    let assembly = &test_env.environment.read.synthesis.assembly;
    let test_cloud = TestCloud::new(assembly);
    let manual_stacks = assembly.stacks.iter().filter(|one| one.applied_manually);
    let bootstrap = Request {
        only: Some(
            manual_stacks
                .map(|one| StackName::from(&one.name))
                .collect(),
        ),
        ..Request::default()
    };
    test_cloud.deployed(assembly, &bootstrap);
    actor.ran(test_cloud.drive(Arc::new(actor.guard.clone()), assembly, &actor.request()))
}

/// Everything but the service of the actor, deployed.
fn without_service(actor: &Actor<'_>) -> TestCloud {
    let assembly = &actor.test_env.environment.read.synthesis.assembly;
    let test_cloud = TestCloud::new(assembly);
    let others = assembly.stacks.iter();
    let others = others.filter(|one| actor.name() != one.name);
    let others = Request {
        only: Some(others.map(|one| StackName::from(&one.name)).collect()),
        parameters: images(assembly),
        ..Request::default()
    };
    test_cloud.deployed(assembly, &others);
    test_cloud
}

/// A release of an application, which is to be there afterwards.
fn released(actor: &Actor<'_>, test_cloud: &TestCloud, image: &str) -> Vec<String> {
    let assembly = &actor.test_env.environment.read.synthesis.assembly;
    let mut parameters = images(assembly);
    for value in parameters.values_mut().flat_map(BTreeMap::values_mut) {
        *value = format!("sha256:{}", image.repeat(32));
    }
    let request = Request {
        parameters,
        previous_template: true,
        ..actor.request()
    };
    test_cloud.drive(Arc::new(actor.guard.clone()), assembly, &request)
}

/// The first release of an application, and the next one.
pub(super) fn release_created(test_env: &TestEnvironment<'_>) -> RunResult {
    let actor = Actor::application(test_env);
    let test_cloud = without_service(&actor);
    let mut failed = released(&actor, &test_cloud, "ab");
    failed.extend(released(&actor, &test_cloud, "cd"));
    actor.ran(failed)
}

/// The first release of an application fails, and is tried again.
pub(super) fn release_created_again(test_env: &TestEnvironment<'_>) -> RunResult {
    let actor = Actor::application(test_env);
    let test_cloud = without_service(&actor);
    test_cloud.fail(actor.name().as_str(), ResourceOperation::Create, "Service");
    released(&actor, &test_cloud, "ab");
    let failed = released(&actor, &test_cloud, "ab");
    actor.ran(failed)
}

/// A stack changes, and drops an export that another one imports no more.
fn changed(actor: &Actor<'_>) -> RunResult {
    let user = |imports: bool| match imports {
        true => stack("user").import(actor.id, "Thing"),
        false => stack("user").parameter("OfThing", "1"),
    };
    let (old, new) = if actor.is_release {
        (actor.before(), actor.after())
    } else {
        let exported = actor.stack("1").export("Thing", "One");
        (
            actor.assembly(&[exported, user(true)]),
            actor.assembly(&[actor.stack("2"), user(false)]),
        )
    };
    let test_cloud = TestCloud::new(&old);
    test_cloud.deployed(&old, &Request::default());
    let new = actor.protected(new);
    actor.ran(test_cloud.drive(Arc::new(actor.guard.clone()), &new, &actor.request()))
}

/// A plan is saved with its change sets, and they are taken back.
fn discarded(actor: &Actor<'_>) -> RunResult {
    let old = actor.before();
    let test_cloud = TestCloud::new(&old);
    test_cloud.deployed(&old, &Request::default());
    let options = test_cloud.options();
    let failed = runtime().block_on(async {
        let port = test_cloud.port(Arc::new(actor.guard.clone()));
        let mut plan = match test_cloud
            .plan(&port, &actor.after(), &actor.request())
            .await
        {
            Ok(plan) => plan,
            Err(error) => return vec![error],
        };
        let prepared = prepare(&port, &mut plan, &options, |_| {}, Stop::never()).await;
        let mut trouble = Vec::new();
        discard_prepared(&port, &plan, &options, |event| {
            trouble.extend(denial(event))
        })
        .await;
        trouble.extend(prepared.values().filter_map(|prepared| {
            use deploy::execute::Prepared;
            match prepared {
                Prepared::Failed(outcome) => Some(format!("{outcome:?}")),
                _ => None,
            }
        }));
        trouble
    });
    actor.ran(failed)
}

/// A stack is found in a status, and deployed.
fn recovered(actor: &Actor<'_>, reach: impl FnOnce(&TestCloud, &str)) -> RunResult {
    let old = actor.before();
    let test_cloud = TestCloud::new(&old);
    reach(&test_cloud, actor.name().as_str());
    test_cloud.settle();
    actor.ran(test_cloud.drive(
        Arc::new(actor.guard.clone()),
        &actor.after(),
        &actor.request(),
    ))
}

/// The rollback of an update has failed.
fn rollback_continued(actor: &Actor<'_>) -> RunResult {
    recovered(actor, |test_cloud, name| {
        test_cloud.call(&create(&actor.before()));
        test_cloud.settle();
        test_cloud.fail(name, ResourceOperation::Update, "Two");
        test_cloud.fail(name, ResourceOperation::Rollback, "One");
        test_cloud.call(&update(&actor.after(), false));
    })
}

/// An update has failed, and was not rolled back.
fn rolled_back(actor: &Actor<'_>) -> RunResult {
    recovered(actor, |test_cloud, name| {
        test_cloud.call(&create(&actor.before()));
        test_cloud.settle();
        test_cloud.fail(name, ResourceOperation::Update, "Two");
        test_cloud.call(&update(&actor.after(), true));
    })
}

/// The first creation has failed.
fn created_again(actor: &Actor<'_>) -> RunResult {
    recovered(actor, |test_cloud, name| {
        test_cloud.fail(name, ResourceOperation::Create, "Two");
        test_cloud.call(&create(&actor.before()));
    })
}

/// An update is going on, is left, and cancelled.
fn cancelled(actor: &Actor<'_>) -> RunResult {
    let old = actor.before();
    let test_cloud = TestCloud::new(&old);
    test_cloud.deployed(&old, &Request::default());
    let options = test_cloud.options();
    let (new, request) = (actor.after(), actor.request());
    let failed = runtime().block_on(async {
        let port = test_cloud.port(Arc::new(actor.guard.clone()));
        let (handle, stop) = Stop::new();
        let mut refusals = Vec::new();
        let reconciled = reconcile(
            &port,
            test_cloud.course(&request, &options),
            |observed| plan(&new, observed, &request),
            |event| {
                if let Event::Status { .. } = event {
                    handle.detach();
                }
                refusals.extend(denial(event));
            },
            |_| Decision::Execute,
            stop,
        );
        let reconciled = reconciled.await;
        refusals.extend(match reconciled {
            Err(error) => vec![error_chain(&error)],
            Ok(ReconcileOutcome::Executed { plan, outcome }) => {
                let cancelled = cancel_updates(&port, &plan, &outcome, &options).await;
                let failed = outcome.steps.values().filter_map(|one| match one {
                    StepOutcome::Failed(failure) => Some(failure.message.clone()),
                    _ => None,
                });
                let mut failed: Vec<String> = failed.collect();
                failed.extend(cancelled.values().filter_map(|one| match one {
                    deploy::execute::Cancellation::Started => None,
                    other => Some(format!("{other:?}")),
                }));
                failed
            }
            Ok(reconciled) => failures(&reconciled),
        });
        refusals
    });
    actor.ran(failed)
}

/// The environment, deployed, of which every stack has changed since.
fn whole_planned(actor: &Actor<'_>) -> Vec<String> {
    let old = &actor.test_env.environment.read.synthesis.assembly;
    let test_cloud = TestCloud::new(old);
    let with_images = Request {
        parameters: images(old),
        ..Request::default()
    };
    test_cloud.deployed(old, &with_images);
    let mut new = old.clone();
    for stack in &mut new.stacks {
        let text = stack.template.as_deref().unwrap();
        let mut template: serde_json::Value = serde_json::from_str(text).unwrap();
        stack.digest = "f".repeat(64);
        template["Outputs"]["DefinitionDigest"]["Value"] = stack.digest.clone().into();
        stack.template = Some(template.to_string().as_str().into());
    }
    let request = Request {
        assume_recovered: true,
        require_permissions: true,
        previous_template: actor.is_release,
        parameters: images(old),
        ..actor.request()
    };
    let failed = runtime().block_on(async {
        let port = test_cloud.port(Arc::new(actor.guard.clone()));
        test_cloud.plan(&port, &new, &request).await.err()
    });
    failed.into_iter().collect()
}

/// The creation of a stack has failed, and has left an address. Gives the stack.
fn address_left(actor: &Actor<'_>, test_cloud: &TestCloud) -> SmallStack {
    let kept = stack("kept")
        .resource("Kept", "AWS::EC2::EIP", json!({ "Domain": "vpc" }))
        .staying("Kept")
        .parameter("Two", "1");
    let name = format!("{}kept", test_cloud.prefix);
    test_cloud.fail(&name, ResourceOperation::Create, "Two");
    test_cloud.call(&create(&actor.assembly(std::slice::from_ref(&kept))));
    test_cloud.settle();
    test_cloud.call(&Action::DeleteStack {
        stack: name,
        retain: Vec::new(),
        role: None,
        token: None,
    });
    test_cloud.settle();
    kept
}

/// The stack is created that takes over an address.
pub(super) fn definition_took_over(test_env: &TestEnvironment<'_>) -> RunResult {
    let actor = Actor::deploy(test_env);
    let test_cloud = TestCloud::new(&actor.before());
    let kept = address_left(&actor, &test_cloud);
    let assembly = actor.assembly(&[kept]);
    actor.ran(test_cloud.drive(Arc::new(actor.guard.clone()), &assembly, &actor.request()))
}

/// A plan of what has changed, what was never created, and what a failed creation has left.
fn planned(actor: &Actor<'_>) -> RunResult {
    let mut failed = whole_planned(actor);
    let old = actor.before();
    let test_cloud = TestCloud::new(&old);
    test_cloud.deployed(&old, &Request::default());
    let mut stacks = vec![actor.stack("2")];
    if !actor.is_release {
        let exported = actor.stack("1").export("Thing", "One");
        test_cloud.deployed(&actor.assembly(&[exported]), &Request::default());
        stacks.push(address_left(actor, &test_cloud));
    }
    let request = Request {
        assume_recovered: true,
        require_permissions: true,
        previous_template: actor.is_release,
        ..actor.request()
    };
    let new = actor.protected(actor.assembly(&stacks));
    failed.extend(runtime().block_on(async {
        let port = test_cloud.port(Arc::new(actor.guard.clone()));
        test_cloud.plan(&port, &new, &request).await.err()
    }));
    actor.ran(failed)
}

/// What has drifted of a stack.
pub(super) fn drift_detected(test_env: &TestEnvironment<'_>) -> RunResult {
    let guard = RoleGuard::new(&test_env.rights, test_env.role("drift"));
    let actor = Actor {
        guard,
        ..Actor::deploy(test_env)
    };
    let before = actor.before();
    let test_cloud = TestCloud::new(&before);
    test_cloud.deployed(&before, &Request::default());
    let failed = runtime().block_on(async {
        let listed = test_cloud.port(Arc::new(Calm)).stack(&actor.name()).await;
        let stack = listed.unwrap().unwrap();
        let asked = DriftTarget {
            name: stack.name,
            id: stack.id,
            status: stack.status,
        };
        let port = test_cloud.port(Arc::new(actor.guard.clone()));
        let pace = cloudformation::RateLimits::default();
        match detect(&port, &[asked], &pace, |_, _| {}).await {
            Ok(found) => found.into_values().filter_map(|one| one.unread).collect(),
            Err(error) => vec![error_chain(&error)],
        }
    });
    actor.ran(failed)
}

pub(super) fn definition_changed(test_env: &TestEnvironment<'_>) -> RunResult {
    changed(&Actor::deploy(test_env))
}

pub(super) fn release_changed(test_env: &TestEnvironment<'_>) -> RunResult {
    changed(&Actor::application(test_env))
}

pub(super) fn definition_discarded(test_env: &TestEnvironment<'_>) -> RunResult {
    discarded(&Actor::deploy(test_env))
}

pub(super) fn release_discarded(test_env: &TestEnvironment<'_>) -> RunResult {
    discarded(&Actor::application(test_env))
}

pub(super) fn definition_rollback_continued(test_env: &TestEnvironment<'_>) -> RunResult {
    rollback_continued(&Actor::deploy(test_env))
}

pub(super) fn release_rollback_continued(test_env: &TestEnvironment<'_>) -> RunResult {
    rollback_continued(&Actor::application(test_env))
}

pub(super) fn definition_rolled_back(test_env: &TestEnvironment<'_>) -> RunResult {
    rolled_back(&Actor::deploy(test_env))
}

pub(super) fn release_rolled_back(test_env: &TestEnvironment<'_>) -> RunResult {
    rolled_back(&Actor::application(test_env))
}

pub(super) fn definition_created_again(test_env: &TestEnvironment<'_>) -> RunResult {
    created_again(&Actor::deploy(test_env))
}

pub(super) fn definition_cancelled(test_env: &TestEnvironment<'_>) -> RunResult {
    cancelled(&Actor::deploy(test_env))
}

pub(super) fn release_cancelled(test_env: &TestEnvironment<'_>) -> RunResult {
    cancelled(&Actor::application(test_env))
}

pub(super) fn checked(test_env: &TestEnvironment<'_>) -> RunResult {
    planned(&Actor::verifying(test_env, "check"))
}

pub(super) fn verified(test_env: &TestEnvironment<'_>) -> RunResult {
    planned(&Actor::verifying(test_env, "web-verify"))
}
