//! The table of roles in `docs/security.md` is that of the templates.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cicd_stack::permissions::{TYPES_ELSEWHERE, service};
use cloudformation::iam::{self, Effect, Element, Principal, Statement as IamStatement};
use cloudformation::template::{Function, one_or_many, properties, ref_target, resource};
use common::naming::StackKind;
use common::resources::iam::ManagedPolicy;
use common::stack::StackBuilder;
use common::template::policy::{PolicyDocument, Statement};
use review::Environment;
use review::reach::{Network, text};
use serde_json::Value;
use tests::generated::assert_generated;
use tests::{Resource, Synthesis, synthesized};

const FILE: &str = "docs/security.md";

/// What a role may do, counted.
#[derive(Default)]
struct Rights {
    policies: usize,
    actions: usize,
    resources: usize,
    conditions: usize,
    denials: usize,
}

impl Rights {
    fn add(&mut self, document: &Value) {
        self.policies += 1;
        for statement in iam::statements(document).map(read) {
            if statement.effect == Effect::Deny {
                self.denials += 1;
                continue;
            }
            self.actions += listed(Some(&statement.actions)).len();
            self.resources += listed(statement.resources.as_ref()).len();
            self.conditions += statement.conditions.len();
        }
    }
}

fn read(json: &Value) -> IamStatement<'_> {
    IamStatement::read(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

/// The patterns that an element lists; none of its `Not…` form.
fn listed<'e, 'v>(element: Option<&'e Element<&'v Value>>) -> &'e [&'v Value] {
    match element {
        Some(Element::AnyOf(values)) => values,
        Some(Element::NoneOf(_)) | None => &[],
    }
}

/// Whom a statement of a trust policy names.
fn trusted<'a>(statement: &IamStatement<'a>) -> Vec<&'a str> {
    let principals = statement.principals.iter().flat_map(Element::values);
    principals
        .filter_map(|principal| match principal {
            Principal::Named { kind, .. } if *kind == "Federated" => Some("workflows of GitHub"),
            Principal::Named { kind, value } if *kind == "Service" => {
                Some(value.as_str()?.trim_end_matches(".amazonaws.com"))
            }
            _ => Some("people of the account"),
        })
        .collect()
}

/// The text of `Fn::Sub`.
fn substituted(value: &Value) -> Option<&str> {
    match Function::of(value) {
        Some(Function::Sub(sub)) => Some(sub.text),
        _ => None,
    }
}

/// The statements that a role takes from policies of its own stack; AWS's managed policies are
/// named beside them.
fn row(synthesis: &Synthesis, role: &Resource<'_>) -> String {
    let mut rights = Rights::default();
    let mut managed = Vec::new();
    for policy in one_or_many(Some(role.property("ManagedPolicyArns"))) {
        match synthesis.target(role.place.stack, policy) {
            Some(place) => {
                let template = &synthesis.templates[place.stack];
                let policy = resource(template, place.id).unwrap();
                rights.add(&properties(policy)["PolicyDocument"]);
            }
            None => managed.extend(substituted(policy).and_then(|arn| arn.rsplit('/').next())),
        }
    }
    let trusted: Vec<&str> = iam::statements(role.property("AssumeRolePolicyDocument"))
        .flat_map(|statement| trusted(&read(statement)))
        .collect();
    let boundary = role.property("PermissionsBoundary").to_string();
    let boundary = ["workload", "definition"]
        .into_iter()
        .find(|name| boundary.to_lowercase().contains(name))
        .unwrap_or("none");
    format!(
        "| `{}` | {} | {boundary} | {} | {} | {} | {} | {} | {} |",
        role.property("RoleName").as_str().unwrap_or("?"),
        trusted.join(", "),
        rights.policies,
        rights.actions,
        rights.resources,
        rights.conditions,
        rights.denials,
        managed.join(", "),
    )
}

fn table() -> String {
    let mut table = String::from(
        "| role | for | boundary | policies | actions | resources | conditions | denials | managed by AWS |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let staging = synthesized()
        .iter()
        .find(|synthesis| synthesis.environment.name.as_str() == "staging")
        .unwrap();
    let mut rows: Vec<String> = staging
        .of_type("AWS::IAM::Role")
        .map(|role| row(staging, &role))
        .collect();
    rows.sort();
    for row in rows {
        writeln!(table, "{row}").unwrap();
    }
    table
}

#[test]
fn the_table_of_roles_is_up_to_date() {
    assert_generated(FILE, "roles", &table());
}

/// As the page says above the table.
#[test]
fn production_has_staging_s_roles() {
    let [production, staging] = ["production", "staging"].map(|environment| {
        let mut all = synthesized().iter();
        let synthesis = all.find(|one| one.environment.name.as_str() == environment);
        let roles = synthesis.unwrap().of_type("AWS::IAM::Role");
        let name = |role: Resource<'_>| {
            let name = role.property("RoleName").as_str().unwrap().to_owned();
            name.replace(environment, "")
        };
        roles.map(name).collect::<BTreeSet<_>>()
    });
    assert_eq!(production, staging);
}

/// A crate whose stacks `ecs-stack` doesn't import from is not known to the one that generates what
/// CloudFormation may do.
#[test]
fn what_cloudformation_may_do_covers_every_stack() {
    for synthesis in synthesized() {
        let deployed = synthesis.assembly.stacks.iter();
        let deployed = deployed.filter(|stack| !stack.applied_manually);
        let (own, others): (Vec<_>, Vec<_>) = deployed
            .cloned()
            .partition(|stack| stack.crate_name == "cicd-stack");
        let managed = cicd_stack::managed_types(&synthesis.environment, &own);
        let mut held: BTreeSet<&str> = ecs_stack::resource_types(&synthesis.environment);
        for stack in own.iter().chain(&others) {
            for resource_type in &stack.resource_types {
                held.insert(resource_type);
                assert!(
                    managed.contains(resource_type.as_str()),
                    "{} of {} holds {resource_type}, which CloudFormation may not manage; add it to \
                     `TYPES_ELSEWHERE` in cicd-stack/src/permissions/calls.rs",
                    stack.name,
                    stack.crate_name
                );
            }
        }
        for resource_type in TYPES_ELSEWHERE {
            assert!(
                held.contains(resource_type),
                "no stack holds {resource_type}; remove it from `TYPES_ELSEWHERE`"
            );
        }
    }
}

#[test]
fn every_role_has_a_boundary() {
    for synthesis in synthesized() {
        for role in synthesis.of_type("AWS::IAM::Role") {
            assert!(
                !role.property("PermissionsBoundary").is_null(),
                "{:?}",
                role.place.id
            );
        }
    }
}

/// IAM deletes no policy that is a principal's boundary. What is named by its ARN may be deleted at the
/// same time; what is referred to waits.
#[test]
fn a_boundary_of_the_same_stack_outlives_the_roles_that_it_bounds() {
    let mut seen = 0;
    for synthesis in synthesized() {
        for role in synthesis.of_type("AWS::IAM::Role") {
            let boundary = role.property("PermissionsBoundary");
            let stack = role.place.stack;
            for policy in synthesis.of_type("AWS::IAM::ManagedPolicy") {
                let name = policy.property("ManagedPolicyName").as_str().unwrap();
                let named = substituted(boundary).unwrap_or_default();
                if policy.place.stack == stack {
                    assert!(!named.ends_with(&format!("/{name}")), "{:?}", role.place);
                    seen += usize::from(ref_target(boundary) == Some(policy.place.id));
                }
            }
        }
    }
    // The roles of bootstrap's own function and cache, in both environments.
    assert_eq!(seen, 4);
}

/// In every stack, not only where policies are generated. A boundary gives nothing.
#[test]
fn everything_is_allowed_only_for_actions_that_know_no_resources() {
    for synthesis in synthesized() {
        for policy in synthesis.of_type("AWS::IAM::ManagedPolicy") {
            let place = policy.place;
            if place.id.ends_with("Boundary") {
                continue;
            }
            for statement in iam::statements(policy.property("PolicyDocument")).map(read) {
                let mut resources = listed(statement.resources.as_ref()).iter();
                let everything = resources.any(|place| *place == "*");
                if statement.effect == Effect::Deny || !everything {
                    continue;
                }
                for action in listed(Some(&statement.actions)) {
                    let (prefix, name) = action.as_str().unwrap().split_once(':').unwrap();
                    let service = service(prefix).unwrap_or_else(|| panic!("{prefix}"));
                    assert!(service.is_unscoped(name), "{place:?} allows {action} on *");
                    assert!(service.page.starts_with("https://docs.aws.amazon.com/"));
                }
            }
        }
    }
}

/// IAM would say so when the policy is made, after half of the stack.
#[test]
fn a_policy_that_iam_would_not_take_is_refused() {
    let environment = &synthesized()[0].environment;
    let name = environment.names().stack(&StackKind::Network);
    let mut stack = StackBuilder::new(environment, name, "A stack with a long policy");
    let long = |number: usize| {
        Statement::allow(["sns:Publish"])
            .sid(&format!("Number{number}"))
            .on(format!(
                "arn:aws:sns:eu-west-1:111122223333:{}",
                "x".repeat(200)
            ))
    };
    let document = (0..30)
        .map(long)
        .fold(PolicyDocument::new(), PolicyDocument::with);
    stack.template.add("Long", ManagedPolicy::new(document));
    let error = stack.finish("tests").unwrap_err();
    insta::assert_snapshot!(error, @"stack lemonade-production-network: the policy `Long` has 9268 characters, IAM takes 6144: say less, or make two policies of it");
}

/// Without files and lines, which move with every edit.
#[test]
fn the_path_to_the_database_is_documented() {
    let production = synthesized().iter().find(|one| one.environment.protected);
    let mut assembly = production.unwrap().assembly.clone();
    for stack in &mut assembly.stacks {
        stack.locations.clear();
    }
    let environment = Environment::new(&assembly).unwrap();
    let answers = Network::new(&environment).reach_named("machines", "database", None);
    let text = format!("```text\n{}```\n", text(&answers.unwrap()));
    assert_generated(FILE, "reach", &text);
}
