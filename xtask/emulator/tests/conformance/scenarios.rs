//! Scenarios that hold for every CloudFormation.

use std::collections::BTreeSet;
use std::time::Duration;

use cloudformation::status::StackStatus;
use cloudformation::{
    Capability, ChangeAction, ChangeSet, ChangeSetId, ChangeSetName, ChangeSetOutcome,
    ChangeSetRequest, ChangeSetType, ClientError, ClientToken, CloudFormation, ExecutionStatus,
    ExportName, Parameter, ParameterValue, PhysicalId, Replacement, Stack, StackEvent, StackName,
    StackNameOrId,
};
use serde_json::{Value, json};

/// Long enough for any of these stacks at AWS.
const PATIENCE: usize = 1200;
const PACE: Duration = Duration::from_secs(1);

fn request(stack: &str, name: &str, kind: ChangeSetType, template: &Value) -> ChangeSetRequest {
    ChangeSetRequest {
        stack: StackName::from(stack).into(),
        name: name.into(),
        kind,
        template: template.to_string(),
        parameters: Vec::new(),
        capabilities: vec![Capability::NamedIam],
        tags: Vec::new(),
        role: None,
        description: "conformance".to_owned(),
        import_existing: false,
        token: format!("{stack}-{name}").into(),
    }
}

/// A change set that is made, or can't be.
async fn made<P: CloudFormation>(port: &P, request: &ChangeSetRequest) -> ChangeSet {
    let id = port.create_change_set(request).await.unwrap();
    for _ in 0..PATIENCE {
        let set = whole(port, &request.stack, &id).await;
        if set.outcome() != ChangeSetOutcome::InProgress {
            return set;
        }
        tokio::time::sleep(PACE).await;
    }
    panic!("the change set of {} is never made", request.stack);
}

/// A change set with all its pages.
async fn whole<P: CloudFormation>(port: &P, stack: &StackNameOrId, id: &ChangeSetId) -> ChangeSet {
    let mut set = port.change_set(stack, id, None).await.unwrap().unwrap();
    while let Some(next) = set.next.take() {
        let more = port
            .change_set(stack, id, Some(next))
            .await
            .unwrap()
            .unwrap();
        set.changes.extend(more.changes);
        set.next = more.next;
    }
    set
}

/// The stack, when nothing is going on in it.
async fn settled<P: CloudFormation>(port: &P, stack: impl Into<StackNameOrId>) -> Option<Stack> {
    let stack = stack.into();
    for _ in 0..PATIENCE {
        match port.stack(&stack).await.unwrap() {
            Some(view) if view.status.is_in_progress() => tokio::time::sleep(PACE).await,
            other => return other,
        }
    }
    panic!("{stack} never settles");
}

async fn execute<P: CloudFormation>(port: &P, set: &ChangeSet) -> Stack {
    // The last part of a change set's ARN is a UUID.
    let token = ClientToken::new(format!(
        "execute-{}",
        set.id.as_str().rsplit('/').next().unwrap()
    ));
    port.execute_change_set(&set.stack_id, &set.id, &token)
        .await
        .unwrap();
    settled(port, &set.stack_id).await.unwrap()
}

/// Makes and executes a change set.
async fn deploy<P: CloudFormation>(
    port: &P,
    stack: &str,
    name: &str,
    kind: ChangeSetType,
    template: &Value,
) -> Stack {
    let set = made(port, &request(stack, name, kind, template)).await;
    assert_eq!(
        set.outcome(),
        ChangeSetOutcome::Complete,
        "{:?}",
        set.status_reason
    );
    port.execute_change_set(
        &set.stack_id,
        &set.id,
        &format!("{stack}-{name}-execute").into(),
    )
    .await
    .unwrap();
    settled(port, &set.stack_id).await.unwrap()
}

async fn created<P: CloudFormation>(port: &P, stack: &str, template: &Value) -> Stack {
    let view = deploy(port, stack, "create", ChangeSetType::Create, template).await;
    assert_eq!(
        view.status,
        StackStatus::CreateComplete,
        "{:?}",
        view.status_reason
    );
    view
}

async fn events<P: CloudFormation>(port: &P, stack: impl Into<StackNameOrId>) -> Vec<StackEvent> {
    let stack = stack.into();
    let mut events = Vec::new();
    let mut next = None;
    loop {
        let page = port.events(&stack, next).await.unwrap();
        events.extend(page.items);
        next = page.next;
        if next.is_none() {
            return events;
        }
    }
}

async fn reasons<P: CloudFormation>(port: &P, stack: impl Into<StackNameOrId>) -> String {
    events(port, stack)
        .await
        .into_iter()
        .filter_map(|event| event.reason)
        .collect::<Vec<_>>()
        .join("\n")
}

fn topic(display: &str) -> Value {
    json!({"Resources": {"Topic": {"Type": "AWS::SNS::Topic",
        "Properties": {"DisplayName": display}}}})
}

fn producer(export: &str, group: &str) -> Value {
    json!({
        "Resources": {"Logs": {"Type": "AWS::Logs::LogGroup",
            "Properties": {"LogGroupName": group}}},
        "Outputs": {"Logs": {"Value": {"Ref": "Logs"}, "Export": {"Name": export}}},
    })
}

fn consumer(export: &str) -> Value {
    json!({"Resources": {"Topic": {"Type": "AWS::SNS::Topic",
        "Properties": {"DisplayName": {"Fn::ImportValue": export}}}}})
}

pub(crate) async fn a_missing_stack_is_nothing<P: CloudFormation>(port: &P) {
    assert_eq!(port.stack(StackName::from("missing")).await.unwrap(), None);
    let error = port.template(StackName::from("missing")).await.unwrap_err();
    assert!(matches!(error, ClientError::StackNotFound(_)), "{error:?}");
    assert_eq!(
        port.change_set(
            StackName::from("missing"),
            ChangeSetName::from("missing"),
            None
        )
        .await
        .unwrap(),
        None
    );
    // Deleting what is not there works.
    port.delete_stack(StackName::from("missing"), &[], None, &"t1".into())
        .await
        .unwrap();
}

pub(crate) async fn a_stack_is_made_by_a_change_set<P: CloudFormation>(port: &P) {
    let mut template = topic("a");
    template["Outputs"] = json!({"Topic": {"Value": {"Ref": "Topic"}}});
    let first = request("made", "create", ChangeSetType::Create, &template);
    let set = made(port, &first).await;
    assert_eq!(set.outcome(), ChangeSetOutcome::Complete);
    assert_eq!(set.execution, ExecutionStatus::Available);
    assert_eq!(set.changes.len(), 1);
    assert_eq!(set.changes[0].action, ChangeAction::Add);
    let waiting = port.stack(StackName::from("made")).await.unwrap().unwrap();
    assert_eq!(waiting.status, StackStatus::ReviewInProgress);
    assert_eq!(waiting.id, set.stack_id);
    let stack = execute(port, &set).await;
    assert_eq!(stack.status, StackStatus::CreateComplete);
    let topic = stack.output("Topic").unwrap();
    assert!(topic.starts_with("arn:aws:sns:"), "{topic}");
    let resources = port
        .resources(StackName::from("made"), None)
        .await
        .unwrap()
        .items;
    assert_eq!(
        resources[0].physical_id.as_ref().map(PhysicalId::as_str),
        Some(topic)
    );
    assert_eq!(resources[0].status, "CREATE_COMPLETE");
    assert_eq!(
        port.template(StackName::from("made")).await.unwrap(),
        template.to_string()
    );
}

pub(crate) async fn a_change_set_can_be_thrown_away<P: CloudFormation>(port: &P) {
    let set = made(
        port,
        &request("away", "create", ChangeSetType::Create, &topic("a")),
    )
    .await;
    port.delete_change_set(&set.stack_id, &set.id)
        .await
        .unwrap();
    assert!(
        port.change_set(&set.stack_id, &set.id, None)
            .await
            .unwrap()
            .is_none_or(|set| set.outcome() == ChangeSetOutcome::Deleted)
    );
    // The stack stays, and waits for another one.
    let stack = port.stack(StackName::from("away")).await.unwrap().unwrap();
    assert_eq!(stack.status, StackStatus::ReviewInProgress);
    port.delete_stack(&set.stack_id, &[], None, &"t1".into())
        .await
        .unwrap();
    settled(port, &set.stack_id).await;
    assert_eq!(port.stack(StackName::from("away")).await.unwrap(), None);
}

pub(crate) async fn a_change_set_that_changes_nothing_says_so<P: CloudFormation>(port: &P) {
    created(port, "same", &topic("a")).await;
    let set = made(
        port,
        &request("same", "again", ChangeSetType::Update, &topic("a")),
    )
    .await;
    assert_eq!(
        set.outcome(),
        ChangeSetOutcome::Empty,
        "{:?}",
        set.status_reason
    );
    assert_eq!(set.execution, ExecutionStatus::Unavailable);
    assert!(set.changes.is_empty());
    let stack = port.stack(StackName::from("same")).await.unwrap().unwrap();
    assert_eq!(stack.status, StackStatus::CreateComplete);
}

pub(crate) async fn outputs_alone_are_executed<P: CloudFormation>(port: &P) {
    created(port, "outputs", &topic("a")).await;
    let mut template = topic("a");
    template["Outputs"] = json!({"DefinitionDigest": {"Value": "1"}});
    let set = made(
        port,
        &request("outputs", "output", ChangeSetType::Update, &template),
    )
    .await;
    assert_eq!(set.outcome(), ChangeSetOutcome::Complete);
    assert!(set.changes.is_empty());
    let stack = execute(port, &set).await;
    assert_eq!(stack.status, StackStatus::UpdateComplete);
    assert_eq!(stack.output("DefinitionDigest"), Some("1"));
}

pub(crate) async fn a_replacement_is_announced_and_done<P: CloudFormation>(port: &P) {
    let group = |name: &str| {
        json!({"Resources": {"Logs": {"Type": "AWS::Logs::LogGroup",
            "Properties": {"LogGroupName": name}}}})
    };
    created(port, "replaced", &group("conformance-a")).await;
    let set = made(
        port,
        &request(
            "replaced",
            "replace",
            ChangeSetType::Update,
            &group("conformance-b"),
        ),
    )
    .await;
    assert_eq!(set.changes.len(), 1);
    assert_eq!(set.changes[0].action, ChangeAction::Modify);
    assert_eq!(set.changes[0].replacement, Replacement::Always);
    assert_eq!(set.changes[0].properties, ["LogGroupName"]);
    let stack = execute(port, &set).await;
    assert_eq!(stack.status, StackStatus::UpdateComplete);
    let resources = port
        .resources(StackName::from("replaced"), None)
        .await
        .unwrap()
        .items;
    assert_eq!(
        resources[0].physical_id.as_ref().map(PhysicalId::as_str),
        Some("conformance-b")
    );
    let gone = events(port, StackName::from("replaced"))
        .await
        .into_iter()
        .any(|event| {
            event.status == "DELETE_COMPLETE"
                && event.physical_id.as_ref().map(PhysicalId::as_str) == Some("conformance-a")
        });
    assert!(gone);
}

pub(crate) async fn a_failed_creation_is_rolled_back_and_can_only_be_deleted<P: CloudFormation>(
    port: &P,
) {
    let failing = consumer("conformance-no-such-export");
    let set = made(
        port,
        &request("failed", "create", ChangeSetType::Create, &failing),
    )
    .await;
    if set.outcome() != ChangeSetOutcome::Complete {
        // The endpoint says so earlier.
        return;
    }
    let stack = execute(port, &set).await;
    assert_eq!(stack.status, StackStatus::RollbackComplete);
    let error = port
        .create_change_set(&request(
            "failed",
            "update",
            ChangeSetType::Update,
            &topic("a"),
        ))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("ROLLBACK_COMPLETE"), "{error:?}");
    port.delete_stack(&stack.id, &[], None, &"t1".into())
        .await
        .unwrap();
    let stack = settled(port, &stack.id).await.unwrap();
    assert_eq!(stack.status, StackStatus::DeleteComplete);
}

pub(crate) async fn a_busy_stack_takes_no_change_set<P: CloudFormation>(port: &P) {
    let set = made(
        port,
        &request("busy", "create", ChangeSetType::Create, &topic("a")),
    )
    .await;
    port.execute_change_set(&set.stack_id, &set.id, &"t1".into())
        .await
        .unwrap();
    let error = port
        .create_change_set(&request(
            "busy",
            "update",
            ChangeSetType::Update,
            &topic("b"),
        ))
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Busy(_)), "{error:?}");
    settled(port, StackName::from("busy")).await;
}

pub(crate) async fn a_change_set_is_obsolete_after_another_one<P: CloudFormation>(port: &P) {
    created(port, "obsolete", &topic("a")).await;
    let one = made(
        port,
        &request("obsolete", "one", ChangeSetType::Update, &topic("b")),
    )
    .await;
    let two = made(
        port,
        &request("obsolete", "two", ChangeSetType::Update, &topic("c")),
    )
    .await;
    execute(port, &one).await;
    // Either it is said to be obsolete, or it is gone.
    let left = port.change_set(&two.stack_id, &two.id, None).await.unwrap();
    assert!(left.is_none_or(|set| set.execution == ExecutionStatus::Obsolete));
    assert!(
        port.execute_change_set(&two.stack_id, &two.id, &"t2".into())
            .await
            .is_err()
    );
}

pub(crate) async fn a_change_set_is_executed_once<P: CloudFormation>(port: &P) {
    let set = made(
        port,
        &request("once", "create", ChangeSetType::Create, &topic("a")),
    )
    .await;
    for _ in 0..2 {
        port.execute_change_set(&set.stack_id, &set.id, &"t1".into())
            .await
            .unwrap();
    }
    let error = port
        .execute_change_set(&set.stack_id, &set.id, &"t2".into())
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Busy(_)), "{error:?}");
    let stack = settled(port, StackName::from("once")).await.unwrap();
    assert_eq!(stack.status, StackStatus::CreateComplete);
}

pub(crate) async fn an_export_in_use_is_not_removed<P: CloudFormation>(port: &P) {
    created(port, "producer", &producer("conformance-lock", "lock-a")).await;
    created(port, "consumer", &consumer("conformance-lock")).await;
    let importers = port
        .importers(&ExportName::from("conformance-lock"), None)
        .await
        .unwrap();
    assert_eq!(importers.items, ["consumer"]);
    for (name, template) in [
        ("drop", topic("a")),
        ("change", producer("conformance-lock", "lock-b")),
    ] {
        let stack = deploy(port, "producer", name, ChangeSetType::Update, &template).await;
        assert_eq!(stack.status, StackStatus::UpdateRollbackComplete, "{name}");
        let reasons = reasons(port, StackName::from("producer")).await;
        assert!(reasons.contains("in use by consumer"), "{reasons}");
        assert_eq!(stack.output("Logs"), Some("lock-a"));
    }
}

pub(crate) async fn a_stack_whose_export_is_in_use_is_not_deleted<P: CloudFormation>(port: &P) {
    created(port, "producer", &producer("conformance-keep", "keep")).await;
    created(port, "consumer", &consumer("conformance-keep")).await;
    port.delete_stack(StackName::from("producer"), &[], None, &"t1".into())
        .await
        .unwrap();
    let stack = settled(port, StackName::from("producer")).await.unwrap();
    // It is not in DELETE_FAILED; only the reason tells.
    assert_eq!(stack.status, StackStatus::CreateComplete);
    let reason = stack.status_reason.unwrap();
    assert!(reason.contains("in use by consumer"), "{reason}");
}

pub(crate) async fn an_export_is_exported_once<P: CloudFormation>(port: &P) {
    created(port, "first", &producer("conformance-once", "once-a")).await;
    let stack = deploy(
        port,
        "second",
        "create",
        ChangeSetType::Create,
        &producer("conformance-once", "once-b"),
    )
    .await;
    assert_eq!(stack.status, StackStatus::RollbackComplete);
    let reasons = reasons(port, &stack.id).await;
    assert!(
        reasons.contains("is already exported by stack"),
        "{reasons}"
    );
}

pub(crate) async fn no_importers_is_an_empty_list<P: CloudFormation>(port: &P) {
    created(port, "lonely", &producer("conformance-lonely", "lonely")).await;
    let page = port
        .importers(&ExportName::from("conformance-lonely"), None)
        .await
        .unwrap();
    assert!(page.items.is_empty() && page.next.is_none());
}

pub(crate) async fn a_missing_export_fails_the_execution<P: CloudFormation>(port: &P) {
    created(port, "importing", &topic("a")).await;
    let set = made(
        port,
        &request(
            "importing",
            "import",
            ChangeSetType::Update,
            &consumer("conformance-missing"),
        ),
    )
    .await;
    if set.outcome() != ChangeSetOutcome::Complete {
        let reason = set.status_reason.unwrap();
        assert!(reason.contains("No export named"), "{reason}");
        return;
    }
    let stack = execute(port, &set).await;
    assert_eq!(stack.status, StackStatus::UpdateRollbackComplete);
    let reasons = reasons(port, StackName::from("importing")).await;
    assert!(
        reasons.contains("No export named conformance-missing found"),
        "{reasons}"
    );
}

pub(crate) async fn a_protected_stack_is_not_deleted<P: CloudFormation>(port: &P) {
    let stack = created(port, "protected", &topic("a")).await;
    port.set_termination_protection(StackName::from("protected"), true)
        .await
        .unwrap();
    let view = port
        .stack(StackName::from("protected"))
        .await
        .unwrap()
        .unwrap();
    assert!(view.termination_protection);
    let error = port
        .delete_stack(StackName::from("protected"), &[], None, &"t1".into())
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Invalid(_)), "{error:?}");
    port.set_termination_protection(StackName::from("protected"), false)
        .await
        .unwrap();
    port.delete_stack(StackName::from("protected"), &[], None, &"t2".into())
        .await
        .unwrap();
    let stack = settled(port, &stack.id).await.unwrap();
    assert_eq!(stack.status, StackStatus::DeleteComplete);
}

pub(crate) async fn a_policy_denies_a_replacement<P: CloudFormation>(port: &P) {
    created(
        port,
        "guarded",
        &producer("conformance-guarded", "guarded-a"),
    )
    .await;
    assert_eq!(
        port.stack_policy(StackName::from("guarded")).await.unwrap(),
        None
    );
    let policy = json!({"Statement": [
        {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": ["Update:Replace", "Update:Delete"], "Principal": "*",
         "Resource": "LogicalResourceId/Logs"},
    ]})
    .to_string();
    port.set_stack_policy(StackName::from("guarded"), &policy)
        .await
        .unwrap();
    assert_eq!(
        port.stack_policy(StackName::from("guarded")).await.unwrap(),
        Some(policy.clone())
    );
    let stack = deploy(
        port,
        "guarded",
        "replace",
        ChangeSetType::Update,
        &producer("conformance-guarded", "guarded-b"),
    )
    .await;
    assert_eq!(stack.status, StackStatus::UpdateRollbackComplete);
    let reasons = reasons(port, StackName::from("guarded")).await;
    assert!(
        reasons.contains("Action denied by stack policy"),
        "{reasons}"
    );
}

pub(crate) async fn capabilities_are_asked_for<P: CloudFormation>(port: &P) {
    let role = json!({"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {
        "RoleName": "conformance", "AssumeRolePolicyDocument": {"Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"}}]}}}}});
    let mut first = request("roles", "create", ChangeSetType::Create, &role);
    first.capabilities.clear();
    let error = port.create_change_set(&first).await.unwrap_err();
    assert!(
        error.to_string().contains("CAPABILITY_NAMED_IAM"),
        "{error}"
    );
    created(port, "roles", &role).await;
}

pub(crate) async fn a_deleted_stack_is_found_by_its_id<P: CloudFormation>(port: &P) {
    let first = created(port, "gone", &topic("a")).await;
    port.delete_stack(StackName::from("gone"), &[], None, &"t1".into())
        .await
        .unwrap();
    let stack = settled(port, &first.id).await.unwrap();
    assert_eq!(stack.status, StackStatus::DeleteComplete);
    assert_eq!(port.stack(StackName::from("gone")).await.unwrap(), None);
    assert!(!events(port, &first.id).await.is_empty());
    // The name is free again, for another stack.
    let second = created(port, "gone", &topic("a")).await;
    assert_ne!(second.id, first.id);
}

pub(crate) async fn what_is_retained_is_imported_again<P: CloudFormation>(port: &P) {
    let mut template = producer("conformance-retained", "retained");
    template["Resources"]["Logs"]["DeletionPolicy"] = json!("RetainExceptOnCreate");
    let first = created(port, "retained", &template).await;
    port.delete_stack(StackName::from("retained"), &[], None, &"t1".into())
        .await
        .unwrap();
    settled(port, &first.id).await;
    let mut again = request("retained", "again", ChangeSetType::Create, &template);
    again.import_existing = true;
    let set = made(port, &again).await;
    assert_eq!(
        set.outcome(),
        ChangeSetOutcome::Complete,
        "{:?}",
        set.status_reason
    );
    assert_eq!(set.changes[0].action, ChangeAction::Import);
    let stack = execute(port, &set).await;
    assert_eq!(stack.status, StackStatus::CreateComplete);
}

pub(crate) async fn a_parameter_keeps_its_value<P: CloudFormation>(port: &P) {
    let template = |version: &str| {
        json!({
            "Parameters": {"Name": {"Type": "String"}},
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {
                "DisplayName": {"Fn::Sub": format!("${{Name}}-{version}")}}}},
        })
    };
    let with = |name: &str, kind, version: &str, value| {
        let mut request = request("parameter", name, kind, &template(version));
        request.parameters = vec![Parameter {
            name: "Name".to_owned(),
            value,
        }];
        request
    };
    let set = made(
        port,
        &with(
            "create",
            ChangeSetType::Create,
            "1",
            ParameterValue::Given("a".to_owned()),
        ),
    )
    .await;
    execute(port, &set).await;
    let set = made(
        port,
        &with(
            "update",
            ChangeSetType::Update,
            "2",
            ParameterValue::Previous,
        ),
    )
    .await;
    port.execute_change_set(&set.stack_id, &set.id, &"second".into())
        .await
        .unwrap();
    let stack = settled(port, StackName::from("parameter")).await.unwrap();
    assert_eq!(stack.status, StackStatus::UpdateComplete);
    assert_eq!(stack.parameters["Name"], "a");
}

pub(crate) async fn every_stack_is_listed_once<P: CloudFormation>(port: &P) {
    let names = ["list-a", "list-b", "list-c", "list-d", "list-e"];
    for name in names {
        created(port, name, &topic(name)).await;
    }
    let mut listed = Vec::new();
    let mut next = None;
    loop {
        let page = port.stacks(next).await.unwrap();
        listed.extend(page.items.into_iter().map(|stack| stack.name));
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    let unique: BTreeSet<&StackName> = listed.iter().collect();
    assert_eq!(unique.len(), listed.len());
    for name in names {
        assert!(listed.iter().any(|listed| listed == name), "{name}");
    }
}

pub(crate) async fn every_event_is_told_once<P: CloudFormation>(port: &P) {
    let stack = created(port, "events", &topic("a")).await;
    let events = events(port, StackName::from("events")).await;
    let unique: BTreeSet<&String> = events.iter().map(|event| &event.id).collect();
    assert_eq!(unique.len(), events.len());
    // Newest first.
    let last = events.first().unwrap();
    assert_eq!(last.status, "CREATE_COMPLETE");
    assert_eq!(
        last.physical_id.as_ref().map(PhysicalId::as_str),
        Some(stack.id.as_str())
    );
    assert!(events.is_sorted_by(|one, other| one.at >= other.at));
}
