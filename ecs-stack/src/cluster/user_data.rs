//! What a machine does when it boots, before anything is placed on it.

use common::capacity::ECS_RESERVED_MEMORY;
use common::environment::Environment;
use common::template::{Value, base64, sub};
use network_stack::security_groups::{FIRST_HOST_PORT, LAST_HOST_PORT};

/// The script, encoded as EC2 wants it.
///
/// It keeps containers away from the machine's own credentials twice: the metadata service
/// answers only one hop away, and a rule drops what comes from Docker's bridges. The rule is a
/// unit that runs after Docker at every boot, since Docker rewrites its chains when it starts,
/// and without which the ECS agent does not start.
///
/// Last, CloudFormation is told whether the agent answers: the roll through the cluster waits for
/// that. The agent starts after the script has ended, so a unit of its own waits for it.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html>,
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-roles.html>
pub(super) fn script(environment: &Environment) -> Value<String> {
    let names = environment.names();
    let text = format!(
        r#"#!/bin/bash
set -uo pipefail

cat > /etc/ecs/ecs.config <<'CONFIG'
ECS_CLUSTER={cluster}
ECS_AVAILABLE_LOGGING_DRIVERS=["json-file","awslogs"]
ECS_AWSVPC_BLOCK_IMDS=true
ECS_CONTAINER_STOP_TIMEOUT=120s
ECS_DYNAMIC_HOST_PORT_RANGE={FIRST_HOST_PORT}-{LAST_HOST_PORT}
ECS_ENABLE_CONTAINER_METADATA=true
ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION=1h
ECS_IMAGE_PULL_BEHAVIOR=prefer-cached
ECS_RESERVED_MEMORY={reserved}
CONFIG

cat > /etc/systemd/system/block-metadata.service <<'UNIT'
[Unit]
Description=Keep containers away from the machine's credentials
Requires=docker.service
After=docker.service
PartOf=docker.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/iptables --insert DOCKER-USER --in-interface docker+ --destination 169.254.169.254/32 --jump DROP
[Install]
WantedBy=docker.service
UNIT
mkdir -p /etc/systemd/system/ecs.service.d
cat > /etc/systemd/system/ecs.service.d/block-metadata.conf <<'UNIT'
[Unit]
Requires=block-metadata.service
After=block-metadata.service
UNIT

failed=0
dnf install --assumeyes amazon-cloudwatch-agent aws-cfn-bootstrap || failed=1
systemctl daemon-reload
systemctl enable --now block-metadata.service || failed=1
/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c ssm:{agent} || failed=1

cat > /usr/local/sbin/signal-ready <<SCRIPT
#!/bin/bash
failed=$failed
if [ "\$failed" = 0 ]; then
  curl --silent --fail --retry 60 --retry-delay 5 --retry-all-errors --max-time 2 http://localhost:51678/v1/metadata || failed=1
fi
/opt/aws/bin/cfn-signal --exit-code "\$failed" --region ${{AWS::Region}} --stack ${{AWS::StackName}} --resource Machines
SCRIPT
chmod 0700 /usr/local/sbin/signal-ready
systemd-run --unit signal-ready /usr/local/sbin/signal-ready
"#,
        cluster = "${Cluster}",
        reserved = ECS_RESERVED_MEMORY.get(),
        agent = names.agent_configuration(),
    );
    base64(sub(text))
}
