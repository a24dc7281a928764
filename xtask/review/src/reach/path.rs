//! Paths: connections one after the other, as load balancers open them to their targets.

use serde::Serialize;

use super::connection::{Blocked, Connection, HopKind, MissingHop};
use super::network::{Family, Network, ResourceId};
use super::node::Node;
use super::traffic::Traffic;

/// Whether one node reaches another one, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// Who connects.
    pub from: String,
    /// What is to be reached.
    pub to: String,
    /// Every path. Empty where there is none.
    pub paths: Vec<Path>,
    /// Where there is none: the attempts, the one that gets farthest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<FailedPath>,
}

/// A path.
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
    /// The one that is not.
    pub blocked: Blocked,
}

/// A way that is being followed.
type Attempted = Result<Path, FailedPath>;

impl Path {
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

    /// What is missing.
    #[must_use]
    pub fn missing(&self) -> &[MissingHop] {
        &self.blocked.missing
    }
}

impl Network<'_> {
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
                Ok(path) => add_new(&mut paths, path),
                Err(attempt) => add_new(&mut failed, attempt),
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

    /// Every node of [`Network::nodes`] that a node reaches, or does not.
    #[must_use]
    pub fn reach_all(&self, from: &Node, port: Option<u16>) -> Vec<Answer> {
        let nodes = self.nodes();
        let others = nodes
            .iter()
            .filter(|to| *to != from && !self.is_same(from, to));
        others.map(|to| self.reach(from, to, port)).collect()
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

    fn load_balancer<'n>(&'n self, node: &'n Node) -> Option<&'n ResourceId> {
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
            let mut found = self.forwarded(id, wanted, &[], to);
            if found.is_empty() {
                found.push(Err(self.no_target(id, to)));
            }
            return found;
        }
        let mut found = vec![self.directly(from, to, wanted)];
        for id in self.interfaces.keys() {
            let node = Node::Interface(id.clone());
            if self.load_balancer(&node).is_none() || node == *to {
                continue;
            }
            for listened in self.heard(id, wanted) {
                match self.connect(from, &node, &listened) {
                    Ok(connection) => {
                        found.extend(self.forwarded(id, &listened, &[connection], to));
                    }
                    // Worth telling only where the load balancer has such a target.
                    Err(blocked) if self.leads_to(id, to) => found.push(Err(FailedPath {
                        connections: Vec::new(),
                        blocked,
                    })),
                    Err(_) => {}
                }
            }
        }
        found
    }

    fn directly(&self, from: &Node, to: &Node, wanted: &Traffic) -> Attempted {
        let wanted = match to {
            Node::Service(id) => {
                let listens = self.services.get(id).map(|one| &one.listens);
                let wanted = listens.map(|listens| wanted.intersection(listens));
                wanted.unwrap_or_default()
            }
            _ => wanted.clone(),
        };
        if wanted.is_empty() {
            let text = format!("{} maps no such port", self.label(to));
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

    fn no_target(&self, load_balancer: &ResourceId, to: &Node) -> FailedPath {
        let from = Node::Interface(load_balancer.clone());
        let text = format!(
            "no listener of {} forwards to {}",
            self.label(&from),
            self.label(to)
        );
        FailedPath {
            connections: Vec::new(),
            blocked: self.blocked(&from, to, text),
        }
    }

    /// What each listener of a load balancer hears of some traffic.
    fn heard(&self, load_balancer: &ResourceId, wanted: &Traffic) -> Vec<Traffic> {
        self.listeners_of(load_balancer)
            .map(|(_, listener)| listener.traffic.intersection(wanted))
            .filter(|traffic| !traffic.is_empty())
            .collect()
    }

    fn listeners_of<'n>(
        &'n self,
        load_balancer: &'n ResourceId,
    ) -> impl Iterator<Item = (&'n ResourceId, &'n super::network::Listener)> {
        let all = self.listeners.iter();
        all.filter(move |(_, one)| one.load_balancer.as_ref() == Some(load_balancer))
    }

    /// Whether a load balancer has a node among its targets, or those of the load balancers behind it.
    fn leads_to(&self, load_balancer: &ResourceId, to: &Node) -> bool {
        let forwards = self
            .listeners_of(load_balancer)
            .flat_map(|(_, one)| &one.forwards);
        let groups = forwards.filter_map(|(_, group)| self.target_groups.get(group));
        groups.into_iter().flatten().any(|target| {
            let node = self.target_node(&target.id);
            self.is_target(&node, to)
                || (self.load_balancer(&node).is_some()
                    && target.id != *load_balancer
                    && self.leads_to(&target.id, to))
        })
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

    /// The ways from a load balancer's listeners, which hear some traffic, to a node.
    fn forwarded(
        &self,
        load_balancer: &ResourceId,
        heard: &Traffic,
        before: &[Connection],
        to: &Node,
    ) -> Vec<Attempted> {
        let from = Node::Interface(load_balancer.clone());
        let mut found = Vec::new();
        for (_, listener) in self.listeners_of(load_balancer) {
            // Where the way begins at the load balancer, its listeners don't limit what it connects to.
            if !before.is_empty() && listener.traffic.intersection(heard).is_empty() {
                continue;
            }
            for (rule, group) in &listener.forwards {
                for target in self.target_groups.get(group).into_iter().flatten() {
                    let node = self.target_node(&target.id);
                    let is_last = self.is_target(&node, to);
                    let leads_on = self.load_balancer(&node).is_some()
                        && target.id != *load_balancer
                        && self.leads_to(&target.id, to);
                    if !is_last && !leads_on {
                        continue;
                    }
                    let wanted = if before.is_empty() {
                        target.traffic.intersection(heard)
                    } else {
                        target.traffic.clone()
                    };
                    let reached = if is_last { to } else { &node };
                    match self.connect(&from, reached, &wanted) {
                        Ok(mut connection) => {
                            let allows = format!("forwards to target group {group}");
                            connection
                                .hops
                                .insert(0, self.hop(rule, HopKind::Forward, allows));
                            let heard = connection.traffic.clone();
                            let mut connections = before.to_vec();
                            connections.push(connection);
                            if is_last {
                                found.push(Ok(path(connections)));
                            } else {
                                found.extend(self.forwarded(&target.id, &heard, &connections, to));
                            }
                        }
                        Err(blocked) => found.push(Err(FailedPath {
                            connections: before.to_vec(),
                            blocked,
                        })),
                    }
                }
            }
        }
        if found.is_empty() && !before.is_empty() && self.leads_to(load_balancer, to) {
            let mut failed = self.no_target(load_balancer, to);
            failed.connections = before.to_vec();
            found.push(Err(failed));
        }
        found
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

fn path(connections: Vec<Connection>) -> Path {
    let traffic = connections.first().map(|one| one.traffic.clone());
    Path {
        traffic: traffic.unwrap_or_default(),
        connections,
    }
}

fn add_new<T: PartialEq>(all: &mut Vec<T>, new: T) {
    if !all.contains(&new) {
        all.push(new);
    }
}
