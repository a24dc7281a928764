//! Errors that make planning impossible.

use common::terminal_text::displayed;

/// An error in the request or its inputs. Problems of the environment are findings.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A named stack is neither defined nor deployed.
    #[error("no stack is called `{}`{}", displayed(.name), near(.nearest))]
    UnknownStack {
        name: String,
        nearest: Option<String>,
    },
    /// A value for a parameter that the stack does not have.
    #[error("stack {} has no parameter `{}`{}", displayed(.stack), displayed(.parameter), near(.nearest))]
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

fn near(nearest: &Option<String>) -> String {
    nearest
        .as_ref()
        .map(|name| format!("\n  = help: did you mean `{}`?", displayed(name)))
        .unwrap_or_default()
}

/// The candidate whose spelling is nearest.
pub(super) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    candidates
        .into_iter()
        .max_by(|one, other| strsim::jaro(one, name).total_cmp(&strsim::jaro(other, name)))
        .map(ToOwned::to_owned)
}
