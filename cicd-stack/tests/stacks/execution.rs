//! What must hold of the execution role.

use std::collections::BTreeSet;

use cicd_stack::permissions::{
    POLICIES_PER_ROLE, PermissionError, actions, calls, denial_reason, is_hand_written,
    locate_action, service, services,
};
use common::resources::type_facts;
use serde_json::Value;

use crate::support::{Synthesized, environments, places, synthesized, texts};

/// The types of every template but bootstrap's own.
fn types(synthesized: &Synthesized) -> BTreeSet<String> {
    let running = ecs_stack::resource_types(&synthesized.environment);
    let own = synthesized.stacks.iter().map(|(stack, _)| stack);
    own.filter(|stack| !stack.applied_manually)
        .flat_map(|stack| stack.resource_types.clone())
        .chain(running.into_iter().map(str::to_owned))
        .collect()
}

/// What the execution role is allowed: the actions, and the patterns among them.
struct Allowed(BTreeSet<String>);

impl Allowed {
    fn of(synthesized: &Synthesized) -> Self {
        let statements = synthesized.execution().into_iter();
        let allowed = statements.filter(|statement| statement["Effect"] == "Allow");
        let actions = allowed.flat_map(|statement| texts(&statement["Action"]));
        Self(actions.map(str::to_ascii_lowercase).collect())
    }

    fn covers(&self, action: &str) -> bool {
        let action = action.to_ascii_lowercase();
        let mut patterns = self.0.iter().filter_map(|one| one.strip_suffix('*'));
        self.0.contains(&action) || patterns.any(|verb| action.starts_with(verb))
    }
}

#[test]
fn it_covers_what_creating_updating_tagging_and_deleting_every_type_takes() {
    for synthesized in synthesized() {
        let allowed = Allowed::of(synthesized);
        let types = types(synthesized);
        assert!(types.len() > 40, "{types:?}");
        for resource_type in types {
            let permissions = type_facts(&resource_type).unwrap().permissions;
            let handlers = [
                permissions.create,
                permissions.update,
                permissions.delete,
                permissions.tagging,
            ];
            for action in handlers.into_iter().flatten() {
                // A connection is passed under the name that its ARN carries; schemas know the older one.
                let action = action.replace("codestar-connections:", "codeconnections:");
                let covered = allowed.covers(&action);
                assert!(
                    covered || denial_reason(&action).is_some(),
                    "{resource_type} takes {action}"
                );
                assert!(
                    !(covered && denial_reason(&action).is_some() && !is_hand_written(&action))
                );
            }
        }
    }
}

#[test]
fn it_covers_the_calls_that_no_schema_lists() {
    for synthesized in synthesized() {
        let allowed = Allowed::of(synthesized);
        let types = types(synthesized);
        for row in calls() {
            let managed = row.caller.resource_type();
            if managed.is_some_and(|name| types.contains(name)) {
                for action in row.actions {
                    assert!(allowed.covers(action), "{:?}: {action}", row.caller);
                }
            }
        }
    }
}

/// A machine image, type or user data: nothing of it is in the group's own schema.
#[test]
fn it_may_roll_the_machines() {
    for synthesized in synthesized() {
        let writes = [
            "autoscaling:ResumeProcesses",
            "autoscaling:SetDesiredCapacity",
            "autoscaling:SuspendProcesses",
            "autoscaling:TerminateInstanceInAutoScalingGroup",
        ];
        for statement in synthesized.execution() {
            for action in texts(&statement["Action"]) {
                if writes.contains(&action) {
                    for place in places(statement) {
                        let group = synthesized.environment.names().prefix();
                        assert!(place.contains(&format!("autoScalingGroupName/{group}-")));
                    }
                }
            }
        }
        let allowed = Allowed::of(synthesized);
        for action in writes
            .iter()
            .chain(&["autoscaling:DescribeScheduledActions"])
        {
            assert!(allowed.covers(action), "{action}");
        }
    }
}

#[test]
fn it_covers_types_whose_schemas_list_nothing() {
    for synthesized in synthesized() {
        let allowed = Allowed::of(synthesized);
        for action in [
            "codebuild:CreateProject",
            "codebuild:CreateWebhook",
            "codebuild:DeleteProject",
            "codebuild:UpdateProject",
            "lambda:InvokeFunction",
        ] {
            assert!(allowed.covers(action), "{action}");
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
    let error = locate_action("AWS::SQS::Queue", "sqs:CreateQueue").unwrap_err();
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
