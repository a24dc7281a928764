//! Stacks under the environment's name with another environment's tag or none: reading and writing verbs report
//! them alike.

use cli_conventions::exit_code;
use serde_json::{Value, json};

use crate::support::{EmulatedEnvironment, Stack, printed, succeeded};

fn topic<'a>(id: &'a str, name: &str) -> Stack<'a> {
    let topic = json!({ "Type": "AWS::SNS::Topic", "Properties": { "TopicName": name } });
    (id, json!({ "Topic": topic }), json!({}))
}

fn status(place: &EmulatedEnvironment) -> (Option<i32>, Value) {
    let output = place.run("status --format json");
    let report = serde_json::from_slice(&output.stdout);
    (
        output.status.code(),
        report.unwrap_or_else(|_| panic!("{}", printed(&output))),
    )
}

#[test]
fn those_that_are_not_defined_are_left_alone() {
    for (sample, tag) in [("none", None), ("production", Some("production"))] {
        let place = EmulatedEnvironment::new(&format!("foreign-{sample}"));
        place.define_tagged(&[topic("foreign", "a")], None);
        // Deployed by another tool.
        let made = place.run("deploy --yes");
        succeeded(&made);
        if tag.is_some() {
            place.define_tagged(&[topic("foreign", "b")], tag);
            let _ = place.run("deploy --yes");
        }
        place.define(&[topic("network", "c")]);
        for verb in ["plan", "deploy --yes --prune", "status"] {
            let output = place.run(verb);
            let said = succeeded(&output);
            assert!(said.contains("foreign"), "{verb}: {said}");
        }
        let (_, report) = status(&place);
        assert_eq!(report["asDefined"], true, "{report}");
        assert_eq!(report["stacks"].as_array().unwrap().len(), 2, "{report}");
    }
}

#[test]
pub(crate) fn one_that_lost_its_tag_gets_it_back_from_the_next_deployment() {
    for version in ["a", "b"] {
        let place = EmulatedEnvironment::new(&format!("lost-tag-{version}"));
        place.define_tagged(&[topic("network", "a"), topic("web", "w")], None);
        succeeded(&place.run("deploy --yes"));
        // Deployed without the tag: as an update by hand leaves it.
        place.define(&[topic("network", version), topic("web", "w")]);
        let planned = printed(&place.run("plan"));
        assert!(planned.contains("lost its tag"), "{planned}");
        let (code, _) = status(&place);
        assert_eq!(code, Some(i32::from(exit_code::DIFFERENT)));
        let done = succeeded(&place.run("deploy --yes"));
        assert!(done.contains("lost its tag"), "{done}");
        let (code, report) = status(&place);
        assert_eq!(code, Some(0), "{report}");
        assert_eq!(report["asDefined"], true, "{report}");
    }
}
