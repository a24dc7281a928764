//! What the cloud was a while ago, for reads that lag behind writes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::Cloud;
use crate::api::Time;

/// How many writes are kept. Those of some minutes: no read lags behind longer.
const KEPT: usize = 64;

/// What a cloud was after each of its last writes. What happened by itself in between follows.
///
/// Clones share it. Each writer of the cloud has to remember it here afterwards, or reads may be
/// staler than they were to be.
#[derive(Clone, Debug, Default)]
pub struct Past(Arc<Mutex<VecDeque<Cloud>>>);

impl Past {
    /// Something was written.
    pub fn remember(&self, cloud: &Cloud) {
        let mut moments = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if moments.len() == KEPT {
            moments.pop_front();
        }
        moments.push_back(cloud.clone());
    }

    /// The cloud as it was then, or as early as it is remembered.
    pub(super) fn at(&self, time: Time) -> Option<Cloud> {
        let moments = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let after = moments.partition_point(|moment| moment.now() <= time);
        let mut cloud = moments.get(after.saturating_sub(1))?.clone();
        drop(moments);
        cloud.advance(time);
        Some(cloud)
    }
}
