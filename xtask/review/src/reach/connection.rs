//! One connection: from a node to another, without anything between them that opens a connection of its own.
//!
//! It needs an egress rule of who connects, a route, what the route leads through, a public address where it comes
//! from the internet, an ingress rule and, at a load balancer, a listener. Answers need no rule: security groups
//! remember connections. They need a route, which is looked at where it is in this network.

use ipnet::IpNet;
use serde::Serialize;

use super::network::{
    Family, Interface, Network, Peer, PublicAddress, ResourceId, Route, RouteTarget, Rule, Subnet,
    overlap,
};
use super::node::{Node, Verb, everything};
use super::traffic::Traffic;
use crate::consequence::Subject;

/// A resource on the way, and what it allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hop {
    /// What it allows, as the predicate of a sentence about the resource.
    pub allows: String,
    /// What kind of thing allows it.
    pub kind: HopKind,
    /// The resource that defines it.
    pub resource: Subject,
}

/// What a hop is. The order is that of a way from an interface out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HopKind {
    /// A rule of the sender's security group.
    Egress,
    /// A route of a route table.
    Route,
    NatGateway,
    /// The route of a NAT gateway's own subnet.
    NatRoute,
    InternetGateway,
    Endpoint,
    /// A public address.
    Address,
    /// A rule of the receiver's security group.
    Ingress,
    /// A listener of a load balancer.
    Listener,
    /// What a listener forwards to.
    Forward,
}

/// What is not there, and would have to be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MissingHop {
    /// What is missing, as a sentence.
    pub text: String,
    /// The resource that lacks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<Subject>,
}

/// A connection that is possible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// Who connects.
    pub from: String,
    /// What is connected to.
    pub to: String,
    pub traffic: Traffic,
    /// The way, in its order.
    pub hops: Vec<Hop>,
    /// The subnets from or to which it is not possible, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<MissingHop>,
    /// What it takes outside of this definition.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assumptions: Vec<String>,
}

/// A connection that is not possible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Blocked {
    /// Who would connect.
    pub from: String,
    /// What would be connected to.
    pub to: String,
    /// What is there of the way.
    pub hops: Vec<Hop>,
    pub missing: Vec<MissingHop>,
}

/// Where the addresses of a node are.
enum Place<'n> {
    Subnets(Vec<(&'n ResourceId, &'n Subnet)>),
    Public(IpNet),
    Peered(IpNet),
    AwsService(&'n str),
    /// Nowhere in this network, and why.
    Nowhere(String),
}

/// A node as one end of a connection.
struct End<'n> {
    label: String,
    place: Place<'n>,
    interface: Option<(&'n ResourceId, &'n Interface)>,
    nat_gateway: Option<&'n ResourceId>,
    /// An address whose interface, and so its security group, is not known.
    is_anonymous: bool,
}

/// One pair of subnets tried.
struct Attempt {
    traffic: Traffic,
    hops: Vec<Hop>,
    missing: Vec<MissingHop>,
    assumptions: Vec<String>,
}

#[derive(Clone, Copy)]
enum Direction {
    Egress,
    Ingress,
}

type Located<'n> = Option<(&'n ResourceId, &'n Subnet)>;

impl Network<'_> {
    /// Whether a node can open a connection to another one, of some traffic.
    pub(super) fn connect(
        &self,
        from: &Node,
        to: &Node,
        wanted: &Traffic,
    ) -> Result<Connection, Blocked> {
        let (from, to) = (self.end(from), self.end(to));
        let mut possible: Vec<Attempt> = Vec::new();
        let mut impossible: Vec<(String, Attempt)> = Vec::new();
        for source in from.subnets() {
            for target in to.subnets() {
                let attempt = self.attempt(&from, source, &to, target, wanted);
                if attempt.missing.is_empty() {
                    possible.push(attempt);
                } else {
                    impossible.push((pair(source, target), attempt));
                }
            }
        }
        if possible.is_empty() {
            let mut hops = Vec::new();
            let mut missing = Vec::new();
            for (_, attempt) in impossible {
                add_new(&mut hops, attempt.hops);
                add_new(&mut missing, attempt.missing);
            }
            return Err(Blocked {
                from: from.label,
                to: to.label,
                hops,
                missing,
            });
        }
        let mut connection = Connection {
            from: from.label,
            to: to.label,
            traffic: Traffic::default(),
            hops: Vec::new(),
            exceptions: Vec::new(),
            assumptions: Vec::new(),
        };
        // The way of each pair has the same order of kinds.
        let order: Vec<HopKind> = possible
            .iter()
            .max_by_key(|one| one.hops.len())
            .into_iter()
            .flat_map(|one| one.hops.iter().map(|hop| hop.kind))
            .collect();
        for one in possible {
            connection.traffic = connection.traffic.union(&one.traffic);
            add_new(&mut connection.hops, one.hops);
            add_new(&mut connection.assumptions, one.assumptions);
        }
        connection
            .hops
            .sort_by_key(|hop| order.iter().position(|kind| *kind == hop.kind));
        for (pair, attempt) in impossible {
            for mut missing in attempt.missing {
                if !missing.text.contains(&pair) {
                    missing.text = format!("{pair}: {}", missing.text);
                }
                add_new(&mut connection.exceptions, vec![missing]);
            }
        }
        if let Some(acl) = &self.network_acl {
            connection
                .assumptions
                .push(format!("network ACLs, such as {acl}, are not evaluated"));
        }
        Ok(connection)
    }

    fn end<'n>(&'n self, node: &'n Node) -> End<'n> {
        let located = |ids: &'n [ResourceId]| -> Place<'n> {
            let subnets = ids.iter().filter_map(|id| self.subnets.get_key_value(id));
            let subnets: Vec<_> = subnets.collect();
            if subnets.is_empty() {
                return Place::Nowhere("is in no subnet of this definition".to_owned());
            }
            Place::Subnets(subnets)
        };
        let mut interface = None;
        let mut nat_gateway = None;
        let mut is_anonymous = false;
        let mut of_interface = |id: Option<&'n ResourceId>| {
            interface = id.and_then(|id| self.interfaces.get_key_value(id));
            match interface {
                Some((_, one)) => located(&one.subnets),
                None => Place::Nowhere("has no network interface in this definition".to_owned()),
            }
        };
        let place = match node {
            Node::Internet(family) => Place::Public(everything(*family)),
            Node::Interface(id) => of_interface(Some(id)),
            Node::Service(id) => {
                let service = self.services.get(id);
                of_interface(service.and_then(|one| one.interface.as_ref()))
            }
            Node::Database => match self.database {
                Some(block) => Place::Peered(block),
                None => Place::Nowhere(
                    "is not connected: no route table has a route over a peering, and no security group names its addresses"
                        .to_owned(),
                ),
            },
            // Without an endpoint, its public addresses serve.
            Node::AwsService(name) => Place::AwsService(name),
            Node::Addresses(block) => {
                is_anonymous = true;
                self.place_of(*block)
            }
            Node::NatGateway(id) => {
                let gateway = self.nat_gateways.get_key_value(id);
                nat_gateway = gateway.map(|(id, _)| id);
                match gateway.and_then(|(_, one)| one.subnet.as_ref()) {
                    Some(subnet) => located(std::slice::from_ref(subnet)),
                    None => Place::Nowhere("is in no subnet of this definition".to_owned()),
                }
            }
            Node::Subnet(id) => {
                is_anonymous = true;
                located(std::slice::from_ref(id))
            }
            Node::Outside(id) => Place::Nowhere(format!(
                "runs outside of the VPC, in a network of AWS's: {id} has no VpcConfig"
            )),
        };
        End {
            label: self.label(node),
            place,
            interface,
            nat_gateway,
            is_anonymous,
        }
    }

    fn place_of(&self, block: IpNet) -> Place<'_> {
        let subnets: Vec<_> = self
            .subnets
            .iter()
            .filter(|(_, subnet)| subnet.blocks.iter().any(|own| overlap(own, &block)))
            .collect();
        if !subnets.is_empty() {
            return Place::Subnets(subnets);
        }
        let routes = self.subnets.values().flat_map(|subnet| &subnet.routes);
        let mut peered = routes.filter(|route| matches!(route.target, RouteTarget::Peering(_)));
        let is_peered = peered.any(|route| route.destination.contains(&block))
            || self
                .database
                .is_some_and(|database| database.contains(&block));
        match super::network::is_private(&block) {
            _ if is_peered => Place::Peered(block),
            true => Place::Nowhere("is private, and of no network that is known here".to_owned()),
            false => Place::Public(block),
        }
    }

    fn attempt(
        &self,
        from: &End<'_>,
        source: Located<'_>,
        to: &End<'_>,
        target: Located<'_>,
        wanted: &Traffic,
    ) -> Attempt {
        let mut attempt = Attempt {
            traffic: wanted.clone(),
            hops: Vec::new(),
            missing: Vec::new(),
            assumptions: Vec::new(),
        };
        for end in [from, to] {
            if let Place::Nowhere(why) = &end.place {
                attempt.lacks(format!("{} {why}", end.label), None);
                return attempt;
            }
        }
        if source.is_none() && target.is_none() {
            attempt.lacks(
                format!("neither {} nor {} is in this network", from.label, to.label),
                None,
            );
            return attempt;
        }
        let let_out = self.filter(&mut attempt, Direction::Egress, from, to, target);
        self.way(&mut attempt, from, source, to, target);
        let admitted = self.filter(&mut attempt, Direction::Ingress, to, from, source);
        let listened = self.listeners(&attempt, to);
        self.narrow(&mut attempt, from, to, let_out, admitted, listened);
        attempt
    }

    /// Intersects what the rules of both ends and the listeners allow, and adds those that take part as hops.
    fn narrow(
        &self,
        attempt: &mut Attempt,
        from: &End<'_>,
        to: &End<'_>,
        let_out: Option<Vec<Rule>>,
        admitted: Option<Vec<Rule>>,
        listened: Option<Vec<(ResourceId, Traffic)>>,
    ) {
        let sum = |rules: &[Rule]| {
            let traffic = rules.iter().map(|rule| &rule.traffic);
            traffic.fold(Traffic::default(), |sum, one| sum.union(one))
        };
        let wanted = attempt.traffic.clone();
        let out = let_out.as_deref().map_or_else(Traffic::all, sum);
        let into = admitted.as_deref().map_or_else(Traffic::all, sum);
        let heard = listened.as_ref().map_or_else(Traffic::all, |all| {
            let traffic = all.iter().map(|(_, traffic)| traffic);
            traffic.fold(Traffic::default(), |sum, one| sum.union(one))
        });
        let traffic = wanted
            .intersection(&out)
            .intersection(&into)
            .intersection(&heard);
        if traffic.is_empty() && attempt.missing.is_empty() {
            attempt.lacks(
                format!(
                    "no port is allowed by all: {} {} {out}, {} {} {into}{}",
                    from.label,
                    Verb::LetOut.agreeing_with(&from.label),
                    to.label,
                    Verb::Admit.agreeing_with(&to.label),
                    if listened.is_some() {
                        format!(" and listens on {heard}")
                    } else {
                        String::new()
                    }
                ),
                None,
            );
        }
        let used = if traffic.is_empty() {
            &wanted
        } else {
            &traffic
        };
        let rule_hops = |rules: Option<Vec<Rule>>, kind: HopKind| -> Vec<Hop> {
            let takes_part = |rule: &Rule| !rule.traffic.intersection(used).is_empty();
            let rules = rules.into_iter().flatten().filter(takes_part);
            rules
                .map(|rule| {
                    let allows = match kind {
                        HopKind::Egress => format!("lets out {} to {}", rule.traffic, rule.peer),
                        _ => format!("admits {} from {}", rule.traffic, rule.peer),
                    };
                    self.hop(&rule.id, kind, allows)
                })
                .collect()
        };
        let egress = rule_hops(let_out, HopKind::Egress);
        attempt.hops.splice(0..0, egress);
        attempt.hops.extend(rule_hops(admitted, HopKind::Ingress));
        for (id, listens) in listened.into_iter().flatten() {
            if !listens.intersection(used).is_empty() {
                attempt.hops.push(self.hop(
                    &id,
                    HopKind::Listener,
                    format!("listens on {listens}"),
                ));
            }
        }
        attempt.traffic = traffic;
    }

    /// The rules of an end's security groups that match the other end; nothing where none filters.
    fn filter(
        &self,
        attempt: &mut Attempt,
        direction: Direction,
        own: &End<'_>,
        other: &End<'_>,
        other_subnet: Located<'_>,
    ) -> Option<Vec<Rule>> {
        if own.is_anonymous && matches!(own.place, Place::Subnets(_)) {
            attempt.assumptions.push(format!(
                "which security group {} has is not known, and not checked",
                own.label
            ));
        }
        let (id, interface) = own.interface?;
        let groups = interface.groups.as_deref()?;
        let (way, preposition) = match direction {
            Direction::Egress => ("egress", "to"),
            Direction::Ingress => ("ingress", "from"),
        };
        let rules: Vec<&Rule> = groups
            .iter()
            .filter_map(|group| self.groups.get(group))
            .flat_map(|group| match direction {
                Direction::Egress => &group.egress,
                Direction::Ingress => &group.ingress,
            })
            .collect();
        let matching: Vec<Rule> = rules
            .iter()
            .filter(|rule| matches(rule, &rules, other, other_subnet))
            .map(|rule| (*rule).clone())
            .collect();
        let usable = |rule: &Rule| !rule.traffic.intersection(&attempt.traffic).is_empty();
        if matching.iter().any(usable) {
            return Some(matching);
        }
        let subject = groups.first().unwrap_or(id);
        let whose = match groups {
            [] => format!(
                "{} {} no security group of this definition: none",
                own.label,
                Verb::Carry.agreeing_with(&own.label)
            ),
            [group] => format!("the security group of {} ({group})", own.label),
            [first, others @ ..] => {
                let others = others
                    .iter()
                    .fold(first.to_string(), |all, one| format!("{all}, {one}"));
                format!("the security groups of {} ({others})", own.label)
            }
        };
        let what = if attempt.traffic.is_every_port() {
            String::new()
        } else {
            format!(" on {}", attempt.traffic)
        };
        let verb = if groups.len() > 1 { "allow" } else { "allows" };
        let instead = instead(&matching, &rules, other);
        attempt.lacks(
            format!(
                "{whose} {verb} no {way}{what} {preposition} {}{instead}",
                other.described()
            ),
            Some(self.subject(subject)),
        );
        Some(matching)
    }

    /// The listeners of a load balancer that hear some of the traffic; nothing where it is no load balancer.
    fn listeners(&self, attempt: &Attempt, to: &End<'_>) -> Option<Vec<(ResourceId, Traffic)>> {
        let (id, interface) = to.interface?;
        if !interface.kind.is_load_balancer() {
            return None;
        }
        let listeners = self.listeners.iter();
        let own = listeners.filter(|(_, one)| one.load_balancer.as_ref() == Some(id));
        let heard = own.filter(|(_, one)| !one.traffic.intersection(&attempt.traffic).is_empty());
        Some(
            heard
                .map(|(id, one)| (id.clone(), one.traffic.clone()))
                .collect(),
        )
    }

    /// The routes and gateways between both ends.
    fn way(
        &self,
        attempt: &mut Attempt,
        from: &End<'_>,
        source: Located<'_>,
        to: &End<'_>,
        target: Located<'_>,
    ) {
        match (&from.place, source, &to.place, target) {
            (_, Some(source), _, Some(target)) => {
                if let Some(nat_gateway) = to.nat_gateway {
                    self.nat_gateway_route(attempt, source, nat_gateway);
                    return;
                }
                match &source.1.vpc {
                    // Every route table has this route, and none can be without.
                    // https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
                    Some(vpc) if source.1.vpc == target.1.vpc => attempt.hops.push(self.hop(
                        vpc,
                        HopKind::Route,
                        "routes between its subnets".to_owned(),
                    )),
                    _ => attempt.lacks(
                        format!("{} and {} are in different VPCs", source.0, target.0),
                        Some(self.subject(source.0)),
                    ),
                }
            }
            (Place::Public(block), _, _, Some(target)) => {
                self.internet_ingress(attempt, *block, to, target);
            }
            (_, Some(source), Place::Public(block), _) => {
                self.internet_egress(attempt, from, source, *block);
            }
            (Place::Peered(block), _, _, Some(target)) => {
                self.over_peering(attempt, target, *block);
                attempt.assumptions.push(format!(
                    "the routes in the network of {block} are outside of this definition"
                ));
            }
            (_, Some(source), Place::Peered(block), _) => {
                self.over_peering(attempt, source, *block);
                attempt.assumptions.push(format!(
                    "the return route and the access list of {} are outside of this definition",
                    to.label
                ));
            }
            (_, Some(source), Place::AwsService(name), _) => {
                self.service_egress(attempt, from, source, name);
            }
            _ => attempt.lacks(
                format!("{} opens no connection into this network", from.label),
                None,
            ),
        }
    }

    fn nat_gateway_route(
        &self,
        attempt: &mut Attempt,
        (subnet, routes): (&ResourceId, &Subnet),
        nat_gateway: &ResourceId,
    ) {
        let route = routes.routes.iter().find(
            |route| matches!(&route.target, RouteTarget::NatGateway(Some(id)) if id == nat_gateway),
        );
        match route {
            Some(route) => attempt.hops.push(self.route_hop(route, HopKind::Route)),
            None => attempt.lacks(
                format!("there is no route from {subnet} to NAT gateway {nat_gateway}"),
                Some(self.subject(subnet)),
            ),
        }
    }

    fn internet_ingress(
        &self,
        attempt: &mut Attempt,
        block: IpNet,
        to: &End<'_>,
        (subnet, routes): (&ResourceId, &Subnet),
    ) {
        let family = Family::of(&block);
        if to.nat_gateway.is_some() {
            attempt.lacks(
                format!("{} forwards no connection from outside", to.label),
                None,
            );
        }
        // Without a route back through it, nothing comes of what the internet gateway lets in.
        match route(routes, &everything(family)) {
            Some(found) if matches!(found.target, RouteTarget::InternetGateway(_)) => {
                self.internet_gateway(attempt, routes, found);
                attempt.hops.push(self.route_hop(found, HopKind::Route));
            }
            _ => attempt.lacks(
                format!(
                    "{subnet} has no route to {} through an internet gateway",
                    everything(family)
                ),
                Some(self.subject(subnet)),
            ),
        }
        self.public_address(attempt, to, (subnet, routes), family);
    }

    fn internet_egress(
        &self,
        attempt: &mut Attempt,
        from: &End<'_>,
        source: (&ResourceId, &Subnet),
        block: IpNet,
    ) {
        let (subnet, routes) = source;
        let family = Family::of(&block);
        let Some(found) = route(routes, &block) else {
            attempt.lacks(
                format!("there is no route from {subnet} to {block}"),
                Some(self.subject(subnet)),
            );
            return;
        };
        attempt.hops.push(self.route_hop(found, HopKind::Route));
        match &found.target {
            RouteTarget::InternetGateway(_) => {
                self.internet_gateway(attempt, routes, found);
                self.public_address(attempt, from, source, family);
            }
            RouteTarget::NatGateway(Some(id)) => self.nat_gateway(attempt, id, &block),
            RouteTarget::EgressOnlyInternetGateway if family == Family::V6 => {}
            other => attempt.lacks(
                format!(
                    "{} leads to {}, not to the internet",
                    found.id,
                    other.noun()
                ),
                Some(self.subject(&found.id)),
            ),
        }
    }

    fn nat_gateway(&self, attempt: &mut Attempt, id: &ResourceId, block: &IpNet) {
        let Some(nat_gateway) = self.nat_gateways.get(id) else {
            attempt.lacks(format!("there is no NAT gateway {id}"), None);
            return;
        };
        if !nat_gateway.is_public {
            attempt.lacks(
                format!("NAT gateway {id} is private: it has no public address"),
                Some(self.subject(id)),
            );
        }
        let subnet = nat_gateway.subnet.as_ref();
        let Some((subnet, routes)) = subnet.and_then(|id| self.subnets.get_key_value(id)) else {
            attempt.lacks(
                format!("NAT gateway {id} is in no known subnet"),
                Some(self.subject(id)),
            );
            return;
        };
        attempt.hops.push(self.hop(
            id,
            HopKind::NatGateway,
            "translates to its public address".to_owned(),
        ));
        match route(routes, block) {
            Some(found) if matches!(found.target, RouteTarget::InternetGateway(_)) => {
                attempt.hops.push(self.route_hop(found, HopKind::NatRoute));
                self.internet_gateway(attempt, routes, found);
            }
            _ => attempt.lacks(
                format!("NAT gateway {id} is in {subnet}, which has no route to {block} through an internet gateway"),
                Some(self.subject(subnet)),
            ),
        }
    }

    /// The attachment of a route's internet gateway to the VPC.
    fn internet_gateway(&self, attempt: &mut Attempt, subnet: &Subnet, route: &Route) {
        let RouteTarget::InternetGateway(gateway) = &route.target else {
            return;
        };
        let attached = subnet
            .vpc
            .as_ref()
            .and_then(|vpc| self.attachments.get(vpc));
        let attachment = attached
            .into_iter()
            .flatten()
            .find(|one| one.gateway == *gateway);
        let name = gateway
            .as_ref()
            .map_or_else(|| "the internet gateway".to_owned(), ToString::to_string);
        let vpc = subnet
            .vpc
            .as_ref()
            .map_or_else(|| "the VPC".to_owned(), ToString::to_string);
        match attachment {
            Some(one) => attempt.hops.push(self.hop(
                &one.id,
                HopKind::InternetGateway,
                format!("attaches internet gateway {name} to {vpc}"),
            )),
            None => attempt.lacks(
                format!("internet gateway {name} is not attached to {vpc}"),
                gateway.as_ref().map(|id| self.subject(id)),
            ),
        }
    }

    fn public_address(
        &self,
        attempt: &mut Attempt,
        end: &End<'_>,
        (subnet, facts): (&ResourceId, &Subnet),
        family: Family,
    ) {
        let Some((id, interface)) = end.interface else {
            if end.nat_gateway.is_none() {
                attempt
                    .assumptions
                    .push(format!("{} has a public address", end.label));
            }
            return;
        };
        let address = match family {
            Family::V4 => match interface.public {
                PublicAddress::Yes => Ok("has public addresses"),
                PublicAddress::AsSubnet if facts.maps_public_addresses => {
                    Ok("gets public addresses from its subnet")
                }
                PublicAddress::No | PublicAddress::AsSubnet => Err("no public address"),
            },
            Family::V6 => {
                let block = facts
                    .blocks
                    .iter()
                    .any(|block| Family::of(block) == Family::V6);
                if interface.has_ipv6 && block {
                    Ok("has IPv6 addresses")
                } else {
                    Err("no IPv6 address")
                }
            }
        };
        match address {
            Ok(text) => {
                attempt
                    .hops
                    .push(self.hop(id, HopKind::Address, text.to_owned()));
            }
            Err(none) => attempt.lacks(
                format!(
                    "{} {} {none} in {subnet}",
                    end.label,
                    Verb::Have.agreeing_with(&end.label)
                ),
                Some(self.subject(id)),
            ),
        }
    }

    fn over_peering(
        &self,
        attempt: &mut Attempt,
        (subnet, routes): (&ResourceId, &Subnet),
        block: IpNet,
    ) {
        match route(routes, &block) {
            Some(found) if matches!(found.target, RouteTarget::Peering(_)) => {
                attempt.hops.push(self.route_hop(found, HopKind::Route));
            }
            _ => attempt.lacks(
                format!("there is no route from {subnet} to {block} over a peering"),
                Some(self.subject(subnet)),
            ),
        }
    }

    fn service_egress(
        &self,
        attempt: &mut Attempt,
        from: &End<'_>,
        source: (&ResourceId, &Subnet),
        name: &str,
    ) {
        let mut endpoints = self.endpoints.iter().filter(|(_, one)| one.service == name);
        match endpoints.find(|(_, one)| one.subnets.contains(source.0)) {
            Some((id, _)) => {
                attempt
                    .hops
                    .push(self.hop(id, HopKind::Endpoint, format!("routes to {name}")))
            }
            // The service's public addresses serve as well.
            None => self.internet_egress(attempt, from, source, everything(Family::V4)),
        }
    }

    fn route_hop(&self, route: &Route, kind: HopKind) -> Hop {
        let allows = format!("routes {} to {}", route.destination, route.target.noun());
        self.hop(&route.id, kind, allows)
    }

    pub(super) fn hop(&self, id: &ResourceId, kind: HopKind, allows: String) -> Hop {
        Hop {
            allows,
            kind,
            resource: self.subject(id),
        }
    }

    pub(super) fn subject(&self, id: &ResourceId) -> Subject {
        self.environment.subject(&id.stack, &id.logical_id)
    }
}

impl Connection {
    /// Adds what another connection between the same nodes takes.
    pub(super) fn merge(&mut self, other: Self) {
        let order: Vec<HopKind> = self.hops.iter().map(|hop| hop.kind).collect();
        self.traffic = self.traffic.union(&other.traffic);
        add_new(&mut self.hops, other.hops);
        add_new(&mut self.exceptions, other.exceptions);
        add_new(&mut self.assumptions, other.assumptions);
        self.hops
            .sort_by_key(|hop| order.iter().position(|kind| *kind == hop.kind));
    }
}

impl Attempt {
    fn lacks(&mut self, text: String, resource: Option<Subject>) {
        self.missing.push(MissingHop { text, resource });
    }
}

impl<'n> End<'n> {
    /// The subnets it is in; one that is none where it is elsewhere.
    fn subnets(&self) -> Vec<Located<'n>> {
        match &self.place {
            Place::Subnets(subnets) => subnets.iter().copied().map(Some).collect(),
            _ => vec![None],
        }
    }

    /// Its label, with its addresses where rules name them.
    fn described(&self) -> String {
        match &self.place {
            Place::Peered(block) if self.label != block.to_string() => {
                format!("{} ({block})", self.label)
            }
            _ => self.label.clone(),
        }
    }
}

impl RouteTarget {
    fn noun(&self) -> String {
        let named = |noun: &str, id: &Option<ResourceId>| match id {
            Some(id) => format!("{noun} {id}"),
            None => format!("a {noun}"),
        };
        match self {
            Self::InternetGateway(id) => named("internet gateway", id),
            Self::NatGateway(id) => named("NAT gateway", id),
            Self::EgressOnlyInternetGateway => "an egress-only internet gateway".to_owned(),
            Self::Peering(id) => format!("peering {id}"),
            Self::Other(noun) => noun.clone(),
        }
    }
}

/// The most specific route to all of a block of addresses.
///
/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html>
fn route<'s>(subnet: &'s Subnet, destination: &IpNet) -> Option<&'s Route> {
    let routes = subnet.routes.iter();
    let matching = routes.filter(|route| route.destination.contains(destination));
    matching.max_by_key(|route| route.destination.prefix_len())
}

/// Whether a rule is about the other end: all of it where it is public, any of it where it is in a private network.
fn matches(rule: &Rule, rules: &[&Rule], other: &End<'_>, subnet: Located<'_>) -> bool {
    match (&rule.peer, &other.place) {
        (Peer::Group(group), _) => other
            .interface
            .and_then(|(_, interface)| interface.groups.as_ref())
            .is_some_and(|groups| groups.contains(group)),
        (Peer::Block(block), Place::Public(public)) => {
            block.contains(public) || covers(rule, rules, public)
        }
        (Peer::Block(block), Place::Peered(peered)) => overlap(block, peered),
        (Peer::Block(block), Place::AwsService(_)) => block.prefix_len() == 0,
        (Peer::Block(block), Place::Subnets(_)) => {
            let blocks = subnet.map(|(_, subnet)| subnet.blocks.as_slice());
            blocks
                .unwrap_or_default()
                .iter()
                .any(|own| overlap(own, block))
        }
        (Peer::PrefixList(_), place) => matches!(place, Place::AwsService(_)),
        (Peer::Block(_), Place::Nowhere(_)) | (Peer::Unknown, _) => false,
    }
}

/// Whether the blocks of all rules that allow at least this rule's traffic cover addresses together, as
/// `0.0.0.0/1` and `128.0.0.0/1` cover every one.
fn covers(rule: &Rule, rules: &[&Rule], addresses: &IpNet) -> bool {
    let blocks: Vec<IpNet> = rules
        .iter()
        .filter(|other| rule.traffic.difference(&other.traffic).is_empty())
        .filter_map(|other| match other.peer {
            Peer::Block(block) => Some(block),
            _ => None,
        })
        .collect();
    IpNet::aggregate(&blocks)
        .iter()
        .any(|block| block.contains(addresses))
}

/// What the rules allow in place of what was looked for.
fn instead(matching: &[Rule], rules: &[&Rule], other: &End<'_>) -> String {
    if !matching.is_empty() {
        let allowed = matching.iter().map(|rule| &rule.traffic);
        let allowed = allowed.fold(Traffic::default(), |sum, one| sum.union(one));
        return format!("; only on {allowed}");
    }
    // Part of the internet is not the internet, but worth a word.
    let Place::Public(public) = other.place else {
        return String::new();
    };
    let parts = rules.iter().filter_map(|rule| match rule.peer {
        Peer::Block(block) if public.contains(&block) && !super::network::is_private(&block) => {
            Some(format!("{block} on {}", rule.traffic))
        }
        _ => None,
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!("; only {}", parts.join(", "))
    }
}

fn pair(source: Located<'_>, target: Located<'_>) -> String {
    match (source, target) {
        (Some((source, _)), Some((target, _))) => format!("{source} to {target}"),
        (Some((one, _)), None) | (None, Some((one, _))) => one.to_string(),
        (None, None) => String::new(),
    }
}

fn add_new<T: PartialEq>(all: &mut Vec<T>, new: Vec<T>) {
    for one in new {
        if !all.contains(&one) {
            all.push(one);
        }
    }
}
