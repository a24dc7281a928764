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

use crate::arn;
use crate::permissions::{self, BootstrapThings};

/// Looks at stacks, one by one.
const LOOK: [&str; 12] = [
    "cloudformation:DescribeChangeSet",
    "cloudformation:DescribeChangeSetHooks",
    "cloudformation:DescribeEvents",
    "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeStackResource",
    "cloudformation:DescribeStackResourceDrifts",
    "cloudformation:DescribeStackResources",
    "cloudformation:GetStackPolicy",
    "cloudformation:GetTemplate",
    "cloudformation:GetTemplateSummary",
    "cloudformation:ListChangeSets",
    "cloudformation:ListStackResources",
];

/// Looks at all of them.
const OVERVIEW: [&str; 6] = [
    "cloudformation:DescribeStackDriftDetectionStatus",
    "cloudformation:DescribeStacks",
    "cloudformation:ListExports",
    "cloudformation:ListImports",
    "cloudformation:ListStacks",
    "cloudformation:ValidateTemplate",
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

/// Lets a role look at the environment's stacks, and at nothing inside of them.
pub(crate) fn grant_look(role: &mut RoleBuilder, environment: &Environment) {
    role.allow(
        Statement::allow(OVERVIEW)
            .sid("Overview")
            .on_everything(permissions::page("cloudformation")),
    );
    role.allow(
        Statement::allow(LOOK)
            .sid("LookAtStacks")
            .on(Stacks::All.arn(environment)),
    );
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
            .on_everything(permissions::page("ec2")),
    );
}

/// Lets a role deploy these stacks, with CloudFormation acting as this role and no other.
pub(crate) fn grant_deploy(
    role: &mut RoleBuilder,
    environment: &Environment,
    stacks: Stacks<'_>,
    execution: &Value<RoleArn>,
) {
    grant_look(role, environment);
    let stack = || stacks.arn(environment);
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

/// Why a deployment failed, and what it would fail for: why tasks stopped and what they wrote last,
/// which secrets have no value yet, whether the peering is active. Looks, and reads no secret.
fn grant_explanations(role: &mut RoleBuilder, environment: &Environment, stacks: Stacks<'_>) {
    let names = environment.names();
    let of_cluster =
        |kind: &str| arn::regional(environment, "ecs", &format!("{kind}/{}/*", names.cluster()));
    role.allow(
        Statement::allow(["ecs:DescribeServices", "ecs:DescribeTasks", "ecs:ListTasks"])
            .sid("WhyTasksStopped")
            .on_each(["container-instance", "service", "task"].map(of_cluster)),
    );
    // The streams of containers, and no other log: what builds and functions write is not read.
    let group = match stacks {
        Stacks::All => format!("/lemonade/{}/*", environment.name),
        Stacks::ServiceOf(application) => names.application_log_group(application),
    };
    role.allow(
        Statement::allow(["logs:GetLogEvents"])
            .sid("LastLinesOfTasks")
            .on(arn::regional(
                environment,
                "logs",
                &format!("log-group:{group}:log-stream:task/*"),
            )),
    );
    let secrets = match stacks {
        Stacks::All => names.secret_prefix(),
        Stacks::ServiceOf(application) => names.secret(application, ""),
    };
    role.allow(
        Statement::allow(["secretsmanager:DescribeSecret"])
            .sid("SecretsWithoutValue")
            .on(arn::regional(
                environment,
                "secretsmanager",
                &format!("secret:{secrets}*"),
            )),
    );
    role.allow(
        Statement::allow(["ec2:DescribeVpcPeeringConnections"])
            .sid("PeeringWithTheDatabase")
            .on_everything(permissions::page("ec2")),
    );
    // What a failed first creation left is taken over by the next one: which address was whose.
    role.allow(
        Statement::allow(["ec2:DescribeAddresses"])
            .sid("AddressesLeftBehind")
            .on_everything(permissions::page("ec2")),
    );
}
