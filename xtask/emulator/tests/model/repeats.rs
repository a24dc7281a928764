//! Repeated calls, and saved clouds.

use cloudformation::{ChangeSetType, ClientToken};
use emulator::api::Action;
use emulator::{Cloud, Options};

use crate::support::{Client, change_set, create, network, target, topic, update};

#[test]
fn a_token_makes_a_call_safe_to_repeat() {
    let mut client = Client::new();
    let mut first = target("topic", &topic("a"));
    first.token = Some("t1".into());
    let one = client.call(&create(first.clone())).unwrap();
    let two = client.call(&create(first)).unwrap();
    assert_eq!(one, two);
    client.settle();
    assert_eq!(
        client.events("topic")[0]
            .token
            .as_ref()
            .map(ClientToken::as_str),
        Some("t1")
    );
    let mut second = target("topic", &topic("b"));
    second.token = Some("t1".into());
    let refusal = client.call(&update(second)).unwrap_err();
    assert_eq!(refusal.code, "TokenAlreadyExistsException");
    let delete = Action::DeleteStack {
        stack: "topic".to_owned(),
        retain: Vec::new(),
        role: None,
        token: Some("t2".into()),
    };
    client.call(&delete).unwrap();
    client.call(&delete).unwrap();
}

#[test]
fn a_change_set_is_executed_once() {
    let mut client = Client::new();
    let mut first = target("net", &network());
    first.token = Some("t1".into());
    let action = change_set(first, "one", ChangeSetType::Create);
    assert_eq!(client.call(&action).unwrap(), client.call(&action).unwrap());
    client.settle();
    let execute = Action::ExecuteChangeSet {
        change_set: "one".to_owned(),
        stack: Some("net".to_owned()),
        disable_rollback: false,
        token: Some("t2".into()),
    };
    client.call(&execute).unwrap();
    client.call(&execute).unwrap();
    client.settle();
    client.call(&execute).unwrap();
    assert_eq!(client.status("net"), "CREATE_COMPLETE");
    assert_eq!(client.events("net").len(), 9);
}

#[test]
fn a_saved_cloud_goes_on_as_if_nothing_had_been() {
    let run = |interrupted: bool| {
        let mut client = Client::with(Options {
            seed: 7,
            ..Options::default()
        });
        client.create("net", &network()).unwrap();
        client.pass(10);
        if interrupted {
            let saved = client.cloud.save().unwrap();
            client.cloud = Cloud::restore(&saved).unwrap();
        }
        client.settle();
        client.updated("net", &topic("a"));
        (client.events("net"), client.cloud.save().unwrap())
    };
    assert_eq!(run(false), run(true));
}

#[test]
fn what_is_not_a_saved_cloud_is_refused() {
    assert!(Cloud::restore(b"{}").is_err());
    assert!(Cloud::restore(br#"{"version": 99, "cloud": null}"#).is_err());
}
