//! An environment's topology, read from its templates: what is drawn, and who talks to whom.
//!
//! Nothing here knows the definition: roles come from resource types and properties, so a stack or an application more
//! is drawn without a change.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::difference::render;
use crate::environment::{Environment, Resource};
use crate::report::number;

/// The id of the node that stands for clients and servers on the internet.
pub(super) const INTERNET: &str = "internet";

/// Addresses that are everywhere.
const ANYWHERE: [&str; 2] = ["0.0.0.0/0", "::/0"];

/// How many names of a list are shown before the rest is counted.
const NAMED: usize = 3;

/// A resource by its stack and logical id.
pub(super) type Part = (String, String);

/// Where a node is drawn.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Internet,
    Network,
    InternetGateway,
    Subnet { zone: String, is_public: bool },
    NatGateway { zone: String },
    LoadBalancer { is_public: bool },
    Machines,
    Service,
    Database,
    Endpoint,
    Person,
    DefinitionPipeline,
    ApplicationPipeline,
}

/// A thing that is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) role: Role,
    pub(super) title: String,
    pub(super) lines: Vec<String>,
    /// The resources it stands for; the first one is the thing itself.
    pub(super) parts: Vec<Part>,
}

/// Ids of two nodes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LinkEnds {
    pub(super) from: String,
    pub(super) to: String,
}

/// What is drawn of one side of a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Topology {
    pub(super) nodes: BTreeMap<String, Node>,
    /// Who opens connections to whom: the label, by both ids.
    pub(super) links: BTreeMap<LinkEnds, String>,
}

fn id(resource: &Resource<'_>) -> String {
    format!("{}/{}", resource.stack, resource.logical_id)
}

fn part(resource: &Resource<'_>) -> Part {
    (resource.stack.to_owned(), resource.logical_id.to_owned())
}

/// `a, b, c and 4 more`.
fn listed(names: &[String]) -> String {
    let shown = names.iter().take(NAMED).cloned().collect::<Vec<_>>();
    match names.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A port or a range of ports.
fn ports(rule: &Value) -> String {
    let port = |name: &str| rule.get(name).and_then(Value::as_i64);
    match (port("FromPort"), port("ToPort")) {
        (Some(from), Some(to)) if from == to => from.to_string(),
        (Some(from), Some(to)) => format!("{from}–{to}"),
        _ => "all ports".to_owned(),
    }
}

/// The bounds of a number: `2–8`, or `3` where both are the same.
fn bounds(resource: &Resource<'_>, least: &str, most: &str) -> String {
    let value = |name| resource.property(name).map(render).unwrap_or_default();
    let (least, most) = (value(least), value(most));
    let plain = |text: &str| text.trim_matches('"').to_owned();
    if least == most {
        plain(&least)
    } else {
        format!("{}–{}", plain(&least), plain(&most))
    }
}

/// A rule of a security group: the other side, and the ports.
struct Rule<'a> {
    json: &'a Value,
    stack: &'a str,
}

/// Reads one environment.
struct Reader<'a> {
    environment: &'a Environment,
    topology: Topology,
    /// The nodes that have a security group, by the group.
    members: BTreeMap<Part, BTreeSet<String>>,
}

impl Topology {
    pub(super) fn read(environment: &Environment) -> Self {
        let mut reader = Reader {
            environment,
            topology: Self::default(),
            members: BTreeMap::new(),
        };
        reader.network();
        reader.load_balancers();
        reader.machines();
        reader.services();
        reader.databases();
        reader.endpoints();
        reader.delivery();
        reader.connections();
        reader.topology
    }
}

impl<'a> Reader<'a> {
    fn all(&self, resource_type: &'a str) -> Vec<Resource<'a>> {
        self.environment.of_type(resource_type).collect()
    }

    fn target(&self, from: &Resource<'_>, pointer: &str) -> Option<Resource<'a>> {
        self.environment.target(from.stack, from.property(pointer)?)
    }

    /// The resources of a type of which a property refers to a resource.
    fn referring(
        &self,
        resource_type: &'a str,
        pointer: &str,
        to: &Resource<'_>,
    ) -> Vec<Resource<'a>> {
        let mut found = self.all(resource_type);
        found.retain(|one| {
            let target = self.target(one, pointer);
            target.is_some_and(|target| id(&target) == id(to))
        });
        found
    }

    fn add(&mut self, id: String, role: Role, title: &str, lines: Vec<String>, parts: Vec<Part>) {
        let node = Node {
            role,
            title: title.to_owned(),
            lines: lines.into_iter().filter(|line| !line.is_empty()).collect(),
            parts,
        };
        self.topology.nodes.insert(id, node);
    }

    fn link(&mut self, ends: LinkEnds, label: String) {
        let links = &mut self.topology.links;
        match links.get_mut(&ends) {
            Some(known) if known.split(", ").any(|one| one == label) || label.is_empty() => {}
            Some(known) if known.is_empty() => *known = label,
            Some(known) => *known = format!("{known}, {label}"),
            None => {
                links.insert(ends, label);
            }
        }
    }

    fn network(&mut self) {
        let internet = vec!["clients, and the servers that applications call".to_owned()];
        self.add(
            INTERNET.to_owned(),
            Role::Internet,
            "Internet",
            internet,
            Vec::new(),
        );
        for vpc in self.all("AWS::EC2::VPC") {
            let lines = vec![vpc.text("CidrBlock").unwrap_or_default().to_owned()];
            let parts = vec![part(&vpc)];
            self.add(id(&vpc), Role::Network, "Private network", lines, parts);
        }
        for gateway in self.all("AWS::EC2::InternetGateway") {
            let parts = vec![part(&gateway)];
            self.add(
                id(&gateway),
                Role::InternetGateway,
                "Internet gateway",
                Vec::new(),
                parts,
            );
        }
        for subnet in self.all("AWS::EC2::Subnet") {
            let is_public = self.is_public(&subnet);
            let role = Role::Subnet {
                zone: zone(&subnet),
                is_public,
            };
            let title = if is_public {
                "Public subnet"
            } else {
                "Private subnet"
            };
            let lines = vec![subnet.text("CidrBlock").unwrap_or_default().to_owned()];
            let mut parts = vec![part(&subnet)];
            let association = "AWS::EC2::SubnetRouteTableAssociation";
            for association in self.referring(association, "SubnetId", &subnet) {
                parts.push(part(&association));
            }
            if let Some(table) = self.route_table(&subnet) {
                parts.push(part(&table));
                parts.extend(self.routes(&table).iter().map(part));
            }
            self.add(id(&subnet), role, title, lines, parts);
        }
        for nat in self.all("AWS::EC2::NatGateway") {
            let subnet = self.target(&nat, "SubnetId");
            let role = Role::NatGateway {
                zone: subnet.as_ref().map(zone).unwrap_or_default(),
            };
            let mut parts = vec![part(&nat)];
            let address = self.target(&nat, "AllocationId");
            parts.extend(address.as_ref().map(part));
            let lines = vec![nat.logical_id.to_owned()];
            self.add(id(&nat), role, "NAT gateway", lines, parts);
            self.link(
                LinkEnds {
                    from: id(&nat),
                    to: INTERNET.to_owned(),
                },
                String::new(),
            );
        }
        for subnet in self.all("AWS::EC2::Subnet") {
            let Some(table) = self.route_table(&subnet) else {
                continue;
            };
            for route in self.routes(&table) {
                if let Some(nat) = self.target(&route, "NatGatewayId") {
                    self.link(
                        LinkEnds {
                            from: id(&subnet),
                            to: id(&nat),
                        },
                        String::new(),
                    );
                }
            }
        }
    }

    fn route_table(&self, subnet: &Resource<'_>) -> Option<Resource<'a>> {
        let association = "AWS::EC2::SubnetRouteTableAssociation";
        let associations = self.referring(association, "SubnetId", subnet);
        self.target(associations.first()?, "RouteTableId")
    }

    fn routes(&self, table: &Resource<'_>) -> Vec<Resource<'a>> {
        self.referring("AWS::EC2::Route", "RouteTableId", table)
    }

    /// Whether its route table leads to an internet gateway.
    fn is_public(&self, subnet: &Resource<'_>) -> bool {
        let routes = self.route_table(subnet).map(|table| self.routes(&table));
        let mut routes = routes.into_iter().flatten();
        routes.any(|route| route.property("GatewayId").is_some())
    }

    fn load_balancers(&mut self) {
        for balancer in self.all("AWS::ElasticLoadBalancingV2::LoadBalancer") {
            let is_network = balancer.text("Type") == Some("network");
            let subnets = balancer.property("Subnets").and_then(Value::as_array);
            let mappings = balancer
                .property("SubnetMappings")
                .and_then(Value::as_array);
            let mappings = mappings.into_iter().flatten();
            let subnets: Vec<&Value> = subnets
                .into_iter()
                .flatten()
                .chain(mappings.filter_map(|one| one.get("SubnetId")))
                .collect();
            let is_public = subnets.iter().any(|value| {
                let subnet = self.environment.target(balancer.stack, value);
                subnet.is_some_and(|subnet| self.is_public(&subnet))
            });
            let mut parts = vec![part(&balancer)];
            let mut lines = Vec::new();
            let listeners = self.referring(
                "AWS::ElasticLoadBalancingV2::Listener",
                "LoadBalancerArn",
                &balancer,
            );
            let mut ports: Vec<(i64, String)> = Vec::new();
            for listener in &listeners {
                parts.push(part(listener));
                let port = listener.property("Port").and_then(Value::as_i64);
                let protocol = listener.text("Protocol").unwrap_or_default();
                ports.push((
                    port.unwrap_or_default(),
                    format!("{protocol} {}", port.unwrap_or_default()),
                ));
                let certificate = listener.property("Certificates/0/CertificateArn");
                let certificate =
                    certificate.and_then(|value| self.environment.target(listener.stack, value));
                parts.extend(certificate.as_ref().map(part));
            }
            ports.sort();
            let ports: Vec<String> = ports.into_iter().map(|(_, text)| text).collect();
            lines.push(ports.join(", "));
            let records =
                self.referring("AWS::Route53::RecordSet", "AliasTarget/DNSName", &balancer);
            let mut names: Vec<String> = Vec::new();
            for record in &records {
                parts.push(part(record));
                names.extend(record.text("Name").map(str::to_owned));
            }
            names.dedup();
            lines.push(listed(&names));
            let firewalls =
                self.referring("AWS::WAFv2::WebACLAssociation", "ResourceArn", &balancer);
            for firewall in &firewalls {
                parts.push(part(firewall));
                let rules = self.target(firewall, "WebACLArn");
                parts.extend(rules.as_ref().map(part));
            }
            if !firewalls.is_empty() {
                lines.push("behind a web firewall".to_owned());
            }
            self.join_groups(&balancer, "SecurityGroups", &mut parts);
            let title = if is_network {
                "Network load balancer"
            } else {
                "Application load balancer"
            };
            self.add(
                id(&balancer),
                Role::LoadBalancer { is_public },
                title,
                lines,
                parts,
            );
            for group in self.all("AWS::ElasticLoadBalancingV2::TargetGroup") {
                let targets = group.property("Targets").and_then(Value::as_array);
                for value in targets
                    .into_iter()
                    .flatten()
                    .filter_map(|one| one.get("Id"))
                {
                    let target = self.environment.target(group.stack, value);
                    if target.is_some_and(|target| id(&target) == id(&balancer)) {
                        let node = self.topology.nodes.get_mut(&id(&balancer));
                        node.into_iter()
                            .for_each(|node| node.parts.push(part(&group)));
                    }
                }
            }
        }
    }

    /// Enters a node as a member of its security groups; they and their rules are parts of it.
    fn join_groups(&mut self, resource: &Resource<'_>, pointer: &str, parts: &mut Vec<Part>) {
        let groups = resource.property(pointer).and_then(Value::as_array);
        for value in groups.into_iter().flatten() {
            let Some(group) = self.environment.target(resource.stack, value) else {
                continue;
            };
            let member = parts.first().map(|(stack, own)| format!("{stack}/{own}"));
            let members = self.members.entry(part(&group)).or_default();
            members.extend(member);
            parts.push(part(&group));
            for rules in [
                "AWS::EC2::SecurityGroupIngress",
                "AWS::EC2::SecurityGroupEgress",
            ] {
                parts.extend(self.referring(rules, "GroupId", &group).iter().map(part));
            }
        }
    }

    fn machines(&mut self) {
        for group in self.all("AWS::AutoScaling::AutoScalingGroup") {
            let mut parts = vec![part(&group)];
            let template = self.target(&group, "LaunchTemplate/LaunchTemplateId");
            let mut machine = String::new();
            if let Some(template) = &template {
                parts.push(part(template));
                machine = template
                    .property("LaunchTemplateData/InstanceType")
                    .map(render)
                    .unwrap_or_default();
                // The group is the member, its launch template names the security groups.
                self.join_groups(template, "LaunchTemplateData/SecurityGroupIds", &mut parts);
            }
            for (resource_type, pointer) in [
                ("AWS::AutoScaling::ScalingPolicy", "AutoScalingGroupName"),
                (
                    "AWS::ECS::CapacityProvider",
                    "AutoScalingGroupProvider/AutoScalingGroupArn",
                ),
            ] {
                let found = self.referring(resource_type, pointer, &group);
                parts.extend(found.iter().map(part));
            }
            let lines = vec![format!(
                "{} × {machine}",
                bounds(&group, "MinSize", "MaxSize")
            )];
            self.add(id(&group), Role::Machines, "Machines", lines, parts);
        }
    }

    fn services(&mut self) {
        for service in self.all("AWS::ECS::Service") {
            let stack = self.environment.stacks().get(service.stack);
            let application = stack.and_then(|one| one.artifact.application.clone());
            let title = application.clone().unwrap_or(service.stack.to_owned());
            let in_stack = |resource_type: &'a str| {
                let mut found = self.all(resource_type);
                found.retain(|one| one.stack == service.stack);
                found
            };
            let mut lines = Vec::new();
            for tasks in in_stack("AWS::ApplicationAutoScaling::ScalableTarget") {
                let bounds = bounds(&tasks, "MinCapacity", "MaxCapacity");
                let noun = if bounds == "1" { "task" } else { "tasks" };
                let memory: i64 = in_stack("AWS::ECS::TaskDefinition")
                    .iter()
                    .filter_map(|task| task.property("ContainerDefinitions")?.as_array())
                    .flatten()
                    .filter_map(|container| container.get("Memory")?.as_i64())
                    .sum();
                lines.push(match memory {
                    0 => format!("{bounds} {noun}"),
                    mebibytes => format!("{bounds} {noun} of {mebibytes} MiB"),
                });
            }
            let mut hosts = Vec::new();
            for rule in in_stack("AWS::ElasticLoadBalancingV2::ListenerRule") {
                hosts.extend(route(&rule));
            }
            lines.push(if hosts.is_empty() {
                "takes no requests".to_owned()
            } else {
                listed(&hosts)
            });
            let mut parts = vec![part(&service)];
            let belongs = |one: &Resource<'_>| {
                let stack = self.environment.stacks().get(one.stack);
                let same = stack.is_some_and(|stack| {
                    application.is_some() && stack.artifact.application == application
                });
                one.stack == service.stack || same
            };
            let deliver: BTreeSet<&str> = self
                .environment
                .of_type("AWS::CodePipeline::Pipeline")
                .map(|pipeline| pipeline.stack)
                .collect();
            parts.extend(
                self.environment
                    .resources()
                    .filter(|one| belongs(one) && !deliver.contains(one.stack))
                    .map(|one| part(&one)),
            );
            self.add(id(&service), Role::Service, &title, lines, parts);
        }
    }

    fn databases(&mut self) {
        let mut peerings: BTreeMap<String, (Vec<String>, Vec<Part>)> = BTreeMap::new();
        for route in self.all("AWS::EC2::Route") {
            let Some(peering) = route.property("VpcPeeringConnectionId") else {
                continue;
            };
            let (destinations, parts) = peerings.entry(render(peering)).or_default();
            destinations.extend(route.text("DestinationCidrBlock").map(str::to_owned));
            parts.push(part(&route));
        }
        for (peering, (mut destinations, parts)) in peerings {
            destinations.dedup();
            let lines = vec![destinations.join(", "), format!("peering {peering}")];
            let id = format!("peering {peering}");
            self.add(id, Role::Database, "Database", lines, parts);
        }
    }

    fn endpoints(&mut self) {
        for endpoint in self.all("AWS::EC2::VPCEndpoint") {
            let service = endpoint.property("ServiceName").map(render);
            let service = service.unwrap_or_default();
            let name = service.rsplit('.').next().unwrap_or_default();
            let title = format!("{} endpoint", name.to_uppercase());
            let kind = endpoint.text("VpcEndpointType").unwrap_or("Gateway");
            let lines = vec![match kind {
                "Gateway" => "inside AWS, without a NAT gateway".to_owned(),
                other => format!("{other} endpoint"),
            }];
            let parts = vec![part(&endpoint)];
            self.add(id(&endpoint), Role::Endpoint, &title, lines, parts);
            let tables = endpoint.property("RouteTableIds").and_then(Value::as_array);
            let tables: BTreeSet<String> = tables
                .into_iter()
                .flatten()
                .filter_map(|value| self.environment.target(endpoint.stack, value))
                .map(|table| id(&table))
                .collect();
            for group in self.all("AWS::AutoScaling::AutoScalingGroup") {
                let subnets = group
                    .property("VPCZoneIdentifier")
                    .and_then(Value::as_array);
                let reaches = subnets.into_iter().flatten().any(|value| {
                    let subnet = self.environment.target(group.stack, value);
                    let table = subnet.and_then(|subnet| self.route_table(&subnet));
                    table.is_some_and(|table| tables.contains(&id(&table)))
                });
                if reaches {
                    self.link(
                        LinkEnds {
                            from: id(&group),
                            to: id(&endpoint),
                        },
                        String::new(),
                    );
                }
            }
        }
    }

    fn delivery(&mut self) {
        let manual: Vec<&String> = self
            .environment
            .stacks()
            .iter()
            .filter(|(_, stack)| stack.artifact.applied_manually)
            .map(|(id, _)| id)
            .collect();
        if !manual.is_empty() {
            let names: Vec<String> = manual.iter().map(|&id| id.clone()).collect();
            let parts = self.environment.resources();
            let parts = parts
                .filter(|one| manual.iter().any(|id| *id == one.stack))
                .map(|one| part(&one))
                .collect();
            let lines = vec![format!("applies {}", names.join(", "))];
            self.add("person".to_owned(), Role::Person, "A person", lines, parts);
        }
        for pipeline in self.all("AWS::CodePipeline::Pipeline") {
            let stacks = self.environment.stacks();
            let own = stacks.get(pipeline.stack).map(|one| &one.artifact);
            let application = own.and_then(|one| one.application.clone());
            let mut lines = sources(&pipeline);
            let role = if let Some(name) = &application {
                let released: Vec<&str> = self
                    .environment
                    .of_type("AWS::ECS::Service")
                    .filter(|service| {
                        let stack = stacks.get(service.stack);
                        stack.is_some_and(|one| one.artifact.application.as_ref() == Some(name))
                    })
                    .map(|service| service.stack)
                    .collect();
                lines.push(format!("releases {}", released.join(", ")));
                Role::ApplicationPipeline
            } else {
                let applied = stacks
                    .values()
                    .filter(|one| !one.artifact.applied_manually)
                    .count();
                lines.push(format!(
                    "applies {}, its own among them",
                    number(applied, "stack")
                ));
                Role::DefinitionPipeline
            };
            let approvals = pipeline.property("Stages").map(approvals);
            if let Some(count @ 1..) = approvals {
                lines.push(format!("waits for {}", number(count, "approval")));
            }
            let mut parts = vec![part(&pipeline)];
            parts.extend(
                self.environment
                    .resources()
                    .filter(|one| one.stack == pipeline.stack)
                    .map(|one| part(&one)),
            );
            let title = application.unwrap_or_else(|| format!("Pipeline {}", pipeline.stack));
            self.add(id(&pipeline), role, &title, lines, parts);
        }
    }

    /// The links that security groups admit.
    fn connections(&mut self) {
        let groups = self.all("AWS::EC2::SecurityGroup");
        for group in &groups {
            let members = self.members.get(&part(group)).cloned().unwrap_or_default();
            for rule in self.rules(
                group,
                "SecurityGroupIngress",
                "AWS::EC2::SecurityGroupIngress",
            ) {
                let ports = ports(rule.json);
                for name in ["CidrIp", "CidrIpv6"] {
                    let Some(range) = rule.json.get(name) else {
                        continue;
                    };
                    let range = render(range);
                    let label = if ANYWHERE.contains(&range.as_str()) {
                        ports.clone()
                    } else {
                        format!("{ports} from {range}")
                    };
                    for member in &members {
                        self.link(
                            LinkEnds {
                                from: INTERNET.to_owned(),
                                to: member.clone(),
                            },
                            label.clone(),
                        );
                    }
                }
                let source = rule.json.get("SourceSecurityGroupId");
                let source = source.and_then(|value| self.environment.target(rule.stack, value));
                let sources = source.and_then(|source| self.members.get(&part(&source)).cloned());
                for source in sources.into_iter().flatten() {
                    for member in members.iter().filter(|member| **member != source) {
                        self.link(
                            LinkEnds {
                                from: source.clone(),
                                to: member.clone(),
                            },
                            ports.clone(),
                        );
                    }
                }
            }
            for rule in self.rules(
                group,
                "SecurityGroupEgress",
                "AWS::EC2::SecurityGroupEgress",
            ) {
                let Some(range) = rule.json.get("CidrIp").map(render) else {
                    continue;
                };
                let database = self
                    .topology
                    .nodes
                    .iter()
                    .filter(|(_, node)| node.role == Role::Database)
                    .find(|(_, node)| node.lines.first().is_some_and(|line| *line == range))
                    .map(|(id, _)| id.clone());
                for member in &members {
                    if let Some(database) = &database {
                        self.link(
                            LinkEnds {
                                from: member.clone(),
                                to: database.clone(),
                            },
                            ports(rule.json),
                        );
                    }
                }
            }
        }
    }

    /// The rules of a group: those in it, and those beside it.
    fn rules(&self, group: &Resource<'a>, inline: &str, separate: &'a str) -> Vec<Rule<'a>> {
        let own = group.property(inline).and_then(Value::as_array);
        let own = own.into_iter().flatten().map(|json| Rule {
            json,
            stack: group.stack,
        });
        let beside = self.referring(separate, "GroupId", group);
        let beside = beside.into_iter().filter_map(|one| {
            Some(Rule {
                json: one.json.get("Properties")?,
                stack: one.stack,
            })
        });
        own.chain(beside).collect()
    }
}

fn zone(subnet: &Resource<'_>) -> String {
    let zone = ["AvailabilityZoneId", "AvailabilityZone"]
        .iter()
        .find_map(|name| subnet.property(name));
    zone.map(render).unwrap_or_default()
}

/// Which requests a rule of a listener takes: hosts with the paths, where it names some.
fn route(rule: &Resource<'_>) -> Vec<String> {
    let values = |field: &str, config: &str| -> Vec<String> {
        let conditions = rule.property("Conditions").and_then(Value::as_array);
        let found = conditions
            .into_iter()
            .flatten()
            .filter(|one| one.get("Field").and_then(Value::as_str) == Some(field))
            .filter_map(|one| one.get(config)?.get("Values")?.as_array())
            .flatten();
        found.map(render).collect()
    };
    let paths = values("path-pattern", "PathPatternConfig");
    let mut hosts = values("host-header", "HostHeaderConfig");
    if !paths.is_empty() {
        let paths = paths.join(" ");
        hosts.iter_mut().for_each(|host| *host += &paths);
        if hosts.is_empty() {
            hosts.push(paths);
        }
    }
    hosts
}

fn actions(stages: &Value) -> impl Iterator<Item = &Value> {
    let stages = stages.as_array().into_iter().flatten();
    stages
        .filter_map(|stage| stage.get("Actions")?.as_array())
        .flatten()
}

/// `owner/repository, branch`.
fn sources(pipeline: &Resource<'_>) -> Vec<String> {
    let stages = pipeline.property("Stages");
    let configurations = stages
        .into_iter()
        .flat_map(actions)
        .filter_map(|action| action.get("Configuration"));
    let text = |one: &Value, name: &str| one.get(name).and_then(Value::as_str).map(str::to_owned);
    configurations
        .filter_map(|one| {
            let repository = text(one, "FullRepositoryId")?;
            Some(match text(one, "BranchName") {
                Some(branch) => format!("{repository}, branch {branch}"),
                None => repository,
            })
        })
        .collect()
}

/// How many times a person has to approve.
fn approvals(stages: &Value) -> usize {
    actions(stages)
        .filter(|action| {
            let category = action.pointer("/ActionTypeId/Category");
            category.and_then(Value::as_str) == Some("Approval")
        })
        .count()
}
