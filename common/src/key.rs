//! Customer managed KMS keys and the statements of their policies.
//!
//! The account's own policies decide, and AWS services encrypt on behalf of their callers in the account. No
//! policy names a role as a principal: roles of other stacks would make the key's stack depend on them, and a
//! principal has to exist.

use crate::environment::Environment;
use crate::resources::{Handle, kms};
use crate::tags;
use crate::template::policy::{PolicyDocument, Principal, ServicePrincipal, Statement};
use crate::template::{Template, pseudo, sub};

/// The reason for `*` as the resource of a key policy's statements.
pub const ITSELF: &str = "a key policy speaks of the key that it is attached to";

/// Adds a key that is rotated every year, and its alias. The logical ids are `<id>` and `<id>Alias`; `name` is
/// that of alias and tag, without project and environment.
#[track_caller]
pub fn add(
    template: &mut Template,
    environment: &Environment,
    id: &str,
    name: &str,
    description: String,
    policy: PolicyDocument,
) -> Handle<kms::Key> {
    let key = template.add(
        id,
        kms::Key::new()
            .description(description)
            .enable_key_rotation(true)
            .pending_window_in_days(30)
            .key_policy(policy)
            .tags([tags::name(environment, name)]),
    );
    template.add(
        format!("{id}Alias"),
        kms::Alias::new(environment.names().key_alias(name), key.reference()),
    );
    key
}

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

/// The execution role, which creates the key for CloudFormation, may set it up and read it.
///
/// The role's own policies match keys by their tags, and a new key has none: `CreateKey` is refused unless its
/// caller may call `PutKeyPolicy` on the key afterwards, and a tag that was set a moment ago may not be seen yet
/// when rotation is enabled. Everything else that is done to keys needs the tags.
///
/// Sources: <https://repost.aws/knowledge-center/update-key-policy-future>,
/// <https://github.com/aws-solutions/innovation-sandbox-on-aws/issues/31>,
/// <https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html>
#[must_use]
pub fn key_setup(environment: &Environment) -> Statement {
    let names = environment.names();
    let (path, role) = (names.bootstrap_path(), names.role("execution"));
    let maker = sub(format!(
        "arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role{path}{role}"
    ));
    Statement::allow([
        "kms:CreateAlias",
        "kms:DescribeKey",
        "kms:EnableKeyRotation",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListResourceTags",
        "kms:PutKeyPolicy",
    ])
    .sid("KeySetup")
    .by(Principal::Aws("*".into()))
    .on_everything(ITSELF)
    .when("StringEquals", "kms:CallerAccount", pseudo::account_id())
    .when("ArnEquals", "aws:PrincipalArn", maker)
}

/// Services (`ec2`, `sns` …) encrypt on behalf of their callers in this account. This is how
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
