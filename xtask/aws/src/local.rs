//! The CloudFormation on this machine: started for one call, and gone with it.
//!
//! The server ends when its standard input does, so it never outlives this process, however that
//! ends.

use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Error;

/// The program; it stands beside this one.
const PROGRAM: &str = "emulator";

/// How many seconds pass there in one, unless told otherwise: the server's own default.
pub(crate) const SPEED: u32 = 60;

/// How long it may take to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running local CloudFormation.
#[derive(Debug)]
pub(crate) struct LocalCloudFormation {
    child: Child,
    // Kept open, so that it can always print.
    _stdout: BufReader<ChildStdout>,
    address: String,
}

impl LocalCloudFormation {
    /// Starts one. With a folder, it goes on from the state there.
    pub(crate) fn start(state: Option<&Path>, speed: u32) -> Result<Self, Error> {
        let program = beside().unwrap_or_else(|| PathBuf::from(PROGRAM));
        let failed = |source| Error::Local {
            program: program.clone(),
            source,
        };
        let mut command = Command::new(&program);
        command.args(["--port", "0", "--speed", &speed.to_string()]);
        if let Some(state) = state {
            command.arg("--state").arg(state);
        }
        own_group(&mut command);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let Some(stdout) = child.stdout.take() else {
            return Err(failed(io::Error::other("it has no output")));
        };
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        stdout.read_line(&mut line).map_err(failed)?;
        let address = line.trim().strip_prefix("listening on ");
        // What is not on this machine is never taken for something to try things on.
        let Some(address) = address.filter(|one| one.starts_with("http://127.0.0.1:")) else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(Error::LocalAddress { program });
        };
        Ok(Self {
            address: address.to_owned(),
            child,
            _stdout: stdout,
        })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for LocalCloudFormation {
    /// Asks it to end, and waits for it: its state is whole only then.
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program in the folder of this one.
fn beside() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let path = own
        .parent()?
        .join(PROGRAM)
        .with_extension(std::env::consts::EXE_EXTENSION);
    path.is_file().then_some(path)
}

/// Ctrl-C is for this process, which ends the server when it is done with it.
#[cfg(unix)]
fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;

    command.process_group(0);
}

#[cfg(not(unix))]
fn own_group(_: &mut Command) {}
