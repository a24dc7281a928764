//! Why a template can't be read.

/// Why a template can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// There is no such stack.
    #[error("no stack is called `{0}`")]
    NoStack(String),
    /// Nothing exports it.
    #[error("`{stack}` imports `{export}`, which no stack exports")]
    NoExport {
        /// Who imports it.
        stack: String,
        /// The export's name.
        export: String,
    },
    /// Neither a resource nor a parameter nor a pseudo parameter.
    #[error("`{stack}` refers to `{name}`, which it doesn't hold")]
    NoReference {
        /// The stack.
        stack: String,
        /// What it refers to.
        name: String,
    },
    /// The stack has no value for the parameter.
    #[error("`{stack}` has no value for its parameter `{name}`")]
    NoParameter {
        /// The stack.
        stack: String,
        /// The parameter.
        name: String,
    },
    /// A function that is not read here.
    #[error("`{stack}` uses {function}, which is not read here")]
    Function {
        /// The stack.
        stack: String,
        /// The function, with what it is given.
        function: String,
    },
    /// Values refer to each other in a circle.
    #[error("`{stack}` refers to itself through `{name}`")]
    Circle {
        /// The stack.
        stack: String,
        /// Where it was noticed.
        name: String,
    },
}
