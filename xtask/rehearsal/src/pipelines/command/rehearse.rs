//! What is done: an environment comes to be, and what is pushed passes through it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser as _;
use common::Definition;
use common::application::Application;
use common::environment::Environment;
use common::error_chain::causes;

use super::alone::alone;
use super::asked::{Arguments, INFRASTRUCTURE};
use super::error::{CommandError, at};
use super::pass::Passes;
use super::say::say;
use super::sources::{Source, sample};
use crate::pipelines::run::{Code, Forge, Props, Scene};

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
            for cause in causes(&error) {
                text.push_str(&format!("  caused by: {cause}\n"));
            }
            // Nowhere to report to when standard error is closed too.
            let _ = std::io::stderr().write_all(text.as_bytes());
            ExitCode::from(NOT_REHEARSED)
        }
    }
}

/// Gives whether the last run went well.
fn rehearse(arguments: &Arguments) -> Result<bool, CommandError> {
    let definition = Definition::load(&arguments.config)?;
    let environment = definition
        .environments
        .iter()
        .find(|environment| environment.name == arguments.environment)
        .ok_or(CommandError::NoEnvironment(arguments.environment))?;
    let application = application(&arguments.pipeline, environment)?;
    let waiting = || say("another rehearsal is going on in the same folder; waiting for it");
    let _alone = [
        alone(&arguments.folder, waiting)?,
        alone(&arguments.compiled, waiting)?,
    ];
    let folder = emptied(&arguments.folder)?;
    let source = Source::copy(Path::new("."), &folder.join("definition"))?;
    let newest = source.commit("HEAD")?;
    let first = match &arguments.from {
        Some(revision) => source.commit(revision)?,
        None => newest.clone(),
    };
    let branch = environment.branch.as_str();
    // The first commit's own branch, where the environment has run another one since.
    let first_branch = source.branch_at(&first, environment.name);
    let first_branch = first_branch.as_deref().unwrap_or(branch);
    source.push(&first, first_branch)?;
    let scene = scene(arguments, environment, application, &source, &folder)?;
    let passes = Passes {
        scene: &scene,
        environment,
        application,
        verbose: arguments.verbose,
    };

    bootstrap(&scene, environment, first_branch, &source.subject(&first)?)?;
    if arguments.from.is_none() {
        return passes.newest();
    }
    if !passes.what_is_there()? {
        return Err(CommandError::NoBeginning(source.subject(&first)?));
    }
    for branch in [first_branch, branch] {
        source.push(&newest, branch)?;
    }
    let subject = source.subject(&newest)?;
    if arguments.bootstrap {
        bootstrap(&scene, environment, branch, &subject)?;
    }
    say(&format!("{subject} is pushed"));
    passes.pushed(&newest)
}

/// What pipelines may not do, with the newest commit of a branch checked out.
fn bootstrap(
    scene: &Scene,
    environment: &Environment,
    branch: &str,
    commit: &str,
) -> Result<(), CommandError> {
    say(&format!(
        "a person applies bootstrap and the pipeline of {}, as of {commit}",
        environment.name
    ));
    let repository = environment.pipeline.repository.as_str();
    let checkout = scene.checkout(repository, branch)?;
    let output = scene.bootstrap(&checkout, environment.name)?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    Err(CommandError::Bootstrap(said))
}

fn application<'a>(
    pipeline: &str,
    environment: &'a Environment,
) -> Result<Option<&'a Application>, CommandError> {
    if pipeline == INFRASTRUCTURE {
        return Ok(None);
    }
    let mut all = environment.applications.iter();
    match all.find(|application| application.name.as_str() == pipeline) {
        Some(application) => Ok(Some(application)),
        None => Err(CommandError::NoApplication {
            name: pipeline.to_owned(),
            environment: environment.name,
        }),
    }
}

/// What all of it is played on.
fn scene(
    arguments: &Arguments,
    environment: &Environment,
    application: Option<&Application>,
    definition: &Source,
    folder: &Path,
) -> Result<Scene, CommandError> {
    let repository = environment.pipeline.repository.as_str();
    let mut forge = Forge::default().with(repository, &definition.folder);
    if let Some(application) = application {
        let branch = environment.branch.as_str();
        let copy = folder.join("application");
        match &arguments.source {
            Some(original) => {
                let source = Source::copy(original, &copy)?;
                source.push(&source.commit("HEAD")?, branch)?;
            }
            None => sample(&copy, branch)?,
        }
        forge = forge.with(application.repository.as_str(), &copy);
    }
    Ok(Scene::set(Props {
        folder: folder.to_owned(),
        account: environment.account.to_string(),
        region: environment.region.to_string(),
        forge,
        program: std::env::current_exe().map_err(at("this program"))?,
        code: code(arguments, repository)?,
        replaced: replaced(&arguments.stand_ins),
        state: None,
    })?)
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
        "{} compiled in {}, in the dev profile{}",
        match &arguments.from {
            Some(_) => "both commits are",
            None => "the commit is",
        },
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
