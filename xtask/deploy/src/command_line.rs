//! Command lines: the current one, and those that are printed as next steps.
//!
//! A printed command repeats every option of the run that decides what is done, where, and with which consent. The
//! options are read back from clap's matches, so nothing lists them a second time.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};
use cli_conventions::quoted;
use cloudformation::ParameterValue;
use common::environment::EnvironmentName;

use crate::execute::acknowledgements;
use crate::inspect::check_result::{CheckResult, NextAction};
use crate::plan::{Operation, Plan};
use crate::release::rollback::IMAGE_PARAMETER;

/// The options of the target, which every verb takes.
const TARGET: [&str; 7] = [
    "--env",
    "--assembly",
    "--endpoint-url",
    "--format",
    "--local",
    "--local-speed",
    "--config",
];

/// The options that belong to one saved plan.
const OF_ONE_PLAN: [&str; 2] = ["--plan", "--confirm"];

/// The file of a plan in a proposed command.
const PLAN_FILE: &str = "plan.json";

/// The emulator's state folder in a proposed command.
const STATE_FOLDER: &str = "target/cloud";

/// The caller of this program: a person, or `cargo xtask` on their behalf.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The command that the person typed, if it is not this program.
    pub called_as: Option<String>,
    /// The program that synthesizes: `cargo xtask`.
    pub xtask: Option<PathBuf>,
    pub workspace: Option<PathBuf>,
}

impl Caller {
    /// Reads the variables that `cargo xtask` sets.
    #[must_use]
    pub fn from_environment() -> Self {
        let path = |name: &str| std::env::var_os(name).map(PathBuf::from);
        Self {
            called_as: std::env::var("LEMONADE_CALLED_AS").ok(),
            xtask: path("LEMONADE_XTASK"),
            workspace: path("LEMONADE_WORKSPACE"),
        }
    }
}

/// A command line of a deploying verb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    program: OsString,
    verb: String,
    names: Vec<OsString>,
    /// Each occurrence of an option, with its value if it has one.
    options: Vec<(String, Option<OsString>)>,
    /// The options that `plan` takes.
    plan_options: BTreeSet<String>,
    pub(crate) caller: Caller,
}

impl CommandLine {
    /// The line that clap has parsed.
    pub(crate) fn new(
        program: OsString,
        caller: Caller,
        command: &Command,
        matches: &ArgMatches,
    ) -> Self {
        let plan = command.find_subcommand("plan");
        let plan_options = plan
            .into_iter()
            .flat_map(Command::get_arguments)
            .filter_map(|argument| Some(format!("--{}", argument.get_long()?)))
            .collect();
        let mut line = Self {
            program,
            verb: String::new(),
            names: Vec::new(),
            options: Vec::new(),
            plan_options,
            caller,
        };
        if let Some((verb, matches)) = matches.subcommand()
            && let Some(command) = command.find_subcommand(verb)
        {
            verb.clone_into(&mut line.verb);
            line.read(command, matches);
        }
        line
    }

    fn read(&mut self, command: &Command, matches: &ArgMatches) {
        for argument in command.get_arguments() {
            let id = argument.get_id().as_str();
            if matches.value_source(id) != Some(ValueSource::CommandLine) {
                continue;
            }
            let takes_values = argument
                .get_num_args()
                .is_some_and(|range| range.takes_values());
            let occurrences: Vec<Vec<OsString>> = matches
                .get_raw_occurrences(id)
                .into_iter()
                .flatten()
                .map(|values| values.map(OsStr::to_owned).collect())
                .collect();
            match argument.get_long() {
                None => self.names.extend(occurrences.into_iter().flatten()),
                Some(long) => {
                    let option = format!("--{long}");
                    let values = occurrences.into_iter().map(|mut values| values.pop());
                    self.options.extend(
                        values.map(|value| (option.clone(), value.filter(|_| takes_values))),
                    );
                }
            }
        }
    }

    /// The files of saved plans and findings, which are no sources.
    pub(crate) fn files(&self) -> impl Iterator<Item = &OsStr> {
        const FILES: [&str; 5] = ["--plan", "--out", "--findings", "--baseline", "--seen"];
        self.options
            .iter()
            .filter(|(option, _)| FILES.contains(&option.as_str()))
            .filter_map(|(_, value)| value.as_deref())
    }

    /// The folder of the input files, where one is known.
    pub(crate) fn config(&self) -> Option<PathBuf> {
        let typed = self.value("--config").map(PathBuf::from);
        typed.or_else(|| self.caller.workspace.clone())
    }

    fn value(&self, option: &str) -> Option<&OsStr> {
        let mut options = self.options.iter();
        options.find_map(|(name, value)| value.as_deref().filter(|_| name == option))
    }

    fn has(&self, option: &str) -> bool {
        self.options.iter().any(|(name, _)| name == option)
    }

    fn without(mut self, options: &[&str]) -> Self {
        self.options
            .retain(|(name, _)| !options.contains(&name.as_str()));
        self
    }

    fn keeping(mut self, options: &[&str]) -> Self {
        self.options
            .retain(|(name, _)| options.contains(&name.as_str()));
        self
    }

    /// With a reason to deploy sources other than the branch's.
    #[must_use]
    pub fn with_reason(self, reason: &str) -> Self {
        self.with("--break-glass", reason)
    }

    pub(crate) fn with(mut self, option: &str, value: impl Into<OsString>) -> Self {
        self.options.push((option.to_owned(), Some(value.into())));
        self
    }

    pub(crate) fn with_switch(mut self, option: &str) -> Self {
        if !self.has(option) {
            self.options.push((option.to_owned(), None));
        }
        self
    }

    #[must_use]
    pub fn resume(self) -> ResumeCommand {
        let same = self.without(&OF_ONE_PLAN);
        let mut keeping = same.clone();
        for (option, value) in &mut keeping.options {
            if option == "--local" && value.is_none() {
                *value = Some(STATE_FOLDER.into());
            }
        }
        ResumeCommand {
            command: same.to_string(),
            keeping: keeping.to_string(),
        }
    }

    /// Another verb for the same environment, in the same place, with the same definition.
    #[must_use]
    pub fn other_verb(&self, verb: &str) -> Self {
        let mut other = self.clone().keeping(&TARGET);
        other.names.clear();
        verb.clone_into(&mut other.verb);
        other
    }

    /// The command that plans the same, with those of its options that `plan` takes.
    #[must_use]
    pub fn planning(&self) -> Self {
        let mut planning = self.clone();
        planning.names.clear();
        "plan".clone_into(&mut planning.verb);
        let taken = &self.plan_options;
        planning.options.retain(|(name, _)| taken.contains(name));
        planning
    }

    /// The commands that replace a question: one that saves the plan, and one that deploys it.
    #[must_use]
    pub fn reviewed(self) -> [String; 2] {
        let saving = self.without(&["--out"]).with("--out", PLAN_FILE);
        let deploying = saving.deploy_saved(Path::new(PLAN_FILE));
        [saving.to_string(), deploying]
    }

    /// The command that deploys the plan that a `plan` command has saved.
    #[must_use]
    pub fn deploy_saved(&self, plan: &Path) -> String {
        let mut deploying = self.other_verb("deploy");
        if let Some(reason) = self.value("--break-glass") {
            deploying = deploying.with("--break-glass", reason);
        }
        deploying = deploying.with("--plan", plan);
        let production = EnvironmentName::Production.as_str();
        if self.value("--env").is_some_and(|name| name == production) && !self.has("--local") {
            deploying = deploying.with("--confirm", production);
        }
        deploying.to_string()
    }

    /// The command that resumes an interrupted saved plan. The plan itself can't be executed twice, since the
    /// stacks have changed: it is planned again, for its stacks, with its images, and with only those
    /// acknowledgements that were in it.
    ///
    #[must_use]
    pub fn remaining_work(self, plan: &Plan, remaining: &Remaining<'_>) -> Self {
        let short = |stack: &str| {
            stack
                .strip_prefix(remaining.prefix)
                .unwrap_or(stack)
                .to_owned()
        };
        let mut rest = self.without(&["--plan", "--only", "--acknowledge"]);
        if remaining.manual_stacks {
            rest = rest.with_switch("--bootstrap");
        }
        let stacks: BTreeSet<&str> = plan.steps.iter().map(|step| step.stack.as_str()).collect();
        for stack in stacks {
            rest = rest.with("--only", short(stack));
        }
        let acknowledged = plan.findings.iter().filter(|finding| finding.acknowledged);
        let mut words: BTreeSet<String> = acknowledged
            .clone()
            .map(|finding| finding.acknowledgement().0)
            .collect();
        for step in &plan.steps {
            match &step.operation {
                Operation::Deploy(one) => {
                    for parameter in &one.parameters {
                        if parameter.name == IMAGE_PARAMETER
                            && let ParameterValue::Given(digest) = &parameter.value
                        {
                            rest = rest.with("--image", format!("{}={digest}", short(&step.stack)));
                        }
                    }
                    if one.previous_template {
                        rest = rest.with_switch("--use-previous-template");
                    }
                    let role = one
                        .role
                        .as_deref()
                        .filter(|role| *role != remaining.default_role);
                    if let Some(role) = role {
                        rest = rest.without(&["--role"]).with("--role", role);
                    }
                    // Findings of change sets are not among those of the plan.
                    let unforeseen = one.acknowledged.iter().filter(|id| {
                        let mut found = acknowledged.clone();
                        !found.any(|finding| finding.stack == step.stack && finding.subject == **id)
                    });
                    words.extend(
                        unforeseen
                            .flat_map(|id| acknowledgements(&step.stack, id))
                            .map(|word| word.0),
                    );
                }
                Operation::Delete { .. } => rest = rest.with_switch("--prune"),
                Operation::Protect { .. } | Operation::Recover(_) => {}
            }
        }
        for word in words {
            rest = rest.with("--acknowledge", word);
        }
        rest
    }

    /// Completes the commands of check results.
    pub(crate) fn complete<'a>(&self, results: impl IntoIterator<Item = &'a mut CheckResult>) {
        for result in results {
            for next in &mut result.next {
                if let NextAction::Run(text) | NextAction::Do(text) = next {
                    *text = self.completed(text);
                }
            }
        }
    }

    /// Completes the commands of `cargo xtask` in a text with the options of the target. A release prints them
    /// for people with a checkout of their own, and leaves them as they are.
    pub(crate) fn completed(&self, text: &str) -> String {
        const BEGIN: &str = "cargo xtask ";
        let mut text = text.to_owned();
        let Some(environment) = self.value("--env").and_then(OsStr::to_str) else {
            return text;
        };
        if self.caller.called_as.is_none() {
            return text;
        }
        let option = format!(" --env {environment}");
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| rest.find(BEGIN)) {
            let at = from + at;
            let after = at + BEGIN.len();
            let rest = text.get(after..).unwrap_or_default();
            let is_verb = |verb: &&str| {
                let letter = |one: char| one.is_ascii_lowercase() || one == ' ';
                !verb.is_empty() && verb.chars().all(letter)
            };
            let verb = rest.find(&option).and_then(|end| rest.get(..end));
            let Some(verb) = verb.filter(is_verb).map(str::to_owned) else {
                from = after;
                continue;
            };
            let whole = self.other_verb(&verb).to_string();
            text.replace_range(at..after + verb.len() + option.len(), &whole);
            from = at + whole.len();
        }
        text
    }
}

/// The context of an interrupted saved plan.
#[derive(Clone, Copy, Debug)]
pub struct Remaining<'a> {
    /// The prefix of the environment's stack names.
    pub prefix: &'a str,
    /// The role of CloudFormation without `--role`.
    pub default_role: &'a str,
    pub manual_stacks: bool,
}

/// The command that resumes a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResumeCommand {
    /// As it was typed.
    pub command: String,
    /// With an emulator that keeps its state, where it had one that does not.
    pub keeping: String,
}

impl std::fmt::Display for CommandLine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.caller.called_as {
            Some(called_as) => formatter.write_str(called_as)?,
            None => formatter.write_str(&quoted(&self.program))?,
        }
        formatter.write_str(" ")?;
        formatter.write_str(match (self.verb.as_str(), &self.caller.called_as) {
            // Two words in `cargo xtask`.
            ("image-rollback", Some(_)) => "applications rollback",
            ("atlas-accept", Some(_)) => "atlas accept",
            (verb, _) => verb,
        })?;
        // Before the options: an option with an optional value would take a name as its value.
        for name in &self.names {
            write!(formatter, " {}", quoted(name))?;
        }
        for (option, value) in &self.options {
            match value {
                None => write!(formatter, " {option}")?,
                Some(value) => {
                    // A value with a leading dash would be parsed as an option.
                    let joined = value.as_encoded_bytes().first() == Some(&b'-');
                    let separator = if joined { '=' } else { ' ' };
                    write!(formatter, " {option}{separator}{}", quoted(value))?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;

    #[test]
    fn a_command_of_a_hint_is_completed() {
        let words = "deployer status --env staging --config=x --endpoint-url=http://a";
        let caller = Caller {
            called_as: Some("xtask".to_owned()),
            ..Caller::default()
        };
        let words = words.split(' ').map(OsString::from).collect();
        let (_, line) = Cli::parse_line(words, caller).unwrap();
        let whole = "--env staging --endpoint-url http://a --config x";
        assert_eq!(
            line.completed(
                "apply it with `cargo xtask bootstrap --env staging`; cargo xtask atlas accept --env staging \
                 --yes; cargo xtask deploy; cargo xtask drift --env production"
            ),
            format!(
                "apply it with `xtask bootstrap {whole}`; xtask atlas accept {whole} --yes; cargo xtask \
                 deploy; cargo xtask drift --env production"
            )
        );
    }
}
