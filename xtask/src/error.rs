//! What can go wrong, and which exit code it gives.
//!
//! Texts are lowercase fragments. The chain of sources is printed once, at the edge.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use cli_conventions::files;
use common::application::ApplicationName;
use common::assembly::AssemblyError;
use common::environment::EnvironmentName;
use common::input::InputErrors;
use provenance::git::GitError;

use crate::judges::Finding;
use cli_conventions::exit_code;

/// Why a command did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Called outside of the workspace.
    #[error(
        "no workspace around {}\n  = help: call it inside of the repository",
        .folder.display()
    )]
    NoWorkspace {
        /// Where it was called.
        folder: PathBuf,
    },
    /// The variable `HOME` is no path that cargo can work with.
    #[error(
        "the variable HOME is {home:?}, and cargo needs an absolute path in UTF-8\n  = help: set it to the \
         folder of who runs this"
    )]
    Home {
        /// What it is.
        home: OsString,
    },
    /// The current folder is gone.
    #[error("can't tell the current folder")]
    CurrentFolder(#[source] io::Error),
    /// A file can't be read.
    #[error("can't read {}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file can't be written.
    #[error("can't write {}", .path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Standard output can't be written to.
    #[error("can't print")]
    Print(#[source] io::Error),
    /// A value does not become JSON.
    #[error("can't write JSON")]
    Json(#[source] serde_json::Error),
    /// A TOML file of the workspace is malformed.
    #[error("malformed {}", .path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Why.
        source: toml::de::Error,
    },
    /// A folder that synth would have to replace is something else.
    #[error(
        "{} holds no assembly, so it is not replaced\n  = help: give another folder with --out, \
         or remove it",
        .path.display()
    )]
    NotAnAssembly {
        /// The folder.
        path: PathBuf,
    },
    /// A program can't be started.
    #[error("can't start {program}")]
    Start {
        /// The program.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// The input files were refused.
    #[error("{0}")]
    Input(#[from] InputErrors),
    /// An application of this name is there.
    #[error(
        "`{application}` is already defined in {file}\n  = help: edit its table, or choose another name"
    )]
    ApplicationDefined {
        /// The application.
        application: ApplicationName,
        /// Where.
        file: &'static str,
    },
    /// Every priority that a rule could have is taken.
    #[error(
        "no listener priority is free for `{application}`\n  = help: make room between the priorities of the other applications"
    )]
    NoPriority {
        /// The application.
        application: ApplicationName,
    },
    /// Cargo has said why.
    #[error("the stack crates don't build")]
    Build,
    /// Cargo has said why.
    #[error("{programs} can't be built")]
    Program {
        /// The programs.
        programs: String,
    },
    /// What an assembly was made from can't be written beside it.
    #[error(transparent)]
    Record(provenance::RecordError),
    /// Git gives no answer.
    #[error(transparent)]
    Git(#[from] GitError),
    /// What was just synthesized can't be read.
    #[error(transparent)]
    Assembled(common::assembly::ReadError),
    /// What was given as a commit is none.
    #[error(
        "`{revision}` names no commit of this repository\n  = help: what only the origin has is \
         fetched first: git fetch"
    )]
    Revision {
        /// As it was given.
        revision: String,
    },
    /// Another commit's definition can't be synthesized; its `xtask` has said why.
    #[error("the definition of {commit} can't be synthesized")]
    Base {
        /// The commit.
        commit: String,
    },
    /// Another commit's assembly is of another version.
    #[error(
        "the assembly of {commit} has version {found}, and this commit reads version {expected}\n  \
         = help: deploy it with its own engine: `git worktree add ../then {commit}`, and there \
         `cargo xtask deploy --env {environment}`"
    )]
    OtherAssembly {
        /// The commit.
        commit: String,
        /// Its version.
        found: u64,
        /// The version that is read here.
        expected: u32,
        /// The environment.
        environment: EnvironmentName,
    },
    /// A folder that a release would have to replace is something else.
    #[error(
        "{} holds no release, so it is not replaced\n  = help: give another folder with --output, \
         or remove it",
        .path.display()
    )]
    NotARelease {
        /// The folder.
        path: PathBuf,
    },
    /// The program that says what a release is has failed, and has said why.
    #[error("the release can't be described")]
    Release,
    /// No crate defines stacks.
    #[error(
        "no crate of {} defines stacks\n  = help: a stack crate has [package.metadata.stack] in \
         its Cargo.toml",
        .root.display()
    )]
    NoStacks {
        /// The workspace.
        root: PathBuf,
    },
    /// A stack crate without a binary of its name.
    #[error("{package} has no binary `{package}`\n  = help: a stack crate has a src/main.rs")]
    NoBinary {
        /// The package.
        package: String,
    },
    /// Stack binaries failed.
    #[error("stacks can't be synthesized{report}")]
    Stacks {
        /// What they said, by binary.
        report: String,
    },
    /// A stack binary printed something else than stacks.
    #[error("{crate_name} printed something else than its stacks")]
    StackOutput {
        /// The crate.
        crate_name: String,
        /// Why it could not be read.
        source: serde_json::Error,
    },
    /// A stack binary printed a stack that it was not asked for.
    #[error("{crate_name} printed the stack {stack} {foreign}")]
    ForeignStack {
        /// The crate.
        crate_name: String,
        /// The stack.
        stack: String,
        /// What is wrong with it.
        foreign: String,
    },
    /// The stacks don't fit together.
    #[error(transparent)]
    Assembly(#[from] AssemblyError),
    /// The judges found something.
    #[error("{}", crate::judges::report(.0))]
    Findings(Vec<Finding>),
    /// The generator found differences, and has said which.
    #[error("the generated resources are not up to date\n  = help: cargo xtask bindings")]
    Bindings,
    /// The simulation left an invariant, and has said which.
    #[error("an invariant was violated")]
    Simulation,
    /// The simulator failed, and has said why.
    #[error("nothing was simulated")]
    Simulator,
    /// A run of a pipeline failed, and has said where.
    #[error("the pipeline failed")]
    Rehearsal,
    /// Nothing was rehearsed, for a reason that was told.
    #[error("nothing was rehearsed")]
    NotRehearsed,
    /// An endpoint does otherwise than is claimed, and the lines say where.
    #[error("the endpoint does otherwise than is claimed")]
    Differences,
    /// Not every case was run, for a reason that was told.
    #[error("not every case was run")]
    NoConformance,
    /// The generator failed, and has said why.
    #[error("the resources can't be generated")]
    Generator,
    /// Tests failed; cargo has said which.
    #[error("tests failed")]
    Tests,
    /// Snapshots were left for later, or could not be reviewed.
    #[error("not every snapshot was decided on")]
    Snapshots,
    /// A tool is not there.
    #[error("{tool} is not installed\n  = help: {help}")]
    MissingTool {
        /// The tool.
        tool: String,
        /// How to get it.
        help: String,
    },
    /// A tool can't be installed.
    #[error("can't install {tool}\n{output}")]
    Install {
        /// The tool.
        tool: String,
        /// What the installer said.
        output: String,
    },
    /// A tool did something unexpected.
    #[error("{tool} failed: {output}")]
    Tool {
        /// The tool.
        tool: String,
        /// What it said.
        output: String,
    },
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
            other => format!("error: {other}"),
        };
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            report = format!("{report}: {cause}");
            source = cause.source();
        }
        if let Self::Write { source, .. } | Self::Print(source) = self
            && let Some(help) = files::help(source.kind())
        {
            report += &format!("\n  = help: {help}");
        }
        report
    }
}
