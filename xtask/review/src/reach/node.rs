//! Nodes: what can connect or be connected to, and the names that people call them by.

use std::collections::BTreeSet;
use std::net::IpAddr;

use common::suggestion::nearest;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::network::{Family, InterfaceKind, Network, ResourceId, is_private};

/// What can connect, or be connected to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// Every public address of a family.
    Internet(Family),
    /// A load balancer, machines, tasks, a build or a function: what has interfaces in subnets.
    Interface(ResourceId),
    /// The tasks of an ECS service.
    Service(ResourceId),
    /// The database in MongoDB Atlas, over the peering.
    Database,
    /// An AWS service with a gateway endpoint: `s3`.
    AwsService(String),
    /// Some addresses.
    Addresses(IpNet),
    NatGateway(ResourceId),
    /// A subnet: whatever has an address in it, without regard to security groups.
    Subnet(ResourceId),
    /// A build project or function that runs outside of the VPC.
    Outside(ResourceId),
}

/// A name that no node has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownNode {
    /// What was asked for.
    pub name: String,
    /// The nearest name, where one is near.
    pub near: Option<String>,
    /// Every name that is known. Addresses, and other resources' `stack/LogicalId`, are names too.
    pub known: Vec<String>,
}

/// `internet`: both families.
const INTERNET: &str = "internet";
/// The internet over IPv6 only.
const INTERNET_V6: &str = "internet-ipv6";
const LOAD_BALANCER: &str = "load-balancer";
const MACHINES: &str = "machines";
const DATABASE: &str = "database";

impl Network<'_> {
    /// The nodes that a name stands for: `internet`, `load-balancer`, `machines`, `database`, an application, an AWS
    /// service with an endpoint, `stack/LogicalId`, or addresses.
    ///
    /// # Errors
    /// When nothing has the name.
    pub fn nodes_named(&self, name: &str) -> Result<Vec<Node>, UnknownNode> {
        let nodes = self.find(name);
        if !nodes.is_empty() {
            return Ok(nodes);
        }
        let known: Vec<String> = self.names();
        let all = self.environment.resources();
        let paths: Vec<String> = all
            .map(|one| format!("{}/{}", one.stack, one.logical_id))
            .filter(|path| !self.find(path).is_empty())
            .collect();
        let candidates = known.iter().chain(&paths).map(String::as_str);
        Err(UnknownNode {
            name: name.to_owned(),
            near: nearest(name, candidates).map(ToOwned::to_owned),
            known,
        })
    }

    fn find(&self, name: &str) -> Vec<Node> {
        let interfaces = |wanted: fn(InterfaceKind) -> bool| -> Vec<Node> {
            let all = self.interfaces.iter();
            all.filter(|(_, interface)| wanted(interface.kind))
                .map(|(id, _)| Node::Interface(id.clone()))
                .collect()
        };
        match name {
            INTERNET => return vec![Node::Internet(Family::V4), Node::Internet(Family::V6)],
            INTERNET_V6 => return vec![Node::Internet(Family::V6)],
            LOAD_BALANCER => return interfaces(InterfaceKind::is_load_balancer),
            MACHINES => return interfaces(|kind| kind == InterfaceKind::Machines),
            DATABASE => return vec![Node::Database],
            _ => {}
        }
        if let Some(service) = self.services.iter().find(|(_, one)| one.name == name) {
            return vec![Node::Service(service.0.clone())];
        }
        if self.endpoints.values().any(|one| one.service == name) {
            return vec![Node::AwsService(name.to_owned())];
        }
        if let Some(block) = addresses(name) {
            return vec![self.at(block)];
        }
        let Some((stack, logical_id)) = name.split_once('/') else {
            return Vec::new();
        };
        let id = ResourceId {
            stack: stack.to_owned(),
            logical_id: logical_id.to_owned(),
        };
        self.of_resource(&id)
    }

    /// The node that addresses are.
    fn at(&self, block: IpNet) -> Node {
        if block.prefix_len() == 0 {
            return Node::Internet(Family::of(&block));
        }
        if self.database.is_some_and(|database| database == block) {
            return Node::Database;
        }
        Node::Addresses(block)
    }

    fn of_resource(&self, id: &ResourceId) -> Vec<Node> {
        let id = id.clone();
        if self.services.contains_key(&id) {
            return vec![Node::Service(id)];
        }
        if self.interfaces.contains_key(&id) {
            return vec![Node::Interface(id)];
        }
        if self.subnets.contains_key(&id) {
            return vec![Node::Subnet(id)];
        }
        if self.nat_gateways.contains_key(&id) {
            return vec![Node::NatGateway(id)];
        }
        if let Some(endpoint) = self.endpoints.get(&id) {
            return vec![Node::AwsService(endpoint.service.clone())];
        }
        if self.groups.contains_key(&id) {
            let carried = self.carried_groups();
            return carried
                .filter(|(_, groups)| groups.contains(&id))
                .map(|(id, _)| Node::Interface(id.clone()))
                .collect();
        }
        let resource = self.environment.resource(&id.stack, &id.logical_id);
        match resource.map(|one| one.resource_type) {
            Some("AWS::CodeBuild::Project" | "AWS::Lambda::Function") => vec![Node::Outside(id)],
            _ => Vec::new(),
        }
    }

    /// The names that are known, besides paths and addresses.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let fixed = [INTERNET, INTERNET_V6, LOAD_BALANCER, MACHINES, DATABASE];
        let services = self.services.values().map(|one| one.name.clone());
        let endpoints = self.endpoints.values().map(|one| one.service.clone());
        fixed
            .map(ToOwned::to_owned)
            .into_iter()
            .chain(services)
            .chain(endpoints)
            .collect()
    }

    /// Every node whose reach is a fact of the environment: the internet, the blocks of public addresses that rules
    /// name, what has interfaces, the services, the database and the AWS services with endpoints.
    #[must_use]
    pub fn nodes(&self) -> BTreeSet<Node> {
        let mut nodes: BTreeSet<Node> = [Family::V4, Family::V6].map(Node::Internet).into();
        nodes.extend(
            self.interfaces
                .keys()
                .cloned()
                .map(|id| self.of_interface(id)),
        );
        nodes.extend(self.services.keys().cloned().map(Node::Service));
        let endpoints = self.endpoints.values();
        nodes.extend(endpoints.map(|one| Node::AwsService(one.service.clone())));
        if self.database.is_some() {
            nodes.insert(Node::Database);
        }
        let rules = self.groups.values();
        let rules = rules.flat_map(|group| group.ingress.iter().chain(&group.egress));
        let blocks = rules.filter_map(|rule| match rule.peer {
            super::network::Peer::Block(block) => Some(block),
            _ => None,
        });
        // Private addresses are of the network itself, or of the database.
        nodes.extend(
            blocks
                .filter(|block| !is_private(block))
                .map(|block| self.at(block)),
        );
        nodes
    }

    fn of_interface(&self, id: ResourceId) -> Node {
        if self.services.contains_key(&id) {
            Node::Service(id)
        } else {
            Node::Interface(id)
        }
    }

    /// What a node is called in sentences.
    #[must_use]
    pub fn label(&self, node: &Node) -> String {
        match node {
            Node::Internet(Family::V4) => "the internet".to_owned(),
            Node::Internet(Family::V6) => "the internet over IPv6".to_owned(),
            Node::Interface(id) => self.interface_label(id),
            Node::Service(id) => match self.services.get(id) {
                Some(service) => format!("application {}", service.name),
                None => id.to_string(),
            },
            Node::Database => "the database".to_owned(),
            Node::AwsService(name) => format!("AWS service {name}"),
            Node::Addresses(block) if block.prefix_len() == block.max_prefix_len() => {
                block.addr().to_string()
            }
            Node::Addresses(block) => block.to_string(),
            Node::NatGateway(id) => format!("NAT gateway {id}"),
            Node::Subnet(id) => format!("subnet {id}"),
            Node::Outside(id) => id.to_string(),
        }
    }

    fn interface_label(&self, id: &ResourceId) -> String {
        let Some(interface) = self.interfaces.get(id) else {
            return id.to_string();
        };
        let noun = interface.kind.noun();
        let alike = self
            .interfaces
            .values()
            .filter(|one| one.kind == interface.kind);
        let is_only = alike.count() == 1;
        match interface.kind {
            InterfaceKind::ApplicationLoadBalancer
            | InterfaceKind::NetworkLoadBalancer
            | InterfaceKind::Machines
                if is_only =>
            {
                format!("the {noun}")
            }
            _ => format!("{noun} {id}"),
        }
    }
}

/// What a labelled node does.
#[derive(Clone, Copy)]
pub(super) enum Verb {
    Reach,
    LetOut,
    Admit,
    Carry,
    Have,
}

impl Verb {
    /// The form that agrees with a label: `the machines reach`, `the internet reaches`.
    pub(super) fn agreeing_with(self, label: &str) -> &'static str {
        let words = label.strip_prefix("the ").unwrap_or(label);
        let is_plural = words.starts_with(MACHINES) || words.starts_with("tasks");
        match (self, is_plural) {
            (Self::Reach, true) => "reach",
            (Self::Reach, false) => "reaches",
            (Self::LetOut, true) => "let out",
            (Self::LetOut, false) => "lets out",
            (Self::Admit, true) => "admit",
            (Self::Admit, false) => "admits",
            (Self::Carry, true) => "carry",
            (Self::Carry, false) => "carries",
            (Self::Have, true) => "have",
            (Self::Have, false) => "has",
        }
    }
}

/// An address, or a block of addresses.
fn addresses(name: &str) -> Option<IpNet> {
    name.parse::<IpNet>()
        .ok()
        .map(|block| block.trunc())
        .or_else(|| name.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Every address of a family.
pub(super) fn everything(family: Family) -> IpNet {
    match family {
        Family::V4 => IpNet::V4(Ipv4Net::default()),
        Family::V6 => IpNet::V6(Ipv6Net::default()),
    }
}
