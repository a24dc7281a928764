//! `status` and `outputs`.

use std::collections::BTreeMap;

use cloudformation::{Output, Stack};
use common::environment::EnvironmentName;
use deploy::plan::{Action, Finding, FindingCode, Severity};
use deploy::report::outputs;
use deploy::report::status::StatusReport;

use crate::support::{NARROW, WIDE, migration, name, plan, recovery, stack, text};

fn view(id: &str, outputs: &[(&str, &str)]) -> Stack {
    Stack {
        id: format!(
            "arn:aws:cloudformation:eu-west-1:444455556666:stack/{}/1",
            name(id)
        )
        .into(),
        name: name(id),
        status: "UPDATE_COMPLETE".into(),
        created: "2026-01-01T09:30:00.123Z".to_owned(),
        outputs: outputs
            .iter()
            .map(|(key, value)| Output {
                key: (*key).to_owned(),
                value: (*value).to_owned(),
                ..Output::default()
            })
            .collect(),
        ..Stack::default()
    }
}

#[test]
fn standing() {
    let mut plan = migration();
    for stack in &mut plan.stacks {
        if stack.action != Action::Create {
            stack.status = Some("UPDATE_COMPLETE".into());
        }
    }
    plan.stacks.extend(recovery().stacks);
    plan.stacks.push(stack(
        "service-new",
        Action::Create,
        "it is not deployed yet",
    ));
    plan.stacks.push(stack(
        "service-shop",
        Action::Skipped,
        "it waits for its first image",
    ));
    let views = [("network".to_owned(), view("network", &[]))];
    let views = views.map(|(_, view)| (view.name.clone(), view)).into();
    let report = StatusReport::of(&plan, &views);
    assert!(!report.as_defined);
    insta::assert_snapshot!("status-80", text(&report.lines(WIDE), WIDE));
    insta::assert_snapshot!("status-40", text(&report.lines(NARROW), NARROW));
}

#[test]
fn nothing_differs() {
    let plan = plan(
        vec![
            stack("network", Action::Unchanged, ""),
            stack(
                "service-shop",
                Action::Skipped,
                "it waits for its first image",
            ),
        ],
        Vec::new(),
        Vec::new(),
    );
    let report = StatusReport::of(&plan, &BTreeMap::new());
    assert!(report.as_defined);
    insta::assert_snapshot!("status-as-defined", text(&report.lines(WIDE), WIDE));
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["asDefined"], true);
    assert_eq!(json["stacks"][0]["state"], "as-defined");
}

/// What a person applies is told, and no deployment fails for it.
#[test]
fn what_a_person_applies_differs() {
    let to_apply = |id: &str, what: &str| Finding {
        code: FindingCode::ManualStack,
        severity: Severity::Note,
        stack: name(id),
        subject: "stack".to_owned(),
        from: None,
        to: None,
        message: what.to_owned(),
        hint: None,
        acknowledged: false,
    };
    let reason = "is not as defined; a person applies it";
    let mut differs = stack("bootstrap", Action::Skipped, reason);
    differs.status = Some("UPDATE_COMPLETE".into());
    let missing = "is not there; a person applies it";
    let stacks = vec![
        differs,
        stack("bootstrap-roles", Action::Skipped, missing),
        stack("network", Action::Unchanged, ""),
        stack("service-shop", Action::Skipped, "not asked for"),
    ];
    let findings = vec![
        to_apply("bootstrap", reason),
        to_apply("bootstrap-roles", missing),
    ];
    let mut plan = plan(stacks, Vec::new(), findings);
    let report = StatusReport::of(&plan, &BTreeMap::new());
    assert!(!report.as_defined && report.is_deployed() && report.is_as_released());
    insta::assert_snapshot!("status-by-a-person", text(&report.lines(WIDE), WIDE));
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["stacks"][0]["byAPerson"], true);
    assert_eq!(json["stacks"][2]["byAPerson"], serde_json::Value::Null);

    // It excuses nothing else.
    plan.stacks[2] = stack("network", Action::Protect, "its protection differs");
    let report = StatusReport::of(&plan, &BTreeMap::new());
    assert!(!report.is_deployed() && report.is_as_released());
    plan.stacks[2] = stack("network", Action::Update, "its definition changed");
    let report = StatusReport::of(&plan, &BTreeMap::new());
    assert!(!report.is_deployed() && !report.is_as_released());
    insta::assert_snapshot!("status-by-a-person-too", text(&report.lines(WIDE), WIDE));
}

#[test]
fn what_stacks_say_of_themselves() {
    let stacks = [
        view(
            "network",
            &[
                ("Vpc", "vpc-0123456789abcdef0"),
                ("DefinitionDigest", "fec04125"),
                (
                    "DataKey",
                    "arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab",
                ),
            ],
        ),
        view("ecs", &[("Cluster", "lemonade-staging")]),
        view("cicd", &[("DefinitionDigest", "fec04125")]),
    ];
    let outputs = outputs::outputs(&stacks, EnvironmentName::Staging);
    insta::assert_snapshot!("outputs", text(&outputs::lines(&outputs), WIDE));
}
