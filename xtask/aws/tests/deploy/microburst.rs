//! The engine deploys with the SDK while a proxy makes calls fail, in the shapes that the SDK
//! believes to be AWS's.
//!
//! One account for each thing that goes wrong, all at the same time, since most of it is waiting.
//! The proxy counts calls rather than rolls dice: which calls fail is the same in every run, but for
//! the order in which two stacks are worked on at once.

use std::collections::BTreeSet;
use std::time::Duration;

use aws::sdk::Aws;
use cloudformation::CloudFormation;
use cloudformation::RateLimits;
use cloudformation::status::StackStatus;
use common::assembly::Assembly;
use common::naming::Names;
use deploy::execute::{Options, Stop};
use deploy::plan::{Request, plan, plan_destruction};
use deploy::reconcile::{Decision, ReconcileOptions, ReconcileOutcome, reconcile};
use serde_json::{Value, json};

use crate::support::microburst::Microburst;
use crate::support::ministack::{self, Ministack};
use test_support::assembly;

struct Class {
    name: &'static str,
    /// The rules' part that says what.
    fault: Value,
    /// Which operations it happens to; none: all.
    operations: &'static [&'static str],
    /// How many calls in a row fail, and how many after those don't.
    sequence: (u32, u32),
    /// Whether a run can't get through.
    stops: bool,
}

const WRITES: &[&str] = &[
    "CreateChangeSet",
    "ExecuteChangeSet",
    "DeleteChangeSet",
    "DeleteStack",
    "UpdateTerminationProtection",
];

fn classes() -> Vec<Class> {
    let class = |name, fault, operations, sequence| Class {
        name,
        fault,
        operations,
        sequence,
        stops: false,
    };
    let error = |code, status| json!({ "error": { "code": code, "status": status } });
    vec![
        class("throttling", error("Throttling", 400), &[], (3, 7)),
        class("failures", error("InternalFailure", 500), &[], (3, 7)),
        class("no service", error("ServiceUnavailable", 503), &[], (3, 7)),
        class("resets", json!({ "reset": true }), &[], (3, 7)),
        class("latency", json!({ "latency": 400 }), &[], (1, 1)),
        // Longer than an attempt may take.
        class("time-outs", json!({ "timeout_ms": 4_000 }), &[], (1, 12)),
        class(
            "lost answers",
            json!({ "response": { "abort_bytes": 0 } }),
            WRITES,
            (1, 1),
        ),
        class(
            "torn answers",
            json!({ "response": { "abort_frac": 0.5 } }),
            &[],
            (1, 5),
        ),
        Class {
            stops: true,
            ..class("expired", error("ExpiredToken", 403), WRITES, (1, 1))
        },
    ]
}

impl Class {
    /// For each operation a rule, or one for all.
    fn rules(&self, account: &str) -> Vec<Value> {
        let all = [None];
        let some: Vec<Option<&str>> = self.operations.iter().copied().map(Some).collect();
        let operations = if some.is_empty() { &all[..] } else { &some };
        operations
            .iter()
            .map(|operation| {
                let mut rule = self.fault.clone();
                rule["service"] = "cloudformation".into();
                rule["headers"] = json!({ "authorization": format!("Credential={account}/") });
                let (fail, pass) = self.sequence;
                rule["sequence"] = json!({ "fail": fail, "pass": pass });
                if let Some(operation) = operation {
                    rule["operation"] = (*operation).into();
                }
                if self.stops {
                    // New credentials are as good as old ones.
                    rule["times"] = 1.into();
                }
                rule
            })
            .collect()
    }
}

/// Two stacks, one with what the other imports, in a version.
fn definition(account: &str, version: &str) -> Assembly {
    let export = "lemonade-staging-network-Name";
    let parameter = |value: Value| json!({ "Type": "AWS::SSM::Parameter", "Properties": { "Type": "String", "Value": value } });
    let output = |digest: &str| json!({ "Value": digest });
    let network = json!({
        "Resources": { "Name": parameter(version.into()) },
        "Outputs": {
            "DefinitionDigest": output(&format!("network-{version}")),
            "Name": { "Value": { "Ref": "Name" }, "Export": { "Name": export } }
        }
    });
    let service = json!({
        "Resources": {
            "Own": parameter(version.into()),
            "Of": parameter(json!({ "Fn::ImportValue": export })),
        },
        "Outputs": { "DefinitionDigest": output(&format!("service-{version}")) }
    });
    assembly::deployable(
        account,
        version,
        &[
            ("network", network, vec![("Name", export)], vec![]),
            ("service", service, vec![], vec![export]),
        ],
    )
}

/// The pace of a machine of our own.
fn options(run: String) -> Options {
    Options {
        rate_limits: RateLimits {
            calls_per_minute: 6_000,
            looks_per_minute: 6_000,
            shortest: Duration::from_millis(100),
            longest: Duration::from_millis(200),
            ..RateLimits::default()
        },
        ..Options::new(run, "a test")
    }
}

/// Runs until it gets through: at once, or where it is stopped, after some more runs.
async fn get_through(class: &Class, aws: &Aws, assembly: &Assembly, gone: bool) {
    let most = if class.stops { 8 } else { 1 };
    for run in 1..=most {
        let version = &assembly.branch;
        let options = options(format!("run-{version}-{run}"));
        let request = Request::default();
        let prefix = format!("{}-", Names::new(assembly.environment).prefix());
        let reconciled = reconcile(
            aws,
            ReconcileOptions {
                region: &assembly.region,
                prefix: &prefix,
                acknowledged: &request.acknowledged,
                execution: &options,
            },
            |observed| match gone {
                true => plan_destruction(assembly, observed, &request),
                false => plan(assembly, observed, &request),
            },
            |_| (),
            |_| Decision::Execute,
            Stop::never(),
        )
        .await;
        match reconciled {
            Ok(reconciled) if reconciled.is_success() => return,
            Ok(ReconcileOutcome::Executed { .. }) if run < most => {}
            other => panic!("{}, version {version}, run {run}: {other:#?}", class.name),
        }
    }
}

async fn goes_well(class: &Class, account: &str, through: &Aws, direct: &Aws) {
    for version in ["1", "2"] {
        let assembly = definition(account, version);
        get_through(class, through, &assembly, false).await;
        let stacks = direct.stacks(None).await.unwrap().items;
        let names: BTreeSet<&str> = stacks.iter().map(|stack| stack.name.as_str()).collect();
        let defined: BTreeSet<&str> = assembly
            .stacks
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        assert_eq!(names, defined, "{}", class.name);
        for artifact in &assembly.stacks {
            let name = artifact.name.as_str();
            let stack = stacks.iter().find(|stack| stack.name == name).unwrap();
            let whole = [StackStatus::CreateComplete, StackStatus::UpdateComplete];
            assert!(whole.contains(&stack.status), "{}: {stack:?}", class.name);
            assert_eq!(
                stack.output("DefinitionDigest"),
                Some(artifact.digest.as_str())
            );
        }
    }
    let assembly = definition(account, "3");
    get_through(class, through, &assembly, true).await;
    assert_eq!(
        direct.stacks(None).await.unwrap().items,
        [],
        "{}",
        class.name
    );
}

#[tokio::test]
async fn the_engine_gets_through_what_microburst_does() {
    let server = Ministack::start();
    let classes = classes();
    let account = |index: usize| format!("4444000000{index:02}");
    let rules: Vec<Vec<Value>> = classes
        .iter()
        .enumerate()
        .map(|(index, class)| class.rules(&account(index)))
        .collect();
    let proxy = Microburst::start(&server.url(), &rules.concat());
    // Both load most of themselves at their first call, which may take a busy machine longer than the impatient wait.
    let first = ministack::patient(&proxy.url(), "999900000000").await;
    first.identity().await.unwrap();
    let tasks = tokio::task::LocalSet::new();
    let mut running = Vec::new();
    for (index, class) in classes.into_iter().enumerate() {
        let account = account(index);
        let through = ministack::impatient(&proxy.url(), &account).await;
        let direct = server.account(&account).await;
        running.push(tasks.spawn_local(async move {
            goes_well(&class, &account, &through, &direct).await;
        }));
    }
    tasks.await;
    for task in running {
        task.await.unwrap();
    }
    let mut fired = proxy.fired().into_iter();
    for (class, rules) in self::classes().iter().zip(&rules) {
        let times: u64 = fired.by_ref().take(rules.len()).sum();
        println!("{}: {times} calls", class.name);
        assert!(times >= 2, "{} happened {times} times", class.name);
    }
}
