//! What is asked.

use std::collections::BTreeMap;

/// The keys that come with a request, each with one value or several. Their names don't tell
/// upper from lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context(BTreeMap<String, Vec<String>>);

impl Context {
    /// No keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With a key of one value.
    #[must_use]
    pub fn with(self, key: &str, value: impl Into<String>) -> Self {
        self.with_all(key, [value.into()])
    }

    /// With a key of several values.
    #[must_use]
    pub fn with_all(mut self, key: &str, values: impl IntoIterator<Item = String>) -> Self {
        self.0
            .insert(key.to_ascii_lowercase(), values.into_iter().collect());
        self
    }

    /// The values of a key, where it is present.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&[String]> {
        self.0.get(&key.to_ascii_lowercase()).map(Vec::as_slice)
    }

    /// Sets a key unless it is there.
    pub(super) fn default_to(&mut self, key: &str, value: &str) {
        self.0
            .entry(key.to_ascii_lowercase())
            .or_insert_with(|| vec![value.to_owned()]);
    }
}

/// An action on a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `s3:GetObject`.
    pub action: String,
    /// The resource's ARN, or `*` for an action that knows no resources.
    pub resource: String,
    /// The keys that conditions may ask for. `aws:PrincipalArn` is added when it is decided.
    pub context: Context,
}

impl Request {
    /// A request without context.
    #[must_use]
    pub fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            resource: resource.into(),
            context: Context::new(),
        }
    }

    /// With a key of one value.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.context = self.context.with(key, value);
        self
    }

    /// The account of the resource, where its ARN says one.
    pub(super) fn account(&self) -> Option<&str> {
        let account = self.resource.split(':').nth(4)?;
        (!account.is_empty()).then_some(account)
    }
}
