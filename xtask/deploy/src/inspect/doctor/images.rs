//! The images that applications run: whether their repositories still hold them, and for how long.
//!
//! A repository keeps so many images, in use or not. One that is built often and not deployed loses what runs, and
//! then no new machine can start it.

use common::environment::Environment;

use crate::inspect::check_result::{Area, CheckResult, CheckStatus};
use crate::inspect::console;
use crate::inspect::inspection::{Account, RunningImage};
use crate::release::rollback::newest_first;

pub(super) fn check(environment: &Environment, account: &Account) -> Vec<CheckResult> {
    let mut results = Vec::new();
    let mut kept = 0;
    for running in &account.images {
        match image_result(environment, running) {
            Some(result) => results.push(result),
            None => kept += 1,
        }
    }
    if kept > 0 {
        let message = format!(
            "{kept} of {} are in their repositories",
            account.images.len()
        );
        results.push(CheckResult::fine(Area::Images, "", message));
    }
    results
}

/// Nothing where the image is kept for as long as can be seen.
fn image_result(environment: &Environment, running: &RunningImage) -> Option<CheckResult> {
    let name = running.application.as_str();
    let images = match &running.held {
        Ok(images) => newest_first(images.clone()),
        Err(error) => return Some(error.result(Area::Images, name)),
    };
    let most = usize::try_from(environment.retention.images).unwrap_or(usize::MAX);
    let position = images.iter().position(|one| one.digest == running.digest);
    let result = |state, message: String| {
        let pipeline = environment.names().pipeline(&running.application);
        CheckResult::new(state, Area::Images, name, message)
            .open(console::pipeline(environment.region, &pipeline))
            .run(format!(
                "aws codepipeline start-pipeline-execution --name {pipeline}"
            ))
    };
    match position {
        None => Some(result(
            CheckStatus::Broken,
            format!(
                "{} is running, but its repository no longer has it: no new task can start",
                running.digest
            ),
        )),
        // In the last fifth of what is kept.
        Some(newer) if (newer + 1).saturating_mul(5) > most.saturating_mul(4) => Some(result(
            CheckStatus::Attention,
            format!(
                "{newer} images are newer than the running one, and only the newest {most} are kept: deploy a newer one before it expires"
            ),
        )),
        Some(_) => None,
    }
}
