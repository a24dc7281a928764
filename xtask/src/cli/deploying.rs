//! The verbs of deploying. What they take is shared with the program that they are handed on to.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use common::environment::EnvironmentName;
use deploy_arguments::{
    AtlasAccept, Bootstrap, Deploy, Destroy, Doctor, Drift, Outputs, Plan, Promote, Recover,
    Rollback, Status,
};

use super::{Applications, Output, environment};

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

    /// Deploy what a person applies, and say what is missing then
    #[command(after_help = "\
The one deployment by a person: the stacks `bootstrap` and `bootstrap-roles`,
which no pipeline may touch, and `cicd`, the pipeline that deploys the rest.
Then looks at what is beside the stacks, as `doctor` does, and says what to do
next. Can be run again at any time.

Examples:
  cargo xtask bootstrap --env staging
  cargo xtask bootstrap --env staging --local")]
    Bootstrap(Bootstrap),

    /// Show whether what is deployed is what is defined
    #[command(after_help = "\
Exits with 15 when it is not. Looks at what is beside the stacks too, unless
only some are asked for: certificates, peering, connections, who gets alarms,
the age of the machines' image, secrets without a value, pipelines; and exits
with 16 when something of that needs attention.

Examples:
  cargo xtask status --env production
  cargo xtask status --env production --format json")]
    Status(Status),

    /// Show what somebody changed without CloudFormation
    #[command(after_help = "\
CloudFormation looks at every resource of the stacks that it can look at. Exits
with 17 when one is not as it was deployed.

Examples:
  cargo xtask drift --env production
  cargo xtask drift --env staging --only network --format json")]
    Drift(Drift),

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

    /// Go back to the definition of an older commit
    #[command(after_help = "\
Synthesizes the commit with its own engine, plans with this one, shows the plan,
asks, and deploys. Images stay as they are deployed, and stacks that the commit
does not know are left alone. What holds data or an address, or what everything
stands on, is not replaced or removed: such a plan is refused.

Examples:
  cargo xtask rollback --env staging --to HEAD~1
  cargo xtask rollback --env production --to v1 --only loadbalancer")]
    Rollback(Rollback),

    /// Move production's branch to what has completed in staging
    #[command(after_help = "\
Shows which commit completed staging's pipeline, how long ago, and what it
brings to production; refuses what never completed there and whatever is not a
step forward. Asks, and pushes: production's pipelines follow the branch. Needs
credentials of staging's account, and git's of the repository.

Examples:
  cargo xtask promote --env production
  cargo xtask promote --env production --application web --checkout ../web
  cargo xtask promote --env production --commit 1a2b3c4 --confirm production")]
    Promote(Promote),

    /// Delete an environment, but what it retains
    #[command(after_help = "\
Lists what stays: repositories, buckets, keys, secrets, addresses. Stacks that
are protected against deletion have to be acknowledged one by one.

Examples:
  cargo xtask destroy --env staging
  cargo xtask destroy --env staging --only service-web")]
    Destroy(Destroy),

    /// Rehearse the loss of an environment, on this machine
    #[command(after_help = "\
Deploys the environment to a CloudFormation on this machine, in virtual time,
releases its applications, destroys everything, and rebuilds it around what
stays. Then a zone is lost in the simulation of the cluster. Fails where
something is not as it was. docs/guides/disaster-recovery.md is its transcript.

Example:
  cargo xtask drill --env staging --local")]
    Drill(Drill),

    /// Show what is wrong with an environment, and what to do next
    #[command(after_help = "\
Looks at the account, its quotas and connections, the domain, the peering, who
gets alarms, the machines' image, the certificates, secrets and pipelines, and
changes nothing. Exits with 16 when something needs attention.

Examples:
  cargo xtask doctor --env staging
  cargo xtask doctor --env production --format json")]
    Doctor(Doctor),

    /// The applications: list, add, bring back
    #[command(subcommand)]
    Applications(Applications),

    /// The peering with the database
    #[command(subcommand)]
    Atlas(Atlas),

    /// Make a release: the assembly, and the program that deploys it
    #[command(after_help = "\
What the pipelines of applications deploy with: DIR/assembly, DIR/bin/deployer
and DIR/release.json, which says what they were made from.

Example:
  cargo xtask release --env staging --output release")]
    Release(Release),
}

/// `atlas`.
#[derive(Debug, Subcommand)]
pub enum Atlas {
    /// Accept the peering that Atlas has asked for
    #[command(after_help = "\
Compares the request with [atlas] in the environment's file, and refuses one
that differs. Waits until the connection is active.

Example:
  cargo xtask atlas accept --env staging")]
    Accept(AtlasAccept),
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

/// `drill`.
#[derive(Debug, Args)]
pub struct Drill {
    /// The environment. There is no default
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = environment())]
    pub environment: EnvironmentName,

    /// On this machine; there is no other way
    #[arg(long, required = true)]
    pub local: bool,

    /// How to print
    #[command(flatten)]
    pub output: Output,
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
