//! Requests in the form that clients write.
//!
//! The forms are what botocore's serializer makes of parameters, byte by byte; each is named after
//! its operation.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use cloudformation::ParameterValue;
use emulator::api::{Action, TemplateInput};
use emulator::wire::{self, Operation};
use insta::assert_debug_snapshot;
use proptest::prelude::*;

use crate::support::form;

#[test]
fn forms_of_another_client_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire/forms");
    let mut seen = BTreeSet::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let case = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let request = wire::read(fs::read_to_string(path).unwrap().trim_end().as_bytes()).unwrap();
        seen.insert(request.operation);
        assert_debug_snapshot!(case, request);
    }
    let all: BTreeSet<Operation> = Operation::ALL.iter().copied().collect();
    assert_eq!(seen, all);
}

#[test]
fn what_is_wrong_is_said_as_aws_says_it() {
    let said = |fields: &[(&str, &str)]| {
        let mut fields = fields.to_vec();
        if !fields.iter().any(|(name, _)| *name == "Version") {
            fields.push(("Version", "2010-05-15"));
        }
        wire::read(form(&fields).as_bytes())
            .unwrap_err()
            .to_string()
    };
    let template = ("TemplateBody", "{}");
    let texts: Vec<String> = [
        vec![],
        vec![("Action", "DescribeStack")],
        vec![("Action", "DescribeStacks"), ("Version", "2011-06-15")],
        vec![("Action", "CreateStack"), template],
        vec![("Action", "CreateStack"), ("StackName", "a")],
        vec![("Action", "CreateStack"), ("StackName", "1.5"), template],
        vec![
            ("Action", "CreateStack"),
            ("StackName", "a"),
            template,
            ("Capabilities.member.1", "CAPABILITY_ANY"),
        ],
        vec![
            ("Action", "CreateStack"),
            ("StackName", "a"),
            template,
            ("OnFailure", "GIVE_UP"),
            ("Tags.member.1.Key", "a"),
            ("Tags.member.1.Value", ""),
        ],
        vec![
            ("Action", "CreateStack"),
            ("StackName", "a"),
            template,
            ("OnFailure", "DELETE"),
            ("DisableRollback", "true"),
        ],
        vec![
            ("Action", "CreateStack"),
            ("StackName", "a"),
            template,
            ("TimeoutInMinutes", "5"),
        ],
        vec![
            ("Action", "CreateStack"),
            ("StackName", "a"),
            (
                "TemplateURL",
                "https://s3.amazonaws.com/bucket/template.yaml",
            ),
        ],
        vec![
            ("Action", "UpdateStack"),
            ("StackName", "a"),
            template,
            ("Parameters.member.1.ParameterKey", "Size"),
            ("Parameters.member.1.ParameterValue", "5"),
            ("Parameters.member.1.UsePreviousValue", "true"),
        ],
        vec![("Action", "DescribeChangeSet"), ("ChangeSetName", "run-1")],
        vec![
            ("Action", "CreateStack"),
            ("StackName", "a"),
            template,
            ("TimeoutInMinutes", "0"),
            ("RoleARN", "arn:short"),
            ("ClientRequestToken", "a_b"),
            (
                "NotificationARNs.member.1",
                "arn:aws:sqs:eu-west-1:111122223333:q",
            ),
        ],
        vec![
            ("Action", "ListStacks"),
            ("StackStatusFilter.member.1", "CREATE_DONE"),
        ],
        vec![
            ("Action", "ContinueUpdateRollback"),
            ("StackName", "a"),
            ("ResourcesToSkip.member.1", "a-b"),
        ],
        vec![
            ("Action", "DescribeStackResourceDrifts"),
            ("StackName", "a"),
            ("MaxResults", "101"),
            ("StackResourceDriftStatusFilters.member.1", "DRIFTED"),
        ],
        vec![
            ("Action", "DeleteStack"),
            ("StackName", "a"),
            ("DeletionMode", "SOFT"),
        ],
        vec![
            ("Action", "CreateChangeSet"),
            ("StackName", "a"),
            ("ChangeSetName", "1a"),
            template,
            ("ChangeSetType", "REPLACE"),
            ("ClientToken", ""),
            ("Description", ""),
        ],
        vec![
            ("Action", "UpdateTerminationProtection"),
            ("StackName", "a"),
            ("EnableTerminationProtection", "yes"),
        ],
    ]
    .iter()
    .map(|fields| said(fields))
    .collect();
    insta::assert_snapshot!("refusals", texts.join("\n"));
}

proptest! {
    /// Whatever is in a template, a tag or a parameter arrives as it was sent.
    #[test]
    fn every_text_arrives(body in ".{1,200}", key in "\\PC{1,128}", value in "\\PC{1,256}") {
        let form = form(&[
            ("Action", "CreateStack"),
            ("Version", "2010-05-15"),
            ("StackName", "a"),
            ("TemplateBody", &body),
            ("Tags.member.1.Key", &key),
            ("Tags.member.1.Value", &value),
            ("Parameters.member.1.ParameterKey", &key),
            ("Parameters.member.1.ParameterValue", &value),
        ]);
        let request = wire::read(form.as_bytes()).unwrap();
        let Action::CreateStack { target, .. } = request.action else {
            return Err(TestCaseError::fail("another action"));
        };
        let tags = target.tags.unwrap();
        prop_assert_eq!(target.template, TemplateInput::Body(body));
        prop_assert_eq!((&tags[0].key, &tags[0].value), (&key, &value));
        prop_assert_eq!(&target.parameters[0].name, &key);
        prop_assert_eq!(&target.parameters[0].value, &ParameterValue::Given(value));
    }

    /// Nothing that comes in brings the reader down.
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(wire::read(&bytes).is_err());
    }
}
