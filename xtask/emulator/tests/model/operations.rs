//! Operations, their ids and their events.

use cloudformation::{ChangeSetType, OperationType, ValidationFailureMode, ValidationFinding};
use emulator::api::{Action, Answer, ChangeSetDescription, OperationEvent, OperationEventKind};
use emulator::{Options, OutOfBandChange, ResourceOperation};
use serde_json::{Value, json};

use crate::support::{Client, change_set, producer, target, topic};

fn asked(stack: Option<&str>, change_set: Option<&str>, operation: Option<&str>) -> Action {
    Action::DescribeEvents {
        stack: stack.map(str::to_owned),
        change_set: change_set.map(str::to_owned),
        operation: operation.map(str::to_owned),
        failed: false,
        next: None,
    }
}

/// All pages, newest first.
fn events(client: &mut Client, mut action: Action) -> Vec<OperationEvent> {
    let mut found = Vec::new();
    loop {
        let Answer::OperationEvents(page) = client.call(&action).unwrap() else {
            panic!("other events");
        };
        found.extend(page.items);
        let Action::DescribeEvents { next, .. } = &mut action else {
            unreachable!()
        };
        *next = page.next;
        if next.is_none() {
            return found;
        }
    }
}

fn failed(mut action: Action) -> Action {
    let Action::DescribeEvents { failed, .. } = &mut action else {
        unreachable!()
    };
    *failed = true;
    action
}

fn line(event: &OperationEvent) -> String {
    match &event.what {
        OperationEventKind::Operation { status, .. } => {
            format!("{} {status}", event.operation.kind)
        }
        OperationEventKind::Progress(event) => format!("{} {}", event.logical_id, event.status),
        OperationEventKind::Error(event) => format!("! {} {}", event.logical_id, event.status),
        OperationEventKind::Validation(finding) => format!("{} {}", finding.mode, finding.name),
    }
}

fn lines(events: &[OperationEvent]) -> Vec<String> {
    events.iter().rev().map(line).collect()
}

fn findings(client: &mut Client, change_set: &str) -> Vec<ValidationFinding> {
    let events = events(client, failed(asked(None, Some(change_set), None)));
    let finding = |event: OperationEvent| match event.what {
        OperationEventKind::Validation(finding) => finding,
        other => panic!("{other:?}"),
    };
    events.into_iter().map(finding).collect()
}

fn last(client: &mut Client, stack: &str) -> Vec<OperationType> {
    let operations = client.stack(stack).last_operations;
    operations.into_iter().map(|one| one.kind).collect()
}

fn creating(name: &str, template: &Value) -> Action {
    change_set(target(name, template), "first", ChangeSetType::Create)
}

fn updating(name: &str, template: &Value) -> Action {
    change_set(target(name, template), "next", ChangeSetType::Update)
}

#[test]
fn an_operation_has_an_id_that_its_events_have() {
    let mut client = Client::with(Options {
        page_size: 2,
        ..Options::default()
    });
    let Answer::Started { id, .. } = client.create("topic", &topic("a")).unwrap() else {
        panic!("no operation");
    };
    client.settle();
    assert_eq!(last(&mut client, "topic"), [OperationType::CreateStack]);
    assert_eq!(client.stack("topic").last_operations[0].id, id);
    let ids = client.events("topic").into_iter().map(|one| one.operation);
    assert!(ids.into_iter().all(|one| one.as_deref() == Some(&id)));
    assert_eq!(
        lines(&events(&mut client, asked(None, None, Some(&id)))),
        [
            "CREATE_STACK IN_PROGRESS",
            "topic CREATE_IN_PROGRESS",
            "Topic CREATE_IN_PROGRESS",
            "Topic CREATE_IN_PROGRESS",
            "Topic CREATE_COMPLETE",
            "topic CREATE_COMPLETE",
            "CREATE_STACK SUCCEEDED"
        ]
    );
    client.updated("topic", &topic("b"));
    assert_eq!(last(&mut client, "topic"), [OperationType::UpdateStack]);
    let stack = client.stack("topic").id;
    client.delete("topic").unwrap();
    client.settle();
    assert_eq!(
        last(&mut client, stack.as_str()),
        [OperationType::DeleteStack]
    );
}

#[test]
fn a_call_that_is_repeated_has_the_id_of_the_first() {
    let mut client = Client::new();
    let mut once = target("topic", &topic("a"));
    once.token = Some("token-1".into());
    let first = client.call(&crate::support::create(once.clone())).unwrap();
    client.settle();
    client.updated("topic", &topic("b"));
    let again = client.call(&crate::support::create(once)).unwrap();
    assert_eq!(first, again);
}

#[test]
fn a_rollback_is_an_operation_after_the_one_that_failed() {
    let mut client = Client::new();
    client.created("topic", &topic("a"));
    client.fail("Topic", ResourceOperation::Update, Some(1));
    client.update("topic", &topic("b")).unwrap();
    client.settle();
    assert_eq!(
        last(&mut client, "topic"),
        [OperationType::Rollback, OperationType::UpdateStack]
    );
    let failure = client.stack("topic").last_operations[1].id.clone();
    let errors = events(&mut client, failed(asked(None, None, Some(&failure))));
    assert_eq!(lines(&errors), ["! Topic UPDATE_FAILED"]);
    let all = lines(&events(&mut client, asked(None, None, Some(&failure))));
    assert_eq!(all.last().unwrap(), "UPDATE_STACK FAILED");
    // The stack alone stands for its last operation, in which nothing failed.
    let of_stack = events(&mut client, failed(asked(Some("topic"), None, None)));
    assert_eq!(lines(&of_stack), [""; 0]);
    let of_stack = lines(&events(&mut client, asked(Some("topic"), None, None)));
    assert_eq!(of_stack.first().unwrap(), "ROLLBACK IN_PROGRESS");
    assert_eq!(of_stack.last().unwrap(), "ROLLBACK SUCCEEDED");
}

#[test]
fn recovery_is_an_operation_of_its_own() {
    let mut client = Client::new();
    client.created("topic", &topic("a"));
    client.fail("Topic", ResourceOperation::Update, Some(1));
    client.fail("Topic", ResourceOperation::Rollback, Some(1));
    client.update("topic", &topic("b")).unwrap();
    client.settle();
    assert_eq!(client.status("topic"), "UPDATE_ROLLBACK_FAILED");
    let rollback = client.stack("topic").last_operations[0].id.clone();
    let all = lines(&events(&mut client, asked(None, None, Some(&rollback))));
    assert_eq!(all.last().unwrap(), "ROLLBACK FAILED");
    client
        .call(&Action::ContinueUpdateRollback {
            stack: "topic".to_owned(),
            skip: Vec::new(),
            token: None,
        })
        .unwrap();
    client.settle();
    assert_eq!(
        last(&mut client, "topic"),
        [OperationType::ContinueRollback]
    );
}

#[test]
fn a_change_set_is_an_operation_that_is_not_the_stack_s() {
    let mut client = Client::new();
    client.created("topic", &topic("a"));
    let set = client.change_set(&updating("topic", &topic("b")));
    assert_eq!(last(&mut client, "topic"), [OperationType::CreateStack]);
    let expected = ["CREATE_CHANGESET IN_PROGRESS", "CREATE_CHANGESET SUCCEEDED"];
    for action in [
        asked(None, Some(&set.summary.id), None),
        asked(Some("topic"), Some("next"), None),
        asked(Some("topic"), None, None),
    ] {
        assert_eq!(lines(&events(&mut client, action)), expected);
    }
}

#[test]
fn what_is_not_there_has_no_events() {
    let mut client = Client::new();
    client.created("topic", &topic("a"));
    let mut refusal = |action| client.call(&action).unwrap_err().to_string();
    let one_of =
        "ValidationError: One of ChangeSetName, OperationId or StackName must be specified";
    assert_eq!(refusal(asked(None, None, None)), one_of);
    assert_eq!(refusal(asked(None, Some("next"), None)), one_of);
    assert_eq!(
        refusal(asked(Some("topic"), Some("next"), None)),
        "ChangeSetNotFound: ChangeSet [next] does not exist"
    );
    assert_eq!(
        refusal(asked(Some("none"), None, None)),
        "ValidationError: Stack [none] does not exist"
    );
    assert_eq!(
        refusal(asked(None, None, Some("none"))),
        "ValidationError: Operation [none] does not exist"
    );
}

#[test]
fn validation_says_where_a_change_set_fails() {
    let mut client = Client::new();
    client.created("producer", &producer("logs", "taken"));
    let mut template = producer("more", "taken");
    template["Resources"]["Policy"] = json!({
        "Type": "AWS::IAM::ManagedPolicy", "Properties": {"Statement": []}});
    let set = client.change_set(&creating("other", &template));
    assert_eq!(set.summary.status, "FAILED");
    let found: Vec<String> = findings(&mut client, &set.summary.id)
        .into_iter()
        .rev()
        .map(|one| format!("{} {} {}", one.mode, one.name, one.sentence()))
        .collect();
    assert_eq!(
        found,
        [
            "FAIL NAME_CONFLICT_VALIDATION /Resources/Logs: Resource of type \
             'AWS::Logs::LogGroup' with identifier 'taken' already exists.",
            "FAIL PROPERTY_VALIDATION /Resources/Policy/Properties: Required property \
             [PolicyDocument] not found",
            "FAIL PROPERTY_VALIDATION /Resources/Policy/Properties: Unsupported property [Statement]",
        ]
    );
}

#[test]
fn validation_says_which_value_a_change_set_fails_for() {
    let mut client = Client::new();
    let bucket = |properties: Value| json!({"Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": properties}}});
    client.created("storage", &bucket(json!({})));
    let rule = json!({"Status": "On", "ExpirationInDays": 1});
    let set = client.change_set(&updating(
        "storage",
        &bucket(json!({"LifecycleConfiguration": {"Rules": [rule]}})),
    ));
    assert_eq!(set.summary.status, "FAILED");
    let found: Vec<String> = findings(&mut client, &set.summary.id)
        .iter()
        .map(|one| one.sentence())
        .collect();
    assert_eq!(
        found,
        [
            "/Resources/Bucket/Properties/LifecycleConfiguration/Rules/0/Status: is \"On\", must be \"Enabled\" or \"Disabled\""
        ]
    );
}

fn balanced() -> [Value; 2] {
    let balancer = json!({
        "Resources": {
            "Targets": {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup", "Properties": {
                "TargetType": "instance", "Protocol": "HTTP", "Port": 80, "VpcId": "vpc-1",
            }},
        },
        "Outputs": {"Targets": {"Value": {"Ref": "Targets"}, "Export": {"Name": "targets"}}},
    });
    let service = json!({"Resources": {
        "Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": {
            "NetworkMode": "awsvpc",
            "ContainerDefinitions": [{"Name": "web", "Image": "web", "Memory": 64, "PortMappings": [{"ContainerPort": 80}]}],
        }},
        "Service": {"Type": "AWS::ECS::Service", "Properties": {
            "TaskDefinition": {"Ref": "Task"},
            "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": ["subnet-1"]}},
            "LoadBalancers": [{"ContainerName": "web", "ContainerPort": 80, "TargetGroupArn": {"Fn::ImportValue": "targets"}}],
        }},
    }});
    [balancer, service]
}

/// The change set of the service, with the target group in a stack of its own.
fn checked(checks: bool) -> (Client, ChangeSetDescription) {
    let [balancer, service] = balanced();
    let mut client = Client::with(Options {
        checks,
        ..Options::default()
    });
    client.created("balancer", &balancer);
    let action = change_set(target("service", &service), "first", ChangeSetType::Create);
    let set = client.change_set(&action);
    (client, set)
}

#[test]
fn checks_fail_a_change_set_where_they_are_asked_for() {
    let (_, set) = checked(false);
    assert_eq!(set.summary.status, "CREATE_COMPLETE");

    let (mut client, set) = checked(true);
    assert_eq!(set.summary.status, "FAILED");
    let reason = set.summary.status_reason.unwrap_or_default();
    assert!(reason.contains("[Local::Checks]"), "{reason}");
    let found = findings(&mut client, &set.summary.id);
    let [found] = &found[..] else {
        panic!("{found:#?}");
    };
    assert_eq!(found.name, "ecs/target-type");
    assert_eq!(found.resource_type, "AWS::ECS::Service");
    assert_eq!(
        found.path.as_deref(),
        Some("/Resources/Service/Properties/LoadBalancers/0/TargetGroupArn")
    );
}

#[test]
fn a_warning_of_the_checks_leaves_a_change_set_executable() {
    let mut client = Client::with(Options {
        checks: true,
        ..Options::default()
    });
    let policy = json!({"Resources": {"Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {
        "PolicyDocument": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
    }}}});
    let set = client.change_set(&change_set(
        target("policies", &policy),
        "first",
        ChangeSetType::Create,
    ));
    assert_eq!(set.summary.status, "CREATE_COMPLETE", "{set:?}");
    let found = findings(&mut client, &set.summary.id);
    assert!(
        found
            .iter()
            .any(|one| one.name == "iam/everything" && one.is_warning()),
        "{found:#?}"
    );
}

fn storage() -> Value {
    json!({"Resources": {
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "data"}},
        "Images": {"Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": "images"}},
    }})
}

fn put(client: &mut Client, logical_id: &str, what: &str) {
    let caller = client.caller.clone();
    let change = OutOfBandChange::Put {
        what: what.to_owned(),
    };
    client
        .cloud
        .change_out_of_band(&caller, "storage", logical_id, &change)
        .unwrap();
}

#[test]
fn validation_warns_of_what_is_not_empty() {
    let mut client = Client::new();
    client.created("storage", &storage());
    let less = json!({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}});
    // Both are empty.
    let set = client.change_set(&updating("storage", &less));
    assert_eq!(findings(&mut client, &set.summary.id), []);

    put(&mut client, "Bucket", "objects");
    put(&mut client, "Images", "images");
    let action = change_set(target("storage", &less), "again", ChangeSetType::Update);
    let set = client.change_set(&action);
    assert_eq!(set.summary.status, "CREATE_COMPLETE");
    assert_eq!(set.summary.execution_status, "AVAILABLE");
    let found = findings(&mut client, &set.summary.id);
    assert!(
        found
            .iter()
            .all(|one| one.mode == ValidationFailureMode::Warn && one.is_warning())
    );
    let found: Vec<(&str, String)> = found
        .iter()
        .rev()
        .map(|one| (one.name.as_str(), one.sentence()))
        .collect();
    assert_eq!(
        found[0],
        (
            "BUCKET_EMPTINESS_VALIDATION",
            "/Resources/Bucket: The bucket 'data' is not empty. You must either delete all \
             objects and versions or use the deletion policy to retain it, otherwise the delete \
             operation will fail."
                .to_owned()
        )
    );
    assert_eq!(found[1].0, "REPOSITORY_EMPTINESS_VALIDATION");

    // What is retained needs no warning, and neither does what is emptied first.
    let mut kept = storage();
    kept["Resources"]["Bucket"]["DeletionPolicy"] = json!("Retain");
    kept["Resources"]["Images"]["Properties"]["EmptyOnDelete"] = json!(true);
    client.updated("storage", &kept);
    let action = change_set(target("storage", &less), "last", ChangeSetType::Update);
    let set = client.change_set(&action);
    assert_eq!(findings(&mut client, &set.summary.id), []);
}

#[test]
fn without_validation_there_is_nothing_to_find() {
    let mut client = Client::with(Options {
        early_validation: false,
        ..Options::default()
    });
    client.created("storage", &storage());
    put(&mut client, "Bucket", "objects");
    let less = json!({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}});
    let set = client.change_set(&updating("storage", &less));
    assert_eq!(findings(&mut client, &set.summary.id), []);
}
