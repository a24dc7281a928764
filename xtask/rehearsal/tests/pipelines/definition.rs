//! Rehearsals of the definition's pipeline: whatever happens, it ends with everything deployed, and
//! then changes nothing.
//!
//! Each test starts from its own copy of an environment that has been deployed once.

use std::fs;

use rehearsal::pipelines::run::{Event, Rehearsal, Status};

use crate::definition_fixture::{DefinitionFixture, PIPELINE, first_pass, settle};
use crate::fixture::watch;
use crate::support::snapshot;

const CICD: &str = "lemonade-staging-cicd";
const STAGING: &str = "environments/staging.toml";
const NOTHING: [&str; 0] = [];

fn statuses(rehearsal: &Rehearsal<'_>) -> Vec<Status> {
    let runs = rehearsal.queue().executions().iter();
    runs.map(|run| run.status).collect()
}

/// A pass without changes, which changes nothing.
fn rests(fixture: &DefinitionFixture, rehearsal: &mut Rehearsal<'_>) {
    fixture.test_bed.services.take_changes();
    rehearsal.start(None);
    settle(rehearsal, Status::Succeeded);
    assert_eq!(fixture.test_bed.services.take_changes(), NOTHING);
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
    let fixture = DefinitionFixture::settled("definition-rests");
    rests(&fixture, &mut fixture.rehearsal(PIPELINE));
}

#[test]
fn a_failing_test_stops_before_self_update() {
    let fixture = DefinitionFixture::settled("definition-fails");
    let mut rehearsal = fixture.rehearsal(PIPELINE);
    fixture.repository.branch("later");
    fixture.repository.write("tests-fail", "");
    fixture
        .repository
        .edit(STAGING, "branch = \"next\"", "branch = \"later\"");
    let failing = fixture.repository.commit("run another branch, untested");
    rehearsal.start(Some(failing));
    let shown = settle(&mut rehearsal, Status::Failed);
    snapshot("definition-fails", &shown);
    assert_eq!(fixture.test_bed.services.take_changes(), NOTHING);
}

/// What no synthesis makes reaches no stage that deploys, and the next commit mends it.
#[test]
fn a_definition_that_is_refused_stops_at_build() {
    let fixture = DefinitionFixture::settled("definition-refused");
    let mut rehearsal = fixture.rehearsal(PIPELINE);
    let (fine, refused) = ("{ min = 2, max = 4 }", "{ min = 4, max = 2 }");
    let commit = fixture.repository.change(STAGING, fine, refused);
    rehearsal.start(Some(commit));
    let shown = settle(&mut rehearsal, Status::Failed);
    assert!(
        shown.contains("Build/Build") && !shown.contains("Check/Check"),
        "{shown}"
    );
    assert_eq!(fixture.test_bed.services.take_changes(), NOTHING);
    let mended = fixture.repository.change(STAGING, refused, fine);
    rehearsal.start(Some(mended));
    settle(&mut rehearsal, Status::Succeeded);
    assert_eq!(fixture.test_bed.services.take_changes(), NOTHING);
}

/// A commit can't remove the pipeline's ability to update itself: its code is compiled, and refuses
/// its own synthesis (`cicd-stack/tests/stacks/self_update_check.rs`).
#[test]
fn a_commit_without_self_update_stops_at_build() {
    let fixture = DefinitionFixture::settled_compiling("definition-without-self-update");
    let mut rehearsal = fixture.rehearsal(PIPELINE);
    let stack = "cicd-stack/src/self_update/stack.rs";
    let renamed = fixture
        .repository
        .change(stack, "\"Self-update\"", "\"Update\"");
    rehearsal.start(Some(renamed));
    let (events, shown) = watch(&mut rehearsal);
    assert_eq!(statuses(&rehearsal), [Status::Failed], "{events:#?}");
    assert!(
        shown.contains("Build/Build") && !shown.contains("Check/"),
        "{shown}"
    );
    let first_denied = "has the stages Source, Build, Check, Update, Deploy, Verify, expected";
    let said = |event: &Event| matches!(event, Event::Said(line) if line.contains(first_denied));
    assert!(events.iter().any(said), "{events:#?}");
    assert_eq!(fixture.test_bed.services.take_changes(), NOTHING);
}

/// Changes a file of the last artifact of an action.
fn tamper(fixture: &DefinitionFixture, action: &str, file: &str) {
    let end = format!("-{PIPELINE}-{action}");
    let mut folders: Vec<_> = fs::read_dir(&fixture.test_bed.config.folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(&end))
        .collect();
    folders.sort();
    let path = folders.last().unwrap().join("artifact").join(file);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(path, text + "\n").unwrap();
}

/// A release that was changed between Build and a later stage does not run.
#[test]
fn a_release_that_was_changed_after_build_is_refused_by_every_stage() {
    let fixture = DefinitionFixture::settled("definition-tampered");
    let mut rehearsal = fixture.rehearsal(PIPELINE);
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
        tamper(&fixture, "Build", file);
        let (events, shown) = watch(&mut rehearsal);
        assert!(shown.starts_with(&format!("  {stage}/")), "{shown}");
        let newest = statuses(&rehearsal).pop();
        assert_eq!(newest, Some(Status::Failed), "{shown}");
        let refused = "error: this is not the release that stage Build made";
        let said = |event: &Event| matches!(event, Event::Said(line) if line.starts_with(refused));
        assert!(events.iter().any(said), "{stage}: {events:#?}");
    }
    assert_eq!(fixture.test_bed.services.take_changes(), NOTHING);
}

/// The run that changes the pipeline is cancelled, and the one that it starts goes through.
#[test]
fn a_commit_that_changes_the_pipeline_converges_in_two_passes() {
    let fixture = DefinitionFixture::settled("definition-changes-itself");
    let mut rehearsal = fixture.rehearsal(PIPELINE);
    fixture
        .repository
        .edit(STAGING, "branch = \"next\"", "branch = \"later\"");
    let commit = fixture.repository.commit("run another branch");
    fixture.repository.branch("later");
    rehearsal.start(Some(commit));
    let shown = settle(&mut rehearsal, Status::Succeeded);
    snapshot("definition-changes-itself", &shown);
    assert_eq!(statuses(&rehearsal), [Status::Cancelled, Status::Succeeded]);
    let changed = fixture.test_bed.services.take_changes();
    let first = format!("ExecuteChangeSet {CICD}");
    assert_eq!(changed.first(), Some(&first));
    rests(&fixture, &mut rehearsal);
}

/// Self-update is killed in the middle, and the execution fails. Returns its number.
fn crash(fixture: &DefinitionFixture, rehearsal: &mut Rehearsal<'_>) -> usize {
    // A change of the stack, not of the pipeline: nothing but the failure ends the run.
    let commit = fixture
        .repository
        .change(STAGING, "logs_days = 30", "logs_days = 60");
    fixture.test_bed.backend.lose_next_caller_of(CICD);
    let run = rehearsal.start(Some(commit));
    let shown = settle(rehearsal, Status::Failed);
    assert!(
        shown.contains("Self-update/SelfUpdate") && !shown.contains("Deploy/Deploy"),
        "{shown}"
    );
    run
}

/// CloudFormation continues, and the next execution finds what is left to do.
#[test]
fn a_crash_in_the_middle_of_self_update_is_recovered_by_the_next_pass() {
    let fixture = DefinitionFixture::settled("definition-crashes");
    let mut rehearsal = fixture.rehearsal(PIPELINE);
    crash(&fixture, &mut rehearsal);
    rehearsal.start(None);
    settle(&mut rehearsal, Status::Succeeded);
    rests(&fixture, &mut rehearsal);
}

/// The same, where the pipeline itself is updated, which restarts it.
#[test]
fn a_crash_while_the_pipeline_changes_is_recovered_by_the_pass_that_it_starts() {
    let fixture = DefinitionFixture::settled("definition-crashes-changing");
    let mut rehearsal = fixture.rehearsal(PIPELINE);
    fixture
        .repository
        .edit(STAGING, "branch = \"next\"", "branch = \"later\"");
    let commit = fixture.repository.commit("run another branch");
    fixture.repository.branch("later");
    fixture.test_bed.backend.lose_next_caller_of(CICD);
    rehearsal.start(Some(commit));
    settle(&mut rehearsal, Status::Succeeded);
    assert_eq!(statuses(&rehearsal), [Status::Cancelled, Status::Succeeded]);
    rests(&fixture, &mut rehearsal);
}

/// "Retry stage": what the stages before have handed on is still there.
#[test]
fn a_stage_that_failed_is_tried_again_with_what_was_handed_on() {
    let fixture = DefinitionFixture::settled("definition-retries");
    let mut rehearsal = fixture.rehearsal(PIPELINE);
    let run = crash(&fixture, &mut rehearsal);
    rehearsal.retry(run);
    let shown = settle(&mut rehearsal, Status::Succeeded);
    assert!(
        shown.contains("Self-update/SelfUpdate") && !shown.contains("Check/Check"),
        "{shown}"
    );
    assert_eq!(statuses(&rehearsal), [Status::Succeeded]);
    rests(&fixture, &mut rehearsal);
}

#[test]
fn two_commits_in_quick_succession_are_both_deployed_in_order() {
    let fixture = DefinitionFixture::settled("definition-queues");
    let mut rehearsal = fixture.rehearsal(PIPELINE);
    let [one, other] = [("30", "60"), ("60", "90")].map(|(from, to)| {
        let days = |days: &str| format!("\nlogs_days = {days}\n");
        fixture.repository.change(STAGING, &days(from), &days(to))
    });
    rehearsal.start(Some(one));
    rehearsal.start(Some(other));
    settle(&mut rehearsal, Status::Succeeded);
    assert_eq!(statuses(&rehearsal), [Status::Succeeded, Status::Succeeded]);
    let network = "ExecuteChangeSet lemonade-staging-network";
    let changes = fixture.test_bed.services.take_changes();
    let times = changes.iter().filter(|change| *change == network).count();
    assert_eq!(times, 2, "{changes:#?}");
    let deployed = fixture.deployed("lemonade-staging-network").to_string();
    assert!(
        deployed.contains("\"RetentionInDays\":90"),
        "the newer commit is what is deployed at last"
    );
}
