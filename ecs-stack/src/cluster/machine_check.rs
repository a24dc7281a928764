//! The check for machines that have failed though EC2 reports them healthy, and for outdated ones.
//!
//! The group's health check sees EC2's status only: a machine whose Docker, ECS agent or CloudWatch
//! agent is gone would stay, running or reporting nothing. And the patch report doesn't show an old
//! image: Amazon Linux 2023 is locked to the release of its image, and compared with that it
//! is always up to date.
//!
//! Systems Manager runs a script on each machine, and the event of its failure names the machine. Not
//! the event of ECS for an agent that has lost its connection: agents reconnect several times an hour
//! as part of their normal operation.
//!
//! Source: <https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html>,
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_container_instance_events.html>,
//! <https://docs.aws.amazon.com/linux/al2023/ug/deterministic-upgrades.html>

use common::capacity::OLD_IMAGE_DAYS;
use common::environment::Environment;
use common::resources::events::Rule;
use common::resources::events::rule::{InputTransformer, RuleState, Target};
use common::resources::kinds::{AssociationId, TopicArn};
use common::template::{IntoNode as _, Json, Properties, Template, Value};
use serde_json::json;

/// Fails where one of the three doesn't run. A machine that has just booted is still installing.
const AGENTS: &str = "\
[ \"$(cut -d. -f1 /proc/uptime)\" -ge 1200 ] || exit 0
failed=0
for unit in docker ecs amazon-cloudwatch-agent; do
  systemctl is-active --quiet $unit || { echo \"$unit is not running\"; failed=1; }
done
curl --silent --fail --max-time 5 --output /dev/null http://localhost:51678/v1/metadata || { echo 'the ECS agent does not answer'; failed=1; }
exit $failed";

/// Fails where the image is old: the version of the release ends with its date, `2023.6.20241111`.
fn image_age() -> String {
    format!(
        "\
version=$(rpm --query --queryformat '%{{VERSION}}' system-release)
days=$(( ($(date +%s) - $(date --date \"${{version##*.}}\" +%s)) / 86400 ))
echo \"$version is $days days old\"
[ \"$days\" -lt {OLD_IMAGE_DAYS} ]"
    )
}

/// Adds the checks of each machine, and the rule that passes a failure on.
pub(super) fn add(template: &mut Template, environment: &Environment, topic: &Value<TopicArn>) {
    let names = environment.names();
    let mut check = |id: &str, name: &str, schedule: &str, script: &str| {
        let association = super::management::association(environment, "AWS-RunShellScript", name)
            .schedule_expression(schedule)
            .apply_only_at_cron_interval(true)
            .parameters(json!({
                "commands": script.lines().collect::<Vec<_>>(),
                "executionTimeout": ["60"],
            }));
        template.add(id, association).attr_association_id()
    };
    let checks: [Value<AssociationId>; 2] = [
        check(
            "MachineCheck",
            "machine-check",
            "cron(0/30 * * * ? *)",
            AGENTS,
        ),
        check(
            "MachineImageCheck",
            "machine-image-check",
            "cron(0 9 * * ? *)",
            &image_age(),
        ),
    ];
    let detail = Properties::default()
        .with("association-id", checks.to_vec())
        .with("status", vec!["Failed", "TimedOut"]);
    let pattern = Properties::default()
        .with("source", vec!["aws.ssm"])
        .with(
            "detail-type",
            vec!["EC2 State Manager Instance Association State Change"],
        )
        .with("detail", detail);
    let region = environment.region;
    let message = format!(
        "\"The machine <machine> of {} fails a check, and will until it is mended: Docker, the ECS agent or \
         the CloudWatch agent is not running, or its image is over {OLD_IMAGE_DAYS} days old. Its output: \
         https://{region}.console.aws.amazon.com/systems-manager/managed-instances/<machine>/\
         associations?region={region}. A machine without an agent is terminated, and the group starts \
         another one; a newer image is entered as cluster.image.\"",
        names.prefix()
    );
    let target = Target::new(Value::<String>::from(topic.clone()), "AlarmTopic").input_transformer(
        InputTransformer::new(message).input_paths_map([("machine", "$.detail.instance-id")]),
    );
    template.add(
        "MachineCheckFailures",
        Rule::new()
            .name(names.shared("machine-check-failures"))
            .description("Machines that fail a check")
            .event_pattern(Value::<Json>::from_node(pattern.into_node()))
            .state(RuleState::Enabled)
            .targets([target]),
    );
}
