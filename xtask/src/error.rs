//! Errors and their exit codes.
//!
//! Texts are lowercase fragments. The chain of sources is printed once, at the edge.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use cli_conventions::files;
use common::application::ApplicationName;
use common::assembly::AssemblyError;
use common::environment::EnvironmentName;
use common::error_chain::causes;
use common::input::InputErrors;
use common::terminal_text::displayed;
use provenance::git::GitError;

use crate::template_checks::{self, FileProblem, Located};
use crate::validators::Finding;
use cli_conventions::exit_code;
use cli_conventions::next_step::Situation;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "no workspace around {}{}",
        .folder.display(),
        Situation::OutsideOfWorkspace.help()
    )]
    NoWorkspace {
        /// Where it was called.
        folder: PathBuf,
    },
    #[error(
        "the variable HOME is {home:?}, and cargo needs an absolute path in UTF-8{}",
        Situation::HomeUnusable.help()
    )]
    Home { home: OsString },
    #[error("can't tell the current folder")]
    CurrentFolder(#[source] io::Error),
    #[error("can't read {}", .path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("can't write {}", .path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("can't print")]
    Print(#[source] io::Error),
    #[error("can't write JSON")]
    Json(#[source] serde_json::Error),
    /// A TOML file of the workspace is malformed.
    #[error("malformed {}", .path.display())]
    Manifest {
        path: PathBuf,
        source: toml::de::Error,
    },
    /// A folder that synth would have to replace is something else.
    #[error(
        "{} holds no assembly, so it is not replaced{}",
        .path.display(),
        Situation::OutputNotReplaced { option: "--out" }.help()
    )]
    NotAnAssembly { path: PathBuf },
    #[error("can't start {program}")]
    Start { program: String, source: io::Error },
    #[error("{0}")]
    Input(#[from] InputErrors),
    #[error(
        "`{application}` is already defined in {file}{}",
        Situation::ApplicationDefined.help()
    )]
    ApplicationDefined {
        application: ApplicationName,
        file: &'static str,
    },
    /// Every priority that a rule could have is taken.
    #[error(
        "no listener priority is free for `{application}`{}",
        Situation::PrioritiesTaken.help()
    )]
    NoPriority { application: ApplicationName },
    /// Cargo has said why.
    #[error("the stack crates don't build")]
    Build,
    /// Cargo has said why.
    #[error("{programs} can't be built")]
    Program { programs: String },
    /// The record of the sources can't be written.
    #[error(transparent)]
    Record(provenance::RecordError),
    #[error(transparent)]
    Git(#[from] GitError),
    #[error(transparent)]
    Assembled(common::assembly::ReadError),
    #[error(
        "`{revision}` names no commit of this repository{}",
        Situation::RevisionUnknown.help()
    )]
    Revision { revision: String },
    /// Another commit's definition can't be synthesized; its `xtask` has said why.
    #[error("the definition of {commit} can't be synthesized")]
    Base { commit: String },
    #[error(
        "the assembly of {commit} has version {found}, and this commit reads version {expected}{}",
        Situation::AssemblyOfOtherVersion { commit: &displayed(.commit), environment: &displayed(.environment.as_str()) }.help()
    )]
    OtherAssembly {
        commit: String,
        found: u64,
        /// The version that is read here.
        expected: u32,
        environment: EnvironmentName,
    },
    /// A folder that a release would have to replace is something else.
    #[error(
        "{} holds no release, so it is not replaced{}",
        .path.display(),
        Situation::OutputNotReplaced { option: "--output" }.help()
    )]
    NotARelease { path: PathBuf },
    /// The program that says what a release is has failed, and has said why.
    #[error("the release can't be described")]
    Release,
    #[error(
        "no crate of {} defines stacks{}",
        .root.display(),
        Situation::StacksMissing.help()
    )]
    NoStacks { root: PathBuf },
    #[error("{package} has no binary `{package}`{}", Situation::BinaryMissing.help())]
    NoBinary { package: String },
    #[error("stacks can't be synthesized{report}")]
    Stacks {
        /// What they said, by binary.
        report: String,
    },
    #[error("the output of {crate_name} is not its stacks")]
    StackOutput {
        crate_name: String,
        /// Why it could not be read.
        source: serde_json::Error,
    },
    /// A stack binary printed a stack that it was not asked for.
    #[error("{crate_name} printed the stack {stack} {foreign}")]
    ForeignStack {
        crate_name: String,
        stack: String,
        foreign: String,
    },
    #[error(transparent)]
    Assembly(#[from] AssemblyError),
    #[error("{}", crate::validators::report(.0))]
    Findings(Vec<Finding>),
    /// The checks found what AWS would refuse, or what would hurt.
    #[error("{}", template_checks::report(.0))]
    Checks(Vec<Located>),
    /// The checks panicked.
    #[error("the checks did not run to their end")]
    Checker,
    #[error("malformed templates{}", lines(.0))]
    Templates(Vec<FileProblem>),
    #[error(
        "no template in {}: a template is a file *.json, *.yaml, *.yml or *.template with a section `Resources`",
        .paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
    )]
    NoTemplates { paths: Vec<PathBuf> },
    /// The generator found differences, and has said which.
    #[error("the generated resources are not up to date{}", Situation::BindingsOutdated.help())]
    Bindings,
    /// The simulation left an invariant, and has said which.
    #[error("an invariant was violated")]
    Simulation,
    /// The simulator failed, and has said why.
    #[error("the simulation did not run")]
    Simulator,
    /// A run of a pipeline failed, and has said where.
    #[error("the pipeline failed")]
    Rehearsal,
    /// Nothing was rehearsed, for a reason that was told.
    #[error("the rehearsal did not run")]
    NotRehearsed,
    /// An endpoint does otherwise than is claimed, and the lines say where.
    #[error("the endpoint differs from the claims")]
    Differences,
    /// Not every case was run, for a reason that was told.
    #[error("some cases did not run")]
    NoConformance,
    /// The generator failed, and has said why.
    #[error("the resources can't be generated")]
    Generator,
    /// Tests failed; cargo has said which.
    #[error("tests failed")]
    Tests,
    /// Snapshots were left for later, or could not be reviewed.
    #[error("some snapshots are still pending")]
    Snapshots,
    #[error("{tool} is not installed{}", .next_step.help())]
    MissingTool {
        tool: String,
        next_step: Situation<'static>,
    },
    #[error("can't install {tool}\n{output}")]
    Install { tool: String, output: String },
    #[error("{tool} failed: {output}")]
    Tool { tool: String, output: String },
}

impl Error {
    /// The code that the process ends with.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::NoWorkspace { .. } | Self::Revision { .. } | Self::Home { .. } => {
                exit_code::USAGE
            }
            Self::CurrentFolder(_)
            | Self::Read { .. }
            | Self::Write { .. }
            | Self::Print(_)
            | Self::Json(_)
            | Self::NotAnAssembly { .. }
            | Self::NotARelease { .. }
            | Self::Release
            | Self::Git(_)
            | Self::Record(_)
            | Self::Assembled(_)
            | Self::Start { .. }
            | Self::Generator
            | Self::Checker
            | Self::Templates(_)
            | Self::NoTemplates { .. }
            | Self::Simulator
            | Self::NotRehearsed
            | Self::NoConformance => exit_code::FAILURE,
            Self::Input(_) | Self::ApplicationDefined { .. } | Self::NoPriority { .. } => {
                exit_code::INPUT
            }
            Self::Manifest { .. }
            | Self::Build
            | Self::Program { .. }
            | Self::Base { .. }
            | Self::OtherAssembly { .. }
            | Self::NoStacks { .. }
            | Self::NoBinary { .. }
            | Self::Stacks { .. }
            | Self::StackOutput { .. }
            | Self::ForeignStack { .. }
            | Self::Assembly(_) => exit_code::DEFINITION,
            Self::Findings(_)
            | Self::Checks(_)
            | Self::Bindings
            | Self::Simulation
            | Self::Rehearsal
            | Self::Differences
            | Self::Snapshots => exit_code::FINDINGS,
            Self::Tests => exit_code::TESTS,
            Self::MissingTool { .. } | Self::Install { .. } | Self::Tool { .. } => exit_code::TOOLS,
        }
    }

    /// Whether the reader of standard output has gone away.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Print(source) if source.kind() == io::ErrorKind::BrokenPipe)
    }

    /// The error with everything behind it, as a person reads it.
    #[must_use]
    pub fn report(&self) -> String {
        // The input errors are a list, each with its own place: they read best as they are.
        let mut report = match self {
            Self::Input(errors) => {
                let each: Vec<String> = errors.iter().map(|one| format!("error: {one}")).collect();
                return each.join("\n\n");
            }
            Self::Checks(findings) => return template_checks::report(findings),
            other => format!("error: {other}"),
        };
        for cause in causes(self) {
            report += &format!(": {cause}");
        }
        if let Self::Write { source, .. } | Self::Print(source) = self
            && let Some(help) = files::help(source.kind())
        {
            report += &format!("\n  = help: {help}");
        }
        report
    }
}

fn lines(problems: &[FileProblem]) -> String {
    problems.iter().map(|one| format!("\n  {one}")).collect()
}
