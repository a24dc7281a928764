//! `review`: what a proposal will do, compared with the definition of another commit. Needs no AWS.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use cli_conventions::{exit_code, files};
use common::assembly::{Assembly, read};
use common::environment::EnvironmentName;
use common::terminal_text::TerminalText;
use provenance::git::{READ_LIMIT, call as git};
use review::charges::Prices;
use review::drawing::Drawing;
use review::inputs::{InputFile, input_changes};
use review::report::{Compared, Report, Revision, annotations, html, markdown, text};

use super::arguments::environment;
use super::output::print_text;
use crate::Error;
use crate::acknowledgements::Acknowledgements;
use crate::backend::Backend;
use crate::command_line::CommandLine;
use crate::handover::Handover;

#[derive(Debug, Args)]
#[command(after_help = "\
Compares the definition of a commit with the one in this folder: puts the
commit's into the emulator, then plans and deploys this one in virtual time.
Needs no account, no credentials and no network.

Examples:
  cargo xtask review --base origin/next
  cargo xtask review --base HEAD~1 --env production --format markdown
  cargo xtask review --base origin/next --format html > review.html")]
pub struct Arguments {
    /// The commit to compare with
    #[arg(long, value_name = "REV")]
    pub base: String,

    /// Only this environment; may be repeated [default: all]
    #[arg(long = "env", value_name = "ENVIRONMENT", value_parser = environment())]
    pub environments: Vec<EnvironmentName>,

    /// The output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,

    /// Also write the report in all its forms to this folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// Fail when an environment could not be deployed as proposed
    #[arg(long)]
    pub require_acknowledged: bool,

    /// The folder of the input files [default: the workspace's root]
    #[arg(long, value_name = "DIR", alias = "definition")]
    pub config: Option<PathBuf>,
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal
    Text,
    /// For a pull request
    Markdown,
    /// One page with drawings, for a browser
    Html,
    /// For programs
    Json,
    /// For GitHub's runner: what is severe, at its line
    Annotations,
}

impl Format {
    /// The file of `--out`.
    const fn file(self) -> &'static str {
        match self {
            Self::Text => "report.txt",
            Self::Markdown => "report.md",
            Self::Html => "report.html",
            Self::Json => "report.json",
            Self::Annotations => "annotations.txt",
        }
    }

    fn render(self, report: &Report, drawings: &[Drawing]) -> Result<TerminalText, Error> {
        Ok(match self {
            Self::Text => TerminalText::lines(&text(report)),
            Self::Markdown => TerminalText::lines(&markdown(report)),
            Self::Html => TerminalText::lines(&html(report, drawings)),
            Self::Json => TerminalText::json(report, true).map_err(Error::Json)?,
            Self::Annotations => TerminalText::lines(&annotations(report)),
        })
    }
}

pub(super) async fn run<B: Backend>(
    line: &CommandLine,
    arguments: &Arguments,
) -> Result<u8, Error> {
    let environments = match arguments.environments.as_slice() {
        [] => EnvironmentName::ALL.to_vec(),
        some => some.to_vec(),
    };
    // Bad files are refused before anything is synthesized.
    let prices = prices(line)?;
    let acknowledged = Acknowledgements::gather(&[], None)?.words();
    let mut compared = Vec::new();
    let mut drawings = Vec::new();
    let mut base_commit = None;
    for environment in environments {
        let base = Handover::synthesize(line, environment, Some(&arguments.base))?;
        let base = base.ok_or(Error::NoCheckout)?;
        base_commit = base.commit().map(str::to_owned);
        let before = read(base.assembly())?;
        let proposal = Handover::synthesize_or_refuse(line, environment, None)?;
        let one = match proposal.ok_or(Error::NoCheckout)? {
            Ok(proposal) => {
                let after = read(proposal.assembly())?;
                Compared {
                    before: model(&before)?,
                    after: Ok(model(&after)?),
                    forecast: B::forecast(&before, &after, &acknowledged)?,
                    variants: variants(line, environment, &base)?,
                }
            }
            Err(refused) => Compared {
                before: model(&before)?,
                after: Err(refused),
                forecast: None,
                variants: Vec::new(),
            },
        };
        if let Ok(after) = &one.after {
            drawings.push(Drawing::of_change(&one.before, after));
        }
        compared.push(one);
    }
    let command = format!(
        "cargo xtask review --base {}",
        base_commit.as_deref().unwrap_or(&arguments.base)
    );
    let base = Revision {
        commit: base_commit,
    };
    let report = Report::new(base, Revision { commit: None }, command, compared);
    let report = match &prices {
        Some(prices) => report.priced(prices),
        None => report,
    };
    if let Some(folder) = &arguments.out {
        fs::create_dir_all(folder).map_err(writing(folder))?;
        for format in Format::value_variants() {
            let path = folder.join(format.file());
            files::write(&path, format.render(&report, &drawings)?.as_str())
                .map_err(writing(&path))?;
        }
    }
    print_text(&arguments.format.render(&report, &drawings)?)?;
    Ok(if arguments.require_acknowledged && report.is_blocked() {
        exit_code::BLOCKED
    } else {
        exit_code::SUCCESS
    })
}

/// The owner's unit prices, where there are any.
fn prices(line: &CommandLine) -> Result<Option<Prices>, Error> {
    let path = inputs(line).join(PRICES);
    match fs::read_to_string(&path) {
        Ok(text) => Prices::parse(PRICES, &text)
            .map(Some)
            .map_err(Error::Prices),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::Read { path, source }),
    }
}

const PRICES: &str = "prices.toml";

/// The folder of the input files.
fn inputs(line: &CommandLine) -> PathBuf {
    line.config().unwrap_or_else(|| PathBuf::from("."))
}

fn model(assembly: &Assembly) -> Result<review::Environment, Error> {
    review::Environment::new(assembly).map_err(Error::Json)
}

/// How many keys of the input files are tried one by one. With more, a reader would not go through them.
const MAX_VARIANTS: usize = 12;

/// The proposal with each changed key of the input files as it was, where that is a definition.
fn variants(
    line: &CommandLine,
    environment: EnvironmentName,
    base: &Handover,
) -> Result<Vec<(String, review::Environment)>, Error> {
    let inputs = inputs(line);
    // The base has its input files at the root of its checkout, wherever the proposal's are.
    let workspace = line
        .caller
        .workspace
        .clone()
        .unwrap_or_else(|| PathBuf::from("."));
    let commit = base.commit().unwrap_or_default();
    let own = format!("environments/{environment}.toml");
    let mut changes = Vec::new();
    for file in [own.as_str(), APPLICATIONS] {
        let words = ["show".to_owned(), format!("{commit}:{file}")];
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        // A file that the base does not have is new as a whole: no key of it can be as it was.
        let Ok(before) = git(&workspace, &words, READ_LIMIT) else {
            continue;
        };
        let path = inputs.join(file);
        let after = fs::read_to_string(&path).map_err(|source| Error::Read { path, source })?;
        let found = input_changes(InputFile {
            file,
            before: &String::from_utf8_lossy(&before),
            after: &after,
        });
        changes.extend(found?.into_iter().map(|change| (file, change)));
    }
    if changes.len() > MAX_VARIANTS {
        return Ok(Vec::new());
    }
    let mut variants = Vec::new();
    for (file, change) in changes {
        let folder = base.scratch();
        copy_inputs(&inputs, &folder)?;
        files::write(&folder.join(file), &change.reverted).map_err(writing(&folder.join(file)))?;
        let variant = Handover::synthesize_or_refuse(line, environment, Some(&folder))?;
        // A key that can't be reverted alone causes what its neighbours cause.
        if let Some(Ok(variant)) = variant {
            variants.push((change.place, model(&read(variant.assembly())?)?));
        }
    }
    Ok(variants)
}

const APPLICATIONS: &str = "applications.toml";

fn copy_inputs(from: &Path, to: &Path) -> Result<(), Error> {
    let environments = to.join("environments");
    fs::create_dir_all(&environments).map_err(writing(&environments))?;
    let names = EnvironmentName::ALL.map(|name| format!("environments/{name}.toml"));
    for file in names.iter().map(String::as_str).chain([APPLICATIONS]) {
        let path = to.join(file);
        fs::copy(from.join(file), &path).map_err(writing(&path))?;
    }
    Ok(())
}

fn writing(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Write { path, source }
}
