//! Reading verbs: they report deleted stacks, and nothing that a deployment would not do.

use cli_conventions::exit_code;
use serde_json::json;

use crate::support::{EmulatedEnvironment, Stack, printed, succeeded};

fn topic(id: &str) -> Stack<'_> {
    let topic = json!({ "Type": "AWS::SNS::Topic" });
    (id, json!({ "Topic": topic }), json!({}))
}

#[test]
fn a_stack_that_was_deleted_has_drifted() {
    let place = EmulatedEnvironment::new("drift-missing");
    place.define(&[topic("network"), topic("web"), topic("new")]);
    succeeded(&place.run("deploy --yes --only network --only web"));
    // What never was there is not missing.
    succeeded(&place.run("drift"));
    succeeded(&place.run("destroy --yes --only web"));
    let output = place.run("drift");
    let said = printed(&output);
    assert_eq!(
        output.status.code(),
        Some(i32::from(exit_code::DRIFTED)),
        "{said}"
    );
    assert!(said.contains("web  the stack was deleted at"), "{said}");
    assert!(!said.contains("new  the stack"), "{said}");
    succeeded(&place.run("deploy --yes --only web"));
    succeeded(&place.run("drift"));
}

#[test]
fn a_difference_deletes_nothing_that_a_deployment_leaves() {
    let place = EmulatedEnvironment::new("diff-undefined");
    place.define(&[topic("network"), topic("web")]);
    succeeded(&place.run("deploy --yes"));
    place.define(&[topic("network")]);
    let said = succeeded(&place.run("diff"));
    assert!(said.contains("web"), "{said}");
    assert!(!said.contains("delete"), "{said}");
}

#[test]
fn a_plan_says_what_follows_before_it_asks() {
    let place = EmulatedEnvironment::new("plan-consequences");
    let logs = |days: u32| -> Stack<'static> {
        let group = json!({
            "Type": "AWS::Logs::LogGroup",
            "Properties": { "LogGroupName": "flow", "RetentionInDays": days },
        });
        ("network", json!({ "FlowLogGroup": group }), json!({}))
    };
    place.define(&[logs(30)]);
    // A new environment loses nothing.
    let said = succeeded(&place.run("deploy --yes"));
    assert!(!said.contains("what follows"), "{said}");
    place.define(&[logs(7)]);
    for verb in ["plan", "deploy --yes"] {
        let said = succeeded(&place.run(verb));
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            said.contains("log lines older than 7 days are deleted"),
            "{said}"
        );
    }
}
