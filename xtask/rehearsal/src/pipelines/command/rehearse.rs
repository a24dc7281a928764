//! The verb: deploys an environment from nothing, then pushes a commit to it.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser as _;
use common::Definition;
use common::application::Application;
use common::environment::Environment;
use common::error_chain::causes;

use super::arguments::{Arguments, INFRASTRUCTURE};
use super::error::{CommandError, at};
use super::passes::{Passes, say};
use super::sources::{Source, sample};
use super::work_folder::{emptied, lock};
use crate::pipelines::run::{CodeSource, GitHost, TestBed, TestBedConfig};

/// Commands that a rehearsal replaces unless `--stand-in` says defaults: the tests, which include
/// rehearsals, and the validators, which would be installed.
const REPLACED: [(&str, &str); 2] = [
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

/// Returns whether the last execution succeeded.
fn rehearse(arguments: &Arguments) -> Result<bool, CommandError> {
    let definition = Definition::load(&arguments.config)?;
    let environment = definition
        .environments
        .iter()
        .find(|environment| environment.name == arguments.environment)
        .ok_or(CommandError::NoEnvironment(arguments.environment))?;
    let application = application(&arguments.pipeline, environment)?;
    let waiting =
        || say("another rehearsal is running in the same folder; waiting for it to finish");
    let _locks = [
        lock(&arguments.folder, waiting)?,
        lock(&arguments.compiled, waiting)?,
    ];
    let folder = emptied(&arguments.folder)?;
    let source = Source::copy(Path::new("."), &folder.join("definition"))?;
    let newest = source.commit("HEAD")?;
    let first = match &arguments.from {
        Some(revision) => source.commit(revision)?,
        None => newest.clone(),
    };
    let branch = environment.branch.as_str();
    // The branch of the environment may have changed since the first commit.
    let first_branch = source.branch_at(&first, environment.name);
    let first_branch = first_branch.as_deref().unwrap_or(branch);
    source.push(&first, first_branch)?;
    let test_bed = test_bed(arguments, environment, application, &source, &folder)?;
    let passes = Passes {
        test_bed: &test_bed,
        environment,
        application,
        verbose: arguments.verbose,
    };

    bootstrap(
        &test_bed,
        environment,
        first_branch,
        &source.subject(&first)?,
    )?;
    if arguments.from.is_none() {
        return passes.run_newest();
    }
    if !passes.run_existing()? {
        return Err(CommandError::NoBeginning(source.subject(&first)?));
    }
    for branch in [first_branch, branch] {
        source.push(&newest, branch)?;
    }
    let subject = source.subject(&newest)?;
    if arguments.bootstrap {
        bootstrap(&test_bed, environment, branch, &subject)?;
    }
    say(&format!("pushing {subject}"));
    passes.run_push(&newest)
}

/// Applies what pipelines may not, from the newest commit of a branch.
fn bootstrap(
    test_bed: &TestBed,
    environment: &Environment,
    branch: &str,
    commit: &str,
) -> Result<(), CommandError> {
    say(&format!(
        "applying bootstrap and the pipeline of {}, from {commit}",
        environment.name
    ));
    let repository = environment.pipeline.repository.as_str();
    let checkout = test_bed.checkout(repository, branch)?;
    let output = test_bed.bootstrap(&checkout, environment.name)?;
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

fn test_bed(
    arguments: &Arguments,
    environment: &Environment,
    application: Option<&Application>,
    definition: &Source,
    folder: &Path,
) -> Result<TestBed, CommandError> {
    let repository = environment.pipeline.repository.as_str();
    let mut git_host = GitHost::default().with_repository(repository, &definition.folder);
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
        git_host = git_host.with_repository(application.repository.as_str(), &copy);
    }
    Ok(TestBed::start(TestBedConfig {
        folder: folder.to_owned(),
        account: environment.account.to_string(),
        region: environment.region.to_string(),
        git_host,
        program: std::env::current_exe().map_err(at("this program"))?,
        code: code(arguments, repository)?,
        replaced: replaced(&arguments.stand_ins),
        state: None,
    })?)
}

fn code(arguments: &Arguments, repository: &str) -> Result<CodeSource, CommandError> {
    if let (true, Some(programs)) = (arguments.quick, &arguments.programs) {
        let programs = fs::canonicalize(programs).map_err(at(programs))?;
        return Ok(CodeSource::Prebuilt(programs));
    }
    let folder = &arguments.compiled;
    let first = !folder.join("target").exists();
    fs::create_dir_all(folder).map_err(at(folder))?;
    say(&format!(
        "compiling {} in {}, in the dev profile{}",
        match &arguments.from {
            Some(_) => "both commits",
            None => "the commit",
        },
        folder.display(),
        if first {
            ", which takes minutes the first time"
        } else {
            ""
        }
    ));
    Ok(CodeSource::Compiled {
        repository: repository.to_owned(),
        folder: fs::canonicalize(folder).map_err(at(folder))?,
    })
}

fn replaced(given: &[(String, String)]) -> Vec<(String, String)> {
    let defaults = REPLACED.map(|(of, by)| (of.to_owned(), by.to_owned()));
    given.iter().cloned().chain(defaults).collect()
}
