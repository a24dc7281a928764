//! Physical ids, the values of `Ref`.
//!
//! They have AWS's form, type by type where it is known. The parts that AWS chooses come from the
//! seed.

use super::names::identifying_name;
use crate::properties::Properties;
use crate::random::Random;
use crate::template::partition;

/// The parts of ids that their account and region share.
#[derive(Clone, Copy)]
pub(crate) struct Naming<'a> {
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
    /// For the parts that AWS chooses.
    pub(crate) random: Random,
}

pub(crate) struct NewResource<'a> {
    pub(crate) stack: &'a str,
    pub(crate) logical_id: &'a str,
    /// A count, where ids have one: the revision of a task definition.
    pub(crate) number: u64,
}

const EC2: &[(&str, &str)] = &[
    ("AWS::EC2::FlowLog", "fl"),
    ("AWS::EC2::InternetGateway", "igw"),
    ("AWS::EC2::LaunchTemplate", "lt"),
    ("AWS::EC2::NatGateway", "nat"),
    ("AWS::EC2::RouteTable", "rtb"),
    ("AWS::EC2::SecurityGroup", "sg"),
    ("AWS::EC2::SecurityGroupIngress", "sgr"),
    ("AWS::EC2::Subnet", "subnet"),
    ("AWS::EC2::SubnetRouteTableAssociation", "rtbassoc"),
    ("AWS::EC2::VPC", "vpc"),
    ("AWS::EC2::VPCEndpoint", "vpce"),
];

/// The most characters that the name of a resource has, by its service.
const LIMITS: [(&str, usize); 22] = [
    ("AWS::AutoScaling::AutoScalingGroup", 255),
    ("AWS::CloudWatch::Alarm", 255),
    ("AWS::CloudWatch::Dashboard", 255),
    ("AWS::CodeBuild::Project", 150),
    ("AWS::CodeBuild::ReportGroup", 128),
    ("AWS::CodePipeline::Pipeline", 100),
    ("AWS::EC2::LaunchTemplate", 128),
    ("AWS::ECR::Repository", 256),
    ("AWS::ECS::CapacityProvider", 255),
    ("AWS::ECS::Cluster", 255),
    ("AWS::ECS::Service", 255),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", 32),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", 32),
    ("AWS::Events::Rule", 64),
    ("AWS::IAM::InstanceProfile", 128),
    ("AWS::IAM::ManagedPolicy", 128),
    ("AWS::IAM::Role", 64),
    ("AWS::Lambda::Function", 64),
    ("AWS::Logs::LogGroup", 512),
    ("AWS::S3::Bucket", 63),
    ("AWS::SNS::Topic", 256),
    ("AWS::WAFv2::WebACL", 128),
];

/// The types whose names have no capital letters.
const LOWER_CASE: [&str; 2] = ["AWS::ECR::Repository", "AWS::S3::Bucket"];

const SUFFIX: usize = 12;

/// The name that CloudFormation generates: stack, logical id, and a random suffix. Where it would be
/// too long, stack and logical id share what the suffix leaves, and each takes what the other doesn't
/// need.
///
/// <https://github.com/KensioSoftware/yulin/issues/1113> has names of real resources.
fn generated_name(kind: &str, resource: &NewResource<'_>, random: Random) -> String {
    let limit = LIMITS.iter().find(|(name, _)| *name == kind);
    let limit = limit.map_or(255, |(_, limit)| *limit);
    let shared = limit.saturating_sub(SUFFIX + 2);
    let (stack, logical_id) = (resource.stack.len(), resource.logical_id.len());
    let half = shared.div_ceil(2);
    let for_stack = half.max(shared.saturating_sub(logical_id)).min(stack);
    let for_logical_id = shared.saturating_sub(for_stack).min(logical_id);
    let name = format!(
        "{}-{}-{}",
        resource.stack.get(..for_stack).unwrap_or(resource.stack),
        resource
            .logical_id
            .get(..for_logical_id)
            .unwrap_or(resource.logical_id),
        random.suffix(SUFFIX)
    );
    if LOWER_CASE.contains(&kind) {
        name.to_ascii_lowercase()
    } else {
        name
    }
}

pub(crate) fn physical_id(
    naming: &Naming<'_>,
    kind: &str,
    resource: &NewResource<'_>,
    properties: &Properties,
) -> String {
    let random = naming.random;
    if let Some((_, prefix)) = EC2.iter().find(|(name, _)| *name == kind) {
        return format!("{prefix}-0{}", random.hex(16));
    }
    let arn = |service: &str, rest: String| {
        format!(
            "arn:{}:{service}:{}:{}:{rest}",
            partition(naming.region),
            naming.region,
            naming.account
        )
    };
    let chosen = || generated_name(kind, resource, random);
    let name = identifying_name(kind, properties).unwrap_or_else(chosen);
    let text = |property: &str| properties.text(property).unwrap_or_default();
    match kind {
        "AWS::ApplicationAutoScaling::ScalableTarget" => format!(
            "{}|{}|{}",
            text("ResourceId"),
            text("ScalableDimension"),
            text("ServiceNamespace")
        ),
        "AWS::ApplicationAutoScaling::ScalingPolicy" => arn(
            "autoscaling",
            format!(
                "scalingPolicy:{}:resource/{}",
                random.uuid(),
                text("ResourceId")
            ),
        ),
        "AWS::AutoScaling::ScalingPolicy" => arn(
            "autoscaling",
            format!(
                "scalingPolicy:{}:autoScalingGroupName/{}:policyName/{}",
                random.uuid(),
                text("AutoScalingGroupName"),
                chosen()
            ),
        ),
        "AWS::CertificateManager::Certificate" => {
            arn("acm", format!("certificate/{}", random.uuid()))
        }
        "AWS::CodeBuild::ReportGroup" => arn("codebuild", format!("report-group/{name}")),
        "AWS::EC2::EIP" => format!(
            "52.{}.{}.{}",
            random.nth(1).below(256),
            random.nth(2).below(256),
            1 + random.nth(3).below(254)
        ),
        "AWS::EC2::Route" => format!(
            "{}|{}",
            text("RouteTableId"),
            [
                "DestinationCidrBlock",
                "DestinationIpv6CidrBlock",
                "DestinationPrefixListId"
            ]
            .iter()
            .find_map(|destination| properties.text(destination))
            .unwrap_or_default()
        ),
        "AWS::EC2::VPCGatewayAttachment" => {
            let form = if properties.get("VpnGatewayId").is_some() {
                "VGW"
            } else {
                "IGW"
            };
            format!("{form}|{}", text("VpcId"))
        }
        // The bus is an ARN or a name.
        "AWS::Events::Rule" => match text("EventBusName").rsplit('/').next() {
            None | Some("" | "default") => name,
            Some(bus) => format!("{bus}|{name}"),
        },
        "AWS::ECS::Service" => {
            let cluster = text("Cluster").rsplit('/').next().unwrap_or_default();
            arn("ecs", format!("service/{cluster}/{name}"))
        }
        "AWS::ECS::TaskDefinition" => {
            let family = properties.text("Family").map_or_else(
                || format!("{}{}", resource.stack, resource.logical_id),
                str::to_owned,
            );
            arn(
                "ecs",
                format!("task-definition/{family}:{}", resource.number),
            )
        }
        "AWS::ElasticLoadBalancingV2::Listener" => arn(
            "elasticloadbalancing",
            format!(
                "listener/{}/{}",
                after(text("LoadBalancerArn"), "loadbalancer/"),
                random.hex(16)
            ),
        ),
        "AWS::ElasticLoadBalancingV2::ListenerRule" => arn(
            "elasticloadbalancing",
            format!(
                "listener-rule/{}/{}",
                after(text("ListenerArn"), "listener/"),
                random.hex(16)
            ),
        ),
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => {
            let form = if properties.text("Type") == Some("network") {
                "net"
            } else {
                "app"
            };
            arn(
                "elasticloadbalancing",
                format!("loadbalancer/{form}/{name}/{}", random.hex(16)),
            )
        }
        "AWS::ElasticLoadBalancingV2::TargetGroup" => arn(
            "elasticloadbalancing",
            format!("targetgroup/{name}/{}", random.hex(16)),
        ),
        "AWS::IAM::ManagedPolicy" => format!(
            "arn:{}:iam::{}:policy{}{name}",
            partition(naming.region),
            naming.account,
            properties.text("Path").unwrap_or("/")
        ),
        "AWS::KMS::Key" | "AWS::SSM::Association" => random.uuid(),
        "AWS::S3::BucketPolicy" => text("Bucket").to_owned(),
        "AWS::SNS::Topic" => arn("sns", name),
        "AWS::SNS::Subscription" => format!("{}:{}", text("TopicArn"), random.uuid()),
        "AWS::SecretsManager::Secret" => arn(
            "secretsmanager",
            format!("secret:{name}-{}", random.suffix(6)),
        ),
        "AWS::WAFv2::WebACL" => format!("{name}|{}|{}", random.uuid(), text("Scope")),
        "AWS::WAFv2::WebACLAssociation" => {
            format!("{}|{}", text("ResourceArn"), text("WebACLArn"))
        }
        "AWS::CloudFormation::WaitCondition" | "AWS::CloudFormation::WaitConditionHandle" => arn(
            "cloudformation",
            format!(
                "stack/{}/{}/{}",
                resource.stack,
                random.uuid(),
                resource.logical_id
            ),
        ),
        _ => name,
    }
}

fn after<'a>(text: &'a str, marker: &str) -> &'a str {
    text.split_once(marker).map_or(text, |(_, rest)| rest)
}
