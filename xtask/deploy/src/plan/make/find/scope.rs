//! What a statement speaks of, and whether one scope covers another.

use std::collections::BTreeSet;

/// What a statement speaks of: these, or everything but these.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    These(BTreeSet<String>),
    AllBut(BTreeSet<String>),
}

impl Scope {
    /// The single things to cover. What is excluded can't be listed: it stands for itself.
    pub(super) fn items(&self) -> Vec<Option<&str>> {
        match self {
            Self::These(items) => items.iter().map(|item| Some(item.as_str())).collect(),
            Self::AllBut(_) => vec![None],
        }
    }

    /// Whether all of `item` of another scope (or all of that scope) is within this one.
    pub(super) fn covers(&self, other: &Self, item: Option<&str>) -> bool {
        match (self, other, item) {
            (Self::These(own), _, Some(item)) => own.iter().any(|one| matches(one, item)),
            (Self::These(own), _, None) => own.contains("*"),
            (Self::AllBut(own), Self::AllBut(others), None) => own.is_subset(others),
            (Self::AllBut(own), _, Some(item)) => {
                // Neither may be within the other for the item to be outside of what is excluded.
                !item.contains(['*', '?', '!', '$'])
                    && !own
                        .iter()
                        .any(|one| one.contains(['!', '$']) || matches(one, item))
            }
            (Self::AllBut(_), Self::These(_), None) => false,
        }
    }

    pub(super) fn only(&self, items: BTreeSet<String>) -> Self {
        match self {
            Self::These(_) if !items.is_empty() => Self::These(items),
            _ => self.clone(),
        }
    }

    /// In words; nothing where the statement doesn't say it.
    pub(super) fn text(&self, spell: impl Fn(&str) -> String) -> Option<String> {
        let join = |items: &BTreeSet<String>| {
            let items: Vec<String> = items.iter().map(|item| spell(item)).collect();
            items.join(", ")
        };
        match self {
            Self::These(items) if items.iter().all(String::is_empty) => None,
            Self::These(items) => Some(join(items)),
            Self::AllBut(items) => Some(format!("all but {}", join(items))),
        }
    }
}

/// Whether a pattern covers a text, which may be a pattern itself: its wildcards are then matched
/// by wildcards only.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    // Where the last star stood, and how much of the text it has taken.
    let (mut at, mut star, mut index) = (0, None, 0);
    while index < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, index));
                at += 1;
            }
            Some('?') if text.get(index) != Some(&'*') => {
                at += 1;
                index += 1;
            }
            Some(character) if text.get(index) == Some(character) => {
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
    pattern.iter().skip(at).all(|character| *character == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_texts_and_narrower_patterns() {
        for (pattern, text) in [
            ("*", "s3:GetObject"),
            ("s3:Get*", "s3:GetObject"),
            ("s3:*", "s3:Get*"),
            ("a*c*e", "abcde"),
            ("a?c", "abc"),
            ("a", "a"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("s3:Get*", "s3:PutObject"),
            ("s3:Get*", "s3:*"),
            ("a?c", "a*c"),
            ("a", "ab"),
            ("a*c", "ab"),
            ("", "a"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
