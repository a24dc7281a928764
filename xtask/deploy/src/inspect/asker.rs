//! How questions are asked: in turn, and what fails in the place of its answer.

use cloudformation::{Page, PortError};
use common::environment::Environment;
use tokio::sync::Semaphore;

use super::asked::{Asked, Obstacle, Unanswered};
use crate::services::{Answer, Pages};

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

/// How many calls may be in flight at once: services throttle bursts, and the SDK's own limit is one
/// of connections.
pub(super) const MAX_CALLS: usize = 8;

/// Calls that share one limit on how many are in flight.
pub(super) struct Asker<'a, S> {
    pub(super) services: &'a S,
    pub(super) permits: &'a Semaphore,
    pub(super) environment: &'a Environment,
}

impl<S> Asker<'_, S> {
    /// Waits for a permit, then for the call.
    pub(super) async fn limited<F: Future>(&self, call: F) -> F::Output {
        // The semaphore is never closed.
        let _permit = self.permits.acquire().await;
        call.await
    }

    pub(super) async fn ask<T>(
        &self,
        action: &'static str,
        call: impl Future<Output = Answer<T>>,
    ) -> Asked<T> {
        let answer = self.limited(call).await;
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
