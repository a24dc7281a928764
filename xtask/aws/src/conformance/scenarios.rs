//! The scenarios that the local CloudFormation is held to, by their names.

use std::sync::Arc;

use cloudformation::CloudFormation;

/// A test's own code: where it does not hold, it panics.
#[path = "../../../emulator/tests/conformance/scenarios.rs"]
#[expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a scenario is a test, and its panic is how it says that it does not hold"
)]
mod held;

macro_rules! scenarios {
    ($($name:ident),* $(,)?) => {
        pub const SCENARIOS: &[&str] = &[$(stringify!($name)),*];

        /// Holds one against a port; what does not hold of it is the error.
        pub(crate) async fn hold<P: CloudFormation + 'static>(
            name: &str,
            port: Arc<P>,
        ) -> Result<(), String> {
            let task = match name {
                $(stringify!($name) => tokio::spawn(async move { held::$name(&*port).await }),)*
                _ => return Err("there is no such scenario".to_owned()),
            };
            let Err(error) = task.await else {
                return Ok(());
            };
            Err(match error.try_into_panic() {
                Ok(panic) => said(&*panic),
                Err(error) => error.to_string(),
            })
        }
    };
}

scenarios! {
    a_missing_stack_is_nothing,
    a_stack_is_made_by_a_change_set,
    a_change_set_can_be_thrown_away,
    a_change_set_that_changes_nothing_says_so,
    outputs_alone_are_executed,
    a_replacement_is_announced_and_done,
    a_failed_creation_is_rolled_back_and_can_only_be_deleted,
    a_busy_stack_takes_no_change_set,
    a_change_set_is_obsolete_after_another_one,
    a_change_set_is_executed_once,
    an_export_in_use_is_not_removed,
    a_stack_whose_export_is_in_use_is_not_deleted,
    an_export_is_exported_once,
    no_importers_is_an_empty_list,
    a_missing_export_fails_the_execution,
    a_protected_stack_is_not_deleted,
    a_policy_denies_a_replacement,
    capabilities_are_asked_for,
    a_deleted_stack_is_found_by_its_id,
    what_is_retained_is_imported_again,
    a_parameter_keeps_its_value,
    every_stack_is_listed_once,
    every_event_is_told_once,
}

/// What a panic says.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("it does not hold").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_is_here() {
        let text = include_str!("../../../emulator/tests/conformance/scenarios.rs");
        let defined = text.matches("\npub(crate) async fn ").count();
        assert_eq!(defined, SCENARIOS.len());
    }
}
