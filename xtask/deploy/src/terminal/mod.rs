//! Where people and programs look: the edge between what is shown and standard output.
//!
//! Nothing here fails. A deployment goes on when nobody reads any more; that is noticed, and then
//! nothing is written again.

mod picture;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::commands::arguments::Format;
use crate::execute::{Event, StepOutcome};
use crate::plan::{Plan, StepId};
use crate::report::outcome::Resume;
use crate::report::progress::log::Log;
use crate::report::progress::{Progress, json, live};
use crate::report::{Line, OutputStyle, Tone, findings, outcome, page, terminal};
use common::terminal_text::TerminalText;
use serde::Serialize;

use picture::Picture;

/// Whether the cursor is hidden: a terminal is the process's, and so is what was done to it.
static HIDDEN: AtomicBool = AtomicBool::new(false);

/// Whether what is drawn next begins at the cursor.
static ANEW: AtomicBool = AtomicBool::new(false);

/// Shows the cursor, where it is hidden; tells whether it was.
#[cfg(unix)]
pub(crate) fn show_cursor() -> bool {
    let hidden = HIDDEN.load(Ordering::Relaxed);
    if hidden {
        put(picture::SHOW_CURSOR);
    }
    hidden
}

/// Goes on drawing where another program has written meanwhile.
#[cfg(unix)]
pub(crate) fn draw_anew() {
    ANEW.store(true, Ordering::Relaxed);
    put(picture::HIDE_CURSOR);
}

#[cfg(unix)]
fn put(text: &'static str) {
    // Nowhere to tell that the terminal is gone.
    let _ = terminal::print(&TerminalText::literal(text));
}

/// Standard output, in one of its forms.
#[derive(Debug)]
pub(crate) struct Console {
    form: Form,
    style: OutputStyle,
    begun: Instant,
    /// Whether a plan was begun: from then on time is told from there.
    has_begun: bool,
    progress: Option<Progress>,
    /// What was said last of trouble: said once as long as it stays the same.
    trouble: Option<String>,
}

#[derive(Debug)]
enum Form {
    /// A terminal that can be drawn on.
    Live(Picture),
    /// A file, a pipe, a log.
    Lines(Log),
    /// A program.
    Json,
    /// Nobody reads any more.
    Silent,
}

impl Console {
    /// The form that suits the reader.
    pub(crate) fn new(format: Format) -> Self {
        let style = terminal::stdout_style();
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
        let form = match format {
            Format::Json => Form::Json,
            // Some CI systems give programs a terminal, and keep what it shows as a log.
            Format::Text if terminal::stdout_size().is_some() && !set("CI") && !dumb => {
                Form::Live(Picture::default())
            }
            Format::Text => Form::Lines(Log::default()),
        };
        Self {
            form,
            style,
            begun: Instant::now(),
            has_begun: false,
            progress: None,
            trouble: None,
        }
    }

    /// How it is printed.
    pub(crate) const fn style(&self) -> OutputStyle {
        self.style
    }

    /// Since the beginning.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Whether something is going on that was shown to begin.
    pub(crate) const fn is_walking(&self) -> bool {
        self.progress.is_some()
    }

    /// Says something to people; programs don't get it.
    pub(crate) fn say(&mut self, lines: &[Line]) {
        match &mut self.form {
            Form::Live(picture) => {
                let text = page(lines, self.style);
                let frame = picture.above(&text, self.style.width);
                self.write(&frame);
                self.draw();
            }
            Form::Lines(_) => self.write(&page(lines, self.style)),
            Form::Json | Form::Silent => {}
        }
    }

    /// Hands a value on to programs; people don't get it.
    pub(crate) fn hand_on(&mut self, value: &impl Serialize) {
        if matches!(self.form, Form::Json)
            && let Ok(line) = TerminalText::json(value, false)
        {
            self.write(&line);
        }
    }

    /// A plan begins to be executed.
    pub(crate) fn begin(&mut self, plan: &Plan) {
        if !self.has_begun {
            self.has_begun = true;
            self.begun = Instant::now();
        }
        self.progress = Some(Progress::of(plan));
        if let Form::Live(_) = self.form {
            HIDDEN.store(true, Ordering::Relaxed);
            self.write(&TerminalText::literal(picture::HIDE_CURSOR));
        }
        self.draw();
    }

    /// Something happened.
    pub(crate) fn event(&mut self, event: &Event) {
        let at = self.begun.elapsed();
        let Some(progress) = &mut self.progress else {
            // Before the plan is executed only trouble concerns people.
            let lines = self.trouble(event, None);
            self.say(&lines);
            if let (Form::Json, Ok(line)) = (&self.form, json::line(at, event)) {
                self.write(&line);
            }
            return;
        };
        progress.apply(at, event);
        match &mut self.form {
            Form::Live(_) => {
                let lines = self.standing(event);
                if !lines.is_empty() {
                    self.say(&lines);
                }
            }
            Form::Lines(log) => {
                let lines = log.event(progress, at, event, self.style);
                self.write(&page(&lines, self.style));
            }
            Form::Json => {
                if let Ok(line) = json::line(at, event) {
                    self.write(&line);
                }
            }
            Form::Silent => {}
        }
    }

    /// Time has passed.
    pub(crate) fn tick(&mut self) {
        let now = self.begun.elapsed();
        match (&mut self.form, &self.progress) {
            (Form::Live(_), Some(_)) => self.draw(),
            (Form::Lines(log), Some(progress)) => {
                let lines = log.tick(progress, now);
                self.write(&page(&lines, self.style));
            }
            _ => {}
        }
    }

    /// Nothing goes on any more: the picture goes, what stands above it stays.
    pub(crate) fn end(&mut self) {
        if self.progress.take().is_none() {
            return;
        }
        if let Form::Live(picture) = &mut self.form {
            let frame = picture.gone(self.style.width);
            self.write(&frame);
            self.write(&TerminalText::literal(picture::SHOW_CURSOR));
            HIDDEN.store(false, Ordering::Relaxed);
        }
    }

    /// What of an event stays on the screen above the picture.
    fn standing(&mut self, event: &Event) -> Vec<Line> {
        let Some(progress) = &self.progress else {
            return Vec::new();
        };
        match event {
            // What was not begun is told at the end, once for all.
            Event::StepFinished {
                outcome: StepOutcome::Skipped { .. } | StepOutcome::Detached,
                ..
            } => Vec::new(),
            Event::StepFinished { step, .. } => progress
                .row(step)
                .map(|row| live::ended(row, self.style))
                .unwrap_or_default(),
            Event::Finding { finding, .. } => findings::finding(finding, progress.environment),
            Event::Warning { step, .. } => {
                let stack = step.as_ref().and_then(|step| stack(progress, step));
                let stack = stack.map(str::to_owned);
                self.trouble(event, stack.as_deref())
            }
            _ => Vec::new(),
        }
    }

    /// What is said of trouble: once, as long as it stays the same.
    fn trouble(&mut self, event: &Event, stack: Option<&str>) -> Vec<Line> {
        let Event::Warning { message, .. } = event else {
            return Vec::new();
        };
        if self.trouble.as_ref() == Some(message) {
            return Vec::new();
        }
        self.trouble = Some(message.clone());
        let place = stack.map(|stack| format!("{stack}: ")).unwrap_or_default();
        vec![Line::at(2).and(Tone::Dim, format!("{place}{message}"))]
    }

    fn draw(&mut self) {
        let (Form::Live(picture), Some(progress)) = (&mut self.form, &self.progress) else {
            return;
        };
        if ANEW.swap(false, Ordering::Relaxed) {
            // A shell has written below it meanwhile.
            *picture = Picture::default();
        }
        let rows = match terminal::stdout_size() {
            Some(size) => {
                self.style.width = size.columns.max(20);
                size.rows
            }
            None => 24,
        };
        let lines = live::live(
            progress,
            self.begun.elapsed(),
            self.style,
            rows.saturating_sub(1),
        );
        let frame = picture.frame(&lines, self.style);
        self.write(&frame);
    }

    fn write(&mut self, text: &TerminalText) {
        if text.as_str().is_empty() || matches!(self.form, Form::Silent) {
            return;
        }
        if terminal::print(text).is_err() {
            self.form = Form::Silent;
        }
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.end();
    }
}

fn stack<'a>(progress: &'a Progress, step: &StepId) -> Option<&'a str> {
    progress.row(step).map(|row| row.stack.as_str())
}

/// The whole story of what did not succeed goes to standard error, where it is found when standard
/// output is kept elsewhere.
pub(crate) fn complain(lines: &[Line]) {
    if !lines.is_empty() {
        terminal::complain(&page(lines, terminal::stderr_style()));
    }
}

/// The story of an execution, as the reader gets it. `why` is what else is known of stacks that
/// failed, by name.
pub(crate) fn conclude(
    screen: &mut Console,
    plan: &Plan,
    ended: &crate::execute::Outcome,
    resume: &Resume,
    why: &BTreeMap<String, Vec<Line>>,
) {
    let took = screen.elapsed();
    screen.end();
    let lines = outcome::outcome_with_explanations(plan, ended, resume, why);
    if lines.is_empty() {
        let took = crate::report::wording::elapsed(took);
        screen.say(&[Line::new(), outcome::success(plan, &took)]);
    } else {
        complain(&lines);
    }
}
