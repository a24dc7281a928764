//! Another image for the machines: the group rolls them, and nobody has to be asked.

use common::environment::EnvironmentName::Staging;
use serde_json::{Value, json};
use tests::{Synthesis, synthesized};

use crate::support::{Goal, Sandbox, full_request};

/// The launch template is replaced, and the change set says of the group that it may be: its update policy
/// says that it isn't.
#[test]
fn machines_are_rolled_without_a_question() {
    let staging = |one: &&Synthesis| one.environment.name == Staging;
    let before = &synthesized().iter().find(staging).unwrap().assembly;
    let mut after = before.clone();
    let ecs = after.stacks.iter_mut().find(|stack| stack.id == "ecs");
    let ecs = ecs.unwrap();
    let mut template: Value = serde_json::from_str(ecs.template.as_deref().unwrap()).unwrap();
    let machines = &mut template["Resources"]["MachineTemplate"]["Properties"];
    machines["LaunchTemplateData"]["ImageId"] = json!("ami-0fedcba9876543210");
    machines["LaunchTemplateName"] = json!("lemonade-staging-machines-another");
    ecs.digest = ecs.digest.chars().rev().collect();
    template["Outputs"]["DefinitionDigest"]["Value"] = json!(ecs.digest);
    ecs.template = Some(template.to_string().as_str().into());

    let mut sandbox = Sandbox::new();
    let request = full_request(before);
    sandbox.run(Goal::Deploy, before, &request).succeeded();
    sandbox.run(Goal::Deploy, &after, &request).succeeded();
}
