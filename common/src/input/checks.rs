//! What must hold between environments.

use ipnet::Ipv4Net;

use super::environment::Parts;
use super::findings::{Finding, Findings};
use super::source::Span;
use crate::environment::network::overlap;

/// Checks every pair of environments, and each one's network against its own database.
pub(crate) fn environments(environments: &[Parts], findings: &mut Findings) {
    for (index, later) in environments.iter().enumerate() {
        for earlier in environments.iter().take(index) {
            places(earlier, later, findings);
            domains(earlier, later, findings);
        }
    }
    addresses(environments, findings);
}

/// Acting on the wrong environment must be impossible by accident, and a wrong account or region
/// is what can be checked before the first write.
fn places(earlier: &Parts, later: &Parts, findings: &mut Findings) {
    let equal_account = earlier.account.is_some() && earlier.account == later.account;
    if let (true, Some(account), Some(region)) = (equal_account, &later.account, later.region)
        && earlier.region == Some(region)
    {
        findings.push(
            Finding::new(
                later.root.place("account"),
                format!(
                    "{} and {} share account {account} and region {region}",
                    earlier.name, later.name
                ),
            )
            .note(
                format!("{} is placed", earlier.name),
                earlier.root.place("account"),
            )
            .help("give each environment an account of its own, or at least a region"),
        );
    }
}

fn domains(earlier: &Parts, later: &Parts, findings: &mut Findings) {
    let (Some(one), Some(other)) = (&earlier.domain, &later.domain) else {
        return;
    };
    for (same, key) in [
        (one.name == other.name, "domain.name"),
        (one.hosted_zone == other.hosted_zone, "domain.hosted_zone"),
    ] {
        if same {
            findings.push(
                Finding::new(
                    later.root.place(key),
                    format!("{} and {} share `{key}`", earlier.name, later.name),
                )
                .note(format!("{} has it", earlier.name), earlier.root.place(key))
                .help("each environment answers for a domain in a hosted zone of its own"),
            );
        }
    }
}

/// Peered networks can't route between equal addresses; and environments that don't overlap can
/// be peered with each other, or with the same third, one day.
fn addresses(environments: &[Parts], findings: &mut Findings) {
    let mut earlier: Vec<(String, Ipv4Net, Span)> = Vec::new();
    for environment in environments {
        let name = environment.name;
        let network = environment.network.map(|network| {
            let place = environment.root.place("network.cidr");
            (format!("the network of {name}"), network.cidr.net(), place)
        });
        let atlas = environment.atlas.iter().flatten().map(|atlas| {
            let place = environment.root.place("atlas.cidr");
            (
                format!("the Atlas network of {name}"),
                atlas.cidr.net(),
                place,
            )
        });
        for (what, net, place) in network.into_iter().chain(atlas) {
            for (other, other_net, other_place) in &earlier {
                if overlap(net, *other_net) {
                    findings.push(
                        Finding::new(place, format!("{what}, {net}, overlaps with {other}"))
                            .note(format!("{other} is {other_net}"), *other_place)
                            .help("choose address blocks that have no address in common"),
                    );
                }
            }
            earlier.push((what, net, place));
        }
    }
}
