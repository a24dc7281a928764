//! The network of an environment, read from its templates: addresses, routes, security groups, and what is attached.
//!
//! It holds what templates say, and nothing that depends on a question. What a template leaves to an account's
//! defaults is taken as AWS's documentation has it; what another account decides is not known here.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use cloudformation::template::one_or_many;
use ipnet::IpNet;
use serde_json::Value;

use super::traffic::{Protocol, Traffic};
use crate::environment::{Environment, Resource};

/// A resource of an environment: the id of its stack, and its logical id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId {
    /// The stack's id: `network`.
    pub stack: String,
    /// The logical id: `PrivateSubnetA`.
    pub logical_id: String,
}

/// The version of the Internet Protocol. Routes, addresses and rules are separate for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    V4,
    V6,
}

/// The network of an environment.
#[derive(Debug)]
pub struct Network<'a> {
    pub(super) environment: &'a Environment,
    pub(super) subnets: BTreeMap<ResourceId, Subnet>,
    pub(super) groups: BTreeMap<ResourceId, SecurityGroup>,
    pub(super) interfaces: BTreeMap<ResourceId, Interface>,
    pub(super) nat_gateways: BTreeMap<ResourceId, NatGateway>,
    /// Internet gateways by the VPC they are attached to, with the attachment.
    pub(super) attachments: BTreeMap<ResourceId, Vec<Attachment>>,
    pub(super) endpoints: BTreeMap<ResourceId, GatewayEndpoint>,
    pub(super) listeners: BTreeMap<ResourceId, Listener>,
    pub(super) target_groups: BTreeMap<ResourceId, Vec<Target>>,
    pub(super) services: BTreeMap<ResourceId, Service>,
    /// Where the database is: destinations of routes over a peering.
    pub(super) database: Option<IpNet>,
    /// A network ACL that is defined. None is evaluated.
    pub(super) network_acl: Option<ResourceId>,
}

/// A subnet, with the routes of its route table.
#[derive(Debug)]
pub(super) struct Subnet {
    pub(super) vpc: Option<ResourceId>,
    pub(super) blocks: Vec<IpNet>,
    pub(super) routes: Vec<Route>,
    /// Whether interfaces get a public IPv4 address unless they say otherwise.
    pub(super) maps_public_addresses: bool,
}

/// A route of a route table, except the local one.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) id: ResourceId,
    pub(super) destination: IpNet,
    pub(super) target: RouteTarget,
}

#[derive(Clone, Debug)]
pub(super) enum RouteTarget {
    InternetGateway(Option<ResourceId>),
    NatGateway(Option<ResourceId>),
    EgressOnlyInternetGateway,
    /// A VPC peering connection, by its id.
    Peering(String),
    /// A transit gateway, a virtual private gateway, an interface: it leads out of what is known here.
    Other(String),
}

/// An internet gateway that is attached to a VPC.
#[derive(Clone, Debug)]
pub(super) struct Attachment {
    pub(super) id: ResourceId,
    pub(super) gateway: Option<ResourceId>,
}

/// A security group with its rules.
#[derive(Debug, Default)]
pub struct SecurityGroup {
    /// What it admits.
    pub ingress: Vec<Rule>,
    /// What it lets out.
    pub egress: Vec<Rule>,
}

/// A rule of a security group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// The other end.
    pub peer: Peer,
    pub traffic: Traffic,
    /// The resource that defines it: the group, or a resource of its own.
    pub id: ResourceId,
}

/// The other end of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// What carries a security group of the environment.
    Group(ResourceId),
    /// Addresses.
    Block(IpNet),
    /// A prefix list, by its id: the addresses of an AWS service.
    PrefixList(String),
    /// A group or an address that is known at deployment only.
    Unknown,
}

/// Something with network interfaces in subnets.
#[derive(Debug)]
pub(super) struct Interface {
    pub(super) kind: InterfaceKind,
    pub(super) subnets: Vec<ResourceId>,
    /// None for a network load balancer without security groups, which filters nothing.
    pub(super) groups: Option<Vec<ResourceId>>,
    pub(super) public: PublicAddress,
    pub(super) has_ipv6: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InterfaceKind {
    ApplicationLoadBalancer,
    NetworkLoadBalancer,
    Machines,
    Instance,
    Tasks,
    Build,
    Function,
    Endpoint,
}

/// Whether interfaces have public IPv4 addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PublicAddress {
    Yes,
    No,
    /// As the subnet says.
    AsSubnet,
}

#[derive(Debug)]
pub(super) struct NatGateway {
    pub(super) subnet: Option<ResourceId>,
    pub(super) is_public: bool,
}

/// A gateway endpoint: routes to an AWS service.
#[derive(Debug)]
pub(super) struct GatewayEndpoint {
    /// The service's short name: `s3`.
    pub(super) service: String,
    /// The subnets whose route tables have it.
    pub(super) subnets: BTreeSet<ResourceId>,
}

#[derive(Debug)]
pub(super) struct Listener {
    pub(super) load_balancer: Option<ResourceId>,
    pub(super) traffic: Traffic,
    /// What forwards, the listener or one of its rules, and the target group.
    pub(super) forwards: Vec<(ResourceId, ResourceId)>,
}

/// A member of a target group: a load balancer, machines, or the tasks of a service.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) id: ResourceId,
    pub(super) traffic: Traffic,
}

#[derive(Debug)]
pub(super) struct Service {
    /// Its name: that of the application.
    pub(super) name: String,
    /// The interface that its tasks use: the machines', or their own.
    pub(super) interface: Option<ResourceId>,
    /// What its containers listen on, on that interface.
    pub(super) listens: Traffic,
}

impl ResourceId {
    fn of(resource: &Resource<'_>) -> Self {
        Self {
            stack: resource.stack.to_owned(),
            logical_id: resource.logical_id.to_owned(),
        }
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.stack, self.logical_id)
    }
}

impl Family {
    /// The family of a block of addresses.
    #[must_use]
    pub const fn of(block: &IpNet) -> Self {
        match block {
            IpNet::V4(_) => Self::V4,
            IpNet::V6(_) => Self::V6,
        }
    }
}

impl InterfaceKind {
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::ApplicationLoadBalancer => "application load balancer",
            Self::NetworkLoadBalancer => "network load balancer",
            Self::Machines => "machines",
            Self::Instance => "instance",
            Self::Tasks => "tasks of",
            Self::Build => "build project",
            Self::Function => "function",
            Self::Endpoint => "interface endpoint",
        }
    }

    pub(super) const fn is_load_balancer(self) -> bool {
        matches!(
            self,
            Self::ApplicationLoadBalancer | Self::NetworkLoadBalancer
        )
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(id) => write!(formatter, "{id}"),
            Self::Block(block) => write!(formatter, "{block}"),
            Self::PrefixList(list) => formatter.write_str(list),
            Self::Unknown => formatter.write_str("an address known at deployment only"),
        }
    }
}

impl<'a> Network<'a> {
    /// Reads the network of an environment.
    #[must_use]
    pub fn new(environment: &'a Environment) -> Self {
        let reader = Reader { environment };
        let tables = reader.tables();
        let subnets = reader.subnets(&tables);
        let groups = reader.groups();
        let database = database(&subnets, &groups);
        let acl = reader.of_type("AWS::EC2::NetworkAcl").next();
        Self {
            interfaces: reader.interfaces(),
            nat_gateways: reader.nat_gateways(),
            attachments: reader.attachments(),
            endpoints: reader.endpoints(),
            listeners: reader.listeners(),
            target_groups: reader.target_groups(),
            services: reader.services(),
            network_acl: acl.map(|acl| ResourceId::of(&acl)),
            environment,
            subnets,
            groups,
            database,
        }
    }

    #[must_use]
    pub const fn security_groups(&self) -> &BTreeMap<ResourceId, SecurityGroup> {
        &self.groups
    }

    /// What has network interfaces, with the security groups that it carries.
    pub fn carried_groups(&self) -> impl Iterator<Item = (&ResourceId, &[ResourceId])> {
        self.interfaces
            .iter()
            .map(|(id, interface)| (id, interface.groups.as_deref().unwrap_or_default()))
    }

    /// Every connection that two security groups, or a group and a block of addresses, allow together. Routes are
    /// not looked at.
    #[must_use]
    pub fn permitted(&self) -> BTreeSet<Permitted> {
        let mut permitted = BTreeSet::new();
        let mut permit = |from: Peer, to: Peer, traffic: Traffic| {
            if !traffic.is_empty() {
                permitted.insert(Permitted { from, to, traffic });
            }
        };
        for (id, group) in &self.groups {
            let this = Peer::Group(id.clone());
            for rule in &group.egress {
                if !matches!(rule.peer, Peer::Group(_)) {
                    permit(this.clone(), rule.peer.clone(), rule.traffic.clone());
                }
            }
            for rule in &group.ingress {
                let Peer::Group(sender) = &rule.peer else {
                    permit(rule.peer.clone(), this.clone(), rule.traffic.clone());
                    continue;
                };
                let egress = self.groups.get(sender).map(|group| group.egress.as_slice());
                for out in egress
                    .unwrap_or_default()
                    .iter()
                    .filter(|out| out.peer == this)
                {
                    let traffic = out.traffic.intersection(&rule.traffic);
                    permit(rule.peer.clone(), this.clone(), traffic);
                }
            }
        }
        permitted
    }
}

/// A connection that security groups allow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permitted {
    /// Who connects.
    pub from: Peer,
    /// What is connected to.
    pub to: Peer,
    pub traffic: Traffic,
}

/// Where the database is: the destination of the routes over a peering; without any, the private addresses outside
/// of the network that a security group lets out to.
fn database(
    subnets: &BTreeMap<ResourceId, Subnet>,
    groups: &BTreeMap<ResourceId, SecurityGroup>,
) -> Option<IpNet> {
    let routes = subnets.values().flat_map(|subnet| &subnet.routes);
    let mut peered = routes
        .filter(|route| matches!(route.target, RouteTarget::Peering(_)))
        .map(|route| route.destination);
    let own = |block: &IpNet| {
        let blocks = subnets.values().flat_map(|subnet| &subnet.blocks);
        blocks.into_iter().any(|own| overlap(own, block))
    };
    peered.next().or_else(|| {
        let rules = groups.values().flat_map(|group| &group.egress);
        let blocks = rules.filter_map(|rule| match rule.peer {
            Peer::Block(block) => Some(block),
            _ => None,
        });
        blocks
            .into_iter()
            .find(|block| is_private(block) && !own(block))
    })
}

/// Whether both have an address in common.
pub(super) fn overlap(one: &IpNet, other: &IpNet) -> bool {
    one.contains(other) || other.contains(one)
}

/// Whether addresses are of private networks, which the internet does not route.
pub(super) fn is_private(block: &IpNet) -> bool {
    match block {
        IpNet::V4(block) => block.network().is_private() && block.broadcast().is_private(),
        IpNet::V6(block) => block.network().is_unique_local(),
    }
}

struct Reader<'a> {
    environment: &'a Environment,
}

impl<'a> Reader<'a> {
    fn of_type(&self, name: &'static str) -> impl Iterator<Item = Resource<'a>> {
        self.environment.of_type(name)
    }

    /// The resource that a property's value refers to.
    fn target(&self, resource: &Resource<'_>, value: Option<&Value>) -> Option<ResourceId> {
        let target = self.environment.target(resource.stack, value?)?;
        Some(ResourceId::of(&target))
    }

    fn targets(&self, resource: &Resource<'_>, value: Option<&Value>) -> Vec<ResourceId> {
        one_or_many(value)
            .filter_map(|value| self.target(resource, Some(value)))
            .collect()
    }

    fn tables(&self) -> BTreeMap<ResourceId, Vec<Route>> {
        let mut tables: BTreeMap<ResourceId, Vec<Route>> = BTreeMap::new();
        for table in self.of_type("AWS::EC2::RouteTable") {
            tables.entry(ResourceId::of(&table)).or_default();
        }
        for route in self.of_type("AWS::EC2::Route") {
            let Some(table) = self.target(&route, route.property("RouteTableId")) else {
                continue;
            };
            let blocks = ["DestinationCidrBlock", "DestinationIpv6CidrBlock"];
            for name in blocks {
                if let Some(destination) = block(route.property(name)) {
                    tables.entry(table.clone()).or_default().push(Route {
                        id: ResourceId::of(&route),
                        destination,
                        target: self.route_target(&route),
                    });
                }
            }
        }
        tables
    }

    fn route_target(&self, route: &Resource<'_>) -> RouteTarget {
        let property = |name: &str| route.property(name);
        if let Some(value) = property("NatGatewayId") {
            return RouteTarget::NatGateway(self.target(route, Some(value)));
        }
        if let Some(value) = property("VpcPeeringConnectionId") {
            let peering = self.target(route, Some(value));
            let id = peering.map_or_else(|| display(value), |id| id.to_string());
            return RouteTarget::Peering(id);
        }
        if property("EgressOnlyInternetGatewayId").is_some() {
            return RouteTarget::EgressOnlyInternetGateway;
        }
        if let Some(value) = property("GatewayId") {
            let gateway = self.target(route, Some(value));
            let kind = gateway
                .as_ref()
                .and_then(|id| self.environment.resource(&id.stack, &id.logical_id));
            let is_internet =
                kind.is_none_or(|one| one.resource_type == "AWS::EC2::InternetGateway");
            if is_internet && !display(value).starts_with("vgw-") {
                return RouteTarget::InternetGateway(gateway);
            }
            return RouteTarget::Other("a virtual private gateway".to_owned());
        }
        let others = [
            ("TransitGatewayId", "a transit gateway"),
            ("NetworkInterfaceId", "a network interface"),
            ("InstanceId", "an instance"),
            ("VpcEndpointId", "a gateway load balancer endpoint"),
            ("CarrierGatewayId", "a carrier gateway"),
            ("LocalGatewayId", "a local gateway"),
            ("CoreNetworkArn", "a core network"),
        ];
        let other = others.iter().find(|(name, _)| property(name).is_some());
        RouteTarget::Other(other.map_or("a target", |(_, noun)| noun).to_owned())
    }

    fn subnets(&self, tables: &BTreeMap<ResourceId, Vec<Route>>) -> BTreeMap<ResourceId, Subnet> {
        let mut associations = self.table_of_subnet();
        self.of_type("AWS::EC2::Subnet")
            .map(|subnet| {
                let id = ResourceId::of(&subnet);
                let blocks = ["CidrBlock", "Ipv6CidrBlock"];
                let table = associations.remove(&id);
                // Without an association the VPC's main route table applies, which begins with the local route alone.
                // https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
                let routes = table.and_then(|table| tables.get(&table).cloned());
                let subnet = Subnet {
                    vpc: self.target(&subnet, subnet.property("VpcId")),
                    blocks: blocks
                        .into_iter()
                        .filter_map(|name| block(subnet.property(name)))
                        .collect(),
                    routes: routes.unwrap_or_default(),
                    maps_public_addresses: is_true(subnet.property("MapPublicIpOnLaunch")),
                };
                (id, subnet)
            })
            .collect()
    }

    fn table_of_subnet(&self) -> BTreeMap<ResourceId, ResourceId> {
        self.of_type("AWS::EC2::SubnetRouteTableAssociation")
            .filter_map(|association| {
                let subnet = self.target(&association, association.property("SubnetId"))?;
                let table = self.target(&association, association.property("RouteTableId"))?;
                Some((subnet, table))
            })
            .collect()
    }

    fn attachments(&self) -> BTreeMap<ResourceId, Vec<Attachment>> {
        let mut attachments: BTreeMap<ResourceId, Vec<Attachment>> = BTreeMap::new();
        for one in self.of_type("AWS::EC2::VPCGatewayAttachment") {
            let gateway = one.property("InternetGatewayId");
            if let (Some(vpc), Some(gateway)) = (self.target(&one, one.property("VpcId")), gateway)
            {
                attachments.entry(vpc).or_default().push(Attachment {
                    id: ResourceId::of(&one),
                    gateway: self.target(&one, Some(gateway)),
                });
            }
        }
        attachments
    }

    fn nat_gateways(&self) -> BTreeMap<ResourceId, NatGateway> {
        self.of_type("AWS::EC2::NatGateway")
            .map(|nat| {
                let gateway = NatGateway {
                    subnet: self.target(&nat, nat.property("SubnetId")),
                    is_public: nat.text("ConnectivityType") != Some("private"),
                };
                (ResourceId::of(&nat), gateway)
            })
            .collect()
    }

    fn endpoints(&self) -> BTreeMap<ResourceId, GatewayEndpoint> {
        let tables = self.table_of_subnet();
        self.of_type("AWS::EC2::VPCEndpoint")
            .filter(|one| {
                one.text("VpcEndpointType")
                    .is_none_or(|kind| kind == "Gateway")
            })
            .map(|endpoint| {
                let routed = self.targets(&endpoint, endpoint.property("RouteTableIds"));
                let subnets = tables
                    .iter()
                    .filter(|(_, table)| routed.contains(table))
                    .map(|(subnet, _)| subnet.clone());
                let service = endpoint
                    .property("ServiceName")
                    .map(display)
                    .unwrap_or_default();
                let service = service.rsplit('.').next().unwrap_or_default();
                let gateway = GatewayEndpoint {
                    service: service.trim_end_matches(['"', '}']).to_owned(),
                    subnets: subnets.collect(),
                };
                (ResourceId::of(&endpoint), gateway)
            })
            .collect()
    }

    fn groups(&self) -> BTreeMap<ResourceId, SecurityGroup> {
        let mut groups: BTreeMap<ResourceId, SecurityGroup> = BTreeMap::new();
        for group in self.of_type("AWS::EC2::SecurityGroup") {
            let rules = |name: &str| {
                one_or_many(group.property(name))
                    .map(|json| self.rule(&group, json))
                    .collect()
            };
            let rules = SecurityGroup {
                ingress: rules("SecurityGroupIngress"),
                egress: rules("SecurityGroupEgress"),
            };
            groups.insert(ResourceId::of(&group), rules);
        }
        for one in self.of_type("AWS::EC2::SecurityGroupIngress") {
            if let Some((group, rule)) = self.own_rule(&one)
                && let Some(group) = groups.get_mut(&group)
            {
                group.ingress.push(rule);
            }
        }
        for one in self.of_type("AWS::EC2::SecurityGroupEgress") {
            if let Some((group, rule)) = self.own_rule(&one)
                && let Some(group) = groups.get_mut(&group)
            {
                group.egress.push(rule);
            }
        }
        for (id, group) in &mut groups {
            if group.egress.is_empty() {
                group.egress = everything_out(id);
            }
        }
        groups
    }

    fn own_rule(&self, resource: &Resource<'_>) -> Option<(ResourceId, Rule)> {
        let group = self.target(resource, resource.property("GroupId"))?;
        let rule = self.rule(resource, resource.json.get("Properties")?);
        Some((group, rule))
    }

    fn rule(&self, resource: &Resource<'_>, json: &Value) -> Rule {
        let property = |names: [&str; 2]| names.into_iter().find_map(|name| json.get(name));
        let group = property(["SourceSecurityGroupId", "DestinationSecurityGroupId"]);
        let list = property(["SourcePrefixListId", "DestinationPrefixListId"]);
        let peer = match (block(property(["CidrIp", "CidrIpv6"])), group, list) {
            (Some(block), _, _) => Peer::Block(block),
            (None, Some(group), _) => match self.target(resource, Some(group)) {
                Some(group) => Peer::Group(group),
                None => Peer::Unknown,
            },
            (None, None, Some(list)) => Peer::PrefixList(display(list)),
            (None, None, None) => Peer::Unknown,
        };
        Rule {
            peer,
            traffic: Traffic::of_rule(json),
            id: ResourceId::of(resource),
        }
    }

    fn interfaces(&self) -> BTreeMap<ResourceId, Interface> {
        let load_balancers = self
            .of_type("AWS::ElasticLoadBalancingV2::LoadBalancer")
            .map(|one| (ResourceId::of(&one), self.load_balancer(&one)));
        let machines = self
            .of_type("AWS::AutoScaling::AutoScalingGroup")
            .map(|one| (ResourceId::of(&one), self.machines(&one)));
        let instances = self
            .of_type("AWS::EC2::Instance")
            .map(|one| (ResourceId::of(&one), self.instance(&one)));
        let tasks = self
            .of_type("AWS::ECS::Service")
            .filter_map(|one| Some((ResourceId::of(&one), self.tasks(&one)?)));
        let others = [
            (
                "AWS::CodeBuild::Project",
                InterfaceKind::Build,
                "VpcConfig/Subnets",
            ),
            (
                "AWS::Lambda::Function",
                InterfaceKind::Function,
                "VpcConfig/SubnetIds",
            ),
            (
                "AWS::EC2::VPCEndpoint",
                InterfaceKind::Endpoint,
                "SubnetIds",
            ),
        ];
        let others = others.into_iter().flat_map(|(name, kind, subnets)| {
            let groups = subnets.replace("Subnets", "SecurityGroupIds");
            let groups = groups.replace("SubnetIds", "SecurityGroupIds");
            self.of_type(name)
                .filter(move |one| one.property(subnets).is_some())
                .map(move |one| {
                    let interface = Interface {
                        kind,
                        subnets: self.targets(&one, one.property(subnets)),
                        groups: Some(self.targets(&one, one.property(&groups))),
                        // Functions and builds in a VPC have private addresses only.
                        // https://docs.aws.amazon.com/codebuild/latest/userguide/vpc-support.html
                        public: PublicAddress::No,
                        has_ipv6: false,
                    };
                    (ResourceId::of(&one), interface)
                })
        });
        load_balancers
            .chain(machines)
            .chain(instances)
            .chain(tasks)
            .chain(others)
            .collect()
    }

    fn load_balancer(&self, one: &Resource<'_>) -> Interface {
        let mapped = one.property("SubnetMappings").and_then(Value::as_array);
        let mapped = mapped.into_iter().flatten().filter_map(|mapping| {
            let subnet = mapping.get("SubnetId");
            self.target(one, subnet)
        });
        let mut subnets = self.targets(one, one.property("Subnets"));
        subnets.extend(mapped);
        let is_network = one.text("Type") == Some("network");
        let groups = one.property("SecurityGroups");
        Interface {
            kind: if is_network {
                InterfaceKind::NetworkLoadBalancer
            } else {
                InterfaceKind::ApplicationLoadBalancer
            },
            subnets,
            groups: if is_network && groups.is_none() {
                None
            } else {
                Some(self.targets(one, groups))
            },
            // https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
            public: if one.text("Scheme") == Some("internal") {
                PublicAddress::No
            } else {
                PublicAddress::Yes
            },
            has_ipv6: one
                .text("IpAddressType")
                .is_some_and(|kind| kind.starts_with("dualstack")),
        }
    }

    fn machines(&self, one: &Resource<'_>) -> Interface {
        let launch = one.property("LaunchTemplate/LaunchTemplateId").or_else(|| {
            one.property(
                "MixedInstancesPolicy/LaunchTemplate/LaunchTemplateSpecification/LaunchTemplateId",
            )
        });
        let launch = launch.and_then(|value| self.environment.target(one.stack, value));
        let data = launch.and_then(|launch| launch.property("LaunchTemplateData"));
        let subnets = self.targets(one, one.property("VPCZoneIdentifier"));
        let from = launch.unwrap_or(*one);
        self.launched(&from, data, subnets, InterfaceKind::Machines)
    }

    fn instance(&self, one: &Resource<'_>) -> Interface {
        let subnets = self.targets(one, one.property("SubnetId"));
        let data = one.json.get("Properties");
        self.launched(one, data, subnets, InterfaceKind::Instance)
    }

    /// What a launch template, or an instance, says of its interfaces.
    fn launched(
        &self,
        from: &Resource<'_>,
        data: Option<&Value>,
        subnets: Vec<ResourceId>,
        kind: InterfaceKind,
    ) -> Interface {
        let interfaces: Vec<&Value> =
            one_or_many(data.and_then(|data| data.get("NetworkInterfaces"))).collect();
        let first = interfaces.first();
        let own = |name: &str| interfaces.iter().find_map(|one| one.get(name));
        let mut groups = self.targets(from, data.and_then(|data| data.get("SecurityGroupIds")));
        for interface in &interfaces {
            for name in ["Groups", "GroupSet"] {
                groups.extend(self.targets(from, interface.get(name)));
            }
        }
        let subnets = if subnets.is_empty() {
            self.targets(from, first.and_then(|one| one.get("SubnetId")))
        } else {
            subnets
        };
        Interface {
            kind,
            subnets,
            groups: Some(groups),
            public: match own("AssociatePublicIpAddress") {
                Some(value) if is_true(Some(value)) => PublicAddress::Yes,
                Some(_) => PublicAddress::No,
                None => PublicAddress::AsSubnet,
            },
            has_ipv6: own("Ipv6AddressCount").is_some() || own("Ipv6Addresses").is_some(),
        }
    }

    /// The tasks of a service with interfaces of their own.
    fn tasks(&self, one: &Resource<'_>) -> Option<Interface> {
        let network = one.property("NetworkConfiguration/AwsvpcConfiguration")?;
        Some(Interface {
            kind: InterfaceKind::Tasks,
            subnets: self.targets(one, network.get("Subnets")),
            groups: Some(self.targets(one, network.get("SecurityGroups"))),
            public: match network.get("AssignPublicIp").and_then(Value::as_str) {
                Some("ENABLED") => PublicAddress::Yes,
                _ => PublicAddress::No,
            },
            has_ipv6: false,
        })
    }

    fn listeners(&self) -> BTreeMap<ResourceId, Listener> {
        let mut listeners: BTreeMap<ResourceId, Listener> = BTreeMap::new();
        for one in self.of_type("AWS::ElasticLoadBalancingV2::Listener") {
            let protocol = match one.text("Protocol") {
                Some("UDP" | "QUIC") => Protocol::Udp,
                _ => Protocol::Tcp,
            };
            let listener = Listener {
                load_balancer: self.target(&one, one.property("LoadBalancerArn")),
                traffic: port(one.property("Port")).map_or_else(Traffic::default, |port| {
                    let traffic = Traffic::ports(protocol, port, port);
                    if one.text("Protocol") == Some("TCP_UDP") {
                        Traffic::port(port)
                    } else {
                        traffic
                    }
                }),
                forwards: self.forwards(&one, "DefaultActions"),
            };
            listeners.insert(ResourceId::of(&one), listener);
        }
        for rule in self.of_type("AWS::ElasticLoadBalancingV2::ListenerRule") {
            let listener = self.target(&rule, rule.property("ListenerArn"));
            if let Some(listener) = listener.and_then(|id| listeners.get_mut(&id)) {
                listener.forwards.extend(self.forwards(&rule, "Actions"));
            }
        }
        listeners
    }

    fn forwards(&self, one: &Resource<'_>, actions: &str) -> Vec<(ResourceId, ResourceId)> {
        let mut groups = Vec::new();
        for action in one_or_many(one.property(actions)) {
            groups.extend(self.target(one, action.get("TargetGroupArn")));
            let several = action.pointer("/ForwardConfig/TargetGroups");
            for group in one_or_many(several) {
                groups.extend(self.target(one, group.get("TargetGroupArn")));
            }
        }
        groups.dedup();
        groups
            .into_iter()
            .map(|group| (ResourceId::of(one), group))
            .collect()
    }

    fn target_groups(&self) -> BTreeMap<ResourceId, Vec<Target>> {
        let mut groups: BTreeMap<ResourceId, Vec<Target>> = BTreeMap::new();
        let tcp = |port: u16| Traffic::ports(Protocol::Tcp, port, port);
        for group in self.of_type("AWS::ElasticLoadBalancingV2::TargetGroup") {
            let own = port(group.property("Port"));
            let targets = one_or_many(group.property("Targets")).filter_map(|target| {
                let port = port(target.get("Port")).or(own);
                Some(Target {
                    id: self.target(&group, target.get("Id"))?,
                    traffic: port.map_or_else(Traffic::all, tcp),
                })
            });
            groups
                .entry(ResourceId::of(&group))
                .or_default()
                .extend(targets);
        }
        for machines in self.of_type("AWS::AutoScaling::AutoScalingGroup") {
            for id in self.targets(&machines, machines.property("TargetGroupARNs")) {
                let group = self.environment.resource(&id.stack, &id.logical_id);
                let port = group.and_then(|group| port(group.property("Port")));
                groups.entry(id).or_default().push(Target {
                    id: ResourceId::of(&machines),
                    traffic: port.map_or_else(Traffic::all, tcp),
                });
            }
        }
        for service in self.of_type("AWS::ECS::Service") {
            for one in one_or_many(service.property("LoadBalancers")) {
                let container = one.get("ContainerPort").and_then(|value| port(Some(value)));
                if let Some(group) = self.target(&service, one.get("TargetGroupArn")) {
                    groups.entry(group).or_default().push(Target {
                        id: ResourceId::of(&service),
                        traffic: self.listens(&service, container),
                    });
                }
            }
        }
        groups
    }

    fn services(&self) -> BTreeMap<ResourceId, Service> {
        self.of_type("AWS::ECS::Service")
            .map(|one| {
                let id = ResourceId::of(&one);
                let own = one.property("NetworkConfiguration/AwsvpcConfiguration");
                let service = Service {
                    name: one.text("ServiceName").unwrap_or(one.stack).to_owned(),
                    interface: if own.is_some() {
                        Some(id.clone())
                    } else {
                        self.machines_of(&one)
                    },
                    listens: self.listens(&one, None),
                };
                (id, service)
            })
            .collect()
    }

    /// The machines that a service's tasks run on: its capacity provider's, or the only ones that there are.
    fn machines_of(&self, service: &Resource<'_>) -> Option<ResourceId> {
        let strategy = one_or_many(service.property("CapacityProviderStrategy"));
        let mut providers = strategy.filter_map(|one| {
            let provider = one.get("CapacityProvider")?;
            self.environment.target(service.stack, provider)
        });
        let provided = providers.find_map(|provider| {
            let group = provider.property("AutoScalingGroupProvider/AutoScalingGroupArn");
            self.target(&provider, group)
        });
        provided.or_else(|| {
            let mut all = self.of_type("AWS::AutoScaling::AutoScalingGroup");
            let only = all.next().map(|one| ResourceId::of(&one));
            only.filter(|_| all.next().is_none())
        })
    }

    /// What the containers of a service listen on, on their interface; only those of a container port, if one is
    /// given.
    fn listens(&self, service: &Resource<'_>, container: Option<u16>) -> Traffic {
        let task = service.property("TaskDefinition");
        let Some(task) = task.and_then(|task| self.environment.target(service.stack, task)) else {
            return Traffic::all();
        };
        let on_machines = !matches!(task.text("NetworkMode"), Some("awsvpc" | "host"));
        let mut traffic = Traffic::default();
        for mapping in one_or_many(task.property("ContainerDefinitions"))
            .flat_map(|one| one_or_many(one.get("PortMappings")))
        {
            let inside = port(mapping.get("ContainerPort"));
            if container.is_some() && inside != container {
                continue;
            }
            let protocol = match mapping.get("Protocol").and_then(Value::as_str) {
                Some("udp") => Protocol::Udp,
                _ => Protocol::Tcp,
            };
            let outside = port(mapping.get("HostPort")).filter(|port| *port != 0);
            let mapped = if on_machines { outside } else { inside };
            let (first, last) = match mapped {
                Some(port) => (port, port),
                // Docker takes a free port; which ones are allowed is the security groups' to say.
                None => (0, u16::MAX),
            };
            traffic = traffic.union(&Traffic::ports(protocol, first, last));
        }
        traffic
    }
}

/// EC2 lets everything out of a group that names no egress.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html>
fn everything_out(group: &ResourceId) -> Vec<Rule> {
    let blocks = [
        IpNet::V4(ipnet::Ipv4Net::default()),
        IpNet::V6(ipnet::Ipv6Net::default()),
    ];
    blocks
        .map(|block| Rule {
            peer: Peer::Block(block),
            traffic: Traffic::all(),
            id: group.clone(),
        })
        .into()
}

fn block(value: Option<&Value>) -> Option<IpNet> {
    value?.as_str()?.parse().ok()
}

fn port(value: Option<&Value>) -> Option<u16> {
    match value? {
        Value::Number(number) => number.as_u64()?.try_into().ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn is_true(value: Option<&Value>) -> bool {
    matches!(value, Some(Value::Bool(true))) || value.and_then(Value::as_str) == Some("true")
}

fn display(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
