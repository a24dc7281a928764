//! Elastic Load Balancing, certificates, WAF, DNS.

use super::{named, row, words};
use crate::row::{Block, Lag, Need, Other, Path, Row, Rule, Shared, Source};

pub(super) const ROWS: &[Row] = &[
    row(
        "certificate-in-use",
        "AWS::CertificateManager::Certificate",
        Rule::BlocksDeletion(Block::UsedBy {
            resource_type: "AWS::ElasticLoadBalancingV2::Listener",
            property: "Certificates",
        }),
        &[Source::Schema, Source::Thread("aws/aws-cdk#4179")],
    )
    .saying("Certificate {id} is in use."),
    row(
        "certificate-validation-records",
        "AWS::CertificateManager::Certificate",
        Rule::UniqueAmong {
            list: "DomainValidationOptions",
            entry: "DomainName",
            prefix: "*.",
        },
        &[
            Source::Thread("aws/aws-cdk#9248"),
            Source::Thread("aws/aws-cdk#27364"),
            Source::Page("https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html"),
        ],
    )
    .saying(
        "[Tried to create resource record set [name='_x1.{id}.', type='CNAME'] but it \
             already exists]",
    ),
    row(
        "certificate-validation",
        "AWS::CertificateManager::Certificate",
        Rule::MustExistFirst(Need::InWords(words("the hosted zone, to which the domain is delegated", "delegation is in the DNS, and nothing is refused: the creation waits"))),
        &[Source::Schema],
    ),
    row(
        "certificate-hangs",
        "AWS::CertificateManager::Certificate",
        Rule::SeenOnlyAfter(Lag::InWords(words("creation waits up to 36 hours for the record of the validation to be found", "the DNS is not modelled; a certificate whose creation has ended is issued, so \
             that what refers to it finds it so"))),
        &[Source::Schema],
    ),
    row(
        "listener-port-of-target",
        "AWS::ElasticLoadBalancingV2::Listener",
        Rule::BlocksDeletion(Block::Shares(Other { resource_type: "AWS::ElasticLoadBalancingV2::TargetGroup", shares: &[named(["LoadBalancerArn", "Targets.Id"], "AWS::ElasticLoadBalancingV2::LoadBalancer"), Shared { own: Path::Own("Port"), other: Path::Own("Port"), names: None }] })),
        &[Source::Thread("hashicorp/terraform-provider-aws#26102"),
            Source::Page("https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html")],
    )
    .saying("Listener port is in use by registered target and cannot be removed: {id}"),
    row(
        "listener-unique",
        "AWS::ElasticLoadBalancingV2::Listener",
        Rule::UniqueBy(&["LoadBalancerArn", "Port"]),
        &[Source::Thread("hashicorp/terraform#26407"),
            Source::Page("https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html")],
    ),
    row(
        "listener-target-group",
        "AWS::ElasticLoadBalancingV2::Listener",
        Rule::OneHolder { property: "DefaultActions", names: "AWS::ElasticLoadBalancingV2::TargetGroup", holder: Path::Own("LoadBalancerArn") },
        &[Source::Thread("hashicorp/terraform-provider-aws#22005"),
            Source::Thread("aws/aws-cdk#5440"),
            Source::Page("https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html")],
    )
    .saying("The following target groups cannot be associated with more than one load \
             balancer: {id}"),
    row(
        "listener-certificate",
        "AWS::ElasticLoadBalancingV2::Listener",
        Rule::MustExistFirst(Need::InWords(words("a certificate that is issued", "a creation of a certificate ends when it is issued; whether a foreign one is, \
             is not known"))),
        &[Source::Page("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html")],
    ),
    row(
        "listener-certificate-deletion",
        "AWS::ElasticLoadBalancingV2::ListenerCertificate",
        Rule::NothingBlocks,
        &[Source::Thread(
            "aws-cloudformation/cloudformation-coverage-roadmap#865",
        )],
    ),
    row(
        "rule-deletion",
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "rule-priority",
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        Rule::UniqueBy(&["ListenerArn", "Priority"]),
        &[Source::Thread("pulumi/pulumi-aws#175"),
            Source::Thread("aws/copilot-cli#4532")],
    )
    .saying("Priority '{id}' is currently in use"),
    row(
        "rule-target-group",
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        Rule::OneHolder { property: "Actions", names: "AWS::ElasticLoadBalancingV2::TargetGroup", holder: Path::Of { property: "ListenerArn", resource_type: "AWS::ElasticLoadBalancingV2::Listener", then: "LoadBalancerArn" } },
        &[Source::Thread("hashicorp/terraform-provider-aws#22005"),
            Source::Thread("aws/aws-cdk#5440"),
            Source::Page("https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html")],
    )
    .saying("The following target groups cannot be associated with more than one load \
             balancer: {id}"),
    row(
        "load-balancer-protected",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        Rule::BlocksDeletion(Block::Set { property: "LoadBalancerAttributes[deletion_protection.enabled]", value: "true" }),
        &[Source::Page("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-delete.html"),
            Source::Thread("aws-cloudformation/rain#187")],
    )
    .saying("Load balancer '{id}' cannot be deleted because deletion protection is enabled"),
    row(
        "load-balancer-unique",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        Rule::UniqueBy(&["Name"]),
        &[Source::Schema],
    ),
    row(
        "load-balancer-log-bucket",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        Rule::MustExistFirst(Need::OneOf {
            others: &[Other { resource_type: "AWS::S3::BucketPolicy", shares: &[named(["LoadBalancerAttributes[access_logs.s3.bucket]", "Bucket"], "AWS::S3::Bucket")] }],
            unless: &[("LoadBalancerAttributes[access_logs.s3.enabled]", "false")],
        }),
        &[Source::Page("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html"),
            Source::Thread("aws/copilot-cli#4169"),
            Source::Thread("aws/aws-cdk#1633")],
    )
    .saying("Access Denied for bucket: {id}. Please check S3bucket permission"),
    row(
        "load-balancer-zones",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        Rule::MustExistFirst(Need::Apart { property: "Subnets", resource_type: "AWS::EC2::Subnet", differ: &["AvailabilityZone", "AvailabilityZoneId"], minimum: 2, unless: &[("Type", "network"), ("Type", "gateway")] }),
        &[Source::Page("https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html")],
    )
    .saying("At least two subnets in two different Availability Zones must be specified"),
    row(
        "load-balancer-gateway",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        Rule::MustExistFirst(Need::OneOf {
            others: &[Other { resource_type: "AWS::EC2::VPCGatewayAttachment", shares: &[Shared { own: Path::Of { property: "Subnets", resource_type: "AWS::EC2::Subnet", then: "VpcId" }, other: Path::Own("VpcId"), names: Some("AWS::EC2::VPC") }] }],
            unless: &[("Scheme", "internal")],
        }),
        &[Source::Thread("aws-cloudformation/aws-cloudformation-templates#75"),
            Source::Page("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html")],
    )
    .saying("VPC {id} has no internet gateway"),
    row(
        "load-balancer-address",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        Rule::AttachedOnce { property: "SubnetMappings.AllocationId", slot: "address" },
        &[Source::Page("https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SubnetMapping.html"),
            Source::Page("https://docs.aws.amazon.com/vpc/latest/userguide/vpc-eips.html")],
    )
    .saying("The allocation IDs are not available for use: {id}"),
    row(
        "load-balancer-interfaces-stay",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        Rule::SeenOnlyAfter(Lag::InWords(words("its network interfaces outlive it by minutes, and with them what they use", "the rows of what they use have the form"))),
        &[Source::Thread("aws-cloudformation/cloudformation-coverage-roadmap#831")],
    ),
    row(
        "target-group-of-listener",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        Rule::BlocksDeletion(Block::UsedBy {
            resource_type: "AWS::ElasticLoadBalancingV2::Listener",
            property: "DefaultActions",
        }),
        &[Source::Page(
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html",
        )],
    )
    .saying("Target group '{id}' is currently in use by a listener or a rule"),
    row(
        "target-group-of-rule",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        Rule::BlocksDeletion(Block::UsedBy {
            resource_type: "AWS::ElasticLoadBalancingV2::ListenerRule",
            property: "Actions",
        }),
        &[Source::Page(
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html",
        )],
    )
    .saying("Target group '{id}' is currently in use by a listener or a rule"),
    row(
        "target-group-unique",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        Rule::UniqueBy(&["Name"]),
        &[Source::Schema],
    ),
    row(
        "target-group-balancer",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        Rule::MustExistFirst(Need::OneOf {
            others: &[Other { resource_type: "AWS::ElasticLoadBalancingV2::Listener", shares: &[named(["Targets.Id", "LoadBalancerArn"], "AWS::ElasticLoadBalancingV2::LoadBalancer"), Shared { own: Path::Own("Port"), other: Path::Own("Port"), names: None }] }],
            unless: &[],
        }),
        &[Source::Page("https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html")],
    )
    .saying("The specified target {id} does not have a listener that matches the port of \
             the target group"),
    row(
        "record-deletion",
        "AWS::Route53::RecordSet",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "record-unique",
        "AWS::Route53::RecordSet",
        Rule::UniqueBy(&["HostedZoneId", "Type", "Name"]),
        &[Source::Page(
            "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html",
        )],
    ),
    row(
        "firewall-log-deletion",
        "AWS::WAFv2::LoggingConfiguration",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "firewall-log-unique",
        "AWS::WAFv2::LoggingConfiguration",
        Rule::AttachedOnce { property: "ResourceArn", slot: "log of a web ACL" },
        &[Source::Schema],
    ),
    row(
        "firewall-log-destination",
        "AWS::WAFv2::LoggingConfiguration",
        Rule::MustExistFirst(Need::Named { property: "LogDestinationConfigs", prefix: "aws-waf-logs-" }),
        &[Source::Thread("awsdocs/aws-cloudformation-user-guide#1271"),
            Source::Page("https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html")],
    )
    .saying("Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes \
             other information separated by colons or slashes., field: LOG_DESTINATION, \
             parameter: {id}"),
    row(
        "firewall-associated",
        "AWS::WAFv2::WebACL",
        Rule::BlocksDeletion(Block::UsedBy {
            resource_type: "AWS::WAFv2::WebACLAssociation",
            property: "WebACLArn",
        }),
        &[
            Source::Page(
                "https://docs.aws.amazon.com/waf/latest/APIReference/API_DeleteWebACL.html",
            ),
            Source::Thread("hashicorp/terraform-provider-aws#29080"),
        ],
    )
    .saying("AWS WAF couldn’t perform the operation because your resource is being used by \
             another resource or it’s associated with another resource."),
    row(
        "firewall-unique",
        "AWS::WAFv2::WebACL",
        Rule::UniqueBy(&["Scope", "Name"]),
        &[Source::Schema],
    ),
    row(
        "firewall-propagates",
        "AWS::WAFv2::WebACL",
        Rule::SeenOnlyAfter(Lag::InWords(words("an association may be refused for seconds to minutes after its creation", "it is so in some of the cases only; a fault of the emulator stands for it, and \
             the deployer tries again"))),
        &[Source::Thread("hashicorp/terraform-provider-aws#17527"),
            Source::Thread("hashicorp/terraform-provider-aws#29080")],
    )
    .saying("AWS WAF couldn’t retrieve the resource that you requested. Retry your request."),
    row(
        "firewall-association-deletion",
        "AWS::WAFv2::WebACLAssociation",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "firewall-association-unique",
        "AWS::WAFv2::WebACLAssociation",
        Rule::AttachedOnce { property: "ResourceArn", slot: "web ACL" },
        &[Source::Schema],
    ),
    row(
        "firewall-association-balancer",
        "AWS::WAFv2::WebACLAssociation",
        Rule::MustExistFirst(Need::Exists { property: "ResourceArn", resource_type: "AWS::ElasticLoadBalancingV2::LoadBalancer" }),
        &[Source::Page("https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html")],
    )
    .saying("AWS WAF couldn’t perform the operation because your resource doesn’t exist."),
];
