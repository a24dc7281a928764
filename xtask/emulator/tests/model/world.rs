//! Time, seeds, pages, signals and hands behind CloudFormation's back.

use cloudformation::PropertyDifference;
use cloudformation::status::StackDriftStatus;
use emulator::api::{Action, Answer};
use emulator::{Effect, Fault, On, Options, Percent, Tamper};
use serde_json::json;

use crate::support::{Desk, network, topic};

#[test]
fn the_seed_decides() {
    let run = |seed| {
        let mut desk = Desk::with(Options {
            seed,
            ..Options::default()
        });
        desk.created("net", &network());
        desk.events("net")
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn durations_are_scaled() {
    let length = |percent| {
        let mut desk = Desk::with(Options {
            durations: Percent(percent),
            ..Options::default()
        });
        let start = desk.now.0;
        desk.created("net", &network());
        desk.now.0 - start
    };
    let (whole, tenth) = (length(100), length(10));
    assert!(tenth * 9 < whole && whole < tenth * 11, "{whole} {tenth}");
}

#[test]
fn a_slow_resource_is_slow() {
    let mut desk = Desk::new();
    desk.cloud.fail(Fault {
        stack: Some("topic".to_owned()),
        logical_id: None,
        resource_type: Some("AWS::SNS::Topic".to_owned()),
        on: On::Create,
        times: Some(1),
        effect: Effect::Slow { seconds: 3600 },
    });
    let start = desk.now.0;
    desk.created("topic", &topic("a"));
    assert!(desk.now.0 - start > 3_600_000);
}

#[test]
fn drift_is_what_somebody_did() {
    let mut desk = Desk::new();
    desk.created("net", &network());
    let caller = desk.caller.clone();
    desk.cloud
        .tamper(
            &caller,
            "net",
            "Vpc",
            &Tamper::Change {
                property: "EnableDnsSupport".to_owned(),
                value: Some(json!(false)),
            },
        )
        .unwrap();
    desk.cloud
        .tamper(&caller, "net", "Subnet", &Tamper::Delete)
        .unwrap();
    let Answer::DriftDetectionId(id) = desk
        .call(&Action::DetectStackDrift {
            stack: "net".to_owned(),
        })
        .unwrap()
    else {
        panic!("no detection");
    };
    let detection = |desk: &mut Desk| match desk
        .call(&Action::DescribeStackDriftDetectionStatus {
            detection: id.clone(),
        })
        .unwrap()
    {
        Answer::DriftDetection(detection) => detection,
        other => panic!("{other:?}"),
    };
    assert_eq!(detection(&mut desk).status, "DETECTION_IN_PROGRESS");
    desk.settle();
    let found = detection(&mut desk);
    assert_eq!(found.status, "DETECTION_COMPLETE");
    assert_eq!(found.drift_status, Some(StackDriftStatus::Drifted));
    assert_eq!(found.drifted, Some(2));
    let Answer::ResourceDrifts(page) = desk
        .call(&Action::DescribeStackResourceDrifts {
            stack: "net".to_owned(),
            statuses: Vec::new(),
            next: None,
        })
        .unwrap()
    else {
        panic!("no drifts");
    };
    let [subnet, vpc] = page.items.as_slice() else {
        panic!("{page:#?}");
    };
    assert_eq!(
        (subnet.status.as_str(), vpc.status.as_str()),
        ("DELETED", "MODIFIED")
    );
    assert_eq!(
        vpc.differences,
        [PropertyDifference {
            path: "/EnableDnsSupport".to_owned(),
            expected: None,
            actual: Some("false".to_owned()),
        }]
    );
    // What is gone is deleted without complaint, and can't be changed.
    let mut changed = network();
    changed["Resources"]["Subnet"]["Properties"]["MapPublicIpOnLaunch"] = json!(true);
    desk.update("net", &changed).unwrap();
    desk.settle();
    assert!(desk.failures("net")[0].contains("was not found"));
    assert_eq!(desk.status("net"), "UPDATE_ROLLBACK_FAILED");
    desk.delete("net").unwrap();
    desk.settle();
    assert!(desk.find("net").is_err());
}

#[test]
fn lists_come_in_pages_that_hold_everything_once() {
    let mut desk = Desk::with(Options {
        page_size: 2,
        ..Options::default()
    });
    for name in ["a", "b", "c", "d", "e"] {
        desk.created(name, &topic(name));
    }
    let mut names = Vec::new();
    let mut next = None;
    loop {
        let Answer::Stacks(page) = desk
            .call(&Action::DescribeStacks { stack: None, next })
            .unwrap()
        else {
            panic!("no stacks");
        };
        assert!(page.items.len() <= 2);
        names.extend(page.items.into_iter().map(|stack| stack.name));
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(names, ["e", "d", "c", "b", "a"]);
}

#[test]
fn a_wait_condition_waits_for_signals() {
    let waiting = json!({"Resources": {
        "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
        "Wait": {"Type": "AWS::CloudFormation::WaitCondition", "Properties": {
            "Handle": {"Ref": "Handle"}, "Timeout": "600", "Count": 2}},
    }});
    let signal = |success| Action::SignalResource {
        stack: "wait".to_owned(),
        logical_id: "Wait".to_owned(),
        unique_id: "x".to_owned(),
        success,
    };
    for (signals, status) in [
        (&[true, true][..], "CREATE_COMPLETE"),
        (&[false], "ROLLBACK_COMPLETE"),
        (&[], "ROLLBACK_COMPLETE"),
    ] {
        let mut desk = Desk::new();
        desk.create("wait", &waiting).unwrap();
        desk.pass(300);
        assert_eq!(desk.status("wait"), "CREATE_IN_PROGRESS");
        for success in signals {
            desk.call(&signal(*success)).unwrap();
        }
        desk.settle();
        assert_eq!(desk.status("wait"), status, "{signals:?}");
        assert!(desk.call(&signal(true)).is_err());
    }
}

#[test]
fn accounts_know_nothing_of_each_other() {
    let mut desk = Desk::new();
    desk.created("topic", &topic("a"));
    desk.caller.account = "444455556666".to_owned();
    assert!(desk.find("topic").is_err());
    desk.created("topic", &topic("a"));
}
