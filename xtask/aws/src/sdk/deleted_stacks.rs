//! Deleted stacks.

use aws_sdk_cloudformation::types::StackStatus;
use cloudformation::{ClientError, ClientResult, DeletedStacks, Page, StackSummary};

use common::error_chain::distinct_error_chain;

use super::client::Aws;
use super::errors::cloudformation;
use super::pages::PageRequest;
use super::translation;
use crate::services::ec2;

impl DeletedStacks for Aws {
    async fn deleted_stacks(&self, next: Option<String>) -> ClientResult<Page<StackSummary>> {
        let page = PageRequest::of(next);
        let answer = self
            .cloudformation
            .list_stacks()
            .stack_status_filter(StackStatus::DeleteComplete)
            .set_next_token(page.token())
            .send()
            .await
            .map_err(cloudformation)?;
        Ok(Page {
            next: page.next(answer.next_token)?,
            items: translation::all(answer.stack_summaries, translation::summary)?,
        })
    }

    /// EC2 is asked only where it is AWS that answers: behind another endpoint there is none.
    async fn allocation(&self, address: &str) -> ClientResult<Option<String>> {
        if self.is_elsewhere() {
            return Ok(None);
        }
        ec2::allocation_id(&self.signed(), address)
            .await
            .map_err(|error| ClientError::Other {
                code: "DescribeAddresses".into(),
                message: distinct_error_chain(&error).into(),
            })
    }
}
