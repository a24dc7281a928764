//! Time, seeds, pages, signals and out-of-band changes.

use cloudformation::PropertyDifference;
use cloudformation::status::StackDriftStatus;
use emulator::api::{Action, Answer};
use emulator::{Effect, Fault, Options, OutOfBandChange, Percent, ResourceOperation};
use serde_json::json;

use crate::support::{Client, network, topic};

#[test]
fn the_seed_decides() {
    let run = |seed| {
        let mut client = Client::with(Options {
            seed,
            ..Options::default()
        });
        client.created("net", &network());
        client.events("net")
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn durations_are_scaled() {
    let length = |percent| {
        let mut client = Client::with(Options {
            durations: Percent(percent),
            ..Options::default()
        });
        let start = client.now.0;
        client.created("net", &network());
        client.now.0 - start
    };
    let (whole, tenth) = (length(100), length(10));
    assert!(tenth * 9 < whole && whole < tenth * 11, "{whole} {tenth}");
}

#[test]
fn a_slow_resource_is_slow() {
    let mut client = Client::new();
    client.cloud.add_fault(Fault {
        stack: Some("topic".to_owned()),
        logical_id: None,
        resource_type: Some("AWS::SNS::Topic".to_owned()),
        on: ResourceOperation::Create,
        times: Some(1),
        effect: Effect::Slow { seconds: 3600 },
    });
    let start = client.now.0;
    client.created("topic", &topic("a"));
    assert!(client.now.0 - start > 3_600_000);
}

#[test]
fn drift_is_an_out_of_band_change() {
    let mut client = Client::new();
    client.created("net", &network());
    let caller = client.caller.clone();
    client
        .cloud
        .change_out_of_band(
            &caller,
            "net",
            "Vpc",
            &OutOfBandChange::Change {
                property: "EnableDnsSupport".to_owned(),
                value: Some(json!(false)),
            },
        )
        .unwrap();
    client
        .cloud
        .change_out_of_band(&caller, "net", "Subnet", &OutOfBandChange::Delete)
        .unwrap();
    let Answer::DriftDetectionId(id) = client
        .call(&Action::DetectStackDrift {
            stack: "net".to_owned(),
        })
        .unwrap()
    else {
        panic!("no detection");
    };
    let detection = |client: &mut Client| match client
        .call(&Action::DescribeStackDriftDetectionStatus {
            detection: id.clone(),
        })
        .unwrap()
    {
        Answer::DriftDetection(detection) => detection,
        other => panic!("{other:?}"),
    };
    assert_eq!(detection(&mut client).status, "DETECTION_IN_PROGRESS");
    client.settle();
    let found = detection(&mut client);
    assert_eq!(found.status, "DETECTION_COMPLETE");
    assert_eq!(found.drift_status, Some(StackDriftStatus::Drifted));
    assert_eq!(found.drifted, Some(2));
    let Answer::ResourceDrifts(page) = client
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
    client.update("net", &changed).unwrap();
    client.settle();
    assert!(client.failures("net")[0].contains("was not found"));
    assert_eq!(client.status("net"), "UPDATE_ROLLBACK_FAILED");
    client.delete("net").unwrap();
    client.settle();
    assert!(client.find("net").is_err());
}

#[test]
fn lists_come_in_pages_that_hold_everything_once() {
    let mut client = Client::with(Options {
        page_size: 2,
        ..Options::default()
    });
    for name in ["a", "b", "c", "d", "e"] {
        client.created(name, &topic(name));
    }
    let mut names = Vec::new();
    let mut next = None;
    loop {
        let Answer::Stacks(page) = client
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
        let mut client = Client::new();
        client.create("wait", &waiting).unwrap();
        client.pass(300);
        assert_eq!(client.status("wait"), "CREATE_IN_PROGRESS");
        for success in signals {
            client.call(&signal(*success)).unwrap();
        }
        client.settle();
        assert_eq!(client.status("wait"), status, "{signals:?}");
        assert!(client.call(&signal(true)).is_err());
    }
}

#[test]
fn accounts_know_nothing_of_each_other() {
    let mut client = Client::new();
    client.created("topic", &topic("a"));
    client.caller.account = "444455556666".to_owned();
    assert!(client.find("topic").is_err());
    client.created("topic", &topic("a"));
}
