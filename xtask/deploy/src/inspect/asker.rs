//! How questions are asked: in turn, and what fails in the place of its answer.

use cloudformation::{ClientError, Page};
use common::environment::Environment;

use super::asked::{Asked, Obstacle, Unanswered};
use super::crowd::Seats;
use crate::services::{Answer, Pages};

/// Why CloudFormation did not answer.
pub(super) fn of_port(action: &'static str, error: &ClientError) -> Unanswered {
    let kind = match error {
        ClientError::AccessDenied(_) => Obstacle::Permission,
        ClientError::ExpiredCredentials(_) | ClientError::InvalidCredentials(_) => {
            Obstacle::Credentials
        }
        ClientError::Throttled(_) | ClientError::NoAnswer { .. } => Obstacle::Weather,
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
        let mut pages = Pages::default();
        let mut next = None;
        loop {
            let page = self.ask(action, page(next)).await?;
            items.extend(page.items);
            let following = pages.next(page.next);
            next = following.map_err(|error| Unanswered::of(action, &error))?;
            if next.is_none() {
                return Ok(items);
            }
        }
    }
}
