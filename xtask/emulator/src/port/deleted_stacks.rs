//! Deleted stacks, through the client trait.

use cloudformation::status::StackStatus;
use cloudformation::{ClientResult, DeletedStacks, Page, StackSummary};

use super::client::Local;
use super::hooks::Operation;
use super::implementation::mismatch;
use crate::api::{self, Action};

impl DeletedStacks for Local {
    async fn deleted_stacks(&self, next: Option<String>) -> ClientResult<Page<StackSummary>> {
        let action = Action::ListStacks {
            statuses: vec![StackStatus::DeleteComplete],
            next,
        };
        match self.ask(Operation::DeletedStacks, None, action).await? {
            api::Answer::StackSummaries(page) => Ok(page),
            _ => mismatch(),
        }
    }

    async fn allocation(&self, address: &str) -> ClientResult<Option<String>> {
        Ok(self.allocation_id(address))
    }
}
