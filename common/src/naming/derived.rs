//! Names that an input lengthens.

/// A name that is derived from an application's name, with the length that AWS allows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedName {
    /// What is called so.
    pub kind: &'static str,
    /// The name.
    pub name: String,
    /// The greatest number of characters.
    pub limit: usize,
}

impl DerivedName {
    pub(super) fn new(kind: &'static str, name: String, limit: usize) -> Self {
        Self { kind, name, limit }
    }

    /// By how many characters the name is too long.
    #[must_use]
    pub fn excess(&self) -> usize {
        self.name.len().saturating_sub(self.limit)
    }
}
