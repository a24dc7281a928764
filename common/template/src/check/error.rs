//! The faults of a template, with their place in the source.

use std::fmt;
use std::panic::Location;

use crate::{LogicalId, LogicalIdError};

/// One thing that is wrong, and where the thing was added.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{file}:{line}: {kind}")]
pub struct TemplateError {
    /// The fault and its details.
    pub kind: TemplateErrorKind,
    /// Rust source file of the `add` call.
    pub file: &'static str,
    /// Counted from 1.
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

/// Why CloudFormation would refuse a template, or fail while deploying it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages give the meaning of the fields")]
pub enum TemplateErrorKind {
    /// A logical id that CloudFormation would not take.
    #[error(transparent)]
    Malformed(LogicalIdError),
    /// An id that is taken. Resources and parameters share their ids.
    #[error("{section} `{id}` was already added at {}:{}", first.file(), first.line())]
    Duplicate {
        /// Where it is taken: `resource`, `parameter` …
        section: &'static str,
        id: LogicalId,
        first: &'static Location<'static>,
    },
    /// A reference to nothing.
    #[error("{function} refers to `{target}`, which the template does not have")]
    Dangling {
        function: &'static str,
        target: String,
    },
    /// A `Fn::GetAtt` that CloudFormation would refuse.
    #[error(
        "`{id}` is {} {resource_type}, which has no attribute `{attribute}`{}",
        article(.resource_type),
        hint(.allowed)
    )]
    UnknownAttribute {
        id: String,
        resource_type: &'static str,
        /// The attribute that was asked for.
        attribute: String,
        allowed: &'static [&'static str],
    },
    /// A variable of `Fn::Sub` that its text does not use.
    #[error("the text of Fn::Sub does not use its variable `{name}`")]
    UnusedVariable { name: String },
    /// A `${` in the text of `Fn::Sub` without its `}`.
    #[error("a `${{` in the text of Fn::Sub is never closed")]
    OpenPlace,
    /// A `${…}` in the text of `Fn::Sub` that CloudFormation would not read as a name.
    #[error("Fn::Sub can't read `${{{place}}}`: names hold letters, digits, `_`, `.` and `:`")]
    UnreadablePlace { place: String },
    /// A `${AWS::…}` in a text that is not one of `Fn::Sub`.
    #[error("`${{{place}}}` stands outside of Fn::Sub, and only there is it replaced")]
    OutsideSub { place: String },
    /// A function as plain JSON: its references would not be seen.
    #[error(
        "`{function}` is written as plain JSON, which goes unchecked: use the function of this \
         crate"
    )]
    PlainFunction { function: String },
    /// A number that JSON has no text for.
    #[error("JSON has no number {number}")]
    NotFinite { number: String },
    /// An import of what the template itself exports: it could never be created.
    #[error("the template imports `{name}`, which it exports itself")]
    OwnExport { name: String },
    /// Something in a section that CloudFormation does not take there.
    #[error("{holder} can't hold {found}")]
    NotAllowed {
        /// `a condition`, `a rule`, a mapping by name.
        holder: String,
        found: String,
    },
    /// Something that must not be empty.
    #[error("{whole} has no {part}")]
    Empty { whole: String, part: &'static str },
    /// A conjunction or disjunction of too few or too many.
    #[error("{function} takes 2 to 10 conditions, not {count}")]
    Operands {
        function: &'static str,
        count: usize,
    },
    /// A misspelt type of a parameter.
    #[error("`{parameter_type}` is not a type of CloudFormation parameters")]
    UnknownParameterType { parameter_type: String },
    /// A default that the parameter itself refuses.
    #[error("the default `{default}` is not {expected}")]
    Default {
        default: String,
        expected: &'static str,
    },
    /// A policy, such as `UpdatePolicy`, that CloudFormation accepts on some types only.
    #[error(
        "`{id}` is {} {resource_type}, which takes no {attribute}",
        article(.resource_type)
    )]
    UnsupportedAttribute {
        id: LogicalId,
        resource_type: &'static str,
        attribute: &'static str,
    },
    /// An output under the id of the digest.
    #[error("output `{id}` is written by the template itself")]
    Reserved { id: LogicalId },
    /// The name of an export that CloudFormation does not take.
    #[error("export name `{name}` must be letters, digits, `:` and `-`")]
    MalformedExport { name: String },
    /// Resources, or conditions, that wait for each other.
    #[error("references form a circle: {}", .path.join(" → "))]
    Cycle {
        /// The logical ids around the circle, the first one twice.
        path: Vec<String>,
    },
    /// Over a CloudFormation quota.
    #[error("{what}: {count}, the limit is {limit}")]
    OverLimit {
        what: String,
        count: usize,
        limit: usize,
    },
    /// Two outputs that are exported under one name.
    #[error("outputs `{first}` and `{second}` are both exported as `{name}`")]
    DuplicateExport {
        name: String,
        first: LogicalId,
        second: LogicalId,
    },
}

/// Of the types' names, only those of AWS begin with a vowel.
fn article(name: &str) -> &'static str {
    if name.starts_with('A') { "an" } else { "a" }
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
