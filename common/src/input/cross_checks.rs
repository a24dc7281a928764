//! Checks across tables: between environments, between the applications of an environment, and between
//! applications and machines.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use ipnet::Ipv4Net;

use super::environment::PartialEnvironment;
use super::findings::{Finding, Findings};
use super::node::Node;
use super::source::Span;
use crate::application::Application;
use crate::capacity::AdmissionError;
use crate::environment::network::overlap;
use crate::environment::{Cluster, Domain, DomainName, EnvironmentName};
use crate::naming::Names;

/// An application load balancer has 100 target groups at most, a fixed quota; the difference is
/// room for the environment's own and for replacements.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html>
const MOST_WITH_INGRESS: usize = 90;

/// An application and the table that it was read from.
pub(crate) struct Placed<'n> {
    pub(crate) application: Application,
    /// Where the name is.
    pub(crate) key: Span,
    pub(crate) node: &'n Node,
}

/// Checks the applications of an environment. `domains` are those of all environments.
pub(crate) fn check_applications(
    environment: &PartialEnvironment,
    applications: &[Placed<'_>],
    domains: &[(EnvironmentName, Domain)],
    findings: &mut Findings,
) {
    let name = environment.name;
    if let Some(cluster) = &environment.cluster {
        for placed in applications {
            admission(name, placed, cluster, findings);
        }
        total_memory(environment, applications, cluster, findings);
    }
    if let Some(domain) = &environment.domain {
        for placed in applications {
            foreign_host(name, placed, domain, domains, findings);
        }
        collisions(name, applications, domain, findings);
    }
    artifact_folders(name, applications, findings);
    let with_ingress = applications
        .iter()
        .filter(|placed| placed.application.ingress.is_some());
    if let Some(placed) = with_ingress.clone().nth(MOST_WITH_INGRESS) {
        let count = with_ingress.count();
        findings.push(
            Finding::new(
                placed.key,
                format!(
                    "{count} applications with ingress, at most {MOST_WITH_INGRESS} are possible"
                ),
            )
            .within(name)
            .help("an application load balancer has 100 target groups, a quota that AWS doesn't raise"),
        );
    }
}

fn admission(
    name: EnvironmentName,
    placed: &Placed<'_>,
    cluster: &Cluster,
    findings: &mut Findings,
) {
    let application = &placed.application;
    let Err(error) = cluster.band.admits(
        &cluster.machine,
        application.reserved_memory(),
        application.cpu,
    ) else {
        return;
    };
    let (key, help) = match &error {
        AdmissionError::NeverFits { .. } => {
            let reservation = match placed.node.place("memory_reservation") {
                table if table == placed.node.span => "memory",
                _ => "memory_reservation",
            };
            (
                reservation,
                "reserve less, choose larger machines, or lower `cluster.memory.high`",
            )
        }
        AdmissionError::CpuShare { .. } => ("cpu", "take less CPU, or reserve more memory"),
    };
    let message = format!("invalid `{}.{key}`: {error}", placed.application.name);
    findings.push(
        Finding::new(placed.node.place(key), message)
            .within(name)
            .help(help),
    );
}

/// The minimum of all tasks must fit below the band's upper bound on the maximum of machines.
fn total_memory(
    environment: &PartialEnvironment,
    applications: &[Placed<'_>],
    cluster: &Cluster,
    findings: &mut Findings,
) {
    let reserved: u64 = applications
        .iter()
        .map(|placed| &placed.application)
        .map(|one| u64::from(one.tasks.min) * u64::from(one.reserved_memory().get()))
        .sum();
    let machine = u64::from(cluster.machine.schedulable_memory().get());
    let room =
        u64::from(cluster.band.max()) * machine * u64::from(cluster.band.high_percent()) / 100;
    if reserved > room {
        findings.push(
            Finding::new(
                environment.root.place("cluster.machines.max"),
                format!(
                    "the applications of {} never fit: their minimum of tasks reserves \
                     {reserved} MiB, {} machines of type {} have {room} MiB at {} %",
                    environment.name,
                    cluster.band.max(),
                    cluster.machine,
                    cluster.band.high_percent()
                ),
            )
            .help("allow more machines, or choose larger ones"),
        );
    }
}

/// Two applications can't answer to the same requests, or have the same place among the rules.
fn collisions(
    name: EnvironmentName,
    applications: &[Placed<'_>],
    domain: &Domain,
    findings: &mut Findings,
) {
    let mut requests = BTreeMap::new();
    let mut priorities = BTreeMap::new();
    for later in applications {
        let Some(ingress) = &later.application.ingress else {
            continue;
        };
        let host = ingress.host.fqdn(domain);
        let both = |earlier: &Placed<'_>| {
            format!(
                "`{}` and `{}`",
                earlier.application.name, later.application.name
            )
        };
        // A host outside the domain brings its certificate and record, which one stack can own.
        let path = ingress.host.in_wildcard().then_some(&ingress.path);
        match requests.entry((host.clone(), path)) {
            Entry::Vacant(free) => {
                free.insert(later);
            }
            Entry::Occupied(taken) => findings.push(
                Finding::new(
                    later.node.place("ingress.host"),
                    format!(
                        "{} both answer to {host}{}",
                        both(taken.get()),
                        ingress.path
                    ),
                )
                .within(name)
                .note("the other host is", taken.get().node.place("ingress.host"))
                .help(if path.is_some() {
                    "give one of them another host or another path"
                } else {
                    "a host outside the environment's domain belongs to one application"
                }),
            ),
        }
        match priorities.entry(ingress.priority) {
            Entry::Vacant(free) => {
                free.insert(later);
            }
            Entry::Occupied(taken) => findings.push(
                Finding::new(
                    later.node.place("ingress.priority"),
                    format!(
                        "{} have the same priority {}",
                        both(taken.get()),
                        ingress.priority.get()
                    ),
                )
                .within(name)
                .note(
                    "the other priority is",
                    taken.get().node.place("ingress.priority"),
                )
                .help("priorities are unique in an environment; the lowest is evaluated first"),
            ),
        }
    }
}

/// The roles of a pipeline are limited to the folder of its artifacts, and CodePipeline cuts the
/// name of that short: two pipelines with one folder could take each other's sources.
fn artifact_folders(name: EnvironmentName, applications: &[Placed<'_>], findings: &mut Findings) {
    let names = Names::new(name);
    let mut folders = BTreeMap::new();
    for later in applications {
        let application = &later.application.name;
        let folder = names.artifact_prefix(&names.pipeline(application));
        match folders.entry(folder) {
            Entry::Vacant(free) => {
                free.insert(later);
            }
            Entry::Occupied(taken) => findings.push(
                Finding::new(
                    later.key,
                    format!(
                        "the pipelines of `{}` and `{application}` would keep their artifacts in the \
                         same folder, `{}`",
                        taken.get().application.name,
                        taken.key()
                    ),
                )
                .within(name)
                .note("the other application is", taken.get().key)
                .help(
                    "CodePipeline cuts the names of folders after 20 characters: choose names that \
                     differ in the first 20",
                ),
            ),
        }
    }
}

/// A name that another environment answers for: its hosted zone is in another account, and a
/// record of ours would conflict with it.
fn foreign_host(
    name: EnvironmentName,
    placed: &Placed<'_>,
    domain: &Domain,
    domains: &[(EnvironmentName, Domain)],
    findings: &mut Findings,
) {
    let Some(ingress) = &placed.application.ingress else {
        return;
    };
    let host = ingress.host.fqdn(domain);
    let within = |name: &DomainName, of: &DomainName| name == of || name.is_under(of);
    for (other, foreign) in domains {
        // Where our own domain lies under the other's, everything of ours does. That two are the
        // same is reported once, not for each application.
        let ours = within(&host, &domain.name) && within(&domain.name, &foreign.name);
        if *other != name && within(&host, &foreign.name) && !ours {
            findings.push(
                Finding::new(
                    placed.node.place("ingress.host"),
                    format!(
                        "invalid `{}.ingress.host`: {host} belongs to {other}, whose \
                         domain is {}",
                        placed.application.name, foreign.name
                    ),
                )
                .within(name)
                .help("choose a name outside the other environment's domain"),
            );
        }
    }
}

/// Checks every pair of environments, and each one's network against its own database.
pub(crate) fn check_environments(environments: &[PartialEnvironment], findings: &mut Findings) {
    for (index, later) in environments.iter().enumerate() {
        for earlier in environments.iter().take(index) {
            account_and_region(earlier, later, findings);
            domains(earlier, later, findings);
        }
    }
    address_blocks(environments, findings);
}

/// A deployment compares account and region with the caller's before its first write, which only helps if they
/// identify the environment.
fn account_and_region(
    earlier: &PartialEnvironment,
    later: &PartialEnvironment,
    findings: &mut Findings,
) {
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
                format!("{} uses them", earlier.name),
                earlier.root.place("account"),
            )
            .help("give each environment an account of its own, or at least a region"),
        );
    }
}

fn domains(earlier: &PartialEnvironment, later: &PartialEnvironment, findings: &mut Findings) {
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
                .note(format!("{} uses it", earlier.name), earlier.root.place(key))
                .help("give each environment a domain and a hosted zone of its own"),
            );
        }
    }
}

/// Peered networks can't route between equal addresses; and environments that don't overlap can
/// be peered with each other, or with the same third, one day.
fn address_blocks(environments: &[PartialEnvironment], findings: &mut Findings) {
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
        for (owner, net, place) in network.into_iter().chain(atlas) {
            for (other, other_net, other_place) in &earlier {
                if overlap(net, *other_net) {
                    findings.push(
                        Finding::new(place, format!("{owner}, {net}, overlaps with {other}"))
                            .note(format!("{other} is {other_net}"), *other_place)
                            .help("choose address blocks that don't overlap"),
                    );
                }
            }
            earlier.push((owner, net, place));
        }
    }
}
