//! Status: whether the deployed stacks match their definition.
//!
//! A plan knows it already: this is a plan read without the wish to deploy. It is best one that
//! looks ahead, so that an operation in one stack does not hide the state of the others.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{Action, FindingCode, Plan, Recovery};
use cli_conventions::next_step;
use cloudformation::status::{NextStep, StackStatus};
use cloudformation::{Stack, StackName};
use common::environment::EnvironmentName;
use serde::Serialize;

use crate::report::line::{Line, Tone, columns};
use crate::report::style::OutputStyle;
use crate::report::wording::{count, short};

/// How the stacks of an environment stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusReport {
    pub environment: EnvironmentName,
    pub account: String,
    pub region: String,
    /// Whether nothing differs, manually deployed stacks included.
    pub as_defined: bool,
    /// The stacks, in the plan's order.
    pub stacks: Vec<StackState>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StackState {
    pub name: StackName,
    pub state: Condition,
    /// Whether a person has to bring it there, since no deployment does.
    #[serde(rename = "byAPerson", skip_serializing_if = "std::ops::Not::not")]
    pub is_manual: bool,
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
pub enum Condition {
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

impl Condition {
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

impl StatusReport {
    /// Reads a plan. `stacks` are those that were observed.
    #[must_use]
    pub fn of(plan: &Plan, stacks: &BTreeMap<StackName, Stack>) -> Self {
        let manual: BTreeSet<&StackName> = plan
            .findings
            .iter()
            .filter(|finding| finding.code == FindingCode::ManualStack)
            .map(|finding| &finding.stack)
            .collect();
        let state = |stack: &crate::plan::StackPlan| {
            let skipped = stack.action == Action::Skipped;
            let is_manual = skipped && manual.contains(&stack.name);
            let next = stack.status.as_ref().map(StackStatus::next_step);
            let recovery = next.and_then(Recovery::of);
            let is_missing = plan.findings.iter().any(|finding| {
                finding.code == FindingCode::StackMissing && finding.stack == stack.name
            });
            let (state, recovery) = match (stack.action, recovery) {
                (Action::Skipped, _) if is_missing => (Condition::Missing, None),
                (Action::Skipped, _) if !is_manual => (Condition::LeftAlone, None),
                (Action::Skipped, _) if matches!(next, None | Some(NextStep::Create)) => {
                    (Condition::Missing, None)
                }
                (Action::Skipped, _) => (Condition::Differs, None),
                (Action::Blocked, _) => (Condition::Blocked, None),
                // The operation in progress leads to the defined state.
                (Action::Unchanged, Some(Recovery::Wait)) => (Condition::AsDefined, None),
                (_, Some(Recovery::Wait)) => (Condition::Busy, recovery),
                (_, Some(_)) => (Condition::Stuck, recovery),
                (Action::Unchanged, None) => (Condition::AsDefined, None),
                (Action::Create, None) => (Condition::Missing, None),
                (Action::Update, None) => (Condition::Differs, None),
                (Action::Delete, None) => (Condition::Undefined, None),
                (Action::Protect, None) => (Condition::Unprotected, None),
                (Action::Recover, None) => (Condition::Stuck, None),
            };
            let reason = match recovery {
                Some(recovery) => recovery.reason(),
                None => &stack.reason,
            };
            StackState {
                name: stack.name.clone(),
                state,
                is_manual,
                reason: reason.to_owned(),
                status: stack.status.clone(),
                changed: stacks
                    .get(&stack.name)
                    .map(|view| view.changed().to_owned()),
            }
        };
        let stacks: Vec<StackState> = plan.stacks.iter().map(state).collect();
        Self {
            environment: plan.environment,
            account: plan.account.clone(),
            region: plan.region.clone(),
            as_defined: stacks.iter().all(StackState::is_fine),
            stacks,
        }
    }

    /// Whether everything that deployments bring about is as defined. What a person applies is told,
    /// and is no failure of theirs: a pipeline that looks could do nothing about it.
    #[must_use]
    pub fn is_deployed(&self) -> bool {
        self.deviations().all(|one| one.is_manual)
    }

    /// The stacks that are not as defined.
    fn deviations(&self) -> impl Iterator<Item = &StackState> {
        self.stacks.iter().filter(|one| !one.is_fine())
    }

    /// The stacks with an operation in progress that may lead to the defined state.
    pub fn busy(&self) -> impl Iterator<Item = &StackState> {
        let stacks = self.stacks.iter();
        stacks.filter(|one| one.state == Condition::Busy)
    }

    /// Whether everything runs as it is defined, protected or not.
    #[must_use]
    pub fn is_as_released(&self) -> bool {
        self.deviations()
            .all(|one| one.is_manual || one.state == Condition::Unprotected)
    }

    #[must_use]
    pub fn lines(&self, style: OutputStyle) -> Vec<Line> {
        let bootstrap = next_step::command("bootstrap", self.environment);
        self.lines_with(style, &bootstrap)
    }

    /// The same, with the command that applies what a person applies.
    #[must_use]
    pub fn lines_with(&self, style: OutputStyle, bootstrap: &str) -> Vec<Line> {
        let names = self.stacks.iter();
        let names = names.map(|one| columns(short(&one.name, self.environment)));
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
            let line = if style.width < 60 {
                line
            } else {
                line.to(second).plain(status)
            };
            let line = match &one.changed {
                // To the second is enough, and fits.
                Some(changed) if style.width >= third + 19 => {
                    let changed: String = changed.chars().take(19).collect();
                    line.to(third).and(Tone::Dim, changed)
                }
                _ => line,
            };
            lines.push(line);
            if one.state != Condition::AsDefined && !one.reason.is_empty() {
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
        let manual = self.deviations().filter(|one| one.is_manual).count();
        let mut lines = vec![if self.as_defined {
            line.and(Tone::Good, "as defined")
        } else if self.is_deployed() {
            line.and(Tone::Good, "as defined")
                .plain(", except for manually deployed stacks: ")
                .and(Tone::Warn, format!("{manual} of {all}"))
        } else {
            let text = format!("{} of {all}", self.deviations().count());
            line.and(Tone::Warn, "not as defined")
                .plain(format!(": {text}"))
        }];
        if manual > 0 {
            lines.push(Line::new().plain("deploy those manually with:"));
            lines.push(Line::command(2, bootstrap));
        }
        lines
    }
}

impl StackState {
    fn is_fine(&self) -> bool {
        matches!(self.state, Condition::AsDefined | Condition::LeftAlone)
    }
}
