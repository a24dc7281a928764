//! Logical ids: the names of resources, parameters, conditions and outputs inside one template.

use std::fmt;

/// The name of something inside one template: letters and digits, at most 255 of them.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogicalId(String);

/// Why a text is not a logical id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogicalIdError {
    /// A logical id has at least one character.
    #[error("a logical id can't be empty")]
    Empty,
    /// A character other than an ASCII letter or digit.
    #[error("logical id `{id}` holds `{character}`: only letters and digits are allowed")]
    Character {
        /// The text that was given.
        id: String,
        /// The first character that is not allowed.
        character: char,
    },
    /// A logical id has at most 255 characters.
    #[error("logical id `{id}` has {length} characters, the limit is 255")]
    TooLong {
        /// The text that was given.
        id: String,
        /// Its length in characters.
        length: usize,
    },
}

impl LogicalId {
    /// Checks the text.
    ///
    /// # Errors
    /// When it is empty, longer than 255 characters, or not alphanumeric.
    pub fn new(id: impl Into<String>) -> Result<Self, LogicalIdError> {
        let id = id.into();
        if id.is_empty() {
            return Err(LogicalIdError::Empty);
        }
        if let Some(character) = id.chars().find(|c| !c.is_ascii_alphanumeric()) {
            return Err(LogicalIdError::Character { id, character });
        }
        let length = id.len();
        if length > 255 {
            return Err(LogicalIdError::TooLong { id, length });
        }
        Ok(Self(id))
    }

    /// Takes the text as it is: the template that it is added to has recorded the error already,
    /// and never gets past its checks.
    pub(crate) fn unchecked(id: String) -> Self {
        Self(id)
    }

    /// The id as it stands in the template.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LogicalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
