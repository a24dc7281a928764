//! The definition boundary: the maximum permissions of the roles that deploy (pipelines, builds, CloudFormation).
//!
//! A boundary grants nothing; it caps what a role's own policies grant. It is one policy of 6,144
//! characters, in which the execution role's actions don't fit one by one. So it says verbs
//! (`ec2:Describe*`), of the services that the templates use and no others, generated from the
//! same list. No role can be made without a boundary, or outside of the environment's path,
//! and none can get another boundary later; nothing of bootstrap can be changed, the boundaries
//! among it, and no secret's value can be read.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>

use std::collections::BTreeSet;

use common::environment::Environment;
use common::grant::{POLICY_CHARACTERS, Place};
use common::resources::{Handle, iam};
use common::template::policy::{PolicyDocument, Statement};
use common::template::{IntoNode as _, Template};

use crate::permissions::{
    BootstrapResources, PermissionError, ServiceActions, calls, iam_actions, iam_boundary,
    iam_everywhere, kms_actions,
};

/// The actions of pipelines, builds and deployments themselves.
const BUILDING: [(&str, &[&str]); 9] = [
    (
        "cloudformation",
        &[
            "Batch", "Cancel", "Continue", "Create", "Delete", "Describe", "Detect", "Execute",
            "Get", "List", "Rollback", "Set", "Tag", "Untag", "Update",
        ],
    ),
    ("codebuild", &["Batch", "Create", "Start", "Update"]),
    ("codeconnections", &["Get", "Use"]),
    ("codepipeline", &["List", "Start"]),
    ("codestar-connections", &["Get", "Use"]),
    (
        "ecr",
        &[
            "Batch",
            "Complete",
            "Create",
            "Describe",
            "Get",
            "Initiate",
            "Put",
            "Replicate",
            "Tag",
            "Upload",
        ],
    ),
    ("ecs", &["Describe", "List"]),
    ("logs", &["Create", "Put"]),
    ("s3", &["Get", "List", "Put"]),
];

/// Adds the boundary, under the name that every such role refers to it by.
///
/// # Errors
/// When the boundary gets too long.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    actions: [&ServiceActions; 2],
) -> Result<Handle<iam::ManagedPolicy>, Vec<PermissionError>> {
    let names = environment.names();
    let everything = "a boundary caps the roles' own policies, which name resources";
    let mut document = PolicyDocument::new()
        .with(
            // Total names: the verb of one of these makes users, too.
            Statement::allow(services(actions).into_iter().chain(iam_everywhere()))
                .sid("ServicesOfTheDefinition")
                .on_everything(everything),
        )
        .with(
            Statement::deny([
                "iam:DeleteRolePermissionsBoundary",
                "iam:PutRolePermissionsBoundary",
                "secretsmanager:GetSecretValue",
            ])
            .sid("Never")
            .on_everything(everything),
        );
    for statement in iam_boundary(environment, verbs(iam_actions())) {
        document.push(statement);
    }
    document.push(BootstrapResources::new(environment, []).deny_changes_with_stacks(environment));

    let length = Place::from(environment).characters(&document.clone().into_node());
    if length > POLICY_CHARACTERS {
        return Err(vec![PermissionError::TooLong {
            what: "the definition's boundary",
            characters: length,
            limit: POLICY_CHARACTERS,
        }]);
    }
    Ok(template.add(
        "DefinitionBoundary",
        iam::ManagedPolicy::new(document)
            .managed_policy_name(names.definition_boundary())
            .path(names.bootstrap_path()),
    ))
}

/// The actions of the templates' services, keys and builds, by their verbs.
fn services(of_templates: [&ServiceActions; 2]) -> Vec<String> {
    let mut actions = kms_actions();
    let of_pipelines = calls()
        .iter()
        .filter(|row| row.caller.resource_type().is_none());
    actions.extend(
        of_pipelines
            .flat_map(|row| row.actions)
            .map(|&action| action.to_owned()),
    );
    // IAM has statements of its own, on the environment's roles alone.
    let of_templates = of_templates.into_iter().flatten();
    for (service, of_service) in of_templates.filter(|(service, _)| **service != "iam") {
        actions.extend(
            of_service
                .iter()
                .map(|action| format!("{service}:{action}")),
        );
    }
    for (service, more) in BUILDING {
        actions.extend(more.iter().map(|verb| format!("{service}:{verb}")));
    }
    verbs(actions)
}

/// Actions by their verbs: `ec2:DescribeVpcs` and `ec2:DescribeSubnets` are `ec2:Describe*`.
fn verbs(actions: Vec<String>) -> Vec<String> {
    let verbs: BTreeSet<String> = actions
        .into_iter()
        .map(|action| {
            let action = action.trim_end_matches('*');
            let name = action.find(':').map_or(0, |colon| colon + 1);
            let end = action
                .char_indices()
                .skip_while(|(index, _)| *index <= name)
                .find(|(_, letter)| letter.is_ascii_uppercase())
                .map_or(action.len(), |(index, _)| index);
            format!("{}*", action.get(..end).unwrap_or(action))
        })
        .collect();
    verbs.into_iter().collect()
}
