//! ECS: containers, tasks, services and the machines that they run on.

mod machines;
mod services;
mod tasks;

use crate::registry::Group;

pub(crate) static GROUP: Group = Group {
    rules: &[
        &tasks::CONTAINER_TWICE,
        &tasks::DEPENDENCY_MISSING,
        &tasks::MEMORY_ORDER,
        &tasks::NO_ESSENTIAL,
        &services::CONTAINER_MISSING,
        &services::CONTAINER_PORT,
        &services::NETWORK_MODE,
        &services::TARGET_TYPE,
        &services::BEFORE_LISTENER,
        &machines::DOES_NOT_FIT,
        &machines::ARCHITECTURE,
        &machines::STRATEGY_PROVIDER,
        &machines::UNPROTECTED,
    ],
    check: |model, report| {
        tasks::check(model, report);
        services::check(model, report);
        machines::check(model, report);
    },
};
