//! Sentences of ECS, and what they are boiled down to.

use deploy::diagnose::{Evidence, Target, explain};
use deploy::inspect::services::{Container, EcsDeployment, LogLine, ServiceEvent, Task};
use deploy::timestamp::Timestamp;

use crate::support::staging;

const IMAGE: &str = "444455556666.dkr.ecr.eu-west-1.amazonaws.com/lemonade/staging/web@sha256:0a0b";

fn target() -> Target {
    let environment = staging();
    Target::of(&environment, environment.application("web").unwrap())
}

fn event(number: usize, message: &str) -> ServiceEvent {
    ServiceEvent {
        id: format!("event-{number}"),
        at: Timestamp::from_seconds(i64::try_from(number).unwrap()),
        message: message.to_owned(),
    }
}

fn task(number: usize, stop: (&str, &str), exit: Option<i64>, reason: Option<&str>) -> Task {
    Task {
        arn: format!("arn:aws:ecs:eu-west-1:444455556666:task/lemonade-staging/{number:032x}"),
        stop_code: Some(stop.0.to_owned()),
        stopped_reason: Some(stop.1.to_owned()),
        started: None,
        stopped: Some(Timestamp::from_seconds(i64::try_from(number).unwrap())),
        containers: vec![Container {
            name: "web".to_owned(),
            image: Some(IMAGE.to_owned()),
            exit_code: exit,
            reason: reason.map(str::to_owned),
        }],
    }
}

fn of_tasks(tasks: impl IntoIterator<Item = Task>) -> Evidence {
    Evidence {
        tasks: tasks
            .into_iter()
            .map(|task| (task.arn.clone(), task))
            .collect(),
        ..Evidence::default()
    }
}

fn of_events(messages: &[&str]) -> Evidence {
    let events = messages.iter().enumerate();
    Evidence {
        events: events
            .map(|(number, message)| event(number, message))
            .collect(),
        ..Evidence::default()
    }
}

fn causes(evidence: &Evidence) -> Vec<String> {
    let explanations = explain(&target(), evidence);
    explanations.iter().map(|one| one.summary()).collect()
}

/// Events as AWS documents them, or as people have published them.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-unhealthy-event-messages.html>
const EVENTS: &[(&str, &str)] = &[
    (
        "(service web) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance 0b1a4979) has insufficient memory available. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.",
        "no machine meets all requirements: memory",
    ),
    (
        "(service web) was unable to place a task because no container instance met all of its requirements. The closest matching container-instance 0b1a4979 has insufficient CPU units available.",
        "no machine meets all requirements: cpu",
    ),
    (
        "(service web) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance 0b1a4979) is already using a port required by your task. For more information, see the Troubleshooting section.",
        "no machine meets all requirements: a free port",
    ),
    (
        "(service web) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance 0b1a4979) is missing an attribute required by your task.",
        "no machine meets all requirements: a required attribute",
    ),
    (
        "(service web) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance 0b1a4979) encountered error \"AGENT\". For more information, see the Troubleshooting section.",
        "no machine meets all requirements: a connected agent",
    ),
    (
        "(service web) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance fb2ddff7) encountered error \"MemberOf placement constraint unsatisfied.\".",
        "no machine meets all requirements: a required attribute",
    ),
    (
        "(service web) was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.",
        "the cluster has no machine",
    ),
    (
        "(service web) was unable to place a task because no container instance met all of its requirements.",
        "no machine meets all requirements: unspecified",
    ),
    (
        "(service web) was unable to place a task. Reason: CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 444455556666.dkr.ecr.eu-west-1.amazonaws.com/lemonade/staging/web@sha256:0a0b: not found.",
        "image not found: 444455556666.dkr.ecr.eu-west-1.amazonaws.com/lemonade/staging/web@sha256:0a0b",
    ),
    (
        "(service web) was unable to place a task. Reason: You've reached the limit on the number of tasks you can run concurrently.",
        "You've reached the limit on the number of tasks you can run concurrently",
    ),
    (
        "(service web) (instance i-0123456789abcdef0) (port 32768) is unhealthy in (target-group arn:aws:elasticloadbalancing:eu-west-1:444455556666:targetgroup/web/1) due to (reason Health checks failed with these codes: [503])",
        "health check fails on /health: 503",
    ),
    (
        "(service web) (task 0123) (instance i-0123456789abcdef0) (port 32768) is unhealthy in (target-group web) due to (reason Request timed out)",
        "health check fails on /health: request timed out",
    ),
    (
        "service web (port 8080) is unhealthy in target-group web due to (reason Health checks failed).",
        "health check fails on /health: connection refused or reset",
    ),
    (
        "(service web) (task 0123456789abcdef) failed container health checks.",
        "health check fails: the container's own health check",
    ),
    (
        "(service web) failed to launch a task with (error ECS was unable to assume the role 'arn:aws:iam::444455556666:role/lemonade/staging/lemonade-staging-web-execution' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.).",
        "ECS can't assume the role lemonade-staging-web-execution",
    ),
    (
        "(service web) failed to launch a task with (error ClientException: Too many concurrent attempts to create a new revision of the specified family.).",
        "ClientException: Too many concurrent attempts to create a new revision of the specified family",
    ),
    (
        "(service web) (deployment ecs-svc/0123456789) deployment failed: alarm detected.",
        "an alarm that the deployment watches went off",
    ),
    (
        "(service web) operations are being throttled. Will try again later.",
        "ECS is throttled, and retries later",
    ),
    (
        "(service web) is unable to consistently start tasks successfully. For more information, see the Troubleshooting section.",
        "tasks fail to start, or stop again",
    ),
    (
        "(service web) (deployment ecs-svc/0123456789) deployment failed: tasks failed to start.",
        "tasks fail to start, or stop again",
    ),
];

/// Events that say nothing of a cause.
const NO_CAUSE: &[&str] = &[
    "(service web) has reached a steady state.",
    "(service web) has started 2 tasks: (task 0123) (task 4567).",
    "(service web) has begun draining connections on 1 tasks.",
    "(service web) registered 1 targets in (target-group web)",
    "(service web) deregistered 1 targets in (target-group web)",
    "(service web) has stopped 1 running tasks: (task 0123).",
    "(service web) (deployment ecs-svc/0123456789) deployment completed.",
    "(service web) rolling back to deployment ecs-svc/0123456789.",
];

#[test]
fn events_are_boiled_down() {
    for (message, cause) in EVENTS {
        assert_eq!(causes(&of_events(&[message])), [*cause], "{message}");
    }
    for message in NO_CAUSE {
        assert_eq!(causes(&of_events(&[message])), [""; 0], "{message}");
    }
}

type Stop = (&'static str, &'static str);
const EXITED: Stop = (
    "EssentialContainerExited",
    "Essential container in task exited",
);
const NOT_STARTED: Stop = ("TaskFailedToStart", "Task failed to start");

/// Code and reason at the task, exit code and reason at the container.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>
const STOPS: &[(Stop, Option<i64>, Option<&str>, &str)] = &[
    (EXITED, Some(1), None, "container `web` exits with 1"),
    (
        EXITED,
        Some(0),
        None,
        "container `web` exits with 0: it ended without an error",
    ),
    (
        EXITED,
        Some(127),
        None,
        "container `web` exits with 127: its command is not found",
    ),
    (
        EXITED,
        Some(139),
        None,
        "container `web` exits with 139: segmentation fault",
    ),
    (EXITED, None, None, "container `web` exits"),
    (
        EXITED,
        Some(137),
        Some("OutOfMemoryError: Container killed due to memory usage"),
        "out of memory: container `web` took more than its limit",
    ),
    (
        NOT_STARTED,
        None,
        Some(
            "CannotPullContainerError: Error response from daemon: manifest for 444455556666.dkr.ecr.eu-west-1.amazonaws.com/lemonade/staging/web@sha256:0a0b not found: manifest unknown: Requested image not found",
        ),
        "image not found: 444455556666.dkr.ecr.eu-west-1.amazonaws.com/lemonade/staging/web@sha256:0a0b",
    ),
    (
        (
            "TaskFailedToStart",
            "CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'",
        ),
        None,
        None,
        "the image is not built for linux/amd64",
    ),
    (
        NOT_STARTED,
        None,
        Some(
            "CannotPullContainerError: Error response from daemon: no matching manifest for linux/arm64/v8 in the manifest list entries",
        ),
        "the image is not built for linux/arm64/v8",
    ),
    (
        NOT_STARTED,
        None,
        Some(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref docker.io/mycontainer:latest: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
        ),
        "the image can't be fetched: insufficient_scope: authorization failed",
    ),
    (
        NOT_STARTED,
        None,
        Some(
            "CannotPullContainerError: Error response from daemon: Get https://444455556666.dkr.ecr.eu-west-1.amazonaws.com/v2/: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
        ),
        "the image can't be fetched: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
    ),
    (
        (
            "TaskFailedToStart",
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:eu-west-1:444455556666:secret:lemonade/staging/api/DATABASE_URL-AbCdEf from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
        ),
        None,
        None,
        "the secret lemonade/staging/api/DATABASE_URL has no value",
    ),
    (
        NOT_STARTED,
        None,
        Some(
            "Fetching secret data from AWS Secrets Manager in region eu-west-1: secret arn:aws:secretsmanager:eu-west-1:444455556666:secret:lemonade/staging/api/SESSION_KEY-GhIjKl: AccessDeniedException: Access to KMS is not allowed",
        ),
        "a secret can't be read: AccessDeniedException: Access to KMS is not allowed",
    ),
    (
        NOT_STARTED,
        None,
        Some(
            "CannotStartContainerError: Error response from daemon: failed to create task for container: failed to initialize logging driver: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.",
        ),
        "the log can't be written: ResourceNotFoundException: The specified log group does not exist",
    ),
    (
        NOT_STARTED,
        Some(127),
        Some(
            "CannotStartContainerError: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"serve\": executable file not found in $PATH: unknown",
        ),
        "container `web` can't be started: \"serve\": executable file not found in $PATH",
    ),
    (
        NOT_STARTED,
        None,
        Some("DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s"),
        "container `web` can't be started: DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s",
    ),
    (
        (
            "ServiceSchedulerInitiated",
            "Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:eu-west-1:444455556666:targetgroup/web/1)",
        ),
        Some(143),
        None,
        "health check fails on /health",
    ),
    (
        (
            "ServiceSchedulerInitiated",
            "Task failed container health checks",
        ),
        Some(137),
        None,
        "health check fails: the container's own health check",
    ),
    (
        (
            "TerminationNotice",
            "Host EC2 (instance i-0123456789abcdef0) terminated.",
        ),
        None,
        None,
        "the machine of a task was terminated",
    ),
    (
        (
            "TaskFailedToStart",
            "Unexpected EC2 error while attempting to tag the network interface: InternalError",
        ),
        None,
        None,
        "Unexpected EC2 error while attempting to tag the network interface: InternalError",
    ),
];

/// Stops that are no failure: a scale-in, a deployment that replaces, a person.
const NO_FAILURE: &[(Stop, Option<i64>)] = &[
    (
        (
            "ServiceSchedulerInitiated",
            "Scaling activity initiated by (deployment ecs-svc/0123456789)",
        ),
        Some(143),
    ),
    (("UserInitiated", "Task stopped by user"), Some(137)),
];

#[test]
fn stops_are_boiled_down() {
    for (stop, exit, reason, cause) in STOPS {
        let evidence = of_tasks([task(1, *stop, *exit, *reason)]);
        assert_eq!(causes(&evidence), [*cause], "{stop:?} {reason:?}");
    }
    for (stop, exit) in NO_FAILURE {
        let evidence = of_tasks([task(1, *stop, *exit, None)]);
        assert_eq!(causes(&evidence), [""; 0], "{stop:?}");
    }
}

#[test]
fn tasks_of_one_cause_are_counted_and_the_last_one_speaks() {
    let mut evidence = of_tasks((1..=3).map(|number| task(number, EXITED, Some(1), None)));
    evidence.events = of_events(&[
        "(service web) is unable to consistently start tasks successfully.",
        "(service web) (deployment ecs-svc/1) deployment failed: tasks failed to start.",
    ])
    .events;
    for number in [1, 2] {
        let arn = task(number, EXITED, None, None).arn;
        let line = |text: String| LogLine {
            at: Timestamp::from_seconds(0),
            text,
        };
        let lines = (0..20).map(|row| line(format!("task {number} says {row}\n")));
        evidence
            .lines
            .insert((arn, "web".to_owned()), lines.collect());
    }
    let explanations = explain(&target(), &evidence);
    let [only] = explanations.as_slice() else {
        panic!("{explanations:#?}");
    };
    assert_eq!(only.summary(), "container `web` exits with 1 (3 tasks)");
    assert_eq!(only.lines.len(), 12);
    assert_eq!(
        only.lines.last().map(String::as_str),
        Some("task 2 says 19")
    );
}

#[test]
fn a_stopped_task_and_an_event_tell_of_one_check() {
    let mut evidence = of_tasks([task(
        1,
        (
            "ServiceSchedulerInitiated",
            "Task failed ELB health checks in (target-group arn:aws:1)",
        ),
        Some(143),
        None,
    )]);
    evidence.events = of_events(&[
        "(service web) (port 32768) is unhealthy in (target-group web) due to (reason Health checks failed with these codes: [404])",
    ])
    .events;
    assert_eq!(causes(&evidence), ["health check fails on /health: 404"]);
}

#[test]
fn of_several_causes_the_most_telling_comes_first() {
    let mut evidence = of_tasks([
        task(1, EXITED, Some(1), None),
        task(
            2,
            NOT_STARTED,
            None,
            Some("CannotPullContainerError: x: not found"),
        ),
    ]);
    evidence.events = of_events(&[
        "(service web) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance 1) has insufficient memory available.",
    ])
    .events;
    assert_eq!(
        causes(&evidence),
        [
            &format!("image not found: {IMAGE}"),
            "container `web` exits with 1",
            "no machine meets all requirements: memory",
        ]
    );
}

/// The sidecar that was told to end is not the one that failed.
#[test]
fn the_container_that_ended_badly_is_named() {
    let mut task = task(1, EXITED, Some(137), None);
    task.containers.push(Container {
        name: "main".to_owned(),
        exit_code: Some(2),
        ..Container::default()
    });
    assert_eq!(causes(&of_tasks([task])), ["container `main` exits with 2"]);
}

/// ECS does not repeat what it said of a cause that lasts.
#[test]
fn what_was_said_before_counts_where_nothing_else_does() {
    let old = event(
        1,
        "(service web) was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster.",
    );
    let mut evidence = Evidence {
        before: vec![old],
        ..Evidence::default()
    };
    evidence.deployments.insert(
        "ecs-svc/1".to_owned(),
        EcsDeployment {
            id: "ecs-svc/1".to_owned(),
            rollout: Some("FAILED".to_owned()),
            reason: Some("ECS deployment circuit breaker: tasks failed to start.".to_owned()),
            failed_tasks: 0,
        },
    );
    assert_eq!(causes(&evidence), ["the cluster has no machine"]);
    evidence.events = vec![event(
        2,
        "(service web) (deployment 1) deployment failed: alarm detected.",
    )];
    assert_eq!(
        causes(&evidence),
        ["an alarm that the deployment watches went off"]
    );
}
