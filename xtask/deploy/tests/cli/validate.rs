//! `validate`: change sets that are made, read and discarded; and the warnings of the ones that are not.

use cli_conventions::exit_code;
use emulator::OutOfBandChange;
use emulator::api::{Action, Answer, OnFailure, Target, TemplateInput};
use serde_json::{Value, json};

use crate::support::{EmulatedEnvironment, Stack, caller, printed, succeeded};

const STACK: &str = "lemonade-staging-application-api";

fn storage(bucket: bool) -> [Stack<'static>; 1] {
    let mut resources = json!({ "Topic": { "Type": "AWS::SNS::Topic" } });
    if bucket {
        resources["Data"] = json!({
            "Type": "AWS::S3::Bucket",
            "Properties": { "BucketName": "lemonade-staging-data" },
        });
    }
    [("application-api", resources, json!({}))]
}

/// The statuses of the stacks that are not deleted, and the number of their change sets.
fn left(place: &EmulatedEnvironment) -> Vec<(String, usize)> {
    place.out_of_band(|cloud| {
        let now = cloud.settle();
        let action = Action::DescribeStacks {
            stack: None,
            next: None,
        };
        let Answer::Stacks(page) = cloud.call(now, &caller(), &action).unwrap() else {
            panic!("no stacks");
        };
        let mut left = Vec::new();
        for stack in page.items {
            let action = Action::ListChangeSets {
                stack: stack.id.to_string(),
                next: None,
            };
            let Answer::ChangeSets(sets) = cloud.call(now, &caller(), &action).unwrap() else {
                panic!("no change sets");
            };
            left.push((stack.status.to_string(), sets.items.len()));
        }
        left
    })
}

fn fill(place: &EmulatedEnvironment) {
    place.out_of_band(|cloud| {
        let put = OutOfBandChange::Put {
            what: "objects".to_owned(),
        };
        cloud
            .change_out_of_band(&caller(), STACK, "Data", &put)
            .unwrap();
    });
}

/// Leaves a bucket of the name behind, of a stack that no plan looks at.
fn leave_bucket(place: &EmulatedEnvironment) {
    let template = json!({ "Resources": { "Data": {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "Retain",
        "Properties": { "BucketName": "lemonade-staging-data" },
    } } });
    let target = Target {
        stack: "elsewhere".to_owned(),
        template: TemplateInput::Body(template.to_string()),
        parameters: Vec::new(),
        capabilities: Vec::new(),
        tags: None,
        role: None,
        token: None,
        notification_arns: None,
    };
    let create = Action::CreateStack {
        target,
        on_failure: OnFailure::RollBack,
        termination_protection: false,
        policy: None,
    };
    let delete = Action::DeleteStack {
        stack: "elsewhere".to_owned(),
        retain: Vec::new(),
        role: None,
        token: None,
    };
    place.out_of_band(|cloud| {
        for action in [create, delete] {
            let now = cloud.settle();
            cloud.call(now, &caller(), &action).unwrap();
            cloud.settle();
        }
    });
}

fn acknowledged(printed: &str) -> String {
    printed
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--acknowledge "))
        .map(|word| format!(" --acknowledge {word}"))
        .collect()
}

#[test]
pub(crate) fn nothing_is_left_of_what_was_validated() {
    let place = EmulatedEnvironment::new("validate-new");
    place.define(&storage(true));
    let said = succeeded(&place.run("validate"));
    assert!(
        said.contains("1 change set validated, 0 warnings, 0 failed"),
        "{said}"
    );
    assert_eq!(left(&place), []);
}

#[test]
pub(crate) fn a_warning_is_a_note_of_every_verb_that_makes_change_sets() {
    let place = EmulatedEnvironment::new("validate-warns");
    place.define(&storage(true));
    succeeded(&place.run("deploy --yes"));
    fill(&place);
    place.define(&storage(false));
    const WARNING: &str = "CloudFormation warns: /Resources/Data: The bucket \
                           'lemonade-staging-data' is not empty.";

    let said = succeeded(&place.run("validate"));
    let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("validation-warning") && flat.contains(WARNING),
        "{said}"
    );
    assert!(
        flat.contains("1 change set validated, 1 warning, 0 failed"),
        "{said}"
    );
    assert_eq!(left(&place), [("CREATE_COMPLETE".to_owned(), 0)]);
    let found: Value =
        serde_json::from_str(&succeeded(&place.run("validate --format json"))).unwrap();
    assert_eq!(found["warnings"][0]["code"], "validation-warning");
    assert_eq!(found["warnings"][0]["subject"], "Data");
    assert_eq!(found["validated"], json!([STACK]));

    let asked = printed(&place.run("plan"));
    let words = acknowledged(&asked);
    let planned = succeeded(&place.run(&format!("plan --out plan.json{words}")));
    let planned = planned.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(planned.contains(WARNING), "{planned}");
    let deployed = printed(&place.run(&format!("deploy --yes{words}")));
    let deployed = deployed.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(deployed.matches(WARNING).count(), 1, "{deployed}");
}

#[test]
pub(crate) fn what_fails_validation_is_named() {
    let place = EmulatedEnvironment::new("validate-fails");
    place.define(&storage(false));
    succeeded(&place.run("deploy --yes"));
    leave_bucket(&place);
    place.define(&storage(true));
    let output = place.run("validate");
    let said = printed(&output);
    assert_eq!(
        output.status.code(),
        Some(i32::from(exit_code::STACK_FAILED)),
        "{said}"
    );
    let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("'lemonade-staging-data' already exists"),
        "{said}"
    );
    assert_eq!(left(&place), [("CREATE_COMPLETE".to_owned(), 0)]);
}
