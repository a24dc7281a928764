//! Orphans of a deleted stack, from the failure to the adoption that the hint proposes.

use cli_conventions::exit_code;
use serde_json::{Value, json};

use crate::support::{EmulatedEnvironment, Stack, next_command, printed, succeeded};

fn secrets(names: &[&str]) -> [Stack<'static>; 1] {
    let mut resources = json!({ "Topic": { "Type": "AWS::SNS::Topic" } });
    for name in names {
        resources[format!("Secret{name}")] = json!({
            "Type": "AWS::SecretsManager::Secret",
            "DeletionPolicy": "RetainExceptOnCreate",
            "UpdateReplacePolicy": "Retain",
            "Properties": { "Name": format!("lemonade/staging/api/{name}") },
        });
    }
    [("application-api", resources, json!({}))]
}

/// The acknowledgements that a refused run asks for.
fn words(printed: &str) -> String {
    let words: Vec<&str> = printed
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--acknowledge "))
        .collect();
    assert!(!words.is_empty(), "{printed}");
    words
        .iter()
        .map(|word| format!(" --acknowledge {word}"))
        .collect()
}

#[test]
pub(crate) fn a_secret_that_was_removed_is_added_again() {
    let place = EmulatedEnvironment::new("secret-again");
    place.define(&secrets(&["ONE", "TWO"]));
    succeeded(&place.run("deploy --yes"));
    place.define(&secrets(&["ONE"]));
    let asked = printed(&place.run("deploy --yes"));
    succeeded(&place.run(&format!("deploy --yes{}", words(&asked))));

    place.define(&secrets(&["ONE", "TWO"]));
    let planned = printed(&place.run("plan"));
    for part in [
        "orphan-found",
        "SecretTWO",
        "lemonade-staging-application-api",
    ] {
        assert!(planned.contains(part), "{planned}");
    }
    let failed = place.run("deploy --yes");
    let told = printed(&failed);
    assert_eq!(
        failed.status.code(),
        Some(i32::from(exit_code::STACK_FAILED)),
        "{told}"
    );
    assert!(told.contains("SecretTWO"), "{told}");

    let next = next_command(&failed, "deploy");
    assert!(next.contains("--rebuild"), "{next}");
    let done = succeeded(&place.follow(&next));
    assert!(done.contains("import"), "{done}");
    let status: Value = serde_json::from_slice(&place.run("status --format json").stdout).unwrap();
    assert_eq!(status["asDefined"], true, "{status}");
    // And the same command again has nothing to do.
    succeeded(&place.follow(&next));
}
