//! The binary of a stack crate, which prints the crate's stacks.
//!
//! For a person, `--env staging` prints the template. With more than one environment, or with
//! `--format json`, it prints the stacks for the assembly, one JSON array.

use std::io::Write as _;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use clap::Parser;

use super::{StackArtifact, StackError};
use crate::Definition;
use crate::environment::{Environment, EnvironmentName};
use crate::error_chain::error_chain;
use crate::input::InputErrors;
use crate::template::indented;

/// How a stack crate defines its stacks for one environment.
pub type Define = fn(&Environment) -> Result<Vec<StackArtifact>, StackError>;

/// Print CloudFormation templates of this stack crate.
#[derive(Debug, Parser)]
struct Arguments {
    /// The environment, without a default. Repeat for several
    #[arg(long = "env", value_name = "ENVIRONMENT", required = true)]
    environments: Vec<EnvironmentName>,

    /// Only this stack, without project and environment: `service-web`
    #[arg(long, value_name = "STACK")]
    stack: Option<String>,

    /// The folder with `environments/` and `applications.toml`
    #[arg(long, value_name = "DIR", default_value = ".")]
    config: PathBuf,

    /// What to print: the template for people, or the stacks as JSON
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// The template, indented
    Template,
    /// The stacks for the assembly, one JSON array
    Json,
}

#[derive(Debug, thiserror::Error)]
enum BinaryError {
    // Not a `source`, whose text would be appended: both messages are complete.
    #[error("{0}")]
    Input(InputErrors),
    #[error("{0}")]
    Stack(StackError),
    #[error("there is no stack `{wanted}`\n  = help: this crate defines {}", .known.join(", "))]
    UnknownStack { wanted: String, known: Vec<String> },
    #[error("can't write the stacks as JSON")]
    Json(#[from] serde_json::Error),
    #[error("can't print")]
    Print(#[from] std::io::Error),
}

/// The `main` of a stack crate.
#[must_use]
pub fn run(define: Define) -> ExitCode {
    let arguments = Arguments::parse();
    match print(&arguments, define) {
        Ok(()) => ExitCode::SUCCESS,
        // A closed pipe (`… | head`) is no failure.
        Err(BinaryError::Print(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            // Nowhere to report to when standard error is closed too.
            let _ = writeln!(std::io::stderr(), "{}", error_chain(&error));
            ExitCode::FAILURE
        }
    }
}

/// Environments are independent, so each is defined in a thread of its own.
/// The stacks come in the order of the environments.
fn define_all<'a>(
    environments: impl Iterator<Item = &'a Environment>,
    define: Define,
) -> Result<Vec<StackArtifact>, StackError> {
    thread::scope(|scope| {
        let running: Vec<_> = environments
            .map(|environment| scope.spawn(move || define(environment)))
            .collect();
        let mut stacks = Vec::new();
        for thread in running {
            // A panic is a bug in a definition: it continues as it would without threads.
            stacks.extend(thread.join().unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Ok(stacks)
    })
}

fn print(arguments: &Arguments, define: Define) -> Result<(), BinaryError> {
    let definition = Definition::load(&arguments.config).map_err(BinaryError::Input)?;
    let wanted = |environment: &&Environment| arguments.environments.contains(&environment.name);
    let environments = definition.environments.iter().filter(wanted);
    let mut stacks = define_all(environments, define).map_err(BinaryError::Stack)?;
    if let Some(wanted) = &arguments.stack {
        let known: Vec<String> = stacks.iter().map(|stack| stack.id.clone()).collect();
        stacks.retain(|stack| stack.id == *wanted);
        if stacks.is_empty() {
            return Err(BinaryError::UnknownStack {
                wanted: wanted.clone(),
                known,
            });
        }
    }

    let several = arguments.environments.len() > 1;
    let format = arguments.format.unwrap_or(if several {
        Format::Json
    } else {
        Format::Template
    });
    let text = match format {
        Format::Json => json(stacks)? + "\n",
        Format::Template => templates(&stacks),
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

/// The stacks as a JSON array. Each template is put in as it is: `serde_json` would read all of it
/// to see that it is JSON, which takes longer than all other writing.
fn json(stacks: Vec<StackArtifact>) -> Result<String, serde_json::Error> {
    let mut text = String::from("[");
    for (index, mut stack) in stacks.into_iter().enumerate() {
        let template = stack.template.take();
        let object = serde_json::to_string(&stack)?;
        if index > 0 {
            text.push(',');
        }
        // An object with fields, whose last character closes it.
        text.push_str(object.strip_suffix('}').unwrap_or(&object));
        text.push_str(",\"template\":");
        text.push_str(template.as_deref().unwrap_or("null"));
        text.push('}');
    }
    text.push(']');
    Ok(text)
}

/// One template as it is; several as one object by stack name.
fn templates(stacks: &[StackArtifact]) -> String {
    let text = |stack: &StackArtifact| stack.template.as_deref().unwrap_or_default().to_owned();
    let minified = match stacks {
        [stack] => text(stack),
        stacks => {
            let entries: Vec<String> = stacks
                .iter()
                .map(|stack| format!("\"{}\":{}", stack.name, text(stack)))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
    };
    indented(&minified)
}
