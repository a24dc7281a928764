//! What can be typed. The words of the verbs are `deploy-arguments`', which `cargo xtask` checks
//! before it builds this program.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use common::environment::EnvironmentName;
use deploy_arguments::{
    ApplicationsRollback, AtlasAccept, Bootstrap, Deploy, Destroy, Diff, Doctor, Drift, Outputs,
    Plan, Promote, Recover, Rollback, Status, exit_code,
};

/// Plan and deploy Lemonade's environments, from their assemblies
#[derive(Debug, Parser)]
#[command(name = "deployer", after_help = exit_code::TABLE)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 80
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Show what deploying would change
    #[command(after_help = "Example:\n  deployer diff --env staging --assembly assembly")]
    Diff(Diff),

    /// Show what deploying would do, and save it for review
    #[command(
        after_help = "Example:\n  deployer plan --env staging --assembly assembly --out plan.json"
    )]
    Plan(Plan),

    /// Bring an environment to its definition
    #[command(after_help = "\
Example:
  deployer deploy --env staging --assembly assembly --only service-web \\
    --image sha256:…")]
    Deploy(Deploy),

    /// Deploy what a person applies, and say what is missing then
    #[command(after_help = "\
Needs the definition's input files beside the assembly.

Example:
  deployer bootstrap --env staging --assembly assembly")]
    Bootstrap(Bootstrap),

    /// Show whether what is deployed is what is defined
    #[command(after_help = "\
Exits with 15 when it is not.

Example:
  deployer status --env staging --assembly assembly")]
    Status(Status),

    /// Show what somebody changed without CloudFormation
    #[command(after_help = "\
Exits with 17 when something is not as it was deployed.

Example:
  deployer drift --env staging --assembly assembly --only network")]
    Drift(Drift),

    /// Print what the deployed stacks say of themselves
    #[command(after_help = "Example:\n  deployer outputs --env staging --assembly assembly")]
    Outputs(Outputs),

    /// Bring stuck stacks to where they can be deployed
    #[command(after_help = "Example:\n  deployer recover --env staging --assembly assembly")]
    Recover(Recover),

    /// Go back to the definition of an older assembly
    #[command(after_help = "\
Images stay as they are deployed. What holds data or an address, or what
everything stands on, is not replaced or removed: such a plan is refused.

Example:
  deployer rollback --env staging --assembly older/assembly --to 1a2b3c4")]
    Rollback(Rollback),

    /// Move production's branch to what has completed in staging
    #[command(after_help = "\
Needs the definition's input files beside the assembly.

Example:
  deployer promote --env production --assembly assembly --application web \\
    --checkout ../web")]
    Promote(Promote),

    /// Delete an environment, but what it retains
    #[command(after_help = "Example:\n  deployer destroy --env staging --assembly assembly")]
    Destroy(Destroy),

    /// Show what is wrong with an environment, and what to do next
    #[command(after_help = "\
Needs the definition's input files beside the assembly.

Example:
  deployer doctor --env staging --assembly assembly")]
    Doctor(Doctor),

    /// Accept the peering with the database
    #[command(after_help = "\
Needs the definition's input files beside the assembly.

Example:
  deployer atlas-accept --env staging --assembly assembly")]
    AtlasAccept(AtlasAccept),

    /// Bring an application back to an older image
    #[command(after_help = "\
Example:
  deployer image-rollback web --env staging --assembly assembly")]
    #[command(name = "image-rollback")]
    ApplicationsRollback(ApplicationsRollback),

    /// Write what a release says of itself
    #[command(hide = true)]
    DescribeRelease(DescribeRelease),
}

/// `describe-release`: what `cargo xtask release` ends with.
#[derive(Debug, Args)]
pub struct DescribeRelease {
    /// The environment
    #[arg(long = "env", value_name = "ENVIRONMENT")]
    pub environment: EnvironmentName,

    /// The folder of the release's assembly
    #[arg(long, value_name = "DIR")]
    pub assembly: PathBuf,

    /// The file to write
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
}
