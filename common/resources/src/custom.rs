//! Custom resources: what their provider takes and returns is not in any schema.

use common_template::{IntoNode, Value};

use crate::Handle;
use crate::cloudformation::CustomResource;

impl CustomResource {
    /// Sets a property that the provider takes.
    pub fn property(mut self, name: &str, value: impl IntoNode) -> Self {
        self.0.set(name, value);
        self
    }
}

impl Handle<CustomResource> {
    /// An attribute that the provider returns.
    #[must_use]
    pub fn attr<T>(&self, name: &str) -> Value<T> {
        Value::get_att(self.id(), name)
    }
}
