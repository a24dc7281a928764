//! Types that have no model.

use emulator::{Options, UnknownTypes};
use serde_json::{Value, json};

use crate::support::Client;

fn accepting() -> Client {
    Client::with(Options {
        unknown_types: UnknownTypes::Accept,
        ..Options::default()
    })
}

fn table(capacity: u32) -> Value {
    json!({
        "Resources": {
            "Table": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": { "ReadCapacity": capacity, "Any": { "Depth": [true] } },
            },
            "Parameter": {
                "Type": "AWS::SSM::Parameter",
                "Properties": { "Type": "String", "Value": { "Fn::Sub": "${Table} ${Table.StreamArn}" } },
            },
        },
        "Outputs": {
            "Ref": { "Value": { "Ref": "Table" } },
            "Arn": { "Value": { "Fn::GetAtt": ["Table", "Arn"] } },
            "Capacity": { "Value": { "Fn::GetAtt": ["Table", "ReadCapacity"] } },
        },
    })
}

#[test]
fn a_type_without_a_model_is_refused_with_the_option_that_takes_it() {
    let error = Client::new().create("s", &table(1)).unwrap_err();
    assert_eq!(
        error.message,
        "Template format error: Unrecognized resource types: [AWS::DynamoDB::Table]. The local CloudFormation has no model \
         of them; `emulator --accept-unknown-types` takes them unchecked."
    );
}

#[test]
fn a_type_without_a_model_is_created_changed_and_deleted() {
    let mut client = accepting();
    client.created("s", &table(1));
    let id = client.output("s", "Ref");
    assert!(id.starts_with("s-Table-"), "{id}");
    assert_eq!(
        client.output("s", "Arn"),
        format!("arn:aws:dynamodb:eu-west-1:111122223333:table/{id}")
    );
    assert_eq!(client.output("s", "Capacity"), "1");
    client.updated("s", &table(2));
    assert_eq!(client.output("s", "Ref"), id);
    assert_eq!(client.output("s", "Capacity"), "2");
    client.delete("s").unwrap();
    client.settle();
    assert!(client.find("s").is_err());
}

#[test]
fn what_is_made_of_other_resources_is_refused_with_its_name() {
    let refused = |client: &mut Client, kind: &str| {
        let template = json!({ "Resources": { "A": { "Type": kind } } });
        client.create("s", &template).unwrap_err().message
    };
    for mut client in [Client::new(), accepting()] {
        assert_eq!(
            refused(&mut client, "AWS::CloudFormation::Stack"),
            "The local CloudFormation does not model nested stacks: AWS::CloudFormation::Stack"
        );
        assert_eq!(
            refused(&mut client, "AWS::Serverless::Function"),
            "The local CloudFormation does not model the transform AWS::Serverless-2016-10-31: AWS::Serverless::Function"
        );
        for kind in [
            "Topic",
            "AWS::SNS",
            "AWS::SNS::",
            "AWS::S N::Topic",
            "My::Own::Type::MODULE",
        ] {
            let message = format!("Template format error: Unrecognized resource types: [{kind}]");
            assert_eq!(refused(&mut client, kind), message);
        }
    }
    let transforms = json!({ "Transform": ["AWS::LanguageExtensions"], "Resources": { "A": { "Type": "AWS::SNS::Topic" } } });
    let message = accepting().create("s", &transforms).unwrap_err().message;
    assert!(
        message.starts_with(
            r#"The local CloudFormation does not model transforms: ["AWS::LanguageExtensions"]. "#
        ),
        "{message}"
    );
    let include = json!({ "Resources": { "A": {
        "Type": "AWS::SNS::Topic", "Properties": { "DisplayName": { "Fn::Transform": { "Name": "AWS::Include" } } },
    } } });
    assert_eq!(
        accepting().create("s", &include).unwrap_err().message,
        "The local CloudFormation does not model transforms: Fn::Transform"
    );
}

#[test]
fn the_metadata_of_the_cdk_needs_no_option() {
    let template = json!({ "Resources": { "CDKMetadata": {
        "Type": "AWS::CDK::Metadata", "Properties": { "Analytics": "v2:deflate64:" },
    } } });
    Client::new().created("s", &template);
}
