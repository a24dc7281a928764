//! VPC.

use super::row;
use crate::row::{Block, Lag, Row, Rule, Source};

const DEPENDENCIES: &[Source] = &[
    Source::Code("go-to-k/cdkd implicit-delete-deps.ts"),
    Source::Page("https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html"),
];

pub(super) const ROWS: &[Row] = &[
    row(
        "address-of-network-load-balancer",
        "AWS::EC2::EIP",
        Rule::BlocksDeletion(Block::AfterDeletionOf {
            resource_type: "AWS::ElasticLoadBalancingV2::LoadBalancer",
            property: "SubnetMappings",
            minutes: 5,
        }),
        &[
            Source::Thread("aws-cloudformation/cloudformation-coverage-roadmap#831"),
            Source::Thread("aws/aws-cdk#15057"),
            Source::Thread("hashicorp/terraform-provider-aws#33645"),
        ],
    )
    .saying(
        "API: ec2:disassociateAddress You do not have permission to access the specified resource.",
    ),
    row(
        "flow-log-deletion",
        "AWS::EC2::FlowLog",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "flow-log-unique",
        "AWS::EC2::FlowLog",
        Rule::UniqueBy(&[
            "ResourceId",
            "TrafficType",
            "LogDestinationType",
            "LogGroupName",
        ]),
        &[Source::Thread("getmoto/moto#6369"), Source::Unproved],
    )
    .saying("There is an existing Flow Log with the same configuration and log destination."),
    row(
        "flow-log-role",
        "AWS::EC2::FlowLog",
        Rule::MustExistFirst("a role that vpc-flow-logs can assume already, the log group"),
        &[Source::Thread("hashicorp/terraform-provider-aws#29323")],
    )
    .saying("Unable to assume given IAM role"),
    row(
        "internet-gateway-attached",
        "AWS::EC2::InternetGateway",
        Rule::BlocksDeletion(Block::UsedBy {
            resource_type: "AWS::EC2::VPCGatewayAttachment",
            property: "InternetGatewayId",
        }),
        DEPENDENCIES,
    )
    .saying("The internetGateway '{id}' has dependencies and cannot be deleted."),
    row(
        "nat-gateway-deletion",
        "AWS::EC2::NatGateway",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "nat-gateway-address",
        "AWS::EC2::NatGateway",
        Rule::AttachedOnce("AllocationId"),
        &[Source::Thread("pulumi/pulumi-aws#1483")],
    )
    .saying("Elastic IP address [{id}] is already associated"),
    row(
        "nat-gateway-prerequisites",
        "AWS::EC2::NatGateway",
        Rule::MustExistFirst("an attached internet gateway, a free address"),
        &[Source::Page(
            "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html",
        )],
    ),
    row(
        "route-deletion",
        "AWS::EC2::Route",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "route-unique",
        "AWS::EC2::Route",
        Rule::UniqueBy(&["RouteTableId", "DestinationCidrBlock"]),
        &[Source::Schema],
    ),
    row(
        "route-target",
        "AWS::EC2::Route",
        Rule::MustExistFirst("its target; an internet gateway has to be attached"),
        &[Source::Schema],
    ),
    row(
        "route-table-associated",
        "AWS::EC2::RouteTable",
        Rule::BlocksDeletion(Block::UsedBy {
            resource_type: "AWS::EC2::SubnetRouteTableAssociation",
            property: "RouteTableId",
        }),
        DEPENDENCIES,
    )
    .saying("The routeTable '{id}' has dependencies and cannot be deleted."),
    row(
        "security-group-interfaces",
        "AWS::EC2::SecurityGroup",
        Rule::BlocksDeletion(Block::InWords(
            "network interfaces that use it, those of a deleted load balancer for minutes; rules of \
             other groups that name it",
        )),
        &[Source::Thread(
            "terraform-aws-modules/terraform-aws-security-group#190",
        )],
    ),
    row(
        "security-group-unique",
        "AWS::EC2::SecurityGroup",
        Rule::UniqueBy(&["VpcId", "GroupName"]),
        &[Source::Schema],
    ),
    row(
        "ingress-rule-deletion",
        "AWS::EC2::SecurityGroupIngress",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "ingress-rule-unique",
        "AWS::EC2::SecurityGroupIngress",
        Rule::UniqueBy(&[
            "GroupId",
            "IpProtocol",
            "FromPort",
            "ToPort",
            "SourceSecurityGroupId",
        ]),
        &[Source::Thread(
            "terraform-aws-modules/terraform-aws-security-group#190",
        )],
    )
    .saying("the specified rule already exists"),
    row(
        "subnet-interfaces",
        "AWS::EC2::Subnet",
        Rule::BlocksDeletion(Block::InWords("network interfaces in it")),
        DEPENDENCIES,
    ),
    row(
        "subnet-unique",
        "AWS::EC2::Subnet",
        Rule::UniqueBy(&["VpcId", "CidrBlock"]),
        &[Source::Schema],
    ),
    row(
        "route-table-association-deletion",
        "AWS::EC2::SubnetRouteTableAssociation",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "route-table-association-unique",
        "AWS::EC2::SubnetRouteTableAssociation",
        Rule::UniqueBy(&["SubnetId"]),
        &[Source::Schema],
    ),
    row(
        "vpc-contents",
        "AWS::EC2::VPC",
        Rule::BlocksDeletion(Block::InWords(
            "everything in it, also what others have put there (an endpoint of GuardDuty)",
        )),
        DEPENDENCIES,
    ),
    row(
        "endpoint-deletion",
        "AWS::EC2::VPCEndpoint",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "endpoint-of-route-table",
        "AWS::EC2::VPCEndpoint",
        Rule::SeenOnlyAfter(Lag::InWords(
            "a route table takes one gateway endpoint of a service: a replacement, which comes first, is refused",
        )),
        &[Source::Schema],
    ),
    row(
        "gateway-attachment-addresses",
        "AWS::EC2::VPCGatewayAttachment",
        Rule::BlocksDeletion(Block::InWords(
            "public addresses that are mapped in the VPC: of NAT gateways and load balancers",
        )),
        DEPENDENCIES,
    ),
    row(
        "gateway-attachment-unique",
        "AWS::EC2::VPCGatewayAttachment",
        Rule::UniqueBy(&["VpcId"]),
        &[Source::Schema],
    ),
];
