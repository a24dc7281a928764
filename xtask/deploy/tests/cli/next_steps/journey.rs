//! From a printed next step to the end of the trouble.

use std::collections::BTreeSet;
use std::process::Output;

use deploy::next_step::Situation;
use serde_json::{Value, json};

use crate::support::{EmulatedEnvironment, Stack, printed};

/// How many commands may follow on each other.
const HOPS: usize = 3;

/// A text without its line breaks.
pub(super) fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// That a run prints the next step of a situation.
#[track_caller]
pub(super) fn says(output: &Output, situation: Situation<'_>) {
    let said = unwrapped(&printed(output));
    let text = unwrapped(&situation.to_string());
    assert!(said.contains(&text), "{text}\nin: {}", printed(output));
}

/// That a run prints nothing of a situation.
#[track_caller]
pub(super) fn says_nothing_of(output: &Output, situation: Situation<'_>) {
    let said = unwrapped(&printed(output));
    let text = unwrapped(&situation.to_string());
    assert!(!said.contains(&text), "{said}");
}

/// The printed commands of this program, each a line of its own, in their order.
pub(super) fn printed_commands(output: &Output) -> Vec<String> {
    let printed = printed(output);
    let lines = printed.lines().map(str::trim);
    lines
        .filter(|line| line.starts_with(env!("CARGO_BIN_EXE_deploy")))
        .map(str::to_owned)
        .collect()
}

/// Follows the last command that each failed run prints until one succeeds.
#[track_caller]
pub(super) fn follow_to_the_end(place: &EmulatedEnvironment, first: Output) -> Output {
    let mut seen = BTreeSet::new();
    let mut output = first;
    for _ in 0..HOPS {
        if output.status.success() {
            return output;
        }
        let hints = hints(&output);
        assert!(seen.insert(hints), "in a circle: {}", printed(&output));
        let commands = printed_commands(&output);
        let next = commands.last();
        let next = next.unwrap_or_else(|| panic!("leads nowhere: {}", printed(&output)));
        output = place.follow(next);
    }
    assert!(output.status.success(), "too long: {}", printed(&output));
    output
}

/// The lines of help, which a circle would print again.
fn hints(output: &Output) -> Vec<String> {
    let printed = printed(output);
    let lines = printed.lines().filter(|line| line.contains("= help: "));
    lines.map(str::to_owned).collect()
}

#[track_caller]
pub(super) fn is_as_defined(place: &EmulatedEnvironment) {
    let output = place.run("status --format json");
    let status: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", printed(&output)));
    assert_eq!(status["asDefined"], true, "{status}");
}

pub(super) fn topic<'a>(id: &'a str, name: &str) -> Stack<'a> {
    let topic = json!({ "Type": "AWS::SNS::Topic", "Properties": { "DisplayName": name } });
    (id, json!({ "Topic": topic }), json!({}))
}

/// Resources that import an export.
pub(super) fn importing<'a>(id: &'a str, export: &str) -> Stack<'a> {
    let name = json!({ "Fn::ImportValue": export });
    let topic = json!({ "Type": "AWS::SNS::Topic", "Properties": { "DisplayName": name } });
    (id, json!({ "Topic": topic }), json!({}))
}

/// An output that exports a resource.
pub(super) fn exported(resource: &str, name: &str) -> Value {
    json!({ "Description": "it", "Value": { "Ref": resource }, "Export": { "Name": name } })
}
