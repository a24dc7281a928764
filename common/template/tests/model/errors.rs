//! Every mistake is refused, with the place in the source it was made at.

use common_template::{
    Condition, Declared, DeletionPolicy, Json, LogicalId, Mapping, Output, Parameter, Properties,
    ResourceExt, RollingUpdate, Rule, Template, UpdatePolicy, UpdateReplacePolicy, Value, base64,
    find_in_map, import_value, pseudo, sub,
};
use insta::assert_snapshot;

use crate::support::{Bare, Custom, Group, Handle, Thing, checked, refusal, template};

fn handle(id: &str) -> Handle {
    Handle(LogicalId::new(id).unwrap())
}

/// Why a template is refused whose resource `Thing` has this value as a property.
fn refused_value<T>(value: impl Into<Value<T>>) -> String {
    let mut template = template();
    template.add("Thing", Thing::default().with("Value", value.into()));
    refusal(template)
}

#[test]
fn duplicate_ids_name_both_places() {
    let mut template = template();
    template.add("Vpc", Thing::default());
    template.add("Vpc", Bare::default());
    template.output("Vpc", Output::new::<String>("", "1"));
    template.output("Vpc", Output::new::<String>("", "2"));
    template.condition("Vpc", Condition::equals("a", "a"));
    template.condition("Vpc", Condition::equals("a", "a"));
    template.mapping("Vpc", Mapping::default().with("a", "b", "c"));
    template.mapping("Vpc", Mapping::default().with("a", "b", "c"));
    let rule = Rule::default().assert(Condition::equals("a", "a"), "never");
    template.rule("Vpc", rule.clone());
    template.rule("Vpc", rule);
    assert_snapshot!(refusal(template), @"
    errors.rs:LINE: resource `Vpc` was already added at errors.rs:LINE
    errors.rs:LINE: output `Vpc` was already added at errors.rs:LINE
    errors.rs:LINE: condition `Vpc` was already added at errors.rs:LINE
    errors.rs:LINE: mapping `Vpc` was already added at errors.rs:LINE
    errors.rs:LINE: rule `Vpc` was already added at errors.rs:LINE
    ");
}

#[test]
fn the_places_are_those_of_the_calls() {
    let mut template = template();
    let first = line!() + 1;
    template.add("Vpc", Thing::default());
    template.add("Vpc", Thing::default());
    let errors = template.check().unwrap_err();
    let [error] = errors.errors() else {
        panic!("{errors}")
    };
    assert_eq!((error.file, error.line), (file!(), first + 1));
    let earlier = format!("{}:{first}", file!());
    assert!(error.to_string().ends_with(&earlier), "{error}");
}

#[test]
fn resources_and_parameters_share_their_names() {
    let mut template = template();
    template.add("Size", Thing::default());
    template.parameter("Size", Parameter::number("A size"));
    template.parameter("Count", Parameter::number("A count"));
    template.add("Count", Thing::default());
    assert_snapshot!(refusal(template), @"
    errors.rs:LINE: resource `Size` was already added at errors.rs:LINE
    errors.rs:LINE: parameter `Count` was already added at errors.rs:LINE
    ");
}

#[test]
fn other_sections_do_not_share_names() {
    let mut template = Template::new("");
    let thing = template.add("Same", Thing::default());
    template.output("Same", Output::new::<String>("", thing.reference()));
    template.condition("Same", Condition::equals("a", "a"));
    template.mapping("Same", Mapping::default().with("a", "b", "c"));
    checked(template);
}

#[test]
fn malformed_ids() {
    let mut template = template();
    template.add("", Thing::default());
    template.add("My-Thing", Thing::default());
    template.output("Größe", Output::new::<String>("", "1"));
    template.add("x".repeat(256), Thing::default());
    template.add("y".repeat(255), Thing::default());
    let refusal = refusal(template).replace(&"x".repeat(256), "xxx…");
    assert_snapshot!(refusal, @"
    errors.rs:LINE: a logical id can't be empty
    errors.rs:LINE: logical id `My-Thing` holds `-`: only letters and digits are allowed
    errors.rs:LINE: logical id `Größe` holds `ö`: only letters and digits are allowed
    errors.rs:LINE: logical id `xxx…` has 256 characters, the limit is 255
    ");
}

#[test]
fn dangling_references() {
    let mut template = template();
    template.add("A", Thing::default().with("P", handle("Gone").reference()));
    template.add(
        "B",
        Thing::default().with("P", handle("Gone").get_att("Arn")),
    );
    let text = sub("${Gone} ${Gone.Arn} ${AWS::Nowhere}");
    template.add("C", Thing::default().with("P", text.value::<String>()));
    template.add("D", Thing::default().depends_on(&handle("Gone")));
    let found: Value<String> = find_in_map("Gone", "a", "b");
    template.add("E", Thing::default().with("P", found));
    template.output("Out", Output::new::<String>("", handle("Gone").reference()));
    template.condition("F", Condition::equals(handle("Gone").reference(), "a"));
    let deep = base64(sub("${v}").with("v", handle("Deep").reference()));
    template.add("G", Thing::default().with("P", vec![deep]));
    let noted = Declared::from(Thing::default()).metadata("M", handle("Noted").reference());
    template.add("H", noted);
    template.metadata("Whole", handle("Whole").reference());
    assert_snapshot!(refusal(template), @"
    errors.rs:LINE: Ref refers to `Gone`, which the template does not have
    errors.rs:LINE: Fn::GetAtt refers to `Gone`, which the template does not have
    errors.rs:LINE: Fn::Sub refers to `Gone`, which the template does not have
    errors.rs:LINE: Fn::Sub refers to `AWS::Nowhere`, which the template does not have
    errors.rs:LINE: DependsOn refers to `Gone`, which the template does not have
    errors.rs:LINE: Fn::FindInMap refers to `Gone`, which the template does not have
    errors.rs:LINE: Ref refers to `Gone`, which the template does not have
    errors.rs:LINE: Ref refers to `Gone`, which the template does not have
    errors.rs:LINE: Ref refers to `Deep`, which the template does not have
    errors.rs:LINE: Ref refers to `Noted`, which the template does not have
    errors.rs:LINE: Ref refers to `Whole`, which the template does not have
    ");
}

#[test]
fn depends_on_takes_resources_only() {
    let mut template = template();
    template.parameter("Size", Parameter::number("A size"));
    template.add("A", Thing::default().depends_on(&handle("Size")));
    assert_snapshot!(
        refusal(template),
        @"errors.rs:LINE: DependsOn refers to `Size`, which the template does not have"
    );
}

#[test]
fn dangling_conditions() {
    let mut other = template();
    let gone = other.condition("Gone", Condition::equals("a", "a"));
    let mut template = template();
    template.add("A", Thing::default().when(&gone));
    template.output("B", Output::new::<String>("", "1").when(&gone));
    template.condition("C", !Condition::Named(gone.clone()));
    let value: Value<String> = Value::if_(&gone, "a", "b");
    template.add("D", Thing::default().with("P", value));
    assert_snapshot!(refusal(template), @"
    errors.rs:LINE: a condition refers to `Gone`, which the template does not have
    errors.rs:LINE: a condition refers to `Gone`, which the template does not have
    errors.rs:LINE: a condition refers to `Gone`, which the template does not have
    errors.rs:LINE: a condition refers to `Gone`, which the template does not have
    ");
}

#[test]
fn mappings_are_looked_up_where_the_keys_are_literal() {
    let found = |first: Value<String>, second: Value<String>| {
        let mut template = template();
        let sizes = Mapping::default()
            .with("near", "Small", "1")
            .with("far", "Large", "2");
        template.mapping("Sizes", sizes);
        let value: Value<String> = find_in_map("Sizes", first, second);
        template.add("Thing", Thing::default().with("P", value));
        template
    };
    checked(found("near".into(), "Small".into()));
    checked(found(pseudo::region(), "Small".into()));
    checked(found("near".into(), pseudo::region()));
    assert_snapshot!(
        refusal(found("away".into(), "Small".into())),
        @"errors.rs:LINE: Fn::FindInMap refers to `Sizes.away`, which the template does not have"
    );
    assert_snapshot!(
        refusal(found("near".into(), "Large".into())),
        @"errors.rs:LINE: Fn::FindInMap refers to `Sizes.near.Large`, which the template does not have"
    );
    assert_snapshot!(
        refusal(found(pseudo::region(), "Huge".into())),
        @"errors.rs:LINE: Fn::FindInMap refers to `Sizes.*.Huge`, which the template does not have"
    );
}

#[test]
fn mappings_hold_literals_under_plain_keys() {
    let mut template = template();
    let mapping = Mapping::default()
        .with("eu-west-1.a", "Plain", "x")
        .with("with space", "Dot.ted", pseudo::region())
        .with("a", "b", vec!["fine".to_owned()])
        .with("a", "c", Properties::default().with("k", "v"));
    template.mapping("Odd", mapping);
    template.mapping("None", Mapping::default());
    assert_snapshot!(refusal(template), @"
    errors.rs:LINE: mapping `Odd` can't hold something other than literals at `a.c`
    errors.rs:LINE: mapping `Odd` can't hold the top-level key `with space`: letters, digits, `-` and `.`
    errors.rs:LINE: mapping `Odd` can't hold the second-level key `Dot.ted`: letters and digits
    errors.rs:LINE: mapping `Odd` can't hold something other than literals at `with space.Dot.ted`
    errors.rs:LINE: mapping `None` has no keys
    ");
}

#[test]
fn unknown_attributes() {
    let mut template = template();
    let thing = template.add("Thing", Thing::default());
    let bare = template.add("Bare", Bare::default());
    let custom = template.add("Custom", Custom::default());
    let fine = [
        thing.get_att("Endpoint.Address"),
        thing.get_att("Arn"),
        custom.get_att("Any"),
    ];
    template.add("Fine", Thing::default().with("P", fine.to_vec()));
    template.add(
        "FineToo",
        Thing::default().with("P", sub("${Thing.Endpoint.Address}").value::<String>()),
    );
    template.add("A", Thing::default().with("P", thing.get_att("Endpoint")));
    template.add(
        "B",
        Thing::default().with("P", sub("${Thing.Name}").value::<String>()),
    );
    template.add("C", Thing::default().with("P", bare.get_att("Arn")));
    assert_snapshot!(refusal(template), @"
    errors.rs:LINE: `Thing` is a Test::Plain::Thing, which has no attribute `Endpoint` (it has Arn, Endpoint.Address)
    errors.rs:LINE: `Thing` is a Test::Plain::Thing, which has no attribute `Name` (it has Arn, Endpoint.Address)
    errors.rs:LINE: `Bare` is a Test::Plain::Bare, which has no attribute `Arn`
    ");
}

#[test]
fn sub_uses_its_variables() {
    let text = sub("${used}")
        .with::<String>("used", "1")
        .with::<String>("spare", "2");
    assert_snapshot!(
        refused_value(text),
        @"errors.rs:LINE: the text of Fn::Sub does not use its variable `spare`"
    );
    let placeless = sub("no place").with::<String>("spare", "2");
    assert_snapshot!(
        refused_value(placeless),
        @"errors.rs:LINE: the text of Fn::Sub does not use its variable `spare`"
    );
}

#[test]
fn sub_places_are_well_formed() {
    assert_snapshot!(
        refused_value(sub("${ AWS::Region }")),
        @"errors.rs:LINE: Fn::Sub can't read `${ AWS::Region }`: names hold letters, digits, `_`, `.` and `:`"
    );
    assert_snapshot!(
        refused_value(sub("${}")),
        @"errors.rs:LINE: Fn::Sub can't read `${}`: names hold letters, digits, `_`, `.` and `:`"
    );
    assert_snapshot!(
        refused_value(sub("${a-b}").with::<String>("a-b", "1")),
        @"errors.rs:LINE: Fn::Sub can't read `${a-b}`: names hold letters, digits, `_`, `.` and `:`"
    );
    assert_snapshot!(
        refused_value(sub("${AWS::Region} ${AWS::Region")),
        @"errors.rs:LINE: a `${` in the text of Fn::Sub is never closed"
    );
    assert_snapshot!(
        refused_value(sub("${AWS::${inner}}").with::<String>("inner", "1")),
        @"errors.rs:LINE: a `${` in the text of Fn::Sub is never closed"
    );
    let mut template = template();
    let shell = sub("$HOME ${!HOME} $${AWS::Region} {} } $");
    template.add("Thing", Thing::default().with("P", shell.value::<String>()));
    checked(template);
}

#[test]
fn places_outside_of_sub_are_not_replaced() {
    assert_snapshot!(
        refused_value::<String>("arn:${AWS::Partition}:s3:::bucket"),
        @"errors.rs:LINE: `${AWS::Partition}` stands outside of Fn::Sub, and only there is it replaced"
    );
    let mut template = template();
    template.add(
        "Thing",
        Thing::default().with("P", "${aws:username} ${HOME}"),
    );
    checked(template);
}

#[test]
fn functions_as_plain_json_would_go_unchecked() {
    assert_snapshot!(
        refused_value::<Json>(serde_json::json!({"a": [{"Ref": "Gone"}]})),
        @"errors.rs:LINE: `Ref` is written as plain JSON, which goes unchecked: use the function of this crate"
    );
    assert_snapshot!(
        refused_value::<Json>(serde_json::json!({"Fn::GetAtt": ["Gone", "Arn"]})),
        @"errors.rs:LINE: `Fn::GetAtt` is written as plain JSON, which goes unchecked: use the function of this crate"
    );
    let mut template = template();
    let plain = serde_json::json!({"Ref": "a key", "of": "two"});
    template.add(
        "Thing",
        Thing::default().with("P", Value::<Json>::from(plain)),
    );
    checked(template);
}

#[test]
fn numbers_are_finite() {
    assert_snapshot!(
        refused_value(Value::from(f64::NAN)),
        @"errors.rs:LINE: JSON has no number NaN"
    );
    assert_snapshot!(
        refused_value(Value::from(f64::NEG_INFINITY)),
        @"errors.rs:LINE: JSON has no number -inf"
    );
}

#[test]
fn circles() {
    let mut template = Template::new("");
    template.add(
        "Itself",
        Thing::default().with("P", handle("Itself").reference()),
    );
    template.add("A", Thing::default().with("P", handle("B").reference()));
    template.add(
        "B",
        Thing::default().with("P", sub("x-${C.Arn}").value::<String>()),
    );
    template.add("C", Thing::default().depends_on(&handle("A")));
    let metadata = Declared::from(Thing::default()).metadata("M", handle("Noted").get_att("Arn"));
    template.add("Noted", metadata);
    let aside = sub("${C}").with("C", handle("D").reference());
    template.add("D", Thing::default().with("P", aside.value::<String>()));
    assert_snapshot!(refusal(template), @"
    errors.rs:LINE: references form a circle: Itself → Itself
    errors.rs:LINE: references form a circle: A → B → C → A
    errors.rs:LINE: references form a circle: Noted → Noted
    errors.rs:LINE: references form a circle: D → D
    ");
}

#[test]
fn a_variable_of_sub_hides_the_resource_of_its_name() {
    let mut template = Template::new("");
    let b = template.add("B", Thing::default());
    let text = sub("${A}").with("A", b.reference());
    template.add("A", Thing::default().with("P", text.value::<String>()));
    checked(template);
}

#[test]
fn conditions_name_each_other_in_no_circle() {
    let mut other = template();
    let a = other.condition("A", Condition::equals("a", "a"));
    let b = other.condition("B", Condition::equals("a", "a"));
    let mut template = template();
    template.condition("A", !Condition::Named(b));
    template.condition("B", !Condition::Named(a));
    assert_snapshot!(refusal(template), @"errors.rs:LINE: references form a circle: A → B → A");
}

#[test]
fn conditions_and_rules_know_parameters_only() {
    let mut template = template();
    let thing = template.add("Thing", Thing::default());
    template.condition("A", Condition::equals(thing.reference(), "a"));
    template.condition("B", Condition::equals(thing.get_att("Arn"), "a"));
    template.condition("C", Condition::equals(sub("${Thing}"), "a"));
    template.condition("D", Condition::equals(import_value::<String>("x:X"), "a"));
    let named = template.condition("E", Condition::Contains(vec!["a".into()], "a".into()));
    let rule = Rule::default()
        .when(Condition::Named(named))
        .assert(!Condition::equals(thing.reference(), "a"), "never");
    template.rule("F", rule);
    template.rule("G", Rule::default());
    assert_snapshot!(refusal(template), @"
    errors.rs:LINE: a condition can't hold `Ref` of the resource `Thing`
    errors.rs:LINE: a condition can't hold `Fn::GetAtt`
    errors.rs:LINE: a condition can't hold `Fn::Sub` of the resource `Thing`
    errors.rs:LINE: a condition can't hold `Fn::ImportValue`
    errors.rs:LINE: a condition can't hold `Fn::Contains`
    errors.rs:LINE: a rule can't hold the condition `E`
    errors.rs:LINE: a rule can't hold `Ref` of the resource `Thing`
    errors.rs:LINE: rule `G` has no assertions
    ");
}

#[test]
fn and_and_or_take_two_to_ten() {
    let one = || Condition::equals("a", "a");
    let mut template = template();
    template.condition("None", Condition::And(vec![]));
    template.condition("One", !Condition::Or(vec![one()]));
    template.condition("Eleven", Condition::And((0..11).map(|_| one()).collect()));
    template.condition("Ten", Condition::Or((0..10).map(|_| one()).collect()));
    assert_snapshot!(refusal(template), @"
    errors.rs:LINE: Fn::And takes 2 to 10 conditions, not 0
    errors.rs:LINE: Fn::Or takes 2 to 10 conditions, not 1
    errors.rs:LINE: Fn::And takes 2 to 10 conditions, not 11
    ");
}

#[test]
fn parameters_are_of_known_types_and_their_defaults_allowed() {
    let mut template = template();
    template.parameter::<String>("A", Parameter::of_type("Sting", "A typo"));
    template.parameter::<String>("B", Parameter::of_type("List<AWS::EC2::Subnet>", "A typo"));
    template.parameter(
        "C",
        Parameter::string("")
            .allowed(&["a", "b"])
            .default_value("c"),
    );
    template.parameter("D", Parameter::number("").default_value("many"));
    for (index, known) in [
        "List<Number>",
        "CommaDelimitedList",
        "AWS::EC2::Image::Id",
        "List<AWS::Route53::HostedZone::Id>",
        "AWS::SSM::Parameter::Name",
        "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
        "AWS::SSM::Parameter::Value<List<String>>",
    ]
    .into_iter()
    .enumerate()
    {
        template.parameter::<String>(format!("Known{index}"), Parameter::of_type(known, ""));
    }
    assert_snapshot!(refusal(template), @"
    errors.rs:LINE: `Sting` is not a type of CloudFormation parameters
    errors.rs:LINE: `List<AWS::EC2::Subnet>` is not a type of CloudFormation parameters
    errors.rs:LINE: the default `c` is not among the allowed values
    errors.rs:LINE: the default `many` is not a number
    ");
}

#[test]
fn exports_have_names_that_cloudformation_takes() {
    let mut template = template();
    let output = |name: String| Output::new::<String>("", "1").export(name);
    template.output("A", output("lemonade/staging".to_owned()));
    template.output("B", output(String::new()));
    template.output("C", output("Lemonade-staging:Vpc1".to_owned()));
    template.output("D", output("Lemonade-staging:Vpc1".to_owned()));
    template.output("E", output("own:Export".to_owned()));
    template.add(
        "F",
        Thing::default().with("P", import_value::<String>("own:Export")),
    );
    assert_snapshot!(refusal(template), @"
    errors.rs:LINE: export name `lemonade/staging` must be letters, digits, `:` and `-`
    errors.rs:LINE: export name `` must be letters, digits, `:` and `-`
    errors.rs:LINE: outputs `C` and `D` are both exported as `Lemonade-staging:Vpc1`
    errors.rs:LINE: the template imports `own:Export`, which it exports itself
    ");
}

#[test]
fn the_digest_output_is_the_models_own() {
    let mut template = template();
    template.output("DefinitionDigest", Output::new::<String>("", "mine"));
    assert_snapshot!(
        refusal(template),
        @"errors.rs:LINE: output `DefinitionDigest` is written by the template itself"
    );
}

#[test]
fn attributes_go_to_the_types_that_have_them() {
    let rolling = UpdatePolicy::Rolling(RollingUpdate {
        min_instances_in_service: 2,
        max_batch_size: 1,
        signal_timeout_minutes: 15,
        suspend_processes: &[],
    });
    let mut template = template();
    template.add("A", Thing::default().update_policy(rolling.clone()));
    let copy = Group::default().retention(DeletionPolicy::Snapshot, UpdateReplacePolicy::Snapshot);
    template.add("B", copy);
    template.add("C", Group::default().update_policy(rolling));
    assert_snapshot!(refusal(template), @"
    errors.rs:LINE: `A` is a Test::Plain::Thing, which takes no rolling UpdatePolicy
    errors.rs:LINE: `B` is an AWS::AutoScaling::AutoScalingGroup, which takes no DeletionPolicy `Snapshot`
    errors.rs:LINE: `B` is an AWS::AutoScaling::AutoScalingGroup, which takes no UpdateReplacePolicy `Snapshot`
    ");
}

#[test]
fn a_template_has_resources() {
    assert_snapshot!(
        refusal(Template::new("Nothing")),
        @"errors.rs:LINE: the template has no resources"
    );
}

#[test]
fn every_mistake_is_reported_in_the_order_of_the_source() {
    let mut template = template();
    template.add("No good", Thing::default());
    template.add("Z", Thing::default().with("P", handle("Gone").reference()));
    template.add("A", Thing::default().with("P", handle("A").reference()));
    assert_snapshot!(refusal(template), @"
    errors.rs:LINE: logical id `No good` holds ` `: only letters and digits are allowed
    errors.rs:LINE: Ref refers to `Gone`, which the template does not have
    errors.rs:LINE: references form a circle: A → A
    ");
}

#[test]
fn templates_are_compared_by_what_they_say() {
    let here = template();
    let mut there = Template::new("A test");
    there.add("Only", Thing::default());
    assert_eq!(here, there);
    there.add("Other", Thing::default());
    assert_ne!(here, there);
}
