//! The command line.

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

    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the CloudFormation templates of every stack
    #[command(after_help = "\
Writes DIR/<environment>/<stack>.template.json, each as it is deployed, and
DIR/<environment>/assembly.json. All or nothing: after an error, DIR is
unchanged.

Examples:
  cargo xtask synth
  cargo xtask synth --env staging --out /tmp/review")]
    Synth(Synth),

    /// Check all templates without writing them
    #[command(after_help = "\
Synthesizes the environments, or reads templates of any origin with --templates:
files, or folders, whose templates are one deployment each. docs/checks.md lists
what is found. Errors and warnings make the exit code 5.

Examples:
  cargo xtask check
  cargo xtask check --judges --format json
  cargo xtask check --templates infrastructure/ --region eu-west-1")]
    Check(Check),

    /// Run all tests, with the tools that they need
    #[command(after_help = "\
Installs validators, clients of CloudFormation, ministack and a browser into
target/tools at pinned versions, once, then runs `cargo test --workspace`.

Examples:
  cargo xtask test
  cargo xtask test -- --test templates")]
    Test(Test),

    /// Review or accept changed snapshots
    #[command(after_help = "\
Runs the snapshot tests first, so that the review shows the current definition.
Installs cargo-insta into target/tools at its pinned version, once.

Examples:
  cargo xtask snapshots review
  cargo xtask snapshots accept")]
    Snapshots(Snapshots),

    /// Draw the imports between stacks
    #[command(after_help = "\
An arrow points from the exporting to the importing stack, in the order of a
deployment. Stacks that every application has are drawn once.

Examples:
  cargo xtask graph
  cargo xtask graph --format dot --stacks | dot -Tsvg > stacks.svg")]
    Graph(Graph),

    /// Simulate how the cluster's capacity follows its load
    #[command(after_help = "\
Reads the alarms and scaling policies from the synthesized template. The
simulator parses the arguments; `cargo xtask simulate capacity --help` lists
them.

Examples:
  cargo xtask simulate capacity --env staging
  cargo xtask simulate capacity --env production --seed 7 --svg capacity.svg")]
    Simulate(Raw),

    /// Rehearse a pipeline on this machine, with its roles enforced
    #[command(after_help = "\
Runs the commands of the synthesized pipeline in clean clones of the commit,
against the emulator. The commit is compiled too, in target/rehearse, which
takes minutes the first time; `--quick` uses the programs of this checkout
instead. With `--from COMMIT` the environment first has that commit's
definition, and the current one is pushed to it. `cargo xtask rehearse --help`
lists the arguments.

Examples:
  cargo xtask rehearse --env staging
  cargo xtask rehearse --env staging --quick
  cargo xtask rehearse --env staging --pipeline web
  cargo xtask rehearse --env staging --from origin/next")]
    #[command(disable_help_flag = true)]
    Rehearse(Raw),

    /// Verify claims about CloudFormation against an endpoint
    #[command(after_help = "\
Without --endpoint-url that is AWS, in the account of the profile: stacks are
created there, and deleted afterwards. Shows every case and the total cost,
asks, and writes each claim and what was observed as a line of JSON. Exits with
5 when something differs. `cargo xtask conformance --help` lists the arguments.

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
Deploys the environment to the emulator in virtual time, releases its
applications, destroys everything, and rebuilds it around the retained
resources. Then the simulation of the cluster loses a zone. Fails if something
is not restored. docs/guides/disaster-recovery.md is its transcript.

Example:
  cargo xtask drill --env staging --local")]
    Drill(Drill),

    /// The applications: list, add, roll back
    #[command(subcommand)]
    Applications(Applications),

    /// The peering with the database
    #[command(subcommand)]
    Atlas(Atlas),

    /// Make a release: the assembly, and the program that deploys it
    #[command(after_help = "\
The pipelines of applications deploy with it: DIR/assembly, DIR/bin/deployer
and DIR/release.json, which records their sources.

Example:
  cargo xtask release --env staging --output release")]
    Release(Release),

    /// Synthesize for a program that deploys
    #[command(hide = true)]
    Handover(Handover),
}

#[derive(Debug, Args)]
pub struct Synth {
    /// The environments
    #[command(flatten)]
    pub environments: Environments,

    /// The folder to write to [default: target/synth in the workspace]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// The output format
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Args)]
pub struct Check {
    /// The environments
    #[command(flatten)]
    pub environments: Environments,

    /// Also run cfn-lint and cloudformation-validate on every template
    #[arg(long = "judges")]
    pub validators: bool,

    /// Check these templates instead; may be given several times
    #[arg(long, value_name = "PATH", conflicts_with_all = ["names", "validators"])]
    pub templates: Vec<PathBuf>,

    /// The region that they are deployed to
    #[arg(long, value_name = "REGION", requires = "templates")]
    pub region: Option<String>,

    /// The account that they are deployed to
    #[arg(long, value_name = "ID", requires = "templates")]
    pub account: Option<String>,

    /// The output format
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Args)]
pub struct Test {
    /// Arguments for `cargo test --workspace`
    #[arg(last = true, value_name = "ARGS")]
    pub arguments: Vec<OsString>,
}

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
    /// Accept all changes; `git diff` shows them
    #[command(after_help = "Example:\n  cargo xtask snapshots accept")]
    Accept,
}

#[derive(Debug, Args)]
pub struct Graph {
    /// The environments
    #[command(flatten)]
    pub environments: Environments,

    /// The language of the drawing
    #[arg(long, value_name = "FORMAT", default_value = "mermaid")]
    pub format: Drawing,

    /// Draw every stack on its own
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

#[derive(Debug, Args)]
pub struct Bindings {
    /// Change nothing; fail if the checked-in files are not up to date
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub struct Environments {
    /// The environment; may be given several times [default: all]
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = environment())]
    names: Vec<EnvironmentName>,
}

impl Environments {
    /// The given ones, or all; sorted, without duplicates.
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

#[derive(Debug, Args)]
pub struct Output {
    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}
