//! Names that only one thing of a type may have.

use serde_json::Value;

use crate::properties::Properties;

/// The properties that, together, only one thing of a type may have in an account and region. A
/// dotted path leads into an object. The last one is what a person would call the name.
const UNIQUE: &[(&str, &[&str])] = &[
    (
        "AWS::ApplicationAutoScaling::ScalableTarget",
        &["ServiceNamespace", "ScalableDimension", "ResourceId"],
    ),
    (
        "AWS::AutoScaling::AutoScalingGroup",
        &["AutoScalingGroupName"],
    ),
    ("AWS::Budgets::Budget", &["Budget.BudgetName"]),
    ("AWS::CloudWatch::Alarm", &["AlarmName"]),
    ("AWS::CloudWatch::Dashboard", &["DashboardName"]),
    ("AWS::CodeBuild::Project", &["Name"]),
    ("AWS::CodeBuild::ReportGroup", &["Name"]),
    ("AWS::CodePipeline::Pipeline", &["Name"]),
    ("AWS::EC2::LaunchTemplate", &["LaunchTemplateName"]),
    ("AWS::EC2::Route", &["RouteTableId", "DestinationCidrBlock"]),
    ("AWS::EC2::SecurityGroup", &["VpcId", "GroupName"]),
    ("AWS::EC2::Subnet", &["VpcId", "CidrBlock"]),
    ("AWS::EC2::SubnetRouteTableAssociation", &["SubnetId"]),
    (
        "AWS::EC2::VPCGatewayAttachment",
        &["VpcId", "InternetGatewayId"],
    ),
    ("AWS::ECR::PullThroughCacheRule", &["EcrRepositoryPrefix"]),
    ("AWS::ECR::Repository", &["RepositoryName"]),
    ("AWS::ECR::RepositoryCreationTemplate", &["Prefix"]),
    ("AWS::ECS::CapacityProvider", &["Name"]),
    ("AWS::ECS::Cluster", &["ClusterName"]),
    (
        "AWS::ECS::ClusterCapacityProviderAssociations",
        &["Cluster"],
    ),
    ("AWS::ECS::Service", &["Cluster", "ServiceName"]),
    (
        "AWS::ElasticLoadBalancingV2::Listener",
        &["LoadBalancerArn", "Port"],
    ),
    (
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        &["ListenerArn", "Priority"],
    ),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", &["Name"]),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", &["Name"]),
    ("AWS::Events::Rule", &["Name"]),
    ("AWS::IAM::InstanceProfile", &["InstanceProfileName"]),
    ("AWS::IAM::ManagedPolicy", &["ManagedPolicyName"]),
    ("AWS::IAM::Role", &["RoleName"]),
    ("AWS::KMS::Alias", &["AliasName"]),
    ("AWS::Lambda::Function", &["FunctionName"]),
    ("AWS::Logs::LogGroup", &["LogGroupName"]),
    ("AWS::Route53::RecordSet", &["HostedZoneId", "Type", "Name"]),
    ("AWS::S3::Bucket", &["BucketName"]),
    ("AWS::S3::BucketPolicy", &["Bucket"]),
    ("AWS::SNS::Topic", &["TopicName"]),
    ("AWS::SSM::Document", &["Name"]),
    ("AWS::SSM::Parameter", &["Name"]),
    ("AWS::SecretsManager::Secret", &["Name"]),
    ("AWS::WAFv2::LoggingConfiguration", &["ResourceArn"]),
    ("AWS::WAFv2::WebACL", &["Scope", "Name"]),
    ("AWS::WAFv2::WebACLAssociation", &["ResourceArn"]),
];

fn at<'a>(properties: &'a Properties, path: &str) -> Option<&'a Value> {
    let mut parts = path.split('.');
    let first = properties.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn unique(kind: &str) -> Option<&'static [&'static str]> {
    let index = UNIQUE
        .binary_search_by(|(name, _)| (*name).cmp(kind))
        .ok()?;
    UNIQUE.get(index).map(|(_, paths)| *paths)
}

/// What only one thing may have, as a text; nothing where AWS chooses a name.
pub(crate) fn unique_name(kind: &str, properties: &Properties) -> Option<String> {
    let mut name = kind.to_owned();
    for path in unique(kind)? {
        name.push(' ');
        name.push_str(&text(at(properties, path)?)?);
    }
    Some(name)
}

/// What a person would call its name.
pub(crate) fn identifying_name(kind: &str, properties: &Properties) -> Option<String> {
    let path = unique(kind)?.last()?;
    text(at(properties, path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_its_types_and_properties_are_known() {
        assert!(UNIQUE.is_sorted_by(|(one, _), (other, _)| one < other));
        for (kind, paths) in UNIQUE {
            let facts = crate::kinds::Kind::of(kind).unwrap().facts;
            for path in *paths {
                let property = path.split('.').next().unwrap_or_default();
                assert!(facts.properties.contains(&property), "{kind} {path}");
            }
        }
    }
}
