//! Questions at the terminal, and the signals that interrupt a run.

use std::io::{self, BufRead as _};

use crate::report::terminal;
use common::terminal_text::TerminalText;
use tokio::sync::oneshot;

use crate::preflight::Question;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Text(String),
    Interrupted,
}

/// Asks at the terminal, on standard error: standard output may be redirected.
pub(crate) async fn ask(question: Question, interrupts: &mut Interrupts) -> Answer {
    let text = match question {
        Question::Nothing => return Answer::Text(String::new()),
        Question::YesOrNo(environment) => format!("continue with {environment}? [y/N] "),
        Question::Name(environment) => {
            format!("type the name of the environment to continue ({environment}): ")
        }
    };
    terminal::eprint(&TerminalText::line(&text));
    let (sender, typed) = oneshot::channel();
    // A thread, because reading standard input can't be cancelled.
    std::thread::spawn(move || {
        let mut line = String::new();
        // The end of the input counts as an empty answer.
        let _ = io::stdin().lock().read_line(&mut line);
        let _ = sender.send(line);
    });
    tokio::select! {
        line = typed => Answer::Text(line.unwrap_or_default()),
        () = interrupts.next() => {
            terminal::eprint(&TerminalText::literal("\n"));
            Answer::Interrupted
        }
    }
}

/// Ctrl-C and the other signals that end a program: a closed terminal, Ctrl-\\. While this exists they don't end
/// the process, and Ctrl-Z stops it after the terminal is restored.
#[derive(Debug)]
pub(crate) struct Interrupts {
    #[cfg(unix)]
    ending: Vec<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    stopping: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Interrupts {
    /// Signals that can't be handled end the program as usual.
    pub(crate) fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};

        let mut kinds = vec![
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::quit(),
        ];
        if !ignores_hangup() {
            kinds.push(SignalKind::hangup());
        }
        let stop = rustix::process::Signal::TSTP.as_raw();
        Self {
            ending: kinds
                .into_iter()
                .filter_map(|one| signal(one).ok())
                .collect(),
            stopping: signal(SignalKind::from_raw(stop)).ok(),
        }
    }

    /// Waits for the next signal that ends the program.
    pub(crate) async fn next(&mut self) {
        use std::future::poll_fn;
        use std::task::Poll;

        loop {
            let (ending, stopping) = (&mut self.ending, &mut self.stopping);
            let is_end = poll_fn(|context| {
                let mut all = ending.iter_mut();
                if all.any(|one| one.poll_recv(context).is_ready()) {
                    return Poll::Ready(true);
                }
                let stopping = stopping.as_mut();
                match stopping.is_some_and(|one| one.poll_recv(context).is_ready()) {
                    true => Poll::Ready(false),
                    false => Poll::Pending,
                }
            });
            if is_end.await {
                return;
            }
            suspend();
        }
    }
}

/// Stops this process until SIGCONT, as Ctrl-Z does by default.
#[cfg(unix)]
fn suspend() {
    use rustix::process::{Signal, getpid, kill_process};

    let was_hidden = super::console::show_cursor();
    // If it can't be stopped, it continues.
    let _ = kill_process(getpid(), Signal::STOP);
    if was_hidden {
        super::console::redraw();
    }
}

/// Whether SIGHUP was ignored when this program started, as `nohup` does. Where `/proc` is missing, a process
/// without a terminal counts as that.
#[cfg(unix)]
fn ignores_hangup() -> bool {
    let hangup = rustix::process::Signal::HUP.as_raw();
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let mask = status
                .lines()
                .find_map(|line| line.strip_prefix("SigIgn:"))?;
            u64::from_str_radix(mask.trim(), 16).ok()
        })
        .map_or_else(
            || terminal::stdout_size().is_none(),
            |ignored| ignored >> (hangup - 1) & 1 == 1,
        )
}

#[cfg(not(unix))]
impl Interrupts {
    pub(crate) const fn listen() -> Self {
        Self {}
    }

    pub(crate) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
