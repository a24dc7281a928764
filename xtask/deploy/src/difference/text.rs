//! Differences as lines, for whoever prints them.

use std::fmt;

use super::model::{
    Change, EntryDifference, OutputDifference, PropertyDifference, ResourceDifference,
};
use cloudformation::Replacement;

impl Change {
    /// The sign that people know from other tools: `+`, `-`, `~`.
    #[must_use]
    pub const fn sign(self) -> char {
        match self {
            Self::Added => '+',
            Self::Removed => '-',
            Self::Changed => '~',
        }
    }
}

impl fmt::Display for ResourceDifference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} {} {}{}",
            self.change.sign(),
            self.logical_id,
            self.resource_type,
            replaced(self.replacement)
        )
    }
}

impl fmt::Display for PropertyDifference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.path)?;
        values(formatter, self.from.as_deref(), self.to.as_deref())?;
        formatter.write_str(replaced(self.replacement))
    }
}

impl fmt::Display for OutputDifference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.change.sign(), self.output)?;
        if let Some(export) = &self.export {
            write!(formatter, " (export {export})")?;
        }
        values(formatter, self.from.as_deref(), self.to.as_deref())
    }
}

impl fmt::Display for EntryDifference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.change.sign(), self.name)?;
        values(formatter, self.from.as_deref(), self.to.as_deref())
    }
}

const fn replaced(replacement: Replacement) -> &'static str {
    match replacement {
        Replacement::Never => "",
        Replacement::Conditional => " (may be replaced)",
        Replacement::Always => " (replaced)",
    }
}

fn values(formatter: &mut fmt::Formatter<'_>, from: Option<&str>, to: Option<&str>) -> fmt::Result {
    match (from, to) {
        (Some(from), Some(to)) if from == to => write!(formatter, ": {to}, which is another"),
        (Some(from), Some(to)) => write!(formatter, ": {from} → {to}"),
        (Some(from), None) => write!(formatter, ": {from} → nothing"),
        (None, Some(to)) => write!(formatter, ": {to}"),
        (None, None) => Ok(()),
    }
}
