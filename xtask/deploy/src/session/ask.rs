//! Asks, and notices when somebody wants to leave.

use std::io::{self, BufRead as _};

use common::terminal_text::TerminalText;
use deploy_render::terminal;
use tokio::sync::oneshot;

use crate::guard::Question;

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

/// Ctrl-C, and what asks a program to end. From the first call on they don't end it any more.
#[derive(Debug)]
pub(crate) struct Interrupts {
    #[cfg(unix)]
    signals: Option<[tokio::signal::unix::Signal; 2]>,
}

impl Interrupts {
    /// Begins to notice. Where signals can't be had, they end the program as usual.
    #[cfg(unix)]
    pub(crate) fn noticed() -> Self {
        use tokio::signal::unix::{SignalKind, signal};

        let of = |kind| signal(kind).ok();
        Self {
            signals: of(SignalKind::interrupt())
                .zip(of(SignalKind::terminate()))
                .map(|(one, other)| [one, other]),
        }
    }

    /// Begins to notice.
    #[cfg(not(unix))]
    pub(crate) const fn noticed() -> Self {
        Self {}
    }

    /// Waits for the next one.
    #[cfg(unix)]
    pub(crate) async fn next(&mut self) {
        match &mut self.signals {
            Some([interrupt, terminate]) => {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            }
            None => std::future::pending().await,
        }
    }

    /// Waits for the next one.
    #[cfg(not(unix))]
    pub(crate) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
