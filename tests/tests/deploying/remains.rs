//! What a destruction has left is in the way of a deployment, and that is said.

use common::environment::EnvironmentName;
use deploy_engine::drive::Driven;
use deploy_engine::execute::StepOutcome;
use deploy_engine::plan::Request;
use tests::{Synthesis, synthesized};

use crate::support::{Aim, World, everything, words};

/// Secrets keep their names, and are not imported by them as buckets are.
#[test]
fn a_creation_that_finds_a_secret_tells_of_rebuild() {
    let staging = |one: &&Synthesis| one.environment.name == EnvironmentName::Staging;
    let assembly = &synthesized().iter().find(staging).unwrap().assembly;
    let mut world = World::new();
    let all = everything(assembly);
    world.run(Aim::Deploy, assembly, &all).succeeded();
    let destroyed = Request {
        acknowledged: words(&world.plan_of(Aim::Destroy, assembly, &all)),
        ..all.clone()
    };
    world.run(Aim::Destroy, assembly, &destroyed).succeeded();

    let again = world.run(Aim::Deploy, assembly, &all);
    let Driven::Executed { outcome, .. } = again.driven() else {
        panic!("{:#?}", again.driven());
    };
    let mut told = 0;
    for outcome in outcome.steps.values() {
        if let StepOutcome::Failed(failure) = outcome {
            let hint = failure.hint.as_deref().unwrap_or_default();
            assert!(hint.contains("`deploy --rebuild`"), "{failure:#?}");
            told += 1;
        }
    }
    // Those of `api` and of `mailer`.
    assert_eq!(told, 2);
}
