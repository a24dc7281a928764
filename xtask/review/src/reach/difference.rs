//! The difference of who reaches whom, between two definitions of an environment.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::connection::MissingHop;
use super::network::Network;
use super::node::{Node, Verb};
use super::path::Path;
use super::traffic::Traffic;
use crate::consequence::Subject;
use crate::environment::Environment;

/// What nodes reach after a change that they did not before, and the reverse.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessDifference {
    /// What is reached only afterwards.
    pub gained: Vec<AccessChange>,
    /// What is reached only before.
    pub lost: Vec<AccessChange>,
    /// How many pairs reach each other before and after, on the same ports.
    pub unchanged: usize,
}

/// Traffic that two nodes come to exchange, or cease to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessChange {
    /// Who connects.
    pub from: String,
    /// What is connected to.
    pub to: String,
    /// The protocols and ports that change.
    pub traffic: Traffic,
    /// What is between both: load balancers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<String>,
    /// Whether nothing was exchanged before, or nothing is any more.
    pub is_complete: bool,
    /// Whether it is the internet, or a block of public addresses, that connects.
    pub from_internet: bool,
    /// The resource of what is connected to, or else of who connects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// Whether that is the resource of what is connected to.
    #[serde(skip)]
    pub is_about_target: bool,
    /// The resources of the path's rules, routes and gateways.
    pub hops: Vec<Subject>,
    /// What is missing now, where access is lost.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingHop>,
}

/// What one node reaches of another.
struct Access {
    traffic: Traffic,
    paths: Vec<Path>,
}

type Facts = BTreeMap<(Node, Node), Access>;

impl AccessDifference {
    /// Compares who reaches whom.
    #[must_use]
    pub fn new(before: &Environment, after: &Environment) -> Self {
        let (before, after) = (Network::new(before), Network::new(after));
        let (old, new) = (facts(&before, &after), facts(&after, &before));
        let pairs: BTreeSet<&(Node, Node)> = old.keys().chain(new.keys()).collect();
        let mut difference = Self::default();
        for pair in pairs {
            let traffic = |facts: &Facts| facts.get(pair).map(|one| one.traffic.clone());
            let (was, is) = (
                traffic(&old).unwrap_or_default(),
                traffic(&new).unwrap_or_default(),
            );
            if was == is {
                difference.unchanged += 1;
                continue;
            }
            let gained = is.difference(&was);
            if let Some(access) = new.get(pair).filter(|_| !gained.is_empty()) {
                difference.gained.push(AccessChange {
                    is_complete: was.is_empty(),
                    ..change(&after, pair, gained, access)
                });
            }
            let lost = was.difference(&is);
            if let Some(access) = old.get(pair).filter(|_| !lost.is_empty()) {
                difference.lost.push(AccessChange {
                    is_complete: is.is_empty(),
                    missing: missing(&after, pair),
                    ..change(&before, pair, lost, access)
                });
            }
        }
        difference
    }

    /// Whether who reaches whom is the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.gained.is_empty() && self.lost.is_empty()
    }

    /// The difference as sentences; one sentence where there is none.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        if self.is_empty() {
            return vec!["who reaches whom is unchanged".to_owned()];
        }
        let gained = grouped(&self.gained).into_iter();
        let lost = grouped(&self.lost).into_iter();
        gained
            .map(|(one, to)| one.sentence("now", &to))
            .chain(lost.map(|(one, to)| {
                let missing = one.missing.first();
                let missing = missing.map(|one| format!(": {}", one.text));
                format!(
                    "{}{}",
                    one.sentence("no longer", &to),
                    missing.unwrap_or_default()
                )
            }))
            .collect()
    }
}

/// How many targets are named before the rest is counted.
const NAMED: usize = 3;

/// Changes that differ in their target only, each with the names of the targets.
fn grouped(changes: &[AccessChange]) -> Vec<(&AccessChange, String)> {
    let mut groups: Vec<(&AccessChange, Vec<&str>)> = Vec::new();
    for one in changes {
        let alike = groups.iter_mut().find(|(other, _)| {
            let missing = |change: &AccessChange| change.missing.first().cloned();
            other.from == one.from
                && other.traffic == one.traffic
                && other.through == one.through
                && missing(other) == missing(one)
        });
        match alike {
            Some((_, targets)) => targets.push(&one.to),
            None => groups.push((one, vec![&one.to])),
        }
    }
    let groups = groups.into_iter().map(|(one, targets)| {
        let (named, others) = targets.split_at(targets.len().min(NAMED));
        let named = named.join(", ");
        let rest = match others.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        (one, named + &rest)
    });
    groups.collect()
}

impl AccessChange {
    /// `the internet now reaches the machines on tcp 22`.
    fn sentence(&self, adverb: &str, to: &str) -> String {
        let verb = Verb::Reach.agreeing_with(&self.from);
        format!(
            "{} {adverb} {verb} {to} {}{}",
            self.from,
            self.traffic.phrase(),
            self.by()
        )
    }

    /// ` through the application load balancer`, or nothing.
    #[must_use]
    pub fn by(&self) -> String {
        match self.through.as_slice() {
            [] => String::new(),
            some => format!(" through {}", some.join(" and ")),
        }
    }
}

/// Every pair of nodes of which one reaches the other. The nodes of both sides are asked for, so that addresses
/// which only one of them names are compared.
fn facts(network: &Network<'_>, other: &Network<'_>) -> Facts {
    let mut nodes = network.nodes();
    let named = other.nodes();
    nodes.extend(
        named
            .into_iter()
            .filter(|node| matches!(node, Node::Addresses(_) | Node::AwsService(_))),
    );
    let mut facts = Facts::new();
    for from in &nodes {
        for to in &nodes {
            if from == to || is_outside(from) && is_outside(to) || is_part(network, from, to) {
                continue;
            }
            // Who is behind a load balancer is asked for by its application.
            let is_direct = !shares_interface(network, to);
            let attempts = if is_direct && network.load_balancer(from).is_none() {
                vec![network.directly(from, to, &Traffic::all())]
            } else {
                network.attempts(from, to, &Traffic::all())
            };
            let paths = attempts.into_iter().flatten();
            let paths: Vec<Path> = paths
                .filter(|path| path.through().is_empty() == is_direct)
                .collect();
            if paths.is_empty() {
                continue;
            }
            let traffic = paths.iter().map(|path| &path.traffic);
            let traffic = traffic.fold(Traffic::default(), |sum, one| sum.union(one));
            facts.insert((from.clone(), to.clone()), Access { traffic, paths });
        }
    }
    facts
}

const fn is_outside(node: &Node) -> bool {
    matches!(
        node,
        Node::Internet(_) | Node::Addresses(_) | Node::Database | Node::AwsService(_)
    )
}

/// Whether the machines tell the same already: tasks that share their interface are only asked for as what clients
/// reach through a load balancer.
fn is_part(network: &Network<'_>, from: &Node, to: &Node) -> bool {
    let is_client = matches!(from, Node::Internet(_) | Node::Addresses(_));
    shares_interface(network, from) || shares_interface(network, to) && !is_client
}

fn shares_interface(network: &Network<'_>, node: &Node) -> bool {
    let Node::Service(id) = node else {
        return false;
    };
    let service = network.services.get(id);
    service.is_some_and(|one| one.interface.as_ref() != Some(id))
}

fn change(
    network: &Network<'_>,
    (from, to): &(Node, Node),
    traffic: Traffic,
    access: &Access,
) -> AccessChange {
    let paths = || {
        let takes_part = |path: &&Path| !path.traffic.intersection(&traffic).is_empty();
        access.paths.iter().filter(takes_part)
    };
    let through = paths().next().map(Path::through).unwrap_or_default();
    let through = through.into_iter().map(ToOwned::to_owned).collect();
    let connections = paths().flat_map(|path| &path.connections);
    let hops = connections.flat_map(|one| one.hops.iter().map(|hop| hop.resource.clone()));
    let hops: BTreeSet<Subject> = hops.collect();
    AccessChange {
        from: network.label(from),
        to: network.label(to),
        through,
        is_complete: false,
        is_about_target: subject(network, to).is_some(),
        from_internet: matches!(from, Node::Internet(_) | Node::Addresses(_)),
        subject: subject(network, to).or_else(|| subject(network, from)),
        hops: hops.into_iter().collect(),
        missing: Vec::new(),
        traffic,
    }
}

fn subject(network: &Network<'_>, node: &Node) -> Option<Subject> {
    match node {
        Node::Interface(id) | Node::Service(id) => Some(network.subject(id)),
        _ => None,
    }
}

/// What is missing of a path that was there.
fn missing(network: &Network<'_>, (from, to): &(Node, Node)) -> Vec<MissingHop> {
    let there = |node: &Node| match node {
        Node::Interface(id) => network.interfaces.contains_key(id),
        Node::Service(id) => network.services.contains_key(id),
        _ => true,
    };
    if !there(from) || !there(to) {
        return Vec::new();
    }
    let mut answer = network.reach(from, to, None);
    if answer.attempts.is_empty() {
        return Vec::new();
    }
    answer.attempts.swap_remove(0).blocked.missing
}
