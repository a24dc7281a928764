//! Says which machine has stopped doing its work though EC2 calls it healthy: Docker, the ECS agent
//! or the CloudWatch agent is gone. The group's health check sees none of it, and such a machine
//! would stay, running nothing or telling nothing.
//!
//! Systems Manager looks at each machine every half hour, and the event of a failure names the
//! machine. Not the event of ECS for an agent that has lost its connection: agents reconnect several
//! times an hour as part of their normal operation.
//!
//! Source: <https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html>,
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_container_instance_events.html>

use common::environment::Environment;
use common::resources::events::Rule;
use common::resources::events::rule::{InputTransformer, RuleState, Target};
use common::resources::kinds::TopicArn;
use common::template::{IntoNode as _, Json, Properties, Template, Value};
use serde_json::json;

/// Fails where one of the three doesn't run. A machine that has just booted is still installing.
const SCRIPT: &str = "\
[ \"$(cut -d. -f1 /proc/uptime)\" -ge 1200 ] || exit 0
failed=0
for unit in docker ecs amazon-cloudwatch-agent; do
  systemctl is-active --quiet $unit || { echo \"$unit is not running\"; failed=1; }
done
curl --silent --fail --max-time 5 --output /dev/null http://localhost:51678/v1/metadata || { echo 'the ECS agent does not answer'; failed=1; }
exit $failed";

/// Adds the look at each machine, and the rule that passes a failure on.
pub(super) fn add(template: &mut Template, environment: &Environment, topic: &Value<TopicArn>) {
    let names = environment.names();
    let check = template.add(
        "MachineCheck",
        super::management::association(environment, "AWS-RunShellScript", "machine-check")
            .schedule_expression("cron(0/30 * * * ? *)")
            .apply_only_at_cron_interval(true)
            .parameters(json!({
                "commands": SCRIPT.lines().collect::<Vec<_>>(),
                "executionTimeout": ["60"],
            })),
    );
    let detail = Properties::default()
        .with("association-id", vec![check.attr_association_id()])
        .with("status", vec!["Failed"]);
    let pattern = Properties::default()
        .with("source", vec!["aws.ssm"])
        .with(
            "detail-type",
            vec!["EC2 State Manager Instance Association State Change"],
        )
        .with("detail", detail);
    let region = environment.region;
    let message = format!(
        "\"The machine <machine> of {}: Docker, the ECS agent or the CloudWatch agent is not running. \
         What it said: https://{region}.console.aws.amazon.com/systems-manager/managed-instances/\
         <machine>/associations?region={region}. Terminating it brings another one.\"",
        names.prefix()
    );
    let target = Target::new(Value::<String>::from(topic.clone()), "AlarmTopic").input_transformer(
        InputTransformer::new(message).input_paths_map([("machine", "$.detail.instance-id")]),
    );
    template.add(
        "MachineCheckFailures",
        Rule::new()
            .name(names.shared("machine-check-failures"))
            .description("Machines on which an agent is not running")
            .event_pattern(Value::<Json>::from_node(pattern.into_node()))
            .state(RuleState::Enabled)
            .targets([target]),
    );
}
