//! A consequence: what a change will do, in words, and what it does it to.

use std::fmt;

use serde::Serialize;

/// How much a consequence matters to who approves the change. The worst comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// Data, an address, a service or a limit on rights is lost, or something becomes public.
    Severe,
    /// Users, cost or capacity notice it, or rights grow.
    Notable,
    /// It changes something, and none of the above.
    Minor,
}

/// What kind of thing happens. The order is that of a report within one weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Data is deleted, or no longer kept as long or as safely.
    Data,
    /// A resource is replaced, removed, renamed or moved.
    Replacement,
    /// Tasks restart, connections are cut, an address or a name changes.
    Interruption,
    /// What the machines run, and how they are replaced.
    Machines,
    /// More or fewer can reach something.
    Exposure,
    /// A principal may do more or less.
    Permissions,
    /// A facility that protects is switched on or off: encryption, termination protection, a retention policy.
    Protection,
    /// How much there is to run on, and its bounds.
    Capacity,
    /// What it costs, as a direction.
    Cost,
    /// How much may fail before users notice.
    Resilience,
    /// What is noticed, and who is told: alarms, logs, metrics.
    Monitoring,
    /// Exports and their importers.
    Exports,
    /// What the pipelines build, test, ask and deploy.
    Delivery,
    /// What clients of a service notice otherwise: paths, redirects, headers, answers.
    Behaviour,
    /// The rest.
    Other,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Applied {
    /// The next deployment.
    #[default]
    ByDeploying,
    /// A person, with `cargo xtask bootstrap`.
    Manually,
    /// A deployment with `--prune`.
    WithPrune,
}

/// A resource, or a whole stack where `logical_id` is empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Subject {
    /// The stack's name without project and environment: `service-web`.
    pub stack: String,
    /// The logical id; empty for the stack itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub logical_id: String,
    /// Its type; empty for the stack itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub resource_type: String,
    /// Where the definition makes it: `network-stack/src/vpc.rs:31`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defined_at: Option<String>,
}

/// What a change will do to one resource, or alike to several.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Consequence {
    /// How much it matters.
    pub weight: Weight,
    /// What kind of thing happens.
    pub kind: Kind,
    /// What happens, as the predicate of a sentence about the subjects.
    pub text: String,
    /// The property that changes, by its path; none where the resource itself comes or goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
    /// Its value before, where it was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Its value after, where it is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// What it happens to: equal consequences are told once.
    pub subjects: Vec<Subject>,
    pub applied: Applied,
    /// The lines of the input files that cause it, where inputs do: `environments/staging.toml:30`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
}

impl Kind {
    /// As reports print it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Replacement => "replacement",
            Self::Interruption => "interruption",
            Self::Exposure => "exposure",
            Self::Permissions => "permissions",
            Self::Protection => "protection",
            Self::Capacity => "capacity",
            Self::Cost => "cost",
            Self::Resilience => "resilience",
            Self::Monitoring => "monitoring",
            Self::Exports => "exports",
            Self::Delivery => "delivery",
            Self::Machines => "machines",
            Self::Behaviour => "behaviour",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Consequence {
    /// Whether another one says the same, whatever it is about and whatever causes it.
    pub(crate) fn says_same(&self, other: &Self) -> bool {
        let said = |one: &Self| (one.weight, one.kind, one.applied);
        said(self) == said(other)
            && self.text == other.text
            && self.property == other.property
            && self.from == other.from
            && self.to == other.to
    }
}

impl Subject {
    /// `network/DataKey`, or the stack alone.
    #[must_use]
    pub fn path(&self) -> String {
        if self.logical_id.is_empty() {
            self.stack.clone()
        } else {
            format!("{}/{}", self.stack, self.logical_id)
        }
    }
}

/// Merges consequences that say the same of different subjects, and sorts them: the worst first.
#[must_use]
pub fn ordered(found: Vec<Consequence>) -> Vec<Consequence> {
    let mut merged: Vec<Consequence> = Vec::new();
    for mut one in found {
        let mut others = merged.iter_mut();
        let same = others.find(|other| other.says_same(&one) && types(other).eq(types(&one)));
        match same {
            Some(other) => {
                other.subjects.append(&mut one.subjects);
                other.causes.append(&mut one.causes);
            }
            None => merged.push(one),
        }
    }
    for one in &mut merged {
        one.subjects.sort();
        one.subjects.dedup();
        one.causes.sort();
        one.causes.dedup();
    }
    merged.sort();
    merged
}

fn types(consequence: &Consequence) -> impl Iterator<Item = &str> {
    let first = consequence.subjects.first();
    first
        .map(|subject| subject.resource_type.as_str())
        .into_iter()
}
