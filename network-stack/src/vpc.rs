//! The private network and its subnets: one public and one private in each data centre.

use common::environment::{Environment, Zonal};
use common::resources::{Handle, ec2};
use common::tags;
use common::template::Template;

/// VPC and subnets, which other resources attach to.
pub(crate) struct Network {
    pub(crate) vpc: Handle<ec2::Vpc>,
    pub(crate) public: Zonal<Handle<ec2::Subnet>>,
    pub(crate) private: Zonal<Handle<ec2::Subnet>>,
}

/// Adds the network. The Atlas peering needs DNS hostnames and resolution to be on.
///
/// Source: <https://www.mongodb.com/docs/atlas/security-vpc-peering/>
pub(crate) fn add(template: &mut Template, environment: &Environment) -> Network {
    let name = |part: &str| tags::name(environment, part);
    let vpc = template.add(
        "Vpc",
        ec2::Vpc::new()
            .cidr_block(environment.network.cidr.to_string())
            .enable_dns_hostnames(true)
            .enable_dns_support(true)
            .tags([name("vpc")]),
    );

    // Zone ids, not names: an id is the same building in every account, and can be compared with
    // where Atlas runs. Public subnets don't assign public addresses: load balancers and
    // NAT gateways, which may have one, request it.
    let mut subnet =
        |kind: &str, label: &str, cidr: ipnet::Ipv4Net, zone: &common::environment::ZoneId| {
            template.add(
                format!("{kind}Subnet{label}"),
                ec2::Subnet::new(vpc.reference())
                    .availability_zone_id(zone.to_string())
                    .cidr_block(cidr.to_string())
                    .map_public_ip_on_launch(false)
                    .tags([name(&format!("{kind}-{label}").to_lowercase())]),
            )
        };
    let mut subnets = |kind: &str, blocks: Zonal<ipnet::Ipv4Net>| {
        let parts = blocks.zip(environment.zones.as_ref()).labelled();
        parts.map(|(label, (block, zone))| subnet(kind, label, block, zone))
    };
    let public = subnets("Public", environment.network.public_subnets());
    let private = subnets("Private", environment.network.private_subnets());
    Network {
        vpc,
        public,
        private,
    }
}
