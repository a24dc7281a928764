//! The artifact key: encrypts what pipelines keep, their logs, the alarm topic of bootstrap and
//! copies of public images.
//!
//! Its policy names the account and services, never roles: roles of other stacks would make this
//! one depend on them.

use common::alarm_topic::Publisher;
use common::environment::Environment;
use common::key_policy::{ITSELF, account_decides, log_groups, through_services};
use common::resources::{Handle, kms};
use common::tags;
use common::template::Template;
use common::template::policy::{PolicyDocument, Principal, Statement};

use crate::arn;

/// The services that encrypt with the key on behalf of whoever calls them in this account.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service>
const CALLERS: [&str; 3] = ["ecr", "s3", "sns"];

/// Adds the key and its alias.
pub(super) fn add(template: &mut Template, environment: &Environment) -> Handle<kms::Key> {
    let names = environment.names();
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
                    .with(account_decides())
                    .with(through_services(&CALLERS))
                    .with(log_groups(environment, [names.log_group_prefix()]))
                    .with(Publisher::Budgets.uses_key())
                    .with(Publisher::Rules.uses_key())
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
                            arn::definition_roles(),
                        ),
                    ),
            )
            .tags([tags::name(environment, "artifacts")]),
    );
    template.add(
        "ArtifactKeyAlias",
        kms::Alias::new(names.key_alias("artifacts"), key.reference()),
    );
    key
}
