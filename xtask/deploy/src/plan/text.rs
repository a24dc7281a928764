//! Text of a plan: what happens to each stack, in which order, and its findings.

use std::fmt;

use super::model::{Action, Operation, Phase, Plan, Recovery, StackPlan, Step};

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Unchanged => "unchanged",
            Self::Protect => "protect",
            Self::Recover => "recover",
            Self::Blocked => "blocked",
            Self::Skipped => "skipped",
        })
    }
}

impl fmt::Display for Recovery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Wait => "wait for it to finish",
            Self::DeleteFailedCreation => "delete it, to create it again",
            Self::ContinueRollback => "continue its rollback",
            Self::RollBack => "roll it back",
        })
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deploy(step) => {
                formatter.write_str(match (step.exists, step.phase) {
                    (false, _) => "create it",
                    (true, Phase::Whole) => "update it",
                    (true, Phase::Expand) => "update it, retaining exports in use",
                    (true, Phase::Contract) => "remove the retained exports",
                    (_, Phase::Import) => "adopt orphans",
                })?;
                if step.policy_override.is_some() {
                    formatter.write_str(", with a stack policy override")?;
                }
                Ok(())
            }
            Self::Protect {
                termination_protection,
                policy,
            } => {
                let protection = termination_protection.map(|on| match on {
                    true => "turn on termination protection",
                    false => "turn off termination protection",
                });
                let policy = policy.as_ref().map(|_| "set its stack policy");
                let parts: Vec<&str> = protection.into_iter().chain(policy).collect();
                formatter.write_str(&parts.join(", "))
            }
            Self::Recover(recovery) => recovery.fmt(formatter),
            Self::Delete {
                unprotect: false, ..
            } => formatter.write_str("delete it"),
            Self::Delete {
                unprotect: true, ..
            } => formatter.write_str("turn off termination protection and delete it"),
        }
    }
}

impl fmt::Display for StackPlan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:<9} {}: {}",
            self.action, self.name, self.reason
        )?;
        if !self.retained_exports.is_empty() {
            let kept: Vec<&str> = self.retained_exports.iter().map(String::as_str).collect();
            write!(formatter, "; retains {}", kept.join(", "))?;
        }
        for deferral in &self.deferred {
            write!(
                formatter,
                "; needs {} from {}",
                deferral.export, deferral.stack
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.id, self.operation)
    }
}

/// Steps are numbered in their order, and name the ones they come after.
impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{} in {}, {}",
            self.environment, self.account, self.region
        )?;
        for stack in &self.stacks {
            writeln!(formatter, "  {stack}")?;
        }
        if self.steps.is_empty() {
            writeln!(formatter, "nothing to do")?;
        } else {
            writeln!(formatter, "steps")?;
        }
        for (index, step) in self.steps.iter().enumerate() {
            write!(formatter, "  {}. {step}", index + 1)?;
            let after: Vec<String> = self
                .steps
                .iter()
                .enumerate()
                .filter(|(_, other)| step.needs.contains(&other.id))
                .map(|(index, _)| (index + 1).to_string())
                .collect();
            if !after.is_empty() {
                write!(formatter, " (after {})", after.join(", "))?;
            }
            writeln!(formatter)?;
        }
        if !self.findings.is_empty() {
            writeln!(formatter, "findings")?;
        }
        for finding in &self.findings {
            let text = finding.to_string().replace('\n', "\n  ");
            writeln!(formatter, "  {text}")?;
        }
        Ok(())
    }
}
