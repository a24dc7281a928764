//! What a destruction has left is in the way of a deployment, and that is said.

use std::collections::BTreeMap;

use common::assembly::Assembly;
use common::environment::EnvironmentName;
use deploy::execute::StepOutcome;
use deploy::plan::{FindingCode, Request};
use deploy::reconcile::ReconcileOutcome;
use emulator::api::Action;
use serde_json::json;
use tests::small::{self, stack};
use tests::{Synthesis, synthesized};

use crate::support::{Goal, Sandbox, acknowledgements, assert_nothing_to_do, full_request};

/// Secrets keep their names, and are not imported by them as buckets are.
#[test]
fn a_creation_that_finds_a_secret_tells_of_rebuild() {
    let staging = |one: &&Synthesis| one.environment.name == EnvironmentName::Staging;
    let assembly = &synthesized().iter().find(staging).unwrap().assembly;
    let mut sandbox = Sandbox::new();
    let all = full_request(assembly);
    sandbox.run(Goal::Deploy, assembly, &all).succeeded();
    let destroyed = Request {
        acknowledged: acknowledgements(&sandbox.plan_of(Goal::Destroy, assembly, &all)),
        ..all.clone()
    };
    sandbox.run(Goal::Destroy, assembly, &destroyed).succeeded();

    let again = sandbox.run(Goal::Deploy, assembly, &all);
    let ReconcileOutcome::Executed { outcome, .. } = again.reconciled() else {
        panic!("{:#?}", again.reconciled());
    };
    let mut told = 0;
    for outcome in outcome.steps.values() {
        if let StepOutcome::Failed(failure) = outcome {
            let hint = failure.hint.as_deref().unwrap_or_default();
            assert!(hint.contains("`--rebuild`"), "{failure:#?}");
            assert!(failure.orphans);
            told += 1;
        }
    }
    // Those of `api` and of `mailer`.
    assert_eq!(told, 2);
}

/// A stack with one of each kind that is retained, or without them.
pub(crate) fn keeper(kept: bool) -> Assembly {
    let samples = [
        (
            "Secret",
            "AWS::SecretsManager::Secret",
            json!({ "Name": "a/secret" }),
        ),
        ("Key", "AWS::KMS::Key", json!({ "Description": "a key" })),
        ("Address", "AWS::EC2::EIP", json!({ "Domain": "vpc" })),
        (
            "Logs",
            "AWS::Logs::LogGroup",
            json!({ "LogGroupName": "/a/log" }),
        ),
        (
            "Bucket",
            "AWS::S3::Bucket",
            json!({ "BucketName": "a-bucket" }),
        ),
        (
            "Repository",
            "AWS::ECR::Repository",
            json!({ "RepositoryName": "a/repository" }),
        ),
    ];
    let own = stack("keeper").parameter("Own", if kept { "1" } else { "2" });
    let all = samples
        .into_iter()
        .fold(own.clone(), |keeper, (id, kind, properties)| {
            let keeper = keeper.resource(id, kind, properties).staying(id);
            keeper.export(id, id)
        });
    small::assembly(EnvironmentName::Staging, &[if kept { all } else { own }])
}

/// What the stack has left is outside of it.
pub(crate) fn removed() -> (Sandbox, BTreeMap<String, String>) {
    let (with, without) = (keeper(true), keeper(false));
    let mut sandbox = Sandbox::new();
    sandbox
        .run(Goal::Deploy, &with, &Request::default())
        .succeeded();
    let ids = sandbox.physical_ids(&with);
    let request = Request {
        acknowledged: acknowledgements(&sandbox.plan(&without, &Request::default())),
        ..Request::default()
    };
    sandbox.run(Goal::Deploy, &without, &request).succeeded();
    assert_eq!(sandbox.physical_ids(&without).len(), 1);
    (sandbox, ids)
}

/// Removed from the definition and added again: everything is what it was.
#[test]
fn what_a_living_stack_left_is_taken_over() {
    let (mut sandbox, ids) = removed();
    let with = keeper(true);
    let request = sandbox.rebuild_request(&with);
    let run = sandbox.run(Goal::Deploy, &with, &request);
    run.succeeded();
    assert_eq!(sandbox.physical_ids(&with), ids);
    sandbox.assert_as_defined(&with);
    assert_nothing_to_do(&mut sandbox, &with, &request);
}

/// Without a word for it: said beforehand, and said again where it fails, by name and owner.
#[test]
fn what_a_living_stack_left_is_told() {
    let (mut sandbox, ids) = removed();
    let with = keeper(true);
    let plan = sandbox.plan(&with, &Request::default());
    for id in ["Secret", "Key", "Address"] {
        let finding = plan
            .findings
            .iter()
            .find(|one| one.code == FindingCode::OrphanFound && one.subject == id)
            .unwrap_or_else(|| panic!("{:#?}", plan.findings));
        assert!(!finding.is_blocking());
        assert!(finding.message.contains("lemonade-staging-keeper"));
        assert!(finding.hint.as_ref().unwrap().contains("--rebuild"));
    }
    let run = sandbox.run(Goal::Deploy, &with, &Request::default());
    let ReconcileOutcome::Executed { outcome, .. } = run.reconciled() else {
        panic!("{:#?}", run.reconciled());
    };
    let StepOutcome::Failed(failure) = outcome.steps.values().next().unwrap() else {
        panic!("{outcome:#?}");
    };
    assert!(failure.orphans);
    let hint = failure.hint.as_deref().unwrap();
    for part in [
        "Secret",
        "AWS::SecretsManager::Secret",
        "left by lemonade-staging-keeper",
    ] {
        assert!(hint.contains(part), "{hint}");
    }
    // And that is the way.
    let request = sandbox.rebuild_request(&with);
    sandbox.run(Goal::Deploy, &with, &request).succeeded();
    assert_eq!(sandbox.physical_ids(&with), ids);
}

/// The stack that left it is gone, and the one that is there never had it.
#[test]
fn what_an_earlier_stack_left_is_taken_over_by_a_living_one() {
    let (with, without) = (keeper(true), keeper(false));
    let mut sandbox = Sandbox::new();
    sandbox
        .run(Goal::Deploy, &with, &Request::default())
        .succeeded();
    let ids = sandbox.physical_ids(&with);
    sandbox
        .run(Goal::Destroy, &with, &Request::default())
        .succeeded();
    sandbox
        .run(Goal::Deploy, &without, &Request::default())
        .succeeded();
    let plan = sandbox.plan(&with, &Request::default());
    let told = plan
        .findings
        .iter()
        .find(|one| one.subject == "Secret")
        .unwrap();
    assert!(told.message.contains("deleted at"), "{told:#?}");
    let request = sandbox.rebuild_request(&with);
    sandbox.run(Goal::Deploy, &with, &request).succeeded();
    let kept = |ids: &BTreeMap<String, String>| {
        let mut ids = ids.clone();
        ids.remove("lemonade-staging-keeper/Own");
        ids
    };
    assert_eq!(kept(&sandbox.physical_ids(&with)), kept(&ids));
}

/// What another caller created is named.
#[test]
fn what_exists_and_no_stack_left_is_told_by_name() {
    let mut sandbox = Sandbox::new();
    let with = small::assembly(
        EnvironmentName::Staging,
        &[stack("keeper")
            .resource(
                "Secret",
                "AWS::SecretsManager::Secret",
                json!({ "Name": "a/secret" }),
            )
            .staying("Secret")],
    );
    let other = small::assembly(
        EnvironmentName::Staging,
        &[stack("other")
            .resource(
                "Mine",
                "AWS::SecretsManager::Secret",
                json!({ "Name": "a/secret" }),
            )
            .staying("Mine")],
    );
    sandbox
        .run(Goal::Deploy, &other, &Request::default())
        .succeeded();
    let run = sandbox.run(Goal::Deploy, &with, &Request::default());
    let ReconcileOutcome::Executed { outcome, .. } = run.reconciled() else {
        panic!("{:#?}", run.reconciled());
    };
    let StepOutcome::Failed(failure) = outcome.steps.values().next().unwrap() else {
        panic!("{outcome:#?}");
    };
    assert!(!failure.orphans);
    let hint = failure.hint.as_deref().unwrap();
    assert!(
        hint.contains("Secret (AWS::SecretsManager::Secret `a/secret`)"),
        "{hint}"
    );
}

/// A service that ran and was deleted is told, apart from one that waits for its first image.
#[test]
fn a_service_that_ran_and_is_gone_is_missing() {
    let staging = |one: &&Synthesis| one.environment.name == EnvironmentName::Staging;
    let assembly = &synthesized().iter().find(staging).unwrap().assembly;
    let mut sandbox = Sandbox::new();
    let mut all = full_request(assembly);
    let waiting = "lemonade-staging-service-api";
    all.parameters.remove(waiting);
    sandbox.run(Goal::Deploy, assembly, &all).succeeded();
    let gone = "lemonade-staging-service-web";
    let delete = Action::DeleteStack {
        stack: gone.to_owned(),
        retain: Vec::new(),
        role: None,
        token: None,
    };
    sandbox.call(assembly, &delete);
    sandbox.settle();

    let asked = Request {
        manual_stacks: true,
        ..Request::default()
    };
    let plan = sandbox.plan(assembly, &asked);
    let of = |stack: &str| {
        let finding = plan.findings.iter().find(|one| one.stack == stack);
        finding.unwrap_or_else(|| panic!("{:#?}", plan.findings))
    };
    assert_eq!(of(waiting).code, FindingCode::ParameterMissing);
    assert_eq!(of(gone).code, FindingCode::StackMissing);
    assert_eq!(
        of(gone).from,
        Some(all.parameters[gone]["ImageDigest"].clone())
    );
    let hint = of(gone).hint.as_deref().unwrap();
    assert!(
        hint.ends_with("deploy --env staging --only service-web --rebuild"),
        "{hint}"
    );

    // As that command does it.
    let request = Request {
        only: Some([gone.to_owned()].into()),
        manual_stacks: true,
        parameters: sandbox.left(assembly).parameters,
        ..Request::default()
    };
    sandbox.run(Goal::Deploy, assembly, &request).succeeded();
    let plan = sandbox.plan(assembly, &asked);
    assert!(
        plan.findings.iter().all(|one| one.stack != gone),
        "{:#?}",
        plan.findings
    );
}
