//! Random inputs: what comes in is answered, within a bound, and a refusal changes nothing.
//!
//! Inputs are mutations of the cases in `tests/templates`, of what is in `tests/corpus`, and trees of functions. A
//! failure prints its input: keep it in `tests/corpus`, where each run takes it again.
//!
//! `LEMONADE_FUZZ_CASES` is how many inputs each test takes, `LEMONADE_FUZZ_SEED` is where they begin.

use std::cell::Cell;
use std::fmt::Debug;
use std::path::Path;
use std::time::{Duration, Instant};

use cloudformation::ChangeSetType;
use emulator::Cloud;
use emulator::api::{Action, TemplateInput};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use crate::refusals::{INVALID, VALID, cases, digest};
use crate::support::{Client, change_set, create, target, topic, update};

/// Far more than an input takes, also on a machine with much else to do.
const GENEROUS: Duration = Duration::from_secs(20);

/// The inputs of a test, unless the environment says otherwise.
const CASES: u32 = 400;

fn number_from_environment(name: &str, otherwise: u32) -> u32 {
    let text = std::env::var(name).ok();
    text.map_or(otherwise, |text| text.parse().unwrap())
}

/// Whether an input was taken, or refused.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answered {
    Taken,
    Refused,
}

/// Takes inputs of a strategy: the same ones in each run, unless the environment says otherwise. Some of them have to
/// be taken, and some refused.
fn sweep<S: Strategy>(strategy: &S, check: impl Fn(S::Value) -> Result<Answered, TestCaseError>)
where
    S::Value: Debug,
{
    let counts = [Cell::new(0_u32), Cell::new(0)];
    let check = |input| {
        let count = &counts[usize::from(check(input)? == Answered::Taken)];
        count.set(count.get() + 1);
        Ok(())
    };
    let config = Config {
        cases: number_from_environment("LEMONADE_FUZZ_CASES", CASES),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    let mut seed = [0; 32];
    let begin = number_from_environment("LEMONADE_FUZZ_SEED", 0);
    seed[..4].copy_from_slice(&begin.to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    match TestRunner::new_with_rng(config, random).run(strategy, check) {
        Ok(()) => {}
        Err(TestError::Fail(reason, input)) => panic!("{reason}: {input:?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
    let [refused, taken] = counts.map(|count| count.get());
    println!("{taken} taken, {refused} refused");
    assert!(taken > 0 && refused > 0);
}

/// Where a mutation is, and which one of those that are possible there.
#[derive(Clone, Copy, Debug)]
struct Mutation {
    kind: u8,
    place: u16,
    pick: u16,
}

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let mutation = (any::<u8>(), any::<u16>(), any::<u16>())
        .prop_map(|(kind, place, pick)| Mutation { kind, place, pick });
    vec(mutation, 1..4)
}

fn corpus(name: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(name);
    let mut texts: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    texts.sort();
    texts
}

/// Valid ones count three times: what is wrong in one place hides what is wrong in another.
fn templates() -> Vec<String> {
    let mut texts = corpus("templates");
    for all in [VALID, VALID, VALID, INVALID] {
        texts.extend(cases(all).iter().map(crate::refusals::Case::text));
    }
    texts
}

/// What stands in for any value.
fn odd_values() -> Vec<Value> {
    let mut deep = json!("a");
    for _ in 0..40 {
        deep = json!({"Fn::Sub": ["${a}${a}${a}", {"a": deep}]});
    }
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(1e308),
        json!(u64::MAX),
        json!(""),
        json!("a".repeat(5_000)),
        json!("${}${!}${a.b.c}${"),
        json!([]),
        json!({}),
        json!([[[[]]]]),
        json!({"Ref": "A"}),
        json!({"Ref": "P"}),
        json!({"Ref": "AWS::NoValue"}),
        json!({"Condition": "C"}),
        json!({"Fn::If": ["C", {"Ref": "AWS::NoValue"}, {"Ref": "A"}]}),
        json!({"Fn::GetAtt": ["A", "TopicName"]}),
        json!({"Fn::Split": [",", "a,b"]}),
        json!({"Fn::Cidr": ["::/0", 256, 128]}),
        json!({"Fn::Cidr": ["10.0.0.0/32", 1, 0]}),
        json!({"Fn::Select": [1_000_000_000_000_u64, {"Fn::GetAZs": ""}]}),
        json!({"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "Size"]}),
        json!({"Fn::Join": ["a".repeat(1_000), vec![""; 300]]}),
        deep,
    ]
}

/// Every place of a value, as the keys that lead to it.
fn places(value: &Value, at: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    found.push(at.clone());
    let mut step = |key: String, value: &Value| {
        at.push(key);
        places(value, at, found);
        at.pop();
    };
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(key, value)| step(key.clone(), value)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| step(index.to_string(), item)),
        _ => {}
    }
}

fn at<'a>(value: &'a mut Value, place: &[String]) -> Option<&'a mut Value> {
    place.iter().try_fold(value, |value, key| match value {
        Value::Object(members) => members.get_mut(key),
        Value::Array(items) => key
            .parse::<usize>()
            .ok()
            .and_then(|index| items.get_mut(index)),
        _ => None,
    })
}

/// Changes the structure of a JSON text; other texts stay as they are.
fn mutate_structure(text: &str, mutations: &[Mutation], others: &[String]) -> String {
    let Ok(mut value) = serde_json::from_str::<Value>(text) else {
        return text.to_owned();
    };
    let odd = odd_values();
    for mutation in mutations {
        let mut found = Vec::new();
        places(&value, &mut Vec::new(), &mut found);
        let place = found[usize::from(mutation.place) % found.len()].clone();
        let pick = usize::from(mutation.pick);
        let Some(target) = at(&mut value, &place) else {
            continue;
        };
        match mutation.kind % 6 {
            0 => *target = odd[pick % odd.len()].clone(),
            1 => {
                let other: Value =
                    serde_json::from_str(&others[pick % others.len()]).unwrap_or_default();
                let mut found = Vec::new();
                places(&other, &mut Vec::new(), &mut found);
                let from = &found[usize::from(mutation.place) % found.len()];
                let mut other = other.clone();
                if let Some(taken) = at(&mut other, from) {
                    *target = taken.clone();
                }
            }
            2 => {
                if let Value::Object(members) = target {
                    let names: Vec<String> = members.keys().cloned().collect();
                    if let Some(name) = names.get(pick % names.len().max(1)) {
                        let removed = members.remove(name).unwrap_or_default();
                        if mutation.kind > 127 {
                            members.insert(format!("{name}1"), removed);
                        }
                    }
                }
            }
            3 => *target = json!([target.clone(), target.clone()]),
            4 => {
                let name = ["Fn::Sub", "Fn::Join", "Fn::Select", "Fn::Not", "Ref"][pick % 5];
                *target = json!({ name: target.clone() });
            }
            _ => {
                if let Value::Array(items) = target {
                    let copied = items.clone();
                    items.extend(copied);
                } else if let Value::Object(members) = target {
                    members.insert("Fn::If".to_owned(), odd[pick % odd.len()].clone());
                }
            }
        }
    }
    value.to_string()
}

/// Changes bytes. What is no text any more is made one.
fn mutate_bytes(text: &str, mutations: &[Mutation]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for mutation in mutations.iter().take(2) {
        if bytes.is_empty() {
            break;
        }
        let place = usize::from(mutation.place) % bytes.len();
        let until = (place + usize::from(mutation.pick) % 16 + 1).min(bytes.len());
        match mutation.kind % 8 {
            0 => bytes[place] = mutation.pick.to_le_bytes()[0],
            1..=3 if bytes[place].is_ascii_alphanumeric() => {
                bytes[place] = b"abcdefgh01A:- #'"[usize::from(mutation.pick) % 16];
            }
            4 => drop(bytes.drain(place..until)),
            5 => {
                let copied = bytes[place..until].repeat(1 + usize::from(mutation.kind) / 8);
                bytes.splice(place..place, copied);
            }
            6 => bytes.truncate(place),
            _ => {
                let marks: &[&[u8]] = &[
                    b"\"", b"{", b"}", b"[", b"]", b":", b"${", b"&a", b"*a", b"\n- ", b"!!",
                ];
                let mark = marks[usize::from(mutation.pick) % marks.len()];
                bytes.splice(place..place, mark.iter().copied());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn answered<T>(work: impl FnOnce() -> T) -> Result<T, TestCaseError> {
    let begun = Instant::now();
    let result = work();
    prop_assert!(begun.elapsed() < GENEROUS, "it took {:?}", begun.elapsed());
    Ok(result)
}

/// The invariants of a template, whatever it is.
fn check_template(text: &str) -> Result<Answered, TestCaseError> {
    let mut answered_with = Answered::Refused;
    let mut body = target("s", &Value::Null);
    body.template = TemplateInput::Body(text.to_owned());
    let validated = answered(|| {
        Client::new().call(&Action::ValidateTemplate {
            template: text.to_owned(),
        })
    })?;
    for action in [
        create(body.clone()),
        change_set(body.clone(), "c", ChangeSetType::Create),
    ] {
        let mut client = Client::new();
        client.call(&Action::ListExports { next: None }).unwrap();
        client.pass(0);
        let before = digest(&client);
        let answer = answered(|| client.call(&action))?;
        if let Err(refused) = &answer {
            prop_assert_eq!(digest(&client), before, "a refusal changes the state");
            prop_assert!(refused.status < 500, "{}", refused);
            continue;
        }
        answered_with = Answered::Taken;
        // What one call can't know, no other call makes right.
        prop_assert!(validated.is_ok(), "{:?}", validated);
        answered(|| client.settle())?;
        let saved = client.cloud.save().unwrap();
        match Cloud::restore(&saved) {
            Ok(cloud) => prop_assert!(cloud.save().unwrap() == saved, "restored as another state"),
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                return Err(TestCaseError::fail(format!("{error}: {cause:?}: {text}")));
            }
        }
    }
    // Over a stack that is there, and back.
    let mut client = Client::new();
    client.created("s", &topic("a"));
    if answered(|| client.call(&update(body)))?.is_ok() {
        answered(|| client.settle())?;
        let status = client.status("s").to_string();
        prop_assert!(!status.ends_with("IN_PROGRESS"), "{}", status);
    }
    Ok(answered_with)
}

#[test]
fn what_the_corpus_has_is_answered() {
    for text in corpus("templates") {
        check_template(&text).unwrap();
    }
    for text in corpus("policies") {
        check_policy(&text).unwrap();
    }
}

#[test]
fn templates_of_another_structure_are_answered() {
    let texts = templates();
    let strategy = (any::<prop::sample::Index>(), mutations());
    sweep(&strategy, |(index, mutations)| {
        check_template(&mutate_structure(
            index.get::<String>(&texts),
            &mutations,
            &texts,
        ))
    });
}

#[test]
fn templates_of_other_bytes_are_answered() {
    let mut texts = templates();
    let yaml: Vec<String> = texts.iter().filter_map(|text| as_yaml(text)).collect();
    texts.extend(yaml);
    let strategy = (any::<prop::sample::Index>(), mutations());
    sweep(&strategy, |(index, mutations)| {
        check_template(&mutate_bytes(index.get::<String>(&texts), &mutations))
    });
}

/// A template of JSON in YAML, with the short forms of functions.
fn as_yaml(text: &str) -> Option<String> {
    let value: Value = serde_json::from_str(text).ok()?;
    Some(cloudformation::yaml::write(&value))
}

#[test]
fn a_template_is_answered_the_same_in_json_and_in_yaml() {
    let validate = |template: String| {
        let mut client = Client::new();
        client.call(&Action::ValidateTemplate { template })
    };
    for text in templates() {
        if let Some(yaml) = as_yaml(&text) {
            assert_eq!(validate(text), validate(yaml.clone()), "{yaml}");
        }
    }
}

/// A text and a list, with calls of functions in them.
fn tree() -> impl Strategy<Value = (Value, Value)> {
    let text = prop_oneof![
        4 => "[a-c,]{0,4}".prop_map(Value::String),
        1 => (0..4_u8).prop_map(|number| json!(number)),
        2 => prop::sample::select(vec!["A", "P", "Q", "AWS::Region", "AWS::StackName"])
            .prop_map(|name| json!({ "Ref": name })),
        1 => Just(json!({"Fn::GetAtt": ["A", "TopicName"]})),
    ];
    let list = prop::sample::select(vec![
        json!([]),
        json!(["a", "b", "c"]),
        json!({"Ref": "L"}),
        json!({"Fn::GetAZs": ""}),
        json!({"Fn::FindInMap": ["M", "a", "c"]}),
        json!({"Fn::Cidr": ["10.0.0.0/16", 3, 8]}),
    ]);
    (text, list).prop_recursive(6, 40, 3, |inner| {
        (any::<u8>(), inner.clone(), inner.clone(), inner, 0..3_u8).prop_map(
            |(kind, (a, list), (b, other), (c, _), index)| {
                let text = match kind % 6 {
                    0 => json!({"Fn::Join": ["-", [a, b, c]]}),
                    1 => json!({"Fn::Join": [",", list]}),
                    2 => json!({"Fn::Select": [index, [a, b, c]]}),
                    3 => json!({"Fn::If": ["C", a, b]}),
                    4 => json!({"Fn::Sub": ["${a}${b}${a}${AWS::Region}${P}", {"a": a, "b": b}]}),
                    _ => json!({"Fn::Base64": a}),
                };
                let list = match kind / 6 % 4 {
                    0 => json!([a, b]),
                    1 => json!({"Fn::Split": [",", c]}),
                    2 => json!({"Fn::If": ["D", list, other]}),
                    _ => list.clone(),
                };
                (text, list)
            },
        )
    })
}

fn condition() -> impl Strategy<Value = Value> {
    let side = prop::sample::select(vec![
        json!("a"),
        json!(1),
        json!({"Ref": "P"}),
        json!({"Ref": "Q"}),
        json!({"Fn::Select": [0, {"Ref": "L"}]}),
        json!({"Fn::Join": ["", {"Ref": "L"}]}),
        json!({"Fn::FindInMap": ["M", {"Ref": "P"}, "b"]}),
    ]);
    let leaf = prop_oneof![
        3 => (side.clone(), side).prop_map(|(left, right)| json!({"Fn::Equals": [left, right]})),
        1 => Just(json!({"Condition": "E"})),
    ];
    leaf.prop_recursive(4, 20, 3, |inner| {
        prop_oneof![
            inner
                .clone()
                .prop_map(|operand| json!({"Fn::Not": [operand]})),
            vec(inner.clone(), 2..5).prop_map(|operands| json!({"Fn::And": operands})),
            vec(inner, 2..5).prop_map(|operands| json!({"Fn::Or": operands})),
        ]
    })
}

/// Most of them are right; some have a mutation.
#[test]
fn trees_of_functions_are_answered() {
    let strategy = (
        vec(tree(), 1..4),
        condition(),
        condition(),
        option::weighted(0.3, mutations()),
    );
    sweep(&strategy, |(values, one, other, mutations)| {
        let resources: Map<String, Value> = values
            .iter()
            .enumerate()
            .map(|(index, (text, list))| {
                let display = json!({"Fn::Join": ["", [text, {"Fn::Join": ["/", list]}]]});
                let topic =
                    json!({"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": display}});
                (format!("R{index}"), topic)
            })
            .chain([("A".to_owned(), json!({"Type": "AWS::SNS::Topic"}))])
            .collect();
        let text = json!({
            "Parameters": {
                "P": {"Type": "String", "Default": "a"},
                "Q": {"Type": "Number", "Default": 1},
                "L": {"Type": "CommaDelimitedList", "Default": "a,b"},
            },
            "Mappings": {"M": {"a": {"b": "c", "c": ["a", "b"]}}},
            "Conditions": {"C": one, "D": other, "E": {"Fn::Equals": [{"Ref": "Q"}, "2"]}},
            "Resources": resources,
            "Outputs": {"O": {"Value": {"Ref": "A"}}},
        })
        .to_string();
        check_template(&match mutations {
            Some(mutations) => mutate_structure(&text, &mutations, std::slice::from_ref(&text)),
            None => text,
        })
    });
}

/// The invariants of a stack policy, whatever it is.
fn check_policy(text: &str) -> Result<Answered, TestCaseError> {
    let mut client = Client::new();
    client.created("s", &topic("a"));
    let before = digest(&client);
    let set = Action::SetStackPolicy {
        stack: "s".to_owned(),
        policy: text.to_owned(),
    };
    if answered(|| client.call(&set))?.is_err() {
        prop_assert_eq!(digest(&client), before, "a refusal changes the state");
        return Ok(Answered::Refused);
    }
    answered(|| client.update("s", &topic("b")).map(|_| client.settle()))?.unwrap();
    let status = client.status("s").to_string();
    prop_assert!(status.ends_with("_COMPLETE"), "{}", status);
    Ok(Answered::Taken)
}

#[test]
fn policies_are_answered() {
    let texts = corpus("policies");
    let strategy = (any::<prop::sample::Index>(), mutations(), any::<bool>());
    sweep(&strategy, |(index, mutations, bytes)| {
        let text = index.get::<String>(&texts);
        check_policy(&if bytes {
            mutate_bytes(text, &mutations)
        } else {
            mutate_structure(text, &mutations, &texts)
        })
    });
}
