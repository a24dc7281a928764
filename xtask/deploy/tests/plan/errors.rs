//! What is refused, and how that is said.

use std::collections::BTreeSet;
use std::error::Error;

use deploy::plan::{Plan, Request, plan};

use crate::support::{Scenario, planned};

const SCENARIO: &str = r#"
about = ""
[deployed.service-web]
[defined.service-web]
parameters = ["ImageDigest"]
values.ImageDigest = "sha256:1"
"#;

fn refusal(request: &Request) -> String {
    let scenario = Scenario::read(SCENARIO);
    let observed = scenario.cloud().listing();
    let error = plan(&scenario.assembly(), &observed, request).unwrap_err();
    error.to_string()
}

#[test]
fn an_unknown_stack_is_named_with_the_nearest() {
    let request = Request {
        only: Some(BTreeSet::from(["lemonade-staging-service-wbe".into()])),
        ..Request::default()
    };
    insta::assert_snapshot!(refusal(&request), @r"
    no stack is called `lemonade-staging-service-wbe`
      = help: did you mean `lemonade-staging-service-web`?
    ");
}

#[test]
fn an_unknown_parameter_is_named_with_the_nearest() {
    let mut request = Request::default();
    let values = request
        .parameters
        .entry("lemonade-staging-service-web".into())
        .or_default();
    values.insert("ImageDigset".to_owned(), "sha256:2".to_owned());
    insta::assert_snapshot!(refusal(&request), @r"
    stack lemonade-staging-service-web has no parameter `ImageDigset`
      = help: did you mean `ImageDigest`?
    ");
}

#[test]
fn a_deployed_template_that_is_not_json_is_named() {
    let scenario = Scenario::read("about = ''\n[deployed.ecs]\nimports = ['x']\n[defined.ecs]");
    let mut observed = scenario.cloud().listing();
    let yaml = "Resources: {}".to_owned();
    observed
        .templates
        .insert("lemonade-staging-ecs".into(), yaml);
    let error = plan(&scenario.assembly(), &observed, &Request::default()).unwrap_err();
    insta::assert_snapshot!(error, @"the deployed template of lemonade-staging-ecs is not a JSON template");
    insta::assert_snapshot!(error.source().unwrap(), @"expected value at line 1 column 1");
}

#[test]
fn an_assembly_without_its_templates_is_refused() {
    let scenario = Scenario::read("about = ''\n[defined.ecs]");
    let mut assembly = scenario.assembly();
    assembly.stacks[0].template = None;
    let observed = scenario.cloud().listing();
    let error = plan(&assembly, &observed, &Request::default()).unwrap_err();
    insta::assert_snapshot!(error, @"the template of lemonade-staging-ecs is not in the assembly");
}

#[test]
fn a_plan_of_another_version_is_refused_as_that() {
    let text = r#"{ "version": 2, "newField": true }"#;
    insta::assert_snapshot!(Plan::load(text).unwrap_err(), @r"
    the plan has version 2, but this program reads version 1
      = help: create the plan again
    ");
}

#[test]
fn what_is_not_a_plan_is_refused() {
    let scenario = Scenario::read(SCENARIO);
    let (plan, _) = planned(
        &scenario.cloud(),
        &scenario.assembly(),
        &scenario.request(),
        false,
    );
    let saved = plan.save().unwrap();
    let unknown = saved.replacen('{', "{ \"newField\": true,", 1);
    let error = Plan::load(&unknown).unwrap_err();
    let cause = error.source().unwrap().to_string();
    assert!(cause.starts_with("unknown field `newField`"), "{cause}");
    insta::assert_snapshot!(Plan::load("[]").unwrap_err(), @"this is not a plan");
}

#[test]
fn a_template_that_was_changed_in_the_file_is_refused() {
    let scenario = Scenario::read("about = ''\n[defined.ecs]");
    let (mut plan, _) = planned(
        &scenario.cloud(),
        &scenario.assembly(),
        &scenario.request(),
        false,
    );
    let template = plan.templates.values_mut().next().unwrap();
    template.push(' ');
    let error = Plan::load(&plan.save().unwrap()).unwrap_err().to_string();
    assert!(
        error.starts_with("a template in the plan was modified"),
        "{error}"
    );
}
