//! Requests and their context.

use std::collections::BTreeMap;

/// The condition keys of a request, each with one or more values. Keys are compared without case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context(BTreeMap<String, Vec<String>>);

impl Context {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

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

    /// Sets a key unless it is present.
    pub(super) fn default_to(&mut self, key: &str, value: &str) {
        self.0
            .entry(key.to_ascii_lowercase())
            .or_insert_with(|| vec![value.to_owned()]);
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `s3:GetObject`.
    pub action: String,
    /// The resource's ARN, or `*` for an action without resources.
    pub resource: String,
    /// Global keys such as `aws:PrincipalArn` are added by the evaluator.
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

    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.context = self.context.with(key, value);
        self
    }

    /// The account in the resource's ARN.
    pub(super) fn account(&self) -> Option<&str> {
        let account = self.resource.split(':').nth(4)?;
        (!account.is_empty()).then_some(account)
    }
}
