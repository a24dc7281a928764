//! VPC, subnets, routes, gateways, security groups.

use crate::consequence::Kind;
use crate::meaning::row::{Effect, Meaning, TypeMeaning};

/// Where a rule, a route or an association can't be changed in place, a new one is created before the old one goes.
const RECREATED: Effect = Effect::notable(
    Kind::Interruption,
    "CloudFormation creates the new one and then deletes the old one; traffic may be refused in between",
);

pub(super) const ROWS: &[TypeMeaning] = &[
    TypeMeaning {
        resource_type: "AWS::EC2::VPC",
        noun: "VPC",
        added: None,
        removed: Some(Effect::severe(
            Kind::Interruption,
            "everything in the network goes with it",
        )),
        replaced: Some(Effect::severe(
            Kind::Interruption,
            "every subnet, load balancer and machine is created anew in another network; peerings with the old one are gone",
        )),
        properties: &[
            (
                "CidrBlock",
                Meaning::severe(
                    Kind::Interruption,
                    "gets other private addresses, {to} instead of {from}: peers, firewalls and routes that name the old block no longer reach it",
                ),
            ),
            (
                "EnableDnsSupport",
                Meaning::on_unless_set(
                    Effect::minor(
                        Kind::Behaviour,
                        "machines resolve names by Amazon's DNS server",
                    ),
                    Effect::severe(
                        Kind::Interruption,
                        "machines can no longer resolve names: not of AWS's endpoints, of the database, or of anything else",
                    ),
                ),
            ),
            (
                "EnableDnsHostnames",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Behaviour,
                        "machines with public addresses get public names",
                    ),
                    Effect::notable(
                        Kind::Behaviour,
                        "machines lose their public names, and private names of endpoints are no longer resolved",
                    ),
                ),
            ),
            (
                "InstanceTenancy",
                Meaning::notable(
                    Kind::Cost,
                    "machines start with tenancy {to} instead of {from}: hardware of one's own costs several times more",
                ),
            ),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html",
            "https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::EC2::Subnet",
        noun: "subnet",
        added: None,
        removed: Some(Effect::severe(
            Kind::Interruption,
            "machines and load balancer nodes in it have to go first",
        )),
        replaced: Some(Effect::severe(
            Kind::Interruption,
            "machines, gateways and load balancer nodes in it are created anew with other addresses",
        )),
        properties: &[
            (
                "AvailabilityZoneId",
                Meaning::severe(
                    Kind::Interruption,
                    "moves to data center {to}: whatever runs in it is created anew there",
                ),
            ),
            (
                "AvailabilityZone",
                Meaning::severe(
                    Kind::Interruption,
                    "moves to data center {to}: whatever runs in it is created anew there",
                ),
            ),
            (
                "CidrBlock",
                Meaning::severe(
                    Kind::Interruption,
                    "gets other private addresses, {to} instead of {from}: whatever runs in it is created anew",
                ),
            ),
            (
                "MapPublicIpOnLaunch",
                Meaning::off_unless_set(
                    Effect::severe(
                        Kind::Exposure,
                        "machines that start in it get public addresses: with a route to an internet gateway, the internet reaches what their security groups admit",
                    ),
                    Effect::notable(
                        Kind::Interruption,
                        "machines that start in it get no public addresses any more: they reach the internet by a NAT gateway, or not at all",
                    ),
                ),
            ),
            (
                "AssignIpv6AddressOnCreation",
                Meaning::off_unless_set(
                    Effect::notable(
                        Kind::Exposure,
                        "machines that start in it get IPv6 addresses, which are public",
                    ),
                    Effect::notable(
                        Kind::Interruption,
                        "machines that start in it get no IPv6 addresses any more",
                    ),
                ),
            ),
            (
                "Ipv6CidrBlock",
                Meaning::notable(
                    Kind::Exposure,
                    "gets other IPv6 addresses, which are public",
                ),
            ),
            (
                "EnableDns64",
                Meaning::notable(
                    Kind::Behaviour,
                    "translates IPv4 names for IPv6 clients, or no longer",
                ),
            ),
            (
                "PrivateDnsNameOptionsOnLaunch",
                Meaning::minor(Kind::Other, "new machines get other private names"),
            ),
            (
                "VpcId",
                Meaning::Reference(Effect::severe(
                    Kind::Interruption,
                    "moves to another network",
                )),
            ),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnet.html",
            "https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::EC2::RouteTable",
        noun: "route table",
        added: None,
        removed: Some(Effect::notable(
            Kind::Interruption,
            "its subnets fall back to the network's main route table, which has no way out",
        )),
        replaced: Some(Effect::notable(
            Kind::Interruption,
            "its routes and associations are created anew; traffic may be refused in between",
        )),
        properties: &[
            (
                "VpcId",
                Meaning::Reference(Effect::severe(
                    Kind::Interruption,
                    "moves to another network",
                )),
            ),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-routetable.html",
            "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::EC2::Route",
        noun: "route",
        added: None,
        removed: None,
        replaced: Some(RECREATED),
        properties: &[
            ("RouteTableId", Meaning::Analysed),
            ("DestinationCidrBlock", Meaning::Analysed),
            ("DestinationIpv6CidrBlock", Meaning::Analysed),
            ("DestinationPrefixListId", Meaning::Analysed),
            ("CarrierGatewayId", Meaning::Analysed),
            ("CoreNetworkArn", Meaning::Analysed),
            ("EgressOnlyInternetGatewayId", Meaning::Analysed),
            ("GatewayId", Meaning::Analysed),
            ("InstanceId", Meaning::Analysed),
            ("LocalGatewayId", Meaning::Analysed),
            ("NatGatewayId", Meaning::Analysed),
            ("NetworkInterfaceId", Meaning::Analysed),
            ("TransitGatewayId", Meaning::Analysed),
            ("VpcEndpointId", Meaning::Analysed),
            ("VpcPeeringConnectionId", Meaning::Analysed),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-route.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::EC2::SubnetRouteTableAssociation",
        noun: "route table association",
        added: None,
        removed: Some(Effect::severe(
            Kind::Interruption,
            "the subnet falls back to the network's main route table, which has no way out",
        )),
        replaced: Some(RECREATED),
        properties: &[
            ("RouteTableId", Meaning::Analysed),
            (
                "SubnetId",
                Meaning::Reference(Effect::severe(
                    Kind::Interruption,
                    "is of another subnet: the old one falls back to the main route table, which has no way out",
                )),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnetroutetableassociation.html",
            "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::EC2::InternetGateway",
        noun: "internet gateway",
        added: Some(Effect::notable(
            Kind::Exposure,
            "subnets with a route to it are reachable from the internet",
        )),
        removed: Some(Effect::severe(
            Kind::Interruption,
            "nothing in the network reaches the internet, or is reached from it",
        )),
        replaced: Some(Effect::severe(
            Kind::Interruption,
            "the network is cut off from the internet until the new one is attached",
        )),
        properties: &[("Tags", Meaning::Label)],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-internetgateway.html",
            "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::EC2::VPCGatewayAttachment",
        noun: "gateway attachment",
        added: None,
        removed: Some(Effect::severe(
            Kind::Interruption,
            "the network is cut off from the internet: clients reach no load balancer, and machines reach nothing outside",
        )),
        replaced: Some(Effect::severe(
            Kind::Interruption,
            "the network is cut off from the internet in between",
        )),
        properties: &[
            (
                "InternetGatewayId",
                Meaning::Reference(Effect::severe(
                    Kind::Interruption,
                    "attaches another internet gateway: the network is cut off in between",
                )),
            ),
            (
                "VpnGatewayId",
                Meaning::Reference(Effect::notable(
                    Kind::Exposure,
                    "attaches another VPN gateway: other networks reach this one",
                )),
            ),
            (
                "VpcId",
                Meaning::Reference(Effect::severe(
                    Kind::Interruption,
                    "attaches the gateway to another network",
                )),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcgatewayattachment.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::EC2::NatGateway",
        noun: "NAT gateway",
        added: Some(Effect::notable(
            Kind::Cost,
            "it is paid for by the hour and by the gigabyte; what leaves by it shows its address to partners",
        )),
        removed: Some(Effect::severe(
            Kind::Interruption,
            "connections through it are cut, and calls come from another address, which partners' firewalls may not list",
        )),
        replaced: Some(Effect::severe(
            Kind::Interruption,
            "connections through it are cut; an address that it keeps can't be taken by the new one while the old one holds it",
        )),
        properties: &[
            (
                "AllocationId",
                Meaning::Reference(Effect::severe(
                    Kind::Interruption,
                    "machines call from another public address: partners' firewalls that list the old one refuse them",
                )),
            ),
            (
                "SubnetId",
                Meaning::Reference(Effect::severe(
                    Kind::Interruption,
                    "stands in another subnet: connections through it are cut",
                )),
            ),
            (
                "ConnectivityType",
                Meaning::severe(
                    Kind::Interruption,
                    "becomes {to}: a private gateway doesn't reach the internet",
                ),
            ),
            (
                "MaxDrainDurationSeconds",
                Meaning::minor(
                    Kind::Interruption,
                    "drains connections for {to} seconds when an address is taken away",
                ),
            ),
            (
                "PrivateIpAddress",
                Meaning::notable(Kind::Interruption, "gets another private address"),
            ),
            (
                "SecondaryAllocationIds",
                Meaning::notable(
                    Kind::Interruption,
                    "machines also call from other public addresses, or from fewer: partners' firewalls have to list them",
                ),
            ),
            (
                "VpcId",
                Meaning::Reference(Effect::severe(
                    Kind::Interruption,
                    "moves to another network",
                )),
            ),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-natgateway.html",
            "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::EC2::EIP",
        noun: "public address",
        added: Some(Effect::minor(
            Kind::Cost,
            "a public address is paid for by the hour",
        )),
        removed: Some(Effect::severe(
            Kind::Interruption,
            "what it stood for has another address: firewalls and DNS records that name it have to be changed",
        )),
        replaced: Some(Effect::severe(
            Kind::Interruption,
            "the new one is another address: firewalls and DNS records that name the old one have to be changed",
        )),
        properties: &[
            (
                "Domain",
                Meaning::notable(Kind::Interruption, "is of another kind of network"),
            ),
            (
                "InstanceId",
                Meaning::Reference(Effect::severe(
                    Kind::Interruption,
                    "belongs to another machine",
                )),
            ),
            (
                "NetworkBorderGroup",
                Meaning::severe(Kind::Interruption, "becomes another address"),
            ),
            (
                "PublicIpv4Pool",
                Meaning::severe(
                    Kind::Interruption,
                    "comes from another pool and is another address",
                ),
            ),
            (
                "Address",
                Meaning::severe(Kind::Interruption, "becomes {to} instead of {from}"),
            ),
            (
                "IpamPoolId",
                Meaning::severe(
                    Kind::Interruption,
                    "comes from another pool and is another address",
                ),
            ),
            (
                "TransferAddress",
                Meaning::severe(
                    Kind::Interruption,
                    "is taken over from another account, or given away",
                ),
            ),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-eip.html",
            "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::EC2::FlowLog",
        noun: "flow log",
        added: Some(Effect::minor(
            Kind::Monitoring,
            "connections in the network are recorded, and the records are paid for",
        )),
        removed: Some(Effect::severe(
            Kind::Monitoring,
            "connections in the network leave no record any more: an intrusion can't be traced",
        )),
        replaced: Some(Effect::notable(
            Kind::Monitoring,
            "connections may go unrecorded in between",
        )),
        properties: &[
            (
                "TrafficType",
                Meaning::severe(
                    Kind::Monitoring,
                    "records {to} instead of {from}: ACCEPT leaves out what was refused, REJECT what was let through",
                ),
            ),
            (
                "MaxAggregationInterval",
                Meaning::minor(
                    Kind::Monitoring,
                    "records every {to} seconds instead of every {from}",
                ),
            ),
            (
                "LogFormat",
                Meaning::notable(
                    Kind::Monitoring,
                    "records other fields: queries that read the old ones find none",
                ),
            ),
            (
                "LogGroupName",
                Meaning::Reference(Effect::notable(
                    Kind::Monitoring,
                    "records to another log group",
                )),
            ),
            (
                "LogDestination",
                Meaning::Reference(Effect::notable(
                    Kind::Monitoring,
                    "records to another place",
                )),
            ),
            (
                "LogDestinationType",
                Meaning::notable(Kind::Monitoring, "records to {to} instead of {from}"),
            ),
            (
                "DeliverLogsPermissionArn",
                Meaning::Reference(Effect::notable(
                    Kind::Monitoring,
                    "is delivered by another role: without the right to write, records are lost silently",
                )),
            ),
            (
                "ResourceId",
                Meaning::Reference(Effect::notable(Kind::Monitoring, "records another network")),
            ),
            (
                "ResourceType",
                Meaning::notable(Kind::Monitoring, "records another kind of thing"),
            ),
            (
                "DestinationOptions",
                Meaning::minor(Kind::Monitoring, "is written in another format"),
            ),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-flowlog.html",
            "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::EC2::SecurityGroup",
        noun: "security group",
        added: None,
        removed: Some(Effect::notable(
            Kind::Interruption,
            "rules of other groups that name it admit nothing by it any more",
        )),
        replaced: Some(Effect::severe(
            Kind::Interruption,
            "whatever uses it gets another group, and rules that name the old one have to follow; connections may be cut in between",
        )),
        properties: &[
            ("SecurityGroupIngress", Meaning::Analysed),
            ("SecurityGroupEgress", Meaning::Analysed),
            (
                "GroupDescription",
                Meaning::severe(
                    Kind::Interruption,
                    "is described otherwise, which EC2 can't change: the whole group is replaced for it",
                ),
            ),
            (
                "GroupName",
                Meaning::severe(
                    Kind::Interruption,
                    "is named otherwise, which EC2 can't change: the whole group is replaced for it",
                ),
            ),
            (
                "VpcId",
                Meaning::Reference(Effect::severe(
                    Kind::Interruption,
                    "moves to another network",
                )),
            ),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html",
            "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::EC2::SecurityGroupIngress",
        noun: "security group rule",
        added: None,
        removed: None,
        replaced: Some(Effect::minor(
            Kind::Interruption,
            "EC2 refuses two equal rules; one that changes in what it admits is added before the old one goes",
        )),
        properties: &[
            ("Description", Meaning::Label),
            ("CidrIp", Meaning::Analysed),
            ("CidrIpv6", Meaning::Analysed),
            ("FromPort", Meaning::Analysed),
            ("ToPort", Meaning::Analysed),
            ("IpProtocol", Meaning::Analysed),
            ("GroupId", Meaning::Analysed),
            ("GroupName", Meaning::Analysed),
            ("SourcePrefixListId", Meaning::Analysed),
            ("SourceSecurityGroupId", Meaning::Analysed),
            ("SourceSecurityGroupName", Meaning::Analysed),
            ("SourceSecurityGroupOwnerId", Meaning::Analysed),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupingress.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::EC2::SecurityGroupEgress",
        noun: "security group rule",
        added: None,
        removed: None,
        replaced: None,
        properties: &[
            ("Description", Meaning::Label),
            ("CidrIp", Meaning::Analysed),
            ("CidrIpv6", Meaning::Analysed),
            ("FromPort", Meaning::Analysed),
            ("ToPort", Meaning::Analysed),
            ("IpProtocol", Meaning::Analysed),
            ("GroupId", Meaning::Analysed),
            ("DestinationPrefixListId", Meaning::Analysed),
            ("DestinationSecurityGroupId", Meaning::Analysed),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupegress.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::EC2::VPCEndpoint",
        noun: "VPC endpoint",
        added: Some(Effect::notable(
            Kind::Cost,
            "traffic to the service no longer goes through the NAT gateways; an interface endpoint is paid for by the hour in each zone, a gateway endpoint is free",
        )),
        removed: Some(Effect::severe(
            Kind::Cost,
            "traffic to the service goes through the NAT gateways, by the gigabyte, and policies that ask for this endpoint deny it",
        )),
        replaced: Some(Effect::notable(
            Kind::Interruption,
            "connections to the service are cut, and policies that name the old endpoint deny the new one",
        )),
        properties: &[
            (
                "ServiceName",
                Meaning::notable(
                    Kind::Interruption,
                    "is of another service, {to} instead of {from}",
                ),
            ),
            (
                "VpcEndpointType",
                Meaning::notable(
                    Kind::Cost,
                    "becomes {to}: an interface endpoint is paid for by the hour and by the gigabyte",
                ),
            ),
            (
                "RouteTableIds",
                Meaning::items(
                    Effect::minor(
                        Kind::Cost,
                        "traffic of the subnets of {item} to the service goes through the endpoint",
                    ),
                    Effect::notable(
                        Kind::Cost,
                        "traffic of the subnets of {item} to the service goes through the NAT gateways, which are paid for by the gigabyte; open connections are cut",
                    ),
                ),
            ),
            (
                "SubnetIds",
                Meaning::items(
                    Effect::minor(
                        Kind::Cost,
                        "has an interface in {item}, which is paid for by the hour",
                    ),
                    Effect::notable(
                        Kind::Resilience,
                        "has no interface in {item} any more: its machines cross zones to it",
                    ),
                ),
            ),
            (
                "SecurityGroupIds",
                Meaning::items(
                    Effect::notable(Kind::Exposure, "admits what {item} admits"),
                    Effect::notable(Kind::Interruption, "no longer admits what {item} admitted"),
                ),
            ),
            ("PolicyDocument", Meaning::Analysed),
            (
                "PrivateDnsEnabled",
                Meaning::off_unless_set(
                    Effect::notable(
                        Kind::Behaviour,
                        "the service's usual name leads to the endpoint",
                    ),
                    Effect::notable(
                        Kind::Cost,
                        "the service's usual name leads past the endpoint: traffic goes through the NAT gateways",
                    ),
                ),
            ),
            (
                "DnsOptions",
                Meaning::notable(Kind::Behaviour, "is named in DNS otherwise"),
            ),
            (
                "IpAddressType",
                Meaning::notable(Kind::Behaviour, "answers by {to} instead of {from}"),
            ),
            (
                "VpcId",
                Meaning::Reference(Effect::severe(
                    Kind::Interruption,
                    "moves to another network",
                )),
            ),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html",
            "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::EC2::VPCPeeringConnection",
        noun: "peering",
        added: Some(Effect::notable(
            Kind::Exposure,
            "another network can reach this one as soon as routes and security groups allow it",
        )),
        removed: Some(Effect::severe(
            Kind::Interruption,
            "the other network can't be reached any more",
        )),
        replaced: Some(Effect::severe(
            Kind::Interruption,
            "the other network can't be reached until its owner has accepted the new peering",
        )),
        properties: &[
            (
                "VpcId",
                Meaning::Reference(Effect::severe(Kind::Interruption, "is of another network")),
            ),
            (
                "PeerVpcId",
                Meaning::severe(
                    Kind::Exposure,
                    "leads to another network, {to} instead of {from}",
                ),
            ),
            (
                "PeerOwnerId",
                Meaning::severe(
                    Kind::Exposure,
                    "leads to a network of another account, {to}",
                ),
            ),
            (
                "PeerRegion",
                Meaning::notable(
                    Kind::Cost,
                    "leads to another region, {to}: traffic is paid for",
                ),
            ),
            (
                "PeerRoleArn",
                Meaning::notable(Kind::Permissions, "is accepted by another role"),
            ),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcpeeringconnection.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::EC2::NetworkAcl",
        noun: "network ACL",
        added: Some(Effect::notable(
            Kind::Exposure,
            "a subnet that uses it is closed to all that it has no rule for",
        )),
        removed: Some(Effect::severe(
            Kind::Exposure,
            "its subnets use the network's default list, which admits everything",
        )),
        replaced: None,
        properties: &[
            (
                "VpcId",
                Meaning::Reference(Effect::severe(
                    Kind::Interruption,
                    "moves to another network",
                )),
            ),
            ("Tags", Meaning::Label),
        ],
        sources: &["https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html"],
    },
];
