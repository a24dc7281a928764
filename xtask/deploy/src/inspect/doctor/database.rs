//! The peering with the database.

use common::environment::{Atlas, Environment};

use crate::atlas::{ExpectedPeering, check as compare};
use crate::inspect::check_result::{Area, CheckResult, CheckStatus};
use crate::inspect::console;
use crate::inspect::inspection::{Account, Database};
use crate::inspect::services::{Peering, PeeringStatus};

/// An environment that says nothing of a database.
pub(super) fn no_peering(environment: &Environment) -> CheckResult {
    CheckResult::new(
        CheckStatus::Note,
        Area::Database,
        "",
        "no peering is configured: the database is not reachable",
    )
    .by_hand(format!(
        "request the peering in Atlas (Network Access, Peering), then add [atlas] to environments/{}.toml",
        environment.name
    ))
}

pub(super) fn check(environment: &Environment, account: &Account) -> Vec<CheckResult> {
    let (Some(atlas), Some(database)) = (&environment.atlas, &account.database) else {
        return vec![no_peering(environment)];
    };
    let mut results = vec![match &database.peering {
        Err(error) => error.result(Area::Database, atlas.peering.as_str()),
        Ok(None) => CheckResult::new(
            CheckStatus::Broken,
            Area::Database,
            atlas.peering.as_str(),
            format!(
                "this peering connection does not exist in {}",
                environment.region
            ),
        )
        .open(console::peerings(environment.region))
        .by_hand(format!(
            "compare with Network Access, Peering, in Atlas, and correct environments/{}.toml",
            environment.name
        )),
        Ok(Some(peering)) => connection(environment, atlas, database, peering),
    }];
    results.extend(routes(environment, atlas, database));
    results.extend(names(environment, database));
    results
}

fn connection(
    environment: &Environment,
    atlas: &Atlas,
    database: &Database,
    peering: &Peering,
) -> CheckResult {
    let subject = atlas.peering.as_str();
    let result = |state, message: String| CheckResult::new(state, Area::Database, subject, message);
    let status = &peering.status;
    if status.is_terminal() {
        let said = peering.message.as_ref();
        let said = said.map_or_else(String::new, |said| format!(": {said}"));
        return result(CheckStatus::Broken, format!("its status is {status}{said}")).by_hand(
            format!(
                "request the peering again in Atlas, and set the new id in environments/{}.toml",
                environment.name
            ),
        );
    }
    let vpc = database.dns.as_ref().and_then(|dns| dns.as_ref().ok());
    let vpc = vpc.map(|dns| dns.vpc.as_str());
    let differences = ExpectedPeering::of(environment, vpc)
        .and_then(|expected| compare(&expected, peering).err())
        .unwrap_or_default();
    if !differences.is_empty() {
        let each: Vec<String> = differences.iter().map(ToString::to_string).collect();
        return result(
            CheckStatus::Broken,
            format!("not the expected peering: {}", each.join("; ")),
        )
        .by_hand(format!(
            "correct environments/{}.toml, or request the peering again in Atlas",
            environment.name
        ));
    }
    match status {
        PeeringStatus::Active => result(CheckStatus::Fine, "active".to_owned()),
        PeeringStatus::PendingAcceptance => {
            let until = peering.expires.as_ref();
            let until = until.map_or_else(String::new, |at| format!(", until {at}"));
            result(CheckStatus::Broken, format!("pending acceptance{until}"))
                .run(console::xtask("atlas accept", environment))
        }
        _ => result(CheckStatus::Attention, format!("not active yet: {status}"))
            .run(console::xtask("doctor", environment)),
    }
}

/// Whether there are routes, and whether they lead anywhere.
fn routes(environment: &Environment, atlas: &Atlas, database: &Database) -> Option<CheckResult> {
    let routes = match &database.routes {
        Ok(routes) => routes,
        Err(error) => return Some(error.result(Area::Database, "routes")),
    };
    let lost: Vec<&str> = routes
        .iter()
        .filter(|route| route.is_blackhole)
        .map(|route| route.table.as_str())
        .collect();
    if !lost.is_empty() {
        return Some(
            CheckResult::new(
                CheckStatus::Broken,
                Area::Database,
                "routes",
                format!(
                    "the route to {} in {} is a blackhole: the peering is not active",
                    atlas.cidr,
                    lost.join(", ")
                ),
            )
            .run(console::xtask("atlas accept", environment)),
        );
    }
    let is_active = matches!(
        &database.peering,
        Ok(Some(peering)) if peering.status == PeeringStatus::Active
    );
    let network = database.dns.is_some();
    (routes.is_empty() && is_active && network).then(|| {
        CheckResult::new(
            CheckStatus::Attention,
            Area::Database,
            "routes",
            "the peering is active, but the network has no route to it yet",
        )
        .run(console::xtask("deploy", environment) + " --only network")
    })
}

/// Whether the names of the database resolve to its private addresses.
fn names(environment: &Environment, database: &Database) -> Vec<CheckResult> {
    let mut results = Vec::new();
    match &database.dns {
        None => {}
        Some(Err(error)) => results.push(error.result(Area::Database, "dns")),
        Some(Ok(dns)) => {
            let off: Vec<&str> = [
                (dns.support, "DNS resolution"),
                (dns.hostnames, "DNS hostnames"),
            ]
            .into_iter()
            .filter_map(|(on, name)| (!on).then_some(name))
            .collect();
            if !off.is_empty() {
                results.push(
                    CheckResult::new(
                        CheckStatus::Broken,
                        Area::Database,
                        "dns",
                        format!(
                            "{} off in {}: the database's names resolve to public addresses",
                            off.join(" and "),
                            dns.vpc
                        ),
                    )
                    .run(console::xtask("drift", environment) + " --only network"),
                );
            }
        }
    }
    if let Ok(Some(peering)) = &database.peering
        && peering.status == PeeringStatus::Active
        && peering.requester.resolves_remote_dns == Some(false)
    {
        results.push(
            CheckResult::new(
                CheckStatus::Attention,
                Area::Database,
                "dns",
                "Atlas does not resolve its host names to private addresses for this VPC",
            )
            .by_hand("ask MongoDB support: the option belongs to their side of the peering"),
        );
    }
    results
}
