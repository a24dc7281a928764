//! What AWS's front door asks of a single value, and how it words a refusal.
//!
//! The bounds and patterns are those of the API reference. The texts are those of public threads:
//! patterns in coreos/coreos-kubernetes#505, lengths in aws-samples/private-llm-qa-bot#125, sets in
//! aws-actions/aws-cloudformation-github-deploy#130.

/// What is asked of a value.
pub(super) struct Rule {
    /// The fewest and the most characters.
    pub(super) length: (usize, usize),
    pub(super) pattern: Option<&'static Pattern>,
}

/// A regular expression, as AWS writes it, and by hand.
pub(super) struct Pattern {
    text: &'static str,
    matches: fn(&str) -> bool,
}

impl Rule {
    const fn length(least: usize, most: usize) -> Self {
        Self {
            length: (least, most),
            pattern: None,
        }
    }

    const fn pattern(most: usize, pattern: &'static Pattern) -> Self {
        Self {
            length: (1, most),
            pattern: Some(pattern),
        }
    }

    pub(super) fn broken_by(&self, value: &str) -> Vec<String> {
        let mut broken = Vec::new();
        if let Some(pattern) = self.pattern
            && !(pattern.matches)(value)
        {
            broken.push(format!(
                "Member must satisfy regular expression pattern: {}",
                pattern.text
            ));
        }
        let (least, most) = self.length;
        let length = value.chars().count();
        if length < least {
            broken.push(format!(
                "Member must have length greater than or equal to {least}"
            ));
        }
        if length > most {
            broken.push(format!(
                "Member must have length less than or equal to {most}"
            ));
        }
        broken
    }
}

pub(super) const NEW_STACK: Rule = Rule::pattern(128, &NAME);
/// A stack, by its name or its id.
pub(super) const STACK: Rule = Rule::pattern(usize::MAX, &NAME_OR_ARN);
pub(super) const NEW_CHANGE_SET: Rule = Rule::pattern(128, &NAME);
/// A change set, by its name or its id.
pub(super) const CHANGE_SET: Rule = Rule::pattern(1_600, &NAME_OR_ARN);
pub(super) const TOKEN: Rule = Rule::pattern(128, &TOKEN_TEXT);
/// The client's token of a change set: without a pattern.
pub(super) const CHANGE_SET_TOKEN: Rule = Rule::length(1, 128);
/// Where a page begins.
pub(super) const NEXT_TOKEN: Rule = Rule::length(1, 1_024);
pub(super) const DESCRIPTION: Rule = Rule::length(1, 1_024);
pub(super) const POLICY: Rule = Rule::length(1, 16_384);
pub(super) const ROLE: Rule = Rule::length(20, 2_048);
pub(super) const TAG_KEY: Rule = Rule::length(1, 128);
/// A tag's value. Elsewhere it may be empty, here it may not.
pub(super) const TAG_VALUE: Rule = Rule::length(1, 256);
/// A template. CloudFormation itself says when it is too long.
pub(super) const TEMPLATE: Rule = Rule::length(1, usize::MAX);
pub(super) const OPERATION: Rule = Rule::length(1, 128);
pub(super) const DETECTION: Rule = Rule::length(1, 36);
pub(super) const SIGNAL: Rule = Rule::length(1, 64);
pub(super) const ANY: Rule = Rule::length(0, usize::MAX);

static NAME: Pattern = Pattern {
    text: "[a-zA-Z][-a-zA-Z0-9]*",
    matches: is_name,
};

static NAME_OR_ARN: Pattern = Pattern {
    text: "[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*",
    matches: |value| is_name(value) || is_arn(value),
};

static TOKEN_TEXT: Pattern = Pattern {
    text: "[a-zA-Z0-9][-a-zA-Z0-9]*",
    matches: |value| value.starts_with(alphanumeric) && value.chars().all(of_a_name),
};

fn is_name(value: &str) -> bool {
    value.starts_with(|character: char| character.is_ascii_alphabetic())
        && value.chars().all(of_a_name)
}

fn is_arn(value: &str) -> bool {
    value.strip_prefix("arn:").is_some_and(|rest| {
        rest.chars()
            .all(|character| of_a_name(character) || ":/._+".contains(character))
    })
}

const fn alphanumeric(character: char) -> bool {
    character.is_ascii_alphanumeric()
}

const fn of_a_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_arns_are_told_apart() {
        assert!(STACK.broken_by("lemonade-staging-network").is_empty());
        assert!(
            STACK
                .broken_by("arn:aws:cloudformation:eu-central-1:111122223333:stack/a/1.b_c+d")
                .is_empty()
        );
        assert_eq!(STACK.broken_by("test-1.2.3").len(), 1);
        assert_eq!(NEW_STACK.broken_by("arn:aws:x").len(), 1);
        assert_eq!(NEW_STACK.broken_by(&"a".repeat(129)).len(), 1);
    }

    #[test]
    fn nothing_at_all_breaks_pattern_and_length() {
        assert_eq!(
            STACK.broken_by(""),
            [
                "Member must satisfy regular expression pattern: \
                 [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*",
                "Member must have length greater than or equal to 1",
            ]
        );
    }
}
