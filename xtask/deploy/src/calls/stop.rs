//! The operator's wish to leave a running deployment.

use tokio::sync::watch;

/// Detaches an execution: no further step starts, and CloudFormation finishes the operations in
/// progress. Dropping the handle stops nothing.
#[derive(Debug)]
pub struct StopHandle(watch::Sender<bool>);

impl StopHandle {
    pub fn detach(&self) {
        self.0.send_replace(true);
    }
}

#[derive(Clone, Debug)]
pub struct Stop(Option<watch::Receiver<bool>>);

impl Stop {
    #[must_use]
    pub fn new() -> (StopHandle, Self) {
        let (sender, receiver) = watch::channel(false);
        (StopHandle(sender), Self(Some(receiver)))
    }

    #[must_use]
    pub const fn never() -> Self {
        Self(None)
    }

    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.as_ref().is_some_and(|receiver| *receiver.borrow())
    }

    /// Resolves once the handle is detached.
    pub async fn stopped(&self) {
        if let Some(mut receiver) = self.0.clone()
            && receiver.wait_for(|stopped| *stopped).await.is_ok()
        {
            return;
        }
        // The handle was dropped.
        std::future::pending().await
    }
}
