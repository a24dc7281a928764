//! The stack `bootstrap`.

use common::alarm_topic::{self, Publisher};
use common::environment::Environment;
use common::stack::{StackArtifact, StackBuilder, StackError};

use super::exports::{Outputs, exports, stack_name};
use super::{
    artifact_key, buckets, budget, definition_boundary, image_cache, service_linked_roles,
    workload_boundary,
};
use crate::permissions::{PermissionError, ServiceActions};

/// Defines the stack, for templates whose resources take these actions, and these to be read.
///
/// # Errors
/// When the definition breaks a rule of CloudFormation or of this project.
pub fn stack(
    environment: &Environment,
    actions: &ServiceActions,
    reads: &ServiceActions,
) -> Result<StackArtifact, StackError> {
    let refused =
        |errors: Vec<PermissionError>| PermissionError::refuse(&stack_name(environment), &errors);
    let mut stack = StackBuilder::new(
        environment,
        stack_name(environment),
        "What limits every other stack, and what pipelines keep",
    )
    .applied_manually();
    let template = &mut stack.template;
    let workload = workload_boundary::add(template, environment);
    let definition =
        definition_boundary::add(template, environment, [actions, reads]).map_err(refused)?;

    let key = artifact_key::add(template, environment);
    let artifacts = buckets::artifacts(template, environment, &key);
    let releases = buckets::releases(template, environment, &key);
    // A topic of its own: notifications about pipelines and costs work without the network stack.
    let topic = alarm_topic::add(
        template,
        environment,
        "pipeline-alarms",
        &key,
        &[Publisher::Budgets, Publisher::Rules],
    );
    budget::add(&mut stack, environment, &topic.reference());
    let template = &mut stack.template;
    service_linked_roles::add(template, environment, &key, &definition);
    image_cache::add(template, environment, &key, &definition);

    Outputs {
        workload_boundary: workload.reference(),
        definition_boundary: definition.reference(),
        artifact_bucket: artifacts.reference(),
        release_bucket: releases.reference(),
        artifact_key: key.attr_arn(),
        alarm_topic: topic.reference(),
    }
    .publish(&mut stack, &exports(environment));
    stack.finish(env!("CARGO_PKG_NAME"))
}
