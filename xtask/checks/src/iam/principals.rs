//! The principals of services.

use crate::names::is_slip;

/// The first labels of well-known service principals, to recognise slips by.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html>
const KNOWN: [&str; 60] = [
    "acm",
    "apigateway",
    "appsync",
    "athena",
    "autoscaling",
    "backup",
    "batch",
    "billing",
    "budgets",
    "cloudformation",
    "cloudfront",
    "cloudtrail",
    "cloudwatch",
    "codebuild",
    "codecommit",
    "codedeploy",
    "codepipeline",
    "codestar-notifications",
    "cognito-idp",
    "config",
    "delivery.logs",
    "dms",
    "ds",
    "dynamodb",
    "ec2",
    "ecr",
    "ecs",
    "ecs-tasks",
    "edgelambda",
    "eks",
    "eks-fargate-pods",
    "elasticache",
    "elasticbeanstalk",
    "elasticfilesystem",
    "elasticloadbalancing",
    "elasticmapreduce",
    "events",
    "firehose",
    "glue",
    "guardduty",
    "iot",
    "kms",
    "lambda",
    "logdelivery.elasticloadbalancing",
    "logs",
    "monitoring.rds",
    "pipes",
    "rds",
    "redshift",
    "s3",
    "sagemaker",
    "scheduler",
    "secretsmanager",
    "ses",
    "sns",
    "sqs",
    "ssm",
    "states",
    "transfer",
    "vpc-flow-logs",
];

/// From how many letters on a name can be recognised in spite of a slip.
const LONG_ENOUGH: usize = 6;

const ENDINGS: [&str; 4] = [
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazon.com",
    ".aws.internal",
];

/// The few services whose principal ends in `.amazon.com`.
const AMAZON_COM: [&str; 4] = ["alexa-appkit", "alexa-connectedhome", "lex", "connect"];

/// Why there is no such principal, if there is none for certain.
pub(super) fn refusal(principal: &str) -> Option<String> {
    let ending = ENDINGS
        .iter()
        .rev()
        .find(|ending| principal.ends_with(**ending));
    let ending = ending?;
    let label = principal.strip_suffix(ending)?;
    // Few services have this ending; for those of the list it is a slip.
    if *ending == ".amazon.com" && KNOWN.contains(&label) && !AMAZON_COM.contains(&label) {
        return Some(format!("did you mean `{label}.amazonaws.com`?"));
    }
    if KNOWN.contains(&label) {
        return None;
    }
    // Not all services are known here, but a slip of a known one is recognised.
    let meant = KNOWN.iter().find(|known| {
        // Short names are one letter from each other.
        label.len().min(known.len()) >= LONG_ENOUGH && is_slip(label, known)
    })?;
    Some(format!("did you mean `{meant}{ending}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_nothing_else() {
        for right in [
            "ecs-tasks.amazonaws.com",
            "logs.eu-west-1.amazonaws.com",
            "brand-new-service.amazonaws.com",
            "lambda.amazonaws.com",
            "ec2.amazonaws.com.cn",
        ] {
            assert_eq!(refusal(right), None, "{right}");
        }
        for wrong in [
            "ecs-task.amazonaws.com",
            "lambda.amazon.com",
            "codebuilds.amazonaws.com",
        ] {
            assert!(refusal(wrong).is_some(), "{wrong}");
        }
    }
}
