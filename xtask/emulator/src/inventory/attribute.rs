//! Values of `Fn::GetAtt`.
//!
//! The property of the same name, if there is one; else a value that derives from the physical id;
//! else a value of the attribute's form, always the same for a resource.

use serde_json::Value;

use super::physical_id::Naming;
use crate::properties::Properties;
use crate::random::Random;
use crate::resource_type::ResourceType;
use crate::template::{partition, plain};

/// The properties that are attributes, too, and what they are where they are not set.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>
const DEFAULTS: [(&str, &str, &str); 9] = [
    ("AWS::EC2::Subnet", "AssignIpv6AddressOnCreation", "false"),
    ("AWS::EC2::Subnet", "MapPublicIpOnLaunch", "false"),
    ("AWS::EC2::VPC", "EnableDnsHostnames", "false"),
    ("AWS::EC2::VPC", "EnableDnsSupport", "true"),
    ("AWS::EC2::VPC", "InstanceTenancy", "default"),
    (
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "IpAddressType",
        "ipv4",
    ),
    (
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "Scheme",
        "internet-facing",
    ),
    (
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "Type",
        "application",
    ),
    ("AWS::SNS::Topic", "FifoTopic", "false"),
];

/// A resource as its attributes derive from it.
#[derive(Clone, Copy)]
pub(crate) struct AttributeSource<'a> {
    pub(crate) naming: Naming<'a>,
    pub(crate) kind: &'a str,
    pub(crate) physical_id: &'a str,
    pub(crate) properties: &'a Properties,
    /// The number of updates so far.
    pub(crate) version: u64,
}

impl<'a> AttributeSource<'a> {
    /// The primary identifier, as the type's schema composes it. It is the physical id where `Ref` returns it.
    pub(super) fn identifier(self) -> String {
        let Some(facts) = ResourceType::named(self.kind).map(|kind| kind.facts) else {
            return self.physical_id.to_owned();
        };
        let parts = facts.primary_identifier;
        if parts.is_empty() || facts.reference == parts.join("|") {
            return self.physical_id.to_owned();
        }
        let parts: Vec<String> = parts
            .iter()
            .map(|part| self.identifier_part(part))
            .collect();
        parts.join("|")
    }

    /// A part of the primary identifier: of the physical id, a property, or an attribute.
    pub(super) fn identifier_part(self, name: &str) -> String {
        if let Some(part) = self.part_of_reference(name) {
            return part.to_owned();
        }
        let settable = ResourceType::named(self.kind)
            .is_some_and(|kind| kind.facts.properties.contains(&name));
        if !settable {
            return plain(&self.attribute(name));
        }
        // A zone of Route 53 is named in one of two ways.
        let value = self.properties.get(name).or_else(|| match name {
            "HostedZoneId" => self.properties.get("HostedZoneName"),
            _ => None,
        });
        value.map(plain).unwrap_or_default()
    }

    /// The value in the physical id that has this name: `VpcId` in `IGW|vpc-1`.
    fn part_of_reference(self, name: &str) -> Option<&'a str> {
        let reference = ResourceType::named(self.kind)?.facts.reference;
        if reference == name {
            return Some(self.physical_id);
        }
        let index = reference.split('|').position(|part| part == name)?;
        let same_parts = reference.split('|').count() == self.physical_id.split('|').count();
        self.physical_id
            .split('|')
            .nth(index)
            .filter(|_| same_parts)
    }

    fn list_attribute(self, attribute: &str, random: Random) -> Option<Value> {
        let list = |items: Vec<String>| Some(Value::from(items));
        let items = |property: &str| {
            let items = self.properties.get(property).and_then(Value::as_array);
            items.into_iter().flatten()
        };
        match (self.kind, attribute) {
            ("AWS::EC2::VPC", "CidrBlockAssociations") => {
                list(vec![format!("vpc-cidr-assoc-0{}", random.hex(16))])
            }
            // The block that `AWS::EC2::VPCCidrBlock` associates.
            ("AWS::EC2::VPC", "Ipv6CidrBlocks") => list(vec![format!(
                "2600:1f18:{:x}:{:x}00::/56",
                random.nth(1).below(0xffff) + 1,
                random.nth(2).below(0xff) + 1
            )]),
            ("AWS::EC2::Subnet", "Ipv6CidrBlocks") => {
                let block = self.properties.text("Ipv6CidrBlock");
                list(block.map(str::to_owned).into_iter().collect())
            }
            ("AWS::EC2::VPCEndpoint", "NetworkInterfaceIds") => list(
                items("SubnetIds")
                    .map(|subnet| format!("eni-0{}", random.derive(&plain(subnet)).hex(16)))
                    .collect(),
            ),
            ("AWS::EC2::VPCEndpoint", "DnsEntries") => {
                let interface = self.properties.text("VpcEndpointType") == Some("Interface");
                let entry = || {
                    format!(
                        "Z{}:{}-{}.vpce.amazonaws.com",
                        random.suffix(13),
                        self.physical_id,
                        random.hex(8)
                    )
                };
                list(interface.then(entry).into_iter().collect())
            }
            ("AWS::ElasticLoadBalancingV2::LoadBalancer", "SecurityGroups") => {
                list(items("SecurityGroups").map(plain).collect())
            }
            ("AWS::ElasticLoadBalancingV2::TargetGroup", "LoadBalancerArns")
            | ("AWS::EC2::Subnet", "BlockPublicAccessStates") => list(Vec::new()),
            _ => None,
        }
    }

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
            ("AWS::EC2::Subnet", "AvailabilityZone")
                if self.properties.get("AvailabilityZone").is_none() =>
            {
                text(format!("{}a", naming.region))
            }
            _ => self
                .list_attribute(attribute, random)
                .unwrap_or_else(|| self.other_attribute(attribute, random)),
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
        let default = DEFAULTS
            .iter()
            .find(|(of, property, _)| *of == kind && *property == attribute);
        if let Some((_, _, value)) = default {
            return Value::String((*value).to_owned());
        }
        if let Some(part) = self.part_of_reference(attribute) {
            return Value::String(part.to_owned());
        }
        let resource = kind.rsplit("::").next().unwrap_or_default();
        let lower = attribute.to_ascii_lowercase();
        let resource = resource.to_ascii_lowercase();
        if lower == "arn" || lower == format!("{resource}arn") {
            return Value::String(arn(&naming, kind, physical_id, properties));
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
        // The physical id is `bus|name`, of another bus than the default one.
        "AWS::Events::Rule" => (
            "events",
            region,
            account,
            format!("rule/{}", physical_id.replace('|', "/")),
        ),
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
