//! Errors that make planning impossible.

use common::suggestion::did_you_mean;
use common::terminal_text::displayed;

/// An error in the request or its inputs. Problems of the environment are findings.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A named stack is neither defined nor deployed.
    #[error("no stack is called `{}`{}", displayed(.name), did_you_mean(.nearest.as_deref()))]
    UnknownStack {
        name: String,
        nearest: Option<String>,
    },
    #[error("stack {} has no parameter `{}`{}", displayed(.stack), displayed(.parameter), did_you_mean(.nearest.as_deref()))]
    UnknownParameter {
        stack: String,
        parameter: String,
        nearest: Option<String>,
    },
    /// The assembly was read without its templates.
    #[error("the template of {} is not in the assembly", displayed(.stack))]
    NoTemplate { stack: String },
    /// A template is not JSON, or JSON without resources.
    #[error("the {origin} template of {} is not a JSON template", displayed(.stack))]
    Template {
        stack: String,
        origin: TemplateOrigin,
        #[source]
        source: serde_json::Error,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateOrigin {
    Defined,
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
