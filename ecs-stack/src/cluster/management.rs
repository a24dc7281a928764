//! The machines' management through Systems Manager, which is also the only access to them: inventory, patch
//! reports, metrics and logged sessions.

use common::environment::Environment;
use common::grant::{GrantLogGroup as _, RoleBuilder};
use common::resources::kinds::{KeyArn, LogGroupArn};
use common::resources::ssm::association::Target;
use common::resources::ssm::document::{DocumentFormat, DocumentType, DocumentUpdateMethod};
use common::resources::ssm::parameter::ParameterType;
use common::resources::ssm::{Association, Document, Parameter};
use common::tags;
use common::template::policy::Statement;
use common::template::{
    DeletionPolicy, Json, Node, ResourceExt as _, Template, UpdateReplacePolicy, Value,
};
use serde_json::json;

/// The namespace of what the CloudWatch agent measures.
pub(super) const METRICS: &str = "Lemonade/Machines";

/// How often each agent reports a metric, in seconds.
pub(super) const METRICS_SECONDS: u32 = 60;

/// The preferences of all sessions in the region. AWS fixes the
/// name; environments never share account and region, so it is the environment's own.
///
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-preferences-cli.html>
const SESSION_PREFERENCES: &str = "SSM-SessionManagerRunShell";

/// The resources that the machines' role must be granted.
pub(super) struct Management {
    session_log: Value<LogGroupArn>,
    machine_log: Value<LogGroupArn>,
    key: Value<KeyArn>,
}

impl Management {
    /// Lets machines write session logs and their own.
    pub(super) fn grant(&self, role: &mut RoleBuilder) {
        self.session_log.grant_write(role);
        self.machine_log.grant_write(role);
        // The agent checks that the session's log group is encrypted, by listing groups.
        // https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
        role.allow(
            Statement::allow(["logs:DescribeLogGroups"])
                .sid("FindSessionLog")
                .on_everything("listing log groups supports no resource-level permissions"),
        );
        role.allow(
            Statement::allow(["logs:DescribeLogStreams"])
                .sid("FindSessionStreams")
                .on(&self.session_log),
        );
        // Sessions are encrypted end to end with the data key; the agent decrypts them.
        role.allow(
            Statement::allow(["kms:Decrypt"])
                .sid("EncryptedSessions")
                .on(&self.key)
                .when("StringLike", "kms:EncryptionContext:aws:ssm:SessionId", "*"),
        );
    }
}

/// Adds inventory, patch reports, the CloudWatch agent's configuration and logged sessions.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    network: &network_stack::Exports,
) -> Management {
    let names = environment.names();
    let key = network.data_key.import();
    // Kept as long as the preferences that name it.
    let session_log = template.add(
        "SessionLogGroup",
        common::logs::kept_group(environment, names.log_group("ecs", "sessions"), &key),
    );
    let machine_log = template.add(
        "MachineLogGroup",
        common::logs::group(environment, names.log_group("ecs", "machines"), &key),
    );

    let preferences = json!({
        "schemaVersion": "1.0",
        "description": "Sessions are encrypted, logged, and end when idle",
        "sessionType": "Standard_Stream",
        "inputs": {
            "cloudWatchEncryptionEnabled": true,
            "cloudWatchStreamingEnabled": true,
            "idleSessionTimeout": "20",
            "maxSessionDuration": "120",
            "runAsEnabled": false,
        },
    });
    let mut content = Node::from(preferences);
    if let Node::Object(entries) = &mut content
        && let Some(Node::Object(inputs)) = entries.get_mut("inputs")
    {
        use common::template::IntoNode as _;
        inputs.insert(
            "cloudWatchLogGroupName".to_owned(),
            session_log.reference().into_node(),
        );
        inputs.insert("kmsKeyId".to_owned(), key.clone().into_node());
    }
    template.add(
        "SessionPreferences",
        Document::new(Value::<Json>::from_node(content))
            .name(SESSION_PREFERENCES)
            .document_type(DocumentType::Session)
            .document_format(DocumentFormat::Json)
            .update_method(DocumentUpdateMethod::NewVersion)
            // Without it sessions would go on, unlogged.
            .retention(
                DeletionPolicy::RetainExceptOnCreate,
                UpdateReplacePolicy::Retain,
            ),
    );

    template.add(
        "AgentConfiguration",
        Parameter::new(
            ParameterType::String,
            agent_configuration(&names.log_group("ecs", "machines")),
        )
        .name(names.agent_configuration())
        .description("What the CloudWatch agent measures and ships"),
    );

    let associations = [
        (
            "Inventory",
            "AWS-GatherSoftwareInventory",
            "inventory",
            "rate(12 hours)",
            json!({}),
        ),
        (
            "PatchReport",
            "AWS-RunPatchBaseline",
            "patch-report",
            "rate(1 day)",
            json!({ "Operation": ["Scan"] }),
        ),
        (
            "AgentUpdate",
            "AWS-UpdateSSMAgent",
            "agent-update",
            "rate(14 days)",
            json!({}),
        ),
        (
            "AgentReconfiguration",
            "AmazonCloudWatch-ManageAgent",
            "agent-configuration",
            // Not when a machine registers: its script is still installing the agent.
            "cron(0 3 * * ? *)",
            json!({
                "action": ["configure"],
                "mode": ["ec2"],
                "optionalConfigurationSource": ["ssm"],
                "optionalConfigurationLocation": [names.agent_configuration()],
                "optionalRestart": ["yes"],
            }),
        ),
    ];
    for (id, document, name, schedule, parameters) in associations {
        let mut association =
            association(environment, document, name).schedule_expression(schedule);
        if schedule.starts_with("cron") {
            association = association.apply_only_at_cron_interval(true);
        }
        if parameters != json!({}) {
            association = association.parameters(parameters);
        }
        template.add(id, association);
    }
    Management {
        session_log: session_log.attr_arn(),
        machine_log: machine_log.attr_arn(),
        key,
    }
}

/// What Systems Manager runs on every machine of the environment, without a schedule yet.
pub(super) fn association(environment: &Environment, document: &str, name: &str) -> Association {
    let machines = Target::new(
        format!("tag:{}", tags::ENVIRONMENT),
        [environment.name.as_str()],
    );
    Association::new(Value::trusted(document))
        .association_name(environment.names().shared(name))
        .targets([machines])
}

/// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html>
fn agent_configuration(log_group: &str) -> String {
    let log = |path: &str, stream: &str| {
        json!({
            "file_path": path,
            "log_group_name": log_group,
            "log_stream_name": format!("{{instance_id}}/{stream}"),
        })
    };
    let configuration = json!({
        "agent": { "metrics_collection_interval": METRICS_SECONDS },
        "metrics": {
            "namespace": METRICS,
            // By machine, and over all of them for the alarms.
            "append_dimensions": {
                "AutoScalingGroupName": "${aws:AutoScalingGroupName}",
                "InstanceId": "${aws:InstanceId}",
            },
            "aggregation_dimensions": [["AutoScalingGroupName"]],
            "metrics_collected": {
                "disk": { "measurement": ["used_percent"], "resources": ["/"] },
                "mem": { "measurement": ["used_percent"] },
                "swap": { "measurement": ["used_percent"] },
            },
        },
        "logs": { "logs_collected": { "files": { "collect_list": [
            log("/var/log/ecs/ecs-agent.log", "ecs-agent"),
            log("/var/log/ecs/ecs-init.log", "ecs-init"),
            log("/var/log/cloud-init-output.log", "cloud-init"),
        ] } } },
    });
    Node::from(configuration).to_json()
}
