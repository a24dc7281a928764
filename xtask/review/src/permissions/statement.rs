//! Policy statements, and whether one covers another.
//!
//! The invariant: a statement that is reported as covered is covered. A doubtful case is reported
//! as not covered.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::difference::render;
use cloudformation::iam::{self, Effect, Element, Principal, covers};

/// One statement of a policy document, with every value as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// Whether it allows, or denies.
    pub allows: bool,
    /// In lower case: IAM actions are case-insensitive.
    actions: Scope,
    resources: Scope,
    principals: Scope,
    /// By operator and key.
    conditions: BTreeMap<(String, String), BTreeSet<String>>,
    /// The actions as they are written, by their lower case.
    spelling: BTreeMap<String, String>,
}

/// The statements of a policy document.
#[must_use]
pub fn statements(document: &Value) -> Vec<Statement> {
    let mut found = Vec::new();
    for json in iam::statements(document) {
        match iam::Statement::read(json) {
            Ok(statement) => found.push(Statement::new(&statement)),
            Err(_) => found.extend(Statement::unread(json)),
        }
    }
    found
}

impl Statement {
    fn new(statement: &iam::Statement<'_>) -> Self {
        // A trust or resource policy without resource means the one it is attached to; an
        // identity's policy without principal means the identity.
        let itself = || Scope::Listed(BTreeSet::from([String::new()]));
        let resources = statement.resources.as_ref();
        let principals = statement.principals.as_ref();
        let actions = statement.actions.values().iter();
        Self {
            allows: statement.effect == Effect::Allow,
            actions: Scope::of(&statement.actions, |action| render(action).to_lowercase()),
            resources: resources.map_or_else(itself, |all| Scope::of(all, |one| render(one))),
            principals: principals.map_or_else(itself, |all| Scope::of(all, principal)),
            conditions: conditions(&statement.conditions),
            spelling: actions
                .map(|action| render(action))
                .map(|action| (action.to_lowercase(), action))
                .collect(),
        }
    }

    /// What is no statement by itself, such as `Fn::If` around one. It may allow and it may deny, and only the same
    /// text is known to be the same.
    fn unread(json: &Value) -> [Self; 2] {
        let text = render(json);
        let literal = text.replace('*', "${*}").replace('?', "${?}");
        let action = literal.to_lowercase();
        let itself = || Scope::Listed(BTreeSet::from([String::new()]));
        [true, false].map(|allows| Self {
            allows,
            actions: Scope::Listed(BTreeSet::from([action.clone()])),
            resources: itself(),
            principals: itself(),
            conditions: BTreeMap::new(),
            spelling: BTreeMap::from([(action.clone(), text.clone())]),
        })
    }

    /// The part that none of the others covers; none where all is covered.
    #[must_use]
    pub fn uncovered(&self, others: &[Self]) -> Option<Self> {
        let candidates: Vec<&Self> = others
            .iter()
            .filter(|other| other.allows == self.allows && self.is_as_limited(other))
            .collect();
        let mut left = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for action in self.actions.items() {
            for resource in self.resources.items() {
                for principal in self.principals.items() {
                    let covered = candidates.iter().any(|other| {
                        other.actions.covers(&self.actions, action)
                            && other.resources.covers(&self.resources, resource)
                            && other.principals.covers(&self.principals, principal)
                    });
                    if !covered {
                        left.0.extend(action.map(str::to_owned));
                        left.1.extend(resource.map(str::to_owned));
                        left.2.extend(principal.map(str::to_owned));
                    }
                }
            }
        }
        if left.0.is_empty() && left.1.is_empty() && left.2.is_empty() {
            let opaque = [&self.actions, &self.resources, &self.principals]
                .iter()
                .all(|scope| matches!(scope, Scope::AllExcept(_)));
            if !opaque || candidates.iter().any(|other| self.same_scopes(other)) {
                return None;
            }
        }
        Some(Self {
            actions: self.actions.only(left.0),
            resources: self.resources.only(left.1),
            principals: self.principals.only(left.2),
            ..self.clone()
        })
    }

    /// Like [`Statement::uncovered`], whatever the conditions of the others.
    #[must_use]
    pub fn is_covered_but_for_conditions(&self, others: &[Self]) -> Option<String> {
        let limited: Vec<&Self> = others
            .iter()
            .filter(|other| other.allows == self.allows && !other.conditions.is_empty())
            .collect();
        let free: Vec<Self> = limited
            .iter()
            .map(|other| Self {
                conditions: BTreeMap::new(),
                ..(*other).clone()
            })
            .collect();
        let of_one = free
            .iter()
            .position(|one| self.uncovered(std::slice::from_ref(one)).is_none());
        of_one
            .and_then(|index| limited.get(index))
            .map(|other| other.conditions_text())
    }

    /// Whether this may allow or deny something of what the other names, whatever the conditions. In doubt it may.
    #[must_use]
    pub fn touches(&self, other: &Self) -> bool {
        self.actions.touches(&other.actions) && self.resources.touches(&other.resources)
    }

    /// Whether it names all of what the other names without a condition.
    #[must_use]
    pub fn covers_without_conditions(&self, other: &Self) -> bool {
        let flipped = Self {
            allows: self.allows,
            principals: self.principals.clone(),
            ..other.clone()
        };
        self.conditions.is_empty() && flipped.uncovered(std::slice::from_ref(self)).is_none()
    }

    /// The actions, as they are written: `s3:GetObject`. Those of `NotAction` begin with `everything but`.
    #[must_use]
    pub fn actions(&self) -> Vec<String> {
        let spelled = |item: &String| self.spelling.get(item).unwrap_or(item).clone();
        self.actions.listed(spelled)
    }

    /// The resources; empty where the policy is of the resource itself.
    #[must_use]
    pub fn resources(&self) -> Vec<String> {
        self.resources.listed(String::clone)
    }

    /// The principals, such as `AWS: arn:…` and `*`; empty where the policy is of the principal itself.
    #[must_use]
    pub fn principals(&self) -> Vec<String> {
        self.principals.listed(String::clone)
    }

    /// The conditions in words; empty where there are none.
    #[must_use]
    pub fn conditions_text(&self) -> String {
        let conditions = self.conditions.iter().map(|((operator, key), values)| {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            format!("{key} {operator} {}", values.join(" or "))
        });
        conditions.collect::<Vec<_>>().join(" and ")
    }

    /// Whether the elements are lists, and not all but a list.
    #[must_use]
    pub const fn excludes(&self) -> bool {
        matches!(self.actions, Scope::AllExcept(_))
            || matches!(self.resources, Scope::AllExcept(_))
            || matches!(self.principals, Scope::AllExcept(_))
    }

    fn same_scopes(&self, other: &Self) -> bool {
        (&self.actions, &self.resources, &self.principals)
            == (&other.actions, &other.resources, &other.principals)
    }

    /// Whether this applies only where the other does: it has every condition of the other, with no
    /// more values (no fewer where the operator negates).
    fn is_as_limited(&self, other: &Self) -> bool {
        other.conditions.iter().all(|((operator, key), values)| {
            let own = self.conditions.get(&(operator.clone(), key.clone()));
            own.is_some_and(|own| {
                if operator.contains("Not") {
                    own.is_superset(values)
                } else if operator.starts_with("ForAnyValue") || !operator.contains("ForAll") {
                    own.is_subset(values)
                } else {
                    own == values
                }
            })
        })
    }
}

impl std::fmt::Display for Statement {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let spelled = |item: &str| {
            let spelling = self.spelling.get(item).map(String::as_str);
            spelling.unwrap_or(item).to_owned()
        };
        let actions = self.actions.text(spelled).unwrap_or_default();
        formatter.write_str(&actions)?;
        if let Some(resources) = self.resources.text(str::to_owned) {
            write!(formatter, " on {resources}")?;
        }
        let who = |item: &str| match item {
            "*" => "everybody".to_owned(),
            other => other.to_owned(),
        };
        if let Some(principals) = self.principals.text(who) {
            write!(formatter, " by {principals}")?;
        }
        for ((operator, key), values) in &self.conditions {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            write!(formatter, " if {key} {operator} {}", values.join(" or "))?;
        }
        Ok(())
    }
}

/// `AWS: …`, `Service: …`, or `*`.
fn principal(principal: &Principal<'_>) -> String {
    match principal {
        Principal::Everyone => "*".to_owned(),
        Principal::Named { kind, value } => format!("{kind}: {}", render(value)),
        Principal::Computed(value) => render(value),
    }
}

/// The values of conditions, by operator and key.
fn conditions(conditions: &[iam::Condition<'_>]) -> BTreeMap<(String, String), BTreeSet<String>> {
    conditions
        .iter()
        .map(|condition| {
            let key = (condition.operator.to_owned(), condition.key.to_owned());
            (
                key,
                condition.values.iter().map(|value| render(value)).collect(),
            )
        })
        .collect()
}

/// The elements of a statement: a list, or everything except a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    Listed(BTreeSet<String>),
    AllExcept(BTreeSet<String>),
}

impl Scope {
    fn of<T>(element: &Element<T>, text: impl Fn(&T) -> String) -> Self {
        let items = element.values().iter().map(text).collect();
        match element {
            Element::AnyOf(_) => Self::Listed(items),
            Element::NoneOf(_) => Self::AllExcept(items),
        }
    }

    /// The elements to cover one by one. What `AllExcept` contains cannot be listed.
    fn items(&self) -> Vec<Option<&str>> {
        match self {
            Self::Listed(items) => items.iter().map(|item| Some(item.as_str())).collect(),
            Self::AllExcept(_) => vec![None],
        }
    }

    /// Whether all of `item` of another scope (or all of that scope) is within this one.
    fn covers(&self, other: &Self, item: Option<&str>) -> bool {
        match (self, other, item) {
            (Self::Listed(own), _, Some(item)) => own.iter().any(|one| covers(one, item)),
            (Self::Listed(own), _, None) => own.contains("*"),
            (Self::AllExcept(own), Self::AllExcept(others), None) => own.is_subset(others),
            (Self::AllExcept(own), _, Some(item)) => {
                // Neither may match the other for the item to be outside of the excluded ones.
                !item.contains(['*', '?', '!', '$'])
                    && !own
                        .iter()
                        .any(|one| one.contains(['!', '$']) || covers(one, item))
            }
            (Self::AllExcept(_), Self::Listed(_), None) => false,
        }
    }

    /// Whether both may hold one element. Two patterns of which neither covers the other may.
    fn touches(&self, other: &Self) -> bool {
        let (Self::Listed(own), Self::Listed(others)) = (self, other) else {
            return true;
        };
        let is_pattern = |item: &str| item.contains(['*', '?', '!', '$']);
        own.iter().any(|one| {
            others.iter().any(|other| {
                covers(one, other)
                    || covers(other, one)
                    || is_pattern(one) && is_pattern(other) && same_service(one, other)
            })
        })
    }

    /// Each element; one item for all but a list.
    fn listed(&self, spell: impl Fn(&String) -> String) -> Vec<String> {
        match self {
            Self::Listed(items) => items
                .iter()
                .filter(|item| !item.is_empty())
                .map(spell)
                .collect(),
            Self::AllExcept(items) => {
                let items: Vec<String> = items.iter().map(spell).collect();
                vec![format!("everything but {}", items.join(", "))]
            }
        }
    }

    fn only(&self, items: BTreeSet<String>) -> Self {
        match self {
            Self::Listed(_) if !items.is_empty() => Self::Listed(items),
            _ => self.clone(),
        }
    }

    /// As text; none where the statement does not have the element.
    fn text(&self, spell: impl Fn(&str) -> String) -> Option<String> {
        let join = |items: &BTreeSet<String>| {
            let items: Vec<String> = items.iter().map(|item| spell(item)).collect();
            items.join(", ")
        };
        match self {
            Self::Listed(items) if items.iter().all(String::is_empty) => None,
            Self::Listed(items) => Some(join(items)),
            Self::AllExcept(items) => Some(format!("all but {}", join(items))),
        }
    }
}

/// Whether a pattern of actions, such as `s3:Get*`, holds an action, whatever the case.
#[must_use]
pub fn action_matches(pattern: &str, action: &str) -> bool {
    covers(&pattern.to_lowercase(), &action.to_lowercase())
}

/// Whether two actions are of one service, as far as both say; anything else may be the same.
fn same_service(one: &str, other: &str) -> bool {
    let service = |text: &str| {
        let (service, _) = text.split_once(':')?;
        (!service.contains(['*', '?', '!', '$'])).then(|| service.to_owned())
    };
    match (service(one), service(other)) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn uncovered(old: Value, new: Value) -> Vec<String> {
        let old = statements(&json!({ "Statement": old }));
        let new = statements(&json!({ "Statement": new }));
        new.iter()
            .filter_map(|one| one.uncovered(&old))
            .map(|one| one.to_string())
            .collect()
    }

    #[test]
    fn less_is_covered_and_more_is_not() {
        let old =
            json!([{ "Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "a/*" }]);
        let less = json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "a/b" });
        assert!(uncovered(old.clone(), less).is_empty());
        let more = json!({ "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "a/b" });
        assert_eq!(uncovered(old.clone(), more), ["s3:PutObject on a/b"]);
        let wider = json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" });
        assert_eq!(uncovered(old, wider), ["s3:GetObject on *"]);
    }

    #[test]
    fn a_condition_that_goes_or_widens_is_not_covered() {
        let with = |values: Value| {
            json!({
                "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*",
                "Condition": { "StringEquals": { "kms:ViaService": values } },
            })
        };
        let without = json!({ "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*" });
        assert!(uncovered(without.clone(), with(json!("ecr"))).is_empty());
        assert!(uncovered(with(json!(["ecr", "ecs"])), with(json!("ecr"))).is_empty());
        assert_eq!(uncovered(with(json!("ecr")), without), ["kms:Decrypt on *"]);
        assert_eq!(
            uncovered(with(json!("ecr")), with(json!(["ecr", "ecs"]))),
            ["kms:Decrypt on * if kms:ViaService StringEquals ecr or ecs"]
        );
    }

    #[test]
    fn excluding_less_is_more() {
        let but =
            |actions: Value| json!({ "Effect": "Allow", "NotAction": actions, "Resource": "*" });
        assert!(uncovered(but(json!(["iam:*"])), but(json!(["iam:*", "sts:*"]))).is_empty());
        assert_eq!(
            uncovered(but(json!(["iam:*", "sts:*"])), but(json!(["iam:*"]))),
            ["all but iam:* on *"]
        );
    }

    #[test]
    fn another_principal_is_not_covered() {
        let trust = |principal: Value| json!({ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal });
        let service = json!({ "Service": "ecs-tasks.amazonaws.com" });
        assert_eq!(
            uncovered(
                trust(service.clone()),
                trust(json!({ "AWS": "111122223333" }))
            ),
            ["sts:AssumeRole by AWS: \"111122223333\""]
        );
        assert!(uncovered(trust(json!("*")), trust(service)).is_empty());
    }

    /// A wildcard of services is not everyone.
    #[test]
    fn everyone_is_more_than_every_service() {
        let trust = |principal: Value| json!({ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal });
        let services = trust(json!({ "Service": "*" }));
        let everyone = trust(json!({ "AWS": "*" }));
        assert_eq!(
            uncovered(services.clone(), everyone.clone()),
            ["sts:AssumeRole by everybody"]
        );
        assert!(uncovered(everyone, services).is_empty());
    }

    /// `Fn::If` in place of a statement is known by its text only.
    #[test]
    fn a_function_in_place_of_a_statement_covers_nothing_but_itself() {
        let conditional = |action: &str| {
            let statement = json!({ "Effect": "Allow", "Action": action, "Resource": "*" });
            json!([{ "Fn::If": ["Large", statement, { "Ref": "AWS::NoValue" }] }])
        };
        assert!(uncovered(conditional("s3:*"), conditional("s3:*")).is_empty());
        let written = |action: &str| {
            format!(
                "!If [Large, {{Action: {action}, Effect: Allow, Resource: *}}, !Ref AWS::NoValue]"
            )
        };
        let wider = uncovered(conditional("s3:*"), conditional("iam:*"));
        assert_eq!(wider.len(), 2, "it may allow, and it may deny: {wider:?}");
        let narrower = uncovered(conditional("s3:*"), conditional("s3:GetObject"));
        assert_eq!(
            narrower.first(),
            Some(&written("s3:GetObject")),
            "in doubt it is reported"
        );
    }

    /// `${*}` in a pattern stands for an asterisk only.
    #[test]
    fn an_escaped_wildcard_covers_no_variable() {
        let on = |resource: &str| json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": resource });
        let more = uncovered(on("a/${*}/b"), on("a/${aws:username}/b"));
        assert_eq!(more, ["s3:GetObject on a/${aws:username}/b"]);
        assert!(uncovered(on("a/${aws:username}/*"), on("a/${aws:username}/b")).is_empty());
    }
}
