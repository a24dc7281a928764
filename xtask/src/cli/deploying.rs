//! The verbs of deploying. What they take is shared with the program that they are handed on to.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use common::environment::EnvironmentName;
use deploy_arguments::{Deploy, Destroy, Outputs, Plan, Recover, Status};

use super::environment;

/// The verbs of deploying.
#[derive(Debug, Subcommand)]
pub enum Deploying {
    /// Show what deploying would change
    #[command(after_help = "\
Compares with what is deployed; with --base with the definition of another
commit, which needs no AWS.

Examples:
  cargo xtask diff --env staging
  cargo xtask diff --env production --only network
  cargo xtask diff --env staging --base origin/next")]
    Diff(Diff),

    /// Show what deploying would do, and save it for review
    #[command(after_help = "\
A plan names every stack with its action, its changes and what has to be
acknowledged. A saved plan is deployed as it is, or refused when the
environment has moved since.

Examples:
  cargo xtask plan --env production
  cargo xtask plan --env production --out plan.json
  cargo xtask plan --env staging --require-acknowledged")]
    Plan(Plan),

    /// Bring an environment to its definition
    #[command(after_help = "\
Synthesizes, plans, shows the plan, asks, and deploys; stacks that don't wait
for each other at the same time. Ctrl-C leaves it: CloudFormation goes on, and
the same command follows. With --local everything happens on this machine.

Examples:
  cargo xtask deploy --env staging --local
  cargo xtask deploy --env staging
  cargo xtask deploy --env staging --only network --yes
  cargo xtask deploy --env production --plan plan.json --confirm production
  cargo xtask deploy --env staging --only service-web --image sha256:…")]
    Deploy(Deploy),

    /// Show whether what is deployed is what is defined
    #[command(after_help = "\
Exits with 15 when it is not.

Examples:
  cargo xtask status --env production
  cargo xtask status --env production --format json")]
    Status(Status),

    /// Print what the deployed stacks say of themselves
    #[command(after_help = "\
Examples:
  cargo xtask outputs --env staging
  cargo xtask outputs --env staging --only loadbalancer --format json")]
    Outputs(Outputs),

    /// Bring stuck stacks to where they can be deployed
    #[command(after_help = "\
`deploy` does this too, before it plans; this does nothing else.

Examples:
  cargo xtask recover --env staging
  cargo xtask recover --env production --only ecs")]
    Recover(Recover),

    /// Delete an environment, but what it retains
    #[command(after_help = "\
Lists what stays: repositories, buckets, keys, secrets, addresses. Stacks that
are protected against deletion have to be acknowledged one by one.

Examples:
  cargo xtask destroy --env staging
  cargo xtask destroy --env staging --only service-web")]
    Destroy(Destroy),

    /// Make a release: the assembly, and the program that deploys it
    #[command(after_help = "\
What the pipelines of applications deploy with: DIR/assembly, DIR/bin/deployer
and DIR/release.json, which says what they were made from.

Example:
  cargo xtask release --env staging --output release")]
    Release(Release),
}

/// `diff`.
#[derive(Debug, Args)]
// Named as what it shares, whose group it would clash with.
#[group(skip)]
pub struct Diff {
    /// What it shares.
    #[command(flatten)]
    pub deployed: deploy_arguments::Diff,

    /// Compare with the definition of this commit instead of what is deployed
    #[arg(long, value_name = "REV", conflicts_with_all = ["endpoint_url", "local", "bootstrap"])]
    pub base: Option<String>,
}

/// `release`.
#[derive(Debug, Args)]
pub struct Release {
    /// The environment. There is no default
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = environment())]
    pub environment: EnvironmentName,

    /// The folder to write to; a release that is there is replaced
    #[arg(long, value_name = "DIR")]
    pub output: PathBuf,
}
