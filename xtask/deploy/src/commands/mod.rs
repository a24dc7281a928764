//! One file a verb; what they do is elsewhere.

mod applications_rollback;
mod atlas_accept;
mod bootstrap;
mod deploy;
mod describe_release;
mod destroy;
mod diff;
mod doctor;
mod drift;
pub(crate) mod output;
mod outputs;
pub(crate) mod plan;
mod promote;
mod recover;
mod rollback;
mod status;

pub use promote::PromoteError;

use crate::Error;
use crate::backend::Backend;
use crate::cli::{Cli, Verb};
use crate::json_events::report_end;

/// Runs a verb; gives the exit code.
pub(crate) async fn run<B: Backend>(cli: Cli) -> Result<u8, Error> {
    match cli.verb {
        Verb::Diff(arguments) => diff::run::<B>(&arguments).await,
        Verb::Plan(arguments) => plan::run::<B>(&arguments).await,
        Verb::Deploy(arguments) => {
            report_end::<B>(arguments.target.format, deploy::run::<B>(&arguments).await)
        }
        Verb::Bootstrap(arguments) => report_end::<B>(
            arguments.target.format,
            bootstrap::run::<B>(&arguments).await,
        ),
        Verb::Status(arguments) => status::run::<B>(&arguments).await,
        Verb::Drift(arguments) => drift::run::<B>(&arguments).await,
        Verb::Outputs(arguments) => outputs::run::<B>(&arguments).await,
        Verb::Recover(arguments) => {
            report_end::<B>(arguments.target.format, recover::run::<B>(&arguments).await)
        }
        Verb::Rollback(arguments) => report_end::<B>(
            arguments.target.format,
            rollback::run::<B>(&arguments).await,
        ),
        Verb::Promote(arguments) => promote::run::<B>(&arguments).await,
        Verb::Destroy(arguments) => {
            report_end::<B>(arguments.target.format, destroy::run::<B>(&arguments).await)
        }
        Verb::Doctor(arguments) => doctor::run::<B>(&arguments).await,
        Verb::AtlasAccept(arguments) => atlas_accept::run::<B>(&arguments).await,
        Verb::ApplicationsRollback(arguments) => applications_rollback::run::<B>(&arguments).await,
        Verb::DescribeRelease(arguments) => describe_release::run(&arguments),
    }
}
