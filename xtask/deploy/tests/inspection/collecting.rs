//! Looking at a service while it is deployed, in virtual time.

use std::time::Duration;

use cloudformation::StackName;
use deploy::diagnose::{CollectOptions, Evidence, Target, collect, collect_while, explain};
use deploy::inspect::services::{
    Answer, Container, EcsDeployment, EcsService, LogLine, ServiceError, ServiceEvent, Task,
};
use deploy::report::inspection;
use deploy::timestamp::Timestamp;
use tokio::time::{Instant, sleep};

use crate::fake_services::{FakeServices, denied};
use crate::support::{NARROW, WIDE, assembly, staging, text};

fn target() -> Target {
    let environment = staging();
    Target::of(&environment, environment.application("web").unwrap())
}

fn crashed(number: u64) -> Task {
    Task {
        arn: format!("arn:aws:ecs:eu-west-1:444455556666:task/lemonade-staging/task-{number}"),
        stop_code: Some("EssentialContainerExited".to_owned()),
        stopped_reason: Some("Essential container in task exited".to_owned()),
        started: None,
        stopped: Some(Timestamp::from_seconds(i64::try_from(number).unwrap())),
        containers: vec![Container {
            name: "web".to_owned(),
            exit_code: Some(1),
            ..Container::default()
        }],
    }
}

fn event(id: &str, message: &str) -> ServiceEvent {
    ServiceEvent {
        id: id.to_owned(),
        at: Timestamp::from_seconds(0),
        message: message.to_owned(),
    }
}

/// A service whose deployment crashes once a minute, for ten minutes, and is then rolled back: its
/// deployment and everything else of it goes. Lines of a log come twenty seconds late.
fn crashing(begin: Instant) -> FakeServices {
    let minutes = move || begin.elapsed().as_secs() / 60;
    let old = || {
        vec![
            event("old-3", "(service web) has started 1 tasks: (task 0)."),
            event("old-2", "(service web) has reached a steady state."),
            event(
                "old-1",
                "(service web) (port 1) is unhealthy in (target-group web) due to (reason Request timed out)",
            ),
        ]
    };
    FakeServices {
        service: Box::new(move || {
            let mut events = old();
            for minute in 1..=minutes().min(9) {
                let message = format!("(service web) has started 1 tasks: (task {minute}).");
                events.insert(0, event(&format!("new-{minute}"), &message));
            }
            let (id, reason) = match minutes() {
                0..10 => ("ecs-svc/2", None),
                _ => ("ecs-svc/1", Some("rolled back".to_owned())),
            };
            Ok(Some(EcsService {
                desired: 2,
                running: 0,
                deployments: vec![EcsDeployment {
                    id: id.to_owned(),
                    rollout: None,
                    reason,
                    failed_tasks: 1,
                }],
                events,
            }))
        }),
        stopped: Box::new(move || {
            let last = minutes();
            // Afterwards they are forgotten.
            let tasks = if last < 10 { 0..=last } else { 0..=0 };
            Ok(tasks.map(crashed).collect())
        }),
        lines: Box::new(move |stream| {
            let number: u64 = stream.rsplit('-').next().unwrap().parse().unwrap();
            let is_there = begin.elapsed() >= Duration::from_secs(number * 60 + 20);
            let line = |text: &str| LogLine {
                at: Timestamp::from_seconds(0),
                text: text.to_owned(),
            };
            Ok(if is_there {
                vec![line("starting"), line("panic: no DATABASE_URL")]
            } else {
                Vec::new()
            })
        }),
        ..FakeServices::default()
    }
}

async fn watch(services: &FakeServices, minutes: u64) -> Evidence {
    let end = sleep(Duration::from_secs(minutes * 60));
    collect(services, &target(), CollectOptions::default(), end).await
}

#[tokio::test(start_paused = true)]
async fn what_goes_with_the_rollback_is_kept() {
    let services = crashing(Instant::now());
    let evidence = watch(&services, 12).await;
    // Task 0 had stopped before.
    assert_eq!(evidence.tasks.len(), 9);
    assert_eq!(evidence.events.len(), 9);
    // Said since it was steady, and before the first poll.
    assert_eq!(evidence.before.len(), 1);
    assert_eq!(evidence.deployments.len(), 2);
    assert!(evidence.errors.is_empty());

    let explanations = explain(&target(), &evidence);
    insta::assert_snapshot!(
        "crash-loop",
        text(&inspection::explanations(&explanations, &evidence), WIDE)
    );
}

/// A stack takes long, so its calls should be few.
#[tokio::test(start_paused = true)]
async fn calls_do_not_grow_with_the_tasks() {
    let services = crashing(Instant::now());
    let evidence = watch(&services, 9).await;
    let asked = services.asked();
    let calls = |action: &str| asked.iter().filter(|line| line.starts_with(action)).count();
    // At the beginning, every fifteen seconds, and once after the end.
    assert_eq!(calls("ecs:DescribeServices"), 37);
    assert_eq!(calls("ecs:ListTasks"), 37);
    assert_eq!(calls("ecs:DescribeTasks"), evidence.tasks.len());
    // Each of three tasks: not there yet, not there yet, there.
    assert_eq!(evidence.lines.len(), 3);
    assert!(
        calls("logs:GetLogEvents") <= 9,
        "{}",
        calls("logs:GetLogEvents")
    );
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_not_there_yet_has_no_past() {
    let begin = Instant::now();
    let inner = crashing(begin);
    let later = move || begin.elapsed() > Duration::from_secs(60);
    let services = FakeServices {
        service: Box::new(move || if later() { (inner.service)() } else { Ok(None) }),
        stopped: Box::new(move || {
            Ok(if later() {
                vec![crashed(1)]
            } else {
                Vec::new()
            })
        }),
        ..FakeServices::default()
    };
    let evidence = watch(&services, 3).await;
    assert!(evidence.before.is_empty());
    assert_eq!(evidence.tasks.len(), 1);
    assert!(evidence.events.iter().any(|one| one.id == "old-1"));
}

#[tokio::test(start_paused = true)]
async fn a_caller_without_the_permission_is_told_so() {
    let services = FakeServices {
        denies_all: true,
        ..FakeServices::default()
    };
    let evidence = watch(&services, 30).await;
    let explanations = explain(&target(), &evidence);
    assert!(explanations.is_empty());
    insta::assert_snapshot!(
        "denied",
        text(&inspection::explanations(&explanations, &evidence), NARROW)
    );
}

/// The first look fails: the past is what the second one sees.
#[tokio::test(start_paused = true)]
async fn a_first_look_that_fails_takes_nothing_old_for_new() {
    let begin = Instant::now();
    let inner = crashing(begin);
    let fails = move || begin.elapsed() < Duration::from_secs(10);
    let throttled = || ServiceError::Throttled("Rate exceeded".into());
    let services = FakeServices {
        service: Box::new(move || -> Answer<Option<EcsService>> {
            if fails() {
                Err(throttled())
            } else {
                (inner.service)()
            }
        }),
        stopped: Box::new(move || {
            if fails() {
                Err(denied("ecs:ListTasks"))
            } else {
                Ok(vec![crashed(0)])
            }
        }),
        ..FakeServices::default()
    };
    let evidence = watch(&services, 1).await;
    assert!(evidence.tasks.is_empty());
    assert_eq!(evidence.before.len(), 1);
    assert_eq!(evidence.errors.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn services_are_polled_during_the_work_and_no_longer() {
    let begin = Instant::now();
    let services = crashing(begin);
    let targets = ["one", "two"].map(|name| (StackName::from(name), target()));
    let work = async {
        sleep(Duration::from_secs(300)).await;
        "done"
    };
    let (result, evidence) =
        collect_while(&services, &targets.into(), CollectOptions::default(), work).await;
    assert_eq!(result, "done");
    assert_eq!(evidence.len(), 2);
    assert!(evidence.values().all(|one| one.tasks.len() == 5));
    assert!(
        begin.elapsed() <= Duration::from_secs(305),
        "{:?}",
        begin.elapsed()
    );

    // With many services, each is looked at less often.
    let before = services.asked().len();
    let many = (0..100).map(|number| (StackName::new(number.to_string()), target()));
    let work = sleep(Duration::from_secs(300));
    collect_while(&services, &many.collect(), CollectOptions::default(), work).await;
    let calls = services.asked().len() - before;
    // Four looks instead of twenty-one.
    assert!(calls <= 100 * 4 * 4, "{calls}");
}

/// Who deploys a release knows a service by its stack alone, and looks at the same.
#[test]
fn a_service_is_known_by_its_stack() {
    let environment = staging();
    let assembly = assembly();
    let of_stack: Vec<Target> = assembly
        .stacks
        .iter()
        .filter_map(|stack| Target::of_stack(environment.name, stack))
        .collect();
    let of_application = |target: &Target| {
        let application = environment.application(&target.service).unwrap();
        Target::of(&environment, application)
    };
    assert_eq!(of_stack.len(), environment.applications.len());
    for target in of_stack {
        assert_eq!(target, of_application(&target));
    }
}
