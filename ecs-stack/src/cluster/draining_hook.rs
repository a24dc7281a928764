//! The custom resource that removes ECS's draining hook from the group before the group is deleted.
//!
//! Managed draining puts a lifecycle hook on the group, and ECS completes it for each machine once
//! its tasks are gone. CloudFormation deletes the capacity provider before the group that it refers
//! to; after that nothing completes the hook, and each machine would stay in `Terminating:Wait` until
//! the hook's heartbeat ends, an hour later. By then no task is left that could be drained: the
//! stacks of all services import from this one and are deleted before it.
//!
//! The order is what makes it work, in a deletion as in the rollback of a failed creation: capacity
//! provider, then this, then the group.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html>,
//! <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteLifecycleHook.html>

use common::environment::Environment;
use common::function::CustomResourceFunction;
use common::resources::Handle;
use common::resources::autoscaling::AutoScalingGroup;
use common::resources::cloudformation::CustomResource;
use common::resources::kinds::KeyArn;
use common::template::policy::Statement;
use common::template::{Template, Value, sub};

/// Returns the custom resource, which the capacity provider depends on.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    key: &Value<KeyArn>,
    machines: &Handle<AutoScalingGroup>,
) -> Handle<CustomResource> {
    let group = format!(
        "arn:${{AWS::Partition}}:autoscaling:${{AWS::Region}}:${{AWS::AccountId}}:\
         autoScalingGroup:*:autoScalingGroupName/{}",
        environment.names().machines()
    );
    let hook = CustomResourceFunction {
        id: "DrainingHook",
        stack: "ecs",
        name: "remove-draining-hook",
        description: "Takes the draining hook off the machines before they are deleted",
        code: include_str!("remove_draining_hook.py"),
    }
    .add_to(template, environment, key, |mut role| {
        role.allow(
            Statement::allow(["autoscaling:DeleteLifecycleHook"])
                .sid("OwnMachines")
                .on(sub(group)),
        );
        role
    });
    template.add(
        "DrainingHook",
        hook.property("AutoScalingGroupName", machines.reference()),
    )
}
