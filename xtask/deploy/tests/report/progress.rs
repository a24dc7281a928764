//! Progress of an execution.

use std::time::Duration;

use cloudformation::StackEvent;
use deploy::execute::{Event, Remedy, StepOutcome};
use deploy::plan::StepId;
use deploy::report::progress::log::Log;
use deploy::report::progress::{Progress, RowState, json, live};
use deploy::report::{Line, OutputStyle};

use crate::outcomes::failure;
use crate::support::{ASCII, NARROW, WIDE, creation, name, resource, text};

fn id(step: &str) -> StepId {
    StepId(step.to_owned())
}

fn started(step: &str) -> Event {
    Event::StepStarted {
        step: id(step),
        stack: name(step),
    }
}

fn change_set(step: &str, resources: usize) -> Event {
    let change = cloudformation::ResourceChange {
        action: cloudformation::ChangeAction::Add,
        logical_id: "Resource".into(),
        physical_id: None,
        resource_type: "AWS::EC2::Subnet".to_owned(),
        replacement: cloudformation::Replacement::Never,
        properties: Vec::new(),
    };
    Event::ChangeSet {
        step: id(step),
        changes: vec![change; resources],
    }
}

fn on(step: &str, resource: StackEvent) -> Event {
    Event::Resource {
        step: id(step),
        resource,
    }
}

/// A first deployment of which the network is done, the load balancer fails, and the cluster goes
/// on.
fn events() -> Vec<(u64, Event)> {
    let subnet = |status| resource("SubnetA", "AWS::EC2::Subnet", status);
    let listener = "AWS::ElasticLoadBalancingV2::Listener";
    let ecs = |logical, status| on("ecs", resource(logical, "AWS::ECS::Cluster", status));
    vec![
        (
            0,
            Event::Started {
                steps: 3,
                concurrency: 16,
            },
        ),
        (0, started("network")),
        (2, change_set("network", 2)),
        (
            3,
            Event::Status {
                step: id("network"),
                status: "CREATE_IN_PROGRESS".into(),
            },
        ),
        (4, on("network", subnet("CREATE_IN_PROGRESS"))),
        (
            10,
            Event::Warning {
                step: None,
                message: "throttled: Rate exceeded; slower for a while".to_owned(),
            },
        ),
        (95, on("network", subnet("CREATE_COMPLETE"))),
        (
            96,
            Event::StepFinished {
                step: id("network"),
                outcome: StepOutcome::Done {
                    status: "CREATE_COMPLETE".into(),
                },
            },
        ),
        (96, started("loadbalancer")),
        (96, started("ecs")),
        (98, change_set("loadbalancer", 23)),
        (98, change_set("ecs", 11)),
        (
            100,
            on(
                "loadbalancer",
                resource("Listener", listener, "CREATE_IN_PROGRESS"),
            ),
        ),
        (101, ecs("Cluster", "CREATE_IN_PROGRESS")),
        (102, ecs("LaunchTemplate", "CREATE_IN_PROGRESS")),
        (103, ecs("MachineRole", "CREATE_IN_PROGRESS")),
        (104, ecs("Machines", "CREATE_IN_PROGRESS")),
        (110, ecs("Cluster", "CREATE_COMPLETE")),
        (
            130,
            on(
                "loadbalancer",
                StackEvent {
                    reason: Some("Certificate not found".to_owned()),
                    ..resource("Listener", listener, "CREATE_FAILED")
                },
            ),
        ),
        (
            131,
            Event::Status {
                step: id("loadbalancer"),
                status: "ROLLBACK_IN_PROGRESS".into(),
            },
        ),
        (
            160,
            Event::StepFinished {
                step: id("loadbalancer"),
                outcome: StepOutcome::Failed(Box::new(failure())),
            },
        ),
    ]
}

/// The state after what happened until then.
fn until(seconds: u64) -> Progress {
    let mut progress = Progress::of(&creation());
    for (at, event) in events() {
        if at <= seconds {
            progress.apply(Duration::from_secs(at), &event);
        }
    }
    progress
}

fn picture(seconds: u64, style: OutputStyle, rows: usize) -> String {
    let lines = live::live(&until(seconds), Duration::from_secs(seconds), style, rows);
    assert!(lines.len() <= rows, "{} of {rows}", lines.len());
    // What is drawn over must not be broken by the terminal.
    assert!(lines.iter().all(|line| line.width() <= style.width));
    text(&lines, style)
}

#[test]
fn the_live_picture() {
    insta::assert_snapshot!("live-begin-80", picture(50, WIDE, 24));
    insta::assert_snapshot!("live-two-80", picture(112, WIDE, 24));
    insta::assert_snapshot!("live-rolling-back-80", picture(140, WIDE, 24));
    insta::assert_snapshot!("live-failed-80", picture(165, WIDE, 24));
    insta::assert_snapshot!("live-two-40", picture(112, NARROW, 24));
    insta::assert_snapshot!("live-two-ascii", picture(112, ASCII, 24));
}

/// The live view always fits: what is higher than the terminal can't be redrawn.
#[test]
fn the_picture_is_never_higher_than_the_terminal() {
    insta::assert_snapshot!("live-low", picture(112, WIDE, 4));
    for rows in 1..12 {
        for style in [WIDE, NARROW, ASCII, OutputStyle { width: 20, ..WIDE }] {
            picture(112, style, rows.max(2));
        }
    }
}

#[test]
fn the_spinner_turns() {
    let at = |millis| {
        let lines = live::live(&until(50), Duration::from_millis(millis), WIDE, 24);
        lines[0].rendered(WIDE).as_str().chars().next().unwrap()
    };
    assert_ne!(at(50_000), at(50_125));
    assert_eq!(at(50_000), at(51_000));
}

#[test]
fn what_has_ended_stays_on_the_screen() {
    let progress = until(165);
    let lines = |style| -> Vec<Line> {
        progress
            .rows
            .iter()
            .filter(|row| matches!(row.state, RowState::Finished { .. }))
            .flat_map(|row| live::ended(row, style))
            .collect()
    };
    insta::assert_snapshot!("ended-80", text(&lines(WIDE), WIDE));
    insta::assert_snapshot!("ended-40", text(&lines(NARROW), NARROW));
    assert!(text(&lines(ASCII), ASCII).is_ascii());
}

#[test]
fn lines_for_a_log() {
    let said = |style| {
        let mut progress = Progress::of(&creation());
        let mut log = Log::default();
        let mut lines = Vec::new();
        let mut events = events().into_iter().peekable();
        for second in 0..=160 {
            let now = Duration::from_secs(second);
            while let Some((_, event)) = events.next_if(|(at, _)| *at == second) {
                progress.apply(now, &event);
                lines.extend(log.event(&progress, now, &event, style));
            }
            lines.extend(log.tick(&progress, now));
        }
        text(&lines, style)
    };
    insta::assert_snapshot!("log-80", said(WIDE));
    insta::assert_snapshot!("log-40", said(NARROW));
}

/// Since when a stack is busy, until when that is waited for, and what is done after that.
#[test]
fn lines_of_what_takes_long() {
    let mut progress = Progress::of(&creation());
    let mut log = Log::default();
    let events = [
        started("network"),
        Event::Waiting {
            step: id("network"),
            status: "UPDATE_IN_PROGRESS".into(),
            since: Some("2026-01-01T09:30:00Z".to_owned()),
            until: Some("2026-01-01T10:30:00Z".to_owned()),
        },
        Event::DeadlineExceeded {
            step: id("network"),
            status: "UPDATE_IN_PROGRESS".into(),
            minutes: 60,
            remedy: Remedy::Cancel,
        },
    ];
    let mut lines = Vec::new();
    for event in events {
        progress.apply(Duration::ZERO, &event);
        lines.extend(log.event(&progress, Duration::ZERO, &event, WIDE));
    }
    insta::assert_snapshot!(text(&lines, WIDE), @"
    0s  network             creating
    0s  network             waiting for UPDATE_IN_PROGRESS to finish, since
                            2026-01-01T09:30:00Z, until 2026-01-01T10:30:00Z
    0s  network             still UPDATE_IN_PROGRESS after 60 minutes;
                            cancelling the update
    ");
}

#[test]
fn lines_for_programs() {
    let lines: Vec<String> = events()
        .into_iter()
        .filter(|(at, _)| *at < 5)
        .map(|(at, event)| {
            json::line(Duration::from_secs(at), &event)
                .unwrap()
                .to_string()
                .trim_end()
                .to_owned()
        })
        .collect();
    for line in &lines {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(value["at"].is_number() && value["event"].is_string());
    }
    insta::assert_snapshot!("json", lines.join("\n"));
}
