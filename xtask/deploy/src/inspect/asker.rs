//! How questions are asked: in turn, and what fails in the place of its answer.

use cloudformation::{Page, PortError};
use common::environment::Environment;

use super::asked::{Asked, Obstacle, Unanswered};
use super::crowd::Seats;
use crate::services::Answer;

/// Why CloudFormation did not answer.
pub(super) fn of_port(action: &'static str, error: &PortError) -> Unanswered {
    let kind = match error {
        PortError::Denied(_) => Obstacle::Permission,
        PortError::Expired(_) | PortError::Credentials(_) => Obstacle::Credentials,
        PortError::Throttled(_) | PortError::NoAnswer { .. } => Obstacle::Weather,
        _ => Obstacle::Other,
    };
    Unanswered::new(action, kind, error)
}

/// Asks, and takes a seat for each call.
pub(super) struct Asker<'a, S> {
    pub(super) services: &'a S,
    pub(super) seats: &'a Seats,
    pub(super) environment: &'a Environment,
}

impl<S> Asker<'_, S> {
    pub(super) async fn ask<T>(
        &self,
        action: &'static str,
        call: impl Future<Output = Answer<T>>,
    ) -> Asked<T> {
        let answer = self.seats.taking(call).await;
        answer.map_err(|error| Unanswered::of(action, &error))
    }

    /// All pages of a list.
    pub(super) async fn pages<T, F: Future<Output = Answer<Page<T>>>>(
        &self,
        action: &'static str,
        mut page: impl FnMut(Option<String>) -> F,
    ) -> Asked<Vec<T>> {
        let mut items = Vec::new();
        let mut next = None;
        loop {
            let page = self.ask(action, page(next)).await?;
            items.extend(page.items);
            next = page.next;
            if next.is_none() {
                return Ok(items);
            }
        }
    }
}
