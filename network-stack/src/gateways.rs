//! Internet gateway, NAT gateways, the gateway endpoint of S3, and the routes to them.

use common::environment::{Environment, Nat, Zonal};
use common::resources::ec2::vpc_endpoint::VpcEndpointType;
use common::resources::{Handle, ec2};
use common::tags;
use common::template::{ResourceExt as _, Template, sub};

use crate::vpc::Network;

/// Adds gateways and routes; returns the private route tables, one per data centre.
pub(crate) fn add(
    template: &mut Template,
    environment: &Environment,
    network: &Network,
) -> Zonal<Handle<ec2::RouteTable>> {
    let name = |part: &str| tags::name(environment, part);
    let internet = template.add(
        "InternetGateway",
        ec2::InternetGateway::new().tags([name("internet")]),
    );
    let attachment = template.add(
        "InternetGatewayAttachment",
        ec2::VpcGatewayAttachment::new(network.vpc.reference())
            .internet_gateway_id(internet.reference()),
    );

    let public_routes = template.add(
        "PublicRoutes",
        ec2::RouteTable::new(network.vpc.reference()).tags([name("public")]),
    );
    template.add(
        "PublicInternetRoute",
        ec2::Route::new(public_routes.reference())
            .destination_cidr_block("0.0.0.0/0")
            .gateway_id(internet.reference())
            .depends_on(&attachment),
    );
    for (label, subnet) in network.public.as_ref().labelled() {
        template.add(
            format!("PublicRoutes{label}Association"),
            ec2::SubnetRouteTableAssociation::new(public_routes.reference(), subnet.reference()),
        );
    }

    // An Elastic IP can only be used, and must be released, while the internet gateway is there.
    let mut nat = |label: &str, subnet: &Handle<ec2::Subnet>| {
        let address = template.add(
            format!("NatAddress{label}"),
            ec2::Eip::new()
                .domain("vpc")
                .tags([name(&format!("nat-{}", label.to_lowercase()))])
                .depends_on(&attachment),
        );
        template.add(
            format!("NatGateway{label}"),
            ec2::NatGateway::new()
                .subnet_id(subnet.reference())
                .allocation_id(address.attr_allocation_id())
                .tags([name(&format!("nat-{}", label.to_lowercase()))])
                .depends_on(&attachment),
        )
    };
    let gateways = match environment.network.nat {
        Nat::PerZone => Zonal {
            first: nat("A", &network.public.first),
            second: nat("B", &network.public.second),
        },
        // One gateway for both data centres: cheaper, and gone with its data centre.
        Nat::Single => {
            let gateway = nat("A", &network.public.first);
            Zonal {
                first: gateway.clone(),
                second: gateway,
            }
        }
    };

    let tables = network.private.as_ref().labelled().map(|(label, subnet)| {
        let routes = template.add(
            format!("PrivateRoutes{label}"),
            ec2::RouteTable::new(network.vpc.reference())
                .tags([name(&format!("private-{}", label.to_lowercase()))]),
        );
        template.add(
            format!("PrivateRoutes{label}Association"),
            ec2::SubnetRouteTableAssociation::new(routes.reference(), subnet.reference()),
        );
        routes
    });
    for (label, (routes, gateway)) in tables.as_ref().zip(gateways).labelled() {
        template.add(
            format!("PrivateInternetRoute{label}"),
            ec2::Route::new(routes.reference())
                .destination_cidr_block("0.0.0.0/0")
                .nat_gateway_id(gateway.reference()),
        );
    }

    // Image layers are pulled from S3: the gateway endpoint is free, NAT traffic is not.
    template.add(
        "S3Endpoint",
        ec2::VpcEndpoint::new(network.vpc.reference())
            .service_name(sub("com.amazonaws.${AWS::Region}.s3"))
            .vpc_endpoint_type(VpcEndpointType::Gateway)
            .route_table_ids([tables.first.reference(), tables.second.reference()])
            .tags([name("s3")]),
    );
    tables
}
