//! The table of roles in `docs/security.md` is that of the templates.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cicd_stack::permissions::TYPES_ELSEWHERE;
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
        for statement in many(&document["Statement"]) {
            if statement["Effect"] == "Deny" {
                self.denials += 1;
                continue;
            }
            self.actions += many(&statement["Action"]).len();
            self.resources += many(&statement["Resource"]).len();
            let operators = statement["Condition"].as_object().into_iter().flatten();
            self.conditions += operators
                .map(|(_, keys)| keys.as_object().map_or(0, serde_json::Map::len))
                .sum::<usize>();
        }
    }
}

fn many(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

/// The statements that a role takes from policies of its own stack; AWS's managed policies are
/// named beside them.
fn row(synthesis: &Synthesis, role: &Resource<'_>) -> String {
    let mut rights = Rights::default();
    let mut managed = Vec::new();
    for policy in many(role.property("ManagedPolicyArns")) {
        match synthesis.target(role.place.stack, policy) {
            Some(place) => {
                let template = &synthesis.templates[place.stack];
                rights.add(&template["Resources"][place.id]["Properties"]["PolicyDocument"]);
            }
            None => managed.extend(
                policy["Fn::Sub"]
                    .as_str()
                    .and_then(|arn| arn.rsplit('/').next()),
            ),
        }
    }
    let trusted: Vec<&str> = many(role.property("AssumeRolePolicyDocument/Statement"))
        .iter()
        .flat_map(|statement| many(&statement["Principal"]["Service"]))
        .filter_map(Value::as_str)
        .map(|service| service.trim_end_matches(".amazonaws.com"))
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

/// A crate whose stacks `ecs-stack` doesn't import from is not known to the one that generates what
/// CloudFormation may do.
#[test]
fn what_cloudformation_may_do_covers_every_stack() {
    for synthesis in synthesized() {
        let deployed = synthesis.assembly.stacks.iter();
        let deployed = deployed.filter(|stack| !stack.applied_by_a_person);
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
                     `TYPES_ELSEWHERE` in cicd-stack/src/permissions/given.rs",
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
