//! Templates: refusals, and values of functions.

use cloudformation::ChangeSetType;
use emulator::api::{Action, Answer};
use serde_json::{Value, json};

use crate::support::{Client, change_set, create, target, with_parameters};

fn refusal(template: &Value) -> String {
    Client::new().create("s", template).unwrap_err().message
}

fn resource(properties: Value) -> Value {
    json!({"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": properties}}})
}

#[test]
fn templates_that_are_none_are_refused() {
    let many = |count: usize| {
        let resources: serde_json::Map<String, Value> = (0..count)
            .map(|index| (format!("R{index}"), json!({"Type": "AWS::EC2::EIP"})))
            .collect();
        json!({"Resources": resources})
    };
    let cases = [
        (
            json!({}),
            "Template format error: At least one Resources member must be defined.",
        ),
        (
            json!({"Resources": {"A": {"Type": "AWS::EC2::EIP"}}, "Resorces": {}}),
            "Invalid template property or properties [Resorces]",
        ),
        (
            json!({"Resources": {"A": {"Typ": "AWS::EC2::EIP"}}}),
            "Invalid template resource property 'Typ'",
        ),
        (
            json!({"Resources": {"A": {"Type": "AWS::EC2::Nothing"}}}),
            "Template format error: Unrecognized resource types: [AWS::EC2::Nothing]. The local CloudFormation has no model \
             of them; `emulator --accept-unknown-types` takes them unchecked.",
        ),
        (
            json!({"Resources": {"A-b": {"Type": "AWS::EC2::EIP"}}}),
            "Template format error: Resource name A-b is non alphanumeric.",
        ),
        (
            resource(json!({"DisplayName": {"Ref": "Nothing"}})),
            "Template format error: Unresolved resource dependencies [Nothing] in the Resources \
             block of the template",
        ),
        (
            json!({"Resources": {"A": {"Type": "AWS::EC2::EIP", "DependsOn": "B"}}}),
            "Template format error: Unresolved resource dependencies [B] in the Resources block of \
             the template",
        ),
        (
            json!({"Resources": {"A": {"Type": "AWS::EC2::EIP"}},
                   "Outputs": {"O": {"Value": {"Fn::Sub": "${Nothing}"}}}}),
            "Template format error: Unresolved resource dependencies [Nothing] in the Outputs block \
             of the template",
        ),
        (
            resource(json!({"DisplayName": {"Fn::GetAtt": ["Nothing", "Arn"]}})),
            "Template error: instance of Fn::GetAtt references undefined resource Nothing",
        ),
        (
            json!({"Resources": {"A": {"Type": "AWS::EC2::EIP"}},
                   "Outputs": {"O": {"Value": {"Fn::GetAtt": ["A", "Color"]}}}}),
            "Template error: resource A does not support attribute type Color in Fn::GetAtt",
        ),
        (
            resource(json!({"DisplayName": {"Fn::GetAtt": "Topic"}})),
            "Template error: every Fn::GetAtt object requires two non-empty parameters, the \
             resource name and the resource attribute",
        ),
        (
            resource(json!({"DisplayName": {"Fn::Sub": ["${A}", "b"]}})),
            "Template error: One or more Fn::Sub intrinsic functions don't specify expected \
             arguments. Specify a string as first argument, and an optional second argument to specify \
             a mapping of values to replace in the string",
        ),
        (
            resource(json!({"DisplayName": {"Fn::If": ["Large", "a"]}})),
            "Template error: Fn::If requires a list argument with three elements",
        ),
        (
            resource(json!({"DisplayName": {"Fn::FindInMap": ["Sizes", "a"]}})),
            "Template error: every Fn::FindInMap object requires three parameters, the map name, \
             map key and the attribute for return value",
        ),
        (
            json!({"Resources": {
                "A": {"Type": "AWS::EC2::EIP", "DependsOn": "B"},
                "B": {"Type": "AWS::EC2::EIP", "DependsOn": "A"},
                "C": {"Type": "AWS::EC2::EIP", "DependsOn": "B"},
                "D": {"Type": "AWS::EC2::EIP"},
            }}),
            "Circular dependency between resources: [A, B]",
        ),
        (
            many(501),
            "Template format error: Number of resources, 501, is greater than maximum allowed, 500",
        ),
    ];
    for (template, message) in cases {
        assert_eq!(refusal(&template), message);
    }
}

#[test]
fn quotas_hold_at_their_edges() {
    let outputs = |count: usize| {
        let outputs: serde_json::Map<String, Value> = (0..count)
            .map(|index| (format!("O{index}"), json!({"Value": "x"})))
            .collect();
        json!({"Resources": {"A": {"Type": "AWS::EC2::EIP"}}, "Outputs": outputs})
    };
    Client::new().create("s", &outputs(200)).unwrap();
    assert_eq!(
        refusal(&outputs(201)),
        "Template format error: Number of outputs, 201, is greater than maximum allowed, 200"
    );
    let described = |length: usize| json!({"Description": "x".repeat(length), "Resources": {"A": {"Type": "AWS::EC2::EIP"}}});
    Client::new().create("s", &described(1024)).unwrap();
    assert_eq!(
        refusal(&described(1025)),
        "Template format error: 'Description' length is greater than 1024."
    );
    let mut large = json!({"Metadata": {"x": ""}, "Resources": {"A": {"Type": "AWS::EC2::EIP"}}});
    let rest = 51_200 - large.to_string().len();
    large["Metadata"]["x"] = json!("x".repeat(rest));
    Client::new().create("s", &large).unwrap();
    large["Metadata"]["x"] = json!("x".repeat(rest + 1));
    assert!(refusal(&large).contains("less than or equal to 51200"));
}

#[test]
fn properties_are_held_against_their_schema() {
    let mut client = Client::new();
    client
        .create(
            "s",
            &json!({"Resources": {"Rule": {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
            "Properties": {"RuleArn": "mine", "Conditions": []}}}}),
        )
        .unwrap();
    client.settle();
    assert_eq!(
        client.failures("s")[0],
        "Rule CREATE_FAILED: Properties validation failed for resource Rule with message:\n#: \
         required key [Actions] not found\n#: required key [Priority] not found\n#: extraneous key \
         [RuleArn] is not permitted"
    );
}

#[test]
fn values_at_depth_are_held_against_their_schema() {
    let mut client = Client::new();
    client
        .create(
            "s",
            &json!({"Resources": {"Service": {"Type": "AWS::ECS::Service", "Properties": {
                "NetworkConfiguration": {"AwsvpcConfiguration": {"AssignPublicIp": "no", "Subnet": []}}}}}}),
        )
        .unwrap();
    client.settle();
    assert_eq!(
        client.failures("s")[0],
        "Service CREATE_FAILED: Properties validation failed for resource Service with message:\n\
         #/NetworkConfiguration/AwsvpcConfiguration/AssignPublicIp: failed validation constraint for keyword [enum]\n\
         #/NetworkConfiguration/AwsvpcConfiguration: extraneous key [Subnet] is not permitted"
    );
}

#[test]
fn parameters_are_held_against_what_they_take() {
    let template = json!({
        "Parameters": {
            "Digest": {"Type": "String", "AllowedPattern": "sha256:[0-9a-f]{4}",
                "ConstraintDescription": "a digest"},
            "Size": {"Type": "Number", "MinValue": 1, "MaxValue": 3, "Default": 2},
            "Color": {"Type": "String", "AllowedValues": ["red", "green"], "Default": "red"},
            "Name": {"Type": "String", "MinLength": 2, "MaxLength": 3, "Default": "ab"},
        },
        "Resources": {"A": {"Type": "AWS::EC2::EIP"}},
    });
    let with = |parameters: &[(&str, Option<&str>)]| {
        let mut client = Client::new();
        client
            .call(&create(with_parameters(target("s", &template), parameters)))
            .map(drop)
            .map_err(|refusal| refusal.message)
    };
    let digest = ("Digest", Some("sha256:01ab"));
    assert_eq!(with(&[digest]), Ok(()));
    let refused = |parameters: &[(&str, Option<&str>)]| with(parameters).unwrap_err();
    assert_eq!(refused(&[]), "Parameters: [Digest] must have values");
    assert_eq!(
        refused(&[digest, ("Nothing", Some("x"))]),
        "Parameters: [Nothing] do not exist in the template"
    );
    assert_eq!(
        refused(&[("Digest", Some("sha256:01abc"))]),
        "Parameter Digest failed to satisfy constraint: a digest"
    );
    assert_eq!(
        refused(&[digest, ("Size", Some("4"))]),
        "Parameter 'Size' must be a number not greater than 3"
    );
    assert_eq!(
        refused(&[digest, ("Color", Some("blue"))]),
        "Parameter 'Color' must be one of AllowedValues"
    );
    assert_eq!(
        refused(&[digest, ("Name", Some("a"))]),
        "Parameter 'Name' must contain at least 2 characters"
    );
}

#[test]
fn functions_give_what_they_should() {
    let template = json!({
        "Parameters": {"Zones": {"Type": "CommaDelimitedList", "Default": "a, b,c"},
                       "Attribute": {"Type": "String", "Default": "Arn"},
                       "Env": {"Type": "String", "Default": "staging"}},
        "Mappings": {"Sizes": {"staging": {"Count": "1"}, "production": {"Count": "3"}}},
        "Conditions": {
            "Big": {"Fn::Equals": [{"Ref": "Env"}, "production"]},
            "Small": {"Fn::Not": [{"Condition": "Big"}]},
            "Either": {"Fn::Or": [{"Condition": "Big"}, {"Condition": "Small"}]},
            "Both": {"Fn::And": [{"Condition": "Big"}, {"Condition": "Small"}]},
        },
        "Resources": {
            "Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "g"}},
            "Extra": {"Type": "AWS::EC2::EIP", "Condition": "Big"},
        },
        "Outputs": {
            "Join": {"Value": {"Fn::Join": ["-", {"Ref": "Zones"}]}},
            "Select": {"Value": {"Fn::Select": [1, {"Fn::Split": ["/", "a/b/c"]}]}},
            "Sub": {"Value": {"Fn::Sub": [
                "${AWS::Region}:${AWS::AccountId}:${Group.Arn}:${Own}:${!Kept}:${Group}",
                {"Own": {"Fn::FindInMap": ["Sizes", {"Ref": "Env"}, "Count"]}}]}},
            "If": {"Value": {"Fn::If": ["Either", "yes", "no"]}},
            "And": {"Value": {"Fn::If": ["Both", "yes", "no"]}},
            "Base": {"Value": {"Fn::Base64": "hello"}},
            "Cidr": {"Value": {"Fn::Select": ["2", {"Fn::Cidr": ["10.0.0.0/16", 4, 8]}]}},
            "Zone": {"Value": {"Fn::Select": [0, {"Fn::GetAZs": ""}]}},
            "Computed": {"Value": {"Fn::GetAtt": ["Group", {"Ref": "Attribute"}]}},
            "Spaced": {"Value": {"Fn::Sub": "${ Group }"}},
            "Dynamic": {"Value": "{{resolve:secretsmanager:x}}"},
            "Stack": {"Value": {"Ref": "AWS::StackName"}},
            "Never": {"Value": "x", "Condition": "Big"},
        },
    });
    let mut client = Client::new();
    client.created("s", &template);
    let outputs: Vec<String> = client
        .stack("s")
        .outputs
        .into_iter()
        .map(|output| format!("{} = {}", output.key, output.value))
        .collect();
    assert_eq!(
        outputs,
        [
            "And = no",
            "Base = aGVsbG8=",
            "Cidr = 10.0.2.0/24",
            "Computed = arn:aws:logs:eu-west-1:111122223333:log-group:g:*",
            "Dynamic = {{resolve:secretsmanager:x}}",
            "If = yes",
            "Join = a-b-c",
            "Select = b",
            "Spaced = g",
            "Stack = s",
            "Sub = eu-west-1:111122223333:arn:aws:logs:eu-west-1:111122223333:log-group:g:*:1:\
             ${Kept}:g",
            "Zone = eu-west-1a",
        ]
    );
    assert_eq!(client.resources("s").len(), 1);
}

#[test]
fn no_value_takes_a_property_away() {
    let mut client = Client::new();
    client.created(
        "s",
        &resource(json!({"TopicName": {"Ref": "AWS::NoValue"}})),
    );
    let topic = client.physical("s", "Topic");
    assert!(
        topic.starts_with("arn:aws:sns:eu-west-1:111122223333:s-Topic-"),
        "{topic}"
    );
}

#[test]
fn a_summary_says_what_a_template_has() {
    let mut client = Client::new();
    let template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Metadata": {"Notes": ["one"]},
        "Parameters": {
            "KinesisStreamName": {"Type": "String", "AllowedValues": ["a", "b"], "Default": "a"},
            "DeliveryStreamName": {"Type": "String", "Default": "a"},
            "KinesisRoleName": {"Type": "String", "Default": "a"},
        },
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}},
            "Bucket": {"Type": "AWS::S3::Bucket"},
            "Another": {"Type": "AWS::S3::Bucket"},
        },
    });
    let mut summary = |stack: Option<&str>, template: Option<String>| {
        let action = Action::GetTemplateSummary {
            stack: stack.map(str::to_owned),
            template,
        };
        match client.call(&action) {
            Ok(Answer::TemplateSummary(summary)) => Ok(summary),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.message),
        }
    };
    let found = summary(None, Some(template.to_string())).unwrap();
    assert_eq!(found.version.as_deref(), Some("2010-09-09"));
    assert_eq!(found.metadata.as_deref(), Some(r#"{"Notes":["one"]}"#));
    // As AWS was recorded to give these parameters and types.
    let parameters: Vec<&str> = found
        .parameters
        .iter()
        .map(|one| one.key.as_str())
        .collect();
    assert_eq!(
        parameters,
        ["KinesisRoleName", "DeliveryStreamName", "KinesisStreamName"]
    );
    assert_eq!(found.parameters[2].allowed, ["a", "b"]);
    let identifiers: Vec<String> = found
        .identifiers
        .iter()
        .map(|one| {
            format!(
                "{} {:?} {:?}",
                one.resource_type, one.logical_ids, one.properties
            )
        })
        .collect();
    assert_eq!(
        identifiers,
        [
            r#"AWS::S3::Bucket ["Another", "Bucket"] ["BucketName"]"#,
            r#"AWS::IAM::Role ["Role"] ["RoleName"]"#
        ]
    );
    assert_eq!(
        summary(Some("none"), None).unwrap_err(),
        "Stack with id none does not exist"
    );
    client.created("storage", &template);
    let action = |stack: &str| Action::GetTemplateSummary {
        stack: Some(stack.to_owned()),
        template: None,
    };
    assert_eq!(
        client.call(&action("storage")).unwrap(),
        Answer::TemplateSummary(found)
    );
    client
        .call(&change_set(
            target("review", &template),
            "first",
            ChangeSetType::Create,
        ))
        .unwrap();
    assert_eq!(
        client.call(&action("review")).unwrap_err().message,
        "GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks."
    );
}
