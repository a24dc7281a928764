//! Futures side by side inside one task, and how many of their calls are under way at once.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use tokio::sync::Semaphore;

/// How many calls may be under way at once. Services throttle whoever asks for everything at once;
/// the SDK's own limit of connections is not one of calls.
pub(crate) const AT_ONCE: usize = 8;

/// Seats for calls.
pub(crate) struct Seats(Semaphore);

impl Seats {
    /// So many.
    pub(crate) const fn new(seats: usize) -> Self {
        Self(Semaphore::const_new(seats))
    }

    /// Waits for a seat, then for the future.
    pub(crate) async fn taking<F: Future>(&self, future: F) -> F::Output {
        // Nobody closes the semaphore, so this never is an error.
        let _seat = self.0.acquire().await;
        future.await
    }
}

/// Waits for all of them; the results are in their order. Every wake-up polls all that are not done;
/// there are a few hundred at most.
pub(crate) async fn all<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<Result<F::Output, Pin<Box<F>>>> = futures
        .into_iter()
        .map(|future| Err(Box::pin(future)))
        .collect();
    poll_fn(|context| {
        let mut pending = false;
        for place in &mut waiting {
            if let Err(future) = place {
                match future.as_mut().poll(context) {
                    Poll::Ready(output) => *place = Ok(output),
                    Poll::Pending => pending = true,
                }
            }
        }
        if pending {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
    waiting.into_iter().filter_map(Result::ok).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use tokio::time::{Instant, sleep};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_more_go_on_at_once_than_there_are_seats_and_the_order_is_kept() {
        let seats = Seats::new(3);
        let under_way = Cell::new(0_u32);
        let most = Cell::new(0);
        let begin = Instant::now();
        let call = |number: u64| {
            let (under_way, most) = (&under_way, &most);
            async move {
                under_way.set(under_way.get() + 1);
                most.set(most.get().max(under_way.get()));
                sleep(Duration::from_secs(10 - number % 2)).await;
                under_way.set(under_way.get() - 1);
                number
            }
        };
        let done = all((0..9).map(|number| seats.taking(call(number)))).await;
        assert_eq!(done, (0..9).collect::<Vec<_>>());
        assert_eq!(most.get(), 3);
        assert!(
            begin.elapsed() <= Duration::from_secs(30),
            "{:?}",
            begin.elapsed()
        );
    }
}
