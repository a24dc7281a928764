//! `compare`: where two environments of this definition differ, and by which inputs. Needs no AWS.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use cli_conventions::{exit_code, files};
use common::assembly::read;
use common::environment::EnvironmentName;
use common::terminal_text::TerminalText;
use review::Environment;
use review::comparison::{
    Exchange, Experiments, InputDifference, InputFiles, Texts, compare, text,
};

use super::arguments::{Format, environment};
use super::output::{json, print_text};
use crate::Error;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::handover::Handover;

#[derive(Debug, Args)]
#[command(after_help = "\
Compares the synthesized templates, stack by stack. What an input makes differ
is found by exchanging it between the environments, one after the other, and
synthesizing them again. What still differs with all inputs exchanged follows
from no input. Needs no account, no credentials and no network.

Examples:
  cargo xtask compare staging production
  cargo xtask compare staging production --format json")]
pub struct Arguments {
    /// The first environment
    #[arg(value_name = "ENVIRONMENT", value_parser = environment())]
    pub one: EnvironmentName,

    /// The second environment
    #[arg(value_name = "OTHER", value_parser = environment())]
    pub other: EnvironmentName,

    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,

    /// The folder of the input files [default: the workspace's root]
    #[arg(long, value_name = "DIR", alias = "definition")]
    pub config: Option<PathBuf>,
}

#[expect(
    clippy::unused_async,
    clippy::extra_unused_type_parameters,
    reason = "all verbs are called alike; this one deploys nothing"
)]
pub(super) async fn run<B: Backend>(
    line: &CommandLine,
    arguments: &Arguments,
) -> Result<u8, Error> {
    let laboratory = Laboratory::open(line, arguments)?;
    let inputs = laboratory.files.differences();
    let mut exchanged = Vec::new();
    for input in &inputs {
        // Most inputs can be exchanged. Where a rule is of one environment only, the other one takes its value.
        for exchange in [Exchange::Both, Exchange::One, Exchange::Other] {
            if let Ok(found) = laboratory.experiment(&[(input, exchange)])? {
                exchanged.push((input.key.clone(), found));
                break;
            }
        }
    }
    let all = laboratory.all(&inputs)?;
    let mut kept = Vec::new();
    if let Some((exchanges, _)) = &all {
        for input in &inputs {
            if exchanged.iter().any(|(key, _)| *key == input.key) {
                continue;
            }
            let mut but_one = exchanges.clone();
            but_one.retain(|(other, _)| *other != input);
            if let Ok(found) = laboratory.experiment(&but_one)? {
                kept.push((input.key.clone(), found));
            }
        }
    }
    let experiments = Experiments {
        exchanged,
        all: all.map(|(_, found)| found),
        kept,
    };
    let comparison = compare(
        &laboratory.one,
        &laboratory.other,
        &laboratory.files,
        &experiments,
    );
    match arguments.format {
        Format::Text => print_text(&TerminalText::lines(&text(&comparison)))?,
        Format::Json => json(&comparison)?,
    }
    Ok(exit_code::SUCCESS)
}

type Exchanges<'i> = Vec<(&'i InputDifference, Exchange)>;

/// Both environments, and what synthesizes them with other inputs.
struct Laboratory<'a> {
    line: &'a CommandLine,
    names: [EnvironmentName; 2],
    files: InputFiles,
    one: Environment,
    other: Environment,
    /// Holds the folder of the experiments' inputs.
    handover: Handover,
}

const APPLICATIONS: &str = "applications.toml";

fn file(environment: EnvironmentName) -> String {
    format!("environments/{environment}.toml")
}

impl<'a> Laboratory<'a> {
    fn open(line: &'a CommandLine, arguments: &Arguments) -> Result<Self, Error> {
        let synthesize =
            |environment| Handover::synthesize(line, environment, None)?.ok_or(Error::NoCheckout);
        let handover = synthesize(arguments.one)?;
        let one = model(&handover)?;
        let other = model(&synthesize(arguments.other)?)?;
        let inputs = line.config().unwrap_or_else(|| PathBuf::from("."));
        let text = |file: &str| {
            let path = inputs.join(file);
            fs::read_to_string(&path).map_err(|source| Error::Read { path, source })
        };
        let texts = Texts {
            one: text(&file(arguments.one))?,
            other: text(&file(arguments.other))?,
            applications: text(APPLICATIONS)?,
        };
        let names = [arguments.one, arguments.other];
        Ok(Self {
            line,
            names,
            files: InputFiles::parse(names[0].as_str(), names[1].as_str(), &texts)?,
            one,
            other,
            handover,
        })
    }

    /// The first environment with all inputs of the second, and the exchanges that are a definition; nothing where
    /// none was found.
    fn all<'i>(
        &self,
        inputs: &'i [InputDifference],
    ) -> Result<Option<(Exchanges<'i>, Environment)>, Error> {
        let mut exchanges = Vec::new();
        let mut undecided = Vec::new();
        for (index, input) in inputs.iter().enumerate() {
            // The second environment keeps its own where both may have the same, so that its own rules are met.
            let exchange = match self.experiment(&[(input, Exchange::One)])? {
                Ok(_) => Exchange::One,
                Err(_) => Exchange::Both,
            };
            if exchange == Exchange::Both {
                undecided.push(index);
            }
            exchanges.push((input, exchange));
        }
        let mut best = match self.experiment(&exchanges)? {
            Ok(found) => return Ok(Some((exchanges, found))),
            Err(refusals) => refusals,
        };
        for index in undecided {
            let mut tried = exchanges.clone();
            if let Some((_, exchange)) = tried.get_mut(index) {
                *exchange = Exchange::One;
            }
            match self.experiment(&tried)? {
                Ok(found) => return Ok(Some((tried, found))),
                Err(refusals) if refusals < best => {
                    best = refusals;
                    exchanges = tried;
                }
                Err(_) => {}
            }
        }
        Ok(None)
    }

    /// The first environment with some inputs exchanged, or the second where only that one takes the other's. Where
    /// that is no definition, the number of its errors.
    fn experiment(
        &self,
        inputs: &[(&InputDifference, Exchange)],
    ) -> Result<Result<Environment, usize>, Error> {
        let texts = self.files.exchanged(inputs.iter().copied())?;
        let folder = self.handover.scratch();
        let [one, other] = self.names;
        for (name, text) in [
            (file(one), &texts.one),
            (file(other), &texts.other),
            (APPLICATIONS.to_owned(), &texts.applications),
        ] {
            write(&folder.join(name), text)?;
        }
        let is_of_other = inputs
            .iter()
            .all(|(_, exchange)| *exchange == Exchange::Other);
        let name = if is_of_other { other } else { one };
        let found = Handover::synthesize_or_refuse(self.line, name, Some(&folder))?;
        match found.ok_or(Error::NoCheckout)? {
            Ok(found) => model(&found).map(Ok),
            Err(refused) => Ok(Err(refused
                .lines()
                .filter(|line| line.starts_with("error"))
                .count())),
        }
    }
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    let written = path
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| files::write(path, text));
    written.map_err(|source| Error::Write {
        path: path.to_owned(),
        source,
    })
}

fn model(handover: &Handover) -> Result<Environment, Error> {
    Environment::new(&read(handover.assembly())?).map_err(Error::Json)
}
