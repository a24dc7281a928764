//! Failed operations, followed from their next step.

use std::process::Output;

use deploy::next_step::Situation;
use emulator::api::Action;
use emulator::{OutOfBandChange, ResourceOperation};
use serde_json::json;

use super::journey::{follow_to_the_end, is_as_defined, printed_commands, says, topic};
use crate::support::{EmulatedEnvironment, Stack, caller, printed, succeeded};

#[test]
pub(super) fn a_creation() {
    let place = EmulatedEnvironment::new("next-creation");
    place.define(&[topic("network", "a")]);
    place.fail("network", "Topic", ResourceOperation::Create);
    let failed = place.run("deploy --yes");
    says(&failed, Situation::CreationFailed);
    says(&failed, Situation::StepFailed);
    follow_to_the_end(&place, failed);
    is_as_defined(&place);
}

#[test]
fn a_creation_whose_deletion_fails_too() {
    let place = EmulatedEnvironment::new("next-creation-rollback");
    let (id, mut resources, outputs) = topic("network", "a");
    resources["First"] = json!({ "Type": "AWS::SNS::Topic" });
    resources["Topic"]["DependsOn"] = "First".into();
    place.define(&[(id, resources, outputs)]);
    place.fail("network", "Topic", ResourceOperation::Create);
    place.fail("network", "First", ResourceOperation::Delete);
    let failed = place.run("deploy --yes");
    says(&failed, Situation::CreationFailed);
    follow_to_the_end(&place, failed);
    is_as_defined(&place);
}

/// A stack that was deployed, and whose definition has changed since.
fn changed(test: &str) -> EmulatedEnvironment {
    let place = EmulatedEnvironment::new(test);
    place.define(&[topic("network", "a")]);
    succeeded(&place.run("deploy --yes"));
    place.define(&[topic("network", "b")]);
    place
}

#[test]
pub(super) fn an_update() {
    let place = changed("next-update");
    place.fail("network", "Topic", ResourceOperation::Update);
    let failed = place.run("deploy --yes");
    says(&failed, Situation::UpdateRolledBack);
    follow_to_the_end(&place, failed);
    is_as_defined(&place);
}

#[test]
pub(super) fn a_rollback() {
    for follows_recover in [true, false] {
        let place = changed(&format!("next-rollback-{follows_recover}"));
        place.fail("network", "Topic", ResourceOperation::Update);
        place.fail("network", "Topic", ResourceOperation::Rollback);
        let failed = place.run("deploy --yes");
        says(&failed, Situation::UpdateRollbackFailed);
        if follows_recover {
            succeeded(&place.run("recover --yes"));
        }
        follow_to_the_end(&place, failed);
        is_as_defined(&place);
    }
}

fn failed_deletion(test: &str) -> (EmulatedEnvironment, Output) {
    let place = EmulatedEnvironment::new(test);
    place.define(&[topic("network", "a")]);
    succeeded(&place.run("deploy --yes"));
    place.fail("network", "Topic", ResourceOperation::Delete);
    let failed = place.run("destroy --yes");
    says(&failed, Situation::DeletionFailed);
    (place, failed)
}

#[test]
pub(super) fn a_deletion() {
    let (place, failed) = failed_deletion("next-deletion");
    follow_to_the_end(&place, failed);
    let status = printed(&place.run("status"));
    assert!(!status.contains("DELETE_FAILED"), "{status}");
}

#[test]
pub(super) fn a_deletion_before_a_deployment() {
    let (place, _) = failed_deletion("next-deletion-stuck");
    let blocked = place.run("deploy --yes");
    let commands = printed_commands(&blocked);
    let destroy = commands.last().unwrap();
    says(
        &blocked,
        Situation::DeletionStuck {
            events: "aws cloudformation describe-stack-events --stack-name lemonade-staging-network",
            destroy,
        },
    );
    succeeded(&place.follow(destroy));
    succeeded(&place.run("deploy --yes"));
    is_as_defined(&place);
}

#[test]
pub(super) fn a_protected_creation() {
    let place = EmulatedEnvironment::new("next-creation-protected");
    place.define(&[topic("network", "a")]);
    place.fail("network", "Topic", ResourceOperation::Create);
    let failed = place.run("deploy --yes");
    assert!(!failed.status.success());
    let protect = |enabled| {
        place.call(&Action::UpdateTerminationProtection {
            stack: "lemonade-staging-network".to_owned(),
            enabled,
        });
    };
    protect(true);
    let blocked = place.run("deploy --yes");
    let commands = printed_commands(&blocked);
    let recover = commands.last().unwrap();
    let stack = "lemonade-staging-network";
    says(
        &blocked,
        Situation::FailedCreationProtected { stack, recover },
    );
    protect(false);
    succeeded(&place.follow(recover));
    succeeded(&place.run("deploy --yes"));
    is_as_defined(&place);
}

/// Another resource in place of the topic.
fn without_the_topic() -> Stack<'static> {
    let other = json!({ "Other": { "Type": "AWS::SNS::Topic" } });
    ("network", other, json!({}))
}

/// Removes the topic from the definition, deploys, adds it again, and deploys once more.
fn remove_and_add(place: &EmulatedEnvironment) {
    place.define(&[without_the_topic()]);
    succeeded(&place.run("deploy --yes"));
    place.define(&[topic("network", "b")]);
    succeeded(&place.run("deploy --yes"));
    is_as_defined(place);
}

#[test]
pub(super) fn an_update_that_finds_nothing() {
    let place = changed("next-deleted-resource");
    place.fail_with(
        "network",
        "Topic",
        ResourceOperation::Update,
        "Topic not found",
    );
    let failed = place.run("deploy --yes");
    let resources = "Topic";
    says(&failed, Situation::ResourceDeletedOutside { resources });
    remove_and_add(&place);
}

#[test]
pub(super) fn a_rollback_of_a_deleted_resource() {
    let place = changed("next-deleted-rollback");
    place.out_of_band(|cloud| {
        let stack = "lemonade-staging-network";
        cloud
            .change_out_of_band(&caller(), stack, "Topic", &OutOfBandChange::Delete)
            .unwrap();
    });
    says(&place.run("plan --drift"), Situation::DriftedByDeletion);
    let failed = place.run("deploy --yes");
    says(
        &failed,
        Situation::RollbackOfDeletedResource {
            resources: "Topic",
            stack: "lemonade-staging-network",
            skipped: "Topic",
        },
    );
    place.call(&Action::ContinueUpdateRollback {
        stack: "lemonade-staging-network".to_owned(),
        skip: vec!["Topic".to_owned()],
        token: None,
    });
    remove_and_add(&place);
}

#[test]
pub(super) fn a_creation_with_a_taken_name() {
    let named = |id, name: &str| -> Stack<'_> {
        let topic = json!({ "Type": "AWS::SNS::Topic", "Properties": { "TopicName": name } });
        (id, json!({ "Topic": topic }), json!({}))
    };
    let place = EmulatedEnvironment::new("next-name-taken");
    place.define(&[named("web", "a")]);
    succeeded(&place.run("deploy --yes"));
    place.define(&[named("web", "a"), named("network", "a")]);
    let failed = place.run("deploy --yes --only network");
    let resources = "one of Topic (AWS::SNS::Topic `a`)";
    says(&failed, Situation::ResourceNameTaken { resources });
    place.define(&[named("web", "a"), named("network", "b")]);
    follow_to_the_end(&place, failed);
    is_as_defined(&place);
}

#[test]
pub(super) fn an_interrupted_run_without_state() {
    let place = EmulatedEnvironment::new("next-interrupted-discarded");
    place.define(&[topic("network", "a")]);
    let words = "deploy --yes --env staging --assembly assembly --local --local-speed 4";
    let output = place.interrupt(words, "creating");
    says(&output, Situation::InterruptedWithoutState);
    follow_to_the_end(&place, output);
}

#[test]
pub(super) fn a_synthesis_that_can_not_start() {
    let place = EmulatedEnvironment::new("next-synthesis-not-started");
    place.define(&[topic("network", "a")]);
    let failed = place.run_from_xtask("deploy --yes");
    assert_eq!(failed.status.code(), Some(1));
    let printed = printed(&failed);
    let attempt = "error: can't start ./xtask to synthesize staging";
    assert!(printed.starts_with(attempt), "{printed}");
    assert!(printed.contains("No such file or directory"), "{printed}");
    says(&failed, Situation::SynthesisNotStarted);
    place.add_xtask();
    succeeded(&place.run_from_xtask("deploy --yes"));
    is_as_defined(&place);
}

#[test]
pub(super) fn an_interrupted_run() {
    let place = EmulatedEnvironment::new("next-interrupted");
    place.define(&[topic("network", "a"), topic("web", "b")]);
    let words = "deploy --yes --env staging --assembly assembly --local cloud --local-speed 4";
    let output = place.interrupt(words, "creating");
    says(&output, Situation::InterruptedLocally);
    follow_to_the_end(&place, output);
    is_as_defined(&place);
}
