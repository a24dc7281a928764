//! The list of types: one per line, sorted, `#` for comments.

use std::fs;
use std::path::Path;

use crate::error::Error;

pub(crate) fn read(path: &Path) -> Result<Vec<String>, Error> {
    let text = fs::read_to_string(path).map_err(Error::io(path))?;
    parse(&text).map_err(|message| Error::Input {
        path: path.to_owned(),
        message,
    })
}

fn parse(text: &str) -> Result<Vec<String>, String> {
    let mut types: Vec<String> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let number = index + 1;
        if line.split("::").count() != 3 || !line.starts_with("AWS::") {
            return Err(format!(
                "line {number}: `{line}` is not like `AWS::Service::Type`"
            ));
        }
        if types.last().is_some_and(|last| last.as_str() >= line) {
            return Err(format!(
                "line {number}: `{line}` is not in its place: sorted, each once"
            ));
        }
        types.push(line.to_owned());
    }
    Ok(types)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_blank_lines_are_skipped() {
        let types = parse("# a comment\n\nAWS::EC2::VPC\nAWS::SNS::Topic\n").unwrap();
        assert_eq!(types, ["AWS::EC2::VPC", "AWS::SNS::Topic"]);
    }

    #[test]
    fn errors_name_the_line() {
        assert!(
            parse("AWS::EC2::VPC\nEC2::Subnet")
                .unwrap_err()
                .starts_with("line 2")
        );
        assert!(
            parse("AWS::SNS::Topic\nAWS::EC2::VPC")
                .unwrap_err()
                .starts_with("line 2")
        );
        assert!(
            parse("AWS::EC2::VPC\nAWS::EC2::VPC")
                .unwrap_err()
                .contains("each once")
        );
    }
}
