//! ECS's sentences: the events of a service, and why a task was stopped.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-unhealthy-event-messages.html>
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>
//!
//! On machines of one's own the agent's error stands at the container, and the task says no more than
//! that it failed to start; elsewhere it is the other way round.

use super::cause::{Cause, Shortage};
use crate::inspect::services::{Container, Task};

/// What an event says of a cause, if it does.
pub(super) fn event_cause(message: &str, health_path: Option<&str>) -> Option<Cause> {
    let lower = message.to_lowercase();
    let says = |text: &str| lower.contains(text);
    if says("unable to place a task") {
        return Some(placement(message, &lower));
    }
    if says("unable to assume the role") {
        return Some(Cause::Role {
            role: after(message, "role '")
                .and_then(|rest| before(rest, "'"))
                .map(|arn| arn.rsplit('/').next().unwrap_or(arn).to_owned()),
        });
    }
    if says("is unhealthy in") {
        // "… due to (reason Health checks failed with these codes: [503])"
        let reason = message
            .split_once("(reason ")
            .map(|(_, rest)| rest.trim_end_matches(['.', ')', ' ']));
        return Some(Cause::Unhealthy {
            path: health_path.map(str::to_owned),
            answer: reason.map(answer),
        });
    }
    if says("failed container health checks") {
        return Some(Cause::Unhealthy {
            path: None,
            answer: Some("the container's own health check".to_owned()),
        });
    }
    if says("deployment failed: alarm detected") {
        return Some(Cause::Alarm);
    }
    if says("operations are being throttled") {
        return Some(Cause::Throttled);
    }
    if says("failed to launch a task with") {
        // "(service web) failed to launch a task with (error …)."
        let error = message
            .split_once("(error ")
            .map_or(message, |(_, rest)| rest);
        return Some(Cause::Other {
            message: error.trim_end_matches(['.', ')', ' ']).to_owned(),
        });
    }
    if says("unable to consistently start tasks") || says("tasks failed to start") {
        return Some(Cause::TasksFail);
    }
    if says("does not have an associated load balancer") {
        return Some(Cause::Other {
            message: "the target group is not attached to the load balancer yet".to_owned(),
        });
    }
    None
}

/// Whether the service was well when this was said.
pub(super) fn is_steady(message: &str) -> bool {
    message.contains("has reached a steady state")
}

fn placement(message: &str, lower: &str) -> Cause {
    if lower.contains("no container instances were found") {
        return Cause::NoMachine;
    }
    const SAID: [(&str, Shortage); 6] = [
        ("insufficient memory", Shortage::Memory),
        ("insufficient cpu", Shortage::Cpu),
        ("using a port", Shortage::Port),
        ("missing an attribute", Shortage::Attribute),
        ("\"agent\"", Shortage::Agent),
        ("constraint unsatisfied", Shortage::Attribute),
    ];
    if let Some((_, shortage)) = SAID.into_iter().find(|(said, _)| lower.contains(said)) {
        return Cause::NoRoom { shortage };
    }
    if lower.contains("no container instance met") {
        return Cause::NoRoom {
            shortage: Shortage::Other,
        };
    }
    // "(service web) was unable to place a task. Reason: …"
    let reason = message
        .split_once("Reason: ")
        .map_or(message, |(_, rest)| rest);
    cause_of_text(reason, None).unwrap_or_else(|| Cause::Other {
        message: reason.trim_end_matches('.').to_owned(),
    })
}

/// What the load balancer got, in few words.
fn answer(reason: &str) -> String {
    if let Some(codes) = after(reason, "with these codes: [").and_then(|rest| before(rest, "]")) {
        return codes.to_owned();
    }
    match reason.to_lowercase().as_str() {
        "request timed out" => "request timed out".to_owned(),
        "health checks failed" => "connection refused or reset".to_owned(),
        _ => reason.to_owned(),
    }
}

fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, rest)| rest)
}

fn before<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(part, _)| part)
}

/// Why a task was stopped; nothing where that is no failure, such as a scale-in.
pub(super) fn stop_cause(task: &Task, health_path: Option<&str>) -> Option<Cause> {
    let of_container = task.containers.iter().find_map(|container| {
        let reason = container.reason.as_deref()?;
        cause_of_text(reason, Some(container))
    });
    if of_container.is_some() {
        return of_container;
    }
    let reason = task.stopped_reason.as_deref().unwrap_or_default();
    if let Some(cause) = cause_of_text(reason, task.containers.first()) {
        return Some(cause);
    }
    let lower = reason.to_lowercase();
    if lower.contains("failed elb health checks") {
        return Some(Cause::Unhealthy {
            path: health_path.map(str::to_owned),
            answer: None,
        });
    }
    if lower.contains("failed container health checks") {
        return Some(Cause::Unhealthy {
            path: None,
            answer: Some("the container's own health check".to_owned()),
        });
    }
    if lower.starts_with("host ec2") {
        return Some(Cause::MachineLost);
    }
    let code = task.stop_code.as_deref();
    if code == Some("EssentialContainerExited") || lower.starts_with("essential container") {
        return Some(exited(&task.containers));
    }
    (code == Some("TaskFailedToStart")).then(|| Cause::Other {
        message: if reason.is_empty() {
            "a task failed to start".to_owned()
        } else {
            reason.to_owned()
        },
    })
}

/// The container that ended first can't be told; one that ended badly tells more than one that was
/// ended because of it.
fn exited(containers: &[Container]) -> Cause {
    let badly = containers
        .iter()
        .find(|one| !matches!(one.exit_code, None | Some(0 | 137 | 143)));
    let container = badly.or_else(|| containers.iter().find(|one| one.exit_code.is_some()));
    Cause::Exited {
        container: container
            .or_else(|| containers.first())
            .map_or_else(String::new, |one| one.name.clone()),
        code: container.and_then(|one| one.exit_code),
    }
}

/// What an error of the agent says, wherever it stands.
fn cause_of_text(text: &str, container: Option<&Container>) -> Option<Cause> {
    let lower = text.to_lowercase();
    let says = |part: &str| lower.contains(part);
    let name = || container.map_or_else(String::new, |one| one.name.clone());
    if says("outofmemory") {
        return Some(Cause::OutOfMemory { container: name() });
    }
    // Before what holds them: an image that can't be pulled and a secret that can't be read come in
    // one error of the same name.
    if says("label: awscurrent") {
        return Some(Cause::SecretWithoutValue {
            secret: secret(text),
        });
    }
    if says("cannotpull") || says("pull image manifest") || says("failed to resolve ref") {
        return Some(image(text, &lower, container));
    }
    if says("secret") && (says("asm") || says("secrets manager") || says("unable to pull secrets"))
    {
        return Some(Cause::SecretUnreadable {
            message: last_part(text),
        });
    }
    if says("logging driver") {
        return Some(Cause::Log {
            message: last_part(text),
        });
    }
    const NOT_STARTED: [&str; 5] = [
        "cannotstartcontainer",
        "cannotcreatecontainer",
        "dockertimeouterror",
        "containerruntime",
        "resourceinitializationerror",
    ];
    NOT_STARTED
        .into_iter()
        .any(says)
        .then(|| Cause::CannotStart {
            container: name(),
            message: last_part(text),
        })
}

fn image(text: &str, lower: &str, container: Option<&Container>) -> Cause {
    let says = |part: &str| lower.contains(part);
    if says("platform") || says("no matching manifest") {
        return Cause::ImagePlatform {
            platform: after(text, "platform '")
                .and_then(|rest| before(rest, "'"))
                .or_else(|| before(after(text, "no matching manifest for ")?, " in"))
                .map(str::to_owned),
        };
    }
    // "repository does not exist or may require authorization" says either.
    let is_forbidden = [
        "denied",
        "authorization",
        "not authorized",
        "no basic auth",
        "403",
    ]
    .into_iter()
    .any(says);
    if !is_forbidden && (says("not found") || says("manifest unknown") || says("does not exist")) {
        let named = container.and_then(|one| one.image.clone());
        return Cause::ImageNotFound {
            image: named.or_else(|| {
                text.split(' ')
                    .find(|word| word.contains(".dkr.ecr."))
                    .map(clean)
            }),
        };
    }
    Cause::ImageUnreachable {
        message: last_part(text),
    }
}

/// The name in the ARN of a secret, without the six letters that Secrets Manager adds.
fn secret(text: &str) -> Option<String> {
    let (_, rest) = text.split_once(":secret:")?;
    let name = rest
        .split(|letter: char| letter.is_whitespace() || matches!(letter, ':' | ',' | '"' | '\''))
        .next()?;
    let suffix = name
        .rsplit_once('-')
        .filter(|(_, suffix)| suffix.len() == 6);
    Some(suffix.map_or(name, |(name, _)| name).to_owned())
}

fn clean(word: &str) -> String {
    word.trim_matches(['"', '\'', ',', ':', ';', '.'])
        .to_owned()
}

/// An error wraps another, which wraps another: the innermost says most, if it says anything.
fn last_part(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    let parts: Vec<&str> = text.split(": ").collect();
    // "… no such file or directory: unknown": what runc appends says nothing.
    let parts = match parts.split_last() {
        Some((&"unknown", before)) if !before.is_empty() => before.to_vec(),
        _ => parts,
    };
    let from = parts.len().saturating_sub(2);
    parts
        .get(from..)
        .map_or_else(String::new, |last| last.join(": "))
}
