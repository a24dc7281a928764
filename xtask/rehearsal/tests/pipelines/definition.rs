//! The definition's own pipeline, rehearsed: whatever happens, it comes to rest with everything
//! deployed, and then changes nothing.
//!
//! Each test goes on from an environment of its own that has passed once.

use std::fs;

use rehearsal::pipelines::run::{Event, Rehearsal, Status};

use crate::definition_ground::{DefinitionGround, PIPELINE, first_pass, settle};
use crate::ground::watch;
use crate::support::snapshot;

const CICD: &str = "lemonade-staging-cicd";
const STAGING: &str = "environments/staging.toml";
const NOTHING: [&str; 0] = [];

fn statuses(rehearsal: &Rehearsal<'_>) -> Vec<Status> {
    let runs = rehearsal.line().executions().iter();
    runs.map(|run| run.status).collect()
}

/// A pass without changes, which changes nothing.
fn rests(ground: &DefinitionGround, rehearsal: &mut Rehearsal<'_>) {
    ground.scene.world.take_changes();
    rehearsal.start(None);
    settle(rehearsal, Status::Succeeded);
    assert_eq!(ground.scene.world.take_changes(), NOTHING);
}

#[test]
fn the_first_pass_deploys_what_needs_no_image() {
    let (shown, changes) = first_pass();
    snapshot("definition-pass", shown);
    assert_eq!(changes.len(), 9, "{changes:#?}");
    // A person has deployed it just before.
    assert!(!changes.iter().any(|change| change.ends_with(CICD)));
}

#[test]
fn a_pass_without_changes_changes_nothing() {
    let ground = DefinitionGround::settled("definition-rests");
    rests(&ground, &mut ground.rehearsal(PIPELINE));
}

#[test]
fn a_failing_test_stops_before_self_update() {
    let ground = DefinitionGround::settled("definition-fails");
    let mut rehearsal = ground.rehearsal(PIPELINE);
    ground.repository.branch("later");
    ground.repository.write("tests-fail", "");
    ground
        .repository
        .edit(STAGING, "branch = \"next\"", "branch = \"later\"");
    let failing = ground.repository.commit("run another branch, untested");
    rehearsal.start(Some(failing));
    let shown = settle(&mut rehearsal, Status::Failed);
    snapshot("definition-fails", &shown);
    assert_eq!(ground.scene.world.take_changes(), NOTHING);
}

/// What no synthesis makes reaches no stage that deploys, and the next commit mends it.
#[test]
fn a_definition_that_is_refused_stops_at_build() {
    let ground = DefinitionGround::settled("definition-refused");
    let mut rehearsal = ground.rehearsal(PIPELINE);
    let (fine, refused) = ("{ min = 2, max = 4 }", "{ min = 4, max = 2 }");
    let commit = ground.repository.change(STAGING, fine, refused);
    rehearsal.start(Some(commit));
    let shown = settle(&mut rehearsal, Status::Failed);
    assert!(
        shown.contains("Build/Build") && !shown.contains("Check/Check"),
        "{shown}"
    );
    assert_eq!(ground.scene.world.take_changes(), NOTHING);
    let mended = ground.repository.change(STAGING, refused, fine);
    rehearsal.start(Some(mended));
    settle(&mut rehearsal, Status::Succeeded);
    assert_eq!(ground.scene.world.take_changes(), NOTHING);
}

/// A commit cannot remove what the pipeline updates itself with: the code of the commit is compiled, and
/// what it synthesizes is refused (`cicd-stack/tests/stacks/self_update_check.rs`).
#[test]
fn a_commit_that_fails_the_self_update_check_stops_at_build() {
    let ground = DefinitionGround::settled_compiling("definition-self-update");
    let mut rehearsal = ground.rehearsal(PIPELINE);
    let stack = "cicd-stack/src/self_update/stack.rs";
    let renamed = ground
        .repository
        .change(stack, "\"Self-update\"", "\"Update\"");
    rehearsal.start(Some(renamed));
    let (events, shown) = watch(&mut rehearsal);
    assert_eq!(statuses(&rehearsal), [Status::Failed], "{events:#?}");
    assert!(
        shown.contains("Build/Build") && !shown.contains("Check/"),
        "{shown}"
    );
    let refusal = "has the stages Source, Build, Check, Update, Deploy, Verify, expected";
    let said = |event: &Event| matches!(event, Event::Said(line) if line.contains(refusal));
    assert!(events.iter().any(said), "{events:#?}");
    assert_eq!(ground.scene.world.take_changes(), NOTHING);
}

/// The file is changed in the folder that an action has handed on last.
fn tamper(ground: &DefinitionGround, action: &str, file: &str) {
    let end = format!("-{PIPELINE}-{action}");
    let mut folders: Vec<_> = fs::read_dir(&ground.scene.setting.folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(&end))
        .collect();
    folders.sort();
    let path = folders.last().unwrap().join("artifact").join(file);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(path, text + "\n").unwrap();
}

/// Whatever comes between Build and a later stage: nothing of the release is run.
#[test]
fn a_release_that_was_changed_after_build_is_refused_by_every_stage() {
    let ground = DefinitionGround::settled("definition-tampered");
    let mut rehearsal = ground.rehearsal(PIPELINE);
    let stages = [
        ("Check", "bin/deployer"),
        ("Self-update", "assembly/assembly.json"),
        ("Deploy", "bin/deployer"),
        ("Verify", "release.json"),
    ];
    for (index, (stage, file)) in stages.into_iter().enumerate() {
        rehearsal.start(None);
        // Source and Build come first.
        for _stage in 0..index + 2 {
            rehearsal.step(&mut |_| {}).unwrap();
        }
        tamper(&ground, "Build", file);
        let (events, shown) = watch(&mut rehearsal);
        assert!(shown.starts_with(&format!("  {stage}/")), "{shown}");
        let newest = statuses(&rehearsal).pop();
        assert_eq!(newest, Some(Status::Failed), "{shown}");
        let refused = "error: this is not the release that stage Build made";
        let said = |event: &Event| matches!(event, Event::Said(line) if line.starts_with(refused));
        assert!(events.iter().any(said), "{stage}: {events:#?}");
    }
    assert_eq!(ground.scene.world.take_changes(), NOTHING);
}

/// The run that changes the pipeline is cancelled, and the one that it starts goes through.
#[test]
fn a_commit_that_changes_the_pipeline_converges_in_two_passes() {
    let ground = DefinitionGround::settled("definition-changes-itself");
    let mut rehearsal = ground.rehearsal(PIPELINE);
    ground
        .repository
        .edit(STAGING, "branch = \"next\"", "branch = \"later\"");
    let commit = ground.repository.commit("run another branch");
    ground.repository.branch("later");
    rehearsal.start(Some(commit));
    let shown = settle(&mut rehearsal, Status::Succeeded);
    snapshot("definition-changes-itself", &shown);
    assert_eq!(statuses(&rehearsal), [Status::Cancelled, Status::Succeeded]);
    let changed = ground.scene.world.take_changes();
    let first = format!("ExecuteChangeSet {CICD}");
    assert_eq!(changed.first(), Some(&first));
    rests(&ground, &mut rehearsal);
}

/// Whoever updates the pipeline dies in the middle of it, and the run fails. Gives the run.
fn crash(ground: &DefinitionGround, rehearsal: &mut Rehearsal<'_>) -> usize {
    // A change of the stack, not of the pipeline: nothing but the failure ends the run.
    let commit = ground
        .repository
        .change(STAGING, "logs_days = 30", "logs_days = 60");
    ground.scene.clouds.lose_caller_of(CICD);
    let run = rehearsal.start(Some(commit));
    let shown = settle(rehearsal, Status::Failed);
    assert!(
        shown.contains("Self-update/SelfUpdate") && !shown.contains("Deploy/Deploy"),
        "{shown}"
    );
    run
}

/// CloudFormation goes on, and the next pass finds what there is to do.
#[test]
fn a_crash_in_the_middle_of_self_update_is_recovered_by_the_next_pass() {
    let ground = DefinitionGround::settled("definition-crashes");
    let mut rehearsal = ground.rehearsal(PIPELINE);
    crash(&ground, &mut rehearsal);
    rehearsal.start(None);
    settle(&mut rehearsal, Status::Succeeded);
    rests(&ground, &mut rehearsal);
}

/// The same, where the pipeline itself was being changed: that starts it again by itself.
#[test]
fn a_crash_while_the_pipeline_changes_is_recovered_by_the_pass_that_it_starts() {
    let ground = DefinitionGround::settled("definition-crashes-changing");
    let mut rehearsal = ground.rehearsal(PIPELINE);
    ground
        .repository
        .edit(STAGING, "branch = \"next\"", "branch = \"later\"");
    let commit = ground.repository.commit("run another branch");
    ground.repository.branch("later");
    ground.scene.clouds.lose_caller_of(CICD);
    rehearsal.start(Some(commit));
    settle(&mut rehearsal, Status::Succeeded);
    assert_eq!(statuses(&rehearsal), [Status::Cancelled, Status::Succeeded]);
    rests(&ground, &mut rehearsal);
}

/// "Retry stage": what the stages before have handed on is still there.
#[test]
fn a_stage_that_failed_is_tried_again_with_what_was_handed_on() {
    let ground = DefinitionGround::settled("definition-retries");
    let mut rehearsal = ground.rehearsal(PIPELINE);
    let run = crash(&ground, &mut rehearsal);
    rehearsal.retry(run);
    let shown = settle(&mut rehearsal, Status::Succeeded);
    assert!(
        shown.contains("Self-update/SelfUpdate") && !shown.contains("Check/Check"),
        "{shown}"
    );
    assert_eq!(statuses(&rehearsal), [Status::Succeeded]);
    rests(&ground, &mut rehearsal);
}

#[test]
fn two_commits_in_quick_succession_are_both_deployed_in_order() {
    let ground = DefinitionGround::settled("definition-queues");
    let mut rehearsal = ground.rehearsal(PIPELINE);
    let [one, other] = [("30", "60"), ("60", "90")].map(|(from, to)| {
        let days = |days: &str| format!("\nlogs_days = {days}\n");
        ground.repository.change(STAGING, &days(from), &days(to))
    });
    rehearsal.start(Some(one));
    rehearsal.start(Some(other));
    settle(&mut rehearsal, Status::Succeeded);
    assert_eq!(statuses(&rehearsal), [Status::Succeeded, Status::Succeeded]);
    let network = "ExecuteChangeSet lemonade-staging-network";
    let changes = ground.scene.world.take_changes();
    let times = changes.iter().filter(|change| *change == network).count();
    assert_eq!(times, 2, "{changes:#?}");
    let deployed = ground.deployed("lemonade-staging-network").to_string();
    assert!(
        deployed.contains("\"RetentionInDays\":90"),
        "the newer commit is what is deployed at last"
    );
}
