//! Patterns of actions and resources.
//!
//! `*` stands for any text, `?` for any one character.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>

/// A piece of a pattern or of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// `*`
    Any,
    /// `?`
    One,
    /// A character that stands for itself.
    Character(char),
    /// `${*}`, `${?}` and `${$}`: policy variables for a character that would have a meaning.
    Escaped(char),
}

/// Whether a pattern matches a text.
///
/// Policy variables are not replaced: `${aws:username}` matches only itself.
#[must_use]
pub fn glob(pattern: &str, text: &str) -> bool {
    let text: Vec<Token> = text.chars().map(Token::Character).collect();
    matches(&wildcards(pattern), &text)
}

/// Whether a pattern matches every text that another pattern matches. In doubt it does not.
///
/// Wildcards of the other are matched by wildcards only. `${*}`, `${?}` and `${$}` stand for a character, and are
/// matched by themselves or by `*`; other policy variables by the same variable.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars>
#[must_use]
pub fn covers(pattern: &str, other: &str) -> bool {
    matches(&with_escapes(pattern), &with_escapes(other))
}

/// Whether an ARN matches a pattern. Each of the six parts is compared separately, so that a wildcard never
/// reaches into the next one. The last part includes all remaining colons.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN>
#[must_use]
pub fn arn_like(pattern: &str, arn: &str) -> bool {
    const PARTS: usize = 6;
    if pattern == "*" {
        return true;
    }
    let patterns: Vec<&str> = pattern.splitn(PARTS, ':').collect();
    let parts: Vec<&str> = arn.splitn(PARTS, ':').collect();
    patterns.len() == PARTS
        && parts.len() == PARTS
        && patterns
            .iter()
            .zip(parts)
            .all(|(pattern, part)| glob(pattern, part))
}

fn wildcard(character: char) -> Token {
    match character {
        '*' => Token::Any,
        '?' => Token::One,
        other => Token::Character(other),
    }
}

fn wildcards(pattern: &str) -> Vec<Token> {
    pattern.chars().map(wildcard).collect()
}

fn with_escapes(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(pattern.len());
    let mut rest = pattern.chars();
    while let Some(character) = rest.next() {
        let escape = ["{*}", "{?}", "{$}"]
            .into_iter()
            .filter(|_| character == '$')
            .find(|escape| rest.as_str().starts_with(escape));
        let escaped = escape.and_then(|escape| escape.chars().nth(1));
        match escaped {
            Some(escaped) => {
                tokens.push(Token::Escaped(escaped));
                rest.nth(2);
            }
            None => tokens.push(wildcard(character)),
        }
    }
    tokens
}

/// Greedy, with backtracking to the last `*`: no recursion, and at most the product of both lengths.
fn matches(pattern: &[Token], text: &[Token]) -> bool {
    let (mut at, mut index) = (0, 0);
    // Where the last `*` is, and how much of the text it has taken.
    let mut star: Option<(usize, usize)> = None;
    while let Some(token) = text.get(index) {
        match pattern.get(at) {
            Some(Token::Any) => {
                star = Some((at, index));
                at += 1;
            }
            Some(Token::One) if matches!(token, Token::One | Token::Character(_)) => {
                at += 1;
                index += 1;
            }
            Some(wanted) if wanted == token => {
                at += 1;
                index += 1;
            }
            _ => match star {
                Some((position, taken)) => {
                    star = Some((position, taken + 1));
                    at = position + 1;
                    index = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|token| *token == Token::Any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_texts() {
        let cases = [
            ("*", "s3:GetObject", true),
            ("*", "", true),
            ("s3:Get*", "s3:GetObject", true),
            ("s3:Get*", "s3:PutObject", false),
            ("a*c*e", "abcde", true),
            ("a*c?", "abbcd", true),
            ("a*c", "abcd", false),
            ("a**b*", "ab", true),
            ("a?c", "abc", true),
            // A text has no wildcards.
            ("a?c", "a*c", true),
            ("a", "ab", false),
            ("", "a", false),
            // `?` is a character, not a byte.
            ("a?c", "aäc", true),
            ("a??c", "aäc", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn many_stars_take_no_exponential_time() {
        let pattern = "*a".repeat(60);
        assert!(!glob(&pattern, &"ab".repeat(2000)));
    }

    #[test]
    fn patterns_cover_texts_and_narrower_patterns() {
        let cases = [
            ("*", "s3:*", true),
            ("s3:*", "s3:Get*", true),
            ("s3:Get*", "s3:*", false),
            ("s3:Get*", "s3:GetObject", true),
            ("a?c", "abc", true),
            ("a?c", "a?c", true),
            ("a?c", "a*c", false),
            ("a*c", "a?c", true),
            ("abc", "a?c", false),
            ("a*c", "ab", false),
        ];
        for (pattern, other, expected) in cases {
            assert_eq!(covers(pattern, other), expected, "{pattern} {other}");
        }
    }

    /// `${*}` is an asterisk, and matches nothing but one.
    #[test]
    fn an_escaped_wildcard_is_no_wildcard() {
        let cases = [
            ("a${*}b", "a${aws:username}b", false),
            ("a${*}b", "a${x}b", false),
            ("a${*}b", "a${*}b", true),
            ("a*b", "a${*}b", true),
            ("a${?}", "ab", false),
            ("${aws:username}/*", "${aws:username}/a", true),
        ];
        for (pattern, other, expected) in cases {
            assert_eq!(covers(pattern, other), expected, "{pattern} {other}");
        }
    }

    #[test]
    fn wildcards_stay_in_their_part_of_an_arn() {
        let queue = "arn:aws:sqs:eu-west-1:111122223333:queue";
        assert!(arn_like("arn:aws:sqs:*:111122223333:q*", queue));
        assert!(arn_like("*", queue));
        assert!(!arn_like("arn:aws:sqs:*:queue", queue));
        assert!(!arn_like("arn:aws:sqs:eu-west-1*:queue:*", queue));
        let group = "arn:aws:logs:r:1:log-group:a:b:c";
        assert!(arn_like("arn:aws:logs:*:*:log-group:a*", group));
    }
}
