//! What can be typed.

mod applications;
mod deploying;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, Parser, Subcommand, ValueEnum};
use common::environment::EnvironmentName;

pub use applications::{Applications, ApplicationsAdd, ApplicationsList};
pub use deploying::{Atlas, Drill, Handover, Release};

use cli_conventions::exit_code;

/// Synthesize, check, test and show Lemonade's infrastructure.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = exit_code::TABLE)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 80
)]
pub struct Cli {
    /// The folder of the input files [default: the workspace's root]
    #[arg(long, value_name = "DIR", global = true)]
    pub config: Option<PathBuf>,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the CloudFormation templates of every stack
    #[command(after_help = "\
Writes DIR/<environment>/<stack>.template.json, each as it is deployed, and
DIR/<environment>/assembly.json. All or nothing: after an error, DIR is as
it was.

Examples:
  cargo xtask synth
  cargo xtask synth --env staging --out /tmp/review")]
    Synth(Synth),

    /// Synthesize and check everything without writing it
    #[command(after_help = "\
Examples:
  cargo xtask check
  cargo xtask check --judges --format json")]
    Check(Check),

    /// Run all tests, with the tools that they need
    #[command(after_help = "\
Installs cfn-lint, cloudformation-validate, boto3, the AWS CLI and ministack
into target/tools at pinned versions, once, then runs `cargo test --workspace`.

Examples:
  cargo xtask test
  cargo xtask test -- --test templates")]
    Test(Test),

    /// Review or accept changed snapshots
    #[command(after_help = "\
Runs the snapshot tests first, so that what is reviewed is what is defined now.
Installs cargo-insta into target/tools at its pinned version, once.

Examples:
  cargo xtask snapshots review
  cargo xtask snapshots accept")]
    Snapshots(Snapshots),

    /// Draw which stack imports from which
    #[command(after_help = "\
An arrow points from the stack that exports to the stack that imports: in the
order of a deployment. Stacks that every application has are drawn once.

Examples:
  cargo xtask graph
  cargo xtask graph --format dot --stacks | dot -Tsvg > stacks.svg")]
    Graph(Graph),

    /// Simulate how the cluster's capacity follows its load
    #[command(after_help = "\
Reads the alarms and scaling policies from the synthesized template. The words
behind `simulate` go to the simulator; `cargo xtask simulate capacity --help`
tells them all.

Examples:
  cargo xtask simulate capacity --env staging
  cargo xtask simulate capacity --env production --seed 7 --svg capacity.svg")]
    Simulate(Raw),

    /// Rehearse a pipeline on this machine, with its roles enforced
    #[command(after_help = "\
Runs the commands of the synthesized pipeline in clean clones of what is
committed, against the local CloudFormation. What is committed is compiled too,
in target/rehearse, the first time for minutes; with `--quick` the programs of
this checkout stand in for it. With `--from COMMIT` the environment is that
commit's first, and what is checked out is pushed to it then. The words behind
`rehearse` go to the program that does it; `cargo xtask rehearse --help` tells
them all.

Examples:
  cargo xtask rehearse --env staging
  cargo xtask rehearse --env staging --quick
  cargo xtask rehearse --env staging --pipeline web
  cargo xtask rehearse --env staging --from origin/next")]
    #[command(disable_help_flag = true)]
    Rehearse(Raw),

    /// Hold what is claimed of CloudFormation against an endpoint
    #[command(after_help = "\
Without --endpoint-url that is AWS, in the account of the profile: stacks are
created there, and deleted afterwards. Shows every case and what all of them may
cost, asks, and writes what was claimed and what was seen, a line of JSON each.
Exits with 5 when something differs. The words behind `conformance` go to the
program that does it; `cargo xtask conformance --help` tells them all.

Examples:
  cargo xtask conformance --profile sandbox --region eu-west-1 --budget-usd 1
  cargo xtask conformance --region eu-west-1 --budget-usd 0.1 --yes \\
    --endpoint-url http://127.0.0.1:4566 --out differences.ndjson")]
    #[command(disable_help_flag = true)]
    Conformance(Raw),

    /// Generate the typed resources from the pinned schemas
    #[command(after_help = "\
Examples:
  cargo xtask bindings
  cargo xtask bindings --check")]
    Bindings(Bindings),

    /// Rehearse the loss of an environment, on this machine
    #[command(after_help = "\
Deploys the environment to a CloudFormation on this machine, in virtual time,
releases its applications, destroys everything, and rebuilds it around what
stays. Then a zone is lost in the simulation of the cluster. Fails where
something is not as it was. docs/guides/disaster-recovery.md is its transcript.

Example:
  cargo xtask drill --env staging --local")]
    Drill(Drill),

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

    /// Synthesize for a program that deploys
    #[command(hide = true)]
    Handover(Handover),
}

/// `synth`.
#[derive(Debug, Args)]
pub struct Synth {
    /// Of which environments
    #[command(flatten)]
    pub environments: Environments,

    /// The folder to write to [default: target/synth in the workspace]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// How to print
    #[command(flatten)]
    pub output: Output,
}

/// `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Of which environments
    #[command(flatten)]
    pub environments: Environments,

    /// Also ask cfn-lint and cloudformation-validate about every template
    #[arg(long)]
    pub judges: bool,

    /// How to print
    #[command(flatten)]
    pub output: Output,
}

/// `test`.
#[derive(Debug, Args)]
pub struct Test {
    /// What to hand to `cargo test --workspace`
    #[arg(last = true, value_name = "ARGS")]
    pub arguments: Vec<OsString>,
}

/// `snapshots`.
#[derive(Debug, Args)]
pub struct Snapshots {
    /// What to do with the changes
    #[command(subcommand)]
    pub decision: Decision,
}

/// What to do with changed snapshots.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Decision {
    /// Show each change and ask
    #[command(after_help = "Example:\n  cargo xtask snapshots review")]
    Review,
    /// Take all changes; `git diff` shows them
    #[command(after_help = "Example:\n  cargo xtask snapshots accept")]
    Accept,
}

/// `graph`.
#[derive(Debug, Args)]
pub struct Graph {
    /// Of which environments
    #[command(flatten)]
    pub environments: Environments,

    /// The language of the drawing
    #[arg(long, value_name = "FORMAT", default_value = "mermaid")]
    pub format: Drawing,

    /// Draw every stack by itself
    #[arg(long, conflicts_with = "crates")]
    pub stacks: bool,

    /// Draw the crates that define the stacks
    #[arg(long)]
    pub crates: bool,
}

/// The languages of drawings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Drawing {
    /// For Markdown
    Mermaid,
    /// For Graphviz
    Dot,
}

/// Arguments for another program, which parses them.
#[derive(Debug, Args)]
pub struct Raw {
    /// The arguments; `--help` lists them
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGS"
    )]
    pub arguments: Vec<OsString>,
}

/// `bindings`.
#[derive(Debug, Args)]
pub struct Bindings {
    /// Change nothing; fail if the checked-in files are not up to date
    #[arg(long)]
    pub check: bool,
}

/// Which environments.
#[derive(Debug, Args)]
pub struct Environments {
    /// The environment; may be given several times [default: all]
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = environment())]
    names: Vec<EnvironmentName>,
}

impl Environments {
    /// Those asked for, or all; sorted, each once.
    #[must_use]
    pub fn names(&self) -> Vec<EnvironmentName> {
        if self.names.is_empty() {
            return EnvironmentName::ALL.to_vec();
        }
        let mut names = self.names.clone();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// Lists the names in the help and suggests the nearest one.
fn environment() -> impl clap::builder::TypedValueParser<Value = EnvironmentName> {
    PossibleValuesParser::new(EnvironmentName::ALL.map(EnvironmentName::as_str))
        .try_map(|name| name.parse::<EnvironmentName>())
}

/// How to print.
#[derive(Debug, Args)]
pub struct Output {
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// For whom to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}
