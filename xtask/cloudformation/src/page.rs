//! Pages of lists.

/// What one call of a list operation returns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// In the service's order.
    pub items: Vec<T>,
    /// The token to ask for the rest with; none on the last page.
    pub next: Option<String>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            next: None,
        }
    }
}
