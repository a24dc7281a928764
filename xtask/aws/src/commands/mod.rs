//! One file a verb; what they do is elsewhere.

mod applications_rollback;
mod atlas_accept;
mod bootstrap;
mod carry_out;
mod deploy;
mod describe_release;
mod destroy;
mod diff;
mod doctor;
mod drift;
mod outputs;
mod plan;
mod promote;
mod recover;
mod rollback;
mod shown;
mod status;

use carry_out::tell_end;
pub use promote::PromoteError;

use crate::Error;
use crate::cli::{Cli, Verb};

/// Runs a verb; gives the exit code.
pub(crate) async fn run(cli: Cli) -> Result<u8, Error> {
    match cli.verb {
        Verb::Diff(arguments) => diff::run(&arguments).await,
        Verb::Plan(arguments) => plan::run(&arguments).await,
        Verb::Deploy(arguments) => tell_end(arguments.target.format, deploy::run(&arguments).await),
        Verb::Bootstrap(arguments) => {
            tell_end(arguments.target.format, bootstrap::run(&arguments).await)
        }
        Verb::Status(arguments) => status::run(&arguments).await,
        Verb::Drift(arguments) => drift::run(&arguments).await,
        Verb::Outputs(arguments) => outputs::run(&arguments).await,
        Verb::Recover(arguments) => {
            tell_end(arguments.target.format, recover::run(&arguments).await)
        }
        Verb::Rollback(arguments) => {
            tell_end(arguments.target.format, rollback::run(&arguments).await)
        }
        Verb::Promote(arguments) => promote::run(&arguments).await,
        Verb::Destroy(arguments) => {
            tell_end(arguments.target.format, destroy::run(&arguments).await)
        }
        Verb::Doctor(arguments) => doctor::run(&arguments).await,
        Verb::AtlasAccept(arguments) => atlas_accept::run(&arguments).await,
        Verb::ApplicationsRollback(arguments) => applications_rollback::run(&arguments).await,
        Verb::DescribeRelease(arguments) => describe_release::run(&arguments),
    }
}
