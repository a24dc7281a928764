//! Cases as data.

use cloudformation::template::{resource_type, resources};
use serde::Deserialize;
use serde_json::Value;

/// What a step's stack ends in, where nothing was begun because CloudFormation refuses the change set.
pub const REFUSED: &str = "refused";

/// A claim, and the steps that show it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name; where it shows a rule of the services, that rule's.
    pub case: String,
    pub claim: String,
    /// The page or thread that says so.
    pub source: String,
    /// The steps, in their order.
    pub steps: Vec<Step>,
}

/// A step. In every text, `{id}` stands for a name that no other run has.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Step {
    Create {
        /// Its name in the case.
        create: String,
        template: Value,
        /// The status that it ends in, or [`REFUSED`]; where each of several will do, with ` or ` between.
        ends: String,
        /// What one of the reasons holds, in any case of letters.
        because: Option<String>,
    },
    Update {
        /// Its name in the case.
        update: String,
        template: Value,
        /// The status that it ends in, or [`REFUSED`]; where each of several will do, with ` or ` between.
        ends: String,
        /// What one of the reasons holds.
        because: Option<String>,
    },
    Delete {
        /// Its name in the case.
        delete: String,
        /// The status that it ends in.
        ends: String,
        /// What one of the reasons holds.
        because: Option<String>,
    },
    /// An object is put into a bucket.
    Put { put: String, key: String },
    /// An object is taken out of a bucket.
    Remove { remove: String, key: String },
}

impl Step {
    /// What is done, in words.
    #[must_use]
    pub fn what(&self) -> String {
        match self {
            Self::Create { create, .. } => format!("create {create}"),
            Self::Update { update, .. } => format!("update {update}"),
            Self::Delete { delete, .. } => format!("delete {delete}"),
            Self::Put { key, .. } => format!("put {key}"),
            Self::Remove { key, .. } => format!("remove {key}"),
        }
    }

    /// How it is expected to end, in words.
    #[must_use]
    pub fn expected(&self) -> String {
        let what = self.what();
        match self {
            Self::Create { ends, because, .. }
            | Self::Update { ends, because, .. }
            | Self::Delete { ends, because, .. } => match because {
                Some(because) => format!("{what}: {ends}, \"{because}\""),
                None => format!("{what}: {ends}"),
            },
            Self::Put { .. } | Self::Remove { .. } => format!("{what}: done"),
        }
    }

    #[must_use]
    pub const fn template(&self) -> Option<&Value> {
        match self {
            Self::Create { template, .. } | Self::Update { template, .. } => Some(template),
            _ => None,
        }
    }
}

impl Case {
    /// Whether it calls another service than CloudFormation, which a local endpoint may not have.
    #[must_use]
    pub fn needs_services(&self) -> bool {
        self.steps
            .iter()
            .any(|step| matches!(step, Step::Put { .. } | Step::Remove { .. }))
    }

    /// The types of the resources that it makes, once for each resource and template.
    #[must_use]
    pub fn creates(&self) -> Vec<String> {
        let mut types = Vec::new();
        for template in self.steps.iter().filter_map(Step::template) {
            types.extend(resources(template).map(|(_, one)| resource_type(one).to_owned()));
        }
        types
    }
}

/// The cases that come with this program.
///
/// # Errors
/// When they are not of the form.
pub fn cases() -> Result<Vec<Case>, serde_json::Error> {
    serde_json::from_str(include_str!("cases.json"))
}
