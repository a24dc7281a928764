//! The verbs: one module each, and one line below that lists it.
//!
//! A module has its `Arguments`, which clap parses, and `run`. `cargo xtask` reads the list too, for its help, and
//! passes the arguments on unparsed.

pub mod arguments;
mod atlas_accept;
mod bootstrap;
mod compare;
mod deploy;
mod describe_release;
mod destroy;
mod diff;
mod doctor;
mod drift;
mod image;
mod image_rollback;
mod output;
mod outputs;
mod plan;
mod promote;
mod reach;
mod recover;
mod review;
mod rollback;
mod show;
mod status;
mod validate;

use clap::Subcommand;

use crate::Error;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::json_events::exit_event;

/// The list of verbs: the line of the help, the verb in CamelCase, its module; `exit_event` for verbs that print
/// events, which end with the exit code.
macro_rules! verbs {
    ($($(#[$attribute:meta])* $verb:ident($module:ident $(, $exit:ident)?),)*) => {
        /// A verb with its arguments.
        #[derive(Debug, Subcommand)]
        pub enum Verb {
            $($(#[$attribute])* $verb(Box<$module::Arguments>),)*
        }

        /// Runs a verb; gives the exit code.
        pub(crate) async fn run<B: Backend>(verb: Verb, line: &CommandLine) -> Result<u8, Error> {
            match verb {
                $(Verb::$verb(arguments) => {
                    let result = $module::run::<B>(line, &arguments).await;
                    $(let result = $exit::<B>(arguments.target.format, result);)?
                    result
                })*
            }
        }
    };
}

verbs! {
    /// Show what deploying would change
    Diff(diff),
    /// Show every consequence of a change, against another commit
    Review(review),
    /// Show where two environments differ, and by which inputs
    Compare(compare),
    /// Show who reaches whom, and over what
    Reach(reach),
    /// Show what deploying would do, and save it for review
    Plan(plan),
    /// Let CloudFormation validate what deploying would change
    Validate(validate),
    /// Bring an environment to its definition
    Deploy(deploy, exit_event),
    /// Deploy the manual stacks, and show what is left to do
    Bootstrap(bootstrap, exit_event),
    /// Draw an environment as it is defined
    Show(show),
    /// Show whether what is deployed is what is defined
    Status(status),
    /// Show what was changed outside CloudFormation
    Drift(drift),
    /// Print the outputs of the deployed stacks
    Outputs(outputs),
    /// Bring stuck stacks to a state from which they can be deployed
    Recover(recover, exit_event),
    /// Go back to the definition of an older commit
    Rollback(rollback, exit_event),
    /// Move production's branch to what has completed in staging
    Promote(promote),
    /// Delete an environment's stacks; retained resources stay
    Destroy(destroy, exit_event),
    /// Show what is wrong with an environment, and what to do next
    Doctor(doctor),
    /// Accept the peering requested by Atlas
    AtlasAccept(atlas_accept),
    /// Bring an application back to an older image
    ImageRollback(image_rollback),
    /// Write the description of a release
    #[command(hide = true)]
    DescribeRelease(describe_release),
}
