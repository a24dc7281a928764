//! The assembly: the stacks of an environment in deployment order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::graph::{self, GraphError};
use crate::environment::{Environment, EnvironmentName};
use crate::naming::StackName;
use crate::quota::{Quota, usage};
use crate::stack::StackArtifact;

/// The version of the format. It goes up when a reader of the old one would misread the new.
pub const VERSION: u32 = 1;

/// The name of the file that lists the stacks.
pub const FILE_NAME: &str = "assembly.json";

/// The name of the file that says where the definition's source adds each resource.
pub const LOCATIONS_FILE: &str = "locations.json";

/// Where the definition's source adds each resource, by stack id and logical id: `network-stack/src/vpc.rs:31`.
pub type Locations = BTreeMap<String, BTreeMap<String, String>>;

/// The file name of a stack's template, in the folder of the assembly.
#[must_use]
pub fn template_file(stack: &StackName) -> String {
    format!("{stack}.template.json")
}

/// The stacks of one environment, ready to be deployed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Assembly {
    /// [`VERSION`] of the format.
    pub version: u32,
    /// The environment of all stacks.
    pub environment: EnvironmentName,
    /// The account that it lives in, twelve digits.
    pub account: String,
    /// The region that it lives in.
    pub region: String,
    /// The branch that it is deployed from.
    pub branch: String,
    /// The stacks in layers: each imports only from layers before its own.
    pub order: Vec<Vec<StackName>>,
    /// The stacks, by name. Their templates are files in the same folder.
    pub stacks: Vec<StackArtifact>,
}

/// Why stacks don't make an assembly. Each is a mistake in the definition's Rust code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages give the meaning of the fields")]
pub enum AssemblyError {
    /// Two stacks of one name.
    #[error("crates {first} and {second} both define the stack {name}")]
    DuplicateStack {
        name: StackName,
        first: String,
        second: String,
    },
    /// Two exports of one name.
    #[error("stacks {first} and {second} both export `{export}`")]
    DuplicateExport {
        export: String,
        first: StackName,
        second: StackName,
    },
    /// A stack of another environment.
    #[error("stack {stack} belongs to {found}, not to {expected}")]
    ForeignStack {
        stack: StackName,
        found: EnvironmentName,
        expected: EnvironmentName,
    },
    /// More than a quota that AWS does not raise.
    #[error(
        "{used} {} in {environment}, and AWS allows {}, which it doesn't raise\n  = help: {}\n  \
         = note: {}",
        .quota.label(),
        .quota.default(),
        .quota.hint(),
        .quota.source()
    )]
    OverQuota {
        quota: Quota,
        used: usize,
        environment: EnvironmentName,
    },
    /// The imports don't give an order.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

impl Assembly {
    /// Joins the stacks of an environment.
    ///
    /// # Errors
    /// When names clash, an import has no export behind it, imports are circular, or they
    /// exceed a quota that AWS does not raise.
    pub fn new(
        environment: &Environment,
        mut stacks: Vec<StackArtifact>,
    ) -> Result<Self, AssemblyError> {
        stacks.sort_by(|a, b| a.name.cmp(&b.name));
        if let Some(stack) = stacks
            .iter()
            .find(|stack| stack.environment != environment.name)
        {
            return Err(AssemblyError::ForeignStack {
                stack: stack.name.clone(),
                found: stack.environment,
                expected: environment.name,
            });
        }
        for (first, second) in stacks.iter().zip(stacks.iter().skip(1)) {
            if first.name == second.name {
                return Err(AssemblyError::DuplicateStack {
                    name: first.name.clone(),
                    first: first.crate_name.clone(),
                    second: second.crate_name.clone(),
                });
            }
        }
        let mut exports = BTreeMap::new();
        for stack in &stacks {
            for export in &stack.exports {
                if let Some(first) = exports.insert(export.name.as_str(), &stack.name) {
                    return Err(AssemblyError::DuplicateExport {
                        export: export.name.clone(),
                        first: first.clone(),
                        second: stack.name.clone(),
                    });
                }
            }
        }
        if let Some(over) = usage(&stacks).iter().find(|one| one.is_impossible()) {
            return Err(AssemblyError::OverQuota {
                quota: over.quota,
                used: over.used,
                environment: environment.name,
            });
        }
        let order = graph::layers(&stacks)?;
        Ok(Self {
            version: VERSION,
            environment: environment.name,
            account: environment.account.to_string(),
            region: environment.region.to_string(),
            branch: environment.branch.to_string(),
            order,
            stacks,
        })
    }
}
