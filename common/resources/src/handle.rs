//! What a template gives back for a resource.

use std::fmt;
use std::marker::PhantomData;

use common_template::LogicalId;

/// A resource in a template: its `Ref` and its attributes are methods.
pub struct Handle<R> {
    id: LogicalId,
    resource: PhantomData<fn() -> R>,
}

impl<R> Handle<R> {
    /// The resource's logical id.
    #[must_use]
    pub const fn id(&self) -> &LogicalId {
        &self.id
    }
}

impl<R> From<LogicalId> for Handle<R> {
    fn from(id: LogicalId) -> Self {
        Self {
            id,
            resource: PhantomData,
        }
    }
}

/// For `depends_on`.
impl<R> From<&Handle<R>> for LogicalId {
    fn from(handle: &Handle<R>) -> Self {
        handle.id.clone()
    }
}

// Derives would ask the same of `R`, which is only a marker.
impl<R> Clone for Handle<R> {
    fn clone(&self) -> Self {
        Self::from(self.id.clone())
    }
}

impl<R> fmt::Debug for Handle<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handle").field(&self.id).finish()
    }
}

impl<R> PartialEq for Handle<R> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<R> Eq for Handle<R> {}
