//! Two values of which people want to see what differs.
//!
//! A policy is a line of a thousand letters. Where two long values begin and end alike, only what
//! is between is shown, with a little around it.

/// How long a value may be to be shown whole.
const WHOLE: usize = 60;

/// How much of what is alike is shown.
const AROUND: usize = 16;

/// How much of what differs is shown.
const MOST: usize = 400;

/// Both values, shortened to what differs.
pub(super) fn shorten_pair([from, to]: [&str; 2], ellipsis: &str) -> [String; 2] {
    let (one, other): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    if one.len() <= WHOLE && other.len() <= WHOLE {
        return [from, to].map(str::to_owned);
    }
    let alike = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let rest = one.len().min(other.len()) - alike;
    let alike_behind = one
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    let shorten = |text: &[char]| {
        let begin = alike.saturating_sub(AROUND);
        let end = (text.len() - alike_behind + AROUND).min(text.len());
        let shown: String = text.iter().take(end).skip(begin).collect();
        let before = if begin > 0 { ellipsis } else { "" };
        let after = if end < text.len() { ellipsis } else { "" };
        format!("{before}{}{after}", cut(&shown, ellipsis))
    };
    [shorten(&one), shorten(&other)]
}

/// A value of its own, shortened to a readable length.
pub(super) fn cut(text: &str, ellipsis: &str) -> String {
    let mut letters = text.chars();
    let kept: String = letters.by_ref().take(MOST).collect();
    let more = letters.count();
    if more == 0 {
        kept
    } else {
        format!("{kept}{ellipsis} ({more} more characters)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_are_whole() {
        assert_eq!(
            shorten_pair(["10.0.0.0/16", "10.1.0.0/16"], "…"),
            ["10.0.0.0/16", "10.1.0.0/16"]
        );
    }

    #[test]
    fn of_long_values_the_difference_is_shown() {
        let policy = |action: &str| {
            let (begin, end) = ("a".repeat(100), "z".repeat(100));
            format!("{begin}{action}{end}")
        };
        let policies = [policy("s3:GetObject"), policy("s3:PutObject")];
        let [from, to] = shorten_pair(policies.each_ref().map(String::as_str), "…");
        assert_eq!(from, "…aaaaaaaaaaaaas3:GetObjectzzzzzzzzz…");
        assert_eq!(to, "…aaaaaaaaaaaaas3:PutObjectzzzzzzzzz…");
    }

    #[test]
    fn what_is_only_longer_is_shown_too() {
        let one = "a".repeat(100);
        let [from, to] = shorten_pair([&one, &format!("{one}b")], "…");
        assert_eq!(from, format!("…{}", "a".repeat(16)));
        assert_eq!(to, format!("…{}b", "a".repeat(16)));
    }

    #[test]
    fn a_long_value_is_cut() {
        let text = cut(&"x".repeat(1000), "…");
        assert!(text.ends_with("x… (600 more characters)"), "{text}");
    }
}
