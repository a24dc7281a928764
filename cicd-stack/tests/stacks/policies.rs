//! What must hold of every policy.

use common::grant::{POLICY_CHARACTERS, Place};
use common::template::Node;
use serde_json::Value;

use crate::support::{is_boundary, places, synthesized, texts};

/// But for what only describes, for CloudFormation and for what looks for drift: types' schemas list it so.
#[test]
fn no_action_is_a_pattern() {
    for synthesized in synthesized() {
        for (place, statement) in synthesized.statements() {
            if statement["Effect"] == "Allow" && !is_boundary(&place) {
                let actions = texts(&statement["Action"]);
                assert!(!actions.is_empty(), "{place}: {statement}");
                for action in actions {
                    let of_schemas = ["ExecutionRolePolicy", "DriftRolePolicy"]
                        .iter()
                        .any(|id| place.starts_with(&format!("bootstrap-roles/{id}")));
                    let describes = action.ends_with(":Describe*") && of_schemas;
                    assert!(
                        !action.contains('*') || describes,
                        "{place} allows {action}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_boundary_says_verbs_and_never_whole_services() {
    for synthesized in synthesized() {
        let boundaries = synthesized
            .statements()
            .filter(|(place, statement)| is_boundary(place) && statement["Effect"] == "Allow");
        for (place, statement) in boundaries {
            for action in texts(&statement["Action"]) {
                let (_, name) = action.split_once(':').unwrap();
                let verb = name.trim_end_matches('*');
                assert!(verb.len() > 2 && !verb.contains('*'), "{place}: {action}");
            }
        }
    }
}

/// IAM by its verbs would be users, keys and roles of others.
#[test]
fn a_boundary_allows_of_iam_lists_and_roles_of_services_beside_the_environments_path() {
    for synthesized in synthesized() {
        let path = synthesized.environment.names().role_path();
        let boundaries = synthesized
            .statements()
            .filter(|(place, statement)| is_boundary(place) && statement["Effect"] == "Allow");
        for (place, statement) in boundaries {
            let own = places(statement).iter().all(|on| on.contains(&path));
            let actions = texts(&statement["Action"]);
            for action in actions.iter().filter(|one| one.starts_with("iam:")) {
                let harmless = action.starts_with("iam:List")
                    || ["iam:CreateServiceLinkedRole", "iam:GetRole"].contains(action);
                assert!(own || harmless, "{place}: {action}");
            }
        }
    }
}

/// A role has one boundary, and what other services take has to fit in: the verbs of one are about a
/// hundred characters. One that is full shows when something urgent has to be allowed.
#[test]
fn the_boundary_of_the_definition_has_room_for_other_services() {
    for synthesized in synthesized() {
        let template = synthesized.template("bootstrap");
        let policy = &template["Resources"]["DefinitionBoundary"]["Properties"]["PolicyDocument"];
        let place = Place::from(&synthesized.environment);
        let characters = place.characters(&Node::from(policy.clone()));
        assert!(characters + 500 <= POLICY_CHARACTERS, "{characters}");
    }
}

#[test]
fn nothing_is_allowed_on_another_place() {
    for synthesized in synthesized() {
        let account = synthesized.environment.account.as_str();
        let region = synthesized.environment.region.as_str();
        for (place, statement) in synthesized.statements() {
            // What is not a text was made from an export of the same environment.
            let texts = places(statement)
                .into_iter()
                .filter(|resource| resource.starts_with("arn:"));
            for resource in texts {
                let parts: Vec<&str> = resource.splitn(6, ':').collect();
                let [_, _, _, its_region, its_account, _] = parts.as_slice() else {
                    continue;
                };
                let own = |part: &str, own: &str| {
                    part.is_empty() || part == own || part.starts_with("${AWS::")
                };
                assert!(own(its_region, region), "{place}: {resource}");
                assert!(own(its_account, account), "{place}: {resource}");
            }
        }
    }
}

/// A trust policy names one service, and the account on whose behalf it acts where the service
/// says so. The drift role is a person's, and what promotes is a workflow of GitHub.
#[test]
fn roles_trust_one_service_each() {
    for synthesized in synthesized() {
        for (stack, id, role) in synthesized.resources("AWS::IAM::Role") {
            if ["DriftRole", "PromoteRole"].contains(&id) {
                continue;
            }
            let statements = role["AssumeRolePolicyDocument"]["Statement"]
                .as_array()
                .unwrap();
            for statement in statements {
                let service = statement["Principal"]["Service"].as_str();
                let service = service.unwrap_or_else(|| panic!("{stack}/{id}: {statement}"));
                if service.starts_with("code") {
                    let condition = &statement["Condition"]["StringEquals"]["aws:SourceAccount"];
                    assert_ne!(condition, &Value::Null, "{stack}/{id}");
                }
            }
        }
    }
}

/// What a template makes under the definition boundary carries no denial of its own: bootstrap's
/// stacks, buckets and key have to say no themselves.
#[test]
fn bootstrap_defends_itself() {
    for synthesized in synthesized() {
        let boundary = synthesized.policy("bootstrap", "DefinitionBoundary");
        let stacks = boundary.iter().find(|statement| {
            statement["Effect"] == "Deny" && statement.to_string().contains("-bootstrap*")
        });
        assert!(stacks.is_some());
        let bootstrap = synthesized.template("bootstrap");
        for (id, policy) in [
            ("ArtifactBucketPolicy", "PolicyDocument"),
            ("ReleaseBucketPolicy", "PolicyDocument"),
            ("ArtifactKey", "KeyPolicy"),
        ] {
            let statements = &bootstrap["Resources"][id]["Properties"][policy]["Statement"];
            let denial = statements.as_array().unwrap().iter().find(|statement| {
                statement["Sid"] == "BootstrapIsAPersons" && statement["Effect"] == "Deny"
            });
            let roles = denial.unwrap()["Condition"]["ArnLike"]["aws:PrincipalArn"].to_string();
            assert!(roles.contains("role/lemonade/*"), "{id}: {roles}");
        }
    }
}
