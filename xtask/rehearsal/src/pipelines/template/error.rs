//! Errors in templates.

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("there is no stack `{0}`")]
    NoStack(String),
    #[error("`{stack}` imports `{export}`, which no stack exports")]
    NoExport { stack: String, export: String },
    /// Neither a resource nor a parameter nor a pseudo parameter.
    #[error("`{stack}` refers to `{name}`, which it doesn't define")]
    NoReference { stack: String, name: String },
    #[error("`{stack}` has no value for its parameter `{name}`")]
    NoParameter { stack: String, name: String },
    #[error("`{stack}` uses {function}, which is not supported")]
    Function { stack: String, function: String },
    /// Values refer to each other in a cycle.
    #[error("`{stack}` refers to itself through `{name}`")]
    Circle {
        stack: String,
        /// Where it was noticed.
        name: String,
    },
}
