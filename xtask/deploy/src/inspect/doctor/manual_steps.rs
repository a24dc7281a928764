//! The manual steps of an environment, known without any call.
//!
//! For a deployment to one's own machine: nothing of it is there, and all of it is ahead in an
//! account. Whether it is done already is what [`super::doctor`] asks.

use common::environment::Environment;

use super::secrets::give_value;
use crate::inspect::check_result::{Area, CheckResult, CheckStatus, sorted};
use crate::inspect::console;

/// The steps that are taken manually, once per environment, in order.
#[must_use]
pub fn manual_steps(environment: &Environment) -> Vec<CheckResult> {
    let mut results = connections(environment);
    results.extend(zones(environment));
    results.push(database(environment));
    results.extend(secrets(environment));
    sorted(results)
}

fn note(area: Area, subject: &str, message: impl Into<String>) -> CheckResult {
    CheckResult::new(CheckStatus::Note, area, subject, message)
}

fn connections(environment: &Environment) -> Vec<CheckResult> {
    let pipeline = &environment.pipeline;
    vec![
        note(
            Area::Connections,
            "connection",
            format!(
                "{} must have access to {}",
                pipeline.connection, pipeline.repository
            ),
        )
        .open(console::connections(environment.region)),
    ]
}

fn zones(environment: &Environment) -> impl Iterator<Item = CheckResult> {
    crate::inspect::expected::zones(environment)
        .into_iter()
        .map(|(zone, names)| {
            let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
            let message = format!(
                "must exist and be delegated to; otherwise certificates for {} are never issued",
                names.join(", ")
            );
            note(Area::Domain, zone, message).open(console::hosted_zone(zone))
        })
}

fn database(environment: &Environment) -> CheckResult {
    match &environment.atlas {
        Some(atlas) => note(
            Area::Database,
            atlas.peering.as_str(),
            "accept the peering once the network is deployed",
        )
        .run(console::xtask("atlas accept", environment)),
        None => super::database::no_peering(environment),
    }
}

fn secrets(environment: &Environment) -> impl Iterator<Item = CheckResult> {
    crate::inspect::expected::secrets(environment)
        .into_iter()
        .map(|(name, application)| {
            let message =
                format!("application-{application} creates it empty; then it needs a value");
            note(Area::Secrets, &name, message).run(give_value(&name))
        })
}
