//! The hosted zones, and their delegation.
//!
//! A certificate waits for up to three days until its record resolves publicly, and so does its
//! stack. So delegation is checked before.
//!
//! Who delegates to a zone is known where the zone above lies in the same account. Everywhere else
//! it would take a resolver to find out; a certificate that was issued proves it too.

use std::collections::BTreeSet;

use common::environment::{DomainName, Environment};

use super::context::is_deployed;
use crate::inspect::check_result::{Area, CheckResult, CheckStatus};
use crate::inspect::console;
use crate::inspect::inspection::{Account, Parent, Zone};
use crate::inspect::services::{CertificateStatus, HostedZone};

pub(super) fn check(environment: &Environment, account: &Account) -> Vec<CheckResult> {
    let mut results = Vec::new();
    for (id, names) in crate::inspect::expected::zones(environment) {
        match account.zones.get(id) {
            None => {}
            Some(Err(error)) => results.push(error.result(Area::Domain, id)),
            Some(Ok(None)) => results.push(
                CheckResult::new(
                    CheckStatus::Broken,
                    Area::Domain,
                    id,
                    format!("hosted zone not found, for {}", listed(&names)),
                )
                .run(format!(
                    "aws route53 create-hosted-zone --name {} --caller-reference \"$(date)\"",
                    apex(environment, &names)
                ))
                .by_hand("replace the old zone's id with the new one"),
            ),
            Some(Ok(Some(zone))) => {
                results.push(zone_result(account, zone, &names));
                results.extend(records(environment, account, id, zone));
            }
        }
    }
    results
}

/// Records that are there before the stack that makes them: its creation would fail, since
/// CloudFormation creates records and replaces none.
fn records(
    environment: &Environment,
    account: &Account,
    id: &str,
    found: &Zone,
) -> Vec<CheckResult> {
    let records = match &found.records {
        Ok(records) => records,
        Err(error) => return vec![error.result(Area::Domain, &found.zone.name)],
    };
    let mut results = Vec::new();
    for expected in crate::inspect::expected::records(environment) {
        let stack = environment.names().stack(&expected.stack);
        if expected.zone != id || is_deployed(account, &stack) != Some(false) {
            continue;
        }
        let kinds: Vec<&str> = records
            .iter()
            .filter(|one| expected.collides_with(one))
            .map(|one| one.kind.as_str())
            .collect();
        if kinds.is_empty() {
            continue;
        }
        results.push(
            CheckResult::new(
                CheckStatus::Broken,
                Area::Domain,
                &expected.name,
                format!(
                    "the zone already has a record of type {}: {} can't create its own, of type {}",
                    kinds.join(", "),
                    stack.id(),
                    expected.kind
                ),
            )
            .open(console::hosted_zone(id))
            .by_hand(
                "delete it right before that stack is deployed; until then it keeps answering",
            ),
        );
    }
    results
}

/// The name that a zone would have: the environment's own, or what lies above a host elsewhere.
fn apex<'a>(environment: &Environment, names: &BTreeSet<&'a DomainName>) -> &'a str {
    let name = names.first().map_or("", |name| name.as_str());
    if name == environment.domain.name.as_str() {
        return name;
    }
    name.split_once('.').map_or(name, |(_, above)| above)
}

fn listed(names: &BTreeSet<&DomainName>) -> String {
    let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
    names.join(", ")
}

fn zone_result(account: &Account, found: &Zone, names: &BTreeSet<&DomainName>) -> CheckResult {
    let zone = &found.zone;
    if zone.is_private {
        return CheckResult::new(
            CheckStatus::Broken,
            Area::Domain,
            &zone.name,
            format!(
                "{} is a private zone: it does not resolve publicly",
                zone.id
            ),
        )
        .by_hand("set the id of the public zone");
    }
    if let Some(outside) = names.iter().find(|name| !contains_name(zone, name)) {
        return CheckResult::new(
            CheckStatus::Broken,
            Area::Domain,
            outside.as_str(),
            format!("{} is the zone of {}, a different name", zone.id, zone.name),
        )
        .by_hand(format!("set the id of the zone that contains {outside}"));
    }
    delegation(account, found, names)
}

fn contains_name(zone: &HostedZone, name: &DomainName) -> bool {
    let name = name.as_str();
    name == zone.name
        || name
            .strip_suffix(&zone.name)
            .is_some_and(|rest| rest.ends_with('.'))
}

fn delegation(account: &Account, found: &Zone, names: &BTreeSet<&DomainName>) -> CheckResult {
    let zone = &found.zone;
    let subject = &zone.name;
    let is_proven = has_issued_certificate(account, names);
    let fine = |how: &str| CheckResult::fine(Area::Domain, subject, format!("{}, {how}", zone.id));
    match &found.parent {
        Err(error) => error.result(Area::Domain, subject),
        Ok(Parent::External) if is_proven => fine("delegated: a certificate was issued"),
        Ok(Parent::External) => CheckResult::new(
            CheckStatus::Note,
            Area::Domain,
            subject,
            "the parent zone is not in this account: its delegation is unknown",
        )
        .run(format!("dig +short NS {subject}"))
        .by_hand(format!(
            "expected answer: {}; otherwise set these name servers in the parent zone, or at the registrar",
            zone.name_servers.join(", ")
        )),
        Ok(Parent::Own {
            name_servers: Some(servers),
            ..
        }) if same_servers(servers, &zone.name_servers) => fine("delegated"),
        Ok(Parent::Own {
            zone: above,
            name,
            name_servers,
        }) => {
            let message = match name_servers {
                None => format!("{name} does not delegate to it: it does not resolve publicly"),
                Some(servers) => format!(
                    "{name} delegates to other name servers: {}",
                    servers.join(", ")
                ),
            };
            CheckResult::new(CheckStatus::Broken, Area::Domain, subject, message)
                .open(console::hosted_zone(above))
                .by_hand(format!(
                    "create the NS record {subject} with {}",
                    zone.name_servers.join(", ")
                ))
        }
    }
}

/// Whether a certificate was issued for a name of the zone: Certificate Manager has found its record
/// there, from outside.
fn has_issued_certificate(account: &Account, names: &BTreeSet<&DomainName>) -> bool {
    account.certificates.as_ref().is_ok_and(|certificates| {
        certificates.iter().any(|one| {
            one.status == CertificateStatus::Issued
                && names.iter().any(|name| name.as_str() == one.domain)
        })
    })
}

/// Whether two lists name the same servers, however they spell them.
fn same_servers(some: &[String], others: &[String]) -> bool {
    let set = |servers: &[String]| -> BTreeSet<String> {
        let clean = |server: &String| server.trim_end_matches('.').to_ascii_lowercase();
        servers.iter().map(clean).collect()
    };
    set(some) == set(others)
}
