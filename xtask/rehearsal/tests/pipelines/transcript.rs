//! The transcript of rehearsals: the text of `docs/guides/inception.md`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use rehearsal::pipelines::run::{Backend as _, Event, PipelineRunner, Status, TestBed, Trigger};

use crate::fixture::steady;

/// The detail of an execution in the transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    Full,
    /// Its stages, in a line.
    Summary,
}

pub(crate) struct Transcript(String);

pub(crate) struct EnvironmentRun<'a> {
    pub(crate) test_bed: &'a TestBed,
    runner: PipelineRunner<'a>,
    /// The prefix of its stacks' names.
    prefix: String,
}

impl<'a> EnvironmentRun<'a> {
    pub(crate) fn new(test_bed: &'a TestBed, environment: &str) -> Self {
        Self {
            runner: PipelineRunner::new(test_bed).unwrap_or_else(|error| panic!("{error}")),
            test_bed,
            prefix: format!("lemonade-{environment}-"),
        }
    }

    /// The digest that a service runs.
    pub(crate) fn digest(&self, application: &str) -> Option<String> {
        let deployed = self.test_bed.backend.deployed().unwrap();
        let service = format!("{}service-{application}", self.prefix);
        let digest = deployed.parameter(&service, "ImageDigest");
        digest.map(str::to_owned)
    }

    /// What is deployed of an application.
    pub(crate) fn stacks_of(&self, application: &str) -> Vec<String> {
        let deployed = self.test_bed.backend.deployed().unwrap();
        let end = format!("-{application}");
        deployed
            .names()
            .filter(|name| name.ends_with(&end))
            .map(|name| name.replace(&self.prefix, ""))
            .collect()
    }

    /// What of some stacks is kept when they go.
    pub(crate) fn retained_resources(&self, stacks: &[String]) -> Vec<String> {
        let deployed = self.test_bed.backend.deployed().unwrap();
        let names: Vec<String> = stacks
            .iter()
            .map(|stack| format!("{}{stack}", self.prefix))
            .collect();
        let resources = deployed
            .resources()
            .filter(|resource| names.iter().any(|name| name == resource.stack));
        resources
            .filter(|resource| {
                let template = deployed.template(resource.stack).unwrap();
                template["Resources"][resource.id]["DeletionPolicy"]
                    .as_str()
                    .is_some_and(|policy| policy.starts_with("Retain"))
            })
            .map(|resource| {
                format!(
                    "`{}` of `{}`",
                    resource.id,
                    resource.stack.replace(&self.prefix, "")
                )
            })
            .collect()
    }

    /// Runs `cargo xtask`, which must succeed. Returns its output.
    pub(crate) fn run_xtask(&self, checkout: &Path, arguments: &[&str]) -> String {
        let output = self.test_bed.run_xtask(checkout, arguments).unwrap();
        let said = crate::definition_fixture::said(&output);
        assert!(output.status.success(), "{said}");
        said
    }

    /// What a plan asks to be acknowledged.
    pub(crate) fn acknowledgements_of_plan(
        &self,
        checkout: &Path,
        arguments: &[&str],
    ) -> Vec<String> {
        let all: Vec<&str> = ["plan"].iter().chain(arguments).copied().collect();
        let output = self.test_bed.run_xtask(checkout, &all).unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        said.lines()
            .filter_map(|line| line.trim().strip_prefix("--acknowledge "))
            .map(str::to_owned)
            .collect()
    }

    fn changed(&self) -> String {
        let changes = self.test_bed.services.take_changes();
        let stacks: BTreeSet<String> = changes
            .iter()
            .filter_map(|change| change.split_once(' '))
            .map(|(_, stack)| format!("`{}`", stack.replace(&self.prefix, "")))
            .collect();
        if stacks.is_empty() {
            return "nothing".to_owned();
        }
        stacks.into_iter().collect::<Vec<_>>().join(", ")
    }
}

impl Transcript {
    pub(crate) fn new(beginning: &str) -> Self {
        Self(beginning.to_owned())
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    pub(crate) fn section(&mut self, title: &str) {
        let _ = write!(self.0, "\n## {title}\n");
    }

    pub(crate) fn paragraph(&mut self, text: &str) {
        let _ = write!(self.0, "\n{}\n", wrapped(text));
    }

    /// What a person does.
    pub(crate) fn command(&mut self, command: &str) {
        let _ = write!(self.0, "\n```sh\n{command}\n```\n");
    }

    /// One run of a pipeline and those that it starts, told; and what all of them have deployed.
    pub(crate) fn pass(
        &mut self,
        environment: &mut EnvironmentRun<'_>,
        pipeline: &str,
        commit: Option<String>,
        (expected, detail): (Status, Detail),
    ) {
        let mut runs: Vec<(Trigger, Vec<Event>)> = Vec::new();
        let status = environment
            .runner
            .push(pipeline, commit, &mut |why, event| {
                add(&mut runs, why, event)
            })
            .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(status, expected, "{runs:#?}");
        let mut text = String::new();
        for why in [Trigger::Push, Trigger::PipelineCreated, Trigger::Requested] {
            for (_, events) in runs.iter().filter(|(of, _)| *of == why) {
                if why == Trigger::Push && detail == Detail::Full {
                    text.push_str(&steady(events));
                } else {
                    text.push_str(&short(events, why));
                }
            }
        }
        self.text_block(&text);
        self.changed(environment);
    }

    /// What a part of a run did, with every command.
    pub(crate) fn events(&mut self, events: &[Event]) {
        self.text_block(&steady(events));
    }

    /// What has been deployed since this was said last.
    pub(crate) fn changed(&mut self, environment: &EnvironmentRun<'_>) {
        self.paragraph(&format!("Deployed: {}.", environment.changed()));
    }

    fn text_block(&mut self, text: &str) {
        let _ = write!(self.0, "\n```text\n{text}```\n");
    }
}

/// In lines as long as those of the other guides.
fn wrapped(text: &str) -> String {
    const WIDTH: usize = 118;
    let mut lines = String::new();
    let mut column = 0;
    for word in text.split(' ') {
        if column > 0 && column + 1 + word.len() > WIDTH {
            lines.push('\n');
            column = 0;
        } else if column > 0 {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += word.len();
    }
    lines
}

/// Runs are not interleaved but with those that they create: an event belongs to the run of its
/// kind that was started last.
fn add(runs: &mut Vec<(Trigger, Vec<Event>)>, why: Trigger, event: Event) {
    if !matches!(event, Event::Started { .. })
        && let Some((_, events)) = runs.iter_mut().rev().find(|(of, _)| *of == why)
    {
        events.push(event);
    } else {
        runs.push((why, vec![event]));
    }
}

/// A run in a line: `pipeline: Source, Build, Deploy`.
fn short(events: &[Event], why: Trigger) -> String {
    let mut line = String::new();
    let mut last = None;
    for event in events {
        match event {
            Event::Started { pipeline, .. } => {
                let why = match why {
                    Trigger::Push => "",
                    Trigger::PipelineCreated => ", which was created",
                    Trigger::Requested => ", which had never succeeded, again",
                };
                let _ = write!(line, "{pipeline}{why}:");
            }
            Event::Action { stage, .. } if last != Some(stage) => {
                let _ = write!(line, "{} {stage}", if last.is_some() { "," } else { "" });
                last = Some(stage);
            }
            Event::Ended { outcome, .. } => {
                if let Some(reason) = outcome.reason() {
                    let _ = write!(line, " FAILED\n    {reason}");
                }
            }
            _ => {}
        }
    }
    line.push('\n');
    line
}
