//! Inputs whose work or size could grow without bound: each is answered at once, whatever the answer.

use std::time::{Duration, Instant};

use emulator::Cloud;
use emulator::api::{Action, TemplateInput};
use serde_json::{Map, Value, json};

use crate::support::{Client, create, target, topic, with_parameters};

/// Far more than any of these takes, also on a machine with much else to do; what doubled took hours.
const GENEROUS: Duration = Duration::from_secs(20);

fn within_bounds<T>(work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let result = work();
    assert!(begun.elapsed() < GENEROUS, "it took {:?}", begun.elapsed());
    result
}

fn with_conditions(conditions: Map<String, Value>, named: &str) -> Value {
    json!({
        "Conditions": conditions,
        "Resources": {"A": {"Type": "AWS::SNS::Topic", "Condition": named}, "B": {"Type": "AWS::SNS::Topic"}},
    })
}

#[test]
fn conditions_that_name_each_other_twice_are_evaluated_once() {
    let levels = 200;
    let mut conditions = Map::new();
    conditions.insert("C0".into(), json!({"Fn::Equals": ["a", "a"]}));
    for level in 1..levels {
        let below = json!({"Condition": format!("C{}", level - 1)});
        let both = if level % 2 == 0 { "Fn::And" } else { "Fn::Or" };
        // `Fn::Or` would stop at the first that is true.
        let negated = json!({"Fn::Not": [below]});
        let operands = if level % 2 == 0 {
            json!([below, below])
        } else {
            json!([negated, below])
        };
        conditions.insert(format!("C{level}"), json!({ both: operands }));
    }
    let template = with_conditions(conditions, &format!("C{}", levels - 1));
    within_bounds(|| Client::new().created("s", &template));
}

#[test]
fn a_chain_of_conditions_is_no_depth() {
    let mut conditions = Map::new();
    conditions.insert("C0".into(), json!({"Fn::Equals": ["a", "a"]}));
    for level in 1..900 {
        conditions.insert(
            format!("C{level}"),
            json!({"Condition": format!("C{}", level - 1)}),
        );
    }
    let template = with_conditions(conditions, "C899");
    within_bounds(|| Client::new().created("s", &template));
}

#[test]
fn texts_that_contain_each_other_twice_are_refused_before_they_are_large() {
    // Each level has the one below twice, once a variable and once by a function of its own.
    let mut value = json!("0123456789");
    for _ in 0..30 {
        value = json!({"Fn::Sub": ["${a}${a}", {"a": value}]});
    }
    let template = topic_with(&value);
    let refused = within_bounds(|| Client::new().create("s", &template)).unwrap_err();
    assert_eq!(
        refused.message,
        "Template error: Fn::Sub makes a text of more than 262144 bytes"
    );

    let mut joined = json!("0123456789");
    for _ in 0..16 {
        joined = json!({"Fn::Sub": ["${a}${a}", {"a": joined}]});
    }
    let template = topic_with(&json!({"Fn::Join": ["", [joined]]}));
    assert!(within_bounds(|| Client::new().create("s", &template)).is_err());
}

fn topic_with(display: &Value) -> Value {
    json!({"Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": display}}}})
}

#[test]
fn a_long_delimiter_between_many_texts_is_refused_before_it_is_large() {
    let items: Vec<&str> = vec![""; 4_000];
    let template = topic_with(&json!({"Fn::Join": ["-".repeat(20_000), items]}));
    let refused = within_bounds(|| Client::new().create("s", &template)).unwrap_err();
    assert_eq!(
        refused.message,
        "Template error: Fn::Join makes a text of more than 262144 bytes"
    );
}

#[test]
fn a_list_of_many_parts_is_refused() {
    let with = |parts: usize| {
        let list = json!({"Fn::Split": [",", ",".repeat(parts - 1)]});
        topic_with(&json!({"Fn::Join": ["", list]}))
    };
    Client::new().create("s", &with(4096)).unwrap();
    let refused = Client::new().create("s", &with(4097)).unwrap_err();
    assert_eq!(
        refused.message,
        "Template error: Fn::Split makes a list of more than 4096 items"
    );
}

#[test]
fn depth_is_refused() {
    let text = format!(
        "{{\"Resources\": {}{}}}",
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    let refused =
        within_bounds(|| Client::new().call(&Action::ValidateTemplate { template: text }));
    assert!(refused.is_err());
}

/// A template of as many levels as there may be, in a state that is saved.
#[test]
fn what_is_as_deep_as_it_may_be_is_saved_and_read_again() {
    // The template, its resources, the resource, its metadata.
    let deep = |levels: usize| {
        let lists = levels - 4;
        let nested = format!("{}{}", "[".repeat(lists), "]".repeat(lists));
        format!(
            "{{\"Resources\": {{\"A\": {{\"Type\": \"AWS::SNS::Topic\", \"Metadata\": {{\"a\": {nested}}}}}}}}}"
        )
    };
    let mut client = Client::new();
    let mut target = target("s", &json!({}));
    target.template = TemplateInput::Body(deep(100));
    client.call(&create(target)).unwrap();
    client.settle();
    let saved = client.cloud.save().unwrap();
    Cloud::restore(&saved).unwrap();
    let refused = client.call(&Action::ValidateTemplate {
        template: deep(101),
    });
    assert!(
        refused
            .unwrap_err()
            .message
            .contains("more than 100 levels")
    );
}

/// Many wildcards, on a name that almost matches.
#[test]
fn a_stack_policy_of_many_wildcards_is_evaluated_at_once() {
    let name = "a".repeat(200);
    let pattern = format!("LogicalResourceId/{}b", "*a".repeat(100));
    let policy = json!({"Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*"},
        {"Effect": "Deny", "Principal": "*", "Action": "*p*a*t*e*:*", "Resource": pattern},
    ]});
    let with = |display: &str| json!({"Resources": {&name: {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": display}}}});
    let mut client = Client::new();
    client.created("s", &with("one"));
    let set = Action::SetStackPolicy {
        stack: "s".to_owned(),
        policy: policy.to_string(),
    };
    client.call(&set).unwrap();
    within_bounds(|| client.updated("s", &with("two")));
}

#[test]
fn a_pattern_that_backtracks_is_answered() {
    let template = json!({
        "Parameters": {"P": {"Type": "String", "AllowedPattern": "(a*)*(a|aa)+b"}},
        "Resources": {"A": {"Type": "AWS::SNS::Topic"}},
    });
    let value = "a".repeat(2_000);
    let target = with_parameters(target("s", &template), &[("P", Some(&value))]);
    assert!(within_bounds(|| Client::new().call(&create(target))).is_err());
}

#[test]
fn a_list_of_many_parameters_is_answered() {
    let names: Vec<String> = (0..50_000).map(|index| format!("P{index}")).collect();
    let given: Vec<(&str, Option<&str>)> = names
        .iter()
        .map(|name| (name.as_str(), Some("x")))
        .collect();
    let target = with_parameters(target("s", &topic("a")), &given);
    assert!(within_bounds(|| Client::new().call(&create(target))).is_err());
}

/// As many resources as a template may have, each with as many conditions as there is room for.
#[test]
fn a_full_template_is_answered() {
    let mut conditions = Map::new();
    conditions.insert("C0".into(), json!({"Fn::Equals": ["a", "a"]}));
    for level in 1..300 {
        conditions.insert(
            format!("C{level}"),
            json!({"Condition": format!("C{}", level - 1)}),
        );
    }
    let resources: Map<String, Value> = (0..500)
        .map(|index| {
            (
                format!("R{index}"),
                json!({"Type": "AWS::SNS::Topic", "Condition": "C299"}),
            )
        })
        .collect();
    let template = json!({"Conditions": conditions, "Resources": resources});
    within_bounds(|| Client::new().created("s", &template));
}
