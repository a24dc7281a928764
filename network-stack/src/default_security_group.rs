//! Closes the default security group.
//!
//! Every VPC comes with a group that lets its members talk to each other and to everybody. It
//! can't be deleted, and CloudFormation has no resource for its rules: a function revokes them,
//! once, when the network is created (AWS Security Hub control EC2.2). Nothing here uses the
//! group; closed, nothing that is started by hand without a group gets anywhere either.

use common::environment::Environment;
use common::grant::{GrantLogGroup as _, RoleBuilder};
use common::resources::cloudformation::CustomResource;
use common::resources::lambda::Function;
use common::resources::lambda::function::{
    Code, FunctionArchitectures, FunctionRuntime, LoggingConfig,
};
use common::resources::{Handle, ec2, kms};
use common::template::policy::{ServicePrincipal, Statement};
use common::template::{Template, sub};

/// Inline code can't be longer than 4 MB and gets the module `cfnresponse` beside it.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html>
const CODE: &str = include_str!("close_security_group.py");

/// Adds the function and the resource that calls it.
pub(crate) fn add(
    template: &mut Template,
    environment: &Environment,
    vpc: &Handle<ec2::Vpc>,
    key: &Handle<kms::Key>,
) {
    let names = environment.names();
    let log_group = template.add(
        "DefaultSecurityGroupLogGroup",
        common::logs::group(
            environment,
            names.log_group("network", "close-default-security-group"),
            key.attr_arn(),
        ),
    );
    let mut role = RoleBuilder::new(
        environment,
        "DefaultSecurityGroupRole",
        names.role("close-default-security-group"),
        ServicePrincipal::Lambda,
        "Revokes the rules of the default security group",
    );
    log_group.attr_arn().grant_write(&mut role);
    role.allow(
        Statement::allow(["ec2:DescribeSecurityGroupRules"]).sid("FindRules").on_everything(
            "the action knows no resources: \
             https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html",
        ),
    );
    role.allow(
        Statement::allow([
            "ec2:RevokeSecurityGroupEgress",
            "ec2:RevokeSecurityGroupIngress",
        ])
        .sid("RevokeRules")
        .on(sub(
            "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:security-group/\
                 ${Vpc.DefaultSecurityGroup}",
        )),
    );
    let role = role.add_to(template);

    let function = template.add(
        "DefaultSecurityGroupFunction",
        Function::new(Code::new().zip_file(CODE), role.attr_arn())
            .function_name(names.shared("close-default-security-group"))
            .description("Revokes the rules of the default security group")
            .runtime(FunctionRuntime::Python3_13)
            .handler("index.handler")
            .architectures([FunctionArchitectures::Arm64])
            .memory_size(128)
            .timeout(60)
            .logging_config(LoggingConfig::new().log_group(log_group.reference())),
    );
    template.add(
        "DefaultSecurityGroupClosed",
        CustomResource::new(function.attr_arn())
            .service_timeout(120)
            .property("GroupId", vpc.attr_default_security_group()),
    );
}
