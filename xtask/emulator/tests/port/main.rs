//! The client in process: time, the log, and hooks.

#![cfg(test)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cloudformation::status::StackStatus;
use cloudformation::{
    ChangeSetName, ChangeSetRequest, ChangeSetType, ClientError, CloudFormation, StackName,
};
use emulator::port::{Call, Hooks, Intervention, Local, Operation, Past, Settings};
use emulator::{Cloud, Options};

fn cloud() -> Arc<Mutex<Cloud>> {
    Arc::new(Mutex::new(Cloud::new(Options::default())))
}

fn hooked(hooks: impl Hooks + 'static) -> Local {
    Local::with_hooks(cloud(), Settings::default(), Arc::new(hooks))
}

fn request() -> ChangeSetRequest {
    ChangeSetRequest {
        stack: StackName::from("topic").into(),
        name: "first".into(),
        kind: ChangeSetType::Create,
        template: r#"{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}"#.to_owned(),
        parameters: Vec::new(),
        capabilities: Vec::new(),
        tags: Vec::new(),
        role: None,
        description: "of a test".to_owned(),
        import_existing: false,
        token: "t1".into(),
    }
}

#[tokio::test(start_paused = true)]
async fn time_is_tokios() {
    let port = Local::new(cloud(), Settings::default());
    let id = port.create_change_set(&request()).await.unwrap();
    port.settle().await;
    port.execute_change_set(StackName::from("topic"), &id, &"t2".into())
        .await
        .unwrap();
    let before = port.now();
    port.settle().await;
    assert!(port.now().0 - before.0 > 2000);
    let stack = port.stack(StackName::from("topic")).await.unwrap().unwrap();
    assert_eq!(stack.status, StackStatus::CreateComplete);
    assert!(
        stack.changed().starts_with("2026-01-01T00:00:"),
        "{}",
        stack.changed()
    );
}

#[tokio::test(start_paused = true)]
async fn calls_are_logged() {
    let port = Local::new(cloud(), Settings::default());
    port.identity().await.unwrap();
    port.stack(StackName::from("topic")).await.unwrap();
    let calls: Vec<_> = port
        .calls()
        .into_iter()
        .map(|call| (call.number, call.operation, call.subject))
        .collect();
    assert_eq!(
        calls,
        [
            (0, Operation::Identity, None),
            (1, Operation::Stack, Some("topic".to_owned()))
        ]
    );
    assert!(port.calls()[0].at < port.calls()[1].at);
}

#[tokio::test(start_paused = true)]
async fn a_second_caller_sees_the_same_cloud() {
    let cloud = cloud();
    let one = Local::new(Arc::clone(&cloud), Settings::default());
    let other = Local::new(cloud, Settings::default());
    one.create_change_set(&request()).await.unwrap();
    assert!(
        other
            .stack(StackName::from("topic"))
            .await
            .unwrap()
            .is_some()
    );
    let mut request = request();
    request.token = "t2".into();
    let error = other.create_change_set(&request).await.unwrap_err();
    assert!(matches!(error, ClientError::AlreadyExists(_)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_has_had_its_effect_and_a_refused_call_none() {
    for (intervention, effect) in [
        (Intervention::Lose, true),
        (Intervention::Unanswered, false),
        (Intervention::Throttle, false),
        (Intervention::Expire, false),
    ] {
        let port = hooked(move |call: &Call| {
            if call.operation == Operation::CreateChangeSet {
                intervention.clone()
            } else {
                Intervention::Pass
            }
        });
        assert!(port.create_change_set(&request()).await.is_err());
        assert_eq!(
            port.stack(StackName::from("topic"))
                .await
                .unwrap()
                .is_some(),
            effect
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_stopped_caller_never_goes_on() {
    for (intervention, effect) in [
        (Intervention::StopAfter, true),
        (Intervention::StopBefore, false),
    ] {
        let port = hooked(move |call: &Call| {
            if call.number == 0 {
                intervention.clone()
            } else {
                Intervention::Pass
            }
        });
        let day = Duration::from_secs(86_400);
        let ended = tokio::time::timeout(day, port.create_change_set(&request())).await;
        assert!(ended.is_err());
        assert_eq!(
            port.stack(StackName::from("topic"))
                .await
                .unwrap()
                .is_some(),
            effect
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_stale_read_tells_what_was() {
    let port = hooked(|call: &Call| {
        if call.number == 2 {
            Intervention::Stale(Duration::from_millis(100))
        } else {
            Intervention::Pass
        }
    });
    assert!(
        port.stack(StackName::from("topic"))
            .await
            .unwrap()
            .is_none()
    );
    port.create_change_set(&request()).await.unwrap();
    assert!(
        port.stack(StackName::from("topic"))
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        port.stack(StackName::from("topic"))
            .await
            .unwrap()
            .is_some()
    );
}

/// Every read is stale, and its state still advances.
#[tokio::test(start_paused = true)]
async fn staleness_does_not_add_up() {
    let lag = Duration::from_secs(15);
    let port = hooked(move |call: &Call| match call.operation {
        Operation::Stacks => Intervention::Stale(lag),
        _ => Intervention::Pass,
    });
    let seen = async || port.stacks(None).await.unwrap().items.len();
    assert_eq!(seen().await, 0);
    port.create_change_set(&request()).await.unwrap();
    let written = tokio::time::Instant::now();
    tokio::time::sleep(lag).await;
    while seen().await == 0 {
        assert!(written.elapsed() < lag * 2);
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn with_a_past_also_what_was_never_asked_is_stale() {
    let lag = Duration::from_secs(15);
    let port = hooked(move |_: &Call| Intervention::Stale(lag)).with_past(Past::default());
    tokio::time::sleep(lag).await;
    let id = port.create_change_set(&request()).await.unwrap();
    assert!(
        port.stack(StackName::from("topic"))
            .await
            .unwrap()
            .is_none()
    );
    tokio::time::sleep(lag).await;
    let set = port
        .change_set(StackName::from("topic"), ChangeSetName::from("first"), None)
        .await
        .unwrap()
        .unwrap();
    port.execute_change_set(StackName::from("topic"), &id, &"t2".into())
        .await
        .unwrap();
    assert_eq!(set.id, id);
    // Scheduled events are seen as late as writes.
    let executed = tokio::time::Instant::now();
    let complete = async || {
        let stack = port.stack(StackName::from("topic")).await.unwrap().unwrap();
        stack.status == StackStatus::CreateComplete
    };
    while !complete().await {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(
        executed.elapsed() > lag + Duration::from_secs(2),
        "{:?}",
        executed.elapsed()
    );
}
