//! The artifact key: encrypts what pipelines keep, their logs, the alarm topic of bootstrap and
//! copies of public images.
//!
//! Its policy names the account and services, never roles: roles of other stacks would make this
//! one depend on them.

use common::environment::Environment;
use common::resources::{Handle, kms};
use common::tags;
use common::template::policy::{PolicyDocument, Principal, ServicePrincipal, Statement};
use common::template::{Template, pseudo, sub};

use super::roles::roles_of_the_definition;

const ITSELF: &str = "a key policy speaks of the key that it is attached to";

/// The services that encrypt with the key on behalf of whoever calls them in this account.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service>
const CALLERS: [&str; 3] = ["ecr", "s3", "sns"];

/// Adds the key and its alias.
pub(super) fn add(template: &mut Template, environment: &Environment) -> Handle<kms::Key> {
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
        "ArtifactKey",
        kms::Key::new()
            .description(format!(
                "Encrypts what pipelines of {} keep",
                environment.name
            ))
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
                    .with(budgets())
                    .with(rules())
                    .with(
                        Statement::deny([
                            "kms:DisableKey",
                            "kms:PutKeyPolicy",
                            "kms:ScheduleKeyDeletion",
                            "kms:TagResource",
                            "kms:UntagResource",
                        ])
                        .sid("BootstrapIsAPersons")
                        .by(Principal::Aws("*".into()))
                        .on_everything(ITSELF)
                        .when(
                            "ArnLike",
                            "aws:PrincipalArn",
                            roles_of_the_definition(),
                        ),
                    ),
            )
            .tags([tags::name(environment, "artifacts")]),
    );
    template.add(
        "ArtifactKeyAlias",
        kms::Alias::new(environment.names().key_alias("artifacts"), key.reference()),
    );
    key
}

/// CloudWatch Logs, for this environment's log groups.
///
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html>
fn logs(environment: &Environment) -> Statement {
    let groups = environment.names().log_group_prefix();
    let groups = sub(format!(
        "arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{groups}*"
    ));
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
    .when("ArnLike", "kms:EncryptionContext:aws:logs:arn", groups)
}

/// Budgets publish to the encrypted topic.
///
/// Source: <https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html>
fn budgets() -> Statement {
    Statement::allow(["kms:Decrypt", "kms:GenerateDataKey*"])
        .sid("BudgetsToAlarmTopic")
        .by(Principal::Service(ServicePrincipal::Budgets))
        .on_everything(ITSELF)
        .when("StringEquals", "aws:SourceAccount", pseudo::account_id())
}

/// So do rules, of which see the topic's own policy.
///
/// Source: <https://repost.aws/knowledge-center/sns-not-getting-eventbridge-notification>
fn rules() -> Statement {
    Statement::allow(["kms:Decrypt", "kms:GenerateDataKey*"])
        .sid("RulesToAlarmTopic")
        .by(Principal::Service(ServicePrincipal::Events))
        .on_everything(ITSELF)
}
