//! The environment's data key: encrypts logs, images, secrets, disks and the alarm topic.
//!
//! Its policy names the account and AWS services, never roles: roles of other stacks would make
//! this one depend on them.

use common::environment::Environment;
use common::resources::{Handle, kms};
use common::tags;
use common::template::policy::{PolicyDocument, Principal, ServicePrincipal, Statement};
use common::template::{Template, pseudo, sub};

const ITSELF: &str = "a key policy speaks of the key that it is attached to";

/// The services that encrypt with the key on behalf of whoever calls them in this account. This
/// is how the AWS managed keys are limited too, and it covers service-linked roles (Auto Scaling
/// makes encrypted disks) without naming them.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service>
const CALLERS: [&str; 4] = ["ec2", "ecr", "secretsmanager", "sns"];

/// Adds the key and its alias.
pub(crate) fn add(template: &mut Template, environment: &Environment) -> Handle<kms::Key> {
    let through_services = CALLERS.iter().fold(
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
    );
    let key = template.add(
        "DataKey",
        kms::Key::new()
            .description(format!("Encrypts what {} stores", environment.name))
            .enable_key_rotation(true)
            .pending_window_in_days(30)
            .key_policy(
                PolicyDocument::new()
                    .with(
                        Statement::allow(["kms:*"])
                            .sid("AccountDecides")
                            .by(Principal::this_account())
                            .on_everything(ITSELF),
                    )
                    .with(through_services)
                    .with(logs(environment))
                    .with(alarms()),
            )
            .tags([tags::name(environment, "data")]),
    );
    template.add(
        "DataKeyAlias",
        kms::Alias::new(environment.names().key_alias("data"), key.reference()),
    );
    key
}

/// What CloudWatch Logs says of the log group that it encrypts for.
const CONTEXT: &str = "kms:EncryptionContext:aws:logs:arn";

/// CloudWatch Logs, for this environment's log groups.
///
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html>
fn logs(environment: &Environment) -> Statement {
    let names = environment.names();
    let groups = |prefix: String| {
        sub(format!(
            "arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{prefix}*"
        ))
    };
    Statement::allow([
        "kms:Decrypt",
        "kms:Describe*",
        "kms:Encrypt",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
    ])
    .sid("LogGroups")
    .by(Principal::Service(ServicePrincipal::Logs {
        region: environment.region.to_string(),
    }))
    .on_everything(ITSELF)
    .when("ArnLike", CONTEXT, groups(names.log_group_prefix()))
    .when("ArnLike", CONTEXT, groups(names.firewall_log_group()))
    .when(
        "ArnLike",
        CONTEXT,
        groups(names.container_insights_log_group()),
    )
}

/// Alarms publish to the encrypted topic.
///
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html>
fn alarms() -> Statement {
    Statement::allow(["kms:Decrypt", "kms:GenerateDataKey*"])
        .sid("AlarmTopic")
        .by(Principal::Service(ServicePrincipal::CloudWatch))
        .on_everything(ITSELF)
        .when("StringEquals", "aws:SourceAccount", pseudo::account_id())
}
