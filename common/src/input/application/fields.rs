//! The fields of an application's inner tables.

use std::collections::BTreeMap;

use crate::application::{
    ApplicationIngress, Build, HealthCheck, Host, PathPattern, Priority, Tasks, VariableName,
};
use crate::capacity::Mebibytes;
use crate::environment::Domain;
use crate::input::Invalid;
use crate::input::findings::{Finding, Findings};
use crate::input::node::Node;
use crate::input::reader::Reader;
use crate::input::value::{list, number, parsed, text};

/// Memory and CPU of a container in MiB and CPU units; a million are more than any machine has.
pub(super) const MEMORY: std::ops::RangeInclusive<u32> = 6..=1_048_576;

const DEFAULT_DEREGISTRATION_DELAY: u32 = 45;

pub(super) fn port(node: &Node) -> Result<u16, Invalid> {
    // Below 1024 a process that is not root can't listen everywhere.
    let port = number(1024..=65535)(node)?;
    u16::try_from(port).map_err(|_| Invalid::new(format!("{port} is not a port")))
}

pub(super) fn reservation(node: &Node, memory: Option<u32>) -> Result<Mebibytes, Invalid> {
    let reservation = number(MEMORY)(node)?;
    match memory {
        Some(memory) if reservation > memory => Err(Invalid::new(format!(
            "a container reserves no more than its limit of {memory} MiB, found {reservation}"
        ))),
        _ => Ok(Mebibytes(reservation)),
    }
}

/// The value of `promote`; "automatic" requires `repository_ids`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Promote {
    #[default]
    ByHand,
    Automatic,
}

/// The values of `promote` in the input file.
pub(super) const AUTOMATIC: &str = "automatic";
pub(super) const BY_HAND: &str = "by-hand";

pub(super) fn promote(node: &Node) -> Result<Promote, Invalid> {
    match text(node)? {
        AUTOMATIC => Ok(Promote::Automatic),
        BY_HAND => Ok(Promote::ByHand),
        other => Err(Invalid::choice(other, &[AUTOMATIC, BY_HAND])),
    }
}

pub(super) fn build(mut table: Reader<'_>, findings: &mut Findings) -> Option<Build> {
    let default = Build::default();
    let test = table.optional(findings, "test", parsed);
    let dockerfile = table.optional(findings, "dockerfile", parsed);
    let image_test = table.optional(findings, "image_test", parsed);
    table.finish(findings);
    Some(Build {
        test: test?.unwrap_or(default.test),
        dockerfile: dockerfile?.unwrap_or(default.dockerfile),
        image_test: image_test?,
    })
}

pub(super) fn ingress(
    mut table: Reader<'_>,
    domain: &Domain,
    findings: &mut Findings,
) -> Option<ApplicationIngress> {
    let hosted_zone = table.optional(findings, "hosted_zone", parsed)?;
    let host = table.required(findings, "host", "\"www\"", |node| {
        Host::new(text(node)?, hosted_zone, domain)
    });
    let path = table.optional(findings, "path", parsed);
    let priority = table.required(findings, "priority", "100", |node| {
        let priority = number(1..=u32::from(Priority::MAX))(node)?;
        // The range fits, so the fallback is refused rather than taken.
        Priority::new(u16::try_from(priority).unwrap_or_default())
    });
    let delay = table.optional(findings, "deregistration_delay_seconds", number(30..=60));
    table.finish(findings);
    Some(ApplicationIngress {
        host: host?,
        path: path?.unwrap_or_else(PathPattern::everything),
        priority: priority?,
        deregistration_delay_seconds: delay?.unwrap_or(DEFAULT_DEREGISTRATION_DELAY),
    })
}

pub(super) fn health_check(mut table: Reader<'_>, findings: &mut Findings) -> Option<HealthCheck> {
    let default = HealthCheck::default();
    let path = table.optional(findings, "path", parsed);
    let interval = table.optional(findings, "interval_seconds", number(5..=300));
    let known_interval = interval.map(|given| given.unwrap_or(default.interval_seconds));
    let timeout = table.optional(findings, "timeout_seconds", number(2..=120));
    let place = table.place("timeout_seconds");
    let timeout_key = table.key_path("timeout_seconds");
    let healthy = table.optional(findings, "healthy_threshold", number(2..=10));
    let unhealthy = table.optional(findings, "unhealthy_threshold", number(2..=10));
    let grace = table.optional(findings, "grace_seconds", number(0..=1800));
    let matcher = table.optional(findings, "matcher", parsed);
    table.finish(findings);
    let (interval, timeout) = (known_interval?, timeout?.unwrap_or(default.timeout_seconds));
    if timeout >= interval {
        findings.push(Finding::new(
            place,
            format!(
                "invalid `{timeout_key}`: expected less than the interval of {interval} seconds, \
                 found {timeout}"
            ),
        ));
        return None;
    }
    Some(HealthCheck {
        path: path?.unwrap_or(default.path),
        interval_seconds: interval,
        timeout_seconds: timeout,
        healthy_threshold: healthy?.unwrap_or(default.healthy_threshold),
        unhealthy_threshold: unhealthy?.unwrap_or(default.unhealthy_threshold),
        grace_seconds: grace?.unwrap_or(default.grace_seconds),
        matcher: matcher?.unwrap_or(default.matcher),
    })
}

pub(super) fn tasks(
    mut table: Reader<'_>,
    protected: bool,
    findings: &mut Findings,
) -> Option<Tasks> {
    let min = table.required(findings, "min", "2", |node| {
        let min = number(1..=1000)(node)?;
        if protected && min < 2 {
            return Err(Invalid::new(format!(
                "a protected environment runs at least 2 tasks, one in each zone, found {min}"
            )));
        }
        Ok(min)
    });
    let max = table.required(findings, "max", "6", |node| {
        let max = number(1..=1000)(node)?;
        match min {
            Some(min) if max < min => Err(Invalid::new(format!(
                "expected at least min = {min}, found {max}"
            ))),
            _ => Ok(max),
        }
    });
    table.finish(findings);
    Some(Tasks {
        min: min?,
        max: max?,
    })
}

pub(super) fn variables(
    table: Reader<'_>,
    findings: &mut Findings,
) -> Option<BTreeMap<VariableName, String>> {
    let mut variables = Some(BTreeMap::new());
    for (name, entry) in table.entries() {
        let read = name
            .parse::<VariableName>()
            .map_err(|invalid| (entry.key, invalid))
            .and_then(|name| match text(&entry.node) {
                Ok(value) => Ok((name, value.to_owned())),
                Err(invalid) => Err((entry.node.span, invalid)),
            });
        match read {
            Ok((name, value)) => {
                if let Some(variables) = &mut variables {
                    variables.insert(name, value);
                }
            }
            Err((span, invalid)) => {
                findings.push(Finding::invalid(span, &table.key_path(name), &invalid));
                variables = None;
            }
        }
    }
    variables
}

pub(super) fn command(node: &Node) -> Result<Vec<String>, Invalid> {
    let words = list(node, |item| text(item).map(str::to_owned))?;
    match words.first() {
        Some(program) if !program.is_empty() => Ok(words),
        _ => Err(Invalid::new(
            "a command begins with the program to run, found none",
        )),
    }
}
