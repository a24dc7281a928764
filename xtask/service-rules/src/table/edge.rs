//! Elastic Load Balancing, certificates, WAF, DNS.

use super::row;
use crate::row::{Block, Lag, Row, Rule, Source};

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
        "[Tried to create resource record set [name='_x1.{id}.', type='CNAME'] but it already exists]",
    ),
    row(
        "certificate-validation",
        "AWS::CertificateManager::Certificate",
        Rule::MustExistFirst("the hosted zone, to which the domain is delegated"),
        &[Source::Schema],
    ),
    row(
        "certificate-hangs",
        "AWS::CertificateManager::Certificate",
        Rule::SeenOnlyAfter(Lag::InWords(
            "creation waits up to 36 hours for the record of the validation to be found",
        )),
        &[Source::Schema],
    ),
    row(
        "listener-port-of-target",
        "AWS::ElasticLoadBalancingV2::Listener",
        Rule::BlocksDeletion(Block::InWords(
            "being the port of a target group of type `alb`",
        )),
        &[Source::Unproved],
    ),
    row(
        "listener-unique",
        "AWS::ElasticLoadBalancingV2::Listener",
        Rule::UniqueBy(&["LoadBalancerArn", "Port"]),
        &[Source::Unproved],
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
        &[
            Source::Thread("pulumi/pulumi-aws#175"),
            Source::Thread("aws/copilot-cli#4532"),
        ],
    ),
    row(
        "load-balancer-protected",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        Rule::BlocksDeletion(Block::Attribute {
            list: "LoadBalancerAttributes",
            key: "deletion_protection.enabled",
            value: "true",
        }),
        &[
            Source::Page(
                "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-delete.html",
            ),
            Source::Thread("aws-cloudformation/rain#187"),
        ],
    )
    .saying("Load balancer '{id}' cannot be deleted because deletion protection is enabled"),
    row(
        "load-balancer-unique",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        Rule::UniqueBy(&["Name"]),
        &[Source::Schema],
    ),
    row(
        "load-balancer-prerequisites",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        Rule::MustExistFirst(
            "subnets in two zones, the bucket of its logs with its policy, free addresses",
        ),
        &[Source::Page(
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html",
        )],
    ),
    row(
        "load-balancer-interfaces-stay",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        Rule::SeenOnlyAfter(Lag::InWords(
            "its network interfaces outlive it by minutes, and with them what they use",
        )),
        &[Source::Thread(
            "aws-cloudformation/cloudformation-coverage-roadmap#831",
        )],
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
        Rule::MustExistFirst(
            "of type `alb`: an active load balancer with a listener on the group's port",
        ),
        &[Source::Unproved],
    ),
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
        Rule::AttachedOnce("ResourceArn"),
        &[Source::Schema],
    ),
    row(
        "firewall-log-destination",
        "AWS::WAFv2::LoggingConfiguration",
        Rule::MustExistFirst("a log group whose name begins with `aws-waf-logs-`"),
        &[Source::Thread("awsdocs/aws-cloudformation-user-guide#1271")],
    ),
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
    .saying("AWS WAF couldn’t perform the operation because your resource is being used by another resource or it’s associated with another resource."),
    row(
        "firewall-unique",
        "AWS::WAFv2::WebACL",
        Rule::UniqueBy(&["Scope", "Name"]),
        &[Source::Schema],
    ),
    row(
        "firewall-propagates",
        "AWS::WAFv2::WebACL",
        Rule::SeenOnlyAfter(Lag::InWords(
            "an association may be refused for seconds to minutes after its creation",
        )),
        &[
            Source::Thread("hashicorp/terraform-provider-aws#17527"),
            Source::Thread("hashicorp/terraform-provider-aws#29080"),
        ],
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
        Rule::AttachedOnce("ResourceArn"),
        &[Source::Schema],
    ),
    row(
        "firewall-association-balancer",
        "AWS::WAFv2::WebACLAssociation",
        Rule::MustExistFirst("an active load balancer, and a web ACL that is known everywhere"),
        &[Source::Thread("hashicorp/terraform-provider-aws#17527")],
    ),
];
