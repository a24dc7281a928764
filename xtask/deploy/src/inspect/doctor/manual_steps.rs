//! The manual steps of an environment, known without any call.
//!
//! For a deployment to one's own machine: nothing of it is there, and all of it is ahead in an
//! account. Whether it is done already is what [`super::doctor`] asks.

use common::environment::Environment;

use super::secrets::give_value;
use crate::inspect::console;
use crate::inspect::finding::{Area, Finding, FindingState, sorted};

/// The steps that are taken manually, once per environment, in order.
#[must_use]
pub fn manual_steps(environment: &Environment) -> Vec<Finding> {
    let mut findings = connections(environment);
    findings.extend(zones(environment));
    findings.push(database(environment));
    findings.extend(secrets(environment));
    sorted(findings)
}

fn note(area: Area, subject: &str, message: impl Into<String>) -> Finding {
    Finding::new(FindingState::Note, area, subject, message)
}

fn connections(environment: &Environment) -> Vec<Finding> {
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

fn zones(environment: &Environment) -> impl Iterator<Item = Finding> {
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

fn database(environment: &Environment) -> Finding {
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

fn secrets(environment: &Environment) -> impl Iterator<Item = Finding> {
    crate::inspect::expected::secrets(environment)
        .into_iter()
        .map(|(name, application)| {
            let message =
                format!("application-{application} creates it empty; then it needs a value");
            note(Area::Secrets, &name, message).run(give_value(&name))
        })
}
