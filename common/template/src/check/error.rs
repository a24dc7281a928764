//! What can be wrong with a template, with the place in the source.

use std::fmt;
use std::panic::Location;

use crate::{LogicalId, LogicalIdError};

/// One thing that is wrong, and where the thing was added.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{file}:{line}: {kind}")]
pub struct TemplateError {
    /// What is wrong.
    pub kind: TemplateErrorKind,
    /// The source file.
    pub file: &'static str,
    /// The line in it.
    pub line: u32,
}

impl TemplateError {
    pub(crate) fn at(place: &'static Location<'static>, kind: TemplateErrorKind) -> Self {
        Self {
            kind,
            file: place.file(),
            line: place.line(),
        }
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TemplateErrorKind {
    /// A logical id that CloudFormation would not take.
    #[error(transparent)]
    Malformed(LogicalIdError),
    /// An id that is taken.
    #[error("{section} `{id}` was already added at {}:{}", first.file(), first.line())]
    Duplicate {
        /// `resource`, `parameter` …
        section: &'static str,
        /// The id.
        id: LogicalId,
        /// Where it was added first.
        first: &'static Location<'static>,
    },
    /// A reference to nothing.
    #[error("{function} refers to `{target}`, which the template does not have")]
    Dangling {
        /// `Ref`, `Fn::Sub` …
        function: &'static str,
        /// What it refers to.
        target: String,
    },
    /// An attribute that the resource's type does not have.
    #[error("`{id}` is an {resource_type}, which has no attribute `{attribute}`{}", hint(.allowed))]
    UnknownAttribute {
        /// The resource.
        id: String,
        /// Its type.
        resource_type: &'static str,
        /// The attribute that was asked for.
        attribute: String,
        /// Those that it has.
        allowed: &'static [&'static str],
    },
    /// A variable of `Fn::Sub` that its text does not use.
    #[error("the text of Fn::Sub does not use its variable `{name}`")]
    UnusedVariable {
        /// The variable.
        name: String,
    },
    /// Resources that wait for each other.
    #[error("resources refer to each other in a circle: {}", .path.join(" → "))]
    Cycle {
        /// The logical ids around the circle, the first one twice.
        path: Vec<String>,
    },
    /// Over a CloudFormation quota.
    #[error("{what}: {count}, the limit is {limit}")]
    OverLimit {
        /// What is counted.
        what: String,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Two outputs that are exported under one name.
    #[error("outputs `{first}` and `{second}` are both exported as `{name}`")]
    DuplicateExport {
        /// The name.
        name: String,
        /// One output.
        first: LogicalId,
        /// The other.
        second: LogicalId,
    },
    /// The JSON writer failed.
    #[error("the template can't be written: {0}")]
    Write(String),
}

fn hint(allowed: &[&str]) -> String {
    if allowed.is_empty() {
        String::new()
    } else {
        format!(" (it has {})", allowed.join(", "))
    }
}

/// Everything that is wrong with a template.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateErrors(Vec<TemplateError>);

impl TemplateErrors {
    pub(crate) fn new(mut errors: Vec<TemplateError>) -> Self {
        errors.sort_by(|a, b| (a.file, a.line).cmp(&(b.file, b.line)));
        errors.dedup();
        Self(errors)
    }

    #[track_caller]
    pub(crate) fn write(error: serde_json::Error) -> Self {
        let kind = TemplateErrorKind::Write(error.to_string());
        Self(vec![TemplateError::at(Location::caller(), kind)])
    }

    /// The errors, by place.
    #[must_use]
    pub fn errors(&self) -> &[TemplateError] {
        &self.0
    }
}

impl fmt::Display for TemplateErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for TemplateErrors {}
