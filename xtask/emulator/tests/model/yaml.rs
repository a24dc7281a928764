//! Templates written as YAML.

use emulator::api::{Action, Answer, Target, TemplateInput};
use serde_json::json;

use crate::support::{Client, create, target};

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
