//! What the policies of keys have in common: the account decides, and AWS services encrypt on
//! behalf of whoever calls them in it. They never name roles: roles of other stacks would make the
//! key's stack depend on them.

use crate::environment::Environment;
use crate::template::policy::{Principal, ServicePrincipal, Statement};
use crate::template::{pseudo, sub};

/// Why statements of a key policy are on everything.
pub const ITSELF: &str = "a key policy speaks of the key that it is attached to";

/// The account's own policies decide who may use and administer the key.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>
#[must_use]
pub fn account_decides() -> Statement {
    Statement::allow(["kms:*"])
        .sid("AccountDecides")
        .by(Principal::this_account())
        .on_everything(ITSELF)
}

/// Services (`ec2`, `sns` …) encrypt on behalf of whoever calls them in this account. This is how
/// the AWS managed keys are limited too, and it covers service-linked roles without naming them.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service>
#[must_use]
pub fn through_services(services: &[&str]) -> Statement {
    services.iter().fold(
        Statement::allow([
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey*",
            "kms:ReEncrypt*",
        ])
        .sid("ServicesForThisAccount")
        .by(Principal::Aws("*".into()))
        .on_everything(ITSELF)
        .when("StringEquals", "kms:CallerAccount", pseudo::account_id()),
        |statement, service| {
            let endpoint = sub(format!("{service}.${{AWS::Region}}.amazonaws.com"));
            statement.when("StringEquals", "kms:ViaService", endpoint)
        },
    )
}

/// CloudWatch Logs encrypts the log groups whose names begin so.
///
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html>
#[must_use]
pub fn log_groups(
    environment: &Environment,
    prefixes: impl IntoIterator<Item = String>,
) -> Statement {
    let logs = ServicePrincipal::Logs {
        region: environment.region.to_string(),
    };
    prefixes.into_iter().fold(
        Statement::allow([
            "kms:Decrypt",
            "kms:Describe*",
            "kms:Encrypt",
            "kms:GenerateDataKey*",
            "kms:ReEncrypt*",
        ])
        .sid("LogGroups")
        .by(Principal::Service(logs))
        .on_everything(ITSELF),
        |statement, prefix| {
            let groups = sub(format!(
                "arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{prefix}*"
            ));
            statement.when("ArnLike", "kms:EncryptionContext:aws:logs:arn", groups)
        },
    )
}
