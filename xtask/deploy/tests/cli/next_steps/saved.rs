//! Saved plans and findings that can't be used, followed from their next step.

use deploy::next_step::Situation;

use super::journey::{follow_to_the_end, is_as_defined, says, topic};
use crate::support::{EmulatedEnvironment, printed, succeeded};

/// A place with a saved plan of its first deployment.
fn saved(test: &str) -> EmulatedEnvironment {
    let place = EmulatedEnvironment::new(test);
    place.define(&[topic("network", "a")]);
    succeeded(&place.run("plan --out plan.json"));
    place
}

#[test]
pub(super) fn a_plan_that_can_not_be_read() {
    for (from, to, situation) in [
        (
            "\"version\": ",
            "\"version\": 9",
            Situation::PlanVersionUnknown,
        ),
        ("SNS::Topic", "SNS::Other", Situation::PlanModified),
    ] {
        let place = saved(&format!("next-plan-{situation:?}"));
        place.edit("plan.json", from, to);
        let refused = place.run("deploy --plan plan.json");
        says(&refused, situation);
        succeeded(&place.run("plan --out plan.json"));
        succeeded(&place.run("deploy --plan plan.json"));
        is_as_defined(&place);
    }
}

#[test]
pub(super) fn stacks_that_changed() {
    let place = EmulatedEnvironment::new("next-stale");
    place.define(&[topic("network", "a")]);
    succeeded(&place.run("deploy --yes"));
    place.define(&[topic("network", "b")]);
    succeeded(&place.run("plan --out plan.json"));
    place.define(&[topic("network", "c")]);
    succeeded(&place.run("deploy --yes"));
    place.define(&[topic("network", "b")]);
    let stale = place.run("deploy --plan plan.json");
    says(&stale, Situation::StackChangedSincePlan);
    follow_to_the_end(&place, stale);
    is_as_defined(&place);
}

#[test]
pub(super) fn findings_of_an_earlier_check() {
    let place = EmulatedEnvironment::new("next-baseline");
    let secret = |names: &[&str]| {
        let mut resources = serde_json::json!({ "Topic": { "Type": "AWS::SNS::Topic" } });
        for name in names {
            resources[format!("Secret{name}")] = serde_json::json!({
                "Type": "AWS::SecretsManager::Secret",
                "DeletionPolicy": "RetainExceptOnCreate",
                "UpdateReplacePolicy": "Retain",
                "Properties": { "Name": format!("lemonade/staging/api/{name}") },
            });
        }
        place.define(&[("application-api", resources, serde_json::json!({}))]);
    };
    secret(&["ONE", "TWO"]);
    succeeded(&place.run("deploy --yes"));
    // Checked before the definition lost a secret.
    succeeded(&place.run("plan --findings findings.json"));
    secret(&["ONE"]);
    let blocked = place.run("plan --baseline findings.json --require-acknowledged");
    says(&blocked, Situation::ChangeUnreviewed);
    succeeded(&place.run("plan --findings findings.json"));
    let reviewed = place.run("plan --baseline findings.json");
    let said = succeeded(&reviewed);
    assert!(!said.contains("did not see it"), "{said}");

    place.edit("findings.json", "\"version\": ", "\"version\": 9");
    let outdated = place.run("plan --baseline findings.json");
    assert!(!outdated.status.success(), "{}", printed(&outdated));
    says(&outdated, Situation::FindingsOutdated);
    succeeded(&place.run("plan --findings findings.json"));
    succeeded(&place.run("plan --baseline findings.json"));
}
