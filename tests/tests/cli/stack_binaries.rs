//! The binary of a stack crate.

use tests::binaries::run;
use tests::synthesized;

use crate::{stderr, stdout};

#[test]
fn a_stack_binary_prints_its_template() {
    for synthesis in synthesized() {
        let name = synthesis.environment.name.as_str();
        let stacks = &synthesis.assembly.stacks;
        let network = stacks.iter().find(|stack| stack.id == "network").unwrap();
        let output = run("network-stack", &["--env", name]);
        let expected = common::template::indented(network.template.as_deref().unwrap());
        assert_eq!(stdout(&output), expected);

        let output = run(
            "ecs-stack",
            &["--env", name, "--stack", "ecs", "--format", "json"],
        );
        let printed: Vec<common::stack::StackArtifact> =
            serde_json::from_str(stdout(&output)).unwrap();
        let ecs: Vec<_> = stacks
            .iter()
            .filter(|stack| stack.id == "ecs")
            .cloned()
            .collect();
        assert_eq!(printed, ecs);
    }
}

#[test]
fn a_stack_binary_has_no_default_environment() {
    let output = run("network-stack", &[]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(stderr(&output), @"
    error: the following required arguments were not provided:
      --env <ENVIRONMENT>

    Usage: network-stack --env <ENVIRONMENT>

    For more information, try '--help'.
    ");
}

#[test]
fn a_stack_binary_knows_its_stacks() {
    let output = run("network-stack", &["--env", "staging", "--stack", "netwrok"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(stderr(&output), @"
    there is no stack `netwrok`
      = help: this crate defines network
    ");
}
