//! The self-update check: the definition can't remove by accident what it is deployed with.

use cicd_stack::self_update::{SelfUpdateFault, check};
use common::stack::StackArtifact;

use crate::support::{Synthesized, synthesized};

fn artifact<'a>(synthesized: &'a Synthesized, id: &str) -> &'a StackArtifact {
    let (artifact, _) = synthesized
        .stacks
        .iter()
        .find(|(stack, _)| stack.id == id)
        .unwrap();
    artifact
}

/// The faults after an edit of a template's text, which has to change it.
fn after(id: &str, from: &str, to: &str) -> Vec<SelfUpdateFault> {
    let synthesized = &synthesized()[1];
    let edited = |stack: &str| {
        let mut artifact = artifact(synthesized, stack).clone();
        if stack == id {
            let text = artifact.template.unwrap();
            assert!(text.contains(from), "{from} is not in {stack}");
            artifact.template = Some(text.replace(from, to).as_str().into());
        }
        artifact
    };
    check(
        &synthesized.environment,
        &edited("bootstrap-roles"),
        &edited("cicd"),
    )
}

#[test]
fn the_definition_has_it() {
    for synthesized in synthesized() {
        let found = check(
            &synthesized.environment,
            artifact(synthesized, "bootstrap-roles"),
            artifact(synthesized, "cicd"),
        );
        assert_eq!(found, []);
    }
}

#[test]
fn the_stage_can_t_be_renamed() {
    let found = after("cicd", "\"Name\":\"Self-update\"", "\"Name\":\"Update\"");
    assert!(
        matches!(found.first(), Some(SelfUpdateFault::Stages { .. })),
        "{found:?}"
    );
}

#[test]
fn the_pipeline_can_t_be_renamed() {
    let found = after(
        "cicd",
        "\"Name\":\"cicd.definition-lemonade-staging\"",
        "\"Name\":\"other-lemonade-staging\"",
    );
    assert!(
        matches!(found.first(), Some(SelfUpdateFault::Pipeline(_))),
        "{found:?}"
    );
}

#[test]
fn the_project_can_t_be_renamed() {
    let found = after(
        "cicd",
        "\"Name\":\"lemonade-staging-self-update\"",
        "\"Name\":\"lemonade-staging-updater\"",
    );
    assert!(
        matches!(found.first(), Some(SelfUpdateFault::Project(_))),
        "{found:?}"
    );
}

#[test]
fn the_stage_can_t_run_another_project() {
    let found = after(
        "cicd",
        "{\"Ref\":\"SelfUpdateProject\"}",
        "{\"Ref\":\"CheckProject\"}",
    );
    assert!(
        matches!(found.first(), Some(SelfUpdateFault::Project(_))),
        "{found:?}"
    );
}

#[test]
fn the_project_can_t_run_as_another_role() {
    let found = after(
        "cicd",
        "-bootstrap-roles-DeployRole\"",
        "-bootstrap-roles-OtherRole\"",
    );
    assert!(
        matches!(found.first(), Some(SelfUpdateFault::Role { .. })),
        "{found:?}"
    );
}

#[test]
fn the_role_can_t_be_renamed() {
    let found = after(
        "bootstrap-roles",
        "\"RoleName\":\"lemonade-staging-deploy\"",
        "\"RoleName\":\"lemonade-staging-deployer\"",
    );
    assert!(
        matches!(found.as_slice(), [SelfUpdateFault::NoRole(_)]),
        "{found:?}"
    );
}

/// Without it CodeBuild could not start the build that would mend it.
#[test]
fn the_project_can_t_be_taken_from_those_that_the_role_trusts() {
    let found = after(
        "bootstrap-roles",
        "project/lemonade-staging-self-update",
        "project/lemonade-staging-check",
    );
    assert!(
        matches!(found.as_slice(), [SelfUpdateFault::Trust { .. }]),
        "{found:?}"
    );
}

#[test]
fn the_run_can_t_go_on_as_the_old_pipeline() {
    let found = after(
        "cicd",
        "\"RestartExecutionOnUpdate\":true",
        "\"RestartExecutionOnUpdate\":false",
    );
    assert_eq!(found, [SelfUpdateFault::Restart]);
}

#[test]
fn the_commands_can_t_leave_the_repository() {
    let found = after("cicd", "buildspecs/self-update.yml", "buildspecs/other.yml");
    assert!(
        matches!(found.as_slice(), [SelfUpdateFault::Buildspec(_)]),
        "{found:?}"
    );
}
