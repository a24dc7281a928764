//! What must hold of the role of a workflow that promotes.

use std::path::Path;

use common::Definition;
use common::application::Promotion;
use common::environment::{Environment, EnvironmentName};
use serde_json::{Value, json};

/// An environment of the definition that tests speak of: `web` opts in there.
fn environment(name: EnvironmentName) -> Environment {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/definition");
    let definition = Definition::load(&folder).unwrap();
    definition.environment(name).unwrap().clone()
}

/// The resources of an application's pipeline.
fn resources(environment: &Environment, application: &str) -> Value {
    let application = environment.application(application).unwrap();
    let stack = cicd_stack::pipeline::stack(environment, application).unwrap();
    let template = stack.template.as_deref().unwrap();
    serde_json::from_str::<Value>(template).unwrap()["Resources"].take()
}

#[test]
fn who_opts_in_gets_a_role_in_staging_that_asks_about_its_pipeline() {
    let staging = environment(EnvironmentName::Staging);
    let resources = resources(&staging, "web");
    let role = &resources["PromoteRole"]["Properties"];
    let github = "token.actions.githubusercontent.com";
    assert_eq!(
        role["AssumeRolePolicyDocument"]["Statement"],
        json!([{
            "Effect": "Allow",
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": { "Federated": { "Fn::Sub": format!(
                "arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:oidc-provider/{github}"
            ) } },
            "Condition": { "StringEquals": {
                format!("{github}:aud"): "sts.amazonaws.com",
                format!("{github}:sub"): "repo:lemonade@123456/web@456789:ref:refs/heads/next",
            } },
        }])
    );
    let boundary = role["PermissionsBoundary"].to_string();
    assert!(boundary.contains("definition-boundary"), "{boundary}");
    let policy = &resources["PromoteRolePolicy"]["Properties"];
    assert_eq!(
        policy["PolicyDocument"]["Statement"],
        json!([{
            "Sid": "WhatHasCompleted",
            "Effect": "Allow",
            "Action": "codepipeline:ListPipelineExecutions",
            "Resource": format!(
                "arn:aws:codepipeline:{}:{}:web-lemonade-staging",
                staging.region, staging.account
            ),
        }])
    );
}

/// The owner decides by a setting; production is moved from staging, and has nothing to ask.
#[test]
fn nothing_else_is_there_to_act_as() {
    for name in EnvironmentName::ALL {
        let environment = environment(name);
        for application in &environment.applications {
            let automatic = matches!(application.promotion, Promotion::Automatic(_));
            assert_eq!(automatic, application.name.as_str() == "web");
            let resources = resources(&environment, application.name.as_str());
            let is_there = resources.get("PromoteRole").is_some();
            let expected = automatic && name == EnvironmentName::Staging;
            assert_eq!(is_there, expected, "{name}: {}", application.name);
        }
    }
}
