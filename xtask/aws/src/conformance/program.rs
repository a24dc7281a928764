//! The command line: shows the cases and their cost, asks, runs them, and writes the outcomes.

use std::fs::File;
use std::io::{self, BufRead as _, IsTerminal as _, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::sdk::{ConnectError, Settings, connect};
use crate::signed::{Call, JsonVersion, Method, Service, Signed};
use clap::Parser;
use cloudformation::{ClientError, CloudFormation as _};
use common::error_chain::causes;
use common::terminal_text::TerminalText;
use deploy::report::terminal;
use serde_json::json;

use crate::conformance::case::{Case, cases};
use crate::conformance::cost::{Costs, Unpriced};
use crate::conformance::run::{Outcome, Run, Services};
use crate::conformance::scenarios::SCENARIOS;

/// Verify claims about CloudFormation against an endpoint.
///
/// Without --endpoint-url this is AWS: stacks are created in the account of the credentials, with names
/// that begin with `lc`, and deleted afterwards, also if a case fails. Each claim and what was observed is
/// written as a line of JSON. Exits with 1 when something differs.
#[derive(Debug, Parser)]
#[command(name = "conformance", max_term_width = 80)]
#[command(after_help = "\
Examples:
  cargo xtask conformance --profile sandbox --region eu-west-1 --budget-usd 1
  cargo xtask conformance --region eu-west-1 --budget-usd 0.1 --yes \\
    --endpoint-url http://127.0.0.1:4566 --out differences.ndjson")]
pub struct Arguments {
    /// The region
    #[arg(long, value_name = "REGION")]
    region: String,

    /// The profile with the credentials [default: those of the environment]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// The budget in US dollars; nothing starts that could cost more
    #[arg(long, value_name = "USD")]
    budget_usd: f64,

    /// Another endpoint than AWS
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,

    /// Only this case; may be repeated
    #[arg(long, value_name = "CASE")]
    only: Vec<String>,

    /// Where the lines go [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Show the cases and what they may cost, and run none
    #[arg(long)]
    list: bool,

    /// Don't ask
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the cases or costs of this program can't be read")]
    Data(#[source] serde_json::Error),
    /// A case that nothing is known of.
    #[error("there is no case `{0}`; `--list` shows them")]
    NoCase(String),
    /// A type without an upper bound.
    #[error(transparent)]
    Unpriced(#[from] Unpriced),
    #[error(
        "the cases may cost up to ${most:.3}, more than the ${budget:.3} of --budget-usd; nothing was started"
    )]
    TooExpensive {
        /// What they may cost.
        most: f64,
        /// What may be spent.
        budget: f64,
    },
    #[error(
        "this command needs confirmation, and stdin is not a terminal: pass --yes; nothing was started"
    )]
    NoTerminal,
    #[error("nothing was started")]
    Declined,
    /// AWS can't be reached as asked.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error("CloudFormation does not answer")]
    Port(#[from] ClientError),
    /// A file or a stream.
    #[error("the outcome can't be written")]
    Write(#[from] io::Error),
    #[error("the outcome can't be written")]
    Line(#[source] serde_json::Error),
}

enum Chosen {
    Scenario(&'static str, usize),
    Case(Case),
}

/// Runs the command that the process was called with.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let result = runtime
        .map_err(Error::Write)
        .and_then(|runtime| runtime.block_on(run(&arguments)));
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            let mut report = format!("error: {error}\n");
            for cause in causes(&error) {
                report += &format!("  caused by: {cause}\n");
            }
            terminal::eprint(&TerminalText::lines(&report));
            ExitCode::from(3)
        }
    }
}

/// Runs the cases; gives whether all of them are as claimed.
async fn run(arguments: &Arguments) -> Result<bool, Error> {
    let costs = Costs::known().map_err(Error::Data)?;
    let chosen = chosen(&arguments.only)?;
    let mut most = 0.0;
    let mut screen = Vec::new();
    for one in &chosen {
        match one {
            Chosen::Scenario(name, _) => writeln!(screen, "  {name}")?,
            Chosen::Case(case) => {
                let usd = costs.of(case)?;
                most += usd;
                let Case { case, claim, .. } = case;
                writeln!(screen, "  {case}: {claim} (up to ${usd:.3})")?;
            }
        }
    }
    let count = chosen.len();
    writeln!(
        screen,
        "{count} cases, up to ${most:.3}; scenarios make topics, log groups and a role, which cost nothing"
    )?;
    show(&mut screen);
    if most > arguments.budget_usd {
        let budget = arguments.budget_usd;
        return Err(Error::TooExpensive { most, budget });
    }
    if arguments.list {
        return Ok(true);
    }
    let mut settings =
        Settings::new(&arguments.region).endpoint_url(arguments.endpoint_url.as_deref());
    settings.profile.clone_from(&arguments.profile);
    let aws = connect(settings).await?;
    let identity = aws.identity().await?;
    let endpoint = match &arguments.endpoint_url {
        Some(url) => url.clone(),
        None => format!("AWS, {}", arguments.region),
    };
    writeln!(
        screen,
        "{endpoint}: account {}, as {}",
        identity.account, identity.arn
    )?;
    show(&mut screen);
    confirm(arguments)?;
    let mut out = arguments.out.as_ref().map(File::create).transpose()?;
    // Other endpoints have CloudFormation, and may have nothing else.
    let services = arguments
        .endpoint_url
        .is_none()
        .then(|| AwsServices(aws.signed()));
    let run = Run {
        port: Arc::new(aws),
        services,
        id: id(),
    };
    // A scenario that does not hold panics, and its text is in its line.
    std::panic::set_hook(Box::new(|_| {}));
    let mut as_claimed = true;
    for one in chosen {
        let outcome = match &one {
            Chosen::Scenario(name, number) => run.scenario(name, *number).await,
            Chosen::Case(case) => run.case(case).await,
        };
        as_claimed &= outcome.equal && outcome.left.is_empty();
        print_outcome(&mut screen, &outcome)?;
        show(&mut screen);
        let line = TerminalText::json(&outcome, false).map_err(Error::Line)?;
        match &mut out {
            Some(file) => file.write_all(line.as_str().as_bytes())?,
            None => terminal::print(&line)?,
        }
    }
    let _ = std::panic::take_hook();
    Ok(as_claimed)
}

/// Prints what was written for people.
fn show(screen: &mut Vec<u8>) {
    terminal::eprint(&TerminalText::lines(&String::from_utf8_lossy(screen)));
    screen.clear();
}

fn chosen(only: &[String]) -> Result<Vec<Chosen>, Error> {
    let scenarios = SCENARIOS
        .iter()
        .enumerate()
        .map(|(number, name)| Chosen::Scenario(name, number));
    let cases = cases().map_err(Error::Data)?.into_iter().map(Chosen::Case);
    let all: Vec<Chosen> = scenarios.chain(cases).collect();
    let name = |one: &Chosen| match one {
        Chosen::Scenario(name, _) => (*name).to_owned(),
        Chosen::Case(case) => case.case.clone(),
    };
    if let Some(unknown) = only
        .iter()
        .find(|wanted| !all.iter().any(|one| name(one) == **wanted))
    {
        return Err(Error::NoCase(unknown.clone()));
    }
    Ok(all
        .into_iter()
        .filter(|one| only.is_empty() || only.contains(&name(one)))
        .collect())
}

fn confirm(arguments: &Arguments) -> Result<(), Error> {
    if arguments.yes {
        return Ok(());
    }
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Err(Error::NoTerminal);
    }
    terminal::eprint(&TerminalText::literal("run them there? [y/N] "));
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer)?;
    match answer.trim() {
        "y" | "yes" => Ok(()),
        _ => Err(Error::Declined),
    }
}

fn print_outcome(screen: &mut impl Write, outcome: &Outcome) -> io::Result<()> {
    let state = match (&outcome.skipped, outcome.equal) {
        (Some(_), _) => "skipped",
        (None, true) => "as claimed",
        (None, false) => "DIFFERS",
    };
    writeln!(
        screen,
        "  {state:<10} {} ({} s)",
        outcome.case, outcome.seconds
    )?;
    for left in &outcome.left {
        writeln!(screen, "             could not be deleted: {left}")?;
    }
    Ok(())
}

/// What no other run has: the second in which it begins, and the process.
fn id() -> String {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    format!("{:x}{:x}", seconds & 0xfff_ffff, std::process::id() & 0xfff)
}

/// What no stack can do, at AWS.
struct AwsServices(Signed);

impl AwsServices {
    async fn object(&self, method: Method, bucket: &str, key: &str) -> Result<(), String> {
        let s3 = Service {
            signs_paths_raw: true,
            ..Service::new("S3", "s3")
        };
        let call = Call::Rest {
            method,
            path: vec![bucket.to_owned(), key.to_owned()],
            query: Vec::new(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        let answer = self.0.call(s3, call).await;
        answer.map(|_| ()).map_err(|error| error.to_string())
    }
}

impl Services for AwsServices {
    async fn put(&self, bucket: &str, key: &str) -> Result<(), String> {
        self.object(Method::Put, bucket, key).await
    }

    async fn remove(&self, bucket: &str, key: &str) -> Result<(), String> {
        self.object(Method::Delete, bucket, key).await
    }

    async fn delete_log_group(&self, name: &str) -> Result<(), String> {
        let call = Call::Json {
            version: JsonVersion::V1_1,
            target: "Logs_20140328.DeleteLogGroup",
            body: json!({ "logGroupName": name }),
        };
        match self
            .0
            .call(Service::new("CloudWatch Logs", "logs"), call)
            .await
        {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("ResourceNotFoundException") => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }
}
