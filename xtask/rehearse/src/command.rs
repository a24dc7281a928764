//! The command line.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Parser;
use common::Definition;
use common::environment::{Environment, EnvironmentName};

use crate::run::{Event, Forge, Props, RunError, Scene, Status, render};

/// Rehearse a pipeline on this machine
#[derive(Debug, Parser)]
#[command(name = "rehearse")]
struct Arguments {
    /// The environment. There is no default
    #[arg(long = "env", value_name = "ENVIRONMENT")]
    environment: EnvironmentName,

    /// `infrastructure`, or an application, which is rehearsed after it
    #[arg(long, value_name = "NAME", default_value = INFRASTRUCTURE)]
    pipeline: String,

    /// The repository of the application; the sample application unless given
    #[arg(long, value_name = "DIR")]
    source: Option<PathBuf>,

    /// Run something else than a command of a buildspec; may be given several times
    #[arg(long = "stand-in", value_name = "COMMAND=OTHER", value_parser = stand_in)]
    stand_ins: Vec<(String, String)>,

    /// Show also what commands say
    #[arg(long)]
    verbose: bool,

    /// The folder with `environments/` and `applications.toml`
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,

    /// The folder of the programs that stand in for what cargo would build
    #[arg(long, value_name = "DIR")]
    programs: PathBuf,

    /// Where everything is put; emptied first
    #[arg(long, value_name = "DIR", default_value = "target/rehearsal")]
    folder: PathBuf,
}

const INFRASTRUCTURE: &str = "infrastructure";

/// What is not run again inside of a rehearsal, unless something else is asked for: all tests, of
/// which rehearsals are a part, and the judges, which would be installed.
const NOT_AGAIN: [(&str, &str); 2] = [
    ("cargo xtask test", "cargo xtask check"),
    ("cargo xtask check --judges", "cargo xtask check"),
];

/// Why nothing was rehearsed.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error("{0}")]
    Input(#[from] common::input::InputErrors),
    #[error(transparent)]
    Run(#[from] RunError),
    #[error("there is no environment `{0}`")]
    NoEnvironment(EnvironmentName),
    #[error("there is no application `{name}` in {environment}")]
    NoApplication {
        name: String,
        environment: EnvironmentName,
    },
    #[error("bootstrap failed:\n{0}")]
    Bootstrap(String),
    #[error("git {what} failed: {said}")]
    Git { what: String, said: String },
    #[error("can't use `{path}`")]
    File {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
}

const FAILED: u8 = 1;
const NOT_REHEARSED: u8 = 2;

/// The `main` of the binary.
#[must_use]
pub fn run() -> ExitCode {
    match rehearse(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(FAILED),
        Err(error) => {
            let mut text = format!("error: {error}\n");
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                text.push_str(&format!("  because: {cause}\n"));
                source = cause.source();
            }
            // Nowhere to report to when standard error is closed too.
            let _ = std::io::stderr().write_all(text.as_bytes());
            ExitCode::from(NOT_REHEARSED)
        }
    }
}

fn stand_in(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((command, other)) => Ok((command.trim().to_owned(), other.trim().to_owned())),
        None => Err("expected COMMAND=OTHER".to_owned()),
    }
}

fn rehearse(arguments: &Arguments) -> Result<bool, CommandError> {
    let definition = Definition::load(&arguments.config)?;
    let environment = definition
        .environments
        .iter()
        .find(|environment| environment.name == arguments.environment)
        .ok_or(CommandError::NoEnvironment(arguments.environment))?;
    let names = environment.names();
    let application = match arguments.pipeline.as_str() {
        INFRASTRUCTURE => None,
        name => Some(
            environment
                .applications
                .iter()
                .find(|application| application.name.as_str() == name)
                .ok_or_else(|| CommandError::NoApplication {
                    name: name.to_owned(),
                    environment: environment.name,
                })?,
        ),
    };
    let folder = emptied(&arguments.folder)?;
    let checkout = folder.join("definition");
    clone(Path::new("."), &checkout, environment)?;
    let mut forge = Forge::default().with(environment.pipeline.repository.as_str(), &checkout);
    if let Some(application) = application {
        let source = folder.join("application");
        match &arguments.source {
            Some(repository) => clone(repository, &source, environment)?,
            None => sample(&source, environment)?,
        }
        forge = forge.with(application.repository.as_str(), &source);
    }
    let scene = Scene::set(Props {
        folder: folder.clone(),
        account: environment.account.to_string(),
        region: environment.region.to_string(),
        forge,
        program: std::env::current_exe().map_err(at("this program"))?,
        programs: fs::canonicalize(&arguments.programs).map_err(at(&arguments.programs))?,
        replaced: replaced(&arguments.stand_ins),
        state: None,
    })?;
    say(&format!(
        "a person applies bootstrap and the pipeline of {}",
        environment.name
    ));
    let output = scene.bootstrap(&checkout, environment.name)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(CommandError::Bootstrap(said));
    }
    let well = pass(&scene, &names.definition_pipeline(), arguments.verbose)?;
    match application {
        Some(application) if well => pass(
            &scene,
            &names.pipeline(&application.name),
            arguments.verbose,
        ),
        _ => Ok(well),
    }
}

/// One run of a pipeline, and those that it starts.
fn pass(scene: &Scene, pipeline: &str, verbose: bool) -> Result<bool, CommandError> {
    let mut rehearsal = scene.rehearsal(pipeline)?;
    rehearsal.start(None);
    let mut spoken: Vec<String> = Vec::new();
    rehearsal.run(&mut |event| {
        match &event {
            Event::Said(line) if !verbose => spoken.push(line.clone()),
            // What a command said is wanted when it has failed.
            Event::Ended { outcome, .. } => {
                if !outcome.is_well() {
                    for line in &spoken {
                        say(&format!("      {line}"));
                    }
                }
                spoken.clear();
                say(&render(&event));
            }
            _ => say(&render(&event)),
        }
    })?;
    let newest = rehearsal.line().newest().map(|run| run.status);
    Ok(newest == Some(Status::Succeeded))
}

/// Somebody who stops reading misses the rest.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

fn replaced(given: &[(String, String)]) -> Vec<(String, String)> {
    let otherwise = NOT_AGAIN.map(|(of, by)| (of.to_owned(), by.to_owned()));
    given.iter().cloned().chain(otherwise).collect()
}

fn emptied(folder: &Path) -> Result<PathBuf, CommandError> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(at(folder))?;
    }
    fs::create_dir_all(folder).map_err(at(folder))?;
    fs::canonicalize(folder).map_err(at(folder))
}

/// What is committed, under the name of the branch that the environment runs.
fn clone(from: &Path, to: &Path, environment: &Environment) -> Result<(), CommandError> {
    let from = fs::canonicalize(from).map_err(at(from))?;
    let (from, into) = (from.to_string_lossy(), to.to_string_lossy());
    git(Path::new("."), &["clone", "--quiet", &from, &into])?;
    git(
        to,
        &["checkout", "--quiet", "-B", environment.branch.as_str()],
    )
}

/// The sample application, as a repository.
fn sample(to: &Path, environment: &Environment) -> Result<(), CommandError> {
    let from = Path::new("tests/sample-application");
    copy(from, to)?;
    git(
        to,
        &[
            "init",
            "--quiet",
            "--initial-branch",
            environment.branch.as_str(),
        ],
    )?;
    git(to, &["add", "--all"])?;
    let who = [
        "-c",
        "user.name=rehearsal",
        "-c",
        "user.email=rehearsal@example.com",
    ];
    let commit = ["commit", "--quiet", "--message", "the sample application"];
    let all: Vec<&str> = who.into_iter().chain(commit).collect();
    git(to, &all)
}

fn copy(from: &Path, to: &Path) -> Result<(), CommandError> {
    fs::create_dir_all(to).map_err(at(to))?;
    for entry in fs::read_dir(from).map_err(at(from))? {
        let path = entry.map_err(at(from))?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target).map_err(at(&path))?;
        }
    }
    Ok(())
}

fn git(folder: &Path, arguments: &[&str]) -> Result<(), CommandError> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .map_err(at("git"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(CommandError::Git {
        what: arguments.first().copied().unwrap_or_default().to_owned(),
        said: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

fn at(path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> CommandError {
    let path = path.as_ref().to_owned();
    move |source| CommandError::File { path, source }
}
