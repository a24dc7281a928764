//! What must hold of the role that looks for drift.

use std::collections::BTreeSet;

use cicd_stack::permissions::{denial_reason, is_hand_written, only_reads};
use common::resources::type_facts;
use serde_json::Value;

use crate::support::{Synthesized, named, places, synthesized, texts};

const POLICY: &str = "bootstrap-roles/DriftRolePolicy";

fn statements(synthesized: &Synthesized) -> Vec<&Value> {
    synthesized
        .statements()
        .filter(|(place, _)| place.starts_with(POLICY))
        .map(|(_, statement)| statement)
        .collect()
}

/// Every type of every stack, bootstrap's own among them.
fn types(synthesized: &Synthesized) -> BTreeSet<String> {
    let running = ecs_stack::resource_types(&synthesized.environment);
    let own = synthesized.stacks.iter().map(|(stack, _)| stack);
    own.flat_map(|stack| stack.resource_types.clone())
        .chain(running.into_iter().map(str::to_owned))
        .collect()
}

/// CloudFormation reads with the caller's credentials, and fails the detection where one is missing.
#[test]
fn it_reads_every_type_that_the_stacks_hold() {
    for synthesized in synthesized() {
        let allowed: BTreeSet<&str> = statements(synthesized)
            .into_iter()
            .flat_map(|statement| texts(&statement["Action"]))
            .collect();
        let covers = |action: &str| {
            let mut patterns = allowed.iter().filter_map(|one| one.strip_suffix('*'));
            allowed.contains(action) || patterns.any(|verb| action.starts_with(verb))
        };
        let types = types(synthesized);
        for budget in ["AWS::Budgets::Budget", "AWS::IAM::Role", "AWS::KMS::Key"] {
            assert!(types.contains(budget), "{budget}");
        }
        for resource_type in types {
            for &action in type_facts(&resource_type).unwrap().permissions.read {
                let is_denied = denial_reason(action).is_some() && !is_hand_written(action);
                assert!(
                    covers(action) || is_denied || !only_reads(action),
                    "{resource_type} takes {action}"
                );
            }
        }
        // Of a type whose schema lists nothing.
        assert!(covers("codebuild:BatchGetProjects"));
    }
}

#[test]
fn it_writes_nothing_and_reads_no_value_of_a_secret() {
    for synthesized in synthesized() {
        let begins = [
            "cloudformation:BatchDescribeTypeConfigurations",
            "cloudformation:DetectStackDrift",
            "cloudformation:DetectStackResourceDrift",
        ];
        let statements = statements(synthesized);
        assert!(statements.len() > 10, "{}", statements.len());
        for statement in statements {
            assert_eq!(statement["Effect"], "Allow", "{statement}");
            for action in texts(&statement["Action"]) {
                assert!(begins.contains(&action) || only_reads(action), "{action}");
                for value in [
                    "secretsmanager:GetSecretValue",
                    "s3:GetObject",
                    "kms:Decrypt",
                ] {
                    assert_ne!(action, value);
                }
            }
        }
    }
}

/// Any principal of the account that is allowed to; no role of the definition, whatever its policies say.
#[test]
fn a_person_of_the_account_assumes_it_and_no_role_of_the_definition() {
    for synthesized in synthesized() {
        let template = synthesized.template("bootstrap-roles");
        let role = &template["Resources"]["DriftRole"]["Properties"];
        let trust = &role["AssumeRolePolicyDocument"]["Statement"][0];
        assert!(trust["Principal"]["AWS"].to_string().ends_with(":root\"}"));
        let but = &trust["Condition"]["ArnNotLike"]["aws:PrincipalArn"];
        assert!(but.to_string().contains(":role/lemonade/*"), "{trust}");
        for (place, statement) in synthesized.statements() {
            for action in texts(&statement["Action"]) {
                let assumes = action.starts_with("sts:") && statement["Effect"] == "Allow";
                assert!(!assumes, "{place}: {action}");
            }
        }
    }
}

/// CloudFormation reads as its caller: who may begin a detection without the reads would see it fail.
#[test]
fn nothing_else_begins_a_detection() {
    for synthesized in synthesized() {
        for (place, statement) in synthesized.statements() {
            let detects = texts(&statement["Action"])
                .iter()
                .any(|action| action.starts_with("cloudformation:Detect"));
            let is_boundary = place.ends_with("Boundary");
            assert!(
                !detects || is_boundary || place.starts_with(POLICY),
                "{place}: {statement}"
            );
        }
    }
}

/// What a person changes by hand at bootstrap lifts what limits everything else, so it is looked at too; and
/// what bootstrap holds stays a person's.
#[test]
fn the_boundary_lets_it_look_at_bootstrap_and_lets_nothing_change_it() {
    for synthesized in synthesized() {
        let boundary = synthesized.policy("bootstrap", "DefinitionBoundary");
        let denied = named(boundary, "BootstrapIsAPersons");
        for allowed in texts(&denied["NotAction"]) {
            let (_, name) = allowed.split_once(':').unwrap();
            let verbs = ["Describe", "Detect", "Get", "List"];
            let looks = verbs.iter().any(|verb| name.starts_with(verb));
            assert!(looks || allowed == "iam:PassRole", "{allowed}");
        }
        for allowed in ["cloudformation:Detect*", "iam:Get*", "iam:List*"] {
            assert!(texts(&denied["NotAction"]).contains(&allowed), "{allowed}");
        }
        assert!(places(denied).iter().any(|on| on.ends_with("-bootstrap*")));
    }
}
