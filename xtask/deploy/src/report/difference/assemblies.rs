//! Differences between two assemblies: the definitions of two commits.

use std::collections::{BTreeMap, BTreeSet};

use common::assembly::Assembly;
use common::environment::EnvironmentName;
use common::stack::StackArtifact;
use review::difference::{self, Change, Difference};
use serde::Serialize;
use serde_json::Value;

use super::template::{sign, template};
use crate::report::line::{Line, Tone};
use crate::report::style::OutputStyle;
use crate::report::wording::count;

/// What differs between two assemblies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Compared {
    pub environment: EnvironmentName,
    pub same: usize,
    /// Those that are not, by name.
    pub stacks: Vec<StackComparison>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StackComparison {
    /// Its name without project and environment.
    pub id: String,
    pub change: Change,
    /// How many resources it has; had, where it is removed.
    pub resources: usize,
    /// What differs, where both have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
}

/// Compares two assemblies, or only some of their stacks, named by id or full name.
///
/// # Errors
/// When a template is no JSON.
pub fn compare(
    before: &Assembly,
    after: &Assembly,
    only: &[String],
) -> serde_json::Result<Compared> {
    let asked = |stack: &&StackArtifact| {
        only.is_empty()
            || only
                .iter()
                .any(|name| *name == stack.id || name == stack.name.as_str())
    };
    let by_id = |assembly: &'_ Assembly| -> BTreeMap<String, StackArtifact> {
        assembly
            .stacks
            .iter()
            .filter(asked)
            .map(|stack| (stack.id.clone(), stack.clone()))
            .collect()
    };
    let (old, new) = (by_id(before), by_id(after));
    let ids: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut same = 0;
    let mut stacks = Vec::new();
    for id in ids {
        let (change, resources, difference) = match (old.get(id), new.get(id)) {
            (Some(one), Some(other)) if one.digest == other.digest => {
                same += 1;
                continue;
            }
            (Some(one), Some(other)) => {
                let (one, changed) = (parsed(one)?, parsed(other)?);
                let difference = difference::compare(Some(&one), Some(&changed));
                (Change::Changed, other.resources, Some(difference))
            }
            (Some(one), None) => (Change::Removed, one.resources, None),
            (None, Some(other)) => (Change::Added, other.resources, None),
            (None, None) => continue,
        };
        stacks.push(StackComparison {
            id: id.clone(),
            change,
            resources,
            difference,
        });
    }
    Ok(Compared {
        environment: after.environment,
        same,
        stacks,
    })
}

fn parsed(stack: &StackArtifact) -> serde_json::Result<Value> {
    serde_json::from_str(stack.template.as_deref().unwrap_or("{}"))
}

impl Compared {
    #[must_use]
    pub fn lines(&self, style: OutputStyle) -> Vec<Line> {
        let mut lines = Vec::new();
        for stack in &self.stacks {
            let (sign, tone) = sign(stack.change);
            let title = Line::at(2)
                .and(tone, sign)
                .plain(" ")
                .and(Tone::Strong, &stack.id);
            match &stack.difference {
                None => {
                    lines.push(title.plain(format!(": {}", count(stack.resources, "resource"))))
                }
                Some(difference) => {
                    lines.push(title);
                    lines.extend(template(difference, style));
                }
            }
        }
        if !lines.is_empty() {
            lines.push(Line::new());
        }
        let differ = self.stacks.len();
        let line = Line::new()
            .and(Tone::Strong, self.environment.as_str())
            .plain(": ");
        lines.push(if differ == 0 {
            line.plain("no differences")
        } else {
            let (noun, verb) = if differ == 1 {
                ("stack", "differs")
            } else {
                ("stacks", "differ")
            };
            line.plain(format!("{differ} {noun} {verb}, {} the same", self.same))
        });
        lines
    }
}
