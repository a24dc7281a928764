//! The command line of the program.
//!
//! It stops on `SIGTERM` and `SIGINT`, and when the program that started it has ended: the pipe
//! that is its standard input ends then. Standard inputs that are no pipe are ignored.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use common::error_chain::error_chain;
use tokio::runtime;
use tokio::sync::oneshot;

use crate::server::{
    DEFAULT_SPEED, Options, RequestFaultError, RequestFaults, RunningServer, Server, ServerError,
    Speed,
};
use crate::{JournalError, UnknownTypes};

/// The time to wait for a folder that another server is using: longer than a server takes to stop.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// The time in which the program ends once it is asked to.
const STOP_TIMEOUT: Duration = Duration::from_millis(900);

/// The interval between attempts.
const LOCK_RETRY_INTERVAL: Duration = Duration::from_millis(50);

/// A local CloudFormation to try deployments on, without AWS
///
/// Serves CloudFormation's API on the loopback interface. The first line of output is `listening on
/// http://127.0.0.1:PORT`. Use this URL as the endpoint of clients, and a twelve-digit access key
/// id as the account.
#[derive(Debug, Parser)]
#[command(
    name = "emulator",
    after_help = "Example: emulator --port 4566 --speed 600 --state target/cloud"
)]
struct Arguments {
    /// Port to listen on; 0 selects a free port
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,

    /// Keep the state in this folder from one run to the next
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,

    /// Virtual seconds per real second, up to 1,000,000; at 0, only control requests advance the
    /// time
    #[arg(long, value_name = "X", default_value_t = DEFAULT_SPEED)]
    speed: Speed,

    /// Seed of all random choices
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Number of items on a page of a list
    #[arg(long, value_name = "N", default_value_t = 100,
          value_parser = clap::value_parser!(u32).range(1..=100))]
    page_size: u32,

    /// Take resources of types without a model: nothing about them is checked
    #[arg(long)]
    accept_unknown_types: bool,

    /// Hold change sets against the checks of templates too: errors fail them
    #[arg(long)]
    checks: bool,

    /// A parameter of SSM that exists in every account and region; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    ssm_parameter: Vec<(String, String)>,

    /// Faults of requests, such as `throttle=0.1,lost=0.02,latency=5..50`, or `@FILE` to read them
    /// from a file
    #[arg(long, value_name = "FAULTS")]
    faults: Option<String>,
}

#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error("can't read `{path}`")]
    Read {
        path: String,
        #[source]
        source: io::Error,
    },
    #[error(transparent)]
    Faults(#[from] RequestFaultError),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error("can't print")]
    Print(#[source] io::Error),
    #[error("can't wait for signals")]
    Wait(#[source] io::Error),
}

#[must_use]
pub fn run() -> ExitCode {
    match serve(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // There is nowhere to report to if standard error is closed, too.
            let _ = writeln!(io::stderr(), "error: {}", error_chain(&error));
            ExitCode::FAILURE
        }
    }
}

fn parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("a parameter is written `NAME=VALUE`".to_owned()),
    }
}

fn serve(arguments: Arguments) -> Result<(), CommandError> {
    let faults = match arguments.faults {
        Some(text) => faults(&text)?,
        None => RequestFaults::default(),
    };
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(CommandError::Wait)?;
    {
        let _entered = runtime.enter();
        cli_conventions::signals::refuse_large_files();
    }
    let running = start(&Options {
        port: arguments.port,
        state: arguments.state,
        speed: arguments.speed,
        faults,
        cloud: crate::Options {
            seed: arguments.seed,
            page_size: arguments.page_size as usize,
            checks: arguments.checks,
            unknown_types: if arguments.accept_unknown_types {
                UnknownTypes::Accept
            } else {
                UnknownTypes::Refuse
            },
            ssm_parameters: arguments.ssm_parameter.into_iter().collect(),
            ..crate::Options::default()
        },
        ..Options::default()
    })?;
    runtime.block_on(announce_and_wait(&running))?;
    Ok(running.stop_within(STOP_TIMEOUT)?)
}

/// Starts the server. An earlier one that was stopped may still be using the folder: it answers
/// requests in progress first.
fn start(options: &Options) -> Result<RunningServer, ServerError> {
    let until = Instant::now() + LOCK_TIMEOUT;
    loop {
        match Server::start(options) {
            Err(ServerError::Journal(JournalError::InUse(_))) if Instant::now() < until => {
                std::thread::sleep(LOCK_RETRY_INTERVAL);
            }
            other => return other,
        }
    }
}

async fn announce_and_wait(running: &RunningServer) -> Result<(), CommandError> {
    // Before the address is announced, so that no signal can kill it without saving.
    let signals = signals().map_err(CommandError::Wait)?;
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "listening on {}", running.url())
        .and_then(|()| stdout.flush())
        .map_err(CommandError::Print)?;
    drop(stdout);
    tokio::select! {
        () = signals => {}
        () = parent_gone() => {}
    }
    Ok(())
}

fn faults(text: &str) -> Result<RequestFaults, CommandError> {
    let Some(path) = text.strip_prefix('@') else {
        return Ok(text.parse()?);
    };
    let text = fs::read_to_string(path).map_err(|source| CommandError::Read {
        path: path.to_owned(),
        source,
    })?;
    Ok(text.parse()?)
}

/// Completes when a signal asks the program to stop.
#[cfg(unix)]
fn signals() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn signals() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    })
}

/// Completes when standard input is a pipe and ends.
async fn parent_gone() {
    if !stdin_is_pipe() {
        return std::future::pending().await;
    }
    let (gone, is_gone) = oneshot::channel();
    // A thread, because reading standard input can't be cancelled.
    std::thread::spawn(move || {
        let mut ignored = [0; 1024];
        let mut stdin = io::stdin().lock();
        while matches!(stdin.read(&mut ignored), Ok(read) if read > 0) {}
        let _ = gone.send(());
    });
    let _ = is_gone.await;
}

/// Shells give programs in the background a standard input that is no pipe and ends at once.
#[cfg(unix)]
fn stdin_is_pipe() -> bool {
    use std::os::unix::fs::FileTypeExt as _;

    fs::metadata("/dev/stdin").is_ok_and(|stdin| {
        let kind = stdin.file_type();
        kind.is_fifo() || kind.is_socket()
    })
}

#[cfg(not(unix))]
const fn stdin_is_pipe() -> bool {
    false
}
