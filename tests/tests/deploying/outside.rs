//! Stacks of other owners import what the environment exports.

use cloudformation::ExportName;
use common::assembly::Assembly;
use common::environment::EnvironmentName::Staging;
use deploy::execute::StepOutcome;
use deploy::plan::{FindingCode, Request};
use deploy::reconcile::ReconcileOutcome;
use emulator::api::{Action, OnFailure, Target, TemplateInput};
use emulator::port::{Call, Intervention, Operation};
use serde_json::json;
use tests::small::{self, SmallStack, stack};

use crate::support::{Goal, Sandbox, assert_nothing_to_do, caller};

fn target(name: &str, version: &str, exports: &[&str]) -> Target {
    let mut resources = json!({
        "Own": { "Type": "AWS::SSM::Parameter", "Properties": { "Type": "String", "Value": version } },
    });
    for export in exports {
        let value = json!({ "Fn::ImportValue": format!("lemonade-staging-{export}") });
        resources[format!("Of{}", export.replace('-', ""))] = json!({
            "Type": "AWS::SSM::Parameter", "Properties": { "Type": "String", "Value": value },
        });
    }
    Target {
        stack: name.to_owned(),
        template: TemplateInput::Body(json!({ "Resources": resources }).to_string()),
        parameters: Vec::new(),
        capabilities: Vec::new(),
        tags: None,
        notification_arns: None,
        role: None,
        token: None,
    }
}

fn creation(name: &str, exports: &[&str]) -> Action {
    Action::CreateStack {
        target: target(name, "1", exports),
        on_failure: OnFailure::RollBack,
        termination_protection: false,
        policy: None,
    }
}

fn update(name: &str, exports: &[&str]) -> Action {
    Action::UpdateStack {
        target: target(name, "2", exports),
        disable_rollback: false,
        policy: None,
        policy_during_update: None,
    }
}

fn network(exports: &[&str]) -> SmallStack {
    let own = stack("network").parameter("Own", "1");
    exports.iter().fold(own, |network, export| {
        network.parameter(export, "1").export(export, export)
    })
}

/// What was defined, and what is: `network` exports nothing any more, and two other stacks change.
fn definitions() -> (Assembly, Assembly) {
    let others = |version: &str| {
        [
            stack("cluster").parameter("Own", version),
            stack("service").parameter("Own", version),
        ]
    };
    let of = |network, version| {
        let [cluster, service] = others(version);
        small::assembly(Staging, &[network, cluster, service])
    };
    (of(network(&["Topic", "Queue"]), "1"), of(network(&[]), "2"))
}

/// The old definition is deployed, and these stacks import from it: by name, with what they import.
fn sandbox(importers: &[(&str, &[&str])]) -> (Sandbox, Assembly) {
    let (old, new) = definitions();
    let mut sandbox = Sandbox::new();
    sandbox
        .run(Goal::Deploy, &old, &Request::default())
        .succeeded();
    for (name, exports) in importers {
        sandbox.call(&old, &creation(name, exports));
        sandbox.settle();
        sandbox.ignore_stack(name);
    }
    (sandbox, new)
}

fn kept(sandbox: &Sandbox, assembly: &Assembly) -> Vec<ExportName> {
    let network = &sandbox.stacks(assembly)["lemonade-staging-network"];
    let exports = network.outputs.iter().filter_map(|one| one.export.clone());
    exports.collect()
}

const TOPIC: &str = "lemonade-staging-network-Topic";
const QUEUE: &str = "lemonade-staging-network-Queue";

/// Between the plan and its execution.
fn before_the_first_write(
    sandbox: &Sandbox,
    assembly: &Assembly,
    action: Action,
) -> impl Fn(&Call) -> Intervention + Send + Sync + 'static {
    let (cloud, caller) = (sandbox.cloud.clone(), caller(assembly));
    let pending = std::sync::Mutex::new(Some(action));
    move |call: &Call| {
        // The listing that the plan relies on is the second one.
        let is_write = call.operation == Operation::CreateChangeSet;
        if (is_write || (call.operation == Operation::Stacks && call.number > 1))
            && let Some(action) = pending.lock().unwrap().take()
        {
            let mut cloud = cloud.lock().unwrap();
            let now = cloud.now();
            cloud.call(now, &caller, &action).unwrap();
        }
        Intervention::Pass
    }
}

#[test]
fn what_they_import_is_kept_and_the_rest_is_deployed() {
    let samples: [&[(&str, &[&str])]; 4] = [
        &[("reports", &["network-Topic"])],
        &[
            ("reports", &["network-Topic"]),
            ("Reports", &["network-Topic", "network-Queue"]),
            ("z", &["network-Queue"]),
        ],
        // Of another environment, and under a name that is nearly the environment's.
        &[("lemonade-production-web", &["network-Topic"])],
        &[
            ("Lemonade-Staging-web", &["network-Topic"]),
            ("lemonade-staging", &["network-Topic"]),
        ],
    ];
    for importers in samples {
        let (mut sandbox, new) = sandbox(importers);
        let run = sandbox.run(Goal::Deploy, &new, &Request::default());
        run.succeeded();
        let exports = kept(&sandbox, &new);
        let imported = |export: &str| {
            let short = export.strip_prefix("lemonade-staging-").unwrap();
            importers
                .iter()
                .any(|(_, imports)| imports.contains(&short))
        };
        for export in [TOPIC, QUEUE] {
            assert_eq!(
                exports.iter().any(|one| one == export),
                imported(export),
                "{importers:?}"
            );
        }
        let findings = &run.reconciled().plan().findings;
        for (name, _) in importers {
            let named = findings.iter().any(|finding| {
                finding.code == FindingCode::ExportRetained
                    && !finding.is_blocking()
                    && finding
                        .hint
                        .as_ref()
                        .is_some_and(|hint| hint.contains(name))
            });
            assert!(named, "{name}: {findings:#?}");
        }
        assert_nothing_to_do(&mut sandbox, &new, &Request::default());

        // Once they are gone, it goes.
        for (name, _) in importers {
            let gone = Action::DeleteStack {
                stack: (*name).to_owned(),
                retain: Vec::new(),
                role: None,
                token: None,
            };
            sandbox.call(&new, &gone);
            sandbox.settle();
        }
        sandbox
            .run(Goal::Deploy, &new, &Request::default())
            .succeeded();
        sandbox.assert_as_defined(&new);
    }
}

/// They may be busy, before the plan and since.
#[test]
fn what_goes_on_in_them_does_not_matter() {
    let (mut busy, new) = sandbox(&[("reports", &["network-Topic"])]);
    busy.call(&new, &update("reports", &["network-Topic"]));
    busy.run(Goal::Deploy, &new, &Request::default())
        .succeeded();
    assert_eq!(kept(&busy, &new), [TOPIC]);

    let (mut since, new) = sandbox(&[("reports", &["network-Topic"])]);
    let action = update("reports", &["network-Topic"]);
    let hooks = before_the_first_write(&since, &new, action);
    since
        .run_between(Goal::Deploy, &new, &Request::default(), hooks)
        .succeeded();
    assert_eq!(kept(&since, &new), [TOPIC]);
}

/// One that goes since the plan: said as it is, and the next run drops the export.
#[test]
fn one_that_vanishes_is_told_and_the_next_run_ends_it() {
    let (mut sandbox, new) = sandbox(&[("reports", &["network-Topic"])]);
    let action = Action::DeleteStack {
        stack: "reports".to_owned(),
        retain: Vec::new(),
        role: None,
        token: None,
    };
    let hooks = before_the_first_write(&sandbox, &new, action);
    let run = sandbox.run_between(Goal::Deploy, &new, &Request::default(), hooks);
    if let ReconcileOutcome::Executed { outcome, .. } = run.reconciled() {
        for outcome in outcome.steps.values() {
            if let StepOutcome::Stale { difference } = outcome {
                assert!(difference.contains("`reports`"), "{difference}");
                assert!(difference.contains("was deleted since"), "{difference}");
            }
        }
    }
    sandbox.settle();
    sandbox
        .run(Goal::Deploy, &new, &Request::default())
        .succeeded();
    sandbox.assert_as_defined(&new);
}

/// One that comes since the plan: CloudFormation refuses, nothing breaks, and the next run keeps it.
#[test]
fn one_that_appears_is_told_and_the_next_run_keeps_what_it_imports() {
    let (mut sandbox, new) = sandbox(&[]);
    let hooks = before_the_first_write(&sandbox, &new, creation("reports", &["network-Topic"]));
    let run = sandbox.run_between(Goal::Deploy, &new, &Request::default(), hooks);
    sandbox.ignore_stack("reports");
    let ReconcileOutcome::Executed { outcome, .. } = run.reconciled() else {
        panic!("{:#?}", run.reconciled());
    };
    let told = outcome.steps.values().any(|outcome| match outcome {
        StepOutcome::Failed(failure) => format!("{failure:?}").contains("reports"),
        _ => false,
    });
    assert!(told, "{outcome:#?}");
    sandbox.settle();
    sandbox
        .run(Goal::Deploy, &new, &Request::default())
        .succeeded();
    assert_eq!(kept(&sandbox, &new), [TOPIC]);
    assert_nothing_to_do(&mut sandbox, &new, &Request::default());
}

/// What they import from a stack that is to go: it stays, with a word, and all else happens.
#[test]
fn a_stack_that_they_import_from_stays() {
    let (mut sandbox, _) = sandbox(&[("reports", &["network-Topic"])]);
    let new = small::assembly(Staging, &[stack("service").parameter("Own", "3")]);
    let request = Request {
        prune: true,
        ..Request::default()
    };
    let run = sandbox.run(Goal::Deploy, &new, &request);
    let plan = run.reconciled().plan();
    let finding = plan.findings.iter().find(|one| one.is_blocking()).unwrap();
    assert_eq!(finding.code, FindingCode::ExportRetained);
    assert!(finding.hint.as_ref().unwrap().contains("reports"));
    let stacks = sandbox.stacks(&new);
    assert!(stacks.contains_key("lemonade-staging-network"));

    sandbox.call(
        &new,
        &Action::DeleteStack {
            stack: "reports".to_owned(),
            retain: Vec::new(),
            role: None,
            token: None,
        },
    );
    sandbox.settle();
    sandbox.run(Goal::Deploy, &new, &request).succeeded();
    sandbox.assert_as_defined(&new);
}
