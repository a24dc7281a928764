//! Leaving a walk.

use tokio::sync::watch;

/// Tells a walk to stop: it begins nothing more, and leaves what CloudFormation is doing to
/// CloudFormation. Dropping this stops nothing.
#[derive(Debug)]
pub struct StopHandle(watch::Sender<bool>);

impl StopHandle {
    /// Stops the walk.
    pub fn detach(&self) {
        self.0.send_replace(true);
    }
}

/// Knows whether to stop.
#[derive(Clone, Debug)]
pub struct Stop(Option<watch::Receiver<bool>>);

impl Stop {
    /// Something to stop a walk with.
    #[must_use]
    pub fn new() -> (StopHandle, Self) {
        let (sender, receiver) = watch::channel(false);
        (StopHandle(sender), Self(Some(receiver)))
    }

    /// Never stops.
    #[must_use]
    pub const fn never() -> Self {
        Self(None)
    }

    /// Whether to stop.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.as_ref().is_some_and(|receiver| *receiver.borrow())
    }

    /// Waits until it is to stop.
    pub async fn stopped(&self) {
        if let Some(mut receiver) = self.0.clone()
            && receiver.wait_for(|stopped| *stopped).await.is_ok()
        {
            return;
        }
        // Nobody can stop it any more.
        std::future::pending().await
    }
}
