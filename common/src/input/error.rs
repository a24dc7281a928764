//! Input errors, with the source lines that they point to.

use std::fmt;

use super::source::Located;
use crate::terminal_text::displayed;

/// The longest line of a file that is shown, in bytes.
const LONGEST: usize = 2_000;

/// An error in the inputs, with its place and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError {
    pub(crate) message: String,
    pub(crate) path: String,
    pub(crate) place: Option<Located>,
    pub(crate) notes: Vec<String>,
    pub(crate) help: Vec<String>,
}

impl InputError {
    /// What is wrong, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The file, relative to the definition's directory.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Line and column in the file, both from 1, columns in characters. None for an error of the
    /// file as a whole.
    #[must_use]
    pub fn position(&self) -> Option<(usize, usize)> {
        self.place.as_ref().map(|place| (place.line, place.column))
    }

    /// What to do about it, one sentence each.
    #[must_use]
    pub fn help(&self) -> &[String] {
        &self.help
    }
}

impl std::error::Error for InputError {}

impl fmt::Display for InputError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            message,
            path,
            place,
            notes,
            help,
        } = self;
        // All of these may quote what stands in the file.
        let (message, path) = (displayed(message), displayed(path));
        write!(formatter, "{message}")?;
        let margin = match place {
            None => {
                write!(formatter, "\n --> {path}")?;
                2
            }
            Some(Located {
                line,
                column,
                text,
                width,
            }) => {
                let margin = line.to_string().len() + 1;
                let carets = "^".repeat((*width).min(LONGEST));
                write!(formatter, "\n{:>margin$}--> {path}:{line}:{column}", "")?;
                // In a longer line the column can't be seen.
                if text.len() <= LONGEST {
                    write!(formatter, "\n{:margin$}|\n{line} | {text}", "")?;
                    write!(
                        formatter,
                        "\n{:margin$}| {:indent$}{carets}",
                        "",
                        "",
                        indent = column - 1
                    )?;
                }
                margin
            }
        };
        for note in notes {
            write!(formatter, "\n{:margin$}= note: {}", "", displayed(note))?;
        }
        for help in help {
            write!(formatter, "\n{:margin$}= help: {}", "", displayed(help))?;
        }
        Ok(())
    }
}

/// Everything that was found wrong, sorted by place; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputErrors(pub(crate) Vec<InputError>);

impl InputErrors {
    /// The errors, sorted by place.
    pub fn iter(&self) -> std::slice::Iter<'_, InputError> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a InputErrors {
    type Item = &'a InputError;
    type IntoIter = std::slice::Iter<'a, InputError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl std::error::Error for InputErrors {}

impl fmt::Display for InputErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n\n")?;
            }
            write!(formatter, "{error}")?;
        }
        Ok(())
    }
}
