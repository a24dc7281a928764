//! `bootstrap`: the one manual deployment.

use serde_json::Value;
use tests::root;

use crate::support::{deployer, printed, with_assembly};

fn bootstrap(format: &str) -> String {
    let definition = root().display();
    format!("bootstrap --local state --local-speed 6000 --definition {definition} {format}")
}

/// What a person applies and the pipeline, nothing else; and once more, nothing.
#[test]
fn it_deploys_three_stacks_and_is_done() {
    let folder = with_assembly("bootstrap");
    let lines = printed(&deployer(&folder, &bootstrap("--format json")));
    let events: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |name: &str| events.iter().find(|event| event["event"] == name).unwrap();
    let steps = of("planned")["plan"]["steps"].as_array().unwrap();
    let mut stacks: Vec<&str> = steps
        .iter()
        .filter_map(|step| step["stack"].as_str())
        .collect();
    stacks.sort_unstable();
    stacks.dedup();
    assert_eq!(
        stacks,
        [
            "lemonade-staging-bootstrap",
            "lemonade-staging-bootstrap-roles",
            "lemonade-staging-cicd"
        ]
    );
    let ahead = of("examined")["findings"].as_array().unwrap();
    let areas: Vec<&str> = ahead
        .iter()
        .filter_map(|finding| finding["area"].as_str())
        .collect();
    for area in ["connections", "domain", "database", "secrets"] {
        assert!(areas.contains(&area), "{areas:?}");
    }
    for finding in ahead {
        assert_ne!(finding["next"], Value::Null, "{finding}");
    }

    let again = printed(&deployer(&folder, &bootstrap("")));
    assert!(again.contains("as defined; nothing to do"), "{again}");
    assert!(
        again.contains("staging: what to do in an AWS account (not in the emulator)"),
        "{again}"
    );
    assert!(
        again.ends_with("from here on, the pipeline deploys what is pushed to next\n"),
        "{again}"
    );
}
