//! The role of an application's promotion workflow, which lists the commits that have completed in staging.
//!
//! In staging only, and only of applications that are promoted automatically. It moves the branch with GitHub's
//! own token; nothing of production's account is reached.

use common::application::{Application, Promotion};
use common::environment::{Environment, EnvironmentName};
use common::grant::RoleBuilder;
use common::naming::ApplicationRole;
use common::template::Template;
use common::template::policy::Statement;

use crate::arn;

/// Adds the role, where a workflow needs it.
pub(super) fn add(template: &mut Template, environment: &Environment, application: &Application) {
    let Promotion::Automatic(ids) = &application.promotion else {
        return;
    };
    if environment.name != EnvironmentName::Staging {
        return;
    }
    let names = environment.names();
    let name = &application.name;
    let mut role = RoleBuilder::for_workflows(
        environment,
        "PromoteRole",
        names.application_role(name, ApplicationRole::Promote),
        &ids.subject(&application.repository, environment.branch.as_str()),
        &format!("Asks which commits of {name} have completed"),
    )
    .with_definition_boundary();
    role.allow(
        Statement::allow(["codepipeline:ListPipelineExecutions"])
            .sid("WhatHasCompleted")
            .on(arn::regional(
                environment,
                "codepipeline",
                &names.pipeline(name),
            )),
    );
    role.add_to(template);
}
