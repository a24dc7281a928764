//! The custom resource that closes the default security group.
//!
//! Every VPC comes with a group that lets its members talk to each other and to the internet. It
//! can't be deleted, and CloudFormation has no resource for its rules: a function revokes them,
//! once, when the network is created (AWS Security Hub control EC2.2). Nothing here uses the
//! group; once it is closed, an instance that is started by hand without a group has no connectivity either.

use common::environment::Environment;
use common::function::CustomResourceFunction;
use common::grant::RoleBuilder;
use common::resources::{Handle, ec2, kms};
use common::template::policy::Statement;
use common::template::{Template, sub};

pub(crate) fn add(
    template: &mut Template,
    environment: &Environment,
    vpc: &Handle<ec2::Vpc>,
    key: &Handle<kms::Key>,
) {
    let closed = CustomResourceFunction {
        id: "DefaultSecurityGroup",
        stack: "network",
        name: "close-default-security-group",
        description: "Revokes the rules of the default security group",
        code: include_str!("close_security_group.py"),
    }
    .add_to(template, environment, &key.attr_arn(), revoke_rules);
    template.add(
        "DefaultSecurityGroupClosed",
        closed.property("GroupId", vpc.attr_default_security_group()),
    );
}

fn revoke_rules(mut role: RoleBuilder) -> RoleBuilder {
    role.allow(
        Statement::allow(["ec2:DescribeSecurityGroupRules"]).sid("FindRules").on_everything(
            "the action supports no resource-level permissions: \
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
    role
}
