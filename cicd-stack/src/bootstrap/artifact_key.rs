//! The artifact key: encrypts the pipelines' artifacts, their logs, the alarm topic of bootstrap and
//! copies of public images.
//!
//! Its policy names the account and services, never roles: roles of other stacks would make this
//! one depend on them.

use common::alarm_topic::Publisher;
use common::environment::Environment;
use common::key::{self, ITSELF, account_decides, log_groups, through_services};
use common::resources::{Handle, kms};
use common::template::Template;
use common::template::policy::{PolicyDocument, Principal, Statement};

use crate::arn;

/// The services that encrypt with the key on behalf of their callers in this account.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service>
const CALLERS: [&str; 3] = ["ecr", "s3", "sns"];

pub(super) fn add(template: &mut Template, environment: &Environment) -> Handle<kms::Key> {
    let names = environment.names();
    key::add(
        template,
        environment,
        "ArtifactKey",
        "artifacts",
        format!("Encrypts what pipelines of {} keep", environment.name),
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
                .when("ArnLike", "aws:PrincipalArn", arn::definition_roles()),
            ),
    )
}
