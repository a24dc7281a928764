//! The rights that deploying takes, as they are generated: who checks is stopped where one of them
//! is lacking, and only there.

use common::assembly::Assembly;
use deploy::plan::{FindingCode, Request, Severity};
use serde_json::{Value, json};
use tests::sample;

use crate::support::{Goal, Sandbox, full_request};

const ROLES: &str = "lemonade-staging-bootstrap-roles";
const BOUNDARIES: &str = "lemonade-staging-bootstrap";

/// Another commit's definition, in which a stack is otherwise.
fn with(assembly: &Assembly, name: &str, change: impl FnOnce(&mut Value)) -> Assembly {
    let mut other = assembly.clone();
    let mut stacks = other.stacks.iter_mut();
    let stack = stacks.find(|one| one.name.as_str() == name).unwrap();
    let mut template: Value = serde_json::from_str(stack.template.as_deref().unwrap()).unwrap();
    change(&mut template["Resources"]);
    stack.digest = "f".repeat(64);
    template["Outputs"]["DefinitionDigest"]["Value"] = stack.digest.clone().into();
    stack.template = Some(template.to_string().as_str().into());
    other
}

/// Another commit's definition, in which the roles are otherwise.
fn with_roles(assembly: &Assembly, change: impl FnOnce(&mut Value)) -> Assembly {
    with(assembly, ROLES, change)
}

/// The actions of the execution role's first statement, which allows.
fn actions(resources: &mut Value) -> &mut Vec<Value> {
    let document = &mut resources["ExecutionRolePolicy1"]["Properties"]["PolicyDocument"];
    let statement = &mut document["Statement"][0];
    assert_eq!(statement["Effect"], "Allow");
    statement["Action"].as_array_mut().unwrap()
}

/// What checking a definition says of the one stack that differs, while another is deployed.
fn said(deployed: &Assembly, checked: &Assembly) -> (Severity, String) {
    let mut sandbox = Sandbox::new();
    let deploy = sandbox.run(Goal::Deploy, deployed, &full_request(deployed));
    deploy.succeeded();
    let checking = Request {
        assume_recovered: true,
        require_permissions: true,
        ..Request::default()
    };
    let plan = sandbox.plan(checked, &checking);
    let mut found = plan.findings.iter();
    let of_bootstrap = |name: &str| [ROLES, BOUNDARIES].contains(&name);
    let finding = found.find(|one| of_bootstrap(&one.stack)).unwrap();
    assert_eq!(finding.code, FindingCode::ManualStack);
    (finding.severity, finding.message.clone())
}

#[test]
fn a_right_more_is_applied_before_what_takes_it_and_a_right_less_blocks_nothing() {
    let older = &sample()[1].assembly;
    let newer = with_roles(older, |all| actions(all).push("braket:CreateJob".into()));

    let (severity, text) = said(older, &newer);
    assert_eq!(severity, Severity::Block);
    assert!(
        text.contains(": ExecutionRole: braket:CreateJob on "),
        "{text}"
    );

    // The older of two commits is checked when the newer's rights are there already.
    let (severity, text) = said(&newer, older);
    assert_eq!(severity, Severity::Note, "{text}");
}

/// As many statements as fit go into a policy: what is added anywhere moves others.
#[test]
fn statements_in_other_policies_of_the_role_are_the_same_rights() {
    let one = &sample()[1].assembly;
    let other = with_roles(one, |all| {
        let [first, last] = ["1", "2"].map(|number| {
            let id = format!("ExecutionRolePolicy{number}");
            all[id]["Properties"]["PolicyDocument"]["Statement"].clone()
        });
        assert_ne!(first, last);
        all["ExecutionRolePolicy1"]["Properties"]["PolicyDocument"]["Statement"] = last;
        all["ExecutionRolePolicy2"]["Properties"]["PolicyDocument"]["Statement"] = first;
        all["DeployRole"]["Properties"]["Description"] = json!("Deploys");
    });
    for (deployed, checked) in [(one, &other), (&other, one)] {
        let (severity, text) = said(deployed, checked);
        assert_eq!(severity, Severity::Note, "{text}");
    }
}

#[test]
fn what_is_no_longer_denied_is_lacking() {
    let older = &sample()[1].assembly;
    let newer = with_roles(older, |all| {
        let document = &mut all["DeployRolePolicy"]["Properties"]["PolicyDocument"];
        let statements = document["Statement"].as_array_mut().unwrap();
        let before = statements.len();
        statements.retain(|one| one["Sid"] != "NoChangeOfOwnRights");
        assert_eq!(statements.len(), before - 1);
    });
    let (severity, text) = said(older, &newer);
    assert_eq!(severity, Severity::Block);
    assert!(
        text.contains(": DeployRole still denies all but iam:PassRole on "),
        "{text}"
    );
    assert_eq!(said(&newer, older).0, Severity::Note);
}

/// A boundary caps them all, and says verbs.
#[test]
fn a_boundary_that_caps_more_is_lacking() {
    let older = &sample()[1].assembly;
    let newer = with(older, BOUNDARIES, |all| {
        let document = &mut all["DefinitionBoundary"]["Properties"]["PolicyDocument"];
        let statement = &mut document["Statement"][0];
        assert_eq!(statement["Sid"], "ServicesOfTheDefinition");
        let actions = statement["Action"].as_array_mut().unwrap();
        actions.push("braket:Create*".into());
    });
    let (severity, text) = said(older, &newer);
    assert_eq!(severity, Severity::Block);
    let lacking = ": DefinitionBoundary: braket:Create* on *";
    assert!(text.ends_with(lacking), "{text}");
    assert_eq!(said(&newer, older).0, Severity::Note);
}

/// What bootstrap does for itself, no deployment takes.
#[test]
fn what_else_bootstrap_holds_blocks_nothing() {
    let older = &sample()[1].assembly;
    let newer = with(older, BOUNDARIES, |all| {
        let document = &mut all["ServiceLinkedRolesRolePolicy"]["Properties"]["PolicyDocument"];
        let statement = &mut document["Statement"][0];
        assert_eq!(statement["Effect"], "Allow");
        statement["Action"] = json!("*");
    });
    let (severity, text) = said(older, &newer);
    assert_eq!(severity, Severity::Note, "{text}");
}
