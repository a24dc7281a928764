//! Rendered plans.

use std::collections::BTreeMap;

use cloudformation::{ChangeAction, Replacement, ResourceChange};
use deploy::plan::Plan;
use deploy::report::findings::unused_acknowledgement;
use deploy::report::plan::{PlanView, layers, plan};
use deploy::report::{Line, Tone};

use crate::support::{ASCII, NARROW, WIDE, creation, finding, migration, name, recovery, text};

fn bare(one: &Plan) -> Vec<Line> {
    plan(PlanView {
        plan: one,
        differences: &BTreeMap::new(),
        consequences: &[],
        change_sets: &BTreeMap::new(),
    })
}

fn change(action: ChangeAction, id: &str, replacement: Replacement) -> ResourceChange {
    ResourceChange {
        action,
        logical_id: id.to_owned(),
        physical_id: None,
        resource_type: "AWS::EC2::Subnet".to_owned(),
        replacement,
        properties: if action == ChangeAction::Modify {
            vec!["CidrBlock".to_owned(), "Tags".to_owned()]
        } else {
            Vec::new()
        },
    }
}

#[test]
fn a_first_deployment() {
    insta::assert_snapshot!("creation-80", text(&bare(&creation()), WIDE));
    insta::assert_snapshot!("creation-40", text(&bare(&creation()), NARROW));
}

#[test]
fn a_migration_with_something_to_acknowledge() {
    insta::assert_snapshot!("migration-80", text(&bare(&migration()), WIDE));
    insta::assert_snapshot!("migration-40", text(&bare(&migration()), NARROW));
}

#[test]
fn a_recovery() {
    insta::assert_snapshot!("recovery-80", text(&bare(&recovery()), WIDE));
}

#[test]
fn what_is_said_of_several_places_is_said_once() {
    let mut one = creation();
    let first = one.findings[0].clone();
    one.findings.push(deploy::plan::Finding {
        stack: name("service-api"),
        ..first
    });
    let text = text(&bare(&one), WIDE);
    let (_, notes) = text.split_once("notes:\n").unwrap();
    insta::assert_snapshot!("said-once", notes);
}

#[test]
fn what_stays_is_a_list() {
    let mut one = recovery();
    one.findings = ["DataKey", "NatAddressA"]
        .map(|id| deploy::plan::Finding {
            from: Some("AWS::KMS::Key".to_owned()),
            to: Some("kept".to_owned()),
            ..finding(
                deploy::plan::FindingCode::ResourceRetained,
                deploy::plan::Severity::Note,
                "network",
                id,
            )
        })
        .into();
    let text = text(&bare(&one), WIDE);
    assert!(
        text.ends_with(
            "\nretained, outside of any stack:\n  network/DataKey  AWS::KMS::Key\n  \
             network/NatAddressA  AWS::KMS::Key\n"
        ),
        "{text}"
    );
}

/// Two witnesses, each under its name; that one of them sees nothing is said.
#[test]
fn both_views_are_shown() {
    let changes = vec![
        change(ChangeAction::Add, "SubnetC", Replacement::Never),
        change(ChangeAction::Modify, "SubnetA", Replacement::Always),
        change(ChangeAction::Modify, "SubnetB", Replacement::Conditional),
        change(ChangeAction::Modify, "SubnetD", Replacement::Never),
        change(ChangeAction::Dynamic, "SubnetE", Replacement::Conditional),
        change(ChangeAction::Import, "Repository", Replacement::Never),
        change(ChangeAction::Remove, "SubnetF", Replacement::Never),
    ];
    let ours = vec![Line::at(8).and(Tone::Good, "+").plain(" SubnetC")];
    let shown = plan(PlanView {
        plan: &migration(),
        consequences: &[],
        differences: &BTreeMap::from([
            (name("network"), ours.clone()),
            (name("ecs"), ours),
            (name("service-old"), Vec::new()),
        ]),
        change_sets: &BTreeMap::from([
            (name("network"), changes),
            (name("ecs"), Vec::new()),
            (name("service-old"), Vec::new()),
        ]),
    });
    let text = text(&shown, WIDE);
    let (stacks, _) = text
        .split_once("\n\n")
        .unwrap()
        .1
        .split_once("\n\n")
        .unwrap();
    insta::assert_snapshot!("both-views", stacks);
}

#[test]
fn of_a_new_stack_only_what_was_there_before_is_named() {
    let mut changes = vec![change(ChangeAction::Add, "SubnetC", Replacement::Never); 39];
    changes.push(change(
        ChangeAction::Import,
        "Repository",
        Replacement::Never,
    ));
    let shown = plan(PlanView {
        plan: &creation(),
        differences: &BTreeMap::new(),
        consequences: &[],
        change_sets: &BTreeMap::from([(name("network"), changes)]),
    });
    let text = text(&shown, WIDE);
    let (_, stacks) = text.split_once("\n\n").unwrap();
    let network: Vec<&str> = stacks.lines().take(4).collect();
    insta::assert_snapshot!("new-stack", network.join("\n"));
}

/// No character of ours needs more than ASCII where the locale says so.
#[test]
fn ascii_is_enough() {
    for one in [creation(), migration(), recovery()] {
        let text = text(&bare(&one), ASCII);
        assert!(text.is_ascii(), "{text}");
    }
}

#[test]
fn what_is_typed_is_on_a_line_of_its_own() {
    let one = migration();
    let text = text(&bare(&one), NARROW);
    for found in one.findings.iter().filter(|one| one.is_blocking()) {
        let flag = format!("--acknowledge {}", found.acknowledgement());
        let shown = text.lines().any(|line| line.trim() == flag);
        // What no acknowledgement helps against offers none.
        let offered = found.severity == deploy::plan::Severity::Acknowledge;
        assert_eq!(shown, offered, "{flag}\n{text}");
    }
}

#[test]
fn layers_follow_the_needs() {
    let one = migration();
    let names: Vec<Vec<&str>> = layers(&one)
        .into_iter()
        .map(|layer| layer.into_iter().map(|step| step.id.0.as_str()).collect())
        .collect();
    assert_eq!(
        names,
        [
            vec!["network expand", "service-old"],
            vec!["ecs"],
            vec!["network contract"]
        ]
    );
}

#[test]
fn a_word_that_acknowledges_nothing() {
    let word = "resource-replaced:lemonade-staging-network/Vpc:5f3a09c1d2e4";
    let lines = unused_acknowledgement(word, "acknowledgements.toml");
    insta::assert_snapshot!("unused-acknowledgement", text(&lines, WIDE));
}
