//! The table of docs/local-cloudformation.md that says what is modelled, found by trying it.

use std::fmt::Write as _;

use common_resources::TYPES;
use emulator::wire::{Operation, Service};
use serde_json::{Value, json};
use test_support::generated::assert_generated;

use crate::support::Client;

/// CloudFormation's operations that the emulator does not have.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html>
const OTHER_OPERATIONS: &str = "
    ActivateOrganizationsAccess ActivateType BatchDescribeTypeConfigurations CreateGeneratedTemplate
    CreateStackInstances CreateStackRefactor CreateStackSet DeactivateOrganizationsAccess DeactivateType
    DeleteGeneratedTemplate DeleteStackInstances DeleteStackSet DeregisterType DescribeAccountLimits
    DescribeChangeSetHooks DescribeGeneratedTemplate DescribeOrganizationsAccess DescribePublisher
    DescribeResourceScan DescribeStackInstance DescribeStackRefactor DescribeStackSet
    DescribeStackSetOperation DescribeType DescribeTypeRegistration DetectStackResourceDrift
    DetectStackSetDrift EstimateTemplateCost ExecuteStackRefactor GetGeneratedTemplate GetHookResult
    ImportStacksToStackSet ListGeneratedTemplates ListHookResults ListResourceScanRelatedResources
    ListResourceScanResources ListResourceScans ListStackInstanceResourceDrifts ListStackInstances
    ListStackRefactorActions ListStackRefactors ListStackSetAutoDeploymentTargets
    ListStackSetOperationResults ListStackSetOperations ListStackSets ListTypeRegistrations
    ListTypeVersions ListTypes PublishType RecordHandlerProgress RegisterPublisher RegisterType
    SetTypeConfiguration SetTypeDefaultVersion StartResourceScan StopStackSetOperation TestType
    UpdateGeneratedTemplate UpdateStackInstances UpdateStackSet";

fn operations() -> [Vec<String>; 2] {
    let served = Operation::ALL
        .iter()
        .filter(|operation| operation.service() == Service::CloudFormation)
        .map(|operation| operation.name().to_owned());
    let version = Service::CloudFormation.version();
    let others = OTHER_OPERATIONS.split_whitespace().inspect(|name| {
        assert_eq!(Operation::find(name, version), None, "{name} is served");
    });
    [served.collect(), others.map(str::to_owned).collect()]
}

/// Whether a stack of the template is created.
fn is_created(template: &Value) -> bool {
    let mut client = Client::new();
    client.created("producer", &producer());
    if client.create("s", template).is_err() {
        return false;
    }
    client.settle();
    client.status("s") == "CREATE_COMPLETE"
}

fn producer() -> Value {
    json!({
        "Resources": { "Topic": { "Type": "AWS::SNS::Topic" } },
        "Outputs": { "Topic": { "Value": { "Ref": "Topic" }, "Export": { "Name": "topic" } } },
    })
}

/// A parameter of SSM with this value, and a condition to ask for.
fn with_value(value: Value) -> Value {
    json!({
        "Parameters": { "Stage": { "Type": "String", "Default": "a" } },
        "Mappings": { "Sizes": { "small": { "memory": "1" } } },
        "Conditions": { "IsA": { "Fn::Equals": [{ "Ref": "Stage" }, "a"] } },
        "Resources": {
            "Topic": { "Type": "AWS::SNS::Topic" },
            "Value": { "Type": "AWS::SSM::Parameter", "Properties": { "Type": "String", "Value": value } },
        },
    })
}

fn with_condition(condition: Value) -> Value {
    let mut template = with_value(json!("a"));
    template["Conditions"]["Tried"] = condition;
    template["Resources"]["Value"]["Condition"] = json!("Tried");
    template
}

/// Each function in a place where AWS takes it. `Fn::ForEach`, `Fn::Length` and `Fn::ToJsonString` need the transform
/// `AWS::LanguageExtensions`, which is tried as a section.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>
fn functions() -> Vec<(&'static str, Value)> {
    let text = |value: Value| with_value(json!({ "Fn::Join": ["-", value] }));
    let equal = json!({ "Fn::Equals": ["a", "a"] });
    vec![
        ("`Ref`", with_value(json!({ "Ref": "Stage" }))),
        (
            "`Fn::And`",
            with_condition(json!({ "Fn::And": [equal, { "Condition": "IsA" }] })),
        ),
        ("`Fn::Base64`", with_value(json!({ "Fn::Base64": "a" }))),
        (
            "`Fn::Cidr`",
            text(json!({ "Fn::Cidr": ["10.0.0.0/16", 2, 8] })),
        ),
        ("`Fn::Equals`", with_condition(equal.clone())),
        (
            "`Fn::FindInMap`",
            with_value(json!({ "Fn::FindInMap": ["Sizes", "small", "memory"] })),
        ),
        ("`Fn::ForEach`", {
            let mut template = with_value(json!("a"));
            template["Resources"]["Fn::ForEach::Topics"] =
                json!(["Name", ["A"], { "Topic${Name}": { "Type": "AWS::SNS::Topic" } }]);
            template
        }),
        (
            "`Fn::GetAtt`",
            with_value(json!({ "Fn::GetAtt": ["Topic", "TopicName"] })),
        ),
        ("`Fn::GetAZs`", text(json!({ "Fn::GetAZs": "" }))),
        (
            "`Fn::If`",
            with_value(json!({ "Fn::If": ["IsA", "a", "b"] })),
        ),
        (
            "`Fn::ImportValue`",
            with_value(json!({ "Fn::ImportValue": "topic" })),
        ),
        ("`Fn::Join`", text(json!(["a", "b"]))),
        ("`Fn::Length`", with_value(json!({ "Fn::Length": ["a"] }))),
        (
            "`Fn::Not`",
            with_condition(json!({ "Fn::Not": [{ "Fn::Equals": ["a", "b"] }] })),
        ),
        (
            "`Fn::Or`",
            with_condition(json!({ "Fn::Or": [equal, { "Condition": "IsA" }] })),
        ),
        (
            "`Fn::Select`",
            with_value(json!({ "Fn::Select": ["0", ["a", "b"]] })),
        ),
        ("`Fn::Split`", text(json!({ "Fn::Split": [",", "a,b"] }))),
        (
            "`Fn::Sub`",
            with_value(json!({ "Fn::Sub": "${Stage}-${Topic}" })),
        ),
        (
            "`Fn::ToJsonString`",
            with_value(json!({ "Fn::ToJsonString": { "a": "b" } })),
        ),
        (
            "`Fn::Transform`",
            with_value(json!({ "Fn::Transform": { "Name": "Macro" } })),
        ),
    ]
}

/// Each section that changes what a template does, with the transforms of AWS that the page names.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html>
fn sections() -> Vec<(&'static str, Value)> {
    let with = |section: &str, content: Value| {
        let mut template = with_value(json!("a"));
        template[section] = content;
        template
    };
    vec![
        ("`Metadata`", with("Metadata", json!({ "Any": "thing" }))),
        (
            "`Parameters`, `Mappings`, `Conditions`, `Resources`",
            with_value(json!("a")),
        ),
        (
            "`Rules`",
            with(
                "Rules",
                json!({ "Stages": { "Assertions": [{ "Assert": { "Fn::Contains": [["a"], { "Ref": "Stage" }] } }] } }),
            ),
        ),
        (
            "`Outputs`",
            with(
                "Outputs",
                json!({ "Topic": { "Value": { "Ref": "Topic" } } }),
            ),
        ),
        (
            "`Transform` with `AWS::LanguageExtensions`",
            with("Transform", json!("AWS::LanguageExtensions")),
        ),
        (
            "`Transform` with `AWS::Serverless-2016-10-31`",
            with("Transform", json!("AWS::Serverless-2016-10-31")),
        ),
        (
            "`Transform` with `AWS::CodeDeployBlueGreen`, and `Hooks`",
            {
                let mut template = with("Transform", json!("AWS::CodeDeployBlueGreen"));
                template["Hooks"] = json!({ "Green": { "Type": "AWS::CodeDeploy::BlueGreen" } });
                template
            },
        ),
    ]
}

/// What is created, and what is refused.
fn tried(samples: Vec<(&'static str, Value)>) -> [Vec<String>; 2] {
    let (created, refused): (Vec<_>, Vec<_>) = samples
        .into_iter()
        .partition(|(_, template)| is_created(template));
    [created, refused].map(|of| of.into_iter().map(|(name, _)| name.to_owned()).collect())
}

fn types() -> [Vec<String>; 2] {
    let names = TYPES
        .iter()
        .map(|facts| facts.name.trim_start_matches("AWS::"));
    let more = ["CDK::Metadata", "CloudFormation::WaitConditionHandle"];
    let mut names: Vec<String> = names.chain(more).map(|name| format!("`{name}`")).collect();
    names.sort_unstable();
    [
        names,
        vec![
            "nested stacks (`CloudFormation::Stack`)".to_owned(),
            "others, but for `--accept-unknown-types`".to_owned(),
        ],
    ]
}

#[test]
fn the_table_of_what_is_modelled_is_up_to_date() {
    let quoted = |names: [Vec<String>; 2]| {
        names.map(|names| names.iter().map(|name| format!("`{name}`")).collect())
    };
    let rows = [
        ("operations", quoted(operations())),
        ("sections of a template", tried(sections())),
        ("functions", tried(functions())),
        ("types, of `AWS`", types()),
    ];
    let mut page = "| | modelled | refused |\n| --- | --- | --- |\n".to_owned();
    for (what, [modelled, refused]) in rows {
        assert!(!modelled.is_empty(), "{what}");
        let (yes, no) = (modelled.join(", "), refused.join(", "));
        writeln!(page, "| {what} | {yes} | {no} |").unwrap();
    }
    assert_generated("docs/local-cloudformation.md", "modelled", &page);
}
