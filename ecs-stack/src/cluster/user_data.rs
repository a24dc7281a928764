//! What a machine does when it boots, before anything is placed on it.

use common::capacity::ECS_RESERVED_MEMORY;
use common::environment::Environment;
use common::template::{Value, base64, sub};
use network_stack::security_groups::{FIRST_HOST_PORT, LAST_HOST_PORT};

/// The logical id of what waits for the first machines.
pub(super) const READY: &str = "MachinesReady";

/// The script, encoded as EC2 wants it.
///
/// It keeps containers away from the machine's own credentials twice: the metadata service
/// answers only one hop away, and a rule drops what comes from Docker's bridges. The rule is a
/// unit that runs after Docker at every boot, since Docker rewrites its chains when it starts,
/// and without which the ECS agent does not start.
///
/// The agent starts after the script has ended, so the script waits until the cluster knows its
/// capacity provider: machines that joined before "might not be properly registered" with it.
///
/// Last, CloudFormation is told whether the agent answers: the roll through the cluster waits for
/// that. A unit of its own waits for the agent.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html>,
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html>,
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-roles.html>
pub(super) fn script(environment: &Environment) -> Value<String> {
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
ECS_IMAGE_PULL_BEHAVIOR=once
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
install() {{
  for _ in $(seq 5); do
    dnf install --assumeyes "$@" && return
    sleep 10
  done
  failed=1
}}
# First what a failure is told with.
install aws-cfn-bootstrap
install amazon-cloudwatch-agent awscli-2
systemctl daemon-reload
systemctl enable --now block-metadata.service || failed=1
/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c ssm:${{AgentConfiguration}} || failed=1

# A machine that joins before its capacity provider belongs to none.
providers() {{
  aws ecs describe-clusters --region ${{AWS::Region}} --clusters ${{Cluster}} --query 'clusters[0].capacityProviders' --output text
}}
for _ in $(seq 60); do
  providers | grep --quiet --word-regexp {provider} && break
  sleep 10
done

cat > /usr/local/sbin/signal-ready <<SCRIPT
#!/bin/bash
failed=$failed
if [ "\$failed" = 0 ]; then
  curl --silent --fail --retry 60 --retry-delay 5 --retry-all-errors --max-time 2 http://localhost:51678/v1/metadata || failed=1
fi
# Whichever of the two waits: {ready} for the first machines, the group while it rolls.
for resource in Machines {ready}; do
  /opt/aws/bin/cfn-signal --exit-code "\$failed" --region ${{AWS::Region}} --stack ${{AWS::StackName}} --resource "\$resource"
done
SCRIPT
chmod 0700 /usr/local/sbin/signal-ready
systemd-run --unit signal-ready /usr/local/sbin/signal-ready
"#,
        cluster = "${Cluster}",
        reserved = ECS_RESERVED_MEMORY.get(),
        provider = environment.names().capacity_provider(),
        ready = READY,
    );
    base64(sub(text))
}
