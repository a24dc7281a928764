//! A stack from beginning to end, through the adapter: the SDK's requests and answers over HTTP.
//!
//! What is asked here, every endpoint that speaks for CloudFormation has to know.

use std::future::Future;
use std::time::Duration;

use aws::sdk::Aws;
use cloudformation::status::StackStatus;
use cloudformation::{
    Capability, ChangeAction, ChangeSet, ChangeSetName, ChangeSetNameOrId, ChangeSetOutcome,
    ChangeSetRequest, ChangeSetType, ClientError, ClientToken, CloudFormation, ExecutionStatus,
    ExportName, Parameter, ParameterValue, Stack, StackId, StackName, StackNameOrId, Tag,
};
use serde_json::{Value, json};

/// The account that the first of the two is for.
pub(crate) const ACCOUNT: &str = "444455556666";

/// All of it. The second account has no stacks yet.
pub(crate) async fn all(aws: &Aws, empty: &Aws) {
    who_calls(aws).await;
    a_stack_that_is_not_there(aws).await;
    a_stack_from_beginning_to_end(aws).await;
    an_import(aws).await;
    many_resources(aws).await;
    many_stacks(empty).await;
}

async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    for _ in 0..1200 {
        if let Some(found) = ask().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("never {what}");
}

/// The stack, once nothing is going on in it.
pub(crate) async fn settled(aws: &Aws, stack: impl Into<StackNameOrId>) -> Stack {
    let stack = stack.into();
    until("settled", async || {
        let view = aws.stack(&stack).await.unwrap().unwrap();
        (!view.status.is_in_progress()).then_some(view)
    })
    .await
}

/// The change set, once it is made.
async fn made(
    aws: &Aws,
    stack: impl Into<StackNameOrId>,
    change_set: impl Into<ChangeSetNameOrId>,
) -> ChangeSet {
    let (stack, change_set) = (stack.into(), change_set.into());
    until("made", async || {
        let view = aws
            .change_set(&stack, &change_set, None)
            .await
            .unwrap()
            .unwrap();
        (view.outcome() != ChangeSetOutcome::InProgress).then_some(view)
    })
    .await
}

pub(crate) fn request(
    stack: &StackName,
    name: &str,
    kind: ChangeSetType,
    template: &Value,
) -> ChangeSetRequest {
    ChangeSetRequest {
        stack: stack.into(),
        name: name.into(),
        kind,
        template: template.to_string(),
        parameters: Vec::new(),
        capabilities: vec![Capability::NamedIam],
        tags: vec![Tag {
            key: "lemonade:environment".to_owned(),
            value: "staging".to_owned(),
        }],
        role: None,
        description: "commit 0123456789ab by ann".to_owned(),
        import_existing: false,
        token: format!("{name}-token").into(),
    }
}

/// Makes a change set and executes it.
pub(crate) async fn deploy(aws: &Aws, request: &ChangeSetRequest) -> Stack {
    let id = aws.create_change_set(request).await.unwrap();
    let view = made(aws, &request.stack, &id).await;
    assert_eq!(view.outcome(), ChangeSetOutcome::Complete, "{view:?}");
    assert_eq!(view.execution, ExecutionStatus::Available);
    let token = ClientToken::new(format!("{}-run", request.name));
    aws.execute_change_set(&view.stack_id, &id, &token)
        .await
        .unwrap();
    settled(aws, &view.stack_id).await
}

async fn who_calls(aws: &Aws) {
    let identity = aws.identity().await.unwrap();
    assert_eq!(identity.account, ACCOUNT);
    assert!(identity.arn.contains(ACCOUNT), "{identity:?}");
}

async fn a_stack_that_is_not_there(aws: &Aws) {
    assert_eq!(aws.stack(StackName::from("nothing")).await.unwrap(), None);
    assert_eq!(
        aws.change_set(StackName::from("nothing"), ChangeSetName::from("c"), None)
            .await
            .unwrap(),
        None
    );
    let no = |answer: Result<(), ClientError>| {
        assert!(
            matches!(answer, Err(ClientError::StackNotFound(_))),
            "{answer:?}"
        );
    };
    no(aws.template(StackName::from("nothing")).await.map(drop));
    no(aws.stack_policy(StackName::from("nothing")).await.map(drop));
    no(aws
        .resources(StackName::from("nothing"), None)
        .await
        .map(drop));
    no(aws.events(StackName::from("nothing"), None).await.map(drop));
    no(aws
        .set_termination_protection(StackName::from("nothing"), true)
        .await);
    no(aws
        .cancel_update(StackName::from("nothing"), &"token-1".into())
        .await);
    no(aws
        .roll_back(StackName::from("nothing"), &"token-2".into())
        .await);
    no(aws
        .continue_update_rollback(StackName::from("nothing"), &[], &"token-3".into())
        .await);
    let update = request(
        &"nothing".into(),
        "c",
        ChangeSetType::Update,
        &log_group("14"),
    );
    no(aws.create_change_set(&update).await.map(drop));
}

/// A template with a log group that keeps its logs for so many days.
fn log_group(days: &str) -> Value {
    json!({
        "Parameters": { "Days": { "Type": "Number", "Default": days } },
        "Resources": { "Logs": {
            "Type": "AWS::Logs::LogGroup",
            "Properties": { "RetentionInDays": { "Ref": "Days" } }
        } },
        "Outputs": {
            "DefinitionDigest": { "Value": days },
            "Name": {
                "Value": { "Ref": "Logs" },
                "Export": { "Name": "lemonade-staging-a-Name" }
            }
        }
    })
}

async fn a_stack_from_beginning_to_end(aws: &Aws) {
    let (name, template) = (&StackName::from("lemonade-staging-a"), log_group("14"));
    let mut create = request(name, "run-1", ChangeSetType::Create, &template);
    create.parameters = vec![Parameter {
        name: "Days".to_owned(),
        value: ParameterValue::Given("30".to_owned()),
    }];
    let id = aws.create_change_set(&create).await.unwrap();
    let review = aws.stack(name).await.unwrap().unwrap();
    assert_eq!(review.status, StackStatus::ReviewInProgress);
    let view = made(aws, name, ChangeSetName::from("run-1")).await;
    assert_eq!((&view.id, &view.stack_id), (&id, &review.id));
    let change = &view.changes[0];
    assert_eq!(
        (change.action, change.logical_id.as_str()),
        (ChangeAction::Add, "Logs")
    );
    // The same name again.
    create.token = "another".into();
    let again = aws.create_change_set(&create).await.unwrap_err();
    assert!(matches!(again, ClientError::AlreadyExists(_)), "{again:?}");

    aws.execute_change_set(name, &id, &"token-4".into())
        .await
        .unwrap();
    let stack = settled(aws, name).await;
    assert_eq!(stack.status, StackStatus::CreateComplete, "{stack:?}");
    assert_eq!(stack.parameters["Days"], "30");
    assert_eq!(stack.tags["lemonade:environment"], "staging");
    assert_eq!(stack.output("DefinitionDigest"), Some("14"));
    let exports: Vec<&ExportName> = stack.exports().map(|(name, _)| name).collect();
    assert_eq!(exports, ["lemonade-staging-a-Name"]);
    let sent: Value = serde_json::from_str(&aws.template(name).await.unwrap()).unwrap();
    assert_eq!(sent, template);
    let again = aws
        .execute_change_set(name, &id, &"token-5".into())
        .await
        .unwrap_err();
    assert!(
        matches!(
            again,
            ClientError::Busy(_) | ClientError::ChangeSetNotFound(_)
        ),
        "{again:?}"
    );

    protections(aws, name).await;
    updates(aws, name).await;
    removal(aws, &stack.id, name).await;
}

async fn protections(aws: &Aws, name: &StackName) {
    assert_eq!(aws.stack_policy(name).await.unwrap(), None);
    let policy = json!({ "Statement": [{
        "Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"
    }] });
    aws.set_stack_policy(name, &policy.to_string())
        .await
        .unwrap();
    let found = aws.stack_policy(name).await.unwrap().unwrap();
    assert_eq!(serde_json::from_str::<Value>(&found).unwrap(), policy);

    aws.set_termination_protection(name, true).await.unwrap();
    assert!(
        aws.stack(name)
            .await
            .unwrap()
            .unwrap()
            .termination_protection
    );
    let refused = aws
        .delete_stack(name, &[], None, &"token-6".into())
        .await
        .unwrap_err();
    assert!(matches!(refused, ClientError::Invalid(_)), "{refused:?}");
    aws.set_termination_protection(name, false).await.unwrap();
    assert!(
        !aws.stack(name)
            .await
            .unwrap()
            .unwrap()
            .termination_protection
    );
}

async fn updates(aws: &Aws, name: &StackName) {
    let mut update = request(name, "run-2", ChangeSetType::Update, &log_group("14"));
    update.parameters = vec![Parameter {
        name: "Days".to_owned(),
        value: ParameterValue::Previous,
    }];
    let id = aws.create_change_set(&update).await.unwrap();
    let empty = made(aws, name, &id).await;
    assert_eq!(empty.outcome(), ChangeSetOutcome::Empty, "{empty:?}");
    assert_eq!(empty.execution, ExecutionStatus::Unavailable);
    aws.delete_change_set(name, &id).await.unwrap();
    assert_eq!(aws.change_set(name, &id, None).await.unwrap(), None);

    update.name = "run-3".into();
    update.token = "run-3-token".into();
    update.parameters[0].value = ParameterValue::Given("60".to_owned());
    let id = aws.create_change_set(&update).await.unwrap();
    let change = made(aws, name, &id).await.changes.remove(0);
    assert_eq!(
        (change.action, change.logical_id.as_str()),
        (ChangeAction::Modify, "Logs")
    );
    assert_eq!(change.properties, ["RetentionInDays"]);
    aws.execute_change_set(name, &id, &"token-7".into())
        .await
        .unwrap();
    let stack = settled(aws, name).await;
    assert_eq!(stack.status, StackStatus::UpdateComplete);
    assert_eq!(stack.parameters["Days"], "60");

    let refused = aws
        .cancel_update(name, &"token-8".into())
        .await
        .unwrap_err();
    assert!(matches!(refused, ClientError::Busy(_)), "{refused:?}");
    let refused = aws
        .continue_update_rollback(name, &[], &"token-9".into())
        .await
        .unwrap_err();
    assert!(matches!(refused, ClientError::Busy(_)), "{refused:?}");
    let refused = aws.roll_back(name, &"token-10".into()).await.unwrap_err();
    assert!(matches!(refused, ClientError::Busy(_)), "{refused:?}");
}

async fn removal(aws: &Aws, id: &StackId, name: &StackName) {
    aws.delete_stack(id, &[], None, &"token-11".into())
        .await
        .unwrap();
    let gone = settled(aws, id).await;
    assert_eq!(gone.status, StackStatus::DeleteComplete);
    assert_eq!(aws.stack(name).await.unwrap(), None);
    let listed = aws.stacks(None).await.unwrap().items;
    assert!(listed.iter().all(|stack| stack.name != *name), "{listed:?}");
}

async fn an_import(aws: &Aws) {
    let producer = &StackName::from("lemonade-staging-a");
    deploy(
        aws,
        &request(producer, "p", ChangeSetType::Create, &log_group("14")),
    )
    .await;
    let export = &ExportName::from("lemonade-staging-a-Name");
    let none = aws.importers(export, None).await.unwrap();
    assert_eq!((none.items, none.next), (Vec::new(), None));
    let name = json!({ "Fn::Join": ["-", [{ "Fn::ImportValue": export }, "b"]] });
    let template = json!({ "Resources": { "Logs": {
        "Type": "AWS::Logs::LogGroup",
        "Properties": { "LogGroupName": name }
    } } });
    let consumer = StackName::from("lemonade-staging-b");
    let stack = deploy(
        aws,
        &request(&consumer, "c", ChangeSetType::Create, &template),
    )
    .await;
    assert_eq!(stack.status, StackStatus::CreateComplete, "{stack:?}");
    assert_eq!(aws.importers(export, None).await.unwrap().items, [consumer]);
}

/// The names on all pages, and how many pages there were.
async fn pages<T, F>(mut page: impl FnMut(Option<String>) -> F) -> (Vec<T>, usize)
where
    F: Future<Output = Result<cloudformation::Page<T>, ClientError>>,
{
    let (mut all, mut count, mut next) = (Vec::new(), 0, None);
    loop {
        let found = page(next).await.unwrap();
        all.extend(found.items);
        count += 1;
        next = found.next;
        if next.is_none() {
            return (all, count);
        }
    }
}

async fn many_resources(aws: &Aws) {
    let resources: serde_json::Map<String, Value> = (0..120)
        .map(|index| {
            let logs = json!({ "Type": "AWS::Logs::LogGroup" });
            (format!("L{index}"), logs)
        })
        .collect();
    let template = json!({ "Resources": resources });
    let request = request(
        &"lemonade-staging-d".into(),
        "m",
        ChangeSetType::Create,
        &template,
    );
    let stack = deploy(aws, &request).await;
    assert_eq!(stack.status, StackStatus::CreateComplete, "{stack:?}");
    let (resources, count) = pages(|next| aws.resources(&stack.id, next)).await;
    assert_eq!((resources.len(), count), (120, 2));
    let (events, count) = pages(|next| aws.events(&stack.id, next)).await;
    assert!(
        events.len() > 240 && count > 2,
        "{} on {count}",
        events.len()
    );
}

async fn many_stacks(aws: &Aws) {
    for index in 0..105 {
        let name = StackName::new(format!("lemonade-staging-s{index}"));
        let request = request(&name, "r", ChangeSetType::Create, &log_group("14"));
        aws.create_change_set(&request).await.unwrap();
    }
    let (stacks, count) = pages(|next| aws.stacks(next)).await;
    assert_eq!((stacks.len(), count), (105, 2));
}
