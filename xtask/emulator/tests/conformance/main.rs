//! The scenarios of conformance, run against the local CloudFormation in virtual time.
//!
//! The scenarios know nothing but the engine's port. A test of another crate points them at another
//! endpoint by including `scenarios.rs`, with the names of those that the endpoint does not model.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "in a test a panic is a failure"
)]

mod scenarios;

use std::sync::{Arc, Mutex};

use emulator::port::{Local, Settings};
use emulator::{Cloud, Options};

/// A port with small pages, so that every scenario follows them.
fn local() -> Local {
    let options = Options {
        page_size: 2,
        ..Options::default()
    };
    Local::new(
        Arc::new(Mutex::new(Cloud::new(options))),
        Settings::default(),
    )
}

macro_rules! held {
    ($($name:ident),* $(,)?) => {
        $(
            #[tokio::test(start_paused = true)]
            async fn $name() {
                scenarios::$name(&local()).await;
            }
        )*

        /// No scenario is forgotten here.
        #[test]
        fn every_scenario_is_held() {
            let text = include_str!("scenarios.rs");
            let defined = text.matches("\npub(crate) async fn ").count();
            assert_eq!(defined, [$(stringify!($name)),*].len());
        }
    };
}

held! {
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
