//! The resources that each service's actions apply to.
//!
//! The service authorization reference says, one page per service, whether an action supports resource-level
//! permissions and on which resources. What an environment owns is recognized by its name; where AWS chooses the
//! name, by account and region, since no two environments share both.

use common::environment::Environment;

use crate::arn;

#[derive(Debug)]
pub struct Service {
    pub prefix: &'static str,
    /// Its page of the service authorization reference.
    pub page: &'static str,
    /// The actions without resource-level permissions, without prefix: allowed on `*`, and no other is. `Describe*` is
    /// every action that begins so.
    pub unscoped: &'static [&'static str],
    /// The environment's resources, on which every other action is allowed.
    scope: &'static [Arn],
}

/// A pattern of ARNs: `{lemonade}` stands for `lemonade-<environment>`, `{env}` for the
/// environment.
#[derive(Debug)]
enum Arn {
    /// Of the account in the region, of the same service.
    Own(&'static str),
    Of(&'static str, &'static str),
    /// Of the account in every region.
    Global(&'static str),
    /// In the region, with an empty account: AWS's own images and documents.
    Public(&'static str),
    /// Without account and region.
    Unplaced(&'static str),
    /// The hosted zones that records are in.
    HostedZones,
    /// The connections with GitHub.
    Connection,
}

macro_rules! page {
    ($name:literal) => {
        concat!(
            "https://docs.aws.amazon.com/service-authorization/latest/reference/list_",
            $name,
            ".html"
        )
    };
}

static SERVICES: [Service; 25] = [
    Service {
        prefix: "acm",
        page: page!("awscertificatemanager"),
        unscoped: &["ListCertificates", "RequestCertificate"],
        scope: &[Arn::Own("certificate/*")],
    },
    Service {
        prefix: "application-autoscaling",
        page: page!("awsapplicationautoscaling"),
        unscoped: &[
            "DescribeScalableTargets",
            "DescribeScalingPolicies",
            "DescribeScheduledActions",
        ],
        scope: &[Arn::Own("scalable-target/*")],
    },
    Service {
        prefix: "autoscaling",
        page: page!("amazonec2autoscaling"),
        unscoped: &["Describe*"],
        scope: &[Arn::Own(
            "autoScalingGroup:*:autoScalingGroupName/{lemonade}-*",
        )],
    },
    // Of a type that only bootstrap holds; listed for drift detection.
    Service {
        prefix: "budgets",
        page: page!("awsbudgetservice"),
        unscoped: &[],
        scope: &[Arn::Global("budget/{lemonade}-*")],
    },
    // Of no resource type; listed for the permissions of deployments.
    Service {
        prefix: "cloudformation",
        page: page!("awscloudformation"),
        unscoped: &[
            "BatchDescribeTypeConfigurations",
            "DescribeStackDriftDetectionStatus",
            // Knows stacks, but not when it lists them all.
            "DescribeStacks",
            "ListExports",
            "ListImports",
            "ListStacks",
            "ValidateTemplate",
        ],
        scope: &[],
    },
    Service {
        prefix: "cloudwatch",
        page: page!("amazoncloudwatch"),
        // `DescribeAlarms` knows alarms, but is asked about all of them where a call names none
        // (https://github.com/aws-samples/amazon-cloudwatch-auto-alarms/issues/1).
        unscoped: &["DescribeAlarms", "GetMetricData", "ListDashboards"],
        scope: &[
            Arn::Own("alarm:{lemonade}-*"),
            // Target tracking makes alarms of its own.
            Arn::Own("alarm:TargetTracking-service/{lemonade}/*"),
            Arn::Global("dashboard/{lemonade}*"),
        ],
    },
    Service {
        prefix: "codebuild",
        page: page!("awscodebuild"),
        unscoped: &["ListProjects", "ListReportGroups"],
        scope: &[
            Arn::Own("project/{lemonade}-*"),
            Arn::Own("report-group/{lemonade}-*"),
        ],
    },
    Service {
        prefix: "codeconnections",
        page: page!("awscodeconnections"),
        unscoped: &[],
        scope: &[Arn::Connection],
    },
    Service {
        prefix: "codepipeline",
        page: page!("awscodepipeline"),
        unscoped: &["ListPipelines"],
        scope: &[Arn::Own("*-{lemonade}"), Arn::Own("*-{lemonade}/*")],
    },
    Service {
        prefix: "codestar-connections",
        page: page!("awscodestarconnections"),
        unscoped: &[],
        scope: &[Arn::Connection],
    },
    Service {
        prefix: "ec2",
        page: page!("amazonec2"),
        unscoped: &["Describe*"],
        scope: &[
            Arn::Own("elastic-ip/*"),
            Arn::Own("instance/*"),
            Arn::Own("internet-gateway/*"),
            Arn::Own("launch-template/*"),
            Arn::Own("natgateway/*"),
            Arn::Own("network-interface/*"),
            Arn::Own("route-table/*"),
            Arn::Own("security-group-rule/*"),
            Arn::Own("security-group/*"),
            Arn::Own("subnet/*"),
            Arn::Own("volume/*"),
            Arn::Own("vpc-encryption-control/*"),
            Arn::Own("vpc-endpoint/*"),
            Arn::Own("vpc-flow-log/*"),
            Arn::Own("vpc/*"),
            Arn::Public("image/*"),
        ],
    },
    Service {
        prefix: "ecr",
        page: page!("amazonelasticcontainerregistry"),
        unscoped: &[
            "DescribePullThroughCacheRules",
            "DescribeRepositoryCreationTemplates",
            "GetAuthorizationToken",
        ],
        scope: &[Arn::Own("repository/lemonade/{env}/*")],
    },
    Service {
        prefix: "ecs",
        page: page!("amazonelasticcontainerservice"),
        // `CreateCapacityProvider` knows providers only lately, and not necessarily everywhere.
        unscoped: &[
            "CreateCapacityProvider",
            "DeregisterTaskDefinition",
            "DescribeTaskDefinition",
            "ListClusters",
            "ListServices",
            "ListTaskDefinitions",
        ],
        scope: &[
            Arn::Own("capacity-provider/{lemonade}-*"),
            Arn::Own("cluster/{lemonade}"),
            Arn::Own("service-deployment/{lemonade}/*"),
            Arn::Own("service/{lemonade}/*"),
            Arn::Own("task-definition/{lemonade}-*"),
        ],
    },
    Service {
        prefix: "elasticloadbalancing",
        page: page!("awselasticloadbalancingv2"),
        unscoped: &["Describe*", "SetWebACL"],
        scope: &[
            Arn::Own("listener-rule/app/{lemonade}-*"),
            Arn::Own("listener/app/{lemonade}-*"),
            Arn::Own("listener/net/{lemonade}-*"),
            Arn::Own("loadbalancer/app/{lemonade}-*"),
            Arn::Own("loadbalancer/net/{lemonade}-*"),
            // CloudFormation names target groups, cutting the stack's name short.
            Arn::Own("targetgroup/*"),
        ],
    },
    Service {
        prefix: "events",
        page: page!("amazoneventbridge"),
        unscoped: &["ListRules"],
        scope: &[Arn::Own("rule/{lemonade}-*")],
    },
    // Written by hand in `iam`; listed for the actions without resource-level permissions.
    Service {
        prefix: "iam",
        page: page!("awsidentityandaccessmanagementiam"),
        unscoped: &["ListInstanceProfiles", "ListPolicies", "ListRoles"],
        scope: &[],
    },
    // Written by hand, in `kms`.
    Service {
        prefix: "kms",
        page: page!("awskeymanagementservice"),
        unscoped: &["CreateKey", "ListAliases", "ListKeys"],
        scope: &[],
    },
    Service {
        prefix: "lambda",
        page: page!("awslambda"),
        unscoped: &["ListFunctions"],
        scope: &[Arn::Own("function:{lemonade}-*")],
    },
    Service {
        prefix: "logs",
        page: page!("amazoncloudwatchlogs"),
        unscoped: &[
            "CreateLogDelivery",
            "DeleteIndexPolicy",
            "DeleteLogDelivery",
            "DeleteResourcePolicy",
            "DescribeIndexPolicies",
            "DescribeLogGroups",
            "DescribeResourcePolicies",
            "PutIndexPolicy",
            "PutResourcePolicy",
        ],
        scope: &[
            Arn::Own("log-group:/lemonade/{env}/*"),
            // The name that Container Insights gives its log group, which has to be ours before.
            Arn::Own("log-group:/aws/ecs/containerinsights/{lemonade}/*"),
            Arn::Own("log-group:aws-waf-logs-{lemonade}*"),
        ],
    },
    Service {
        prefix: "route53",
        page: page!("amazonroute53"),
        unscoped: &["ListHostedZones"],
        scope: &[Arn::HostedZones, Arn::Unplaced("change/*")],
    },
    Service {
        prefix: "s3",
        page: page!("amazons3"),
        unscoped: &["ListAllMyBuckets"],
        scope: &[Arn::Unplaced("{lemonade}-*")],
    },
    Service {
        prefix: "secretsmanager",
        page: page!("awssecretsmanager"),
        unscoped: &["GetRandomPassword", "ListSecrets"],
        scope: &[Arn::Own("secret:lemonade/{env}/*")],
    },
    Service {
        prefix: "sns",
        page: page!("amazonsns"),
        unscoped: &[
            "GetSubscriptionAttributes",
            "ListSubscriptions",
            "ListTopics",
            "SetSubscriptionAttributes",
            "Unsubscribe",
        ],
        scope: &[Arn::Own("{lemonade}-*")],
    },
    Service {
        prefix: "ssm",
        page: page!("awssystemsmanager"),
        unscoped: &["DescribeParameters", "ListAssociations", "ListDocuments"],
        scope: &[
            Arn::Own("association/*"),
            // The name that AWS gives the preferences of sessions.
            Arn::Own("document/SSM-SessionManagerRunShell"),
            Arn::Own("parameter/AmazonCloudWatch-{lemonade}"),
            // What associations run, and the machines that they run on.
            Arn::Public("document/*"),
            Arn::Of("ec2", "instance/*"),
        ],
    },
    Service {
        prefix: "wafv2",
        page: page!("awswafv2"),
        unscoped: &["ListLoggingConfigurations", "ListWebACLs"],
        scope: &[
            Arn::Own("regional/managedruleset/*"),
            Arn::Own("regional/webacl/{lemonade}*"),
            Arn::Of("elasticloadbalancing", "loadbalancer/app/{lemonade}-*"),
        ],
    },
];

/// Every service that policies can be generated for, sorted by prefix.
#[must_use]
pub fn services() -> &'static [Service] {
    &SERVICES
}

#[must_use]
pub fn service(prefix: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.prefix == prefix)
}

/// The service's page of the service authorization reference.
#[must_use]
pub fn page(prefix: &str) -> &'static str {
    service(prefix).map_or("", |service| service.page)
}

impl Service {
    /// Whether the action, without prefix, supports no resource-level permissions.
    #[must_use]
    pub fn is_unscoped(&self, action: &str) -> bool {
        self.unscoped
            .iter()
            .any(|pattern| match pattern.strip_suffix('*') {
                Some(verb) => action.starts_with(verb),
                None => action == *pattern,
            })
    }

    /// The ARNs that all other actions are allowed on.
    pub(super) fn resources(&self, environment: &Environment) -> Vec<String> {
        let patterns = self.scope.iter();
        patterns
            .flat_map(|arn| arn.written(self.prefix, environment))
            .collect()
    }
}

impl Arn {
    fn written(&self, service: &str, environment: &Environment) -> Vec<String> {
        let named = |resource: &str| {
            resource
                .replace("{lemonade}", &environment.names().prefix())
                .replace("{env}", environment.name.as_str())
        };
        match self {
            Self::Own(resource) => vec![arn::regional(environment, service, &named(resource))],
            Self::Of(service, resource) => {
                vec![arn::regional(environment, service, &named(resource))]
            }
            Self::Global(resource) => vec![arn::global(environment, service, &named(resource))],
            Self::Public(resource) => vec![arn::public(environment, service, resource)],
            Self::Unplaced(resource) => vec![arn::unplaced(service, &named(resource))],
            Self::HostedZones => hosted_zones(environment)
                .into_iter()
                .map(|zone| arn::unplaced(service, &format!("hostedzone/{zone}")))
                .collect(),
            // A connection is named under the service that its ARN carries, and no other.
            // https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html
            Self::Connection => {
                let connection = &environment.pipeline.connection;
                let is_named = connection.service() == service;
                is_named
                    .then(|| connection.to_string())
                    .into_iter()
                    .collect()
            }
        }
    }
}

/// The environment's zone, and those of applications with a host elsewhere.
fn hosted_zones(environment: &Environment) -> Vec<String> {
    use common::application::Host;
    let own = environment.domain.hosted_zone.to_string();
    let others = environment.applications.iter().filter_map(|application| {
        match &application.ingress.as_ref()?.host {
            Host::Full { hosted_zone, .. } => Some(hosted_zone.to_string()),
            _ => None,
        }
    });
    let zones: std::collections::BTreeSet<String> = others.chain([own]).collect();
    zones.into_iter().collect()
}
