//! Templates and requests that CloudFormation refuses, by the call that refuses them, and those beside them that it
//! takes.
//!
//! `tests/templates` has the cases. Each changes one thing of a template with one topic.

use cloudformation::ChangeSetType;
use emulator::api::{Action, TemplateInput};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::support::{Client, change_set, create, target, with_parameters, with_tags};

pub(crate) const INVALID: &str = include_str!("../templates/invalid.json");
pub(crate) const VALID: &str = include_str!("../templates/valid.json");

/// A template, as what differs from one with a topic `A`, and what else a request has.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Case {
    kind: String,
    /// The whole template.
    text: Option<String>,
    /// The display name of `A`.
    #[serde(deserialize_with = "present")]
    value: Option<Value>,
    /// The value of the output `O`.
    output: Option<Value>,
    /// The name of the export of the output `O`.
    export: Option<Value>,
    /// The parameter `P`.
    parameter: Option<Value>,
    /// The mapping `M`.
    mapping: Option<Value>,
    conditions: Option<Value>,
    /// Attributes of `A`.
    resource: Map<String, Value>,
    /// More resources.
    resources: Map<String, Value>,
    sections: Map<String, Value>,
    parameters: Map<String, Value>,
    tags: Vec<(String, String)>,
    /// Which call refuses it first: `validate`, if nothing is said, or `call`, which knows the values of parameters.
    at: Option<String>,
    /// What the refusal says, or a part of it.
    says: String,
}

fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Case {
    pub(crate) fn text(&self) -> String {
        if let Some(text) = &self.text {
            return text.clone();
        }
        let mut topic = json!({"Type": "AWS::SNS::Topic"});
        if let Some(value) = &self.value {
            topic["Properties"] = json!({"DisplayName": value});
        }
        for (attribute, value) in &self.resource {
            topic[attribute] = value.clone();
        }
        let mut resources = self.resources.clone();
        resources.insert("A".to_owned(), topic);
        let mut template = json!({ "Resources": resources });
        if let Some(value) = &self.output {
            template["Outputs"] = json!({"O": {"Value": value}});
        }
        if let Some(name) = &self.export {
            template["Outputs"] = json!({"O": {"Value": "a", "Export": {"Name": name}}});
        }
        if let Some(parameter) = &self.parameter {
            template["Parameters"] = json!({ "P": parameter });
        }
        if let Some(mapping) = &self.mapping {
            template["Mappings"] = json!({ "M": mapping });
        }
        if let Some(conditions) = &self.conditions {
            template["Conditions"] = conditions.clone();
        }
        for (section, value) in &self.sections {
            template[section] = value.clone();
        }
        template.to_string()
    }

    /// The calls with the template, in the order in which they learn more about it.
    fn calls(&self) -> [(&'static str, Action); 3] {
        let parameters: Vec<(&str, Option<&str>)> = self
            .parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let tags: Vec<(&str, &str)> = self
            .tags
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        let mut target = with_parameters(target("s", &Value::Null), &parameters);
        target.template = TemplateInput::Body(self.text());
        if !tags.is_empty() {
            target = with_tags(target, &tags);
        }
        [
            (
                "validate",
                Action::ValidateTemplate {
                    template: self.text(),
                },
            ),
            ("call", create(target.clone())),
            ("call", change_set(target, "c", ChangeSetType::Create)),
        ]
    }

    /// What is wrong with the answers to a case: nothing if each call answers as it has to.
    fn faults(&self) -> Vec<String> {
        let refuses_at = match (self.says.is_empty(), self.at.as_deref()) {
            (true, _) => None,
            (false, Some("call")) => Some("call"),
            (false, _) => Some("validate"),
        };
        let mut faults = Vec::new();
        for (stage, action) in self.calls() {
            let refused = match (refuses_at, stage) {
                (None, _) | (Some("call"), "validate") => None,
                _ => Some(self.says.as_str()),
            };
            let mut client = Client::new();
            // The account and region is there from the first call.
            client.call(&Action::ListExports { next: None }).unwrap();
            client.pass(0);
            let before = digest(&client);
            let name = action_name(&action);
            match (client.call(&action), refused) {
                (Ok(_), None) => {}
                (Ok(_), Some(_)) => faults.push(format!("{name} takes it")),
                (Err(error), None) => faults.push(format!("{name} refuses it: {error}")),
                (Err(error), Some(says)) if !error.message.contains(says) => {
                    faults.push(format!("{name} says {:?}", error.message));
                }
                (Err(_), Some(_)) if digest(&client) != before => {
                    faults.push(format!("{name} refuses it and changes the state"));
                }
                (Err(_), Some(_)) => {}
            }
            // What the call takes has to work, too.
            let creates = matches!(action, Action::CreateStack { .. });
            if refuses_at.is_none() && creates && client.find("s").is_ok() {
                client.settle();
                if client.status("s") != "CREATE_COMPLETE" {
                    faults.push(format!("it isn't created: {:?}", client.failures("s")));
                }
            }
        }
        faults
    }
}

/// Everything that is kept, as a text.
pub(crate) fn digest(client: &Client) -> String {
    serde_json::to_string(&client.cloud).unwrap()
}

fn action_name(action: &Action) -> &'static str {
    match action {
        Action::ValidateTemplate { .. } => "ValidateTemplate",
        Action::CreateStack { .. } => "CreateStack",
        _ => "CreateChangeSet",
    }
}

pub(crate) fn cases(text: &str) -> Vec<Case> {
    serde_json::from_str(text).unwrap()
}

fn check(text: &str) {
    let cases = cases(text);
    let faults: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let faults = case.faults();
            (!faults.is_empty()).then(|| {
                let faults = faults.join("\n    ");
                format!(
                    "{}: {}\n    expected {:?}\n    {faults}",
                    case.kind,
                    case.text(),
                    case.says
                )
            })
        })
        .collect();
    assert!(
        faults.is_empty(),
        "{} of {} are right\n{}",
        cases.len() - faults.len(),
        cases.len(),
        faults.join("\n")
    );
}

#[test]
fn invalid_templates_are_refused_by_the_first_call_that_can_know() {
    check(INVALID);
}

#[test]
fn valid_templates_are_taken_and_work() {
    check(VALID);
}

/// Asserts that both calls refuse a template with a text like this one, and take it without the last of its letters.
fn edge(with: impl Fn(usize) -> Value, most: usize, says: &str) {
    let validate = |length: usize| {
        let mut client = Client::new();
        client.call(&Action::ValidateTemplate {
            template: with(length).to_string(),
        })
    };
    validate(most).unwrap();
    let refused = validate(most + 1).unwrap_err();
    assert!(refused.message.contains(says), "{refused}");
}

#[test]
fn lengths_hold_at_their_edges() {
    let topic = json!({"Type": "AWS::SNS::Topic"});
    let a = |length: usize| "a".repeat(length);
    let named = |length: usize| json!({"Resources": {a(length): topic}});
    edge(named, 255, "is longer than 255 characters");
    let with = |section: &str, value: Value| json!({"Resources": {"A": topic}, section: value});
    edge(
        |length| with("Parameters", json!({a(length): {"Type": "String"}})),
        255,
        "is longer than 255 characters",
    );
    edge(
        |length| with("Outputs", json!({a(length): {"Value": "a"}})),
        255,
        "is longer than 255 characters",
    );
    edge(
        |length| with("Mappings", json!({a(length): {"a": {"b": "c"}}})),
        255,
        "is longer than 255 characters",
    );
    edge(
        |length| {
            with(
                "Outputs",
                json!({"O": {"Value": "a", "Export": {"Name": a(length)}}}),
            )
        },
        255,
        "Output O is malformed. The Name field of every Export member",
    );
    // Two bytes a letter.
    edge(
        |length| with("Description", json!("ä".repeat(length))),
        512,
        "'Description' length is greater than 1024.",
    );
    edge(
        |length| {
            with(
                "Outputs",
                json!({"O": {"Value": "a", "Description": "ä".repeat(length)}}),
            )
        },
        512,
        "length of output O is greater than 1024.",
    );
    edge(
        |length| {
            with(
                "Parameters",
                json!({"P": {"Type": "String", "Description": a(length)}}),
            )
        },
        4000,
        "Description must be no longer than 4000 characters.",
    );
    let attributes = |count: usize| {
        let attributes: Map<String, Value> = (0..count)
            .map(|index| (format!("a{index}"), json!("b")))
            .collect();
        with("Mappings", json!({"M": {"a": attributes}}))
    };
    edge(
        attributes,
        200,
        "Number of attributes of mapping M, 201, is greater",
    );
    let mappings = |count: usize| {
        let mappings: Map<String, Value> = (0..count)
            .map(|index| (format!("M{index}"), json!({"a": {"b": "c"}})))
            .collect();
        with("Mappings", json!(mappings))
    };
    edge(mappings, 200, "Number of mappings, 201, is greater");
    let parameters = |count: usize| {
        let parameters: Map<String, Value> = (0..count)
            .map(|index| (format!("P{index}"), json!({"Type": "String"})))
            .collect();
        with("Parameters", json!(parameters))
    };
    edge(parameters, 200, "Number of parameters, 201, is greater");
}

#[test]
fn what_a_request_has_besides_a_template_is_refused_too() {
    let template = json!({
        "Parameters": {"P": {"Type": "String"}},
        "Resources": {"A": {"Type": "AWS::SNS::Topic"}},
    });
    let refused = |parameters: &[(&str, Option<&str>)], tags: &[(&str, &str)]| {
        let mut target = with_parameters(target("s", &template), parameters);
        if !tags.is_empty() {
            target = with_tags(target, tags);
        }
        let mut client = Client::new();
        client
            .call(&create(target))
            .map(drop)
            .map_err(|error| error.message)
    };
    let value = |length: usize| refused(&[("P", Some(&"a".repeat(length)))], &[]);
    assert_eq!(value(4096), Ok(()));
    assert!(
        value(4097)
            .unwrap_err()
            .contains("less than or equal to 4096")
    );
    assert_eq!(
        refused(&[("P", Some("a")), ("P", Some("b"))], &[]),
        Err("Parameters: [P] are given more than once".to_owned())
    );
    let p = [("P", Some("a"))];
    let keys: Vec<String> = (0..51).map(|index| format!("k{index}")).collect();
    let tags: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), "v")).collect();
    assert_eq!(refused(&p, &tags[..50]), Ok(()));
    assert!(
        refused(&p, &tags)
            .unwrap_err()
            .contains("less than or equal to 50")
    );
    let (key, text) = ("k".repeat(129), "v".repeat(257));
    assert_eq!(refused(&p, &[(&key[1..], &text[1..])]), Ok(()));
    assert!(
        refused(&p, &[(&key, "v")])
            .unwrap_err()
            .contains("less than or equal to 128")
    );
    assert!(
        refused(&p, &[("k", &text)])
            .unwrap_err()
            .contains("less than or equal to 256")
    );
}
