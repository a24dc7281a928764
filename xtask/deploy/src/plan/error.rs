//! Why no plan can be made.

use common::suggestion::did_you_mean;
use common::terminal_text::displayed;

/// What is wrong with what was asked for. What is wrong with the environment is a finding.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A stack was named that is neither defined nor deployed.
    #[error("no stack is called `{}`{}", displayed(.name), did_you_mean(.nearest.as_deref()))]
    UnknownStack {
        /// The name.
        name: String,
        /// The stack whose name is most like it.
        nearest: Option<String>,
    },
    /// A value was given for a parameter that the stack does not have.
    #[error("stack {} has no parameter `{}`{}", displayed(.stack), displayed(.parameter), did_you_mean(.nearest.as_deref()))]
    UnknownParameter {
        /// The stack.
        stack: String,
        /// The parameter.
        parameter: String,
        /// The parameter whose name is most like it.
        nearest: Option<String>,
    },
    /// The assembly was read without its templates.
    #[error("the template of {} is not in the assembly", displayed(.stack))]
    NoTemplate {
        /// The stack.
        stack: String,
    },
    /// A template is not JSON, or JSON without resources.
    #[error("the {origin} template of {} is not a JSON template", displayed(.stack))]
    Template {
        /// The stack.
        stack: String,
        /// Which of its templates.
        origin: TemplateOrigin,
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
}

/// Which template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateOrigin {
    /// The definition's.
    Defined,
    /// The one that is deployed.
    Deployed,
}

impl std::fmt::Display for TemplateOrigin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(match self {
            Self::Defined => "defined",
            Self::Deployed => "deployed",
        })
    }
}
