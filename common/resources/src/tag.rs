//! Tags as most services take them.

use common_template::{Properties, PropertyType, Value};

/// A tag: `Key` and `Value`.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Tag(Properties);

impl Tag {
    /// A tag.
    pub fn new(key: impl Into<Value<String>>, value: impl Into<Value<String>>) -> Self {
        let mut properties = Properties::default();
        properties.set("Key", key.into());
        properties.set("Value", value.into());
        Self(properties)
    }
}

impl PropertyType for Tag {
    fn into_properties(self) -> Properties {
        self.0
    }
}
