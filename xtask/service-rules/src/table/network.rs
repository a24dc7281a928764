//! VPC.

use super::{named, row};
use crate::row::{Block, Need, Other, Path, Row, Rule, Shared, Source};

const DEPENDENCIES: &[Source] = &[
    Source::Code("go-to-k/cdkd implicit-delete-deps.ts"),
    Source::Page("https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html"),
];

pub(super) const ROWS: &[Row] = &[
    row(
        "address-of-network-load-balancer",
        "AWS::EC2::EIP",
        Rule::BlocksDeletion(Block::AfterDeletionOf { resource_type: "AWS::ElasticLoadBalancingV2::LoadBalancer", property: "SubnetMappings", minutes: 5, waits: false }),
        &[Source::Thread("aws-cloudformation/cloudformation-coverage-roadmap#831"),
            Source::Thread("aws/aws-cdk#15057"),
            Source::Thread("hashicorp/terraform-provider-aws#33645")],
    )
    .saying("API: ec2:disassociateAddress You do not have permission to access the \
             specified resource."),
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
        &[Source::Thread("getmoto/moto#6369"), Source::Page("https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html")],
    )
    .saying("There is an existing Flow Log with the same configuration and log destination."),
    row(
        "flow-log-role",
        "AWS::EC2::FlowLog",
        Rule::MustExistFirst(Need::Admits { property: "DeliverLogsPermissionArn", resource_type: "AWS::IAM::Role", document: "AssumeRolePolicyDocument", service: "vpc-flow-logs.amazonaws.com" }),
        &[Source::Thread("hashicorp/terraform-provider-aws#29323"),
            Source::Page("https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html")],
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
        Rule::AttachedOnce { property: "AllocationId", slot: "address" },
        &[Source::Thread("pulumi/pulumi-aws#1483")],
    )
    .saying("Elastic IP address [{id}] is already associated"),
    row(
        "nat-gateway-gateway",
        "AWS::EC2::NatGateway",
        Rule::MustExistFirst(Need::OneOf {
            others: &[Other { resource_type: "AWS::EC2::VPCGatewayAttachment", shares: &[Shared { own: Path::Of { property: "SubnetId", resource_type: "AWS::EC2::Subnet", then: "VpcId" }, other: Path::Own("VpcId"), names: Some("AWS::EC2::VPC") }] }],
            unless: &[("ConnectivityType", "private")],
        }),
        &[Source::Page("https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html"),
            Source::Page("https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html")],
    )
    .saying("Network {id} has no Internet gateway attached"),
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
        "route-gateway",
        "AWS::EC2::Route",
        Rule::MustExistFirst(Need::OneOf {
            others: &[Other { resource_type: "AWS::EC2::VPCGatewayAttachment", shares: &[named(["GatewayId", "InternetGatewayId"], "AWS::EC2::InternetGateway"), Shared { own: Path::Of { property: "RouteTableId", resource_type: "AWS::EC2::RouteTable", then: "VpcId" }, other: Path::Own("VpcId"), names: Some("AWS::EC2::VPC") }] }],
            unless: &[],
        }),
        &[Source::Thread("aws/aws-cdk#1140"),
            Source::Thread("giantswarm/aws-operator#634"),
            Source::Page("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html")],
    )
    .saying("route table and network gateway {id} belong to different networks"),
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
        "security-group-lingering-interfaces",
        "AWS::EC2::SecurityGroup",
        Rule::BlocksDeletion(Block::AfterDeletionOf { resource_type: "AWS::ElasticLoadBalancingV2::LoadBalancer", property: "SecurityGroups", minutes: 5, waits: true }),
        &[Source::Thread("terraform-aws-modules/terraform-aws-security-group#190"),
            Source::Thread("refinery-platform/refinery-platform#1678")],
    )
    .saying("resource {id} has a dependent object"),
    row(
        "security-group-of-load-balancer",
        "AWS::EC2::SecurityGroup",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::ElasticLoadBalancingV2::LoadBalancer", property: "SecurityGroups" }),
        &[Source::Thread("hashicorp/terraform-provider-aws#1671"),
            Source::Thread("gruntwork-io/cloud-nuke#316")],
    )
    .saying("resource {id} has a dependent object"),
    row(
        "security-group-of-service",
        "AWS::EC2::SecurityGroup",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::ECS::Service", property: "NetworkConfiguration" }),
        &[Source::Thread("hashicorp/terraform-provider-aws#1671"),
            Source::Thread("gruntwork-io/cloud-nuke#316")],
    )
    .saying("resource {id} has a dependent object"),
    row(
        "security-group-of-function",
        "AWS::EC2::SecurityGroup",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::Lambda::Function", property: "VpcConfig" }),
        &[Source::Thread("hashicorp/terraform-provider-aws#1671"),
            Source::Thread("gruntwork-io/cloud-nuke#316")],
    )
    .saying("resource {id} has a dependent object"),
    row(
        "security-group-of-endpoint",
        "AWS::EC2::SecurityGroup",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::EC2::VPCEndpoint", property: "SecurityGroupIds" }),
        &[Source::Thread("hashicorp/terraform-provider-aws#1671"),
            Source::Thread("gruntwork-io/cloud-nuke#316")],
    )
    .saying("resource {id} has a dependent object"),
    row(
        "security-group-of-rule",
        "AWS::EC2::SecurityGroup",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::EC2::SecurityGroupIngress", property: "SourceSecurityGroupId" }),
        &[Source::Thread("hashicorp/terraform-provider-aws#1671"),
            Source::Thread("gruntwork-io/cloud-nuke#316")],
    )
    .saying("resource {id} has a dependent object"),
    row(
        "security-group-of-inline-rule",
        "AWS::EC2::SecurityGroup",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::EC2::SecurityGroup", property: "SecurityGroupIngress" }),
        &[Source::Thread("hashicorp/terraform-provider-aws#1671"),
            Source::Thread("gruntwork-io/cloud-nuke#316")],
    )
    .saying("resource {id} has a dependent object"),
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
        "subnet-of-nat-gateway",
        "AWS::EC2::Subnet",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::EC2::NatGateway", property: "SubnetId" }),
        DEPENDENCIES,
    )
    .saying("The subnet '{id}' has dependencies and cannot be deleted."),
    row(
        "subnet-of-load-balancer",
        "AWS::EC2::Subnet",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::ElasticLoadBalancingV2::LoadBalancer", property: "Subnets" }),
        DEPENDENCIES,
    )
    .saying("The subnet '{id}' has dependencies and cannot be deleted."),
    row(
        "subnet-of-addressed-load-balancer",
        "AWS::EC2::Subnet",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::ElasticLoadBalancingV2::LoadBalancer", property: "SubnetMappings" }),
        DEPENDENCIES,
    )
    .saying("The subnet '{id}' has dependencies and cannot be deleted."),
    row(
        "subnet-of-group",
        "AWS::EC2::Subnet",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::AutoScaling::AutoScalingGroup", property: "VPCZoneIdentifier" }),
        DEPENDENCIES,
    )
    .saying("The subnet '{id}' has dependencies and cannot be deleted."),
    row(
        "subnet-of-service",
        "AWS::EC2::Subnet",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::ECS::Service", property: "NetworkConfiguration" }),
        DEPENDENCIES,
    )
    .saying("The subnet '{id}' has dependencies and cannot be deleted."),
    row(
        "subnet-of-function",
        "AWS::EC2::Subnet",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::Lambda::Function", property: "VpcConfig" }),
        DEPENDENCIES,
    )
    .saying("The subnet '{id}' has dependencies and cannot be deleted."),
    row(
        "subnet-of-endpoint",
        "AWS::EC2::Subnet",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::EC2::VPCEndpoint", property: "SubnetIds" }),
        DEPENDENCIES,
    )
    .saying("The subnet '{id}' has dependencies and cannot be deleted."),
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
        "vpc-subnets",
        "AWS::EC2::VPC",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::EC2::Subnet", property: "VpcId" }),
        DEPENDENCIES,
    )
    .saying("The vpc '{id}' has dependencies and cannot be deleted."),
    row(
        "vpc-route-tables",
        "AWS::EC2::VPC",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::EC2::RouteTable", property: "VpcId" }),
        DEPENDENCIES,
    )
    .saying("The vpc '{id}' has dependencies and cannot be deleted."),
    row(
        "vpc-security-groups",
        "AWS::EC2::VPC",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::EC2::SecurityGroup", property: "VpcId" }),
        DEPENDENCIES,
    )
    .saying("The vpc '{id}' has dependencies and cannot be deleted."),
    row(
        "vpc-gateways",
        "AWS::EC2::VPC",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::EC2::VPCGatewayAttachment", property: "VpcId" }),
        DEPENDENCIES,
    )
    .saying("The vpc '{id}' has dependencies and cannot be deleted."),
    row(
        "vpc-endpoints",
        "AWS::EC2::VPC",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::EC2::VPCEndpoint", property: "VpcId" }),
        DEPENDENCIES,
    )
    .saying("The vpc '{id}' has dependencies and cannot be deleted."),
    row(
        "vpc-contents",
        "AWS::EC2::VPC",
        Rule::BlocksDeletion(Block::Holds { what: "endpoints", unless: None, usual: false }),
        DEPENDENCIES,
    )
    .saying("The vpc '{id}' has dependencies and cannot be deleted."),
    row(
        "endpoint-deletion",
        "AWS::EC2::VPCEndpoint",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "endpoint-of-route-table",
        "AWS::EC2::VPCEndpoint",
        Rule::UniqueBy(&["ServiceName", "RouteTableIds"]),
        &[
            Source::Thread("eksctl-io/eksctl#2510"),
            Source::Page(
                "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html",
            ),
        ],
    )
    .saying("route table {id} already has a route with destination-prefix-list-id"),
    row(
        "gateway-attachment-nat-gateways",
        "AWS::EC2::VPCGatewayAttachment",
        Rule::BlocksDeletion(Block::Shares(Other { resource_type: "AWS::EC2::NatGateway", shares: &[Shared { own: Path::Own("VpcId"), other: Path::Of { property: "SubnetId", resource_type: "AWS::EC2::Subnet", then: "VpcId" }, names: Some("AWS::EC2::VPC") }] })),
        &[Source::Thread("ministryofjustice/bootstrap-cfn#177"),
            Source::Thread("aws/eks-hybrid#703")],
    )
    .saying("Network has some mapped public address(es). Please unmap those public \
             address(es) before detaching the gateway."),
    row(
        "gateway-attachment-unique",
        "AWS::EC2::VPCGatewayAttachment",
        Rule::UniqueBy(&["VpcId"]),
        &[Source::Schema],
    ),
];
