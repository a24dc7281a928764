//! What is remembered of stacks that were deleted, through the port.

use cloudformation::{ClientResult, DeletedStackView, Page, Remains};

use super::client::Local;
use super::convert;
use super::hooks::Operation;
use super::implementation::mismatch;
use crate::api::{self, Action};
use crate::text::timestamp;

impl Remains for Local {
    async fn deleted_stacks(&self, next: Option<String>) -> ClientResult<Page<DeletedStackView>> {
        let action = Action::ListStacks {
            statuses: vec!["DELETE_COMPLETE".to_owned()],
            next,
        };
        match self.ask(Operation::DeletedStacks, None, action).await? {
            api::Answer::StackSummaries(page) => {
                Ok(convert::page(page, |stack| DeletedStackView {
                    id: stack.id,
                    name: stack.name,
                    deleted: stack.deleted.map(timestamp).unwrap_or_default(),
                }))
            }
            _ => mismatch(),
        }
    }

    /// An address is told by itself here: there is no EC2 to ask.
    async fn allocation(&self, _address: &str) -> ClientResult<Option<String>> {
        Ok(None)
    }
}
