//! ARNs of resources whose physical id is another one.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

use super::physical_id::Naming;
use crate::properties::Properties;
use crate::template::partition;

pub(super) fn arn(
    naming: &Naming<'_>,
    kind: &str,
    physical_id: &str,
    properties: &Properties,
) -> String {
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
