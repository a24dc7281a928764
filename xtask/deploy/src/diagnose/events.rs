//! Reads the events of a service.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-unhealthy-event-messages.html>

use super::cause::{Cause, Lacking};

/// What an event says of a cause, if it does.
pub(super) fn cause(message: &str, health_path: Option<&str>) -> Option<Cause> {
    let lower = message.to_lowercase();
    let says = |text: &str| lower.contains(text);
    if says("unable to place a task") {
        return Some(placement(message, &lower));
    }
    if says("unable to assume the role") {
        return Some(Cause::Role {
            role: between(message, "role '", "'")
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
            answer: Some("the container's own check".to_owned()),
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
            message: "the target group is not behind the load balancer yet".to_owned(),
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
    const SAID: [(&str, Lacking); 6] = [
        ("insufficient memory", Lacking::Memory),
        ("insufficient cpu", Lacking::Cpu),
        ("using a port", Lacking::Port),
        ("missing an attribute", Lacking::Attribute),
        ("\"agent\"", Lacking::Agent),
        ("constraint unsatisfied", Lacking::Attribute),
    ];
    if let Some((_, lacking)) = SAID.into_iter().find(|(said, _)| lower.contains(said)) {
        return Cause::NoRoom { lacking };
    }
    if lower.contains("no container instance met") {
        return Cause::NoRoom {
            lacking: Lacking::Other,
        };
    }
    // "(service web) was unable to place a task. Reason: …"
    let reason = message
        .split_once("Reason: ")
        .map_or(message, |(_, rest)| rest);
    super::stops::cause_of_text(reason, None).unwrap_or_else(|| Cause::Other {
        message: reason.trim_end_matches('.').to_owned(),
    })
}

/// What the load balancer got, in few words.
fn answer(reason: &str) -> String {
    if let Some(codes) = between(reason, "with these codes: [", "]") {
        return codes.to_owned();
    }
    match reason.to_lowercase().as_str() {
        "request timed out" => "no answer in time".to_owned(),
        "health checks failed" => "the connection is refused or broken".to_owned(),
        _ => reason.to_owned(),
    }
}

/// What stands between two texts.
pub(super) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}
