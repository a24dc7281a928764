//! Every allowed action is called, listed by a schema, or has a reason; and a call fails without
//! its permission.

mod engine;
mod functions;
mod in_process;
mod machine;
mod pipelines;
mod removals;
mod role_guard;
mod run;
mod services;
mod table;

use std::sync::LazyLock;

use rehearsal::pipelines::permission_use::{
    CalledActions, Fault, REASONS, RequestLog, SCHEMAS, STEPS, called_actions, classify, reasons,
    requests,
};

use self::run::{Environment, Run, RunResult, TestEnvironment};
use crate::definition_fixture::first_pass_record;
use crate::support::{environments, samples};

/// Everything that runs, the quickest first.
const RUNS: [Run; 34] = [
    Run::new("CloudFormation manages every resource", in_process::managed),
    Run::new(
        "AWS's services and agents do what is documented",
        in_process::steps,
    ),
    Run::new(
        "the engine finds an address that was left",
        services::definition_address_found,
    ),
    Run::new(
        "stage Check finds an address that was left",
        services::check_address_found,
    ),
    Run::new(
        "the engine says what validation found",
        services::definition_validated,
    ),
    Run::new(
        "the engine says what validation found in a release",
        services::release_validated,
    ),
    Run::new(
        "a workflow asks what has completed in staging",
        services::promoted,
    ),
    Run::new("the engine detects drift", engine::drift_detected),
    Run::new(
        "stage Verify compares the machines' image",
        services::machine_image_compared,
    ),
    Run::new(
        "the engine explains why a service fails",
        services::definition_explained,
    ),
    Run::new(
        "the engine explains why a release fails",
        services::release_explained,
    ),
    Run::new("the engine plans for stage Check", engine::checked),
    Run::new(
        "the engine plans for the verification of a release",
        engine::verified,
    ),
    Run::new(
        "the engine takes a saved plan back",
        engine::definition_discarded,
    ),
    Run::new(
        "the engine takes a saved plan of a release back",
        engine::release_discarded,
    ),
    Run::new("the engine cancels an update", engine::definition_cancelled),
    Run::new(
        "the engine cancels the update of a release",
        engine::release_cancelled,
    ),
    Run::new(
        "the engine rolls back a failed update",
        engine::definition_rolled_back,
    ),
    Run::new(
        "the engine rolls back a failed release",
        engine::release_rolled_back,
    ),
    Run::new(
        "the engine continues a failed rollback",
        engine::definition_rollback_continued,
    ),
    Run::new(
        "the engine continues the failed rollback of a release",
        engine::release_rollback_continued,
    ),
    Run::new(
        "the engine creates a stack again whose creation failed",
        engine::definition_created_again,
    ),
    Run::new(
        "the engine creates a service again whose creation failed",
        engine::release_created_again,
    ),
    Run::new(
        "the engine takes over an address that was left",
        engine::definition_took_over,
    ),
    Run::new("the engine changes a stack", engine::definition_changed),
    Run::new("the engine changes a service", engine::release_changed),
    Run::new("the engine creates a service", engine::release_created),
    Run::new(
        "the engine creates the environment",
        engine::definition_created,
    ),
    Run::new("functions behind custom resources", functions::functions),
    Run::new("a machine boots", machine::boots),
    Run::new(
        "the pipeline of the definition is stopped",
        pipelines::stopped_definition,
    ),
    Run::new(
        "the pipeline of an application is stopped",
        pipelines::stopped_application,
    ),
    Run::new("the pipeline of the definition", pipelines::definition),
    Run::new("the pipeline of an application", pipelines::application),
];

/// The environments of the sample, each with the record of every run.
fn recorded() -> &'static [(Environment, Vec<RequestLog>)] {
    static ALL: LazyLock<Vec<(Environment, Vec<RequestLog>)>> = LazyLock::new(|| {
        let environments = samples().iter().map(Environment::of);
        let recorded = environments.map(|environment| {
            let test_env = TestEnvironment::whole(&environment);
            let logs = RUNS.iter().map(|run| {
                let RunResult { log, failed } = (run.run)(&test_env);
                assert_eq!(failed, None, "{}", run.name);
                log
            });
            let logs = logs.collect();
            (environment, logs)
        });
        recorded.collect()
    });
    &ALL
}

/// What was asked for in an environment of the sample.
fn asked_for(environment: &Environment, logs: &[RequestLog]) -> CalledActions {
    let mut all = RequestLog::default();
    for log in logs {
        all.extend(log.clone());
    }
    called_actions(environment.roles(), &all)
}

fn assert_classified(environment: &Environment, called: &CalledActions) {
    let (_, faults) = classify(environment.roles(), called);
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let name = environment.name();
    assert!(faults.is_empty(), "{name}:\n{}", faults.join("\n"));
}

#[test]
fn every_granted_action_is_called_listed_or_reasoned() {
    for (environment, logs) in recorded() {
        assert_classified(environment, &asked_for(environment, logs));
    }
}

/// The definition that is checked in may have other applications: what its roles are granted is asked for by
/// the programs of the sample's.
#[test]
fn so_is_every_action_of_the_definition_that_is_checked_in() {
    for (read, (sample, logs)) in environments().iter().zip(recorded()) {
        assert_eq!(read.synthesis.environment.name.as_str(), sample.name());
        let environment = Environment::of(read);
        let test_env = TestEnvironment::whole(&environment);
        let mut asked = asked_for(sample, logs);
        for run in [in_process::managed, in_process::steps] {
            let ran = run(&test_env);
            assert_eq!(ran.failed, None);
            asked.extend(called_actions(environment.roles(), &ran.log));
        }
        assert_classified(&environment, &asked);
    }
}

/// The pass of the definition's pipeline with the real programs asks for nothing that the runs here don't.
#[test]
fn a_pass_with_the_real_engine_asks_for_nothing_else() {
    let (environment, logs) = &recorded()[1];
    assert_eq!(environment.name(), "staging");
    let asked = asked_for(environment, logs);
    let of_pass = called_actions(environment.roles(), &first_pass_record());
    assert!(of_pass.len() > 30, "{}", of_pass.len());
    let more: Vec<String> = of_pass
        .difference(&asked)
        .map(|(kind, action)| format!("{kind} {action}"))
        .collect();
    assert!(more.is_empty(), "{}", more.join("\n"));
}

/// What is granted and never asked for is named, and so is a reason for what is called.
#[test]
fn what_is_in_none_of_the_three_is_a_fault() {
    let (environment, logs) = &recorded()[1];
    let roles = environment.roles();
    let (_, faults) = classify(roles, &CalledActions::new());
    let unused = |faults: &std::collections::BTreeSet<Fault>, name: &str, of: &str| {
        faults.iter().any(|fault| {
            matches!(fault, Fault::Unused { role, action } if *role == *name && action == of)
        })
    };
    assert!(unused(&faults, "deploy", "cloudformation:CreateChangeSet"));
    assert!(unused(&faults, "<application>-build", "ecr:PutImage"));
    // A schema lists it, or a row gives the reason.
    assert!(!unused(&faults, "execution", "ec2:CreateVpc"));
    assert!(!unused(&faults, "machines", "ec2:DescribeVolumes"));

    let mut asked = asked_for(environment, logs);
    let machines = roles.kind(
        &roles
            .rights
            .role_named("lemonade-staging-machines")
            .unwrap()
            .name,
    );
    asked.insert((machines, "ec2:DescribeVolumes".to_owned()));
    let (_, faults) = classify(roles, &asked);
    let in_vain = Fault::UnneededReason {
        role: "machines",
        action: "ec2:DescribeVolumes",
    };
    assert_eq!(faults.into_iter().collect::<Vec<_>>(), [in_vain]);
}

/// A row that no role has anything to do with is here in vain.
#[test]
fn every_row_is_about_a_role() {
    for (environment, _) in recorded() {
        let roles = environment.roles();
        let is_kind = |name: &str| roles.iter().any(|(kind, _)| kind == *name);
        for step in STEPS {
            let mut of_kind = roles.iter().filter(|(kind, _)| *kind == *step.role);
            let is_done = of_kind.any(|(_, role)| requests(roles, role, step).unwrap().is_some());
            assert!(is_done, "{}: {}", step.role, step.what);
            assert!(step.source.starts_with("https://"), "{}", step.what);
        }
        for schema in SCHEMAS {
            assert!(is_kind(schema.role), "{}", schema.role);
        }
    }
    let mut rows: Vec<_> = reasons().map(|(role, action, _)| (role, action)).collect();
    rows.sort_unstable();
    let all = rows.len();
    rows.dedup();
    assert_eq!(rows.len(), all, "two reasons for one");
    for row in REASONS {
        assert!(row.why.split_whitespace().count() > 5, "{}", row.why);
    }
}
