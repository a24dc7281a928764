//! The sections of a template, and the whole of one.

use common_template::check::DefinitionDigest;
use common_template::{
    Condition, List, Mapping, Output, Parameter, Rule, Template, Value, find_in_map, import_value,
    pseudo, sub,
};
use insta::assert_snapshot;

use crate::support::{Thing, checked, template, written};

#[test]
fn parameters() {
    let mut template = template();
    let digest = Parameter::string("The digest of the image")
        .pattern("^sha256:[0-9a-f]{64}$", "sha256 and 64 hexadecimal digits");
    template.parameter("Digest", digest);
    let size = Parameter::string("A size")
        .allowed(&["Small", "Large"])
        .default_value("Small");
    template.parameter("Size", size);
    template.parameter("Secret", Parameter::string("A secret").no_echo());
    template.parameter("Named", Parameter::ssm("Looked up").default_value("/a/b"));
    let subnets: Value<String> = template.parameter(
        "Subnets",
        Parameter::of_type("List<AWS::EC2::Subnet::Id>", "Where"),
    );
    assert_eq!(subnets, Value::from_node(serde_ref("Subnets")));
    for (id, expected) in [
        (
            "Digest",
            r#"{"AllowedPattern":"^sha256:[0-9a-f]{64}$","ConstraintDescription":"sha256 and 64 hexadecimal digits","Description":"The digest of the image","Type":"String"}"#,
        ),
        (
            "Size",
            r#"{"AllowedValues":["Small","Large"],"Default":"Small","Description":"A size","Type":"String"}"#,
        ),
        (
            "Secret",
            r#"{"Description":"A secret","NoEcho":true,"Type":"String"}"#,
        ),
        (
            "Named",
            r#"{"Default":"/a/b","Description":"Looked up","Type":"AWS::SSM::Parameter::Value<String>"}"#,
        ),
        (
            "Subnets",
            r#"{"Description":"Where","Type":"List<AWS::EC2::Subnet::Id>"}"#,
        ),
    ] {
        assert_eq!(written(template.clone(), "Parameters", id), expected);
    }
    let names: Vec<&str> = template.parameters().map(|id| id.as_str()).collect();
    assert_eq!(names, ["Digest", "Named", "Secret", "Size", "Subnets"]);
}

fn serde_ref(id: &str) -> common_template::Node {
    use common_template::IntoNode;
    common_template::Intrinsic::Ref(id.to_owned()).into_node()
}

#[test]
fn mappings() {
    let mut template = template();
    let sizes = Mapping::default()
        .with("eu-west-1", "Small", "t4g.small")
        .with("eu-west-1", "Count", 2_i64)
        .with("us-east-1", "Zones", vec!["a", "b"]);
    template.mapping("Sizes", sizes);
    assert_snapshot!(
        written(template, "Mappings", "Sizes"),
        @r#"{"eu-west-1":{"Count":2,"Small":"t4g.small"},"us-east-1":{"Zones":["a","b"]}}"#
    );
}

#[test]
fn conditions() {
    let mut template = template();
    let size: Value<String> = template.parameter("Size", Parameter::string("A size"));
    let large = template.condition("Large", Condition::equals(&size, "Large"));
    let near = template.condition("Near", Condition::equals(pseudo::region(), "eu-west-1"));
    let both = Condition::And(vec![
        Condition::Named(large.clone()),
        Condition::Named(near),
    ]);
    template.condition("Both", both.clone());
    template.condition("NotBoth", !both);
    template.condition(
        "Either",
        Condition::Or(vec![
            Condition::Named(large),
            Condition::equals(size, "Huge"),
        ]),
    );
    for (id, expected) in [
        ("Large", r#"{"Fn::Equals":[{"Ref":"Size"},"Large"]}"#),
        (
            "Near",
            r#"{"Fn::Equals":[{"Ref":"AWS::Region"},"eu-west-1"]}"#,
        ),
        (
            "Both",
            r#"{"Fn::And":[{"Condition":"Large"},{"Condition":"Near"}]}"#,
        ),
        (
            "NotBoth",
            r#"{"Fn::Not":[{"Fn::And":[{"Condition":"Large"},{"Condition":"Near"}]}]}"#,
        ),
        (
            "Either",
            r#"{"Fn::Or":[{"Condition":"Large"},{"Fn::Equals":[{"Ref":"Size"},"Huge"]}]}"#,
        ),
    ] {
        assert_eq!(written(template.clone(), "Conditions", id), expected);
    }
}

#[test]
fn rules() {
    let mut template = template();
    let size: Value<String> = template.parameter("Size", Parameter::string("A size"));
    let known = Condition::Contains(vec!["Small".into(), "Large".into()], size);
    let rule = Rule::default()
        .when(Condition::equals(pseudo::region(), "eu-west-1"))
        .assert(known, "Small or Large");
    template.rule("KnownSize", rule);
    assert_snapshot!(
        written(template, "Rules", "KnownSize"),
        @r#"{"Assertions":[{"Assert":{"Fn::Contains":[["Small","Large"],{"Ref":"Size"}]},"AssertDescription":"Small or Large"}],"RuleCondition":{"Fn::Equals":[{"Ref":"AWS::Region"},"eu-west-1"]}}"#
    );
}

#[test]
fn outputs_and_exports() {
    let mut template = Template::new("");
    let thing = template.add("Thing", Thing::default());
    let condition = template.condition("Same", Condition::equals("a", "a"));
    template.output(
        "Plain",
        Output::new::<String>("Its name", thing.reference()),
    );
    let exported = Output::new::<String>("Its ARN", thing.get_att("Arn"))
        .export("lemonade-staging-test:Thing")
        .when(&condition);
    assert_eq!(exported.export_name(), Some("lemonade-staging-test:Thing"));
    template.output("Exported", exported);
    assert_snapshot!(
        written(template.clone(), "Outputs", "Plain"),
        @r#"{"Description":"Its name","Value":{"Ref":"Thing"}}"#
    );
    assert_snapshot!(
        written(template, "Outputs", "Exported"),
        @r#"{"Condition":"Same","Description":"Its ARN","Export":{"Name":"lemonade-staging-test:Thing"},"Value":{"Fn::GetAtt":["Thing","Arn"]}}"#
    );
}

#[test]
fn imports_are_listed_sorted_and_each_once() {
    let mut template = Template::new("");
    let thing = Thing::default()
        .with("A", import_value::<String>("z:Z"))
        .with(
            "B",
            sub("${v}")
                .with("v", import_value::<String>("a:A"))
                .value::<String>(),
        )
        .with("C", List::<String>::from([import_value::<String>("z:Z")]));
    template.add("Thing", thing);
    template.output(
        "Out",
        Output::new::<String>("", import_value::<String>("m:M")),
    );
    assert_eq!(checked(template).imports(), ["a:A", "m:M", "z:Z"]);
}

#[test]
fn the_whole_of_a_template() {
    let mut template = Template::new("Everything once");
    let name: Value<String> = template.parameter("Name", Parameter::string("A name"));
    template.mapping(
        "Sizes",
        Mapping::default().with("eu-west-1", "Small", "t4g.small"),
    );
    let named = template.condition("Named", !Condition::equals(&name, ""));
    let assertion = Condition::Contains(vec!["a".into()], name.clone());
    template.rule("Rule", Rule::default().assert(assertion, "only a"));
    template.metadata("Owner", "lemonade");
    let thing = Thing::default()
        .with(
            "Name",
            Value::if_(&named, name, pseudo::no_value::<String>()),
        )
        .with(
            "Size",
            find_in_map::<String>("Sizes", pseudo::region(), "Small"),
        );
    let thing = template.add("Thing", thing);
    let output = Output::new::<String>("The thing", thing.reference()).export("test:Thing");
    template.output("Thing", output);
    let checked = checked(template);
    assert_eq!(checked.digest().len(), 64);
    let text = checked.pretty().replace(checked.digest(), "DIGEST");
    assert_snapshot!(text, @r#"
    {
      "AWSTemplateFormatVersion": "2010-09-09",
      "Description": "Everything once",
      "Metadata": {
        "Owner": "lemonade"
      },
      "Parameters": {
        "Name": {
          "Description": "A name",
          "Type": "String"
        }
      },
      "Mappings": {
        "Sizes": {
          "eu-west-1": {
            "Small": "t4g.small"
          }
        }
      },
      "Conditions": {
        "Named": {
          "Fn::Not": [
            {
              "Fn::Equals": [
                {
                  "Ref": "Name"
                },
                ""
              ]
            }
          ]
        }
      },
      "Rules": {
        "Rule": {
          "Assertions": [
            {
              "Assert": {
                "Fn::Contains": [
                  [
                    "a"
                  ],
                  {
                    "Ref": "Name"
                  }
                ]
              },
              "AssertDescription": "only a"
            }
          ]
        }
      },
      "Resources": {
        "Thing": {
          "Properties": {
            "Name": {
              "Fn::If": [
                "Named",
                {
                  "Ref": "Name"
                },
                {
                  "Ref": "AWS::NoValue"
                }
              ]
            },
            "Size": {
              "Fn::FindInMap": [
                "Sizes",
                {
                  "Ref": "AWS::Region"
                },
                "Small"
              ]
            }
          },
          "Type": "Test::Plain::Thing"
        }
      },
      "Outputs": {
        "DefinitionDigest": {
          "Description": "Digest of the definition that was deployed",
          "Value": "DIGEST"
        },
        "Thing": {
          "Description": "The thing",
          "Export": {
            "Name": "test:Thing"
          },
          "Value": {
            "Ref": "Thing"
          }
        }
      }
    }
    "#);
}

#[test]
fn the_digest_is_over_the_template_without_it() {
    let checked = checked(template());
    let output = format!(
        r#","Outputs":{{"DefinitionDigest":{{"Description":"Digest of the definition that was deployed","Value":"{}"}}}}"#,
        checked.digest()
    );
    let without = checked.minified().replace(&output, "");
    assert_ne!(without, checked.minified());
    let digest = hmac_sha256::Hash::hash(without.as_bytes());
    assert_eq!(common_template::hexadecimal(&digest), checked.digest());
}

#[test]
fn the_digest_is_found_again_in_the_text() {
    // Alone, first, last, and between others; with the same words in other outputs.
    for others in [&[][..], &["Zone"], &["Account"], &["Account", "Zone"]] {
        let mut template = template();
        for id in others {
            template.output(*id, Output::new::<String>("\"DefinitionDigest\":{}", "x"));
        }
        let checked = checked(template);
        let digest = DefinitionDigest::of(checked.minified()).unwrap();
        assert_eq!(digest.shown, checked.digest(), "{others:?}");
        assert_eq!(digest.actual, checked.digest(), "{others:?}");
    }
}

#[test]
fn whatever_is_changed_in_a_text_changes_its_digest() {
    let checked = checked(template());
    let text = checked.minified();
    for (index, letter) in text.char_indices() {
        let other = if letter == 'x' { 'y' } else { 'x' };
        let mut changed = text.to_owned();
        changed.replace_range(index..index + letter.len_utf8(), &other.to_string());
        let same = DefinitionDigest::of(&changed).is_some_and(|digest| {
            digest.shown == checked.digest() && digest.actual == digest.shown
        });
        assert!(!same, "{changed}");
    }
    let spaced = text.replace(r#""Outputs":"#, r#""Outputs": "#);
    assert_ne!(
        DefinitionDigest::of(&spaced)
            .map(|digest| digest.actual)
            .as_deref(),
        Some(checked.digest())
    );
}
