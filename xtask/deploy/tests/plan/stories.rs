//! Deployments that follow each other, and what a plan holds beside its text.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use deploy::plan::{
    Acknowledgement, Action, DeployStep, Finding, FindingCode, Operation, Phase, Plan, Request,
};
use serde_json::Value;

use crate::support::{Cloud, Scenario, planned};

fn plan(cloud: &Cloud, scenario: &Scenario, request: &Request) -> Plan {
    planned(cloud, &scenario.assembly(), request, scenario.destroy).0
}

fn deploy(cloud: &mut Cloud, plan: &Plan) {
    for step in &plan.steps {
        cloud.apply(plan, step).unwrap();
    }
}

fn step<'a>(plan: &'a Plan, id: &str) -> &'a DeployStep {
    let step = plan.steps.iter().find(|step| step.id.0 == id).unwrap();
    let Operation::Deploy(step) = &step.operation else {
        panic!("{step}");
    };
    step
}

fn acknowledge(request: &mut Request, plan: &Plan) {
    let findings = plan.findings.iter().filter(|finding| finding.is_blocking());
    request
        .acknowledged
        .extend(findings.map(Finding::acknowledgement));
}

const CONSUMER_UNDEFINED: &str = r#"
about = ""
[deployed.network]
resources.Key = { Type = "AWS::KMS::Key", DeletionPolicy = "RetainExceptOnCreate", DependsOn = "Topic" }
resources.Topic = { Type = "AWS::SNS::Topic" }
exports = { Key = "!GetAtt Key.Arn", Free = "!Ref Handle" }
[deployed.old]
imports = ["network-Key"]
[defined.network]
exports = { New = "!Ref Handle" }
"#;

/// The producer keeps what an undefined stack imports, is unchanged for as long as that stays, and
/// lets go with it.
#[test]
fn an_export_is_kept_until_its_importer_is_pruned() {
    let scenario = Scenario::read(CONSUMER_UNDEFINED);
    let mut cloud = scenario.cloud();
    let mut request = Request::default();
    let mut text = String::new();

    let first = plan(&cloud, &scenario, &request);
    let kept = step(&first, "lemonade-staging-network");
    assert_eq!(kept.phase, Phase::Expand);
    let template: Value = serde_json::from_str(&first.templates[&kept.template]).unwrap();
    insta::assert_json_snapshot!("expanded-template", template);
    writeln!(text, "{first}").unwrap();
    deploy(&mut cloud, &first);

    let second = plan(&cloud, &scenario, &request);
    assert!(second.is_empty());
    writeln!(text, "{second}").unwrap();

    request.prune = true;
    let third = plan(&cloud, &scenario, &request);
    writeln!(text, "{third}").unwrap();
    acknowledge(&mut request, &third);
    let third = plan(&cloud, &scenario, &request);
    assert_eq!(
        step(&third, "lemonade-staging-network").phase,
        Phase::Contract
    );
    writeln!(text, "{third}").unwrap();
    deploy(&mut cloud, &third);

    assert!(plan(&cloud, &scenario, &request).is_empty());
    insta::assert_snapshot!("kept-until-pruned", text);
}

const REPLACEMENT: &str = r#"
about = ""
environment = "production"
request.role = "arn:aws:iam::444455556666:role/execution"
[deployed.network]
resources.Vpc = { Type = "AWS::EC2::VPC", Properties = { CidrBlock = "10.0.0.0/16" } }
resources.Gateway = { Type = "AWS::EC2::NatGateway", Properties = { SubnetId = "a" } }
resources.Bucket = { Type = "AWS::S3::Bucket", DeletionPolicy = "RetainExceptOnCreate" }
[defined.network]
resources.Vpc = { Type = "AWS::EC2::VPC", Properties = { CidrBlock = "10.1.0.0/16" } }
resources.Gateway = { Type = "AWS::EC2::NatGateway", Properties = { SubnetId = "a" } }
resources.Bucket = { Type = "AWS::S3::Bucket", DeletionPolicy = "RetainExceptOnCreate" }
"#;

/// The policy lets through what was acknowledged, nothing else, and is whole again afterwards.
#[test]
fn an_acknowledged_replacement_overrides_the_policy_for_its_step() {
    let scenario = Scenario::read(REPLACEMENT);
    let cloud = scenario.cloud();
    let mut request = scenario.request();
    let blocked = plan(&cloud, &scenario, &request);
    assert_eq!(blocked.stacks[0].action, Action::Blocked);
    assert!(blocked.steps.is_empty());
    acknowledge(&mut request, &blocked);
    let plan = plan(&cloud, &scenario, &request);
    let mut step = step(&plan, "lemonade-production-network").clone();
    step.template = "<hash>".to_owned();
    step.digest = "<digest>".to_owned();
    insta::assert_json_snapshot!("acknowledged-replacement", step);
}

/// An acknowledgement is bound to the change, not to the resource.
#[test]
fn an_acknowledgement_does_not_stand_for_another_change() {
    let scenario = Scenario::read(REPLACEMENT);
    let cloud = scenario.cloud();
    let mut request = scenario.request();
    let blocked = plan(&cloud, &scenario, &request);
    acknowledge(&mut request, &blocked);
    let other = Scenario::read(&REPLACEMENT.replace("10.1.0.0", "10.2.0.0"));
    assert!(plan(&cloud, &other, &request).is_blocked());
}

/// Nor for another cause of the same loss.
#[test]
fn an_acknowledgement_is_bound_to_the_cause_of_a_replacement() {
    let text = |topic: &str| {
        format!(
            r#"
about = ""
[deployed.ecs]
resources.Topic = {{ Type = "AWS::EC2::Subnet", Properties = {{ VpcId = "a" }} }}
resources.Gateway = {{ Type = "AWS::EC2::NatGateway", Properties = {{ SubnetId = "!Ref Topic" }} }}
[defined.ecs]
resources.Topic = {{ Type = "AWS::EC2::Subnet", Properties = {{ VpcId = "{topic}" }} }}
resources.Gateway = {{ Type = "AWS::EC2::NatGateway", Properties = {{ SubnetId = "!Ref Topic" }} }}
"#
        )
    };
    let acknowledgements = |topic: &str| -> BTreeSet<Acknowledgement> {
        let scenario = Scenario::read(&text(topic));
        let plan = plan(&scenario.cloud(), &scenario, &Request::default());
        assert_eq!(plan.findings.len(), 2);
        plan.findings.iter().map(Finding::acknowledgement).collect()
    };
    assert!(acknowledgements("b").is_disjoint(&acknowledgements("c")));
}

/// What is kept has to fit beside what is new.
#[test]
fn a_template_that_would_be_too_large_is_blocked() {
    let text = |kept: &str, name: char| {
        let bulk = name.to_string().repeat(30_000);
        format!(
            "[{kept}.network]\nresources.{name} = {{ Type = 'AWS::SSM::Parameter', Properties = {{ \
             Value = '{bulk}' }} }}\nexports.{name} = '!Ref {name}'\n"
        )
    };
    let scenario = Scenario::read(&format!(
        "about = ''\n{}{}[both.other]\n[deployed.ecs]\nimports = ['network-A']\n[defined.ecs]\n\
         imports = ['network-B']",
        text("deployed", 'A'),
        text("defined", 'B'),
    ));
    let plan = plan(&scenario.cloud(), &scenario, &Request::default());
    let blocking: Vec<&Finding> = plan
        .findings
        .iter()
        .filter(|one| one.is_blocking())
        .collect();
    assert_eq!(blocking.len(), 1, "{plan}");
    assert_eq!(blocking[0].code, FindingCode::ExportRetained);
    assert!(plan.steps.is_empty());
    let message = &blocking[0].message;
    assert!(
        message.ends_with("bytes; CloudFormation's limit is 51200"),
        "{message}"
    );
}

/// A plan remembers what it saw of the stacks that its steps touch or rely on.
#[test]
fn what_was_observed_is_part_of_the_plan() {
    let scenario = Scenario::read(
        r#"
about = ""
[both.network]
exports.Vpc = "!Ref Handle"
[both.unrelated]
[defined.ecs]
imports = ["network-Vpc"]
"#,
    );
    let plan = plan(&scenario.cloud(), &scenario, &Request::default());
    insta::assert_json_snapshot!("observed", plan.observed);
}

/// A retained resource that was removed once, and comes back, is taken in again.
#[test]
fn what_may_exist_already_is_imported() {
    let scenario = Scenario::read(
        r#"
about = ""
[deployed.application-web]
[defined.application-web]
resources.Repository = { Type = "AWS::ECR::Repository", DeletionPolicy = "RetainExceptOnCreate" }
[defined.application-api]
[deployed.ecs]
[defined.ecs]
resources.Topic = { Type = "AWS::SNS::Topic" }
"#,
    );
    let plan = plan(&scenario.cloud(), &scenario, &Request::default());
    assert!(step(&plan, "lemonade-staging-application-web").import_existing);
    assert!(step(&plan, "lemonade-staging-application-api").import_existing);
    assert!(!step(&plan, "lemonade-staging-ecs").import_existing);
}

/// The role of deployments is for everything but what a person applies.
#[test]
fn what_a_person_applies_has_no_role() {
    let scenario = Scenario::read(
        r#"
about = ""
request = { manual_stacks = true, role = "role" }
[defined.bootstrap]
manual_stacks = true
[defined.network]
[deployed.old]
"#,
    );
    let mut request = scenario.request();
    request.prune = true;
    let plan = plan(&scenario.cloud(), &scenario, &request);
    // What the stack was given last may be gone with another stack by then.
    let deletion = plan.steps.iter().find_map(|step| match &step.operation {
        Operation::Delete { role, .. } => role.as_deref(),
        _ => None,
    });
    assert_eq!(deletion, Some("role"));
    assert_eq!(step(&plan, "lemonade-staging-bootstrap").role, None);
    assert_eq!(
        step(&plan, "lemonade-staging-network").role.as_deref(),
        Some("role")
    );
}

/// A thousand stacks that nothing differs in are compared by their listing alone; a thousand that
/// differ need no more than three rounds.
#[test]
fn a_thousand_stacks_are_planned() {
    let stacks = |topic: &str| {
        let mut text = String::new();
        for number in 0..1_000 {
            writeln!(
                text,
                "[{topic}.service-{number}]\nimports = ['network-Vpc']\nexports.Id = '!Ref Handle'"
            )
            .unwrap();
        }
        text
    };
    let network = "[both.network]\nexports.Vpc = '!Ref Handle'\n";
    let same = Scenario::read(&format!("about = ''\n{network}{}", stacks("both")));
    let (plan, rounds) = planned(&same.cloud(), &same.assembly(), &Request::default(), false);
    assert!(plan.is_empty() && rounds.is_empty());

    let new = Scenario::read(&format!("about = ''\n{network}{}", stacks("defined")));
    let (plan, rounds) = planned(&new.cloud(), &new.assembly(), &Request::default(), false);
    assert_eq!((plan.steps.len(), rounds.len()), (1_000, 0));
}

/// The policy of what was guarded keeps it, also when the definition guards nothing any more.
#[test]
fn the_last_guarded_resource_leaves() {
    let scenario = Scenario::read(
        r#"
about = ""
environment = "production"
request.role = "arn:aws:iam::444455556666:role/execution"
[deployed.network]
resources.Vpc = { Type = "AWS::EC2::VPC", Properties = { CidrBlock = "10.0.0.0/16" } }
resources.Topic = { Type = "AWS::SNS::Topic" }
[defined.network]
resources.Topic = { Type = "AWS::SNS::Topic" }
"#,
    );
    let cloud = scenario.cloud();
    let mut request = scenario.request();
    let blocked = plan(&cloud, &scenario, &request);
    assert!(blocked.steps.is_empty());
    acknowledge(&mut request, &blocked);
    let plan = plan(&cloud, &scenario, &request);
    let step = step(&plan, "lemonade-production-network");
    let denies = |policy: &str| policy.contains("Deny");
    assert!(!denies(&step.policy_override.as_ref().unwrap().policy));
    assert!(!denies(step.policy.as_ref().unwrap()));
}

/// A release is made from what was defined when it began; the service is not brought back to that.
#[test]
fn a_stack_that_keeps_its_template_gets_the_image_and_nothing_else() {
    let scenarios = [
        include_str!("scenarios/previous-template.toml"),
        include_str!("scenarios/previous-template-nothing-given.toml"),
    ];
    for (text, steps) in scenarios.into_iter().zip([2, 0]) {
        let scenario = Scenario::read(text);
        let mut cloud = scenario.cloud();
        let name = "lemonade-staging-service-web";
        let before = cloud.stacks[name].clone();
        let request = scenario.request();
        let plan = plan(&cloud, &scenario, &request);
        assert_eq!(plan.steps.len(), steps);
        deploy(&mut cloud, &plan);
        let after = &cloud.stacks[name];
        assert_eq!(after.parameters, request.parameters[name]);
        assert_eq!(after.template, before.template);
        assert_eq!(after.tags, before.tags);
        assert_eq!(after.protected, before.protected);
    }
}
