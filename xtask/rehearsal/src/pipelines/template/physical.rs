//! Physical names and ARNs of resources, and what `Ref` returns.
//!
//! ARN formats are those of the service authorization reference, one page per service:
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

use super::{Resource, Stacks};

/// The ARN format of a type, with placeholders in braces.
struct Form {
    resource_type: &'static str,
    /// The property with the physical name; without one AWS generates it.
    name: Option<&'static str>,
    arn: &'static str,
    reference: Reference,
}

#[derive(Clone, Copy)]
enum Reference {
    Name,
    Arn,
}

const fn form(
    resource_type: &'static str,
    name: &'static str,
    arn: &'static str,
    reference: Reference,
) -> Form {
    Form {
        resource_type,
        name: if name.is_empty() { None } else { Some(name) },
        arn,
        reference,
    }
}

/// An ARN of the account in the region.
macro_rules! own {
    ($service:literal, $resource:literal) => {
        concat!("arn:aws:", $service, ":{region}:{account}:", $resource)
    };
}

/// Types not listed here have a made-up name and no ARN.
#[rustfmt::skip]
static FORMS: [Form; 48] = [
    form("AWS::ApplicationAutoScaling::ScalableTarget", "", own!("application-autoscaling", "scalable-target/{name}"), Reference::Name),
    form("AWS::AutoScaling::AutoScalingGroup", "AutoScalingGroupName", own!("autoscaling", "autoScalingGroup:00000000-0000-4000-8000-000000000000:autoScalingGroupName/{name}"), Reference::Name),
    form("AWS::CertificateManager::Certificate", "", own!("acm", "certificate/{name}"), Reference::Arn),
    form("AWS::CloudWatch::Alarm", "AlarmName", own!("cloudwatch", "alarm:{name}"), Reference::Name),
    form("AWS::CloudWatch::Dashboard", "DashboardName", "arn:aws:cloudwatch::{account}:dashboard/{name}", Reference::Name),
    form("AWS::CodeBuild::Project", "Name", own!("codebuild", "project/{name}"), Reference::Name),
    form("AWS::CodeBuild::ReportGroup", "Name", own!("codebuild", "report-group/{name}"), Reference::Arn),
    form("AWS::CodePipeline::Pipeline", "Name", own!("codepipeline", "{name}"), Reference::Name),
    form("AWS::EC2::EIP", "", own!("ec2", "elastic-ip/{name}"), Reference::Name),
    form("AWS::EC2::FlowLog", "", own!("ec2", "vpc-flow-log/{name}"), Reference::Name),
    form("AWS::EC2::InternetGateway", "", own!("ec2", "internet-gateway/{name}"), Reference::Name),
    form("AWS::EC2::LaunchTemplate", "", own!("ec2", "launch-template/{name}"), Reference::Name),
    form("AWS::EC2::NatGateway", "", own!("ec2", "natgateway/{name}"), Reference::Name),
    form("AWS::EC2::RouteTable", "", own!("ec2", "route-table/{name}"), Reference::Name),
    form("AWS::EC2::SecurityGroup", "", own!("ec2", "security-group/{name}"), Reference::Name),
    form("AWS::EC2::SecurityGroupIngress", "", own!("ec2", "security-group-rule/{name}"), Reference::Name),
    form("AWS::EC2::Subnet", "", own!("ec2", "subnet/{name}"), Reference::Name),
    form("AWS::EC2::VPC", "", own!("ec2", "vpc/{name}"), Reference::Name),
    form("AWS::EC2::VPCEndpoint", "", own!("ec2", "vpc-endpoint/{name}"), Reference::Name),
    form("AWS::ECR::PullThroughCacheRule", "EcrRepositoryPrefix", own!("ecr", "pull-through-cache-rule/{name}"), Reference::Name),
    form("AWS::ECR::Repository", "RepositoryName", own!("ecr", "repository/{name}"), Reference::Name),
    form("AWS::ECS::CapacityProvider", "Name", own!("ecs", "capacity-provider/{name}"), Reference::Name),
    form("AWS::ECS::Cluster", "ClusterName", own!("ecs", "cluster/{name}"), Reference::Name),
    form("AWS::ECS::Service", "ServiceName", own!("ecs", "service/{environment}/{name}"), Reference::Arn),
    form("AWS::ECS::TaskDefinition", "Family", own!("ecs", "task-definition/{name}:1"), Reference::Arn),
    form("AWS::ElasticLoadBalancingV2::Listener", "", own!("elasticloadbalancing", "listener/app/{environment}-public/0123456789abcdef/{name}"), Reference::Arn),
    form("AWS::ElasticLoadBalancingV2::ListenerRule", "", own!("elasticloadbalancing", "listener-rule/app/{environment}-public/0123456789abcdef/0123456789abcdef/{name}"), Reference::Arn),
    form("AWS::ElasticLoadBalancingV2::LoadBalancer", "Name", own!("elasticloadbalancing", "loadbalancer/{kind}/{name}/0123456789abcdef"), Reference::Arn),
    form("AWS::ElasticLoadBalancingV2::TargetGroup", "", own!("elasticloadbalancing", "targetgroup/{name}/0123456789abcdef"), Reference::Arn),
    form("AWS::Events::Rule", "Name", own!("events", "rule/{name}"), Reference::Name),
    form("AWS::IAM::InstanceProfile", "InstanceProfileName", "arn:aws:iam::{account}:instance-profile{path}{name}", Reference::Name),
    form("AWS::IAM::ManagedPolicy", "ManagedPolicyName", "arn:aws:iam::{account}:policy{path}{name}", Reference::Arn),
    form("AWS::IAM::Role", "RoleName", "arn:aws:iam::{account}:role{path}{name}", Reference::Name),
    form("AWS::KMS::Alias", "AliasName", own!("kms", "{name}"), Reference::Name),
    form("AWS::KMS::Key", "", own!("kms", "key/{name}"), Reference::Name),
    form("AWS::Lambda::Function", "FunctionName", own!("lambda", "function:{name}"), Reference::Name),
    form("AWS::Logs::LogGroup", "LogGroupName", own!("logs", "log-group:{name}:*"), Reference::Name),
    // A record is authorized on its zone.
    form("AWS::Route53::RecordSet", "HostedZoneId", "arn:aws:route53:::hostedzone/{name}", Reference::Name),
    form("AWS::S3::Bucket", "BucketName", "arn:aws:s3:::{name}", Reference::Name),
    form("AWS::S3::BucketPolicy", "Bucket", "arn:aws:s3:::{name}", Reference::Name),
    form("AWS::SNS::Topic", "TopicName", own!("sns", "{name}"), Reference::Arn),
    form("AWS::SNS::Subscription", "", own!("sns", "{environment}-alarms:{name}"), Reference::Arn),
    form("AWS::SSM::Association", "", own!("ssm", "association/{name}"), Reference::Name),
    form("AWS::SSM::Document", "Name", own!("ssm", "document/{name}"), Reference::Name),
    form("AWS::SSM::Parameter", "Name", own!("ssm", "parameter/{name}"), Reference::Name),
    form("AWS::SecretsManager::Secret", "Name", own!("secretsmanager", "secret:{name}-AbCdEf"), Reference::Arn),
    form("AWS::WAFv2::LoggingConfiguration", "", own!("wafv2", "regional/webacl/{environment}/{name}"), Reference::Name),
    form("AWS::WAFv2::WebACL", "Name", own!("wafv2", "regional/webacl/{name}/00000000-0000-4000-8000-000000000000"), Reference::Arn),
];

fn form_of(resource_type: &str) -> Option<&'static Form> {
    FORMS
        .iter()
        .find(|form| form.resource_type == resource_type)
}

pub(super) fn name_property(resource_type: &str) -> Option<&'static str> {
    form_of(resource_type)?.name
}

/// The physical identity of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The physical name, made up where AWS generates it.
    pub name: String,
    /// `None` where the type is not listed here.
    pub arn: Option<String>,
    refers_by_arn: bool,
}

impl Identity {
    pub(super) fn new(
        stacks: &Stacks,
        resource: &Resource<'_>,
        name: Option<String>,
        path: &str,
    ) -> Self {
        let name = name.unwrap_or_else(|| format!("{}-{}", resource.stack, resource.id));
        let form = form_of(resource.resource_type);
        let kind = match resource.properties["Type"].as_str() {
            Some("network") => "net",
            _ => "app",
        };
        // Stack names start with `lemonade-<environment>`.
        let environment = resource.stack.splitn(3, '-').take(2).collect::<Vec<_>>();
        let arn = form.map(|form| {
            form.arn
                .replace("{region}", stacks.region())
                .replace("{account}", stacks.account())
                .replace("{path}", path)
                .replace("{environment}", &environment.join("-"))
                .replace("{kind}", kind)
                .replace("{name}", &name)
        });
        Self {
            name,
            arn,
            refers_by_arn: form.is_some_and(|form| matches!(form.reference, Reference::Arn)),
        }
    }

    /// What `Ref` returns.
    #[must_use]
    pub fn reference(&self) -> String {
        match &self.arn {
            Some(arn) if self.refers_by_arn => arn.clone(),
            _ => self.name.clone(),
        }
    }

    /// What `Fn::GetAtt` returns: the ARN, or a made-up value.
    #[must_use]
    pub fn attribute(&self, attribute: &str) -> String {
        match &self.arn {
            Some(arn) if attribute == "Arn" => arn.clone(),
            _ => format!("{}.{attribute}", self.name),
        }
    }
}
