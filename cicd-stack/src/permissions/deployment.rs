//! The permissions of the deploy engine: for all stacks of an environment, or for one.
//!
//! A deployment calls nothing but CloudFormation: it creates change sets, and CloudFormation executes
//! them with the role that it is passed: the execution role, or an application's release role. No
//! other can be passed.
//!
//! The engine's first call (`sts:GetCallerIdentity`) takes no permission.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>

use common::environment::Environment;
use common::grant::RoleBuilder;
use common::resources::kinds::RoleArn;
use common::template::Value;
use common::template::policy::Statement;

use super::{BootstrapResources, page};
use crate::arn;

/// Reads one stack: what is deployed, and what a failed creation has left.
const READ_STACKS: [&str; 4] = [
    "cloudformation:DescribeStackEvents",
    "cloudformation:GetStackPolicy",
    "cloudformation:GetTemplate",
    "cloudformation:ListStackResources",
];

/// Lists all stacks, including deleted ones, and their imports.
const LIST_STACKS: [&str; 3] = [
    "cloudformation:DescribeStacks",
    "cloudformation:ListImports",
    "cloudformation:ListStacks",
];

/// Reads the service of one application. Nothing of it is retained, guarded or exported; the engine's runs
/// with the real stack fail where that changes (`xtask/rehearsal/tests/pipelines/granted`).
const READ_SERVICE: [&str; 1] = ["cloudformation:GetTemplate"];

const WATCH: [&str; 3] = [
    "cloudformation:DescribeChangeSet",
    "cloudformation:DescribeEvents",
    "cloudformation:DescribeStackEvents",
];

/// Changes stacks by executing change sets.
const CHANGE: [&str; 5] = [
    "cloudformation:CancelUpdateStack",
    "cloudformation:DeleteChangeSet",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:TagResource",
    "cloudformation:UntagResource",
];

/// Changes how stacks are protected. Only for deployments of all stacks: a release of an application
/// never replaces or deletes protected resources, so it can't lift the protection either. What a release
/// creates is protected by the next deployment of the definition.
const PROTECT: [&str; 2] = [
    "cloudformation:SetStackPolicy",
    "cloudformation:UpdateTerminationProtection",
];

/// Calls that may pass a role, and use the stack's own role if they don't.
const ROLL_BACK: [&str; 3] = [
    "cloudformation:ContinueUpdateRollback",
    "cloudformation:DeleteStack",
    "cloudformation:RollbackStack",
];

/// The condition key for the role that a stack is passed.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html>
const ROLE_ARN_KEY: &str = "cloudformation:RoleArn";

#[derive(Clone, Copy, Debug)]
pub(crate) enum Stacks<'a> {
    /// All of the environment's stacks but bootstrap's.
    All,
    ServiceOf(&'a common::application::ApplicationName),
}

impl Stacks<'_> {
    fn arn(self, environment: &Environment) -> String {
        let names = environment.names();
        let stacks = match self {
            Self::All => format!("{}-*", names.prefix()),
            Self::ServiceOf(application) => {
                let kind = common::naming::StackKind::Service(application.clone());
                format!("{}/*", names.stack(&kind))
            }
        };
        arn::regional(environment, "cloudformation", &format!("stack/{stacks}"))
    }
}

/// Lets a role read stacks, but not their resources: what planning takes.
pub(crate) fn grant_read(role: &mut RoleBuilder, environment: &Environment, stacks: Stacks<'_>) {
    let (overview, look) = match stacks {
        Stacks::All => (&LIST_STACKS[..], &READ_STACKS[..]),
        // The engine's first call lists all stacks.
        Stacks::ServiceOf(_) => (&["cloudformation:DescribeStacks"][..], &READ_SERVICE[..]),
    };
    role.allow(
        Statement::allow(overview.iter().copied())
            .sid("Overview")
            .on_everything(page("cloudformation")),
    );
    role.allow(
        Statement::allow(look.iter().copied())
            .sid("LookAtStacks")
            .on(stacks.arn(environment)),
    );
    if let Stacks::All = stacks {
        // To find the addresses that a failed first creation left, which the next one adopts.
        role.allow(
            Statement::allow(["ec2:DescribeAddresses"])
                .sid("AddressesLeftBehind")
                .on_everything(page("ec2")),
        );
    }
}

/// Lets a role look up the age of the machines' AMI and the newest of its kind, from public
/// parameters, which belong to no account.
///
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html>
pub(crate) fn grant_machine_image(role: &mut RoleBuilder, environment: &Environment) {
    role.allow(
        Statement::allow(["ssm:GetParameter"])
            .sid("NewestMachineImage")
            .on(arn::public(
                environment,
                "ssm",
                "parameter/aws/service/ecs/optimized-ami/*",
            )),
    );
    role.allow(
        Statement::allow(["ec2:DescribeImages"])
            .sid("MachineImage")
            .on_everything(page("ec2")),
    );
}

/// Lets a role deploy these stacks, with CloudFormation acting as this role and no other.
pub(crate) fn grant_deploy(
    role: &mut RoleBuilder,
    environment: &Environment,
    stacks: Stacks<'_>,
    execution: &Value<RoleArn>,
) {
    grant_read(role, environment, stacks);
    let stack = || stacks.arn(environment);
    role.allow(Statement::allow(WATCH).sid("FollowStacks").on(stack()));
    let execution = || Value::<String>::from(execution.clone());
    role.allow(
        Statement::allow(["cloudformation:CreateChangeSet"])
            .sid("PlanStacks")
            .on(stack())
            .when("ArnEquals", ROLE_ARN_KEY, execution()),
    );
    role.allow(Statement::allow(CHANGE).sid("ChangeStacks").on(stack()));
    if let Stacks::All = stacks {
        role.allow(Statement::allow(PROTECT).sid("ProtectStacks").on(stack()));
    }
    role.allow(Statement::allow(ROLL_BACK).sid("GoBack").on(stack()).when(
        "ArnEqualsIfExists",
        ROLE_ARN_KEY,
        execution(),
    ));
    role.allow(
        Statement::allow(["iam:PassRole"])
            .sid("PassTheExecutionRole")
            .on(execution())
            .when(
                "StringEquals",
                "iam:PassedToService",
                "cloudformation.amazonaws.com",
            ),
    );
    grant_diagnosis(role, environment, stacks);
    for denied in BootstrapResources::new(environment, []).deny_to_deployers(environment) {
        role.allow(denied);
    }
}

/// Lets a role find out why a deployment failed: why tasks stopped, and their last log lines.
fn grant_diagnosis(role: &mut RoleBuilder, environment: &Environment, stacks: Stacks<'_>) {
    let names = environment.names();
    // The log streams of containers only, not those of builds and functions.
    let (services, group) = match stacks {
        Stacks::All => ("*".to_owned(), format!("/lemonade/{}/*", environment.name)),
        Stacks::ServiceOf(application) => (
            names.service(application),
            names.application_log_group(application),
        ),
    };
    let of_cluster = |kind: &str, name: &str| {
        let cluster = names.cluster();
        arn::regional(environment, "ecs", &format!("{kind}/{cluster}/{name}"))
    };
    role.allow(
        Statement::allow(["ecs:DescribeServices", "ecs:DescribeTasks", "ecs:ListTasks"])
            .sid("WhyTasksStopped")
            // ECS names tasks and machines.
            .on_each([
                of_cluster("container-instance", "*"),
                of_cluster("service", &services),
                of_cluster("task", "*"),
            ]),
    );
    role.allow(
        Statement::allow(["logs:GetLogEvents"])
            .sid("LastLinesOfTasks")
            .on(arn::regional(
                environment,
                "logs",
                &format!("log-group:{group}:log-stream:task/*"),
            )),
    );
}
