//! The command line of the program.
//!
//! It ends when it is told to (`SIGTERM`, `SIGINT`), and when whoever started it is gone: then the
//! pipe that is its standard input ends. Another standard input than a pipe means nothing.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use tokio::runtime;
use tokio::sync::oneshot;

use crate::JournalError;
use crate::server::{
    DEFAULT_SPEED, FaultError, Faults, Options, Running, Server, ServerError, Speed,
};

/// How long a folder that another server has is waited for: longer than one takes to end.
const LETTING_GO: Duration = Duration::from_secs(5);

/// How often it is tried meanwhile.
const RETRY: Duration = Duration::from_millis(50);

/// A CloudFormation to try deployments on, without AWS
///
/// Speaks CloudFormation's protocol on the loopback interface. The first line that it prints is
/// `listening on http://127.0.0.1:PORT`; clients are given that as their endpoint, and an access
/// key id of twelve digits as the account.
#[derive(Debug, Parser)]
#[command(
    name = "emulator",
    after_help = "Example: emulator --port 4566 --speed 600 --state target/cloud"
)]
struct Arguments {
    /// The port; 0 for one that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,

    /// Keep what there is in this folder, from one run to the next
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,

    /// How many virtual seconds pass in a real one, up to 1,000,000; 0: only when told
    #[arg(long, value_name = "X", default_value_t = DEFAULT_SPEED)]
    speed: Speed,

    /// What everything random follows from
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// How much is on a page of a list
    #[arg(long, value_name = "N", default_value_t = 100,
          value_parser = clap::value_parser!(u32).range(1..=100))]
    page_size: u32,

    /// What calls meet, as `throttle=0.1,lost=0.02,latency=5..50`, or `@FILE` with that in it
    #[arg(long, value_name = "FAULTS")]
    faults: Option<String>,
}

/// Why the program ends at once.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error("can't read `{path}`")]
    Read {
        path: String,
        #[source]
        source: io::Error,
    },
    #[error(transparent)]
    Faults(#[from] FaultError),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error("can't print")]
    Print(#[source] io::Error),
    #[error("can't wait for the end")]
    Wait(#[source] io::Error),
}

/// The `main` of the program.
#[must_use]
pub fn run() -> ExitCode {
    match serve(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut text = error.to_string();
            let mut cause = std::error::Error::source(&error);
            while let Some(source) = cause {
                text += &format!(": {source}");
                cause = source.source();
            }
            // Nowhere to report to when standard error is closed too.
            let _ = writeln!(io::stderr(), "error: {text}");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: Arguments) -> Result<(), CommandError> {
    let faults = match arguments.faults {
        Some(text) => faults(&text)?,
        None => Faults::default(),
    };
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(CommandError::Wait)?;
    {
        let _entered = runtime.enter();
        refuse_large_files();
    }
    let running = start(&Options {
        port: arguments.port,
        state: arguments.state,
        speed: arguments.speed,
        faults,
        cloud: crate::Options {
            seed: arguments.seed,
            page_size: arguments.page_size as usize,
            ..crate::Options::default()
        },
        ..Options::default()
    })?;
    runtime.block_on(announce_and_wait(&running))?;
    Ok(running.stop()?)
}

/// Starts the server. One that was killed, or whose caller was, may not have let its folder go yet: it answers
/// what is under way first.
fn start(options: &Options) -> Result<Running, ServerError> {
    let until = Instant::now() + LETTING_GO;
    loop {
        match Server::start(options) {
            Err(ServerError::Journal(JournalError::InUse(_))) if Instant::now() < until => {
                std::thread::sleep(RETRY);
            }
            other => return other,
        }
    }
}

async fn announce_and_wait(running: &Running) -> Result<(), CommandError> {
    // Before anybody knows that it is there, so that nobody can end it the hard way.
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

fn faults(text: &str) -> Result<Faults, CommandError> {
    let Some(path) = text.strip_prefix('@') else {
        return Ok(text.parse()?);
    };
    let text = fs::read_to_string(path).map_err(|source| CommandError::Read {
        path: path.to_owned(),
        source,
    })?;
    Ok(text.parse()?)
}

/// A file that outgrows its limit is an error of who writes it, and not the end of this process.
#[cfg(unix)]
fn refuse_large_files() {
    use tokio::signal::unix::{SignalKind, signal};

    let kind = SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw());
    // From now on it is caught, whether somebody looks at it or not.
    drop(signal(kind));
}

#[cfg(not(unix))]
const fn refuse_large_files() {}

/// Comes to an end when the program is told to end.
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

/// Comes to an end when standard input is a pipe and ends.
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

/// What a shell gives to a program in the background is no pipe, and at its end from the start.
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
