//! The order in which executions enter stages.

use rehearsal::pipelines::pipeline::ExecutionMode;
use rehearsal::pipelines::run::{ExecutionQueue, Position, Status};

fn commits(line: &ExecutionQueue, status: Status) -> Vec<&str> {
    let runs = line.executions().iter();
    runs.filter(|run| run.status == status)
        .filter_map(|run| run.commit.as_deref())
        .collect()
}

/// Every stage goes well.
fn drain(line: &mut ExecutionQueue) -> Vec<(usize, usize)> {
    let mut entered = Vec::new();
    while let Some((run, stage)) = line.enter() {
        entered.push((run, stage));
        line.leave(run, true);
    }
    entered
}

#[test]
fn a_queue_takes_every_commit_in_order() {
    let mut line = ExecutionQueue::new(ExecutionMode::Queued, 2);
    for commit in ["a", "b", "c"] {
        line.start(Some(commit.to_owned()));
    }
    let last_stage: Vec<usize> = drain(&mut line)
        .into_iter()
        .filter(|(_, stage)| *stage == 1)
        .map(|(run, _)| run)
        .collect();
    assert_eq!(last_stage, [1, 2, 3]);
    assert_eq!(commits(&line, Status::Succeeded), ["a", "b", "c"]);
}

#[test]
fn a_newer_run_takes_the_place_of_one_that_waits() {
    let mut line = ExecutionQueue::new(ExecutionMode::Superseded, 2);
    line.start(Some("a".to_owned()));
    assert_eq!(line.enter(), Some((1, 0)));
    for commit in ["b", "c", "d"] {
        line.start(Some(commit.to_owned()));
    }
    // What is in a stage stays there.
    line.leave(1, true);
    drain(&mut line);
    assert_eq!(commits(&line, Status::Superseded), ["b", "c"]);
    assert_eq!(commits(&line, Status::Succeeded), ["a", "d"]);
}

/// Two runs may be in two stages, and none overtakes another.
#[test]
fn a_stage_holds_one_run() {
    let mut line = ExecutionQueue::new(ExecutionMode::Queued, 2);
    line.start(None);
    line.start(None);
    assert_eq!(line.enter(), Some((1, 0)));
    assert_eq!(line.enter(), None);
    line.leave(1, true);
    assert_eq!(line.enter(), Some((1, 1)));
    assert_eq!(line.enter(), Some((2, 0)));
    line.leave(2, true);
    assert_eq!(line.enter(), None);
    line.leave(1, true);
    assert_eq!(line.enter(), Some((2, 1)));
}

#[test]
fn a_failed_run_makes_way_and_can_be_tried_again() {
    let mut line = ExecutionQueue::new(ExecutionMode::Queued, 1);
    line.start(None);
    line.start(None);
    line.enter();
    line.leave(1, false);
    assert_eq!(line.enter(), Some((2, 0)));
    line.leave(2, true);
    line.retry(1);
    // What has succeeded is not done again.
    line.retry(2);
    assert_eq!(drain(&mut line), [(1, 0)]);
    assert_eq!(line.newest().unwrap().status, Status::Succeeded);
}

/// A run that changes its pipeline is cancelled; the new one takes what is newest. Those that wait
/// go on, by the new pipeline.
#[test]
fn a_changed_pipeline_starts_again() {
    let mut line = ExecutionQueue::new(ExecutionMode::Queued, 2);
    line.start(Some("a".to_owned()));
    line.start(Some("b".to_owned()));
    line.enter();
    let next = line.restart(ExecutionMode::Queued, 3);
    let first = line.execution(1).unwrap();
    assert_eq!(
        (first.status, first.position),
        (Status::Cancelled, Position::In(0))
    );
    assert_eq!(next, 3);
    assert_eq!(line.execution(next).unwrap().commit, None);
    drain(&mut line);
    assert_eq!(commits(&line, Status::Succeeded), ["b"]);
    assert_eq!(line.newest().unwrap().status, Status::Succeeded);
}
