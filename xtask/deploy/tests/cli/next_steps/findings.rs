//! Findings of plans, and misunderstood options, followed from their next step.

use deploy::next_step::Situation;
use emulator::ResourceOperation;
use emulator::api::{Action, Target, TemplateInput};
use serde_json::json;

use super::journey::{
    exported, follow_to_the_end, importing, is_as_defined, printed_commands, says, says_nothing_of,
    topic,
};
use crate::support::{EmulatedEnvironment, Stack, deploy, folder, printed, succeeded};

const DIGEST: &str = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

fn exporting<'a>(id: &'a str, name: &str, export: &str) -> Stack<'a> {
    let (id, resources, mut outputs) = topic(id, name);
    outputs["Topic"] = exported("Topic", export);
    (id, resources, outputs)
}

#[test]
pub(super) fn an_undefined_stack_is_stuck() {
    let place = EmulatedEnvironment::new("next-undefined-stuck");
    place.define(&[topic("network", "a"), topic("web", "a")]);
    succeeded(&place.run("deploy --yes"));
    place.define(&[topic("network", "a"), topic("web", "b")]);
    place.fail("web", "Topic", ResourceOperation::Update);
    place.fail("web", "Topic", ResourceOperation::Rollback);
    assert!(!place.run("deploy --yes").status.success());
    place.define(&[topic("network", "a")]);
    let planned = place.run("plan");
    let commands = printed_commands(&planned);
    let recover = commands.last().unwrap();
    says(&planned, Situation::UndefinedStuck { recover });
    succeeded(&place.follow(recover));
    let planned = place.run("plan");
    says_nothing_of(&planned, Situation::UndefinedStuck { recover });
    says(&planned, Situation::Undefined);
    succeeded(&place.run("deploy --yes --prune"));
    says_nothing_of(&place.run("plan"), Situation::Undefined);
}

#[test]
pub(super) fn an_undefined_stack_was_never_created() {
    let place = EmulatedEnvironment::new("next-never-created");
    place.define(&[topic("network", "a")]);
    succeeded(&place.run("deploy --yes"));
    let resources = json!({ "Resources": { "Topic": { "Type": "AWS::SNS::Topic" } } });
    let tag = cloudformation::Tag {
        key: "lemonade:environment".to_owned(),
        value: "staging".to_owned(),
    };
    place.call(&Action::CreateChangeSet {
        target: Target {
            stack: "lemonade-staging-web".to_owned(),
            template: TemplateInput::Body(resources.to_string()),
            parameters: Vec::new(),
            capabilities: Vec::new(),
            tags: Some(vec![tag]),
            role: None,
            token: None,
            notification_arns: None,
        },
        name: "first".to_owned(),
        kind: cloudformation::ChangeSetType::Create,
        description: None,
        import_existing: false,
        imports: Vec::new(),
    });
    let blocked = place.run("recover --yes");
    let commands = printed_commands(&blocked);
    let destroy = commands
        .last()
        .unwrap_or_else(|| panic!("{}", printed(&blocked)));
    says(&blocked, Situation::UndefinedNeverCreated { destroy });
    succeeded(&place.follow(destroy));
    succeeded(&place.run("recover --yes"));
}

/// A service: its topic is named as its image.
fn service<'a>() -> Stack<'a> {
    let name = json!({ "Ref": "ImageDigest" });
    let topic = json!({ "Type": "AWS::SNS::Topic", "Properties": { "DisplayName": name } });
    ("service-web", json!({ "Topic": topic }), json!({}))
}

#[test]
pub(super) fn a_service_was_deployed_before() {
    let place = EmulatedEnvironment::new("next-deployed-before");
    let named = |default| {
        let name = json!({ "Ref": "Version" });
        let topic = json!({ "Type": "AWS::SNS::Topic", "Properties": { "DisplayName": name } });
        let web = ("web", json!({ "Topic": topic }), json!({}));
        place.define_with_default(&[super::journey::topic("network", "a"), web], default);
    };
    named(Some("1"));
    succeeded(&place.run("deploy --yes"));
    succeeded(&place.run("destroy --yes --only web"));
    named(None);
    let planned = place.run("plan");
    let commands = printed_commands(&planned);
    let deploy = commands
        .last()
        .unwrap_or_else(|| panic!("{}", printed(&planned)));
    let parameter = "Version";
    says(&planned, Situation::DeployedBefore { parameter, deploy });
    succeeded(&place.follow(deploy));
    is_as_defined(&place);
}

#[test]
pub(super) fn the_producer_is_not_selected() {
    let place = EmulatedEnvironment::new("next-producer");
    place.define(&[
        exporting("network", "a", "staging-topic"),
        importing("web", "staging-topic"),
    ]);
    let blocked = place.run("deploy --yes --only web");
    let producer = "lemonade-staging-network";
    says(&blocked, Situation::ProducerNotSelected { producer });
    succeeded(&place.run(&format!("deploy --yes --only web --only {producer}")));
    is_as_defined(&place);

    place.define(&[topic("network", "a"), service()]);
    let refused = place.run(&format!(
        "deploy --yes --only network --image service-web={DIGEST}"
    ));
    let stack = "lemonade-staging-service-web";
    says(&refused, Situation::ImageNotSelected { stack });
    let again = format!("deploy --yes --only {stack} --image service-web={DIGEST}");
    succeeded(&place.run(&again));
}

#[test]
pub(super) fn images_are_ambiguous() {
    let place = EmulatedEnvironment::new("next-images");
    place.define(&[service()]);
    let refused = place.run(&format!("deploy --yes --image {DIGEST}"));
    says(&refused, Situation::ImageWithoutStack { digest: DIGEST });
    let other = DIGEST.replace("aaaa", "bbbb");
    let named = format!("deploy --yes --image service-web={DIGEST}");
    let refused = place.run(&format!("{named} --image service-web={other}"));
    says(&refused, Situation::ImageTwice);
    succeeded(&place.run(&named));
    succeeded(&place.run(&format!("deploy --yes --only service-web --image {other}")));
}

#[test]
pub(super) fn an_importer_remains() {
    let place = EmulatedEnvironment::new("next-importer");
    place.define(&[
        exporting("network", "a", "staging-topic"),
        importing("web", "staging-topic"),
    ]);
    succeeded(&place.run("deploy --yes"));
    let blocked = place.run("destroy --yes --only network");
    let importer = "lemonade-staging-web";
    says(&blocked, Situation::ImporterRemains { importer });
    succeeded(&place.run(&format!("destroy --yes --only network --only {importer}")));
}

#[test]
pub(super) fn an_export_is_retained() {
    let place = EmulatedEnvironment::new("next-retained");
    place.define(&[
        exporting("network", "a", "staging-topic"),
        importing("web", "staging-topic"),
    ]);
    succeeded(&place.run("deploy --yes"));
    place.define(&[topic("network", "a"), topic("web", "b")]);
    let first = place.run("deploy --yes --only network");
    succeeded(&first);
    says(&first, Situation::ExportRetained);
    succeeded(&place.run("deploy --yes"));
    says_nothing_of(&place.run("plan"), Situation::ExportRetained);
    is_as_defined(&place);
}

/// Deploys, and acknowledges what it is asked to.
fn follow_acknowledging(place: &EmulatedEnvironment) -> std::process::Output {
    let first = place.run("deploy --yes");
    let words: String = printed(&first)
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--acknowledge "))
        .map(|word| format!(" --acknowledge {word}"))
        .collect();
    if words.is_empty() {
        return first;
    }
    place.run(&format!("deploy --yes{words}"))
}

#[test]
pub(super) fn an_export_in_use_changes() {
    let named = |name: &str| -> Stack<'static> {
        let topic = json!({ "Type": "AWS::SNS::Topic", "Properties": { "TopicName": name } });
        let outputs = json!({ "Topic": exported("Topic", "staging-topic") });
        ("network", json!({ "Topic": topic }), outputs)
    };
    let place = EmulatedEnvironment::new("next-export-changes");
    place.define(&[named("a"), importing("web", "staging-topic")]);
    succeeded(&place.run("deploy --yes"));
    place.define(&[named("b"), importing("web", "staging-topic")]);
    says(&place.run("plan"), Situation::ExportValueChanges);
    // Without the import first, and with it again afterwards.
    for web in [topic("web", "b"), importing("web", "staging-topic")] {
        place.define(&[named("b"), web]);
        succeeded(&follow_acknowledging(&place));
    }
    is_as_defined(&place);
}

#[test]
pub(super) fn an_export_name_is_taken() {
    let place = EmulatedEnvironment::new("next-export-moves");
    place.define(&[
        exporting("network", "a", "staging-topic"),
        importing("web", "staging-topic"),
    ]);
    succeeded(&place.run("deploy --yes"));
    let moved = |web| {
        let topics = exporting("topics", "a", "staging-topic");
        place.define(&[topic("network", "a"), topics, web]);
    };
    moved(importing("web", "staging-topic"));
    says(&place.run("plan"), Situation::ExportNameTaken);
    moved(topic("web", "b"));
    succeeded(&place.run("deploy --yes --only web"));
    succeeded(&place.run("deploy --yes"));
    moved(importing("web", "staging-topic"));
    succeeded(&place.run("deploy --yes"));
    is_as_defined(&place);
}

fn rule<'a>(id: &'a str, listener: &str, priority: u32) -> Stack<'a> {
    let rule = json!({
        "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
        "Properties": {
            "ListenerArn": listener, "Priority": priority, "Actions": [], "Conditions": [],
        },
    });
    (
        id,
        json!({ "Rule": rule, "Topic": { "Type": "AWS::SNS::Topic" } }),
        json!({}),
    )
}

#[test]
pub(super) fn a_replacement_keeps_a_unique_value() {
    let log = |class: &str| -> Stack<'static> {
        let group = json!({
            "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
            "Properties": { "Name": "web", "Protocol": "HTTP", "Port": 80, "VpcId": class },
        });
        let resources = json!({ "Group": group, "Topic": { "Type": "AWS::SNS::Topic" } });
        ("network", resources, json!({}))
    };
    let place = EmulatedEnvironment::new("next-unique-kept");
    place.define(&[log("vpc-1")]);
    succeeded(&place.run("deploy --yes"));
    place.define(&[log("vpc-2")]);
    says(&place.run("plan"), Situation::UniqueValueKept);
    place.define(&[topic("network", "a")]);
    succeeded(&follow_acknowledging(&place));
    place.define(&[log("vpc-2")]);
    succeeded(&place.run("deploy --yes"));
    is_as_defined(&place);
}

#[test]
pub(super) fn two_stacks_swap_unique_values() {
    let place = EmulatedEnvironment::new("next-unique-taken");
    place.define(&[rule("web", "arn", 10), rule("api", "arn", 20)]);
    succeeded(&place.run("deploy --yes"));
    place.define(&[rule("web", "arn", 20), rule("api", "arn", 10)]);
    says(&place.run("plan"), Situation::UniqueValueTaken);
    place.define(&[rule("web", "arn", 30), rule("api", "arn", 10)]);
    succeeded(&place.run("deploy --yes"));
    place.define(&[rule("web", "arn", 20), rule("api", "arn", 10)]);
    succeeded(&place.run("deploy --yes"));
    is_as_defined(&place);
}

#[test]
pub(super) fn an_orphan_would_be_created_anew() {
    let place = EmulatedEnvironment::new("next-orphan");
    let key = json!({
        "Type": "AWS::EC2::EIP", "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain", "Properties": { "Domain": "vpc" },
    });
    let stack: Stack<'_> = ("network", json!({ "Address": key }), json!({}));
    place.define(&[stack]);
    succeeded(&place.run("deploy --yes"));
    succeeded(&place.run("destroy --yes"));
    let planned = place.run("plan");
    says(&planned, Situation::Orphan);
    let deployed = succeeded(&place.run("deploy --yes --rebuild"));
    assert!(deployed.contains("import"), "{deployed}");
    says_nothing_of(&place.run("plan"), Situation::Orphan);
    is_as_defined(&place);
}

#[test]
pub(super) fn a_parameter_has_no_value() {
    let place = EmulatedEnvironment::new("next-parameter");
    let name = json!({ "Ref": "Name" });
    let with = |name| -> Stack<'_> {
        let topic = json!({ "Type": "AWS::SNS::Topic", "Properties": { "DisplayName": name } });
        ("network", json!({ "Topic": topic }), json!({}))
    };
    place.define(&[with(name)]);
    let parameter = "Name";
    says(
        &place.run("plan"),
        Situation::ParameterMissing { parameter },
    );
    place.define(&[with(json!("a value"))]);
    let deployed = place.run("deploy --yes");
    follow_to_the_end(&place, deployed);
    is_as_defined(&place);
}

#[test]
pub(super) fn the_program_is_for_the_emulator() {
    let place = EmulatedEnvironment::new("next-local");
    place.define(&[topic("network", "a")]);
    let words = "plan --env staging --assembly ../next-local/assembly";
    let here = folder("next-local-elsewhere");
    let refused = deploy(&here, words);
    says(&refused, Situation::EmulatorOnly);
    succeeded(&deploy(&here, &format!("{words} --local")));
}

#[test]
pub(super) fn a_stack_is_not_deployed() {
    let place = EmulatedEnvironment::new("next-not-deployed");
    place.define(&[topic("network", "a")]);
    succeeded(&place.run("deploy --yes"));
    let output = place.run("drift --only web");
    assert!(!output.status.success());
    says(&output, Situation::NotDeployed);
    let status = succeeded(&place.run("status"));
    assert!(status.contains("network"), "{status}");
    assert!(!status.contains("web"), "{status}");
    succeeded(&place.run("drift --only network"));
}
