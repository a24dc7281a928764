//! The text of a template, embedded in other JSON.

use std::ops::Deref;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;

/// The text of a template. In JSON it is embedded as JSON rather than as a string, byte for byte, so that
/// its digest still holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateText(String);

impl From<&str> for TemplateText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Deref for TemplateText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Serialize for TemplateText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TemplateText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(raw.get().to_owned()))
    }
}
