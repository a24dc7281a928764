//! All security groups and their rules.
//!
//! ```text
//! internet ──80,443──► entry ──80,443──► load balancer ──32768–60999──► machines ──27015–27017──► database
//!                                                                          └──443──► AWS endpoints, registries
//! ```
//!
//! Every group names its egress: a group without any gets "everything out" from EC2. Egress is
//! written in the group, towards a group defined before it; ingress is a resource of its own, so
//! that groups that refer to each other make no circular dependency.
//!
//! With `ingress = "static-ip"` the network load balancer carries the entry group and the
//! internal load balancer its own; with `ingress = "dns"` the load balancer carries both. So the
//! exports stay the same whichever is chosen.

use common::environment::Environment;
use common::resources::ec2::security_group::{Egress, Ingress};
use common::resources::kinds::SecurityGroupId;
use common::resources::{Handle, ec2};
use common::tags;
use common::template::{Template, Value};

/// The first host port that Docker may map a container to, and the agent reports: the kernel's
/// ephemeral range on Amazon Linux. The machines' `ECS_DYNAMIC_HOST_PORT_RANGE` is set from the
/// same constants.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html>
pub const FIRST_HOST_PORT: u16 = 32_768;
/// The last host port, inclusive.
pub const LAST_HOST_PORT: u16 = 60_999;

/// The ports that MongoDB Atlas listens on: mongos and the shards behind it.
///
/// Source: <https://www.mongodb.com/docs/atlas/troubleshoot-connection/>
pub const DATABASE_PORTS: (u16, u16) = (27_015, 27_017);

const HTTP: (u16, u16) = (80, 80);
const HTTPS: (u16, u16) = (443, 443);
const HOST_PORTS: (u16, u16) = (FIRST_HOST_PORT, LAST_HOST_PORT);
const ANYWHERE: &str = "0.0.0.0/0";

/// The groups that other resources attach to.
pub(crate) struct Groups {
    pub(crate) entry: Value<SecurityGroupId>,
    pub(crate) load_balancer: Value<SecurityGroupId>,
    pub(crate) machines: Value<SecurityGroupId>,
}

pub(crate) fn add(
    template: &mut Template,
    environment: &Environment,
    vpc: &Handle<ec2::Vpc>,
) -> Groups {
    let group = |name: &str, description: &str| {
        ec2::SecurityGroup::new(description)
            .vpc_id(vpc.reference())
            .tags([tags::name(environment, name)])
    };

    let mut machine_egress = vec![
        // Systems Manager, ECS, ECR, CloudWatch, Secrets Manager, the package repositories, and
        // what applications call: through NAT, encrypted.
        to_block(
            ANYWHERE,
            HTTPS,
            "HTTPS to AWS endpoints and to services that applications call",
        ),
    ];
    if let Some(atlas) = &environment.atlas {
        let block = atlas.cidr.to_string();
        machine_egress.push(to_block(
            &block,
            DATABASE_PORTS,
            "MongoDB Atlas over the peering",
        ));
    }
    let machines = template.add(
        "MachineSecurityGroup",
        group(
            "machines",
            "Machines of the cluster: admits only the load balancer",
        )
        .security_group_egress(machine_egress),
    );
    let load_balancer = template.add(
        "LoadBalancerSecurityGroup",
        group(
            "load-balancer",
            "Application load balancer: admits only the entry",
        )
        .security_group_egress([to_group(
            &machines,
            HOST_PORTS,
            "Containers on their mapped ports",
        )]),
    );
    let entry = template.add(
        "EntrySecurityGroup",
        group("entry", "Entry: admits the internet on the two web ports")
            .security_group_ingress([
                from_anywhere(HTTP, "HTTP, answered with a redirect"),
                from_anywhere(HTTPS, "HTTPS"),
            ])
            .security_group_egress([
                to_group(&load_balancer, HTTP, "Load balancer, HTTP"),
                to_group(&load_balancer, HTTPS, "Load balancer, HTTPS"),
            ]),
    );

    let mut admit = |id: &str,
                     into: &Handle<ec2::SecurityGroup>,
                     from: &Handle<ec2::SecurityGroup>,
                     ports: (u16, u16),
                     description: &str| {
        template.add(
            id,
            ec2::SecurityGroupIngress::new("tcp")
                .group_id(into.attr_group_id())
                .source_security_group_id(from.attr_group_id())
                .from_port(ports.0)
                .to_port(ports.1)
                .description(description),
        );
    };
    admit(
        "LoadBalancerFromEntryHttp",
        &load_balancer,
        &entry,
        HTTP,
        "HTTP from the entry",
    );
    admit(
        "LoadBalancerFromEntryHttps",
        &load_balancer,
        &entry,
        HTTPS,
        "HTTPS from the entry",
    );
    admit(
        "MachinesFromLoadBalancer",
        &machines,
        &load_balancer,
        HOST_PORTS,
        "Requests and health checks from the load balancer",
    );

    Groups {
        entry: entry.attr_group_id(),
        load_balancer: load_balancer.attr_group_id(),
        machines: machines.attr_group_id(),
    }
}

fn from_anywhere(ports: (u16, u16), description: &str) -> Ingress {
    Ingress::new("tcp")
        .cidr_ip(ANYWHERE)
        .from_port(ports.0)
        .to_port(ports.1)
        .description(description)
}

fn to_block(block: &str, ports: (u16, u16), description: &str) -> Egress {
    egress(ports, description).cidr_ip(block)
}

fn to_group(group: &Handle<ec2::SecurityGroup>, ports: (u16, u16), description: &str) -> Egress {
    egress(ports, description).destination_security_group_id(group.attr_group_id())
}

fn egress(ports: (u16, u16), description: &str) -> Egress {
    Egress::new("tcp")
        .from_port(ports.0)
        .to_port(ports.1)
        .description(description)
}
