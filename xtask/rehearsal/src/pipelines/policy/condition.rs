//! Conditions of policy statements.
//!
//! Supported are the operators for strings, ARNs and booleans, and `Null`, with `IfExists`,
//! `ForAllValues` and `ForAnyValue`; those for numbers, dates and IP addresses are refused.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use cloudformation::iam::{arn_like, glob};

use super::request::Context;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The operator as it is written.
    pub operator: String,
    pub key: String,
    /// A comparison matches any of these values, its negation none of them.
    pub values: Vec<String>,
    test: Test,
    quantifier: Quantifier,
    if_exists: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Compare { how: Comparison, negated: bool },
    Null,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equal,
    EqualIgnoringCase,
    Like,
    Arn,
}

/// Which of a key's values have to match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantifier {
    One,
    Any,
    All,
}

impl Condition {
    /// `None` where the operator is not supported.
    pub(super) fn new(operator: &str, key: &str, values: Vec<String>) -> Option<Self> {
        let (quantifier, name) = match operator.split_once(':') {
            Some(("ForAnyValue", name)) => (Quantifier::Any, name),
            Some(("ForAllValues", name)) => (Quantifier::All, name),
            Some(_) => return None,
            None => (Quantifier::One, operator),
        };
        let (name, if_exists) = match name.strip_suffix("IfExists") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let compare = |how, negated| Test::Compare { how, negated };
        let test = match name {
            "StringEquals" | "Bool" => compare(Comparison::Equal, false),
            "StringNotEquals" => compare(Comparison::Equal, true),
            "StringEqualsIgnoreCase" => compare(Comparison::EqualIgnoringCase, false),
            "StringNotEqualsIgnoreCase" => compare(Comparison::EqualIgnoringCase, true),
            "StringLike" => compare(Comparison::Like, false),
            "StringNotLike" => compare(Comparison::Like, true),
            // `ArnEquals` takes wildcards too and behaves the same.
            "ArnEquals" | "ArnLike" => compare(Comparison::Arn, false),
            "ArnNotEquals" | "ArnNotLike" => compare(Comparison::Arn, true),
            "Null" if quantifier == Quantifier::One && !if_exists => Test::Null,
            _ => return None,
        };
        Some(Self {
            operator: operator.to_owned(),
            key: key.to_owned(),
            values,
            test,
            quantifier,
            if_exists,
        })
    }

    /// Whether the condition matches a request's context.
    ///
    /// A key that is missing: a comparison fails and its negation holds; `IfExists` holds; so does
    /// `ForAllValues`, and `ForAnyValue` fails.
    #[must_use]
    pub fn holds(&self, context: &Context) -> bool {
        let present = context.get(&self.key).filter(|values| !values.is_empty());
        let (how, negated) = match self.test {
            Test::Null => {
                let wanted = self.values.iter().any(|value| value == "true");
                return present.is_none() == wanted;
            }
            Test::Compare { how, negated } => (how, negated),
        };
        let Some(present) = present else {
            return self.if_exists
                || match self.quantifier {
                    Quantifier::One => negated,
                    Quantifier::Any => false,
                    Quantifier::All => true,
                };
        };
        let matches = |value: &String| {
            let one_of = self.values.iter().any(|wanted| how.holds(wanted, value));
            one_of != negated
        };
        match self.quantifier {
            Quantifier::All => present.iter().all(matches),
            Quantifier::Any => present.iter().any(matches),
            // The whole comparison is negated: none of the values may match.
            Quantifier::One if negated => present.iter().all(matches),
            Quantifier::One => present.iter().any(matches),
        }
    }
}

impl Comparison {
    fn holds(self, wanted: &str, value: &str) -> bool {
        match self {
            Self::Equal => wanted == value,
            Self::EqualIgnoringCase => wanted.eq_ignore_ascii_case(value),
            Self::Like => glob(wanted, value),
            Self::Arn => arn_like(wanted, value),
        }
    }
}
