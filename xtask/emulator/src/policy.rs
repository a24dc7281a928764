//! Stack policies: which updates of which resources are allowed.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html>

use serde_json::Value;

pub(crate) fn is_policy(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|value| {
        statements(&value).is_some_and(|statements| {
            statements.iter().all(|statement| {
                matches!(
                    statement.get("Effect").and_then(Value::as_str),
                    Some("Allow" | "Deny")
                ) && (statement.get("Action").is_some() || statement.get("NotAction").is_some())
                    && (statement.get("Resource").is_some()
                        || statement.get("NotResource").is_some())
            })
        })
    })
}

fn statements(policy: &Value) -> Option<Vec<&Value>> {
    match policy.get("Statement")? {
        Value::Array(statements) => Some(statements.iter().collect()),
        statement @ Value::Object(_) => Some(vec![statement]),
        _ => None,
    }
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
    for (index, statement) in statements(&policy).unwrap_or_default().iter().enumerate() {
        if !applies(statement, action, &resource, kind) {
            continue;
        }
        if statement.get("Effect").and_then(Value::as_str) == Some("Deny") {
            return Err(format!(
                "Action denied by stack policy: Statement [#{}] does not allow [{action}] for \
                 resource [{resource}];",
                index + 1
            ));
        }
        allowed = true;
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

fn applies(statement: &Value, action: &str, resource: &str, kind: &str) -> bool {
    let matches = |key: &str, text: &str| {
        statement
            .get(key)
            .map(|patterns| any(patterns, |pattern| fits(pattern, text)))
    };
    let by_action =
        matches("Action", action).unwrap_or_else(|| matches("NotAction", action) == Some(false));
    let by_resource = matches("Resource", resource)
        .unwrap_or_else(|| matches("NotResource", resource) == Some(false));
    let by_condition = match statement.get("Condition") {
        None => true,
        Some(Value::Object(operators)) => operators.iter().all(|(operator, keys)| {
            let Some(kinds) = keys.get("ResourceType") else {
                return false;
            };
            match operator.as_str() {
                "StringEquals" => any(kinds, |wanted| wanted == kind),
                "StringLike" => any(kinds, |pattern| fits(pattern, kind)),
                "StringNotEquals" => !any(kinds, |wanted| wanted == kind),
                "StringNotLike" => !any(kinds, |pattern| fits(pattern, kind)),
                _ => false,
            }
        }),
        Some(_) => false,
    };
    by_action && by_resource && by_condition
}

/// Whether a condition holds for a text, or for one of a list of texts.
fn any(patterns: &Value, is: impl Fn(&str) -> bool) -> bool {
    match patterns {
        Value::String(pattern) => is(pattern),
        Value::Array(patterns) => patterns.iter().filter_map(Value::as_str).any(is),
        _ => false,
    }
}

/// Whether a text matches a pattern with `*` (anything) and `?` (one character).
fn fits(pattern: &str, text: &str) -> bool {
    fn fit(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), _) => {
                fit(rest, text)
                    || text
                        .split_first()
                        .is_some_and(|(_, text)| fit(pattern, text))
            }
            (Some((b'?', pattern)), Some((_, text))) => fit(pattern, text),
            (Some((one, pattern)), Some((other, text))) => one == other && fit(pattern, text),
            _ => false,
        }
    }
    fit(pattern.as_bytes(), text.as_bytes())
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
}
