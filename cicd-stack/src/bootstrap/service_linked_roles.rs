//! The service-linked roles that AWS services need in the account.
//!
//! Services create them with their first resource, but not always in time: the first cluster of an
//! account fails without (cloudformation-coverage-roadmap#818). A resource of type
//! `AWS::IAM::ServiceLinkedRole` fails if the role already exists, so a function checks first.

use common::environment::Environment;
use common::function::CustomResourceFunction;
use common::grant::RoleBuilder;
use common::resources::{Handle, iam, kms};
use common::template::policy::Statement;
use common::template::{Template, sub};

/// The services: ECS, Auto Scaling, Elastic Load Balancing, and ECS services' scaling.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html>
pub(super) const SERVICES: [&str; 4] = [
    "autoscaling.amazonaws.com",
    "ecs.amazonaws.com",
    "ecs.application-autoscaling.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
];

/// The short name of function, role and log group.
pub(super) const NAME: &str = "service-linked-roles";

pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    key: &Handle<kms::Key>,
    boundary: &Handle<iam::ManagedPolicy>,
) {
    let roles = CustomResourceFunction {
        id: "ServiceLinkedRoles",
        stack: "bootstrap",
        name: NAME,
        description: "Makes sure that service-linked roles exist",
        code: include_str!("ensure_service_linked_roles.py"),
    }
    .add_to(template, environment, &key.attr_arn(), |role| {
        make_roles(role.bounded_by(boundary).in_bootstrap())
    });
    template.add(
        "ServiceLinkedRoles",
        roles.property("Services", SERVICES.map(str::to_owned).to_vec()),
    );
}

fn make_roles(mut role: RoleBuilder) -> RoleBuilder {
    let roles = sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/*");
    let statement = Statement::allow(["iam:CreateServiceLinkedRole"])
        .sid("ServiceLinkedRoles")
        .on(roles);
    role.allow(SERVICES.into_iter().fold(statement, |statement, service| {
        statement.when("StringEquals", "iam:AWSServiceName", service)
    }));
    role
}
