//! The environment's data key: encrypts logs, images, secrets, disks and the alarm topic.
//!
//! Its policy names the account and AWS services as principals, and the role that creates it in a condition: a
//! role as a principal would make this stack depend on another's.

use common::alarm_topic::Publisher;
use common::environment::Environment;
use common::key::{self, account_decides, key_setup, log_groups, through_services};
use common::resources::{Handle, kms};
use common::template::Template;
use common::template::policy::PolicyDocument;

/// The services that encrypt with the key on behalf of their callers in this account. This
/// is how the AWS managed keys are limited too, and it covers service-linked roles (Auto Scaling
/// makes encrypted disks) without naming them.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service>
const CALLERS: [&str; 4] = ["ec2", "ecr", "secretsmanager", "sns"];

pub(crate) fn add(template: &mut Template, environment: &Environment) -> Handle<kms::Key> {
    let names = environment.names();
    key::add(
        template,
        environment,
        "DataKey",
        "data",
        format!("Encrypts what {} stores", environment.name),
        PolicyDocument::new()
            .with(account_decides())
            .with(key_setup(environment))
            .with(through_services(&CALLERS))
            .with(log_groups(
                environment,
                [
                    names.log_group_prefix(),
                    names.firewall_log_group(),
                    names.container_insights_log_group(),
                ],
            ))
            .with(Publisher::Alarms.uses_key())
            .with(Publisher::Rules.uses_key()),
    )
}
