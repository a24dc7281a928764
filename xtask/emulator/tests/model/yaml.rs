//! Templates written as YAML.

use std::fs;
use std::path::Path;

use cloudformation::template::parse;
use emulator::api::{Action, Answer, Target, TemplateInput};
use emulator::{Options, UnknownTypes};
use serde_json::json;

use crate::support::{Client, create, producer, target, update};

fn yaml(stack: &str, text: &str) -> Target {
    Target {
        template: TemplateInput::Body(text.to_owned()),
        ..target(stack, &json!({}))
    }
}

#[test]
fn a_template_is_kept_as_it_was_written() {
    let text = "\u{feff}# Topics\r\nResources:\r\n  Topic:\r\n    Type: AWS::SNS::Topic\r\n    Properties:\r\n      \
                DisplayName: !Sub '${AWS::StackName}' # short\r\n";
    let mut client = Client::new();
    client.call(&create(yaml("s", text))).unwrap();
    client.settle();
    assert_eq!(client.status("s"), "CREATE_COMPLETE");
    let answer = client.call(&Action::GetTemplate {
        stack: Some("s".to_owned()),
        change_set: None,
    });
    assert_eq!(answer, Ok(Answer::Template(text.to_owned())));
}

#[test]
fn a_text_that_is_no_template_is_refused_in_the_words_of_cloudformation() {
    for (text, message) in [
        (
            "Resources:\n  A: b: c\n",
            "Template format error: YAML not well-formed. (line 2, column 7)",
        ),
        (
            "{\"Resources\":\n {\"A\" 1}}",
            "Template format error: JSON not well-formed. (line 2, column 7)",
        ),
        (
            "Resources:\n  A: &a\n    Type: AWS::EC2::EIP\n  B: *a\n",
            "Template error: YAML aliases are not allowed in CloudFormation templates.",
        ),
        (
            "template.yaml",
            "Template format error: unsupported structure.",
        ),
        (
            "# nothing\n",
            "Template format error: unsupported structure.",
        ),
        ("[]", "Template format error: unsupported structure."),
    ] {
        let error = Client::new().call(&create(yaml("s", text))).unwrap_err();
        assert_eq!(error.message, message, "{text}");
        let template = text.to_owned();
        let error = Client::new().call(&Action::ValidateTemplate { template });
        assert_eq!(error.unwrap_err().message, message, "{text}");
    }
}

/// The templates in `tests/templates/yaml`, each as it is written and as the JSON that cfn-flip, a reader of others, makes of it.
fn pairs() -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/templates/yaml");
    let mut pairs: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .map(|path| {
            let read = |path: &Path| fs::read_to_string(path).unwrap();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, read(&path), read(&path.with_extension("json")))
        })
        .collect();
    pairs.sort();
    pairs
}

#[test]
fn yaml_and_json_of_one_template_make_the_same_stack() {
    for (name, written, json) in pairs() {
        assert_eq!(parse(&written), parse(&json), "{name}");
        let created = |text: &str| {
            let mut client = Client::with(Options {
                unknown_types: UnknownTypes::Accept,
                ..Options::default()
            });
            client.created("shared", &producer("111122223333-shared", "shared"));
            client.call(&create(yaml(&name, text))).unwrap();
            client.settle();
            let failures = client.failures(&name);
            assert_eq!(client.status(&name), "CREATE_COMPLETE", "{failures:#?}");
            client
        };
        let (mut from_yaml, mut from_json) = (created(&written), created(&json));
        assert_eq!(from_yaml.stack(&name), from_json.stack(&name), "{name}");
        assert_eq!(
            from_yaml.resources(&name),
            from_json.resources(&name),
            "{name}"
        );
        assert_eq!(from_yaml.events(&name), from_json.events(&name), "{name}");
        let error = from_yaml.call(&update(yaml(&name, &json))).unwrap_err();
        assert_eq!(error.message, "No updates are to be performed.", "{name}");
    }
}

#[test]
fn numbers_and_texts_are_those_of_the_template() {
    let (_, text, _) = pairs()
        .into_iter()
        .find(|pair| pair.0 == "scalars")
        .unwrap();
    let mut client = Client::with(Options {
        unknown_types: UnknownTypes::Accept,
        ..Options::default()
    });
    let output = "Outputs:\n  Value: {Value: !GetAtt A.Value}\n";
    client
        .call(&create(yaml("s", &format!("{text}{output}"))))
        .unwrap();
    client.settle();
    assert_eq!(
        client.output("s", "Value"),
        "8080|012345670123|098765432109|511|31|1000|5|0|1.1|90|0777|2012-10-17|45045.5|1.2.3|~text|N|42|000111222333|0.5"
    );
}
