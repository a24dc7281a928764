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
/// answers only one hop away, and a rule drops what comes from Docker's bridges. And it keeps
/// containers away from each other, which security groups can't inside of a machine: Docker forwards
/// nothing between containers of its bridge (`icc`), and a second rule drops what they send to the
/// machine itself, where Docker's proxy would carry it to a neighbour's published port. What the ECS
/// agent serves to containers, credentials and metadata, arrives on the loopback address. The
/// rules are a unit that runs after Docker at every boot, since Docker rewrites its chains when it
/// starts, and without which the ECS agent does not start.
///
/// The agent starts after the script has ended, so the script waits until the cluster knows its
/// capacity provider: machines that joined before "might not be properly registered" with it. A
/// machine that never sees the provider signals a failure, and its agent does not start: it would
/// take tasks that nothing drains.
///
/// Last, CloudFormation is told whether the agent answers: the roll through the cluster waits for
/// that. A unit of its own waits for the agent, and signals until it is heard.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html>,
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html>,
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-roles.html>,
/// <https://docs.docker.com/engine/network/drivers/bridge/>
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

python3 - <<'PYTHON'
import json, pathlib
path = pathlib.Path("/etc/docker/daemon.json")
settings = json.loads(path.read_text()) if path.exists() else {{}}
settings["icc"] = False
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps(settings))
PYTHON

cat > /etc/systemd/system/isolate-containers.service <<'UNIT'
[Unit]
Description=Keep containers away from the machine's credentials, from the machine, and from each other
Requires=docker.service
After=docker.service
PartOf=docker.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/iptables --insert DOCKER-USER --in-interface docker+ --destination 169.254.169.254/32 --jump DROP
ExecStart=/usr/sbin/iptables --insert INPUT --in-interface docker+ ! --destination 127.0.0.0/8 --match conntrack --ctstate NEW --jump DROP
[Install]
WantedBy=docker.service
UNIT
mkdir -p /etc/systemd/system/ecs.service.d
cat > /etc/systemd/system/ecs.service.d/isolate-containers.conf <<'UNIT'
[Unit]
Requires=isolate-containers.service
After=isolate-containers.service
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
systemctl restart docker.service || failed=1
systemctl enable --now isolate-containers.service || failed=1
/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c ssm:${{AgentConfiguration}} || failed=1

# A machine that joins before its capacity provider belongs to none.
providers() {{
  aws ecs describe-clusters --region ${{AWS::Region}} --clusters ${{Cluster}} --query 'clusters[0].capacityProviders' --output text
}}
joined=1
for _ in $(seq 60); do
  providers | grep --quiet --word-regexp {provider} && joined=0 && break
  sleep 10
done
if [ "$joined" != 0 ]; then
  failed=1
  systemctl mask ecs.service
fi

cat > /usr/local/sbin/signal-ready <<SCRIPT
#!/bin/bash
failed=$failed
if [ "\$failed" = 0 ]; then
  curl --silent --fail --retry 60 --retry-delay 5 --retry-all-errors --max-time 2 http://localhost:51678/v1/metadata || failed=1
fi
# Both, whichever waits: {ready} for the first machines, the group while it rolls. For five
# minutes, since a signal that comes before CloudFormation waits is refused.
for _ in \$(seq 30); do
  heard=1
  for resource in {ready} Machines; do
    /opt/aws/bin/cfn-signal --exit-code "\$failed" --region ${{AWS::Region}} --stack ${{AWS::StackName}} --resource "\$resource" && heard=0
  done
  [ "\$heard" = 0 ] && exit
  sleep 10
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
