//! What was found of a stack.

use serde::{Deserialize, Serialize};

use cloudformation::StackResourceDrift;

/// What was found of a stack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// The resources that are not as their template says.
    pub resources: Vec<StackResourceDrift>,
    /// Why the stack, or some of it, could not be looked at. The other resources were.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unread: Option<String>,
}

impl Found {
    /// Nothing is known of the stack.
    pub(super) fn unread(why: impl Into<String>) -> Self {
        Self {
            resources: Vec::new(),
            unread: Some(why.into()),
        }
    }
}
