//! Asks, and notices when somebody wants to leave.

use std::io::{self, BufRead as _};

use crate::report::terminal;
use common::terminal_text::TerminalText;
use tokio::sync::oneshot;

use crate::preflight::Question;

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// This was typed.
    Typed(String),
    /// Nothing: somebody wants to leave.
    Left,
}

/// Asks at the terminal. The question is on standard error, since standard output may be kept
/// elsewhere.
pub(crate) async fn ask(question: Question, interrupts: &mut Interrupts) -> Answer {
    let text = match question {
        Question::Nothing => return Answer::Typed(String::new()),
        Question::YesOrNo(environment) => format!("go on with {environment}? [y/N] "),
        Question::Name(environment) => {
            format!("type the name of the environment to go on ({environment}): ")
        }
    };
    terminal::complain(&TerminalText::line(&text));
    let (sender, typed) = oneshot::channel();
    // A thread, because reading standard input can't be cancelled.
    std::thread::spawn(move || {
        let mut line = String::new();
        // An end of the input is an answer too: none.
        let _ = io::stdin().lock().read_line(&mut line);
        let _ = sender.send(line);
    });
    tokio::select! {
        line = typed => Answer::Typed(line.unwrap_or_default()),
        () = interrupts.next() => {
            terminal::complain(&TerminalText::literal("\n"));
            Answer::Left
        }
    }
}

/// Ctrl-C, and whatever else asks a program to end: a closed terminal, Ctrl-\\. From the first call on they
/// don't end it any more, and Ctrl-Z stops it once the terminal is as it was.
#[derive(Debug)]
pub(crate) struct Interrupts {
    #[cfg(unix)]
    ending: Vec<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    stopping: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Interrupts {
    /// Begins to notice. Where signals can't be had, they end the program as usual.
    pub(crate) fn noticed() -> Self {
        use tokio::signal::unix::{SignalKind, signal};

        let mut kinds = vec![
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::quit(),
        ];
        if !is_detached() {
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

    /// Waits for the next one that asks to end.
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
            stop();
        }
    }
}

/// Stops this process, as Ctrl-Z does to one that draws nothing, until it is told to go on.
#[cfg(unix)]
fn stop() {
    use rustix::process::{Signal, getpid, kill_process};

    let hidden = crate::terminal::show_cursor();
    // Where it can't be stopped, it goes on.
    let _ = kill_process(getpid(), Signal::STOP);
    if hidden {
        crate::terminal::draw_anew();
    }
}

/// Whether a hangup was to be ignored when this program was started: `nohup` says so. Where the system does not
/// tell, what no terminal shows is taken for that.
#[cfg(unix)]
fn is_detached() -> bool {
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
    /// Begins to notice.
    pub(crate) const fn noticed() -> Self {
        Self {}
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
