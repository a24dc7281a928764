//! A sample of every answer: with everything that it can have, and with as little as it
//! can.

use std::collections::BTreeMap;

use cloudformation::{
    Capability, ChangeAction, Identity, Output, Page, PropertyDifference, Replacement, Stack,
    StackDrift, StackDriftDetection, StackEvent, StackOperation, StackResource, StackResourceDrift,
    StackSummary, Tag, ValidationFailureMode, ValidationFinding, ValidationStatus,
};
use emulator::api::{
    Change, ChangeSetDescription, ChangeSetSummary, Export, OperationEvent, OperationEventKind,
    PropertyChange, ResourceIdentifiers, TemplateParameter, TemplateSummary, Time,
};

pub(crate) const ID: &str = "4f1d6a0e-0d3c-4af1-8e2a-0a1b2c3d4e5f";
pub(crate) const STACK: &str = "arn:aws:cloudformation:eu-central-1:111122223333:stack/lemonade/6f9c1a20-0d3c-11f1-8e2a-0a1b2c3d4e5f";
pub(crate) const SET: &str = "arn:aws:cloudformation:eu-central-1:111122223333:changeSet/run-1/7a0d2b31-0d3c-11f1-8e2a-0a1b2c3d4e5f";
const AT: Time = Time(1_770_091_506_789);
const AT_TEXT: &str = "2026-02-03T04:05:06.789Z";

pub(crate) fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

pub(crate) fn page<T>(items: Vec<T>) -> Page<T> {
    Page {
        items,
        next: text("2"),
    }
}

pub(crate) const fn last<T>(items: Vec<T>) -> Page<T> {
    Page { items, next: None }
}

pub(crate) fn identity() -> Identity {
    Identity {
        account: "111122223333".to_owned(),
        arn: "arn:aws:iam::111122223333:user/ann".to_owned(),
        user_id: "AIDAEXAMPLE".to_owned(),
    }
}

fn drift(status: &str) -> StackDrift {
    StackDrift {
        status: status.into(),
        checked: None,
    }
}

fn tag() -> Tag {
    Tag {
        key: "lemonade:environment".to_owned(),
        value: "staging".to_owned(),
    }
}

fn parameters() -> BTreeMap<String, String> {
    BTreeMap::from([("ImageDigest".to_owned(), "sha256:0f".to_owned())])
}

fn topics() -> Vec<String> {
    vec!["arn:aws:sns:eu-central-1:111122223333:topic".to_owned()]
}

fn resolved() -> BTreeMap<String, String> {
    BTreeMap::from([("ImageDigest".to_owned(), "sha256:1e".to_owned())])
}

pub(crate) fn bare_stack() -> Stack {
    Stack {
        id: STACK.into(),
        name: "lemonade".into(),
        created: AT_TEXT.to_owned(),
        status: "CREATE_IN_PROGRESS".into(),
        drift: drift("NOT_CHECKED"),
        ..Stack::default()
    }
}

pub(crate) fn stack() -> Stack {
    let output = |key: &str, description, export| Output {
        key: key.to_owned(),
        value: "vpc-0a1b".to_owned(),
        description,
        export,
    };
    Stack {
        description: text("The network"),
        change_set_id: text(SET).map(Into::into),
        parameters: parameters(),
        resolved_parameters: resolved(),
        notification_arns: topics(),
        updated: text("2026-02-03T04:05:07.789Z"),
        deleted: text("2026-02-03T04:05:08.789Z"),
        status: "DELETE_COMPLETE".into(),
        status_reason: text("because"),
        disable_rollback: true,
        capabilities: vec![
            Capability::Iam,
            Capability::NamedIam,
            Capability::AutoExpand,
        ],
        outputs: vec![
            output(
                "VpcId",
                text("the VPC"),
                text("lemonade:VpcId").map(Into::into),
            ),
            output("Plain", None, None),
        ],
        role: text("arn:aws:iam::111122223333:role/execution"),
        tags: BTreeMap::from([(tag().key, tag().value)]),
        termination_protection: true,
        drift: drift("DRIFTED"),
        last_operations: vec![operation("ROLLBACK"), operation("UPDATE_STACK")],
        ..bare_stack()
    }
}

pub(crate) fn summaries() -> Vec<StackSummary> {
    let bare = StackSummary {
        id: STACK.into(),
        name: "lemonade".into(),
        created: AT_TEXT.to_owned(),
        status: "CREATE_COMPLETE".into(),
        drift: drift("NOT_CHECKED"),
        ..StackSummary::default()
    };
    let full = StackSummary {
        description: text("The network"),
        updated: text(AT_TEXT),
        deleted: text(AT_TEXT),
        status: "DELETE_COMPLETE".into(),
        status_reason: text("because"),
        ..bare.clone()
    };
    vec![full, bare]
}

pub(crate) fn empty_set() -> ChangeSetDescription {
    ChangeSetDescription {
        summary: ChangeSetSummary {
            id: SET.to_owned(),
            name: "run-1".to_owned(),
            stack_id: STACK.to_owned(),
            stack_name: "lemonade".to_owned(),
            status: "FAILED".into(),
            status_reason: text("The submitted information didn't contain changes."),
            execution_status: "UNAVAILABLE".into(),
            created: AT,
            description: None,
        },
        parameters: BTreeMap::new(),
        resolved_parameters: BTreeMap::new(),
        notification_arns: Vec::new(),
        capabilities: vec![],
        tags: vec![],
        import_existing: false,
        changes: last(vec![]),
    }
}

pub(crate) fn change_set() -> ChangeSetDescription {
    let empty = empty_set();
    ChangeSetDescription {
        summary: ChangeSetSummary {
            status: "CREATE_COMPLETE".into(),
            status_reason: None,
            execution_status: "AVAILABLE".into(),
            description: text("commit 0f1e2d"),
            ..empty.summary
        },
        parameters: parameters(),
        resolved_parameters: resolved(),
        notification_arns: topics(),
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
        change(ChangeAction::Add, Replacement::Never, &[], vec![]),
        change(
            ChangeAction::Modify,
            Replacement::Conditional,
            &["Properties", "Tags"],
            modified,
        ),
        change(
            ChangeAction::Modify,
            Replacement::Always,
            &["Metadata"],
            vec![],
        ),
        change(ChangeAction::Modify, Replacement::Never, &[], vec![]),
        change(ChangeAction::Remove, Replacement::Never, &[], vec![]),
        change(ChangeAction::Import, Replacement::Never, &[], vec![]),
        change(ChangeAction::Dynamic, Replacement::Never, &[], vec![]),
    ]
}

pub(crate) fn events() -> Vec<StackEvent> {
    let event = StackEvent {
        id: "Vpc-CREATE_FAILED-2026".to_owned(),
        stack_id: STACK.into(),
        stack_name: "lemonade".into(),
        logical_id: "Vpc".into(),
        physical_id: text("vpc-0a1b").map(Into::into),
        resource_type: "AWS::EC2::VPC".to_owned(),
        at: AT_TEXT.to_owned(),
        status: "CREATE_FAILED".into(),
        reason: text("The maximum number of VPCs has been reached."),
        token: text("run-1").map(Into::into),
        operation: text(OPERATION),
    };
    let bare = StackEvent {
        physical_id: None,
        status: "CREATE_IN_PROGRESS".into(),
        reason: None,
        token: None,
        operation: None,
        ..event.clone()
    };
    vec![event, bare]
}

pub(crate) fn resources() -> Vec<StackResource> {
    let resource = StackResource {
        stack_id: STACK.into(),
        stack_name: "lemonade".into(),
        logical_id: "Vpc".into(),
        physical_id: text("vpc-0a1b").map(Into::into),
        resource_type: "AWS::EC2::VPC".to_owned(),
        updated: AT_TEXT.to_owned(),
        status: "UPDATE_COMPLETE".into(),
        status_reason: text("because"),
        drift: "IN_SYNC".into(),
    };
    let bare = StackResource {
        physical_id: None,
        status: "CREATE_IN_PROGRESS".into(),
        status_reason: None,
        ..resource.clone()
    };
    vec![resource, bare]
}

pub(crate) fn bare_template() -> TemplateSummary {
    TemplateSummary {
        description: None,
        parameters: vec![],
        capabilities: vec![],
        capabilities_reason: None,
        resource_types: vec!["AWS::EC2::VPC".to_owned()],
        version: None,
        metadata: None,
        identifiers: vec![ResourceIdentifiers {
            resource_type: "AWS::EC2::VPC".to_owned(),
            logical_ids: vec!["Vpc".to_owned()],
            properties: vec!["VpcId".to_owned()],
        }],
    }
}

pub(crate) fn template() -> TemplateSummary {
    let parameter = |default: Option<&str>, no_echo| TemplateParameter {
        key: "ImageDigest".to_owned(),
        parameter_type: "String".to_owned(),
        default: default.map(str::to_owned),
        no_echo,
        description: default.map(|_| "The image".to_owned()),
        allowed: default.iter().map(|value| (*value).to_owned()).collect(),
    };
    TemplateSummary {
        description: text("The service"),
        parameters: vec![parameter(Some(""), false), parameter(None, true)],
        capabilities: vec![Capability::NamedIam],
        capabilities_reason: text(
            "The following resource(s) require capabilities: [AWS::IAM::Role]",
        ),
        resource_types: vec!["AWS::ECS::Service".to_owned(), "AWS::IAM::Role".to_owned()],
        version: text("2010-09-09"),
        metadata: text(r#"{"Notes":[]}"#),
        identifiers: vec![],
    }
}

pub(crate) fn export() -> Export {
    Export {
        stack_id: STACK.to_owned(),
        name: "lemonade:VpcId".to_owned(),
        value: "vpc-0a1b".to_owned(),
    }
}

pub(crate) fn detection(drifted: Option<usize>) -> StackDriftDetection {
    StackDriftDetection {
        id: ID.to_owned(),
        stack_id: STACK.into(),
        status: drifted
            .map_or("DETECTION_IN_PROGRESS", |_| "DETECTION_COMPLETE")
            .into(),
        reason: None,
        drift_status: drifted.map(|_| "DRIFTED".into()),
        drifted,
        at: AT_TEXT.to_owned(),
    }
}

pub(crate) fn drifts() -> Vec<StackResourceDrift> {
    let modified = StackResourceDrift {
        stack_id: STACK.into(),
        logical_id: "Vpc".into(),
        physical_id: text("vpc-0a1b").map(Into::into),
        resource_type: "AWS::EC2::VPC".to_owned(),
        status: "MODIFIED".into(),
        expected: "{\"EnableDnsSupport\":true}".to_owned(),
        actual: "{\"EnableDnsSupport\":false}".to_owned(),
        differences: vec![PropertyDifference {
            path: "/EnableDnsSupport".to_owned(),
            expected: text("true"),
            actual: text("false"),
        }],
        at: AT_TEXT.to_owned(),
    };
    let deleted = StackResourceDrift {
        status: "DELETED".into(),
        differences: vec![],
        ..modified.clone()
    };
    vec![modified, deleted]
}

fn operation(kind: &str) -> StackOperation {
    StackOperation {
        id: OPERATION.to_owned(),
        kind: kind.into(),
    }
}

pub(crate) const OPERATION: &str = "075e9710-aded-11f1-8b1f-12c57570c835";

pub(crate) fn operation_events() -> Vec<OperationEvent> {
    let event = |what| OperationEvent {
        id: ID.to_owned(),
        stack_id: STACK.to_owned(),
        operation: operation("UPDATE_STACK"),
        at: AT,
        token: None,
        what,
    };
    let ended = |ended| OperationEventKind::Operation {
        status: if ended { "FAILED" } else { "IN_PROGRESS" },
        started: AT,
        ended: ended.then_some(AT),
    };
    let finding = ValidationFinding {
        name: "BUCKET_EMPTINESS_VALIDATION".to_owned(),
        mode: ValidationFailureMode::Warn,
        status: ValidationStatus::Failed,
        logical_id: "Bucket".into(),
        resource_type: "AWS::S3::Bucket".to_owned(),
        path: text("/Resources/Bucket"),
        reason: "The bucket 'data' is not empty.".to_owned(),
    };
    let mut events = vec![
        event(ended(true)),
        event(OperationEventKind::Validation(finding)),
    ];
    for resource in self::events() {
        events.push(event(OperationEventKind::Error(resource.clone())));
        events.push(event(OperationEventKind::Progress(resource)));
    }
    events.push(OperationEvent {
        token: text("token-1").map(Into::into),
        ..event(ended(false))
    });
    events
}
