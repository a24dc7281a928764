//! Accepting the peering, in virtual time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use deploy::atlas::{
    AcceptError, AcceptOutcome, AcceptProgress, ExpectedPeering, Mismatch, Unchecked, WaitOptions,
    accept, check,
};
use deploy::inspect::services::{Answer, Peering, PeeringStatus, ServiceError};
use deploy::next_step::Situation;
use tokio::time::Instant;

use crate::fake_services::{FakeServices, no_answer};
use crate::healthy::peering;
use crate::support::staging;

fn expected() -> ExpectedPeering {
    ExpectedPeering::of(&staging(), Some("vpc-0b0b0b0b0b0b0b0b0")).unwrap()
}

/// A services in which the peering is pending until it is accepted, then provisioning for a while.
fn pending(then: impl Fn(usize) -> Answer<()> + Send + Sync + 'static) -> FakeServices {
    let accepted: Arc<Mutex<Option<Instant>>> = Arc::default();
    let seen = Arc::clone(&accepted);
    let calls = AtomicUsize::new(0);
    FakeServices {
        peering: Box::new(move || {
            let status = match *seen.lock().unwrap() {
                None => PeeringStatus::PendingAcceptance,
                Some(at) if at.elapsed() < Duration::from_secs(10) => PeeringStatus::Provisioning,
                Some(_) => PeeringStatus::Active,
            };
            Ok(Some(peering(status)))
        }),
        accept: Box::new(move || {
            let answer = then(calls.fetch_add(1, Ordering::SeqCst));
            // An answer that is lost has taken effect all the same.
            if !matches!(
                answer,
                Err(ServiceError::Throttled(_) | ServiceError::Denied(_))
            ) {
                accepted.lock().unwrap().get_or_insert_with(Instant::now);
            }
            answer
        }),
        ..FakeServices::default()
    }
}

async fn run(services: &FakeServices) -> (Result<AcceptOutcome, AcceptError>, Vec<AcceptProgress>) {
    let mut progress = Vec::new();
    let report = |one| progress.push(one);
    let result = accept(
        services,
        &expected(),
        WaitOptions::default(),
        report,
        |_| true,
    )
    .await;
    (result, progress)
}

fn accepts(services: &FakeServices) -> usize {
    let asked = services.asked();
    let accepts = asked.iter().filter(|line| line.contains(":Accept"));
    accepts.count()
}

#[tokio::test(start_paused = true)]
async fn it_is_accepted_and_waited_for() {
    let services = pending(|_| Ok(()));
    let begin = Instant::now();
    let (result, progress) = run(&services).await;
    assert_eq!(result.unwrap(), AcceptOutcome::Accepted);
    assert_eq!(accepts(&services), 1);
    let (first, waits) = progress.split_at(2);
    assert_eq!(
        first,
        [
            AcceptProgress::Checked(Vec::new()),
            AcceptProgress::Accepting
        ]
    );
    // Soon at first, then every four seconds.
    let waiting = AcceptProgress::Waiting(PeeringStatus::Provisioning);
    assert_eq!(waits, vec![waiting; 5]);
    assert_eq!(begin.elapsed(), Duration::from_millis(11_750));
}

#[tokio::test(start_paused = true)]
async fn one_that_is_active_is_left_alone() {
    let services = FakeServices {
        peering: Box::new(|| Ok(Some(peering(PeeringStatus::Active)))),
        ..FakeServices::default()
    };
    let begin = Instant::now();
    let (result, progress) = run(&services).await;
    assert_eq!(result.unwrap(), AcceptOutcome::AlreadyActive);
    assert_eq!(accepts(&services), 0);
    assert!(progress.is_empty());
    assert_eq!(begin.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_does_not_make_it_accept_twice() {
    let services = pending(|_| Err(no_answer()));
    let (result, _) = run(&services).await;
    assert_eq!(result.unwrap(), AcceptOutcome::Accepted);
    assert_eq!(accepts(&services), 1);
}

#[tokio::test(start_paused = true)]
async fn throttling_is_waited_out() {
    let services = pending(|call| match call {
        0..2 => Err(ServiceError::Throttled("Rate exceeded".into())),
        _ => Ok(()),
    });
    let (result, _) = run(&services).await;
    assert_eq!(result.unwrap(), AcceptOutcome::Accepted);
    assert_eq!(accepts(&services), 3);
}

#[tokio::test(start_paused = true)]
async fn looks_that_fail_for_the_moment_are_repeated() {
    let looks = AtomicUsize::new(0);
    let services = FakeServices {
        peering: Box::new(move || match looks.fetch_add(1, Ordering::SeqCst) {
            0..3 => Err(no_answer()),
            _ => Ok(Some(peering(PeeringStatus::Active))),
        }),
        ..FakeServices::default()
    };
    let (result, progress) = run(&services).await;
    assert_eq!(result.unwrap(), AcceptOutcome::AlreadyActive);
    assert_eq!(progress.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn waiting_ends() {
    let services = FakeServices {
        peering: Box::new(|| Ok(Some(peering(PeeringStatus::Provisioning)))),
        ..FakeServices::default()
    };
    let begin = Instant::now();
    let (result, _) = run(&services).await;
    let error = result.unwrap_err();
    assert_eq!(
        error.to_string(),
        "pcx-0f1e2d3c4b5a69788 is still provisioning after 300 seconds"
    );
    assert!(error.next_step().is_some());
    assert!(begin.elapsed() <= Duration::from_secs(305));
}

#[tokio::test(start_paused = true)]
async fn a_second_run_resumes_where_the_first_stopped_waiting() {
    let slow = Instant::now() + Duration::from_secs(400);
    let services = FakeServices {
        peering: Box::new(move || {
            let is_slow = Instant::now() < slow;
            let status = if is_slow {
                PeeringStatus::Provisioning
            } else {
                PeeringStatus::Active
            };
            Ok(Some(peering(status)))
        }),
        ..FakeServices::default()
    };
    let (first, _) = run(&services).await;
    let next_step = first.unwrap_err().next_step();
    assert_eq!(next_step, Some(Situation::PeeringPending));
    let (second, _) = run(&services).await;
    assert_eq!(second.unwrap(), AcceptOutcome::AlreadyActive);
    assert_eq!(accepts(&services), 0);
}

#[tokio::test(start_paused = true)]
async fn a_declined_peering_is_accepted_with_consent() {
    let services = pending(|_| Ok(()));
    let wait = WaitOptions::default();
    let declined = accept(&services, &expected(), wait, |_| {}, |_| false).await;
    let next_step = declined.unwrap_err().next_step();
    assert_eq!(next_step, Some(Situation::PeeringUnconfirmed));
    let (result, _) = run(&services).await;
    assert_eq!(result.unwrap(), AcceptOutcome::Accepted);
    assert_eq!(accepts(&services), 1);
}

#[tokio::test(start_paused = true)]
async fn polling_ends_when_ec2_never_answers() {
    let services = FakeServices {
        peering: Box::new(|| Err(no_answer())),
        ..FakeServices::default()
    };
    let begin = Instant::now();
    let (result, _) = run(&services).await;
    assert!(matches!(result, Err(AcceptError::Service { .. })));
    assert!(begin.elapsed() <= Duration::from_secs(305));
}

#[tokio::test(start_paused = true)]
async fn a_peering_without_consent_is_not_accepted() {
    let services = pending(|_| Ok(()));
    let mut other = expected();
    other.atlas_vpc = None;
    let mut asked = Vec::new();
    let result = accept(
        &services,
        &other,
        WaitOptions::default(),
        |_| {},
        |unchecked| {
            asked = unchecked.to_vec();
            false
        },
    )
    .await;
    assert!(matches!(result, Err(AcceptError::Declined { .. })));
    assert_eq!(accepts(&services), 0);
    assert_eq!(
        asked,
        [Unchecked::Requester {
            account: "999900001111".to_owned(),
            vpc: "vpc-0a0a0a0a0a0a0a0a0".to_owned(),
        }]
    );
}

#[tokio::test(start_paused = true)]
async fn one_that_is_over_is_said_to_be() {
    for status in ["deleted", "rejected", "failed", "expired", "deleting"] {
        let services = FakeServices {
            peering: Box::new(move || {
                let mut over = peering(PeeringStatus::from(status));
                over.message = Some("as EC2 says".to_owned());
                Ok(Some(over))
            }),
            ..FakeServices::default()
        };
        let (result, _) = run(&services).await;
        assert_eq!(
            result.unwrap_err().to_string(),
            format!("pcx-0f1e2d3c4b5a69788 is {status}: as EC2 says")
        );
        assert_eq!(accepts(&services), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_is_missing_is_said_to_be() {
    let (result, _) = run(&FakeServices::default()).await;
    assert_eq!(
        result.unwrap_err().to_string(),
        "there is no peering connection pcx-0f1e2d3c4b5a69788 in eu-west-1"
    );
}

#[tokio::test(start_paused = true)]
async fn a_stranger_is_refused_with_everything_that_differs() {
    let services = FakeServices {
        peering: Box::new(|| {
            let mut other = peering(PeeringStatus::PendingAcceptance);
            other.requester.vpc = Some("vpc-0c0c0c0c0c0c0c0c0".to_owned());
            other.requester.region = Some("us-east-1".to_owned());
            other.requester.cidrs = vec!["192.168.240.0/20".to_owned()];
            Ok(Some(other))
        }),
        ..FakeServices::default()
    };
    let (result, progress) = run(&services).await;
    assert_eq!(
        result.unwrap_err().to_string(),
        "pcx-0f1e2d3c4b5a69788 is not the peering of this environment: \
         the requester's region: expected eu-west-1, found us-east-1; \
         the requester's addresses: expected 192.168.240.0/21, found 192.168.240.0/20; \
         the requester's VPC: expected vpc-0a0a0a0a0a0a0a0a0, found vpc-0c0c0c0c0c0c0c0c0"
    );
    assert!(progress.is_empty());
    assert_eq!(accepts(&services), 0);
}

/// Each compared value, changed alone, is the only mismatch.
#[test]
fn everything_is_compared() {
    type Spoil = fn(&mut Peering);
    let spoils: [(&str, Spoil); 10] = [
        ("the connection", |one| one.id = "pcx-00000000".to_owned()),
        ("the requester's account", |one| {
            one.requester.account = Some("444455556666".to_owned());
        }),
        ("the requester's account", |one| {
            one.requester.account = None
        }),
        ("the requester's region", |one| one.requester.region = None),
        ("the requester's addresses", |one| {
            one.requester.cidrs.push("10.0.0.0/8".to_owned());
        }),
        ("the requester's addresses", |one| {
            one.requester.cidrs.clear()
        }),
        ("the requester's VPC", |one| one.requester.vpc = None),
        ("the accepter's account", |one| {
            one.accepter.account = Some("111122223333".to_owned());
        }),
        ("the accepter's addresses", |one| {
            one.accepter.cidrs = vec!["10.10.0.0/16".to_owned()];
        }),
        ("the accepter's VPC", |one| {
            one.accepter.vpc = Some("vpc-0d0d0d0d0d0d0d0d0".to_owned());
        }),
    ];
    assert_eq!(
        check(&expected(), &peering(PeeringStatus::Active)),
        Ok(Vec::new())
    );
    for (what, spoil) in spoils {
        let mut spoiled = peering(PeeringStatus::Active);
        spoil(&mut spoiled);
        let differences = check(&expected(), &spoiled).unwrap_err();
        let found: Vec<&str> = differences.iter().map(|one: &Mismatch| one.what).collect();
        assert_eq!(found, [what]);
    }
}

#[test]
fn what_the_environment_does_not_know_is_left_to_a_person() {
    let mut little = expected();
    little.atlas_vpc = None;
    little.vpc = None;
    let unchecked = check(&little, &peering(PeeringStatus::PendingAcceptance)).unwrap();
    let text: Vec<String> = unchecked.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("unchecked", text.join("\n"));
}
