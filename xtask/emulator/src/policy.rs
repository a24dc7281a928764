//! Stack policies: which updates of which resources are allowed.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html>

use cloudformation::iam::{self, Condition, Effect, Element, Principal, Statement, glob};
use serde_json::Value;

/// Whether a text is a valid policy. Every statement has a principal, which is `*`, and resources.
pub(crate) fn is_policy(text: &str) -> bool {
    let Ok(policy) = serde_json::from_str::<Value>(text) else {
        return false;
    };
    policy.get("Statement").is_some()
        && iam::statements(&policy).all(|json| {
            Statement::read(json).is_ok_and(|statement| {
                statement.resources.is_some()
                    && statement.principals == Some(Element::AnyOf(vec![Principal::Everyone]))
            })
        })
}

/// An action of stack policies.
#[derive(Clone, Copy)]
pub(crate) enum UpdateAction {
    Modify,
    Replace,
    Delete,
}

impl UpdateAction {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Modify => "Update:Modify",
            Self::Replace => "Update:Replace",
            Self::Delete => "Update:Delete",
        }
    }
}

/// What a policy allows or denies.
#[derive(Clone, Copy)]
pub(crate) struct Update<'a> {
    pub(crate) action: UpdateAction,
    pub(crate) logical_id: &'a str,
    pub(crate) resource_type: &'a str,
}

/// Evaluates a policy: what it does not allow is denied, and a denial overrides any allowance.
///
/// # Errors
///
/// The denial, in CloudFormation's words.
pub(crate) fn check(policy: &str, update: Update<'_>) -> Result<(), String> {
    let action = update.action.as_str();
    let Ok(policy) = serde_json::from_str::<Value>(policy) else {
        return Ok(());
    };
    let resource = update.resource();
    let mut allowed = false;
    for (index, json) in iam::statements(&policy).enumerate() {
        let Ok(statement) = Statement::read(json) else {
            continue;
        };
        if !update.is_covered_by(&statement) {
            continue;
        }
        match statement.effect {
            Effect::Allow => allowed = true,
            Effect::Deny => {
                return Err(format!(
                    "Action denied by stack policy: Statement [#{}] does not allow [{action}] for \
                     resource [{resource}];",
                    index + 1
                ));
            }
        }
    }
    if allowed {
        Ok(())
    } else {
        Err(format!(
            "Action not allowed by stack policy: no statement allows [{action}] for resource \
             [{resource}];"
        ))
    }
}

impl Update<'_> {
    /// The resource as policies name it.
    fn resource(&self) -> String {
        format!("LogicalResourceId/{}", self.logical_id)
    }

    fn is_covered_by(&self, statement: &Statement<'_>) -> bool {
        let matches = |pattern: &Value, text: &str| {
            pattern.as_str().is_some_and(|pattern| glob(pattern, text))
        };
        let resource = self.resource();
        let resources = statement.resources.as_ref();
        statement
            .actions
            .matches(|one| matches(one, self.action.as_str()))
            && resources.is_some_and(|all| all.matches(|one| matches(one, &resource)))
            && statement
                .conditions
                .iter()
                .all(|one| holds(one, self.resource_type))
    }
}

/// Whether a condition on the type of the resource holds; there are no conditions on anything else.
fn holds(condition: &Condition<'_>, kind: &str) -> bool {
    if condition.key != "ResourceType" {
        return false;
    }
    let any = |is: fn(&str, &str) -> bool| {
        let mut values = condition.values.iter().filter_map(|value| value.as_str());
        values.any(|wanted| is(wanted, kind))
    };
    let equals = |wanted: &str, kind: &str| wanted == kind;
    match condition.operator {
        "StringEquals" => any(equals),
        "StringLike" => any(glob),
        "StringNotEquals" => !any(equals),
        "StringNotLike" => !any(glob),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = r#"{"Statement": [
        {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": ["Update:Replace", "Update:Delete"], "Principal": "*",
         "Resource": ["LogicalResourceId/Vpc", "LogicalResourceId/Subnet*"]},
        {"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "*",
         "Condition": {"StringEquals": {"ResourceType": ["AWS::KMS::Key"]}}}
    ]}"#;

    impl UpdateAction {
        const fn of<'a>(self, logical_id: &'a str, resource_type: &'a str) -> Update<'a> {
            Update {
                action: self,
                logical_id,
                resource_type,
            }
        }
    }

    #[test]
    fn a_denial_counts_more_than_an_allowance() {
        assert!(is_policy(POLICY));
        assert_eq!(
            check(POLICY, UpdateAction::Modify.of("Vpc", "AWS::EC2::VPC")),
            Ok(())
        );
        assert_eq!(
            check(POLICY, UpdateAction::Replace.of("Vpc", "AWS::EC2::VPC")),
            Err(
                "Action denied by stack policy: Statement [#2] does not allow [Update:Replace] for \
                 resource [LogicalResourceId/Vpc];"
                    .to_owned()
            )
        );
        assert!(
            check(
                POLICY,
                UpdateAction::Delete.of("SubnetA", "AWS::EC2::Subnet")
            )
            .is_err()
        );
        assert!(check(POLICY, UpdateAction::Modify.of("Key", "AWS::KMS::Key")).is_err());
    }

    #[test]
    fn what_no_statement_allows_is_denied() {
        let policy = r#"{"Statement": [{"Effect": "Allow", "NotAction": "Update:Delete",
                         "Principal": "*", "NotResource": "LogicalResourceId/Vpc"}]}"#;
        assert_eq!(
            check(policy, UpdateAction::Modify.of("Other", "AWS::EC2::EIP")),
            Ok(())
        );
        assert!(check(policy, UpdateAction::Delete.of("Other", "AWS::EC2::EIP")).is_err());
        assert!(check(policy, UpdateAction::Modify.of("Vpc", "AWS::EC2::VPC")).is_err());
    }

    /// <https://docs.aws.amazon.com/prescriptive-guidance/latest/least-privilege-cloudformation/configuring-stack-policies.html>
    #[test]
    fn every_required_element_is_asked_for() {
        let with = |statement: &str| is_policy(&format!(r#"{{"Statement": {{{statement}}}}}"#));
        let rest = r#""Action": "Update:*", "Resource": "*""#;
        let everyone = r#""Principal": "*""#;
        assert!(with(&format!(r#""Effect": "Allow", {everyone}, {rest}"#)));
        assert!(!with(&format!(r#""Effect": "Permit", {everyone}, {rest}"#)));
        assert!(!with(&format!(r#""Effect": "Allow", {rest}"#)));
        assert!(!with(&format!(
            r#""Effect": "Allow", "Principal": {{"AWS": "111122223333"}}, {rest}"#
        )));
        assert!(!with(&format!(
            r#""Effect": "Allow", {everyone}, "Action": "Update:*""#
        )));
        assert!(!with(&format!(
            r#""Effect": "Allow", {everyone}, "NotAction": "Update:Delete", {rest}"#
        )));
        assert!(!is_policy("{}"));
        assert!(!is_policy("no JSON"));
    }
}
