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
/// A resource that a rollback passes over: of the stack, or of a nested one.
pub(super) const RESOURCE_TO_SKIP: Rule = Rule::pattern(usize::MAX, &RESOURCE);
pub(super) const RESOURCE_TYPE: Rule = Rule::length(1, 256);
/// A topic that CloudFormation notifies.
pub(super) const NOTIFICATION: Rule = Rule::pattern(usize::MAX, &TOPIC);
pub(super) const URL: Rule = Rule::length(1, 5_120);
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

static RESOURCE: Pattern = Pattern {
    text: "[a-zA-Z0-9]+|[a-zA-Z][-a-zA-Z0-9]*\\.[a-zA-Z0-9]+",
    matches: |value| {
        let is_id = |id: &str| !id.is_empty() && id.chars().all(alphanumeric);
        is_id(value)
            || value
                .split_once('.')
                .is_some_and(|(stack, id)| is_name(stack) && is_id(id))
    },
};

/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html>; the service model has
/// no pattern (*here*).
static TOPIC: Pattern = Pattern {
    text: "arn:[-a-z]+:sns:[-a-z0-9]+:[0-9]{12}:[-_.a-zA-Z0-9]+",
    matches: |value| {
        let parts: Vec<&str> = value.splitn(6, ':').collect();
        matches!(parts.as_slice(), ["arn", _, "sns", region, account, topic]
            if !region.is_empty()
                && account.len() == 12
                && account.chars().all(|digit| digit.is_ascii_digit())
                && !topic.is_empty()
                && topic.chars().all(|character| of_a_name(character) || "_.".contains(character)))
    },
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
