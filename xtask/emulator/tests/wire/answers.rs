//! Answers in the form that clients read.
//!
//! Each snapshot is checked against botocore's service model too, in `tests/clients/check_answers.py` of
//! the workspace.

use std::collections::BTreeSet;

use emulator::api::{Answer, ApiError};
use emulator::wire::{self, Operation as O, Service};

use crate::samples::{
    ID, OPERATION, SET, STACK, bare_stack, bare_template, change_set, detection, drifts, empty_set,
    events, export, identity, last, operation_events, page, resources, stack, summaries, template,
    text,
};

#[test]
fn answers_are_written_as_clients_read_them() {
    let mut seen = BTreeSet::new();
    for (operation, case, answer) in answers() {
        let text = wire::write(operation, &answer, ID).unwrap();
        insta::assert_snapshot!(format!("{}{case}", operation.name()), text);
        seen.insert(operation);
    }
    assert_eq!(seen, O::ALL.iter().copied().collect());
}

#[test]
fn errors_are_written_as_clients_read_them() {
    let error = |status, code, message: &str| ApiError {
        code,
        message: message.to_owned(),
        status,
    };
    let missing = error(400, "ValidationError", "Stack with id <a> does not exist");
    insta::assert_snapshot!(
        "Error",
        wire::write_error(Service::CloudFormation, &missing, ID)
    );
    let internal = error(500, "InternalFailure", "We encountered an internal error.");
    insta::assert_snapshot!(
        "Error-of-sts",
        wire::write_error(Service::Sts, &internal, ID)
    );
}

#[test]
fn an_answer_to_something_else_is_an_error() {
    let error = wire::write(O::DescribeStacks, &Answer::Done, ID).unwrap_err();
    assert_eq!((error.status, error.code), (500, "InternalFailure"));
    assert!(wire::write(O::DeleteStack, &Answer::Policy(None), ID).is_err());
}

fn answers() -> Vec<(O, &'static str, Answer)> {
    let id = || Answer::StackId(STACK.to_owned());
    let started = || Answer::Started {
        stack_id: STACK.to_owned(),
        id: OPERATION.to_owned(),
    };
    vec![
        (O::GetCallerIdentity, "", Answer::Identity(identity())),
        (
            O::DescribeStacks,
            "",
            Answer::Stacks(page(vec![stack(), bare_stack()])),
        ),
        (O::DescribeStacks, "-none", Answer::Stacks(last(vec![]))),
        (O::ListStacks, "", Answer::StackSummaries(page(summaries()))),
        (O::CreateStack, "", started()),
        (O::UpdateStack, "", started()),
        (O::DeleteStack, "", Answer::Done),
        (
            O::DescribeEvents,
            "",
            Answer::OperationEvents(page(operation_events())),
        ),
        (O::CancelUpdateStack, "", Answer::Done),
        (O::ContinueUpdateRollback, "", Answer::Done),
        (O::RollbackStack, "", started()),
        (
            O::CreateChangeSet,
            "",
            Answer::ChangeSetId {
                id: SET.to_owned(),
                stack_id: STACK.to_owned(),
            },
        ),
        (
            O::DescribeChangeSet,
            "",
            Answer::ChangeSet(Box::new(change_set())),
        ),
        (
            O::DescribeChangeSet,
            "-empty",
            Answer::ChangeSet(Box::new(empty_set())),
        ),
        (
            O::ListChangeSets,
            "",
            Answer::ChangeSets(page(vec![change_set().summary, empty_set().summary])),
        ),
        (O::ExecuteChangeSet, "", Answer::Done),
        (O::DeleteChangeSet, "", Answer::Done),
        (O::DescribeStackEvents, "", Answer::Events(page(events()))),
        (
            O::DescribeStackResource,
            "",
            Answer::Resources(last(resources())),
        ),
        (
            O::DescribeStackResources,
            "",
            Answer::Resources(last(resources())),
        ),
        (
            O::ListStackResources,
            "",
            Answer::Resources(page(resources())),
        ),
        (
            O::GetTemplate,
            "",
            Answer::Template("{\"a\":\"<&>\"}\n".to_owned()),
        ),
        (
            O::GetTemplateSummary,
            "",
            Answer::TemplateSummary(template()),
        ),
        (
            O::GetTemplateSummary,
            "-bare",
            Answer::TemplateSummary(bare_template()),
        ),
        (O::ValidateTemplate, "", Answer::TemplateSummary(template())),
        (O::ListExports, "", Answer::Exports(page(vec![export()]))),
        (
            O::ListImports,
            "",
            Answer::Imports(page(vec!["a".to_owned(), "b".to_owned()])),
        ),
        (O::ListImports, "-none", Answer::Imports(last(vec![]))),
        (
            O::GetStackPolicy,
            "",
            Answer::Policy(text("{\"Statement\":[]}")),
        ),
        (O::GetStackPolicy, "-none", Answer::Policy(None)),
        (O::SetStackPolicy, "", Answer::Done),
        (O::UpdateTerminationProtection, "", id()),
        (
            O::DetectStackDrift,
            "",
            Answer::DriftDetectionId(ID.to_owned()),
        ),
        (
            O::DescribeStackDriftDetectionStatus,
            "",
            Answer::DriftDetection(detection(Some(1))),
        ),
        (
            O::DescribeStackDriftDetectionStatus,
            "-in-progress",
            Answer::DriftDetection(detection(None)),
        ),
        (
            O::DescribeStackResourceDrifts,
            "",
            Answer::ResourceDrifts(page(drifts())),
        ),
        (O::SignalResource, "", Answer::Done),
    ]
}
