//! Another implementation decides the same, where it follows IAM.
//!
//! It doesn't everywhere: `ArnEquals` and `ArnLike` are left out, and operators on sets with
//! `IfExists`, and keys of several values under an operator for one (`docs/adr/0027`).

use std::collections::HashMap;

use iam_rs::{Arn, ContextValue, Decision, IAMPolicy, IAMRequest, PolicyEvaluator, Principal};
use proptest::prelude::*;
use rehearsal::pipelines::policy::Request;
use serde_json::{Value, json};

use crate::evaluation::{IT, rights};

const ACTIONS: [&str; 4] = [
    "s3:GetObject",
    "s3:PutObject",
    "ec2:RunInstances",
    "s3:getobject",
];
const RESOURCES: [&str; 4] = [
    "arn:aws:s3:::a/b",
    "arn:aws:s3:::a/b/c",
    "arn:aws:s3:::ab",
    "arn:aws:ec2:eu-west-1:111122223333:instance/i-1",
];
const OPERATORS: [&str; 12] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "StringEqualsIfExists",
    "StringNotEqualsIfExists",
    "StringLikeIfExists",
    "ForAnyValue:StringEquals",
    "ForAnyValue:StringLike",
    "ForAllValues:StringEquals",
    "ForAllValues:StringNotEquals",
];
const KEYS: [&str; 2] = ["aws:One", "aws:Two"];
const VALUES: [&str; 4] = ["a", "A", "ab", "b"];

fn one_of(choices: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(choices).prop_map(str::to_owned)
}

/// A pattern: one of the texts with some of it replaced by a wildcard.
fn pattern(choices: &'static [&'static str]) -> impl Strategy<Value = String> {
    let parts = (one_of(choices), any::<prop::sample::Index>(), 0..4_u8);
    parts.prop_map(|(text, index, what)| {
        // Behind the last colon, where it stays an ARN and an action.
        let from = text.rfind(':').map_or(0, |colon| colon + 1);
        let at = from + index.index(text.len() - from);
        match what {
            0 => text,
            1 => format!("{}*", &text[..at]),
            2 => format!("{}?{}", &text[..at], &text[at + 1..]),
            _ => format!("{}*{}", &text[..at], &text[at + 1..]),
        }
    })
}

fn statement() -> impl Strategy<Value = Value> {
    let condition = (
        one_of(&OPERATORS),
        one_of(&KEYS),
        prop::collection::vec(pattern(&VALUES), 1..3),
    );
    (
        prop::bool::weighted(0.7),
        any::<bool>(),
        prop::collection::vec(pattern(&ACTIONS), 1..3),
        any::<bool>(),
        prop::collection::vec(pattern(&RESOURCES), 1..3),
        prop::option::of(condition),
    )
        .prop_map(
            |(allows, not_action, actions, not_resource, resources, condition)| {
                let mut statement = json!({ "Effect": if allows { "Allow" } else { "Deny" } });
                statement[if not_action { "NotAction" } else { "Action" }] = json!(actions);
                statement[if not_resource {
                    "NotResource"
                } else {
                    "Resource"
                }] = json!(resources);
                if let Some((operator, key, values)) = condition {
                    statement["Condition"] = json!({ operator: { key: values } });
                }
                statement
            },
        )
}

fn theirs(policy: &Value, request: &Request, context: &HashMap<String, String>) -> bool {
    let policy = IAMPolicy::from_json(&policy.to_string()).unwrap();
    let data = context
        .iter()
        .map(|(key, value)| (key.clone(), ContextValue::String(value.clone())))
        .collect();
    let request = IAMRequest::new_with_context(
        Principal::Aws(iam_rs::PrincipalId::String(IT.to_owned())),
        request.action.as_str(),
        Arn::parse(&request.resource).unwrap(),
        iam_rs::Context::with_data(data),
    );
    let decided = PolicyEvaluator::with_policies(vec![policy]).evaluate(&request);
    decided.unwrap().decision == Decision::Allow
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_implementations_agree(
        statements in prop::collection::vec(statement(), 1..5),
        action in one_of(&ACTIONS),
        resource in one_of(&RESOURCES),
        context in prop::collection::hash_map(one_of(&KEYS), one_of(&VALUES), 0..3),
    ) {
        let policy = json!({ "Version": "2012-10-17", "Statement": statements });
        let mut request = Request::new(action, resource);
        for (key, value) in &context {
            request = request.with(key, value.as_str());
        }
        let ours = rights(policy.clone(), None).unwrap().decide(IT, &request);
        prop_assert_eq!(ours.is_allowed(), theirs(&policy, &request, &context), "{:?}", ours);
    }
}
