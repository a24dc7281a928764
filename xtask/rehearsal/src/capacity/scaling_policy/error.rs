//! Errors in a template's scaling.

/// An unsupported part of a template. Nothing is guessed: a rule that isn't modelled isn't checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScalingPolicyError {
    #[error("the template is no JSON: {0}")]
    NotJson(String),
    /// The template hasn't got exactly one of what the model has exactly one of.
    #[error("the model knows exactly one {what}, the template has {found}")]
    Count { what: &'static str, found: usize },
    #[error("`{resource}.{property}` is not part of the model")]
    UnknownProperty { resource: String, property: String },
    /// A property is missing that the model needs.
    #[error("`{resource}.{property}` is missing")]
    Missing {
        resource: String,
        property: &'static str,
    },
    /// A property has a value that isn't modelled.
    #[error("`{resource}.{property}` is `{found}`, the model knows {known} only")]
    NotModelled {
        resource: String,
        property: &'static str,
        found: String,
        known: &'static str,
    },
    /// A scaling policy that no alarm, or more than one, invokes.
    #[error("`{policy}` is invoked by {alarms} alarms, the model knows one for each policy")]
    Invoked { policy: String, alarms: usize },
}
