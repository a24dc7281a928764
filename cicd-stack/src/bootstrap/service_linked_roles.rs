//! Makes sure that the roles exist by which AWS services act in the account.
//!
//! Services make them when something of theirs is first created, but not always in time: the
//! first cluster of an account fails without (cloudformation-coverage-roadmap#818). A resource of
//! type `AWS::IAM::ServiceLinkedRole` fails where the role is there already, so a function asks.

use common::environment::Environment;
use common::grant::{GrantLogGroup as _, RoleBuilder};
use common::resources::cloudformation::CustomResource;
use common::resources::lambda::Function;
use common::resources::lambda::function::{
    Code, FunctionArchitectures, FunctionRuntime, LoggingConfig,
};
use common::resources::{Handle, iam, kms};
use common::template::policy::{ServicePrincipal, Statement};
use common::template::{Template, sub};

const CODE: &str = include_str!("ensure_service_linked_roles.py");

/// The services: ECS, Auto Scaling, Elastic Load Balancing, and ECS services' scaling.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html>
pub(super) const SERVICES: [&str; 4] = [
    "autoscaling.amazonaws.com",
    "ecs.amazonaws.com",
    "ecs.application-autoscaling.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
];

/// What function, role and log group are called.
pub(super) const NAME: &str = "service-linked-roles";

/// Adds the function and the resource that calls it.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    key: &Handle<kms::Key>,
    boundary: &Handle<iam::ManagedPolicy>,
) {
    let names = environment.names();
    let log_group = template.add(
        "ServiceLinkedRolesLogGroup",
        common::logs::group(
            environment,
            names.log_group("bootstrap", NAME),
            key.attr_arn(),
        ),
    );
    let mut role = RoleBuilder::new(
        environment,
        "ServiceLinkedRolesRole",
        names.role(NAME),
        ServicePrincipal::Lambda,
        "Makes sure that service-linked roles exist",
    )
    .bounded_by(boundary)
    .in_bootstrap();
    log_group.attr_arn().grant_write(&mut role);
    role.allow(
        SERVICES.into_iter().fold(
            Statement::allow(["iam:CreateServiceLinkedRole"])
                .sid("ServiceLinkedRoles")
                .on(sub(
                    "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/*",
                )),
            |statement, service| statement.when("StringEquals", "iam:AWSServiceName", service),
        ),
    );
    let role = role.add_to(template);
    let function = template.add(
        "ServiceLinkedRolesFunction",
        Function::new(Code::new().zip_file(CODE), role.attr_arn())
            .function_name(names.shared(NAME))
            .description("Makes sure that service-linked roles exist")
            .runtime(FunctionRuntime::Python3_13)
            .handler("index.handler")
            .architectures([FunctionArchitectures::Arm64])
            .memory_size(128)
            .timeout(60)
            .logging_config(LoggingConfig::new().log_group(log_group.reference())),
    );
    template.add(
        "ServiceLinkedRoles",
        CustomResource::new(function.attr_arn())
            // A function that died would be waited for an hour.
            .service_timeout(120)
            .property("Services", SERVICES.map(str::to_owned).to_vec()),
    );
}
