//! Policy documents and where they are.

use serde_json::Value;

use crate::template::{Call, one_or_many};

/// The statements of a document, unread: a list of objects, or one object.
pub fn statements(document: &Value) -> impl Iterator<Item = &Value> {
    one_or_many(document.get("Statement"))
}

/// The policy documents in a value, in order. A document is recognized by statements with an effect, whatever
/// property holds it; a statement may be inside of a function, such as `Fn::If`.
#[must_use]
pub fn documents(value: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found
}

fn collect<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(members) => {
            if statements(value).any(holds_statement) {
                found.push(value);
            } else {
                members.values().for_each(|member| collect(member, found));
            }
        }
        _ => {}
    }
}

/// Whether a value is a statement, or a function with one in its argument.
fn holds_statement(value: &Value) -> bool {
    match Call::of(value) {
        Some(call) => one_or_many(Some(call.argument)).any(holds_statement),
        None => value.get("Effect").is_some(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn documents_are_found_wherever_they_are() {
        let statement = json!({ "Effect": "Allow" });
        let one = json!({ "Statement": statement });
        let many = json!({ "Version": "2012-10-17", "Statement": [statement] });
        let conditional =
            json!({ "Statement": [{ "Fn::If": ["Large", statement, { "Ref": "AWS::NoValue" }] }] });
        let value = json!({
            "KeyPolicy": one,
            "Policies": [{ "PolicyName": "a", "PolicyDocument": many }],
            "Other": { "Fn::If": ["Large", conditional, { "Ref": "AWS::NoValue" }] },
            // The statements of a web ACL, for instance.
            "Rule": { "Statement": { "RateBasedStatement": { "Limit": 100 } } },
        });
        assert_eq!(documents(&value), [&one, &conditional, &many]);
    }

    #[test]
    fn one_statement_needs_no_list() {
        assert_eq!(
            statements(&json!({ "Statement": { "Effect": "Deny" } })).count(),
            1
        );
        assert_eq!(statements(&json!({ "Statement": [{}, {}] })).count(), 2);
        assert_eq!(statements(&json!({})).count(), 0);
    }
}
