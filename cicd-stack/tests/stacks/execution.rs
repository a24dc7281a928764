//! What must hold of the execution role.

use std::collections::BTreeSet;

use cicd_stack::permissions::{
    POLICIES_PER_ROLE, PermissionError, actions, is_hand_written, placed, service, services,
    withheld,
};
use common::resources::type_facts;
use serde_json::Value;

use crate::support::{Synthesized, environments, places, synthesized, texts};

/// The types of every template but bootstrap's own.
fn types(synthesized: &Synthesized) -> BTreeSet<String> {
    let running = ecs_stack::resource_types(&synthesized.environment);
    let own = synthesized.stacks.iter().map(|(stack, _)| stack);
    own.filter(|stack| !stack.applied_by_a_person)
        .flat_map(|stack| stack.resource_types.clone())
        .chain(running.into_iter().map(str::to_owned))
        .collect()
}

fn allowed(synthesized: &Synthesized) -> BTreeSet<&str> {
    synthesized
        .execution()
        .into_iter()
        .filter(|statement| statement["Effect"] == "Allow")
        .flat_map(|statement| texts(&statement["Action"]))
        .collect()
}

#[test]
fn it_covers_what_creating_updating_and_deleting_every_type_takes() {
    for synthesized in synthesized() {
        let allowed: BTreeSet<String> = allowed(synthesized)
            .into_iter()
            .map(str::to_ascii_lowercase)
            .collect();
        let types = types(synthesized);
        assert!(types.len() > 40, "{types:?}");
        for resource_type in types {
            let permissions = type_facts(&resource_type).unwrap().permissions;
            let handlers = [permissions.create, permissions.update, permissions.delete];
            for action in handlers.into_iter().flatten() {
                let covered = allowed.contains(&action.to_ascii_lowercase());
                let pattern = action.contains('*');
                assert!(
                    covered || pattern || withheld(action).is_some(),
                    "{resource_type} takes {action}"
                );
                assert!(!(covered && withheld(action).is_some() && !is_hand_written(action)));
            }
        }
    }
}

#[test]
fn it_covers_types_whose_schemas_list_nothing() {
    for synthesized in synthesized() {
        let allowed = allowed(synthesized);
        for action in [
            "codebuild:CreateProject",
            "codebuild:CreateWebhook",
            "codebuild:DeleteProject",
            "codebuild:UpdateProject",
            "lambda:InvokeFunction",
        ] {
            assert!(allowed.contains(action), "{action}");
        }
    }
}

#[test]
fn it_has_as_many_policies_as_a_role_takes() {
    for synthesized in synthesized() {
        let policies = synthesized
            .resources("AWS::IAM::ManagedPolicy")
            .filter(|(_, id, _)| id.starts_with("ExecutionRolePolicy"));
        assert!((1..=POLICIES_PER_ROLE).contains(&policies.count()));
    }
}

#[test]
fn a_type_that_is_not_known_fails() {
    let errors = actions(["AWS::EC2::VPC", "AWS::Bad::Type"]).unwrap_err();
    assert_eq!(
        errors,
        [PermissionError::Unknown("AWS::Bad::Type".to_owned())]
    );
}

#[test]
fn a_service_whose_actions_have_no_place_fails() {
    assert!(service("sqs").is_none());
    let error = placed("AWS::SQS::Queue", "sqs:CreateQueue").unwrap_err();
    assert!(
        matches!(error, PermissionError::Unplaced { .. }),
        "{error:?}"
    );
}

#[test]
fn services_are_sorted_and_say_where_they_are_documented() {
    let prefixes: Vec<&str> = services().iter().map(|service| service.prefix).collect();
    assert!(prefixes.is_sorted());
    for service in services() {
        assert!(service.unscoped.is_sorted(), "{}", service.prefix);
        assert!(service.page.contains("/service-authorization/"));
    }
}

#[test]
fn generating_twice_gives_the_same() {
    for environment in environments() {
        let once = cicd_stack::stacks(&environment).unwrap();
        assert_eq!(once, cicd_stack::stacks(&environment).unwrap());
    }
}

#[test]
fn roles_are_changed_only_with_a_boundary() {
    let needs_boundary = [
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:PutRolePolicy",
    ];
    // A role is created with its boundary, and gets no other.
    let never = [
        "iam:DeleteRolePermissionsBoundary",
        "iam:PutRolePermissionsBoundary",
    ];
    for synthesized in synthesized() {
        let path = synthesized.environment.names().role_path();
        for statement in synthesized.execution() {
            if statement["Effect"] == "Deny" {
                continue;
            }
            for action in texts(&statement["Action"]) {
                assert!(!never.contains(&action), "{action}");
                if needs_boundary.contains(&action) {
                    let boundary =
                        &statement["Condition"]["StringEquals"]["iam:PermissionsBoundary"];
                    assert_eq!(texts(boundary).len(), 2, "{statement}");
                }
                let writes = action.starts_with("iam:")
                    && !action.starts_with("iam:List")
                    && action != "iam:CreateServiceLinkedRole";
                if writes {
                    for place in places(statement) {
                        assert!(place.contains(&path), "{action} on {place}");
                    }
                }
            }
        }
    }
}

#[test]
fn roles_are_passed_to_named_services_only() {
    for synthesized in synthesized() {
        let passes = |statement: &&Value| texts(&statement["Action"]).contains(&"iam:PassRole");
        let passing: Vec<&Value> = synthesized.execution().into_iter().filter(passes).collect();
        assert_eq!(passing.len(), 1);
        let services = texts(&passing[0]["Condition"]["StringEquals"]["iam:PassedToService"]);
        assert!(!services.is_empty());
        assert!(!services.contains(&"cloudformation.amazonaws.com"));
    }
}

#[test]
fn nothing_of_bootstrap_can_be_touched() {
    for synthesized in synthesized() {
        let denied = synthesized
            .execution()
            .into_iter()
            .find(|statement| statement["Sid"] == "BootstrapIsAPersons")
            .unwrap();
        assert_eq!(denied["Effect"], "Deny");
        assert_eq!(texts(&denied["NotAction"]), ["iam:GetRole", "iam:PassRole"]);
        let of = places(denied).join(" ");
        for thing in [
            "role/lemonade/",
            "policy/lemonade/",
            "definition-boundary",
            "workload-boundary",
            "-artifacts-",
            "-releases-",
            "stack/",
            "alias/",
            "function:",
        ] {
            assert!(of.contains(thing), "{thing} is not in {of}");
        }
    }
}

#[test]
fn keys_are_told_by_their_tags() {
    for synthesized in synthesized() {
        for statement in synthesized.execution() {
            let keys = texts(&statement["Action"])
                .iter()
                .any(|a| a.starts_with("kms:"));
            let lists = texts(&statement["Action"])
                .iter()
                .all(|a| a.starts_with("kms:List"));
            let aliases = places(statement)
                .iter()
                .all(|place| place.contains(":alias/"));
            if keys && !lists && !aliases {
                let condition = statement["Condition"].to_string();
                assert!(condition.contains("lemonade:environment"), "{statement}");
            }
        }
    }
}
