//! Deleted stacks, which CloudFormation remembers for 90 days.
//!
//! A trait of its own: only the search for orphans asks.

use std::future::Future;

use crate::{ClientResult, Page, StackSummary};

/// The stacks that were deleted, and what identifies the resources that they have retained.
pub trait DeletedStacks: Send + Sync {
    /// A page of the stacks that were deleted within 90 days: `ListStacks`. By its id such a stack
    /// can still be described, and its resources be listed.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html>
    fn deleted_stacks(
        &self,
        next: Option<String>,
    ) -> impl Future<Output = ClientResult<Page<StackSummary>>> + Send;

    /// The allocation id of an Elastic IP, which an import needs with the address. Nothing where it
    /// is not needed, or the address was released.
    fn allocation(
        &self,
        address: &str,
    ) -> impl Future<Output = ClientResult<Option<String>>> + Send;
}
