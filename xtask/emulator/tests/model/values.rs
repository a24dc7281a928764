//! Values: what functions, parameters, rules and dynamic references give.

use std::collections::BTreeMap;

use emulator::{Options, SsmParameter};
use serde_json::{Value, json};

use crate::support::{Client, change_set, create, target, update, with_parameters};
use cloudformation::ChangeSetType;

/// The outputs of a stack of these sections, by key.
fn outputs(sections: &Value, parameters: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut client = Client::new();
    let mut template = sections.clone();
    if template.get("Resources").is_none() {
        template["Resources"] = json!({"A": {"Type": "AWS::EC2::EIP"}});
    }
    let parameters: Vec<_> = parameters
        .iter()
        .map(|(name, value)| (*name, Some(*value)))
        .collect();
    client
        .call(&create(with_parameters(
            target("s", &template),
            &parameters,
        )))
        .unwrap();
    client.settle();
    assert_eq!(
        client.status("s"),
        "CREATE_COMPLETE",
        "{:#?}",
        client.failures("s")
    );
    let outputs = client.stack("s").outputs.into_iter();
    outputs.map(|one| (one.key, one.value)).collect()
}

/// The value of one expression.
fn value(expression: &Value) -> String {
    outputs(&json!({"Outputs": {"O": {"Value": expression}}}), &[])["O"].clone()
}

fn refusal(template: &Value, parameters: &[(&str, Option<&str>)]) -> String {
    let mut client = Client::new();
    client
        .call(&create(with_parameters(target("s", template), parameters)))
        .unwrap_err()
        .message
}

#[test]
fn conditions_compare_texts() {
    for (left, right, equal) in [
        (json!(2), json!("2"), true),
        (json!({"Ref": "Number"}), json!(2), true),
        (json!({"Ref": "Flag"}), json!(true), true),
        (json!(true), json!("true"), true),
        (json!("True"), json!(true), false),
        (json!(1.0), json!("1.0"), true),
        (json!(1.0), json!(1), false),
        (json!({"Fn::Join": ["", [1, true]]}), json!("1true"), true),
        (
            json!({"Fn::Join": [",", {"Ref": "List"}]}),
            json!("a,b"),
            true,
        ),
        (
            json!({"Fn::Select": ["1", {"Ref": "List"}]}),
            json!("b"),
            true,
        ),
    ] {
        let found = outputs(
            &json!({
                "Parameters": {
                    "Number": {"Type": "Number", "Default": 2},
                    "Flag": {"Type": "String", "Default": true},
                    "List": {"Type": "CommaDelimitedList", "Default": "a,b"},
                },
                "Conditions": {"C": {"Fn::Equals": [left, right]}},
                "Outputs": {"O": {"Value": {"Fn::If": ["C", "yes", "no"]}}},
            }),
            &[],
        );
        assert_eq!(found["O"] == "yes", equal, "{left} {right}");
    }
}

#[test]
fn a_condition_that_compares_lists_is_refused_at_the_call() {
    let template = |side: Value| {
        json!({
            "Parameters": {"List": {"Type": "CommaDelimitedList", "Default": "a,b"}},
            "Conditions": {"C": {"Fn::Equals": [side, ""]}},
            "Resources": {"A": {"Type": "AWS::EC2::EIP"}},
        })
    };
    for side in [json!({"Ref": "List"}), json!(["a"]), json!({"a": "b"})] {
        assert_eq!(
            refusal(&template(side), &[]),
            "Template error: every Fn::Equals object requires a list of 2 string parameters."
        );
    }
}

#[test]
fn numbers_and_booleans_become_texts() {
    for (expression, text) in [
        (
            json!({"Fn::Join": ["-", [1, 1.0, 1e3, true, "x"]]}),
            "1-1.0-1000.0-true-x",
        ),
        (
            json!({"Fn::Join": ["", [123456789012_u64]]}),
            "123456789012",
        ),
        (
            json!({"Fn::Sub": ["${N}/${B}", {"N": 1.5e10, "B": false}]}),
            "1.5E10/false",
        ),
        (json!(1e3), "1000.0"),
        (json!({"Fn::Base64": 1}), "MQ=="),
    ] {
        assert_eq!(value(&expression), text, "{expression}");
    }
}

#[test]
fn no_value_leaves_nothing_wherever_it_is() {
    let nothing = json!({"Ref": "AWS::NoValue"});
    let absent = json!({"Fn::If": ["Never", "x", nothing]});
    let template = json!({
        "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
        "Outputs": {
            "Join": {"Value": {"Fn::Join": ["-", ["a", nothing, absent, "b"]]}},
            "Select": {"Value": {"Fn::Select": [1, ["a", nothing, "b"]]}},
            "Sub": {"Value": {"Fn::Sub": "a${AWS::NoValue}b"}},
        },
    });
    let found = outputs(&template, &[]);
    assert_eq!(found["Join"], "a-b");
    assert_eq!(found["Select"], "b");
    assert_eq!(found["Sub"], "ab");
}

#[test]
fn lists_of_parameters_are_lists() {
    let found = outputs(
        &json!({
            "Parameters": {
                "Empty": {"Type": "CommaDelimitedList", "Default": ""},
                "Numbers": {"Type": "List<Number>", "Default": "1, 2,3"},
                "Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"},
            },
            "Outputs": {
                "Empty": {"Value": {"Fn::Join": ["", ["[", {"Fn::Join": ["|", {"Ref": "Empty"}]}, "]"]]}},
                "Numbers": {"Value": {"Fn::Join": ["+", {"Ref": "Numbers"}]}},
                "Subnet": {"Value": {"Fn::Select": [{"Fn::Select": [0, ["1"]]}, {"Ref": "Subnets"}]}},
            },
        }),
        &[("Subnets", "subnet-1,subnet-2")],
    );
    assert_eq!(found["Empty"], "[]");
    assert_eq!(found["Numbers"], "1+2+3");
    assert_eq!(found["Subnet"], "subnet-2");
    let numbers = json!({
        "Parameters": {"Numbers": {"Type": "List<Number>"}},
        "Resources": {"A": {"Type": "AWS::EC2::EIP"}},
    });
    assert_eq!(
        refusal(&numbers, &[("Numbers", Some("1,b"))]),
        "Parameter 'Numbers' must be a number."
    );
}

#[test]
fn functions_of_texts_and_addresses() {
    for (expression, text) in [
        (
            json!({"Fn::Sub": "a${!Literal}b${AWS::Region}"}),
            "a${Literal}beu-west-1",
        ),
        (json!({"Ref": "AWS::URLSuffix"}), "amazonaws.com"),
        (
            json!({"Fn::Select": ["2", {"Fn::Split": ["|", "a||c"]}]}),
            "c",
        ),
        (
            json!({"Fn::Join": [",", {"Fn::GetAZs": ""}]}),
            "eu-west-1a,eu-west-1b,eu-west-1c",
        ),
        (
            json!({"Fn::Join": [",", {"Fn::GetAZs": {"Ref": "AWS::Region"}}]}),
            "eu-west-1a,eu-west-1b,eu-west-1c",
        ),
        (
            json!({"Fn::Select": [1, {"Fn::Cidr": ["2001:db8:1234:1a00::/56", 4, 64]}]}),
            "2001:db8:1234:1a01::/64",
        ),
        (
            json!({"Fn::Join": [",", {"Fn::Cidr": ["192.168.0.0/24", "6", "5"]}]}),
            "192.168.0.0/27,192.168.0.32/27,192.168.0.64/27,192.168.0.96/27,192.168.0.128/27,\
             192.168.0.160/27",
        ),
        (
            json!({"Fn::Join": ["", {"Ref": "AWS::NotificationARNs"}]}),
            "",
        ),
    ] {
        assert_eq!(value(&expression), text, "{expression}");
    }
}

#[test]
fn a_variable_of_sub_is_a_text() {
    let template = json!({
        "Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {
            "DisplayName": {"Fn::Sub": ["${V}", {"V": {"Ref": "AWS::NoValue"}}]}}}},
    });
    assert_eq!(
        refusal(&template, &[]),
        "Template error: every value of the context object of every Fn::Sub object must be a \
         string or a function that returns a string"
    );
}

#[test]
fn a_default_value_of_a_mapping_takes_a_transform() {
    let mut client = Client::new();
    let template = json!({
        "Mappings": {"M": {"a": {"b": "c"}}},
        "Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName":
            {"Fn::FindInMap": ["M", "x", "y", {"DefaultValue": "d"}]}}}},
    });
    let refused = client
        .create("s", &template)
        .map(drop)
        .map_err(|error| error.message);
    assert_eq!(
        refused.unwrap_err(),
        "Template error: every Fn::FindInMap object requires three parameters, the map name, map \
         key and the attribute for return value"
    );
}

#[test]
fn what_a_condition_leaves_out_is_no_dependency() {
    let mut client = Client::new();
    client.created(
        "s",
        &json!({
            "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
            "Resources": {
                "Out": {"Type": "AWS::EC2::EIP", "Condition": "Never"},
                "In": {"Type": "AWS::EC2::EIP",
                    "Metadata": {"After": {"Fn::If": ["Never", {"Ref": "Out"}, ""]}}},
            },
            "Outputs": {"O": {"Value": {"Ref": "Out"}, "Condition": "Never"}},
        }),
    );
    assert_eq!(client.resources("s").len(), 1);
    assert!(client.stack("s").outputs.is_empty());
}

#[test]
fn patterns_are_those_of_java() {
    let template = |pattern: &str, kind: &str| {
        json!({
            "Parameters": {"P": {"Type": kind, "AllowedPattern": pattern}},
            "Resources": {"A": {"Type": "AWS::EC2::EIP"}},
        })
    };
    let fits = |pattern: &str, kind: &str, value: &str| {
        let mut client = Client::new();
        let parameters = [("P", Some(value))];
        let call = create(with_parameters(
            target("s", &template(pattern, kind)),
            &parameters,
        ));
        client.call(&call).map(drop).map_err(|error| error.message)
    };
    for (pattern, yes, no) in [
        (r"^(?!.*\.\.)(?=.{3,5}$)[a-z.]+$", "a.b", "a..b"),
        (r"(\w)\1", "aa", "ab"),
        (r"\p{Alpha}++", "abc", "ab1"),
        ("[a-z&&[^q]]*", "abc", "aqc"),
    ] {
        assert_eq!(fits(pattern, "String", yes), Ok(()));
        assert_eq!(
            fits(pattern, "String", no),
            Err(format!("Parameter 'P' must match pattern {pattern}"))
        );
    }
    // Of a list, every item has to match.
    assert_eq!(fits(r"\w+", "CommaDelimitedList", "dev, test"), Ok(()));
    assert!(fits(r"\w+", "CommaDelimitedList", "dev,te-st").is_err());
    // A pattern that is none, and one that takes too long.
    let message = fits("[a", "String", "a").unwrap_err();
    assert!(
        message.starts_with("Template format error: AllowedPattern [a is not a regular expression"),
        "{message}"
    );
    let message = fits(r"(?:(a+)+\1)*(?!a)c", "String", &"a".repeat(4000)).unwrap_err();
    assert!(message.contains("steps"), "{message}");
}

fn ruled(rules: &Value) -> Value {
    json!({
        "Parameters": {
            "Env": {"Type": "String", "Default": "test"},
            "Size": {"Type": "Number", "Default": 2},
            "Zones": {"Type": "CommaDelimitedList", "Default": "a,b"},
        },
        "Rules": rules,
        "Resources": {"A": {"Type": "AWS::EC2::EIP"}},
    })
}

#[test]
fn rules_assert_before_anything_is_created() {
    for (assert, holds) in [
        (
            json!({"Fn::Contains": [["test", "prod"], {"Ref": "Env"}]}),
            true,
        ),
        (json!({"Fn::Contains": [["prod"], {"Ref": "Env"}]}), false),
        (
            json!({"Fn::Not": [{"Fn::Contains": [["1", "2"], {"Ref": "Size"}]}]}),
            false,
        ),
        (
            json!({"Fn::EachMemberIn": [{"Ref": "Zones"}, ["a", "b", "c"]]}),
            true,
        ),
        (
            json!({"Fn::EachMemberIn": [{"Ref": "Zones"}, ["a"]]}),
            false,
        ),
        (
            json!({"Fn::EachMemberEquals": [{"Ref": "Zones"}, "a"]}),
            false,
        ),
        (json!({"Fn::EachMemberEquals": [["a", "a"], "a"]}), true),
        (json!({"Fn::Equals": [{"Ref": "Size"}, 2]}), true),
        (
            json!({"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}),
            true,
        ),
        (
            json!({"Fn::And": [{"Fn::Equals": ["a", "a"]}, {"Fn::Equals": ["a", "b"]}]}),
            false,
        ),
        (
            json!({"Fn::Or": [{"Fn::Equals": ["a", "a"]}, {"Fn::Equals": ["a", "b"]}]}),
            true,
        ),
    ] {
        let rules = json!({"R": {"Assertions": [
            {"Assert": assert, "AssertDescription": "it has to hold"}]}});
        let mut client = Client::new();
        let answer = client.create("s", &ruled(&rules));
        let refused = answer.map(drop).map_err(|error| error.message);
        let expected = if holds {
            Ok(())
        } else {
            Err("Rule R failed: it has to hold".to_owned())
        };
        assert_eq!(refused, expected, "{assert}");
        assert_eq!(client.find("s").is_ok(), holds);
    }
}

#[test]
fn a_rule_applies_where_its_condition_holds() {
    let rules = json!({"R": {
        "RuleCondition": {"Fn::Equals": [{"Ref": "Env"}, "prod"]},
        "Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "Size"}, 3]}}],
    }});
    let mut client = Client::new();
    client.created("s", &ruled(&rules));
    let prod = with_parameters(target("s", &ruled(&rules)), &[("Env", Some("prod"))]);
    for call in [
        update(prod.clone()),
        change_set(prod, "c", ChangeSetType::Update),
    ] {
        assert_eq!(
            client.call(&call).unwrap_err().message,
            "Rule R failed: an assertion is false"
        );
    }
}

#[test]
fn rules_take_their_own_functions_only() {
    for (assert, message) in [
        (
            json!({"Fn::Equals": [{"Fn::Sub": "a"}, {"Fn::If": ["C", "a", "b"]}]}),
            "Template format error: Following functions are not supported in the Rules block of \
             the template: [Fn::If, Fn::Sub]",
        ),
        (
            json!({"Condition": "C"}),
            "Template format error: Following functions are not supported in the Rules block of \
             the template: [Condition]",
        ),
        (
            json!({"Fn::Equals": [{"Ref": "A"}, "a"]}),
            "Template format error: Unresolved dependencies [A]. Cannot reference resources in the \
             Rules block of the template",
        ),
    ] {
        let mut template = ruled(&json!({"R": {"Assertions": [{"Assert": assert}]}}));
        template["Conditions"] = json!({"C": {"Fn::Equals": ["a", "a"]}});
        assert_eq!(refusal(&template, &[]), message);
    }
    let malformed = ruled(&json!({"R": {"Assert": true}}));
    assert!(refusal(&malformed, &[]).contains("Assertions"));
}

#[test]
fn rules_know_the_networks_of_the_account() {
    let mut client = Client::new();
    client.created(
        "network",
        &json!({"Resources": {
            "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16",
                "Tags": [{"Key": "Department", "Value": "IT"}]}},
            "Other": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.1.0.0/16"}},
            "Subnet": {"Type": "AWS::EC2::Subnet", "Properties":
                {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}},
        }}),
    );
    let [vpc, other, subnet] =
        ["Vpc", "Other", "Subnet"].map(|name| client.physical("network", name));
    let template = json!({
        "Parameters": {"Vpc": {"Type": "AWS::EC2::VPC::Id"},
                       "Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"}},
        "Rules": {
            "Inside": {"Assertions": [{"AssertDescription": "subnets are in the VPC", "Assert":
                {"Fn::EachMemberEquals": [{"Fn::ValueOf": ["Subnets", "VpcId"]}, {"Ref": "Vpc"}]}}]},
            "Known": {"Assertions": [{"Assert":
                {"Fn::Contains": [{"Fn::RefAll": "AWS::EC2::VPC::Id"}, {"Ref": "Vpc"}]}}]},
            "Owned": {"Assertions": [{"AssertDescription": "IT owns it", "Assert":
                {"Fn::EachMemberEquals": [
                    {"Fn::ValueOfAll": ["AWS::EC2::VPC::Id", "Tags.Department"]}, "IT"]}}]},
        },
        "Resources": {"A": {"Type": "AWS::EC2::EIP"}},
    });
    let mut with = |vpc: &str| {
        let parameters = [("Vpc", Some(vpc)), ("Subnets", Some(subnet.as_str()))];
        client
            .call(&create(with_parameters(
                target("s", &template),
                &parameters,
            )))
            .map(drop)
            .map_err(|error| error.message)
    };
    assert_eq!(
        with(&other).unwrap_err(),
        "Rule Inside failed: subnets are in the VPC"
    );
    assert_eq!(with(&vpc), Ok(()));
}

#[test]
fn the_topics_of_a_stack_are_a_list() {
    let topics = |topics: &[&str]| Some(topics.iter().map(|&one| one.to_owned()).collect());
    let text = json!({"Fn::Join": [",", {"Ref": "AWS::NotificationARNs"}]});
    let mut of_stack = target("s", &named(&text));
    of_stack.notification_arns = topics(&["arn:a", "arn:b"]);
    let mut client = Client::new();
    client.call(&create(of_stack.clone())).unwrap();
    client.settle();
    assert_eq!(client.output("s", "O"), "arn:a,arn:b");
    assert_eq!(client.stack("s").notification_arns, ["arn:a", "arn:b"]);
    // Without any, they stay; an empty list removes them.
    client.updated("s", &named(&json!({"Fn::Sub": ["${A}!", {"A": text}]})));
    assert_eq!(client.output("s", "O"), "arn:a,arn:b!");
    of_stack.notification_arns = topics(&[]);
    client.call(&update(of_stack)).unwrap();
    client.settle();
    assert!(client.stack("s").notification_arns.is_empty());
}

fn put(client: &mut Client, name: &str, value: &str, secure: bool) {
    let caller = client.caller.clone();
    client.cloud.put_parameter(
        &caller,
        &SsmParameter {
            name: name.to_owned(),
            value: Some(value.to_owned()),
            secure,
        },
    );
}

fn stored(kind: &str, default: &str) -> Value {
    json!({
        "Parameters": {"P": {"Type": kind, "Default": default}},
        "Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "P"}}}},
        "Outputs": {"P": {"Value": {"Ref": "P"}}},
    })
}

#[test]
fn parameters_of_ssm_are_read() {
    let mut client = Client::new();
    let template = stored("AWS::SSM::Parameter::Value<String>", "/app/name");
    let missing = client.create("s", &template).unwrap_err();
    assert_eq!(
        missing.message,
        "Unable to fetch parameters [/app/name] from parameter store for this account."
    );
    put(&mut client, "/app/name", "first", false);
    client.created("s", &template);
    assert_eq!(client.output("s", "P"), "first");
    let stack = client.stack("s");
    assert_eq!(stack.parameters["P"], "/app/name");
    assert_eq!(stack.resolved_parameters["P"], "first");
    // An update reads it again.
    put(&mut client, "/app/name", "second", false);
    client.updated("s", &template);
    assert_eq!(client.output("s", "P"), "second");
    put(&mut client, "/app/name", "third", true);
    let secure = client.update("s", &template).unwrap_err();
    assert_eq!(
        secure.message,
        "Parameters [/app/name] referenced by template have types not supported by CloudFormation."
    );
}

#[test]
fn parameters_of_ssm_come_from_stacks_options_and_aws() {
    let mut client = Client::with(Options {
        ssm_parameters: BTreeMap::from([("/cdk/version".to_owned(), "21".to_owned())]),
        ..Options::default()
    });
    client.created(
        "source",
        &json!({"Resources": {"P": {"Type": "AWS::SSM::Parameter", "Properties":
            {"Name": "zones", "Type": "StringList", "Value": "a,b"}}}}),
    );
    let template = json!({
        "Parameters": {
            "Zones": {"Type": "AWS::SSM::Parameter::Value<List<String>>", "Default": "zones"},
            "Listed": {"Type": "AWS::SSM::Parameter::Value<CommaDelimitedList>", "Default": "zones"},
            "Version": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk/version"},
            "Name": {"Type": "AWS::SSM::Parameter::Name", "Default": "zones"},
            "Image": {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
                "Default": "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"},
        },
        "Resources": {"A": {"Type": "AWS::EC2::EIP"}},
        "Outputs": {
            "Zones": {"Value": {"Fn::Join": ["+", {"Ref": "Zones"}]}},
            "Listed": {"Value": {"Fn::Select": [1, {"Ref": "Listed"}]}},
            "Version": {"Value": {"Ref": "Version"}},
            "Name": {"Value": {"Ref": "Name"}},
            "Image": {"Value": {"Ref": "Image"}},
        },
    });
    client.created("s", &template);
    assert_eq!(client.output("s", "Zones"), "a+b");
    assert_eq!(client.output("s", "Listed"), "b");
    assert_eq!(client.output("s", "Version"), "21");
    assert_eq!(client.output("s", "Name"), "zones");
    assert!(client.output("s", "Image").starts_with("ami-0"));
    let missing = with_parameters(target("t", &template), &[("Name", Some("x"))]);
    assert!(
        client
            .call(&create(missing))
            .unwrap_err()
            .message
            .contains("[x]")
    );
}

fn named(text: &Value) -> Value {
    json!({
        "Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": text}}},
        "Outputs": {"O": {"Value": text}},
    })
}

#[test]
fn dynamic_references_to_plain_parameters_are_resolved() {
    let mut client = Client::new();
    put(&mut client, "/a/b", "one", false);
    put(&mut client, "/a/b", "two", false);
    for (text, expected) in [
        (
            json!("x-{{resolve:ssm:/a/b}}-{{resolve:ssm:/a/b:1}}"),
            "x-two-one",
        ),
        (
            json!({"Fn::Sub": ["{{resolve:ssm:/a/${Name}:2}}", {"Name": "b"}]}),
            "two",
        ),
        (
            json!("{{resolve:secretsmanager:x}}"),
            "{{resolve:secretsmanager:x}}",
        ),
    ] {
        client.created("s", &named(&text));
        assert_eq!(client.output("s", "O"), expected);
        client.delete("s").unwrap();
        client.settle();
    }
    for (text, named_one) in [
        (json!("{{resolve:ssm:/a/b:3}}"), "ssm:/a/b:3"),
        (json!("{{resolve:ssm:/nothing}}"), "ssm:/nothing"),
    ] {
        let refused = client.create("s", &named(&text)).unwrap_err();
        assert_eq!(
            refused.message,
            format!("Parameters: [{named_one}] cannot be found.")
        );
    }
    // One that is computed is missed where it is needed.
    let computed = json!({"Fn::Sub": ["{{resolve:ssm:/${Name}}}", {"Name": "x"}]});
    client.create("s", &named(&computed)).unwrap();
    client.settle();
    assert!(client.failures("s")[0].contains("Parameters: [ssm:/x] cannot be found."));
}

#[test]
fn a_template_has_sixty_dynamic_references() {
    let template = |count: usize| {
        let text = "{{resolve:secretsmanager:x}}".repeat(count);
        named(&json!({"Fn::Join": ["", [text]]}))
    };
    // Each text is in a property and in an output.
    Client::new().created("s", &template(30));
    assert_eq!(
        refusal(&template(31), &[]),
        "Template format error: Number of dynamic references, 62, is greater than maximum allowed, \
         60"
    );
}

#[test]
fn the_rule_of_the_cdk_reads_the_version_of_its_bootstrap() {
    let template = json!({
        "Parameters": {"BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>",
            "Default": "/cdk-bootstrap/hnb659fds/version"}},
        "Rules": {"CheckBootstrapVersion": {"Assertions": [{
            "Assert": {"Fn::Not": [{"Fn::Contains":
                [["1", "2", "3", "4", "5"], {"Ref": "BootstrapVersion"}]}]},
            "AssertDescription": "CDK bootstrap stack version 6 required."}]}},
        "Resources": {"A": {"Type": "AWS::EC2::EIP"}},
    });
    let mut client = Client::new();
    put(&mut client, "/cdk-bootstrap/hnb659fds/version", "5", false);
    assert_eq!(
        client.create("s", &template).unwrap_err().message,
        "Rule CheckBootstrapVersion failed: CDK bootstrap stack version 6 required."
    );
    put(&mut client, "/cdk-bootstrap/hnb659fds/version", "21", false);
    client.created("s", &template);
}

#[test]
fn secure_references_are_refused_where_they_may_not_be() {
    let mut client = Client::new();
    let template = named(&json!("{{resolve:ssm-secure:/a/b:1}}"));
    let message = "SSM Secure reference is not supported in: \
                   [AWS::SNS::Topic/Properties/DisplayName]";
    assert_eq!(client.create("s", &template).unwrap_err().message, message);
    let set = client.change_set(&change_set(
        target("s", &template),
        "c",
        ChangeSetType::Create,
    ));
    assert_eq!(set.summary.status, "FAILED");
    assert_eq!(set.summary.status_reason.as_deref(), Some(message));
}

#[test]
fn references_in_attributes_make_dependencies() {
    let mut client = Client::new();
    client.created(
        "s",
        &json!({"Resources": {
            "A": {"Type": "AWS::EC2::EIP", "Metadata": {"Of": {"Fn::GetAtt": ["B", "AllocationId"]}}},
            "B": {"Type": "AWS::EC2::EIP", "Metadata": {"Of": {"Fn::Sub": "${C}"}}},
            "C": {"Type": "AWS::EC2::EIP"},
        }}),
    );
    let history = client.history("s");
    let at = |line: &str| history.iter().position(|one| one == line);
    assert!(
        at("B CREATE_COMPLETE") < at("A CREATE_IN_PROGRESS"),
        "{history:#?}"
    );
    assert!(
        at("C CREATE_COMPLETE") < at("B CREATE_IN_PROGRESS"),
        "{history:#?}"
    );
    for (metadata, message) in [
        (
            json!({"Of": {"Ref": "A"}}),
            "Circular dependency between resources: [A]",
        ),
        (
            json!({"Of": {"Ref": "Nothing"}}),
            "Template format error: Unresolved resource dependencies [Nothing] in the Resources \
             block of the template",
        ),
    ] {
        let template = json!({"Resources": {"A": {"Type": "AWS::EC2::EIP", "Metadata": metadata}}});
        assert_eq!(refusal(&template, &[]), message);
    }
}

#[test]
fn generated_names_keep_their_suffix() {
    let long = "ALogicalIdThatIsMuchLongerThanAnyNameOfALoadBalancerMayBeAndThenSome";
    let stack = "a-stack-with-a-name-that-is-longer-than-it-should-be";
    let mut client = Client::new();
    let role = json!({"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}});
    client.created(
        stack,
        &json!({"Resources": {
            (long): role, (format!("{long}2")): role,
            "Short": role,
            "Bucket": {"Type": "AWS::S3::Bucket"},
            "Balancer": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer"},
        }}),
    );
    let first = client.physical(stack, long);
    assert_eq!(first.len(), 64, "{first}");
    assert!(
        first.starts_with("a-stack-with-a-name-that--ALogicalIdThatIsMuchLonge-"),
        "{first}"
    );
    assert_ne!(first, client.physical(stack, &format!("{long}2")));
    // What the logical id does not need is the stack's.
    let short = client.physical(stack, "Short");
    assert!(
        short.starts_with("a-stack-with-a-name-that-is-longer-than-it-sh-Short-"),
        "{short}"
    );
    assert_eq!(short.len(), 64);
    let bucket = client.physical(stack, "Bucket");
    assert_eq!(bucket.len(), 63);
    assert_eq!(bucket, bucket.to_lowercase());
    let balancer = client.physical(stack, "Balancer");
    let name = balancer.split('/').nth(2).unwrap();
    assert_eq!(name.len(), 32, "{balancer}");
    assert!(name.starts_with("a-stack-wi-Balancer-"), "{name}");
}
