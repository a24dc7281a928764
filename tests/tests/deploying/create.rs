//! An environment comes into being, and stays as it is.

use std::collections::BTreeMap;
use std::time::Duration;

use common::environment::EnvironmentName;
use emulator::port::Operation;
use tests::synthesized;

use crate::support::{Goal, Sandbox, assert_nothing_to_do, full_request};

#[test]
fn every_environment_is_created_whole_and_a_second_run_changes_nothing() {
    for synthesis in synthesized() {
        let assembly = &synthesis.assembly;
        let request = full_request(assembly);
        let mut sandbox = Sandbox::new();
        sandbox.run(Goal::Deploy, assembly, &request).succeeded();
        sandbox.assert_as_defined(assembly);
        assert_nothing_to_do(&mut sandbox, assembly, &request);
    }
}

/// A no-op costs the pages of one listing, one question who is asking, and one policy per guarded
/// stack of an environment that is protected.
#[test]
fn what_is_as_defined_costs_a_handful_of_calls() {
    for synthesis in synthesized() {
        let assembly = &synthesis.assembly;
        let request = full_request(assembly);
        let mut sandbox = Sandbox::new();
        sandbox.run(Goal::Deploy, assembly, &request).succeeded();
        let again = sandbox.run(Goal::Deploy, assembly, &request);
        let mut counted: BTreeMap<Operation, usize> = BTreeMap::new();
        for call in &again.calls {
            *counted.entry(call.operation).or_default() += 1;
        }
        let policies = match assembly.environment {
            EnvironmentName::Staging => 0,
            EnvironmentName::Production => {
                let guarded = |stack: &&common::stack::StackArtifact| {
                    stack.termination_protection
                        && stack.application.is_none()
                        && !stack.guarded.is_empty()
                };
                assembly.stacks.iter().filter(guarded).count()
            }
        };
        let mut expected = BTreeMap::from([(Operation::Identity, 1), (Operation::Stacks, 1)]);
        if policies > 0 {
            expected.insert(Operation::StackPolicy, policies);
        }
        assert_eq!(counted, expected, "{}", assembly.environment);
        assert!(again.took < Duration::from_secs(60));
    }
}
