//! Paths: connections one after the other, as load balancers open them to their targets.

use serde::Serialize;

use super::connection::{Blocked, Connection, HopKind, MissingHop};
use super::network::{Family, Listener, Network, ResourceId, Target};
use super::node::{Node, UnknownNode};
use super::traffic::Traffic;

/// Whether one node reaches another one, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// Who connects.
    pub from: String,
    pub to: String,
    /// Every path. Empty where there is none.
    pub paths: Vec<Path>,
    /// Where there is none: the attempts, the one that gets farthest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<FailedPath>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Path {
    /// The protocols and ports that who connects uses.
    pub traffic: Traffic,
    /// The connections on the way. There is more than one where a load balancer opens another one to its target,
    /// or where it leads out to the internet and back.
    pub connections: Vec<Connection>,
}

/// A path that ends before its target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailedPath {
    /// The connections that are possible.
    pub connections: Vec<Connection>,
    pub blocked: Blocked,
}

/// A listener that forwards to a target.
#[derive(Clone, Copy)]
struct Forward<'n> {
    load_balancer: &'n ResourceId,
    listener: &'n Listener,
    /// What forwards: the listener, or a rule of it.
    rule: &'n ResourceId,
    group: &'n ResourceId,
    target: &'n Target,
}

/// A way that was followed.
type Attempted = Result<Path, FailedPath>;

impl Path {
    /// Whether both lead through the same nodes.
    fn is_along(&self, other: &Self) -> bool {
        let nodes = |path: &Self| -> Vec<(String, String)> {
            let connections = path.connections.iter();
            connections
                .map(|one| (one.from.clone(), one.to.clone()))
                .collect()
        };
        nodes(self) == nodes(other)
    }

    fn merge(&mut self, other: Self) {
        self.traffic = self.traffic.union(&other.traffic);
        for (one, other) in self.connections.iter_mut().zip(other.connections) {
            one.merge(other);
        }
    }

    /// What is between both ends: load balancers, or the internet.
    #[must_use]
    pub fn through(&self) -> Vec<&str> {
        let without_last = self.connections.split_last().map(|(_, before)| before);
        without_last
            .unwrap_or_default()
            .iter()
            .map(|one| one.to.as_str())
            .collect()
    }

    /// What the path takes outside of this definition.
    #[must_use]
    pub fn assumptions(&self) -> Vec<&str> {
        let all = self.connections.iter().flat_map(|one| &one.assumptions);
        let mut all: Vec<&str> = all.map(String::as_str).collect();
        all.dedup();
        all
    }
}

impl FailedPath {
    fn progress(&self) -> (usize, usize, std::cmp::Reverse<usize>) {
        (
            self.connections.len(),
            self.blocked.hops.len(),
            std::cmp::Reverse(self.blocked.missing.len()),
        )
    }

    #[must_use]
    pub fn missing(&self) -> &[MissingHop] {
        &self.blocked.missing
    }
}

impl Network<'_> {
    /// Whether what a name stands for reaches what another one stands for; only on a port, if one is given. Where
    /// there is a path, the pairs of nodes that have none are left out.
    ///
    /// # Errors
    /// When nothing has one of the names.
    pub fn reach_named(
        &self,
        from: &str,
        to: &str,
        port: Option<u16>,
    ) -> Result<Vec<Answer>, UnknownNode> {
        let (sources, targets) = (self.nodes_named(from)?, self.nodes_named(to)?);
        let pairs = sources
            .iter()
            .flat_map(|from| targets.iter().map(move |to| (from, to)));
        let answers: Vec<Answer> = pairs
            .filter(|(from, to)| from != to)
            .map(|(from, to)| self.reach(from, to, port))
            .collect();
        Ok(only_reached(answers))
    }

    /// Everything that what a name stands for reaches, and what it does not.
    ///
    /// # Errors
    /// When nothing has the name.
    pub fn reach_all_named(
        &self,
        from: &str,
        port: Option<u16>,
    ) -> Result<Vec<Answer>, UnknownNode> {
        let sources = self.nodes_named(from)?;
        let nodes = self.nodes();
        let targets = nodes.iter().filter(|to| !sources.contains(to));
        let answers = targets.flat_map(|to| {
            let sources = sources.iter().filter(|from| !self.is_same(from, to));
            only_reached(sources.map(|from| self.reach(from, to, port)).collect())
        });
        Ok(answers.collect())
    }

    /// Whether a node reaches another one; only on a port, if one is given. The port is that which the first node
    /// connects to.
    #[must_use]
    pub fn reach(&self, from: &Node, to: &Node, port: Option<u16>) -> Answer {
        let wanted = port.map_or_else(Traffic::all, Traffic::port);
        let mut attempts = self.attempts(from, to, &wanted);
        if !attempts.iter().any(Result::is_ok) {
            attempts.extend(self.over_the_internet(from, to, &wanted));
        }
        let mut paths: Vec<Path> = Vec::new();
        let mut failed: Vec<FailedPath> = Vec::new();
        for attempt in attempts {
            match attempt {
                Ok(path) => match paths.iter_mut().find(|one| one.is_along(&path)) {
                    Some(other) => other.merge(path),
                    None => paths.push(path),
                },
                Err(attempt) if failed.contains(&attempt) => {}
                Err(attempt) => failed.push(attempt),
            }
        }
        // Of equals, the first: the direct one.
        failed.sort_by_key(|one| std::cmp::Reverse(one.progress()));
        if !paths.is_empty() {
            failed.clear();
        }
        Answer {
            from: self.label(from),
            to: self.label(to),
            paths,
            attempts: failed,
        }
    }

    /// Whether one is the interface of the other: machines and the tasks on them.
    fn is_same(&self, one: &Node, other: &Node) -> bool {
        let interface = self.interface_of(one);
        interface.is_some() && interface == self.interface_of(other)
    }

    fn interface_of<'n>(&'n self, node: &'n Node) -> Option<&'n ResourceId> {
        match node {
            Node::Interface(id) => Some(id),
            Node::Service(id) => self.services.get(id)?.interface.as_ref(),
            _ => None,
        }
    }

    pub(super) fn load_balancer<'n>(&'n self, node: &'n Node) -> Option<&'n ResourceId> {
        let Node::Interface(id) = node else {
            return None;
        };
        let interface = self.interfaces.get(id)?;
        interface.kind.is_load_balancer().then_some(id)
    }

    /// Directly, and through each load balancer. The results of [`Network::reach`] without the detour over the
    /// internet.
    pub(super) fn attempts(&self, from: &Node, to: &Node, wanted: &Traffic) -> Vec<Attempted> {
        if let Some(id) = self.load_balancer(from) {
            // A load balancer connects to its targets only.
            let chains = self.chains(id, to, &[]);
            if chains.is_empty() {
                return vec![Err(self.no_forward(id, to, Vec::new()))];
            }
            let follow = |chain: &Vec<Forward<'_>>| self.follow(chain, wanted, Vec::new(), to);
            return chains.iter().map(follow).collect();
        }
        let mut found = vec![self.directly(from, to, wanted)];
        let mut is_led_to = false;
        for id in self.interfaces.keys() {
            let node = Node::Interface(id.clone());
            if self.load_balancer(&node).is_none() || node == *to {
                continue;
            }
            let chains = self.chains(id, to, &[]);
            is_led_to |= !chains.is_empty() || self.leads_to(id, to, &[]);
            if chains.is_empty()
                && self.leads_to(id, to, &[])
                && let Ok(connection) = self.connect(from, &node, wanted)
            {
                found.push(Err(self.no_forward(id, to, vec![connection])));
            }
            for chain in chains {
                let Some(first) = chain.first() else {
                    continue;
                };
                let heard = first.listener.traffic.intersection(wanted);
                if heard.is_empty() {
                    continue;
                }
                found.push(match self.connect(from, &node, &heard) {
                    Ok(connection) => self.follow(&chain, &Traffic::all(), vec![connection], to),
                    Err(blocked) => Err(FailedPath {
                        connections: Vec::new(),
                        blocked,
                    }),
                });
            }
        }
        if let (Node::Internet(_) | Node::Addresses(_), Node::Service(id), false) =
            (from, to, is_led_to)
        {
            found.push(Err(self.no_listener(from, to, id)));
        }
        found
    }

    /// An application that no load balancer has as a target.
    fn no_listener(&self, from: &Node, to: &Node, service: &ResourceId) -> FailedPath {
        let mut groups = self.target_groups.iter();
        let group = groups.find(|(_, targets)| targets.iter().any(|target| target.id == *service));
        let text = match group {
            Some((group, _)) => format!(
                "no listener forwards to target group {group}, which has {}",
                self.label(to)
            ),
            None => format!(
                "{} is in no target group that a listener forwards to",
                self.label(to)
            ),
        };
        FailedPath {
            connections: Vec::new(),
            blocked: self.blocked(from, to, text),
        }
    }

    pub(super) fn directly(&self, from: &Node, to: &Node, wanted: &Traffic) -> Attempted {
        let wanted = match to {
            Node::Service(id) => {
                let listens = self.services.get(id).map(|one| &one.listens);
                let wanted = listens.map(|listens| wanted.intersection(listens));
                wanted.unwrap_or_default()
            }
            _ => wanted.clone(),
        };
        if wanted.is_empty() {
            let text = format!("no container of {} listens on such a port", self.label(to));
            return Err(FailedPath {
                connections: Vec::new(),
                blocked: self.blocked(from, to, text),
            });
        }
        match self.connect(from, to, &wanted) {
            Ok(connection) => Ok(path(vec![connection])),
            Err(blocked) => Err(FailedPath {
                connections: Vec::new(),
                blocked,
            }),
        }
    }

    fn blocked(&self, from: &Node, to: &Node, text: String) -> Blocked {
        let resource = match to {
            Node::Service(id) | Node::Interface(id) => Some(self.subject(id)),
            _ => None,
        };
        Blocked {
            from: self.label(from),
            to: self.label(to),
            hops: Vec::new(),
            missing: vec![MissingHop { text, resource }],
        }
    }

    fn no_forward(
        &self,
        load_balancer: &ResourceId,
        to: &Node,
        connections: Vec<Connection>,
    ) -> FailedPath {
        let from = Node::Interface(load_balancer.clone());
        let (label, target) = (self.label(&from), self.label(to));
        let text = format!("no listener of {label} forwards to {target}");
        FailedPath {
            connections,
            blocked: self.blocked(&from, to, text),
        }
    }

    fn listeners_of<'n>(
        &'n self,
        load_balancer: &'n ResourceId,
    ) -> impl Iterator<Item = (&'n ResourceId, &'n Listener)> {
        let all = self.listeners.iter();
        all.filter(move |(_, one)| one.load_balancer.as_ref() == Some(load_balancer))
    }

    /// Whether a load balancer has a node among its targets, or those of the load balancers behind it, on whatever
    /// ports.
    fn leads_to(&self, load_balancer: &ResourceId, to: &Node, seen: &[&ResourceId]) -> bool {
        let forwards = self
            .listeners_of(load_balancer)
            .flat_map(|(_, one)| &one.forwards);
        let groups = forwards.filter_map(|(_, group)| self.target_groups.get(group));
        let seen = [seen, &[load_balancer]].concat();
        groups.into_iter().flatten().any(|target| {
            let node = self.target_node(&target.id);
            let is_new = !seen.contains(&&target.id);
            self.is_target(&node, to) || is_new && self.leads_to(&target.id, to, &seen)
        })
    }

    /// The ways in which a load balancer forwards to a node, from listener to listener.
    fn chains<'n>(
        &'n self,
        load_balancer: &'n ResourceId,
        to: &Node,
        seen: &[&ResourceId],
    ) -> Vec<Vec<Forward<'n>>> {
        let seen = [seen, &[load_balancer]].concat();
        let mut chains = Vec::new();
        for (_, listener) in self.listeners_of(load_balancer) {
            for (rule, group) in &listener.forwards {
                for target in self.target_groups.get(group).into_iter().flatten() {
                    let forward = Forward {
                        load_balancer,
                        listener,
                        rule,
                        group,
                        target,
                    };
                    if self.is_target(&self.target_node(&target.id), to) {
                        chains.push(vec![forward]);
                    } else if !seen.contains(&&target.id) {
                        let behind = self.chains(&target.id, to, &seen).into_iter();
                        let heard = behind.filter(|chain| {
                            let next = chain.first().map(|one| &one.listener.traffic);
                            next.is_some_and(|next| !next.intersection(&target.traffic).is_empty())
                        });
                        chains.extend(heard.map(|chain| [vec![forward], chain].concat()));
                    }
                }
            }
        }
        chains
    }

    fn target_node(&self, id: &ResourceId) -> Node {
        if self.services.contains_key(id) {
            Node::Service(id.clone())
        } else {
            Node::Interface(id.clone())
        }
    }

    /// Whether a target is the node, or runs on it.
    fn is_target(&self, target: &Node, to: &Node) -> bool {
        target == to
            || (matches!(to, Node::Interface(_))
                && self.interface_of(target) == self.interface_of(to))
    }

    /// Connects a load balancer to its target, and on.
    fn follow(
        &self,
        chain: &[Forward<'_>],
        wanted: &Traffic,
        before: Vec<Connection>,
        to: &Node,
    ) -> Attempted {
        let mut connections = before;
        for (index, forward) in chain.iter().enumerate() {
            let from = Node::Interface(forward.load_balancer.clone());
            let next = chain.get(index + 1);
            let reached = match next {
                Some(_) => self.target_node(&forward.target.id),
                None => to.clone(),
            };
            let mut traffic = forward.target.traffic.clone();
            if let Some(next) = next {
                traffic = traffic.intersection(&next.listener.traffic);
            }
            if connections.is_empty() {
                traffic = traffic.intersection(wanted);
            }
            match self.connect(&from, &reached, &traffic) {
                Ok(mut connection) => {
                    let allows = format!("forwards to target group {}", forward.group);
                    let hop = self.hop(forward.rule, HopKind::Forward, allows);
                    connection.hops.insert(0, hop);
                    connections.push(connection);
                }
                Err(blocked) => {
                    return Err(FailedPath {
                        connections,
                        blocked,
                    });
                }
            }
        }
        Ok(path(connections))
    }

    /// Out to the internet, and back in by a public address.
    fn over_the_internet(&self, from: &Node, to: &Node, wanted: &Traffic) -> Vec<Attempted> {
        let inside = |node: &Node| {
            matches!(
                node,
                Node::Interface(_) | Node::Service(_) | Node::Subnet(_)
            )
        };
        if !inside(from)
            || !inside(to)
            || self.load_balancer(from).is_some()
            || self.is_same(from, to)
        {
            return Vec::new();
        }
        let internet = Node::Internet(Family::V4);
        let Ok(out) = self.connect(from, &internet, wanted) else {
            return Vec::new();
        };
        let back = self.attempts(&internet, to, &out.traffic);
        back.into_iter()
            .flatten()
            .map(|back| {
                let mut out = out.clone();
                out.traffic = back.traffic.clone();
                let connections = std::iter::once(out).chain(back.connections);
                Ok(path(connections.collect()))
            })
            .collect()
    }
}

/// The answers with paths; where there are none, the first: of several families it is IPv4's.
fn only_reached(mut answers: Vec<Answer>) -> Vec<Answer> {
    if answers.iter().any(|one| !one.paths.is_empty()) {
        answers.retain(|one| !one.paths.is_empty());
    } else {
        answers.truncate(1);
    }
    answers
}

fn path(connections: Vec<Connection>) -> Path {
    let traffic = connections.first().map(|one| one.traffic.clone());
    Path {
        traffic: traffic.unwrap_or_default(),
        connections,
    }
}
