//! Futures that go on side by side inside one task.
//!
//! They borrow the port and the plan, so they can't be tasks of their own. Every wake-up polls all
//! of them; there are as many as steps in progress, so that is cheap.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

/// Some futures, each with a key.
pub(crate) struct Crowd<K, F>(Vec<(K, Pin<Box<F>>)>);

impl<K: Copy, F: Future> Crowd<K, F> {
    /// Nobody.
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Whether there is nobody.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    /// One more.
    pub(crate) fn push(&mut self, key: K, future: F) {
        self.0.push((key, Box::pin(future)));
    }

    /// The next that ends. Waits forever where there is nobody. Can be dropped without loss.
    pub(crate) async fn next(&mut self) -> (K, F::Output) {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<(K, F::Output)> {
        for index in 0..self.0.len() {
            let Some((key, future)) = self.0.get_mut(index) else {
                break;
            };
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                let key = *key;
                drop(self.0.remove(index));
                return Poll::Ready((key, output));
            }
        }
        Poll::Pending
    }
}
