//! The console: standard output as a live terminal, as log lines, or as JSON.
//!
//! Nothing here fails: a deployment continues when standard output is closed, and nothing more is written.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::commands::arguments::Format;
use crate::execute::{Event, Outcome, StepOutcome};
use crate::plan::{Plan, StepId};
use crate::report::outcome::Resume;
use crate::report::progress::log::Log;
use crate::report::progress::{Progress, json, live};
use crate::report::wording::elapsed;
use crate::report::{Line, OutputStyle, Tone, findings, outcome, page, terminal};
use common::terminal_text::TerminalText;
use serde::Serialize;

use super::live_region::{self, LiveRegion};
use super::stderr::eprint_lines;

/// Whether the cursor is hidden: the terminal is shared by the process, and so is its state.
static CURSOR_HIDDEN: AtomicBool = AtomicBool::new(false);

/// Whether the next frame starts at the cursor.
static REDRAW: AtomicBool = AtomicBool::new(false);

/// Shows the cursor if it is hidden; returns whether it was.
#[cfg(unix)]
pub(crate) fn show_cursor() -> bool {
    let hidden = CURSOR_HIDDEN.load(Ordering::Relaxed);
    if hidden {
        put(live_region::SHOW_CURSOR);
    }
    hidden
}

/// Draws the next frame below what another program has printed meanwhile.
#[cfg(unix)]
pub(crate) fn redraw() {
    REDRAW.store(true, Ordering::Relaxed);
    put(live_region::HIDE_CURSOR);
}

#[cfg(unix)]
fn put(text: &'static str) {
    // There is nowhere to report that the terminal is gone.
    let _ = terminal::print(&TerminalText::literal(text));
}

#[derive(Debug)]
pub(crate) struct Console {
    form: Form,
    style: OutputStyle,
    started: Instant,
    /// Whether an execution has started; time counts from there.
    has_started: bool,
    progress: Option<Progress>,
    /// Not repeated while it stays the same.
    last_warning: Option<String>,
}

#[derive(Debug)]
enum Form {
    Live(LiveRegion),
    /// A file, a pipe, a log.
    Lines(Log),
    Json,
    Closed,
}

impl Console {
    pub(crate) fn new(format: Format) -> Self {
        let style = terminal::stdout_style();
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
        let form = match format {
            Format::Json => Form::Json,
            // Some CI systems provide a terminal, and keep its output as a log.
            Format::Text if terminal::stdout_size().is_some() && !set("CI") && !dumb => {
                Form::Live(LiveRegion::default())
            }
            Format::Text => Form::Lines(Log::default()),
        };
        Self {
            form,
            style,
            started: Instant::now(),
            has_started: false,
            progress: None,
            last_warning: None,
        }
    }

    pub(crate) const fn style(&self) -> OutputStyle {
        self.style
    }

    /// Since the execution started.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    pub(crate) const fn is_executing(&self) -> bool {
        self.progress.is_some()
    }

    /// Prints lines, unless the format is JSON.
    pub(crate) fn print(&mut self, lines: &[Line]) {
        match &mut self.form {
            Form::Live(region) => {
                let text = page(lines, self.style);
                let frame = region.print_above(&text, self.style.width);
                self.write(&frame);
                self.draw();
            }
            Form::Lines(_) => self.write(&page(lines, self.style)),
            Form::Json | Form::Closed => {}
        }
    }

    /// Prints a value as a line, if the format is JSON.
    pub(crate) fn print_json(&mut self, value: &impl Serialize) {
        if matches!(self.form, Form::Json)
            && let Ok(line) = TerminalText::json(value, false)
        {
            self.write(&line);
        }
    }

    /// Starts to show the execution of a plan.
    pub(crate) fn start(&mut self, plan: &Plan) {
        if !self.has_started {
            self.has_started = true;
            self.started = Instant::now();
        }
        self.progress = Some(Progress::of(plan));
        if let Form::Live(_) = self.form {
            CURSOR_HIDDEN.store(true, Ordering::Relaxed);
            self.write(&TerminalText::literal(live_region::HIDE_CURSOR));
        }
        self.draw();
    }

    pub(crate) fn event(&mut self, event: &Event) {
        let at = self.started.elapsed();
        let Some(progress) = &mut self.progress else {
            // Before the execution, only warnings are shown.
            let lines = self.warning(event, None);
            self.print(&lines);
            if let (Form::Json, Ok(line)) = (&self.form, json::line(at, event)) {
                self.write(&line);
            }
            return;
        };
        progress.apply(at, event);
        match &mut self.form {
            Form::Live(_) => {
                let lines = self.permanent_lines(event);
                if !lines.is_empty() {
                    self.print(&lines);
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
            Form::Closed => {}
        }
    }

    pub(crate) fn tick(&mut self) {
        let now = self.started.elapsed();
        match (&mut self.form, &self.progress) {
            (Form::Live(_), Some(_)) => self.draw(),
            (Form::Lines(log), Some(progress)) => {
                let lines = log.tick(progress, now);
                self.write(&page(&lines, self.style));
            }
            _ => {}
        }
    }

    /// Removes the live region; the lines above it stay.
    pub(crate) fn end(&mut self) {
        if self.progress.take().is_none() {
            return;
        }
        if let Form::Live(region) = &mut self.form {
            let frame = region.clear(self.style.width);
            self.write(&frame);
            self.write(&TerminalText::literal(live_region::SHOW_CURSOR));
            CURSOR_HIDDEN.store(false, Ordering::Relaxed);
        }
    }

    /// The lines of an event that stay above the live region.
    fn permanent_lines(&mut self, event: &Event) -> Vec<Line> {
        let Some(progress) = &self.progress else {
            return Vec::new();
        };
        match event {
            // Steps that did not start are reported together at the end.
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
                self.warning(event, stack.as_deref())
            }
            _ => Vec::new(),
        }
    }

    /// The lines of a warning, not repeated while it stays the same.
    fn warning(&mut self, event: &Event, stack: Option<&str>) -> Vec<Line> {
        let Event::Warning { message, .. } = event else {
            return Vec::new();
        };
        if self.last_warning.as_ref() == Some(message) {
            return Vec::new();
        }
        self.last_warning = Some(message.clone());
        let place = stack.map(|stack| format!("{stack}: ")).unwrap_or_default();
        vec![Line::at(2).and(Tone::Dim, format!("{place}{message}"))]
    }

    /// Prints how an execution ended. `explanations` is what else is known of failed stacks, by name.
    pub(crate) fn print_outcome(
        &mut self,
        plan: &Plan,
        ended: &Outcome,
        resume: &Resume,
        explanations: &BTreeMap<String, Vec<Line>>,
    ) {
        let took = self.elapsed();
        self.end();
        let lines = outcome::outcome_with_explanations(plan, ended, resume, explanations);
        if lines.is_empty() {
            self.print(&[Line::new(), outcome::success(plan, &elapsed(took))]);
        } else {
            eprint_lines(&lines);
        }
    }

    fn draw(&mut self) {
        let (Form::Live(region), Some(progress)) = (&mut self.form, &self.progress) else {
            return;
        };
        if REDRAW.swap(false, Ordering::Relaxed) {
            // A shell has printed below the region meanwhile.
            *region = LiveRegion::default();
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
            self.started.elapsed(),
            self.style,
            rows.saturating_sub(1),
        );
        let frame = region.frame(&lines, self.style);
        self.write(&frame);
    }

    fn write(&mut self, text: &TerminalText) {
        if text.as_str().is_empty() || matches!(self.form, Form::Closed) {
            return;
        }
        if terminal::print(text).is_err() {
            self.form = Form::Closed;
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
