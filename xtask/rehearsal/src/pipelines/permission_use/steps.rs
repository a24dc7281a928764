//! Documented uses of our roles by AWS's services and agents, which no rehearsal runs.

use super::roles::Roles;
use crate::pipelines::policy::{Request, Role};
use crate::pipelines::template::TemplateError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The kind of role that it is done with.
    pub role: &'static str,
    /// What is done, and by what.
    pub what: &'static str,
    /// The requests, in order.
    pub requests: &'static [StepRequest],
    /// The page that says so.
    pub source: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepRequest {
    pub action: &'static str,
    /// The resource, with places that [`Roles::fill`] fills in.
    pub on: &'static str,
    /// Keys that come with the request, with places as well.
    pub with: &'static [(&'static str, &'static str)],
}

const fn on(action: &'static str, resource: &'static str) -> StepRequest {
    StepRequest {
        action,
        on: resource,
        with: &[],
    }
}

const fn everywhere(action: &'static str) -> StepRequest {
    on(action, "*")
}

macro_rules! logs {
    ($group:literal) => {
        concat!(
            "arn:aws:logs:{region}:{account}:log-group:/lemonade/{env}/",
            $group,
            ":log-stream:one"
        )
    };
}

/// What Lambda does for every function.
macro_rules! function_logs {
    ($role:literal, $group:literal) => {
        Step {
            role: $role,
            what: "Lambda writes what the function prints",
            requests: &[
                on("logs:CreateLogStream", logs!($group)),
                on("logs:PutLogEvents", logs!($group)),
            ],
            source: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
        }
    };
}

const OWN_IMAGES: &str = "{application-{app}/Repository}";
const OWN_LOG: &str = logs!("{app}");
const SESSIONS: &str = logs!("ecs/sessions");
const MACHINES: &str = logs!("ecs/machines");
const FLOW_LOGS: &str = logs!("network/flow-logs");
const CLUSTER: &str = "arn:aws:ecs:{region}:{account}:cluster/{lemonade}";
const MACHINE: &str = "arn:aws:ecs:{region}:{account}:container-instance/{lemonade}/one";
const COPY: &str =
    "arn:aws:ecr:{region}:{account}:repository/{lemonade}-public/docker/library/debian";

pub const STEPS: &[Step] = &[
    Step {
        role: "<application>-execution",
        what: "the ECS agent pulls the image of a task",
        requests: &[
            everywhere("ecr:GetAuthorizationToken"),
            on("ecr:BatchCheckLayerAvailability", OWN_IMAGES),
            on("ecr:BatchGetImage", OWN_IMAGES),
            on("ecr:GetDownloadUrlForLayer", OWN_IMAGES),
        ],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html",
    },
    Step {
        role: "<application>-execution",
        what: "the log driver writes what containers print",
        requests: &[
            on("logs:CreateLogStream", OWN_LOG),
            on("logs:PutLogEvents", OWN_LOG),
        ],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html",
    },
    Step {
        role: "<application>-execution",
        what: "the ECS agent reads the secrets of a task",
        requests: &[
            on(
                "secretsmanager:GetSecretValue",
                "{application-{app}/AWS::SecretsManager::Secret}",
            ),
            StepRequest {
                action: "kms:Decrypt",
                on: "{network/DataKey}",
                with: &[("kms:ViaService", "secretsmanager.{region}.amazonaws.com")],
            },
        ],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html",
    },
    Step {
        role: "machines",
        what: "the ECS agent registers the machine, takes tasks and reports what becomes of them",
        requests: &[
            everywhere("ecs:DiscoverPollEndpoint"),
            on("ecs:RegisterContainerInstance", CLUSTER),
            on("ecs:Poll", MACHINE),
            on("ecs:StartTelemetrySession", MACHINE),
            on("ecs:SubmitContainerStateChange", CLUSTER),
            on("ecs:SubmitTaskStateChange", CLUSTER),
        ],
        source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/instance_IAM_role.html",
    },
    Step {
        role: "machines",
        what: "the agent of Systems Manager reports the machine, and follows its associations",
        requests: &[
            everywhere("ssm:UpdateInstanceInformation"),
            everywhere("ssm:ListInstanceAssociations"),
            everywhere("ssm:UpdateInstanceAssociationStatus"),
            everywhere("ssm:GetManifest"),
            everywhere("ssm:PutConfigurePackageResult"),
        ],
        source: "https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html",
    },
    Step {
        role: "machines",
        what: "the agent of Systems Manager takes commands",
        requests: &[
            everywhere("ec2messages:GetEndpoint"),
            everywhere("ec2messages:GetMessages"),
            everywhere("ec2messages:AcknowledgeMessage"),
            everywhere("ec2messages:SendReply"),
            everywhere("ec2messages:FailMessage"),
            everywhere("ec2messages:DeleteMessage"),
        ],
        source: "https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html",
    },
    Step {
        role: "machines",
        what: "the agent of Systems Manager runs a session, encrypted and logged",
        requests: &[
            everywhere("ssmmessages:CreateControlChannel"),
            everywhere("ssmmessages:OpenControlChannel"),
            everywhere("ssmmessages:CreateDataChannel"),
            everywhere("ssmmessages:OpenDataChannel"),
            StepRequest {
                action: "kms:Decrypt",
                on: "{network/DataKey}",
                with: &[("kms:EncryptionContext:aws:ssm:SessionId", "one")],
            },
            everywhere("logs:DescribeLogGroups"),
            on("logs:DescribeLogStreams", SESSIONS),
            on("logs:CreateLogStream", SESSIONS),
            on("logs:PutLogEvents", SESSIONS),
        ],
        source: "https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html",
    },
    Step {
        role: "machines",
        what: "the association `Inventory` reports what is installed",
        requests: &[everywhere("ssm:PutInventory")],
        source: "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutInventory.html",
    },
    Step {
        role: "machines",
        what: "the association `PatchReport` fetches the list of patches, and reports those that lack",
        requests: &[
            everywhere("ssm:GetDeployablePatchSnapshotForInstance"),
            everywhere("ssm:PutComplianceItems"),
        ],
        source: "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetDeployablePatchSnapshotForInstance.html",
    },
    Step {
        role: "machines",
        what: "the CloudWatch agent reads its configuration, and sends metrics and logs",
        requests: &[
            on(
                "ssm:GetParameter",
                "arn:aws:ssm:{region}:{account}:parameter/AmazonCloudWatch-{lemonade}",
            ),
            // The name of the machine's group, which its metrics carry, is a tag of the machine.
            everywhere("ec2:DescribeTags"),
            everywhere("cloudwatch:PutMetricData"),
            on("logs:CreateLogStream", MACHINES),
            on("logs:PutLogEvents", MACHINES),
        ],
        source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/create-iam-roles-for-cloudwatch-agent.html",
    },
    Step {
        role: "flow-logs",
        what: "the flow log delivers records",
        requests: &[
            on("logs:DescribeLogStreams", FLOW_LOGS),
            on("logs:CreateLogStream", FLOW_LOGS),
            on("logs:PutLogEvents", FLOW_LOGS),
        ],
        source: "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html",
    },
    Step {
        role: "image-cache",
        what: "ECR makes the repository of a copy, encrypts it, and fills it",
        requests: &[
            on("ecr:CreateRepository", COPY),
            on("ecr:TagResource", COPY),
            on("kms:DescribeKey", "{bootstrap/ArtifactKey}"),
            on("kms:CreateGrant", "{bootstrap/ArtifactKey}"),
            on("kms:RetireGrant", "{bootstrap/ArtifactKey}"),
            on("ecr:ReplicateImage", COPY),
        ],
        source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-custom.html",
    },
    function_logs!(
        "close-default-security-group",
        "network/close-default-security-group"
    ),
    function_logs!("remove-draining-hook", "ecs/remove-draining-hook"),
    function_logs!("service-linked-roles", "bootstrap/service-linked-roles"),
];

/// The requests of a step with a role of its kind; nothing where the role has nothing to do it with.
///
/// # Errors
/// When the templates can't be read.
pub fn requests(
    roles: Roles<'_>,
    role: &Role,
    step: &Step,
) -> Result<Option<Vec<Request>>, TemplateError> {
    let mut requests = Vec::new();
    for one in step.requests {
        let Some(resource) = roles.fill(&role.name, one.on)? else {
            return Ok(None);
        };
        let mut request = Request::new(one.action, resource);
        for (key, value) in one.with {
            let value = roles.fill(&role.name, value)?.unwrap_or_default();
            request = request.with(key, value);
        }
        requests.push(request);
    }
    Ok(Some(requests))
}
