//! The load balancer's health check of a container.

use crate::input::Invalid;
use crate::text::text_newtype;

/// A target group's health check.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheck {
    /// The path that is asked for.
    pub path: HealthCheckPath,
    /// The time between two checks, 5 to 300 seconds.
    pub interval_seconds: u32,
    /// The time that an answer may take, 2 to 120 seconds and less than the interval.
    pub timeout_seconds: u32,
    /// After how many good answers an ill target is well, 2 to 10.
    pub healthy_threshold: u32,
    /// After how many bad answers a well target is ill, 2 to 10.
    pub unhealthy_threshold: u32,
    /// How long ECS waits for a new task before it looks at the result.
    pub grace_seconds: u32,
    /// The status codes of a good answer.
    pub matcher: Matcher,
}

impl Default for HealthCheck {
    fn default() -> Self {
        Self {
            path: HealthCheckPath("/".to_owned()),
            interval_seconds: 15,
            timeout_seconds: 5,
            healthy_threshold: 2,
            unhealthy_threshold: 3,
            grace_seconds: 60,
            matcher: Matcher("200".to_owned()),
        }
    }
}

text_newtype! {
    /// The path, with or without a query, that a health check asks for: at most 1024 characters.
    HealthCheckPath, check_path
}

text_newtype! {
    /// The status codes of a good answer, such as `200`, `200,204` or `200-299`, from 200 to 499.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Matcher.html>
    Matcher, check_matcher
}

fn check_path(text: &str) -> Result<(), Invalid> {
    let fine = text.starts_with('/')
        && text.len() <= 1024
        && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fine {
        Ok(())
    } else {
        Err(Invalid::expected("a path, such as \"/health\"", text))
    }
}

fn check_matcher(text: &str) -> Result<(), Invalid> {
    let code = |code: &str| match code.as_bytes() {
        [b'2'..=b'4', b'0'..=b'9', b'0'..=b'9'] => code.parse::<u16>().ok(),
        _ => None,
    };
    let part = |part: &str| match part.split_once('-') {
        Some((first, last)) => matches!((code(first), code(last)), (Some(a), Some(b)) if a < b),
        None => code(part).is_some(),
    };
    if text.split(',').all(part) {
        Ok(())
    } else {
        Err(Invalid::expected(
            "status codes from 200 to 499, such as \"200\" or \"200-299\"",
            text,
        ))
    }
}
