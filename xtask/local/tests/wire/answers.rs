//! What is answered is written as clients read it.
//!
//! Each snapshot is checked against botocore's service model too, in `tests/clients/answers.py` of
//! the workspace.

use std::collections::BTreeSet;

use local_cloudformation::api::{
    Answer, ApiError, Capability, Change, ChangeAction, ChangeSet, ChangeSetSummary,
    DriftDetection, Export, Identity, Output, Page, Parameter, PropertyChange, Replacement,
    ResourceDrift, Stack, StackEvent, StackResource, StackSummary, Tag, TemplateParameter,
    TemplateSummary, Time,
};
use local_cloudformation::wire::{self, Operation as O, Service};

const ID: &str = "4f1d6a0e-0d3c-4af1-8e2a-0a1b2c3d4e5f";
const STACK: &str = "arn:aws:cloudformation:eu-central-1:111122223333:stack/lemonade/6f9c1a20-0d3c-11f1-8e2a-0a1b2c3d4e5f";
const SET: &str = "arn:aws:cloudformation:eu-central-1:111122223333:changeSet/run-1/7a0d2b31-0d3c-11f1-8e2a-0a1b2c3d4e5f";
const AT: Time = Time(1_770_091_506_789);

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

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn page<T>(items: Vec<T>) -> Page<T> {
    Page {
        items,
        next: text("2"),
    }
}

const fn last<T>(items: Vec<T>) -> Page<T> {
    Page { items, next: None }
}

fn answers() -> Vec<(O, &'static str, Answer)> {
    let id = || Answer::StackId(STACK.to_owned());
    vec![
        (O::GetCallerIdentity, "", Answer::Identity(identity())),
        (
            O::DescribeStacks,
            "",
            Answer::Stacks(page(vec![stack(), bare_stack()])),
        ),
        (O::DescribeStacks, "-none", Answer::Stacks(last(vec![]))),
        (O::ListStacks, "", Answer::StackSummaries(page(summaries()))),
        (O::CreateStack, "", id()),
        (O::UpdateStack, "", id()),
        (O::DeleteStack, "", Answer::Done),
        (O::CancelUpdateStack, "", Answer::Done),
        (O::ContinueUpdateRollback, "", Answer::Done),
        (O::RollbackStack, "", id()),
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

fn identity() -> Identity {
    Identity {
        account: "111122223333".to_owned(),
        arn: "arn:aws:iam::111122223333:user/somebody".to_owned(),
        user_id: "AIDAEXAMPLE".to_owned(),
    }
}

fn tag() -> Tag {
    Tag {
        key: "lemonade:environment".to_owned(),
        value: "staging".to_owned(),
    }
}

fn parameter() -> Parameter {
    Parameter {
        key: "ImageDigest".to_owned(),
        value: text("sha256:0f"),
    }
}

fn bare_stack() -> Stack {
    Stack {
        id: STACK.to_owned(),
        name: "lemonade".to_owned(),
        description: None,
        change_set_id: None,
        parameters: vec![],
        created: AT,
        updated: None,
        deleted: None,
        status: "CREATE_IN_PROGRESS".to_owned(),
        status_reason: None,
        disable_rollback: false,
        capabilities: vec![],
        outputs: vec![],
        role: None,
        tags: vec![],
        termination_protection: false,
        drift_status: "NOT_CHECKED".to_owned(),
    }
}

fn stack() -> Stack {
    let output = |key: &str, description, export| Output {
        key: key.to_owned(),
        value: "vpc-0a1b".to_owned(),
        description,
        export,
    };
    Stack {
        description: text("The network"),
        change_set_id: text(SET),
        parameters: vec![parameter()],
        updated: Some(Time(AT.0 + 1_000)),
        deleted: Some(Time(AT.0 + 2_000)),
        status: "DELETE_COMPLETE".to_owned(),
        status_reason: text("because"),
        disable_rollback: true,
        capabilities: vec![
            Capability::Iam,
            Capability::NamedIam,
            Capability::AutoExpand,
        ],
        outputs: vec![
            output("VpcId", text("the VPC"), text("lemonade:VpcId")),
            output("Plain", None, None),
        ],
        role: text("arn:aws:iam::111122223333:role/execution"),
        tags: vec![tag()],
        termination_protection: true,
        drift_status: "DRIFTED".to_owned(),
        ..bare_stack()
    }
}

fn summaries() -> Vec<StackSummary> {
    let bare = StackSummary {
        id: STACK.to_owned(),
        name: "lemonade".to_owned(),
        description: None,
        created: AT,
        updated: None,
        deleted: None,
        status: "CREATE_COMPLETE".to_owned(),
        status_reason: None,
        drift_status: "NOT_CHECKED".to_owned(),
    };
    let full = StackSummary {
        description: text("The network"),
        updated: Some(AT),
        deleted: Some(AT),
        status: "DELETE_COMPLETE".to_owned(),
        status_reason: text("because"),
        ..bare.clone()
    };
    vec![full, bare]
}

fn empty_set() -> ChangeSet {
    ChangeSet {
        summary: ChangeSetSummary {
            id: SET.to_owned(),
            name: "run-1".to_owned(),
            stack_id: STACK.to_owned(),
            stack_name: "lemonade".to_owned(),
            status: "FAILED".to_owned(),
            status_reason: text("The submitted information didn't contain changes."),
            execution_status: "UNAVAILABLE".to_owned(),
            created: AT,
            description: None,
        },
        parameters: vec![],
        capabilities: vec![],
        tags: vec![],
        import_existing: false,
        changes: last(vec![]),
    }
}

fn change_set() -> ChangeSet {
    let empty = empty_set();
    ChangeSet {
        summary: ChangeSetSummary {
            status: "CREATE_COMPLETE".to_owned(),
            status_reason: None,
            execution_status: "AVAILABLE".to_owned(),
            description: text("commit 0f1e2d"),
            ..empty.summary
        },
        parameters: vec![parameter()],
        capabilities: vec![Capability::NamedIam],
        tags: vec![tag()],
        import_existing: true,
        changes: page(changes()),
    }
}

fn changes() -> Vec<Change> {
    let change = |action, replacement, scope: &[&str], details| Change {
        action,
        policy_action: (action == ChangeAction::Remove).then(|| "Retain".to_owned()),
        logical_id: "Service".to_owned(),
        physical_id: (action != ChangeAction::Add).then(|| "service-1".to_owned()),
        resource_type: "AWS::ECS::Service".to_owned(),
        replacement,
        scope: scope.iter().map(|scope| (*scope).to_owned()).collect(),
        details,
    };
    let detail = |name: Option<&str>, recreation: &str, before, after| PropertyChange {
        attribute: name.map_or("Tags", |_| "Properties").to_owned(),
        name: name.map(str::to_owned),
        requires_recreation: recreation.to_owned(),
        evaluation: "Static".to_owned(),
        change_source: "DirectModification".to_owned(),
        causing_entity: None,
        before,
        after,
    };
    let caused = PropertyChange {
        evaluation: "Dynamic".to_owned(),
        change_source: "ResourceAttribute".to_owned(),
        causing_entity: text("Cluster.Arn"),
        ..detail(Some("Cluster"), "Conditionally", None, None)
    };
    let modified = vec![
        detail(Some("ServiceName"), "Always", text("\"a\""), text("\"b\"")),
        detail(None, "Never", None, text("[]")),
        detail(Some("Role"), "Never", text("\"r\""), None),
        caused,
    ];
    vec![
        change(ChangeAction::Add, None, &[], vec![]),
        change(
            ChangeAction::Modify,
            Some(Replacement::Conditional),
            &["Properties", "Tags"],
            modified,
        ),
        change(
            ChangeAction::Modify,
            Some(Replacement::True),
            &["Metadata"],
            vec![],
        ),
        change(ChangeAction::Modify, Some(Replacement::False), &[], vec![]),
        change(ChangeAction::Remove, None, &[], vec![]),
        change(ChangeAction::Import, None, &[], vec![]),
        change(ChangeAction::Dynamic, None, &[], vec![]),
    ]
}

fn events() -> Vec<StackEvent> {
    let event = StackEvent {
        id: "Vpc-CREATE_FAILED-2026".to_owned(),
        stack_id: STACK.to_owned(),
        stack_name: "lemonade".to_owned(),
        logical_id: "Vpc".to_owned(),
        physical_id: text("vpc-0a1b"),
        resource_type: "AWS::EC2::VPC".to_owned(),
        at: AT,
        status: "CREATE_FAILED".to_owned(),
        reason: text("The maximum number of VPCs has been reached."),
        token: text("run-1"),
    };
    let bare = StackEvent {
        physical_id: None,
        status: "CREATE_IN_PROGRESS".to_owned(),
        reason: None,
        token: None,
        ..event.clone()
    };
    vec![event, bare]
}

fn resources() -> Vec<StackResource> {
    let resource = StackResource {
        stack_id: STACK.to_owned(),
        stack_name: "lemonade".to_owned(),
        logical_id: "Vpc".to_owned(),
        physical_id: text("vpc-0a1b"),
        resource_type: "AWS::EC2::VPC".to_owned(),
        updated: AT,
        status: "UPDATE_COMPLETE".to_owned(),
        status_reason: text("because"),
        drift_status: "IN_SYNC".to_owned(),
    };
    let bare = StackResource {
        physical_id: None,
        status: "CREATE_IN_PROGRESS".to_owned(),
        status_reason: None,
        ..resource.clone()
    };
    vec![resource, bare]
}

fn bare_template() -> TemplateSummary {
    TemplateSummary {
        description: None,
        parameters: vec![],
        capabilities: vec![],
        capabilities_reason: None,
        resource_types: vec!["AWS::EC2::VPC".to_owned()],
    }
}

fn template() -> TemplateSummary {
    let parameter = |default: Option<&str>, no_echo| TemplateParameter {
        key: "ImageDigest".to_owned(),
        parameter_type: "String".to_owned(),
        default: default.map(str::to_owned),
        no_echo,
        description: default.map(|_| "The image".to_owned()),
    };
    TemplateSummary {
        description: text("The service"),
        parameters: vec![parameter(Some(""), false), parameter(None, true)],
        capabilities: vec![Capability::NamedIam],
        capabilities_reason: text(
            "The following resource(s) require capabilities: [AWS::IAM::Role]",
        ),
        resource_types: vec!["AWS::ECS::Service".to_owned(), "AWS::IAM::Role".to_owned()],
    }
}

fn export() -> Export {
    Export {
        stack_id: STACK.to_owned(),
        name: "lemonade:VpcId".to_owned(),
        value: "vpc-0a1b".to_owned(),
    }
}

fn detection(drifted: Option<usize>) -> DriftDetection {
    DriftDetection {
        id: ID.to_owned(),
        stack_id: STACK.to_owned(),
        status: drifted
            .map_or("DETECTION_IN_PROGRESS", |_| "DETECTION_COMPLETE")
            .to_owned(),
        drift_status: drifted.map(|_| "DRIFTED".to_owned()),
        drifted,
        at: AT,
    }
}

fn drifts() -> Vec<ResourceDrift> {
    let modified = ResourceDrift {
        stack_id: STACK.to_owned(),
        logical_id: "Vpc".to_owned(),
        physical_id: text("vpc-0a1b"),
        resource_type: "AWS::EC2::VPC".to_owned(),
        status: "MODIFIED".to_owned(),
        expected: "{\"EnableDnsSupport\":true}".to_owned(),
        actual: "{\"EnableDnsSupport\":false}".to_owned(),
        differences: vec![(
            "/EnableDnsSupport".to_owned(),
            "NOT_EQUAL".to_owned(),
            "true".to_owned(),
            "false".to_owned(),
        )],
        at: AT,
    };
    let deleted = ResourceDrift {
        status: "DELETED".to_owned(),
        differences: vec![],
        ..modified.clone()
    };
    vec![modified, deleted]
}
