//! Each intrinsic function, as it stands in JSON.

use common_template::value::Intrinsic;
use common_template::{
    Condition, IntoNode, Json, List, LogicalId, Map, Node, Parameter, Properties, Value, base64,
    cidr, dynamic, find_in_map, get_azs, import_value, join, pseudo, select, split, sub,
};
use insta::assert_snapshot;

use crate::support::{json, template};

fn id() -> LogicalId {
    LogicalId::new("Thing").unwrap()
}

#[test]
fn reference() {
    assert_snapshot!(json(Value::<String>::reference(&id())), @r#"{"Ref":"Thing"}"#);
    assert_snapshot!(json(List::<String>::reference(&id())), @r#"{"Ref":"Thing"}"#);
}

#[test]
fn get_att() {
    assert_snapshot!(
        json(Value::<String>::get_att(&id(), "Endpoint.Address")),
        @r#"{"Fn::GetAtt":["Thing","Endpoint.Address"]}"#
    );
    assert_snapshot!(
        json(List::<String>::get_att(&id(), "Names")),
        @r#"{"Fn::GetAtt":["Thing","Names"]}"#
    );
}

#[test]
fn sub_of_references() {
    let text = sub("${AWS::Region}-${Thing.Arn}-${!Literal}");
    assert_snapshot!(
        json(text.value::<String>()),
        @r#"{"Fn::Sub":"${AWS::Region}-${Thing.Arn}-${!Literal}"}"#
    );
}

#[test]
fn sub_with_variables() {
    let text = sub("${b}-${a}")
        .with::<String>("b", "2")
        .with::<String>("a", pseudo::region());
    assert_snapshot!(
        json(Value::from(text)),
        @r#"{"Fn::Sub":["${b}-${a}",{"a":{"Ref":"AWS::Region"},"b":"2"}]}"#
    );
}

#[test]
fn sub_without_a_place_is_the_text() {
    assert_snapshot!(json(sub("plain $ {text}").value::<String>()), @r#""plain $ {text}""#);
}

#[test]
fn join_of_values() {
    let parts = ["a".into(), pseudo::stack_name()];
    assert_snapshot!(
        json(join("-", List::<String>::from(parts))),
        @r#"{"Fn::Join":["-",["a",{"Ref":"AWS::StackName"}]]}"#
    );
}

#[test]
fn select_of_a_list() {
    let first: Value<String> = select(1, get_azs(pseudo::region()));
    assert_snapshot!(json(first), @r#"{"Fn::Select":[1,{"Fn::GetAZs":{"Ref":"AWS::Region"}}]}"#);
}

#[test]
fn split_of_a_text() {
    assert_snapshot!(json(split(",", "a,b")), @r#"{"Fn::Split":[",","a,b"]}"#);
}

#[test]
fn import() {
    assert_snapshot!(
        json(import_value::<String>("lemonade-staging-network:VpcId")),
        @r#"{"Fn::ImportValue":"lemonade-staging-network:VpcId"}"#
    );
}

#[test]
fn if_of_a_condition() {
    let mut template = template();
    let condition = template.condition("Both", Condition::equals("a", "a"));
    let value: Value<String> = Value::if_(&condition, "yes", pseudo::no_value::<String>());
    assert_snapshot!(json(value), @r#"{"Fn::If":["Both","yes",{"Ref":"AWS::NoValue"}]}"#);
}

#[test]
fn base64_of_a_text() {
    assert_snapshot!(
        json(base64(sub("echo ${AWS::Region}"))),
        @r#"{"Fn::Base64":{"Fn::Sub":"echo ${AWS::Region}"}}"#
    );
}

#[test]
fn cidr_of_a_block() {
    assert_snapshot!(json(cidr("10.0.0.0/16", 4, 12)), @r#"{"Fn::Cidr":["10.0.0.0/16",4,12]}"#);
}

#[test]
fn zones_of_a_region() {
    assert_snapshot!(json(get_azs("eu-west-1")), @r#"{"Fn::GetAZs":"eu-west-1"}"#);
}

#[test]
fn find_in_a_mapping() {
    assert_snapshot!(
        json(find_in_map::<String>("Sizes", pseudo::region(), "Small")),
        @r#"{"Fn::FindInMap":["Sizes",{"Ref":"AWS::Region"},"Small"]}"#
    );
}

#[test]
fn pseudo_parameters() {
    let all = [
        pseudo::account_id(),
        pseudo::partition(),
        pseudo::region(),
        pseudo::stack_id(),
        pseudo::stack_name(),
        pseudo::url_suffix(),
        pseudo::no_value(),
    ];
    let names: Vec<String> = all.into_iter().map(json).collect();
    assert_snapshot!(names.join("\n"), @r#"
    {"Ref":"AWS::AccountId"}
    {"Ref":"AWS::Partition"}
    {"Ref":"AWS::Region"}
    {"Ref":"AWS::StackId"}
    {"Ref":"AWS::StackName"}
    {"Ref":"AWS::URLSuffix"}
    {"Ref":"AWS::NoValue"}
    "#);
}

#[test]
fn dynamic_references() {
    let all = [
        dynamic::ssm("/lemonade/name", None),
        dynamic::ssm("/lemonade/name", Some(3)),
        dynamic::ssm_secure("/lemonade/name", Some(3)),
        dynamic::secret("lemonade/web/TOKEN", None),
        dynamic::secret("lemonade/web/TOKEN", Some("key")),
    ];
    let texts: Vec<String> = all.into_iter().map(json).collect();
    assert_snapshot!(texts.join("\n"), @r#"
    "{{resolve:ssm:/lemonade/name}}"
    "{{resolve:ssm:/lemonade/name:3}}"
    "{{resolve:ssm-secure:/lemonade/name:3}}"
    "{{resolve:secretsmanager:lemonade/web/TOKEN:SecretString}}"
    "{{resolve:secretsmanager:lemonade/web/TOKEN:SecretString:key}}"
    "#);
}

#[test]
fn literals() {
    let mut template = template();
    let size = template.parameter("Size", Parameter::number("A size").default_value("2"));
    let properties = Properties::default()
        .with("Bool", Value::from(true))
        .with("Float", Value::from(0.25))
        .with("FloatThatIsWhole", Value::from(60.0))
        .with("FloatFromInteger", Value::<f64>::from(60))
        .with("Integer", Value::<i64>::from(7_u8))
        .with("List", List::<i64>::from([1, 2]))
        .with("Map", Map::<String>::from([("b", "2"), ("a", "1")]))
        .with("NegativeZero", Value::from(-0.0))
        .with("Parameter", size);
    assert_snapshot!(
        json(properties),
        @r#"{"Bool":true,"Float":0.25,"FloatFromInteger":60,"FloatThatIsWhole":60,"Integer":7,"List":[1,2],"Map":{"a":"1","b":"2"},"NegativeZero":0,"Parameter":{"Ref":"Size"}}"#
    );
}

#[test]
fn free_json_loses_its_nulls() {
    let value = Value::<Json>::from(serde_json::json!({
        "b": null, "a": [1, null, {"x": null}], "big": 9_007_199_254_740_993_i64, "f": 1.5,
    }));
    assert_snapshot!(json(value), @r#"{"a":[1,{}],"big":9007199254740993,"f":1.5}"#);
}

#[test]
fn a_null_alone_is_a_property_not_written() {
    assert_snapshot!(json(Node::from(serde_json::Value::Null)), @r#"{"Ref":"AWS::NoValue"}"#);
}

#[test]
fn a_node_as_text_is_sorted() {
    let node = Node::from(serde_json::json!({"b": [1, {"d": 2, "c": 3}], "a": "x"}));
    assert_snapshot!(node.to_json(), @r#"{"a":"x","b":[1,{"c":3,"d":2}]}"#);
}

#[test]
fn a_walk_sees_every_argument() {
    let leaf = |name: &str| Node::String(name.to_owned());
    let nested = |function: Intrinsic| function.into_node();
    let tree = Node::List(vec![
        nested(Intrinsic::If {
            condition: "C".to_owned(),
            then: leaf("1"),
            otherwise: nested(Intrinsic::Base64(leaf("2"))),
        }),
        sub("${v}")
            .with::<String>("v", "3")
            .value::<String>()
            .into_node(),
        join("", List::<String>::from(["4"])).into_node(),
        select::<String>(0, split(",", "5")).into_node(),
        cidr("6", 1, 8).into_node(),
        find_in_map::<String>("M", "7", "8").into_node(),
        Properties::default().with("K", "9").into_node(),
    ]);
    let mut seen = String::new();
    tree.walk(&mut |node| {
        if let Node::String(text) = node {
            seen.push_str(text);
        }
    });
    assert_eq!(seen, "123456789");
}
