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

/// Evaluates a policy: what it does not allow is denied, and a denial overrides any allowance.
///
/// # Errors
///
/// The denial, in CloudFormation's words.
pub(crate) fn check(
    policy: &str,
    action: &str,
    logical_id: &str,
    kind: &str,
) -> Result<(), String> {
    let Ok(policy) = serde_json::from_str::<Value>(policy) else {
        return Ok(());
    };
    let resource = format!("LogicalResourceId/{logical_id}");
    let mut allowed = false;
    for (index, json) in iam::statements(&policy).enumerate() {
        let Ok(statement) = Statement::read(json) else {
            continue;
        };
        if !applies(&statement, action, &resource, kind) {
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

fn applies(statement: &Statement<'_>, action: &str, resource: &str, kind: &str) -> bool {
    let matches =
        |pattern: &Value, text: &str| pattern.as_str().is_some_and(|pattern| glob(pattern, text));
    let resources = statement.resources.as_ref();
    statement.actions.matches(|one| matches(one, action))
        && resources.is_some_and(|all| all.matches(|one| matches(one, resource)))
        && statement.conditions.iter().all(|one| holds(one, kind))
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

    #[test]
    fn a_denial_counts_more_than_an_allowance() {
        assert!(is_policy(POLICY));
        assert_eq!(
            check(POLICY, "Update:Modify", "Vpc", "AWS::EC2::VPC"),
            Ok(())
        );
        assert_eq!(
            check(POLICY, "Update:Replace", "Vpc", "AWS::EC2::VPC"),
            Err(
                "Action denied by stack policy: Statement [#2] does not allow [Update:Replace] for \
                 resource [LogicalResourceId/Vpc];"
                    .to_owned()
            )
        );
        assert!(check(POLICY, "Update:Delete", "SubnetA", "AWS::EC2::Subnet").is_err());
        assert!(check(POLICY, "Update:Modify", "Key", "AWS::KMS::Key").is_err());
    }

    #[test]
    fn what_no_statement_allows_is_denied() {
        let policy = r#"{"Statement": [{"Effect": "Allow", "NotAction": "Update:Delete",
                         "Principal": "*", "NotResource": "LogicalResourceId/Vpc"}]}"#;
        assert_eq!(
            check(policy, "Update:Modify", "Other", "AWS::EC2::EIP"),
            Ok(())
        );
        assert!(check(policy, "Update:Delete", "Other", "AWS::EC2::EIP").is_err());
        assert!(check(policy, "Update:Modify", "Vpc", "AWS::EC2::VPC").is_err());
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
