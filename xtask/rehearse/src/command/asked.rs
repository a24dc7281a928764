//! What is asked for, and what is done then.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use common::Definition;
use common::environment::EnvironmentName;

use super::alone::alone;
use super::error::{CommandError, at};
use super::sources::{clone, sample};
use crate::run::{Code, Event, Forge, Props, Scene, Status, render};

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

    /// Compile nothing: the programs of this checkout stand in for the commit's
    #[arg(long, requires = "programs")]
    quick: bool,

    /// The folder of these programs
    #[arg(long, value_name = "DIR", hide = true)]
    programs: Option<PathBuf>,

    /// Where commits are compiled; kept, so that the next one compiles only what differs
    #[arg(long, value_name = "DIR", default_value = "target/rehearse")]
    compiled: PathBuf,

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
    let waiting = || say("another rehearsal is going on in the same folder; waiting for it");
    let _alone = [
        alone(&arguments.folder, waiting)?,
        alone(&arguments.compiled, waiting)?,
    ];
    let folder = emptied(&arguments.folder)?;
    let definition = folder.join("definition");
    clone(Path::new("."), &definition, environment)?;
    let repository = environment.pipeline.repository.as_str();
    let mut forge = Forge::default().with(repository, &definition);
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
        code: code(arguments, repository)?,
        replaced: replaced(&arguments.stand_ins),
        state: None,
    })?;
    say(&format!(
        "a person applies bootstrap and the pipeline of {}",
        environment.name
    ));
    let branch = environment.branch.as_str();
    let checkout = scene.checkout(repository, branch)?;
    let output = scene.bootstrap(&checkout, environment.name)?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
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

/// Whose code runs.
fn code(arguments: &Arguments, repository: &str) -> Result<Code, CommandError> {
    if let (true, Some(programs)) = (arguments.quick, &arguments.programs) {
        let programs = fs::canonicalize(programs).map_err(at(programs))?;
        return Ok(Code::BuiltBefore(programs));
    }
    let folder = &arguments.compiled;
    let first = !folder.join("target").exists();
    fs::create_dir_all(folder).map_err(at(folder))?;
    say(&format!(
        "the commit is compiled in {}, in the dev profile{}",
        folder.display(),
        if first {
            ": minutes, this first time"
        } else {
            ""
        }
    ));
    Ok(Code::OfCommit {
        repository: repository.to_owned(),
        folder: fs::canonicalize(folder).map_err(at(folder))?,
    })
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
