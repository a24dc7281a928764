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

/// An ARN of the account in the region.
macro_rules! own {
    ($service:literal, $resource:literal) => {
        concat!("arn:aws:", $service, ":{region}:{account}:", $resource)
    };
}

/// Types not listed here have a made-up name and no ARN.
#[rustfmt::skip]
static FORMS: [Form; 48] = [
    Form { resource_type: "AWS::ApplicationAutoScaling::ScalableTarget", name: None, arn: own!("application-autoscaling", "scalable-target/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::AutoScaling::AutoScalingGroup", name: Some("AutoScalingGroupName"), arn: own!("autoscaling", "autoScalingGroup:00000000-0000-4000-8000-000000000000:autoScalingGroupName/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::CertificateManager::Certificate", name: None, arn: own!("acm", "certificate/{name}"), reference: Reference::Arn },
    Form { resource_type: "AWS::CloudWatch::Alarm", name: Some("AlarmName"), arn: own!("cloudwatch", "alarm:{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::CloudWatch::Dashboard", name: Some("DashboardName"), arn: "arn:aws:cloudwatch::{account}:dashboard/{name}", reference: Reference::Name },
    Form { resource_type: "AWS::CodeBuild::Project", name: Some("Name"), arn: own!("codebuild", "project/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::CodeBuild::ReportGroup", name: Some("Name"), arn: own!("codebuild", "report-group/{name}"), reference: Reference::Arn },
    Form { resource_type: "AWS::CodePipeline::Pipeline", name: Some("Name"), arn: own!("codepipeline", "{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::EC2::EIP", name: None, arn: own!("ec2", "elastic-ip/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::EC2::FlowLog", name: None, arn: own!("ec2", "vpc-flow-log/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::EC2::InternetGateway", name: None, arn: own!("ec2", "internet-gateway/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::EC2::LaunchTemplate", name: None, arn: own!("ec2", "launch-template/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::EC2::NatGateway", name: None, arn: own!("ec2", "natgateway/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::EC2::RouteTable", name: None, arn: own!("ec2", "route-table/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::EC2::SecurityGroup", name: None, arn: own!("ec2", "security-group/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::EC2::SecurityGroupIngress", name: None, arn: own!("ec2", "security-group-rule/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::EC2::Subnet", name: None, arn: own!("ec2", "subnet/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::EC2::VPC", name: None, arn: own!("ec2", "vpc/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::EC2::VPCEndpoint", name: None, arn: own!("ec2", "vpc-endpoint/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::ECR::PullThroughCacheRule", name: Some("EcrRepositoryPrefix"), arn: own!("ecr", "pull-through-cache-rule/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::ECR::Repository", name: Some("RepositoryName"), arn: own!("ecr", "repository/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::ECS::CapacityProvider", name: Some("Name"), arn: own!("ecs", "capacity-provider/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::ECS::Cluster", name: Some("ClusterName"), arn: own!("ecs", "cluster/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::ECS::Service", name: Some("ServiceName"), arn: own!("ecs", "service/{environment}/{name}"), reference: Reference::Arn },
    Form { resource_type: "AWS::ECS::TaskDefinition", name: Some("Family"), arn: own!("ecs", "task-definition/{name}:1"), reference: Reference::Arn },
    Form { resource_type: "AWS::ElasticLoadBalancingV2::Listener", name: None, arn: own!("elasticloadbalancing", "listener/app/{environment}-public/0123456789abcdef/{name}"), reference: Reference::Arn },
    Form { resource_type: "AWS::ElasticLoadBalancingV2::ListenerRule", name: None, arn: own!("elasticloadbalancing", "listener-rule/app/{environment}-public/0123456789abcdef/0123456789abcdef/{name}"), reference: Reference::Arn },
    Form { resource_type: "AWS::ElasticLoadBalancingV2::LoadBalancer", name: Some("Name"), arn: own!("elasticloadbalancing", "loadbalancer/{kind}/{name}/0123456789abcdef"), reference: Reference::Arn },
    Form { resource_type: "AWS::ElasticLoadBalancingV2::TargetGroup", name: None, arn: own!("elasticloadbalancing", "targetgroup/{name}/0123456789abcdef"), reference: Reference::Arn },
    Form { resource_type: "AWS::Events::Rule", name: Some("Name"), arn: own!("events", "rule/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::IAM::InstanceProfile", name: Some("InstanceProfileName"), arn: "arn:aws:iam::{account}:instance-profile{path}{name}", reference: Reference::Name },
    Form { resource_type: "AWS::IAM::ManagedPolicy", name: Some("ManagedPolicyName"), arn: "arn:aws:iam::{account}:policy{path}{name}", reference: Reference::Arn },
    Form { resource_type: "AWS::IAM::Role", name: Some("RoleName"), arn: "arn:aws:iam::{account}:role{path}{name}", reference: Reference::Name },
    Form { resource_type: "AWS::KMS::Alias", name: Some("AliasName"), arn: own!("kms", "{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::KMS::Key", name: None, arn: own!("kms", "key/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::Lambda::Function", name: Some("FunctionName"), arn: own!("lambda", "function:{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::Logs::LogGroup", name: Some("LogGroupName"), arn: own!("logs", "log-group:{name}:*"), reference: Reference::Name },
    // A record is authorized on its zone.
    Form { resource_type: "AWS::Route53::RecordSet", name: Some("HostedZoneId"), arn: "arn:aws:route53:::hostedzone/{name}", reference: Reference::Name },
    Form { resource_type: "AWS::S3::Bucket", name: Some("BucketName"), arn: "arn:aws:s3:::{name}", reference: Reference::Name },
    Form { resource_type: "AWS::S3::BucketPolicy", name: Some("Bucket"), arn: "arn:aws:s3:::{name}", reference: Reference::Name },
    Form { resource_type: "AWS::SNS::Topic", name: Some("TopicName"), arn: own!("sns", "{name}"), reference: Reference::Arn },
    Form { resource_type: "AWS::SNS::Subscription", name: None, arn: own!("sns", "{environment}-alarms:{name}"), reference: Reference::Arn },
    Form { resource_type: "AWS::SSM::Association", name: None, arn: own!("ssm", "association/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::SSM::Document", name: Some("Name"), arn: own!("ssm", "document/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::SSM::Parameter", name: Some("Name"), arn: own!("ssm", "parameter/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::SecretsManager::Secret", name: Some("Name"), arn: own!("secretsmanager", "secret:{name}-AbCdEf"), reference: Reference::Arn },
    Form { resource_type: "AWS::WAFv2::LoggingConfiguration", name: None, arn: own!("wafv2", "regional/webacl/{environment}/{name}"), reference: Reference::Name },
    Form { resource_type: "AWS::WAFv2::WebACL", name: Some("Name"), arn: own!("wafv2", "regional/webacl/{name}/00000000-0000-4000-8000-000000000000"), reference: Reference::Arn },
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
