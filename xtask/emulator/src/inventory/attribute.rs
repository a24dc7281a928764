//! Values of `Fn::GetAtt`.
//!
//! The property of the same name, if there is one; else a value that derives from the physical id;
//! else a value of the attribute's form, always the same for a resource.

use serde_json::Value;

use super::physical_id::Naming;
use crate::properties::Properties;
use crate::random::Random;
use crate::template::partition;

/// A resource as its attributes derive from it.
#[derive(Clone, Copy)]
pub(crate) struct AttributeSource<'a> {
    pub(crate) naming: &'a Naming<'a>,
    pub(crate) kind: &'a str,
    pub(crate) physical_id: &'a str,
    pub(crate) properties: &'a Properties,
    /// The number of updates so far.
    pub(crate) version: u64,
}

impl AttributeSource<'_> {
    /// The value of an attribute.
    pub(crate) fn attribute(self, attribute: &str) -> Value {
        let Self {
            naming,
            kind,
            physical_id,
            version,
            ..
        } = self;
        let text = |text: String| Value::String(text);
        let random = Random::new(0)
            .derive(kind)
            .derive(physical_id)
            .derive(attribute);
        match (kind, attribute) {
            ("AWS::EC2::LaunchTemplate", "LatestVersionNumber") => text((version + 1).to_string()),
            ("AWS::EC2::LaunchTemplate", "DefaultVersionNumber") => text("1".to_owned()),
            ("AWS::EC2::SecurityGroup", "GroupId")
            | ("AWS::KMS::Key", "KeyId")
            | ("AWS::SecretsManager::Secret", "Id") => text(physical_id.to_owned()),
            ("AWS::EC2::EIP", "AllocationId") => text(format!("eipalloc-0{}", random.hex(16))),
            ("AWS::EC2::VPC", "DefaultSecurityGroup") => text(format!("sg-0{}", random.hex(16))),
            ("AWS::EC2::VPC", "DefaultNetworkAcl") => text(format!("acl-0{}", random.hex(16))),
            ("AWS::ECR::Repository", "RepositoryUri") => text(format!(
                "{}.dkr.ecr.{}.amazonaws.com/{physical_id}",
                naming.account, naming.region
            )),
            ("AWS::ECS::Service", "Name") => text(last(physical_id, '/')),
            ("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerFullName") => {
                text(after(physical_id, "loadbalancer/"))
            }
            ("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerName") => {
                text(physical_id.split('/').nth(2).unwrap_or_default().to_owned())
            }
            ("AWS::ElasticLoadBalancingV2::LoadBalancer", "DNSName") => text(format!(
                "{}-{}.{}.elb.amazonaws.com",
                physical_id.split('/').nth(2).unwrap_or_default(),
                1_000_000_000 + random.below(999_999_999),
                naming.region
            )),
            ("AWS::ElasticLoadBalancingV2::LoadBalancer", "CanonicalHostedZoneID") => {
                text(format!("Z{}", random.suffix(13)))
            }
            ("AWS::ElasticLoadBalancingV2::TargetGroup", "TargetGroupFullName") => text(format!(
                "targetgroup/{}",
                after(physical_id, "targetgroup/")
            )),
            ("AWS::ElasticLoadBalancingV2::TargetGroup", "TargetGroupName") => {
                text(physical_id.split('/').nth(1).unwrap_or_default().to_owned())
            }
            ("AWS::S3::Bucket", "DomainName") => text(format!("{physical_id}.s3.amazonaws.com")),
            ("AWS::S3::Bucket", "RegionalDomainName") => {
                text(format!("{physical_id}.s3.{}.amazonaws.com", naming.region))
            }
            ("AWS::SNS::Topic", "TopicName") => text(last(physical_id, ':')),
            ("AWS::WAFv2::WebACL", "Id") => {
                text(physical_id.split('|').nth(1).unwrap_or_default().to_owned())
            }
            ("AWS::CloudFormation::WaitCondition", "Data") => text("{}".to_owned()),
            _ => self.other_attribute(attribute, random),
        }
    }

    fn other_attribute(self, attribute: &str, random: Random) -> Value {
        let Self {
            naming,
            kind,
            physical_id,
            properties,
            ..
        } = self;
        let mut path = attribute.split('.');
        let property = path
            .next()
            .and_then(|first| properties.get(first))
            .and_then(|first| path.try_fold(first, |value, part| value.get(part)));
        if let Some(property) = property {
            return property.clone();
        }
        let resource = kind.rsplit("::").next().unwrap_or_default();
        let lower = attribute.to_ascii_lowercase();
        let resource = resource.to_ascii_lowercase();
        if lower == "arn" || lower == format!("{resource}arn") {
            return Value::String(arn(naming, kind, physical_id, properties));
        }
        if lower == "id" || lower == format!("{resource}id") || lower == "name" {
            return Value::String(physical_id.to_owned());
        }
        Value::String(format!("{lower}-{}", random.hex(8)))
    }
}

fn last(text: &str, separator: char) -> String {
    text.rsplit(separator).next().unwrap_or_default().to_owned()
}

fn after(text: &str, marker: &str) -> String {
    text.split_once(marker)
        .map_or(text, |(_, rest)| rest)
        .to_owned()
}

/// The ARN of a resource whose physical id is another one.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
fn arn(naming: &Naming<'_>, kind: &str, physical_id: &str, properties: &Properties) -> String {
    if physical_id.starts_with("arn:") {
        return physical_id.to_owned();
    }
    let account = naming.account;
    let region = naming.region;
    let path = properties.text("Path").unwrap_or("/");
    let (service, region, account, rest) = match kind {
        "AWS::IAM::Role" => ("iam", "", account, format!("role{path}{physical_id}")),
        "AWS::IAM::InstanceProfile" => (
            "iam",
            "",
            account,
            format!("instance-profile{path}{physical_id}"),
        ),
        "AWS::S3::Bucket" => ("s3", "", "", physical_id.to_owned()),
        "AWS::Logs::LogGroup" => (
            "logs",
            region,
            account,
            format!("log-group:{physical_id}:*"),
        ),
        "AWS::KMS::Key" => ("kms", region, account, format!("key/{physical_id}")),
        "AWS::Lambda::Function" => ("lambda", region, account, format!("function:{physical_id}")),
        "AWS::ECS::Cluster" => ("ecs", region, account, format!("cluster/{physical_id}")),
        "AWS::ECR::Repository" => ("ecr", region, account, format!("repository/{physical_id}")),
        "AWS::CloudWatch::Alarm" => (
            "cloudwatch",
            region,
            account,
            format!("alarm:{physical_id}"),
        ),
        "AWS::CodeBuild::Project" => (
            "codebuild",
            region,
            account,
            format!("project/{physical_id}"),
        ),
        "AWS::Events::Rule" => ("events", region, account, format!("rule/{physical_id}")),
        "AWS::WAFv2::WebACL" => {
            // The physical id is `name|id|scope`.
            let mut parts = physical_id.split('|');
            let name = parts.next().unwrap_or_default();
            let id = parts.next().unwrap_or_default();
            (
                "wafv2",
                region,
                account,
                format!("regional/webacl/{name}/{id}"),
            )
        }
        _ => {
            let mut parts = kind.split("::").skip(1);
            let service = parts.next().unwrap_or_default().to_lowercase();
            let resource = parts.next().unwrap_or_default().to_lowercase();
            return format!(
                "arn:{}:{service}:{region}:{account}:{resource}/{physical_id}",
                partition(naming.region)
            );
        }
    };
    format!(
        "arn:{}:{service}:{region}:{account}:{rest}",
        partition(naming.region)
    )
}
