//! The definition's own pipeline, rehearsed.
//!
//! One story in one environment, since each of its chapters begins where the last one ended:
//! whatever happens, the pipeline comes to rest with everything deployed, and then changes nothing.

use rehearse::run::{Event, Rehearsal, Status};

use crate::definition_ground::{DefinitionGround, PIPELINE};
use crate::ground::{folder, watch};
use crate::support::snapshot;

const CICD: &str = "lemonade-staging-cicd";

fn lines(events: &[Event]) -> String {
    let said = events.iter().filter_map(|event| match event {
        Event::Said(line) => Some(line.as_str()),
        _ => None,
    });
    said.collect::<Vec<_>>().join("\n")
}

fn statuses(rehearsal: &Rehearsal<'_>) -> Vec<Status> {
    let runs = rehearsal.line().executions().iter();
    runs.map(|run| run.status).collect()
}

/// Goes on until nothing is left to do; the newest run has to end so.
fn settle(rehearsal: &mut Rehearsal<'_>, expected: Status) -> String {
    let (events, shown) = watch(rehearsal);
    let newest = rehearsal.line().newest().unwrap().status;
    assert_eq!(newest, expected, "{shown}\n{}", lines(&events));
    shown
}

#[test]
fn whatever_happens_it_converges() {
    let folder = folder("definition");
    let ground = DefinitionGround::bootstrapped(&folder);
    let mut rehearsal = ground.rehearsal(PIPELINE);
    ground.scene.world.take_changes();

    // The first pass deploys everything that needs no image.
    rehearsal.start(None);
    let shown = settle(&mut rehearsal, Status::Succeeded);
    snapshot("definition-pass", &shown);
    let deployed = ground.scene.world.take_changes();
    assert_eq!(deployed.len(), 9, "{deployed:#?}");
    assert!(
        !deployed.iter().any(|change| change.ends_with(CICD)),
        "{deployed:#?}"
    );

    // A pass without changes changes nothing.
    rehearsal.start(None);
    settle(&mut rehearsal, Status::Succeeded);
    assert_eq!(ground.scene.world.take_changes(), [""; 0]);

    // A failing test stops before the pipeline is updated.
    ground.repository.branch("later");
    let edit = |from: &str, to: &str| {
        ground
            .repository
            .edit("environments/staging.toml", from, to)
    };
    ground.repository.write("tests-fail", "");
    edit("branch = \"next\"", "branch = \"later\"");
    let failing = ground.repository.commit("run another branch, untested");
    rehearsal.start(Some(failing));
    let shown = settle(&mut rehearsal, Status::Failed);
    assert!(
        shown.contains("Check/Check") && !shown.contains("Self-update"),
        "{shown}"
    );
    assert_eq!(ground.scene.world.take_changes(), [""; 0]);

    // A commit that changes the pipeline: the run that does it is cancelled, and the one that it
    // starts goes through. Two passes.
    ground.repository.remove("tests-fail");
    let tested = ground.repository.commit("run another branch");
    ground.repository.branch("later");
    let before = statuses(&rehearsal).len();
    rehearsal.start(Some(tested));
    let shown = settle(&mut rehearsal, Status::Succeeded);
    snapshot("definition-changes-itself", &shown);
    assert_eq!(
        statuses(&rehearsal)[before..],
        [Status::Cancelled, Status::Succeeded]
    );
    let changed = ground.scene.world.take_changes();
    assert_eq!(
        changed.first().map(String::as_str),
        Some(&*format!("ExecuteChangeSet {CICD}"))
    );
    rehearsal.start(None);
    settle(&mut rehearsal, Status::Succeeded);
    assert_eq!(ground.scene.world.take_changes(), [""; 0]);

    // Whoever updates the pipeline dies in the middle of it. CloudFormation goes on, and the next
    // pass finds what there is to do.
    edit("branch = \"later\"", "branch = \"next\"");
    let back = ground.repository.commit("run the branch again");
    ground.scene.clouds.lose_caller_of(CICD);
    rehearsal.start(Some(back));
    settle(&mut rehearsal, Status::Succeeded);
    ground.scene.world.take_changes();

    // Two commits in quick succession are both deployed, in order.
    let logs = "logs_days = ";
    edit(&format!("{logs}30"), &format!("{logs}60"));
    let one = ground.repository.commit("keep logs for 60 days");
    edit(&format!("{logs}60"), &format!("{logs}90"));
    let other = ground.repository.commit("keep logs for 90 days");
    let before = statuses(&rehearsal).len();
    rehearsal.start(Some(one));
    rehearsal.start(Some(other));
    settle(&mut rehearsal, Status::Succeeded);
    assert_eq!(
        statuses(&rehearsal)[before..],
        [Status::Succeeded, Status::Succeeded]
    );
    let network = "ExecuteChangeSet lemonade-staging-network";
    let changes = ground.scene.world.take_changes();
    let times = changes.iter().filter(|change| *change == network).count();
    assert_eq!(times, 2, "{changes:#?}");
}
