//! The text of a template: JSON or YAML.

use serde_json::Value;

use crate::yaml::{self, YamlError};

/// The refusal of a template's text, in the words of CloudFormation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The text begins as JSON and is none.
    #[error("Template format error: JSON not well-formed. (line {line}, column {column})")]
    Json {
        /// What is wrong.
        problem: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// The text is not YAML, or not YAML that CloudFormation takes.
    #[error("Template format error: YAML not well-formed. (line {line}, column {column})")]
    Yaml {
        /// What is wrong.
        problem: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// The YAML has an alias: `*name`.
    #[error("Template error: YAML aliases are not allowed in CloudFormation templates.")]
    Alias {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
}

impl ParseError {
    /// What is wrong, for people: the words of CloudFormation don't say it.
    #[must_use]
    pub fn problem(&self) -> &str {
        match self {
            Self::Json { problem, .. } | Self::Yaml { problem, .. } => problem,
            Self::Alias { .. } => "YAML aliases are not allowed in CloudFormation templates",
        }
    }

    /// The line and the column, from 1.
    #[must_use]
    pub const fn place(&self) -> (usize, usize) {
        match self {
            Self::Json { line, column, .. }
            | Self::Yaml { line, column, .. }
            | Self::Alias { line, column } => (*line, *column),
        }
    }
}

impl From<YamlError> for ParseError {
    fn from(error: YamlError) -> Self {
        match error {
            YamlError::Malformed {
                problem,
                line,
                column,
            } => Self::Yaml {
                problem,
                line,
                column,
            },
            YamlError::Alias { line, column } => Self::Alias { line, column },
        }
    }
}

/// The value of a template's text. It is JSON where it begins with a bracket, and YAML otherwise.
///
/// ```
/// use cloudformation::template::parse;
///
/// let json = r#"{ "Resources": { "Topic": { "Type": "AWS::SNS::Topic" } } }"#;
/// let yaml = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n";
/// assert_eq!(parse(json)?, parse(yaml)?);
/// # Ok::<(), cloudformation::template::ParseError>(())
/// ```
///
/// # Errors
/// When the text is not well-formed, or nested deeper than [`yaml::MAX_DEPTH`].
pub fn parse(text: &str) -> Result<Value, ParseError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.trim_start().starts_with(['{', '[']) {
        return Ok(yaml::read(text)?);
    }
    serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        let problem = message.split(" at line ").next().unwrap_or(&message);
        ParseError::Json {
            problem: problem.to_owned(),
            line: error.line(),
            column: error.column(),
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_bracket_makes_json() {
        assert_eq!(parse("\u{feff}\n {\"a\":\n\t1}"), Ok(json!({ "a": 1 })));
        assert_eq!(parse("{\"a\": 1, \"a\": 2}"), Ok(json!({ "a": 2 })));
        assert_eq!(parse("[]"), Ok(json!([])));
        assert_eq!(parse("template.yaml"), Ok(json!("template.yaml")));
        let error = parse("{\n  \"a\" 1 }").unwrap_err();
        assert_eq!(
            error.to_string(),
            "Template format error: JSON not well-formed. (line 2, column 7)"
        );
        assert_eq!((error.problem(), error.place()), ("expected `:`", (2, 7)));
        // YAML's flow style looks like JSON, and is not.
        assert!(matches!(parse("{ a: 1 }"), Err(ParseError::Json { .. })));
    }

    #[test]
    fn refusals_have_the_words_of_cloudformation() {
        assert_eq!(
            parse("a: b: c").unwrap_err().to_string(),
            "Template format error: YAML not well-formed. (line 1, column 5)"
        );
        assert_eq!(
            parse("a: &a []\nb: *a").unwrap_err().to_string(),
            "Template error: YAML aliases are not allowed in CloudFormation templates."
        );
    }
}
