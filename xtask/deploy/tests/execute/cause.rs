//! Why operations failed, from events as CloudFormation writes them.

use cloudformation::StackEvent;
use cloudformation::{ClientToken, StackId};
use deploy::execute::{Explanation, explain};

const STACK: &str = "arn:aws:cloudformation:eu-west-1:444455556666:stack/network/1";

/// Events from oldest to newest as they are easily read: token, resource, status, reason. `-` is
/// the stack, or no reason.
fn events(text: &str) -> Vec<StackEvent> {
    let mut events: Vec<StackEvent> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .enumerate()
        .map(|(number, line)| {
            let mut words = line.splitn(4, ' ');
            let mut word = || words.next().unwrap();
            let (token, resource, status, reason) = (word(), word(), word(), word());
            let own = resource == "-";
            StackEvent {
                id: number.to_string(),
                at: "2026-01-01T00:00:00Z".to_owned(),
                logical_id: if own { "network" } else { resource }.into(),
                physical_id: Some(if own { STACK } else { "" }.into()),
                resource_type: if own {
                    "AWS::CloudFormation::Stack"
                } else {
                    "Test::Thing"
                }
                .to_owned(),
                status: status.into(),
                reason: (reason != "-").then(|| reason.to_owned()),
                token: (token != "-").then(|| token.to_owned()).map(Into::into),
                ..StackEvent::default()
            }
        })
        .collect();
    events.reverse();
    events
}

fn token() -> ClientToken {
    ClientToken::new("t".to_owned())
}

fn summary(text: &str) -> String {
    let Explanation {
        cause,
        others,
        rollback_failures,
    } = explain(&events(text), &StackId::from(STACK), &token());
    let list = |name: &str, failures: Vec<deploy::execute::ResourceFailure>| {
        failures
            .iter()
            .map(|failure| {
                format!(
                    "{name} {} {}: {}\n",
                    failure.logical_id, failure.status, failure.reason
                )
            })
            .collect::<String>()
    };
    let mut text = list("cause", cause.into_iter().collect());
    text += &list("other", others);
    text += &list("rollback", rollback_failures);
    text
}

#[test]
fn the_first_failure_is_the_cause_and_cancelled_ones_are_left_out() {
    insta::assert_snapshot!(summary("
        t - CREATE_IN_PROGRESS User Initiated
        t Vpc CREATE_IN_PROGRESS -
        t Eip CREATE_IN_PROGRESS -
        t Role CREATE_IN_PROGRESS -
        t Eip CREATE_FAILED The maximum number of addresses has been reached.
        t Vpc CREATE_FAILED Resource creation cancelled
        t Role CREATE_FAILED Resource creation Cancelled
        t - ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Eip, Vpc, Role].
        t - ROLLBACK_COMPLETE -
    "), @"cause Eip CREATE_FAILED: The maximum number of addresses has been reached.");
}

#[test]
fn others_that_failed_by_themselves_are_told_once() {
    insta::assert_snapshot!(summary("
        t - UPDATE_IN_PROGRESS User Initiated
        t Eip UPDATE_FAILED first
        t Role UPDATE_FAILED second
        t Role UPDATE_FAILED third
        t Vpc UPDATE_FAILED Resource update cancelled
        t - UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to update: [Eip].
        t - UPDATE_ROLLBACK_COMPLETE -
    "), @r"
    cause Eip UPDATE_FAILED: first
    other Role UPDATE_FAILED: second
    ");
}

#[test]
fn what_fails_in_the_rollback_is_not_the_cause() {
    insta::assert_snapshot!(summary("
        t - UPDATE_IN_PROGRESS User Initiated
        t Eip UPDATE_FAILED first
        t - UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to update: [Eip].
        t Role UPDATE_FAILED the old one is gone
        t - UPDATE_ROLLBACK_FAILED The following resource(s) failed to update: [Role].
    "), @r"
    cause Eip UPDATE_FAILED: first
    rollback Role UPDATE_FAILED: the old one is gone
    ");
}

#[test]
fn a_rollback_that_was_continued_has_what_keeps_it_as_its_cause() {
    insta::assert_snapshot!(summary("
        t - UPDATE_ROLLBACK_IN_PROGRESS User Initiated
        t Role UPDATE_FAILED the old one is gone
        t - UPDATE_ROLLBACK_FAILED The following resource(s) failed to update: [Role].
    "), @"cause Role UPDATE_FAILED: the old one is gone");
}

#[test]
fn without_a_resource_the_stack_says_it() {
    insta::assert_snapshot!(summary("
        t - UPDATE_IN_PROGRESS User Initiated
        t - UPDATE_ROLLBACK_IN_PROGRESS Export with name network-Vpc is already exported by stack old.
        t - UPDATE_ROLLBACK_COMPLETE -
    "), @"cause network UPDATE_ROLLBACK_IN_PROGRESS: Export with name network-Vpc is already exported by stack old.");
}

#[test]
fn earlier_operations_are_not_looked_at() {
    insta::assert_snapshot!(summary("
        other - UPDATE_IN_PROGRESS User Initiated
        other Vpc UPDATE_FAILED long ago
        other - UPDATE_ROLLBACK_IN_PROGRESS -
        other - UPDATE_ROLLBACK_COMPLETE -
        t - UPDATE_IN_PROGRESS User Initiated
        t Eip UPDATE_FAILED now
        t - UPDATE_ROLLBACK_IN_PROGRESS -
    "), @"cause Eip UPDATE_FAILED: now");
}

#[test]
fn without_tokens_the_last_operation_is_looked_at() {
    insta::assert_snapshot!(summary("
        - - UPDATE_IN_PROGRESS User Initiated
        - Vpc UPDATE_FAILED long ago
        - - UPDATE_ROLLBACK_IN_PROGRESS -
        - - UPDATE_ROLLBACK_COMPLETE -
        - - DELETE_IN_PROGRESS User Initiated
        - Eip DELETE_FAILED in use
        - - DELETE_FAILED The following resource(s) failed to delete: [Eip].
    "), @"cause Eip DELETE_FAILED: in use");
}

#[test]
fn no_events_give_no_explanation() {
    assert_eq!(
        explain(&[], &StackId::from(STACK), &token()),
        Explanation::default()
    );
}
