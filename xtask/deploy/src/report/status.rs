//! Whether what is deployed is what is defined.
//!
//! A plan knows it already: this is a plan read without the wish to deploy. It is best one that
//! looks ahead, so that what goes on in one stack does not hide how the others stand.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{Action, FindingCode, Plan, Recovery};
use cloudformation::Stack;
use cloudformation::status::{NextStep, StackStatus};
use common::environment::EnvironmentName;
use serde::Serialize;

use crate::report::line::{Line, Tone};
use crate::report::look::Look;
use crate::report::wording::{count, short};

/// How the stacks of an environment stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The environment.
    pub environment: EnvironmentName,
    /// Its account.
    pub account: String,
    /// Its region.
    pub region: String,
    /// Whether nothing differs, not even what a person applies.
    pub as_defined: bool,
    /// The stacks, in the plan's order.
    pub stacks: Vec<Standing>,
}

/// How a stack stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub state: State,
    /// Whether a person has to bring it there, since no deployment does.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub by_a_person: bool,
    /// Why that, in a few words.
    pub reason: String,
    /// Its status in CloudFormation, if it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<StackStatus>,
    /// When it was changed last, as CloudFormation writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<String>,
}

/// Where a stack stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// As defined.
    AsDefined,
    /// Deployed, and defined otherwise.
    Differs,
    /// Defined, and not deployed.
    Missing,
    /// Deployed, and not defined.
    Undefined,
    /// As defined, but its protection.
    Unprotected,
    /// Something is going on, and it is not as defined so far.
    Busy,
    /// In a status that it has to be brought out of.
    Stuck,
    /// Something has to be agreed to or mended before it can be deployed.
    Blocked,
    /// Nothing is expected of it.
    LeftAlone,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::AsDefined => "as defined",
            Self::Differs => "differs",
            Self::Missing => "missing",
            Self::Undefined => "not defined",
            Self::Unprotected => "unprotected",
            Self::Busy => "busy",
            Self::Stuck => "stuck",
            Self::Blocked => "blocked",
            Self::LeftAlone => "left alone",
        }
    }

    const fn tone(self) -> Tone {
        match self {
            Self::AsDefined => Tone::Good,
            Self::LeftAlone => Tone::Dim,
            Self::Differs | Self::Missing | Self::Undefined | Self::Unprotected | Self::Busy => {
                Tone::Warn
            }
            Self::Stuck | Self::Blocked => Tone::Bad,
        }
    }
}

impl Report {
    /// Reads a plan. `stacks` are those that were observed.
    #[must_use]
    pub fn of(plan: &Plan, stacks: &BTreeMap<String, Stack>) -> Self {
        let by_a_person: BTreeSet<&str> = plan
            .findings
            .iter()
            .filter(|finding| finding.code == FindingCode::AppliedByAPerson)
            .map(|finding| finding.stack.as_str())
            .collect();
        let standing = |stack: &crate::plan::StackPlan| {
            let skipped = stack.action == Action::Skipped;
            let by_a_person = skipped && by_a_person.contains(stack.name.as_str());
            let next = stack.status.as_ref().map(StackStatus::next_step);
            let recovery = next.and_then(Recovery::of);
            let is_missing = plan.findings.iter().any(|finding| {
                finding.code == FindingCode::StackMissing && finding.stack == stack.name
            });
            let (state, recovery) = match (stack.action, recovery) {
                (Action::Skipped, _) if is_missing => (State::Missing, None),
                (Action::Skipped, _) if !by_a_person => (State::LeftAlone, None),
                (Action::Skipped, _) if matches!(next, None | Some(NextStep::Create)) => {
                    (State::Missing, None)
                }
                (Action::Skipped, _) => (State::Differs, None),
                (Action::Blocked, _) => (State::Blocked, None),
                // What goes on in it leads to what is defined.
                (Action::Unchanged, Some(Recovery::Wait)) => (State::AsDefined, None),
                (_, Some(Recovery::Wait)) => (State::Busy, recovery),
                (_, Some(_)) => (State::Stuck, recovery),
                (Action::Unchanged, None) => (State::AsDefined, None),
                (Action::Create, None) => (State::Missing, None),
                (Action::Update, None) => (State::Differs, None),
                (Action::Delete, None) => (State::Undefined, None),
                (Action::Protect, None) => (State::Unprotected, None),
                (Action::Recover, None) => (State::Stuck, None),
            };
            let reason = match recovery {
                Some(recovery) => recovery.reason(),
                None => &stack.reason,
            };
            Standing {
                name: stack.name.clone(),
                state,
                by_a_person,
                reason: reason.to_owned(),
                status: stack.status.clone(),
                changed: stacks
                    .get(&stack.name)
                    .map(|view| view.changed().to_owned()),
            }
        };
        let stacks: Vec<Standing> = plan.stacks.iter().map(standing).collect();
        Self {
            environment: plan.environment,
            account: plan.account.clone(),
            region: plan.region.clone(),
            as_defined: stacks.iter().all(Standing::is_fine),
            stacks,
        }
    }

    /// Whether everything that deployments bring about is as defined. What a person applies is told,
    /// and is no failure of theirs: a pipeline that looks could do nothing about it.
    #[must_use]
    pub fn is_deployed(&self) -> bool {
        self.off().all(|one| one.by_a_person)
    }

    /// The stacks that are not as defined.
    fn off(&self) -> impl Iterator<Item = &Standing> {
        self.stacks.iter().filter(|one| !one.is_fine())
    }

    /// The stacks in which something goes on that may lead to what is defined.
    pub fn busy(&self) -> impl Iterator<Item = &Standing> {
        let stacks = self.stacks.iter();
        stacks.filter(|one| one.state == State::Busy)
    }

    /// Whether everything runs as it is defined, protected or not.
    #[must_use]
    pub fn is_as_released(&self) -> bool {
        self.off()
            .all(|one| one.by_a_person || one.state == State::Unprotected)
    }

    /// For people.
    #[must_use]
    pub fn lines(&self, look: Look) -> Vec<Line> {
        let bootstrap = format!("cargo xtask bootstrap --env {}", self.environment);
        self.lines_with(look, &bootstrap)
    }

    /// The same, with the command that applies what a person applies.
    #[must_use]
    pub fn lines_with(&self, look: Look, bootstrap: &str) -> Vec<Line> {
        let names = self.stacks.iter();
        let names = names.map(|one| short(&one.name, self.environment).len());
        let first = names.max().unwrap_or(0).clamp(8, 30) + 4;
        let (second, third) = (first + 13, first + 13 + 26);
        let mut lines = vec![
            Line::new()
                .and(Tone::Strong, self.environment.as_str())
                .plain(format!(": account {}, {}", self.account, self.region)),
            Line::new(),
        ];
        for one in &self.stacks {
            let line = Line::at(2)
                .plain(short(&one.name, self.environment))
                .to(first)
                .and(one.state.tone(), one.state.word());
            let status = one.status.as_ref().map_or("", StackStatus::as_str);
            let line = if look.width < 60 {
                line
            } else {
                line.to(second).plain(status)
            };
            let line = match &one.changed {
                // To the second is enough, and fits.
                Some(changed) if look.width >= third + 19 => {
                    let changed: String = changed.chars().take(19).collect();
                    line.to(third).and(Tone::Dim, changed)
                }
                _ => line,
            };
            lines.push(line);
            if one.state != State::AsDefined && !one.reason.is_empty() {
                lines.push(Line::at(4).and(Tone::Dim, &one.reason).hanging(4));
            }
        }
        lines.push(Line::new());
        lines.extend(self.verdict(bootstrap));
        lines
    }

    fn verdict(&self, bootstrap: &str) -> Vec<Line> {
        let line = Line::new()
            .and(Tone::Strong, self.environment.as_str())
            .plain(" is ");
        let all = count(self.stacks.len(), "stack");
        let by_a_person = self.off().filter(|one| one.by_a_person).count();
        let mut lines = vec![if self.as_defined {
            line.and(Tone::Good, "as defined")
        } else if self.is_deployed() {
            line.and(Tone::Good, "as defined")
                .plain(", but for what a person applies: ")
                .and(Tone::Warn, format!("{by_a_person} of {all}"))
        } else {
            let text = format!("{} of {all}", self.off().count());
            line.and(Tone::Warn, "not as defined")
                .plain(format!(": {text}"))
        }];
        if by_a_person > 0 {
            lines.push(Line::new().plain("a person applies that with:"));
            lines.push(Line::command(2, bootstrap));
        }
        lines
    }
}

impl Standing {
    fn is_fine(&self) -> bool {
        matches!(self.state, State::AsDefined | State::LeftAlone)
    }
}
