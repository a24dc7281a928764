//! Statements of policy documents.

use serde_json::{Map, Value};

use crate::template::{Call, one_or_many};

const ELEMENTS: [&str; 9] = [
    "Action",
    "Condition",
    "Effect",
    "NotAction",
    "NotPrincipal",
    "NotResource",
    "Principal",
    "Resource",
    "Sid",
];

/// A statement of a policy document.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement<'v> {
    /// The statement's id.
    pub sid: Option<&'v str>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// `Action` or `NotAction`: patterns, which are compared without case.
    pub actions: Element<&'v Value>,
    /// `Resource` or `NotResource`: patterns. A trust policy has none.
    pub resources: Option<Element<&'v Value>>,
    /// `Principal` or `NotPrincipal`. An identity's policy has none.
    pub principals: Option<Element<Principal<'v>>>,
    /// The conditions, all of which have to match.
    pub conditions: Vec<Condition<'v>>,
}

/// The effect of a statement. Its two values are written with this case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Permits what no other statement denies.
    Allow,
    /// Forbids, whatever other statements allow.
    Deny,
}

/// An element of a statement, or its `Not…` form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Element<T> {
    /// What matches one of these.
    AnyOf(Vec<T>),
    /// What matches none of these: `NotAction`, `NotResource`, `NotPrincipal`.
    NoneOf(Vec<T>),
}

/// An entry of `Principal` or `NotPrincipal`: who calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Principal<'v> {
    /// `"*"`, or its equivalent `{"AWS": "*"}`.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous>
    Everyone,
    /// One value of a kind.
    Named {
        /// `AWS`, `Service`, `Federated` or `CanonicalUser`.
        kind: &'v str,
        /// The value: a text, or a function.
        value: &'v Value,
    },
    /// A function in place of the whole element.
    Computed(&'v Value),
}

/// A condition on one key.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition<'v> {
    /// The operator as it is written: `ForAnyValue:StringLike`.
    pub operator: &'v str,
    /// The condition key, which is compared without case.
    pub key: &'v str,
    /// The values: a comparison matches any of them, its negation none.
    pub values: Vec<&'v Value>,
}

/// Why a value is no statement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// A text, for instance.
    #[error("a statement is not an object")]
    NotAnObject,
    /// A function stands in place of the statement, and only an evaluator knows the statement.
    #[error("a statement is the function {0}")]
    Function(String),
    /// An element that the grammar does not have.
    #[error("a statement holds `{0}`")]
    UnknownElement(String),
    /// An effect other than `Allow` and `Deny`, or none.
    #[error("a statement neither allows nor denies")]
    Effect,
    /// Neither `Action` nor `NotAction`.
    #[error("a statement names no actions")]
    NoAction,
    /// An element and its `Not…` form.
    #[error("a statement has both {0} and Not{0}")]
    Both(&'static str),
    /// A principal that is neither `*` nor an object.
    #[error("a principal is not an object")]
    Principal,
    /// Conditions that are no object of objects.
    #[error("a condition is not an object")]
    Condition,
}

impl<'v> Statement<'v> {
    /// Reads a statement.
    ///
    /// # Errors
    /// When it is none by the grammar, or a function.
    pub fn read(json: &'v Value) -> Result<Self, StatementError> {
        if let Some(call) = Call::of(json) {
            return Err(StatementError::Function(call.name.to_owned()));
        }
        let elements = json.as_object().ok_or(StatementError::NotAnObject)?;
        if let Some(unknown) = elements
            .keys()
            .find(|name| !ELEMENTS.contains(&name.as_str()))
        {
            return Err(StatementError::UnknownElement(unknown.clone()));
        }
        let effect = match elements.get("Effect").and_then(Value::as_str) {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            _ => return Err(StatementError::Effect),
        };
        let principals = match element(elements, "Principal", "NotPrincipal", |value| vec![value])?
        {
            Some(Element::AnyOf(values)) => Some(Element::AnyOf(principals(values)?)),
            Some(Element::NoneOf(values)) => Some(Element::NoneOf(principals(values)?)),
            None => None,
        };
        Ok(Self {
            sid: elements.get("Sid").and_then(Value::as_str),
            effect,
            actions: element(elements, "Action", "NotAction", items)?
                .ok_or(StatementError::NoAction)?,
            resources: element(elements, "Resource", "NotResource", items)?,
            principals,
            conditions: elements
                .get("Condition")
                .map_or(Ok(Vec::new()), conditions)?,
        })
    }
}

impl<T> Element<T> {
    /// The values of either form.
    #[must_use]
    pub fn values(&self) -> &[T] {
        match self {
            Self::AnyOf(values) | Self::NoneOf(values) => values,
        }
    }

    /// The element with every value converted.
    #[must_use]
    pub fn map<U>(&self, convert: impl Fn(&T) -> U) -> Element<U> {
        let values = self.values().iter().map(convert).collect();
        match self {
            Self::AnyOf(_) => Element::AnyOf(values),
            Self::NoneOf(_) => Element::NoneOf(values),
        }
    }

    /// The element with every value converted.
    ///
    /// # Errors
    /// The first that a conversion returns.
    pub fn try_map<U, E>(&self, convert: impl Fn(&T) -> Result<U, E>) -> Result<Element<U>, E> {
        let values = self
            .values()
            .iter()
            .map(convert)
            .collect::<Result<_, _>>()?;
        Ok(match self {
            Self::AnyOf(_) => Element::AnyOf(values),
            Self::NoneOf(_) => Element::NoneOf(values),
        })
    }

    /// Whether the element matches, where `one` says whether one value does.
    pub fn matches(&self, one: impl FnMut(&T) -> bool) -> bool {
        match self {
            Self::AnyOf(values) => values.iter().any(one),
            Self::NoneOf(values) => !values.iter().any(one),
        }
    }
}

fn items(value: &Value) -> Vec<&Value> {
    one_or_many(Some(value)).collect()
}

fn element<'v>(
    elements: &'v Map<String, Value>,
    name: &'static str,
    negated: &str,
    items: impl Fn(&'v Value) -> Vec<&'v Value>,
) -> Result<Option<Element<&'v Value>>, StatementError> {
    match (elements.get(name), elements.get(negated)) {
        (Some(value), None) => Ok(Some(Element::AnyOf(items(value)))),
        (None, Some(value)) => Ok(Some(Element::NoneOf(items(value)))),
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(StatementError::Both(name)),
    }
}

fn principals(values: Vec<&Value>) -> Result<Vec<Principal<'_>>, StatementError> {
    let mut found = Vec::new();
    for value in values {
        match value {
            Value::String(text) if text == "*" => found.push(Principal::Everyone),
            Value::Object(_) if Call::of(value).is_some() => found.push(Principal::Computed(value)),
            Value::Object(kinds) => {
                for (kind, values) in kinds {
                    found.extend(one_or_many(Some(values)).map(|value| {
                        if kind == "AWS" && value == "*" {
                            Principal::Everyone
                        } else {
                            Principal::Named { kind, value }
                        }
                    }));
                }
            }
            _ => return Err(StatementError::Principal),
        }
    }
    Ok(found)
}

fn conditions(json: &Value) -> Result<Vec<Condition<'_>>, StatementError> {
    let block = |json: &'_ Value| match Call::of(json) {
        Some(_) => Err(StatementError::Condition),
        None => Ok(()),
    };
    block(json)?;
    let operators = json.as_object().ok_or(StatementError::Condition)?;
    let mut found = Vec::new();
    for (operator, keys) in operators {
        block(keys)?;
        let keys = keys.as_object().ok_or(StatementError::Condition)?;
        found.extend(keys.iter().map(|(key, values)| Condition {
            operator,
            key,
            values: items(values),
        }));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_element_is_read() {
        let json = json!({
            "Sid": "Pull",
            "Effect": "Deny",
            "NotAction": "ecr:*",
            "Resource": ["a", { "Ref": "B" }],
            "Principal": { "AWS": ["*", { "Ref": "Role" }], "Service": "ecs.amazonaws.com" },
            "Condition": { "StringLike": { "aws:A": ["1", "2"], "aws:B": "3" }, "Bool": { "aws:C": true } },
        });
        let read = Statement::read(&json).unwrap();
        assert_eq!((read.sid, read.effect), (Some("Pull"), Effect::Deny));
        assert_eq!(read.actions, Element::NoneOf(vec![&json!("ecr:*")]));
        assert_eq!(
            read.resources,
            Some(Element::AnyOf(vec![&json!("a"), &json!({ "Ref": "B" })]))
        );
        let (role, service) = (json!({ "Ref": "Role" }), json!("ecs.amazonaws.com"));
        assert_eq!(
            read.principals,
            Some(Element::AnyOf(vec![
                Principal::Everyone,
                Principal::Named {
                    kind: "AWS",
                    value: &role
                },
                Principal::Named {
                    kind: "Service",
                    value: &service
                },
            ]))
        );
        let conditions: Vec<_> = read
            .conditions
            .iter()
            .map(|one| (one.operator, one.key, one.values.len()))
            .collect();
        assert_eq!(
            conditions,
            [
                ("Bool", "aws:C", 1),
                ("StringLike", "aws:A", 2),
                ("StringLike", "aws:B", 1)
            ]
        );
    }

    /// A wildcard in place of a service is not everyone: it stands for services.
    #[test]
    fn only_accounts_have_a_wildcard_for_everyone() {
        let read = |principal: Value| {
            let json = json!({ "Effect": "Allow", "Action": "a", "Principal": principal });
            let read = Statement::read(&json).unwrap();
            let principals = read.principals.unwrap();
            principals.values() == [Principal::Everyone]
        };
        assert!(read(json!("*")));
        assert!(read(json!({ "AWS": "*" })));
        assert!(!read(json!({ "Service": "*" })));
        assert!(!read(json!({ "Fn::If": ["A", "*", "*"] })));
    }

    #[test]
    fn what_the_grammar_does_not_have_is_refused() {
        let with = |element: &str, value: Value| {
            let mut json = json!({ "Effect": "Allow", "Action": "a" });
            json[element] = value;
            Statement::read(&json).unwrap_err().to_string()
        };
        assert_eq!(
            with("Version", json!("2012-10-17")),
            "a statement holds `Version`"
        );
        assert_eq!(
            with("Effect", json!("allow")),
            "a statement neither allows nor denies"
        );
        assert_eq!(
            with("NotAction", json!("b")),
            "a statement has both Action and NotAction"
        );
        assert_eq!(
            with("Principal", json!("111122223333")),
            "a principal is not an object"
        );
        assert_eq!(
            with("Condition", json!({ "Bool": "a" })),
            "a condition is not an object"
        );
        assert_eq!(
            with("Condition", json!({ "Fn::If": ["A", {}, {}] })),
            "a condition is not an object"
        );
        let read = |json: Value| Statement::read(&json).unwrap_err();
        assert_eq!(read(json!({ "Effect": "Allow" })), StatementError::NoAction);
        assert_eq!(read(json!("a")), StatementError::NotAnObject);
        assert_eq!(
            read(json!({ "Fn::If": ["A", {}, {}] })),
            StatementError::Function("Fn::If".to_owned())
        );
    }
}
