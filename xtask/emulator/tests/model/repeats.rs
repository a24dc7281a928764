//! Calls that are repeated, and a cloud that is saved.

use cloudformation::ChangeSetType;
use emulator::api::Action;
use emulator::{Cloud, Options};

use crate::support::{Desk, change_set, create, network, target, topic, update};

#[test]
fn a_token_makes_a_call_safe_to_repeat() {
    let mut desk = Desk::new();
    let mut first = target("topic", &topic("a"));
    first.token = Some("t1".to_owned());
    let one = desk.call(&create(first.clone())).unwrap();
    let two = desk.call(&create(first)).unwrap();
    assert_eq!(one, two);
    desk.settle();
    assert_eq!(desk.events("topic")[0].token.as_deref(), Some("t1"));
    let mut second = target("topic", &topic("b"));
    second.token = Some("t1".to_owned());
    let refusal = desk.call(&update(second)).unwrap_err();
    assert_eq!(refusal.code, "TokenAlreadyExistsException");
    let delete = Action::DeleteStack {
        stack: "topic".to_owned(),
        retain: Vec::new(),
        role: None,
        token: Some("t2".to_owned()),
    };
    desk.call(&delete).unwrap();
    desk.call(&delete).unwrap();
}

#[test]
fn a_change_set_is_executed_once() {
    let mut desk = Desk::new();
    let mut first = target("net", &network());
    first.token = Some("t1".to_owned());
    let action = change_set(first, "one", ChangeSetType::Create);
    assert_eq!(desk.call(&action).unwrap(), desk.call(&action).unwrap());
    desk.settle();
    let execute = Action::ExecuteChangeSet {
        change_set: "one".to_owned(),
        stack: Some("net".to_owned()),
        disable_rollback: false,
        token: Some("t2".to_owned()),
    };
    desk.call(&execute).unwrap();
    desk.call(&execute).unwrap();
    desk.settle();
    desk.call(&execute).unwrap();
    assert_eq!(desk.status("net"), "CREATE_COMPLETE");
    assert_eq!(desk.events("net").len(), 9);
}

#[test]
fn a_saved_cloud_goes_on_as_if_nothing_had_been() {
    let run = |interrupted: bool| {
        let mut desk = Desk::with(Options {
            seed: 7,
            ..Options::default()
        });
        desk.create("net", &network()).unwrap();
        desk.pass(10);
        if interrupted {
            let saved = desk.cloud.save().unwrap();
            desk.cloud = Cloud::restore(&saved).unwrap();
        }
        desk.settle();
        desk.updated("net", &topic("a"));
        (desk.events("net"), desk.cloud.save().unwrap())
    };
    assert_eq!(run(false), run(true));
}

#[test]
fn what_is_not_a_saved_cloud_is_refused() {
    assert!(Cloud::restore(b"{}").is_err());
    assert!(Cloud::restore(br#"{"version": 99, "cloud": null}"#).is_err());
}
