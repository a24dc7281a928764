//! Differences of templates, for people.

use deploy::report::difference::template;
use review::difference::compare;
use serde_json::{Value, json};

use crate::support::{ASCII, NARROW, WIDE, text};

fn network(cidr: &str, action: &str, tags: &Value) -> Value {
    let statement = |number: usize| json!({"Sid": format!("S{number}"), "Action": "logs:PutLogEvents", "Effect": "Allow", "Resource": "*"});
    let mut statements: Vec<Value> = (0..8).map(statement).collect();
    statements.insert(
        4,
        json!({"Sid": "Own", "Action": action, "Effect": "Allow"}),
    );
    json!({
        "Resources": {
            "Vpc": {
                "Type": "AWS::EC2::VPC",
                "Properties": { "CidrBlock": cidr, "Tags": tags },
            },
            "Subnet": {
                "Type": "AWS::EC2::Subnet",
                "Properties": { "VpcId": { "Ref": "Vpc" }, "CidrBlock": "10.20.0.0/20" },
            },
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": { "Policies": [{ "PolicyDocument": { "Statement": statements } }] },
            },
        },
        "Outputs": {
            "Vpc": { "Value": { "Ref": "Vpc" }, "Export": { "Name": "lemonade-staging-network-Vpc" } },
        },
    })
}

#[test]
fn what_differs_between_two_templates() {
    let tags = |name: &str| json!([{ "Key": "Name", "Value": name }]);
    let mut before = network("10.20.0.0/16", "s3:GetObject", &tags("a"));
    let mut after = network("10.30.0.0/16", "s3:PutObject", &tags("b"));
    before["Resources"]["Old"] = json!({ "Type": "AWS::EC2::EIP" });
    after["Resources"]["New"] = json!({ "Type": "AWS::EC2::NatGateway" });
    before["Description"] = json!("The network");
    after["Description"] = json!("The network of an environment");
    after["Parameters"]["Image"] = json!({ "Type": "String" });
    let difference = compare(Some(&before), Some(&after));
    insta::assert_snapshot!("difference-80", text(&template(&difference, WIDE), WIDE));
    insta::assert_snapshot!(
        "difference-40",
        text(&template(&difference, NARROW), NARROW)
    );
    let ascii = text(&template(&difference, ASCII), ASCII);
    assert!(ascii.is_ascii(), "{ascii}");
}
