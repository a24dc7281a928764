//! What running the deploy engine takes: for everything an environment has, or for one stack.
//!
//! Whoever deploys touches nothing but stacks: it makes change sets, and CloudFormation carries
//! them out as the role that they are given: the execution role, or for an application its release
//! role. No other can be passed.
//!
//! Who it is, the engine asks before anything else (`sts:GetCallerIdentity`); that takes no
//! permission.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>

use common::environment::Environment;
use common::grant::RoleBuilder;
use common::resources::kinds::RoleArn;
use common::template::Value;
use common::template::policy::Statement;

use super::{BootstrapThings, page};
use crate::arn;

/// Looks at stacks, one by one: at what is deployed, and at what a creation that failed has left.
const LOOK: [&str; 4] = [
    "cloudformation:DescribeStackEvents",
    "cloudformation:GetStackPolicy",
    "cloudformation:GetTemplate",
    "cloudformation:ListStackResources",
];

/// Looks at all of them: at those that are deleted, too, and at who imports what.
const OVERVIEW: [&str; 3] = [
    "cloudformation:DescribeStacks",
    "cloudformation:ListImports",
    "cloudformation:ListStacks",
];

/// Looks at the service of one application. Nothing of it is retained, guarded or exported; the engine's runs
/// with the real stack fail where that changes (`xtask/rehearsal/tests/pipelines/granted`).
const LOOK_AT_SERVICE: [&str; 1] = ["cloudformation:GetTemplate"];

/// Follows what it has begun.
const FOLLOW: [&str; 3] = [
    "cloudformation:DescribeChangeSet",
    "cloudformation:DescribeEvents",
    "cloudformation:DescribeStackEvents",
];

/// Changes stacks by way of change sets that were made before.
const CHANGE: [&str; 5] = [
    "cloudformation:CancelUpdateStack",
    "cloudformation:DeleteChangeSet",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:TagResource",
    "cloudformation:UntagResource",
];

/// Changes how stacks are protected. Only for who deploys all of them: a release of an application
/// never replaces or deletes what is guarded, so it can't lift the guard either. What a release
/// creates is protected by the next deployment of the definition.
const PROTECT: [&str; 2] = [
    "cloudformation:SetStackPolicy",
    "cloudformation:UpdateTerminationProtection",
];

/// May be given a role, and use the one that the stack has otherwise.
const GO_BACK: [&str; 3] = [
    "cloudformation:ContinueUpdateRollback",
    "cloudformation:DeleteStack",
    "cloudformation:RollbackStack",
];

/// The condition on the role that a stack is given.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html>
const GIVEN_ROLE: &str = "cloudformation:RoleArn";

/// The stacks that are deployed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stacks<'a> {
    /// All of the environment but bootstrap.
    All,
    /// The service of one application.
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

/// Lets a role look at stacks, and at nothing inside of them: what planning for them takes.
pub(crate) fn grant_look(role: &mut RoleBuilder, environment: &Environment, stacks: Stacks<'_>) {
    let (overview, look) = match stacks {
        Stacks::All => (&OVERVIEW[..], &LOOK[..]),
        // The listing of all stacks is where the engine begins.
        Stacks::ServiceOf(_) => (&["cloudformation:DescribeStacks"][..], &LOOK_AT_SERVICE[..]),
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
        // What a failed first creation left is taken over by the next one: which address was whose.
        role.allow(
            Statement::allow(["ec2:DescribeAddresses"])
                .sid("AddressesLeftBehind")
                .on_everything(page("ec2")),
        );
    }
}

/// Lets a role ask how old the image of the machines is, and for the newest of its kind: public
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
    grant_look(role, environment, stacks);
    let stack = || stacks.arn(environment);
    role.allow(Statement::allow(FOLLOW).sid("FollowStacks").on(stack()));
    let execution = || Value::<String>::from(execution.clone());
    role.allow(
        Statement::allow(["cloudformation:CreateChangeSet"])
            .sid("PlanStacks")
            .on(stack())
            .when("ArnEquals", GIVEN_ROLE, execution()),
    );
    role.allow(Statement::allow(CHANGE).sid("ChangeStacks").on(stack()));
    if let Stacks::All = stacks {
        role.allow(Statement::allow(PROTECT).sid("ProtectStacks").on(stack()));
    }
    role.allow(Statement::allow(GO_BACK).sid("GoBack").on(stack()).when(
        "ArnEqualsIfExists",
        GIVEN_ROLE,
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
    grant_explanations(role, environment, stacks);
    for denied in BootstrapThings::new(environment, []).guarded(environment) {
        role.allow(denied);
    }
}

/// Why a deployment failed: why tasks stopped and what they wrote last.
fn grant_explanations(role: &mut RoleBuilder, environment: &Environment, stacks: Stacks<'_>) {
    let names = environment.names();
    // The streams of containers, and no other log: what builds and functions write is not read.
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
