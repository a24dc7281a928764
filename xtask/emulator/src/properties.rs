//! Resource properties that are shared instead of copied.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// The resolved properties of a resource. A clone is cheap: stack, events and inventory share them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Properties(Arc<Map<String, Value>>);

impl Properties {
    pub(crate) fn new(properties: Map<String, Value>) -> Self {
        Self(Arc::new(properties))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    pub(crate) fn map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// Copies them first if they are shared.
    pub(crate) fn map_mut(&mut self) -> &mut Map<String, Value> {
        Arc::make_mut(&mut self.0)
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self.map()).unwrap_or_default()
    }
}

impl Serialize for Properties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self::new)
    }
}
