//! Calls of git, each with a time limit: a repository may lie on a disk that does not answer, and a program
//! that git starts may wait for ever.

use std::io::{self, Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long a call may take that only reads.
pub const READ_LIMIT: Duration = Duration::from_secs(15);

/// How long a call may take that reads or writes every file of a commit.
pub const FILES_LIMIT: Duration = Duration::from_secs(300);

/// How often is looked whether git has ended, once it has said everything.
const POLL: Duration = Duration::from_millis(2);

/// Why git gives no answer.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    #[error("git can't be started")]
    Start(#[source] io::Error),
    #[error("git {command}: {said}")]
    Failed {
        /// The words that it was called with.
        command: String,
        /// The first line of what it said.
        said: String,
    },
    #[error(
        "`git {command}` did not end within {} s in {folder}\n  = help: see whether the disk of the \
         repository answers, and whether a program that git is configured to start waits for something",
        .limit.as_secs()
    )]
    TimedOut {
        /// The words that it was called with.
        command: String,
        folder: String,
        limit: Duration,
    },
    /// What it says can't be read, or what it has to read can't be written.
    #[error("git {command} was interrupted")]
    Pipe {
        /// The words that it was called with.
        command: String,
        #[source]
        source: io::Error,
    },
}

/// A git that works on a folder, whatever the variables of this process say: a hook or an alias that calls
/// us has variables which point at another repository.
#[must_use]
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    command
        .arg("-C")
        .arg(folder)
        // The repository's hooks are for work in it, and a monitor of files is a program too.
        .args([
            "-c",
            "core.hooksPath=/dev/null",
            "-c",
            "core.fsmonitor=false",
        ])
        // Reading takes no locks, prompts for nothing, and fetches nothing.
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("LC_ALL", "C");
    command
}

/// Calls git in a folder; gives what it prints.
///
/// # Errors
/// When it can't be started, refuses, or does not end within the limit.
pub fn call(folder: &Path, arguments: &[&str], limit: Duration) -> Result<Vec<u8>, GitError> {
    call_with(folder, arguments, Vec::new(), limit)
}

/// The same, for a call that reads its standard input.
///
/// # Errors
/// As [`call`].
pub fn call_with(
    folder: &Path,
    arguments: &[&str],
    input: Vec<u8>,
    limit: Duration,
) -> Result<Vec<u8>, GitError> {
    let mut command = command(folder);
    command.args(arguments);
    run(command, folder, &arguments.join(" "), input, limit)
}

fn run(
    mut command: Command,
    folder: &Path,
    words: &str,
    input: Vec<u8>,
    limit: Duration,
) -> Result<Vec<u8>, GitError> {
    let deadline = Instant::now() + limit;
    let pipe = |source| GitError::Pipe {
        command: words.to_owned(),
        source,
    };
    let timed_out = || GitError::TimedOut {
        command: words.to_owned(),
        folder: folder.display().to_string(),
        limit,
    };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(GitError::Start)?;
    let said = child.stderr.take().map(all_of);
    let printed = child.stdout.take().map(all_of);
    if let Some(mut stdin) = child.stdin.take() {
        // A thread: git may print before it has read everything. One that reads nothing is no failure.
        std::thread::spawn(move || stdin.write_all(&input));
    }
    let ended = received(printed, deadline)
        .and_then(|printed| Some((printed, received(said, deadline)?)))
        .and_then(|output| Some((output, wait(&mut child, deadline)?)));
    let Some(((printed, said), status)) = ended else {
        // Not waited for: a process that the disk holds up does not even go when it is killed.
        let _ = child.kill();
        return Err(timed_out());
    };
    let printed = printed.map_err(pipe)?;
    if status.map_err(pipe)?.success() {
        return Ok(printed);
    }
    let said = said.unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let first = said.lines().next().unwrap_or("it says nothing");
    Err(GitError::Failed {
        command: words.to_owned(),
        said: first.trim_start_matches("fatal: ").to_owned(),
    })
}

type Received = Receiver<io::Result<Vec<u8>>>;

/// Reads everything in a thread of its own, which is left behind when the end never comes.
fn all_of(mut from: impl Read + Send + 'static) -> Received {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut all = Vec::new();
        let read = from.read_to_end(&mut all).map(|_| all);
        let _ = sender.send(read);
    });
    receiver
}

fn received(from: Option<Received>, deadline: Instant) -> Option<io::Result<Vec<u8>>> {
    let Some(from) = from else {
        return Some(Ok(Vec::new()));
    };
    match from.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        Ok(read) => Some(read),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => Some(Ok(Vec::new())),
    }
}

fn wait(child: &mut Child, deadline: Instant) -> Option<io::Result<ExitStatus>> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(Ok(status)),
            Ok(None) if Instant::now() >= deadline => return None,
            Ok(None) => std::thread::sleep(POLL),
            Err(error) => return Some(Err(error)),
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    /// A program in the place of git.
    fn program(script: &str, limit: Duration) -> Result<Vec<u8>, GitError> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run(
            command,
            Path::new("/somewhere"),
            "status --short",
            Vec::new(),
            limit,
        )
    }

    #[test]
    fn a_git_that_hangs_is_told_with_its_words_and_the_limit() {
        for hanging in [
            "exec sleep 1000",
            "sleep 1000 & exec sleep 1000",
            "exec >&- 2>&-; exec sleep 1000",
        ] {
            let error = program(hanging, Duration::from_secs(1)).unwrap_err();
            assert!(matches!(error, GitError::TimedOut { .. }), "{error:?}");
            let text = error.to_string();
            assert!(
                text.contains("`git status --short` did not end within 1 s in /somewhere"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_git_refuses_is_told_in_its_words() {
        let error =
            program("echo 'fatal: no' >&2; echo more >&2; exit 128", READ_LIMIT).unwrap_err();
        assert_eq!(error.to_string(), "git status --short: no");
        assert_eq!(program("echo yes", READ_LIMIT).unwrap(), b"yes\n");
    }
}
