//! What tells of stacks that are gone.
//!
//! A trait of its own: only who rebuilds an environment asks.

use std::future::Future;

use serde::{Deserialize, Serialize};

use crate::{ClientResult, Page};

/// What is remembered of stacks that were deleted.
pub trait Remains: Send + Sync {
    /// A page of the stacks that were deleted within 90 days: `ListStacks`. By its id such a stack
    /// can still be described, and its resources be listed.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html>
    fn deleted_stacks(
        &self,
        next: Option<String>,
    ) -> impl Future<Output = ClientResult<Page<DeletedStackView>>> + Send;

    /// What identifies an address beside the address: its allocation. Nothing where it is not
    /// needed, or there is no such address any more.
    fn allocation(
        &self,
        address: &str,
    ) -> impl Future<Output = ClientResult<Option<String>>> + Send;
}

/// A stack that was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeletedStackView {
    /// Its ARN.
    pub id: String,
    /// The name that it had.
    pub name: String,
    /// When it was deleted, as CloudFormation writes it.
    pub deleted: String,
}
