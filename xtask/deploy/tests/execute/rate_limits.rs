//! How much is called, and what that costs.

use std::time::Duration;

use deploy::execute::{Options, Stop};
use deploy::plan::Step;
use tokio::time::Instant;

use crate::support::{Cloud, Run, create, plan};

/// The most calls in a minute while this many stacks are in progress, after they all began.
async fn while_waiting(stacks: usize) -> usize {
    let cloud = Cloud::new();
    let steps: Vec<Step> = (0..stacks)
        .map(|number| create(&format!("s{number}"), &[]))
        .collect();
    for step in &steps {
        cloud.script(step.stack.as_str(), |script| {
            script.lasts = Duration::from_secs(3_600)
        });
    }
    let plan = plan(&cloud, steps);
    let mut options = Options::new("run", "");
    options.concurrency = stacks;
    let (handle, stop) = Stop::new();
    let (_, ()) = tokio::join!(Run::with(&cloud, &plan, &options, stop), async {
        tokio::time::sleep(Duration::from_secs(1_200)).await;
        handle.detach();
    });
    // All of them have begun within ten minutes.
    cloud.busiest_minute(Duration::from_secs(600))
}

#[tokio::test(start_paused = true)]
async fn waiting_costs_the_same_for_3_and_for_300_stacks() {
    let few = while_waiting(3).await;
    let many = while_waiting(300).await;
    assert!(few <= 66, "{few}");
    assert!(many <= 66, "{many}");
}

#[tokio::test(start_paused = true)]
async fn no_minute_has_more_calls_than_it_may() {
    for stacks in [3, 300] {
        let cloud = Cloud::new();
        let steps = (0..stacks)
            .map(|number| create(&format!("s{number}"), &[]))
            .collect();
        let plan = plan(&cloud, steps);
        let mut options = Options::new("run", "");
        options.concurrency = 300;
        let run = Run::with(&cloud, &plan, &options, Stop::never()).await;
        assert!(run.outcome.is_success());
        let most = cloud.busiest_minute(Duration::ZERO);
        assert!(most <= 250, "{stacks}: {most}");
    }
}

/// The environment with its durations: seconds that each stack takes, and what it imports from.
/// Certificates, load balancers, NAT gateways and rolling deployments take minutes each.
const ENVIRONMENT: &[(&str, u64, &[&str])] = &[
    ("bootstrap", 60, &[]),
    ("bootstrap-roles", 50, &["bootstrap"]),
    ("network", 210, &["bootstrap-roles"]),
    ("loadbalancer", 240, &["network"]),
    ("ecs", 150, &["network"]),
    ("application-web", 30, &["network"]),
    ("application-api", 30, &["network"]),
    ("cicd", 60, &["bootstrap-roles"]),
    ("pipeline-web", 45, &["cicd", "application-web"]),
    ("pipeline-api", 45, &["cicd", "application-api"]),
    (
        "service-web",
        180,
        &["loadbalancer", "ecs", "application-web"],
    ),
    (
        "service-api",
        180,
        &["loadbalancer", "ecs", "application-api"],
    ),
];

#[tokio::test(start_paused = true)]
async fn a_full_creation_takes_little_more_than_its_critical_path() {
    for seed in 0..20 {
        let cloud = Cloud::new();
        for (stack, seconds, _) in ENVIRONMENT {
            cloud.script(stack, |script| script.lasts = Duration::from_secs(*seconds));
        }
        let steps = ENVIRONMENT
            .iter()
            .map(|(stack, _, needs)| create(stack, needs))
            .collect();
        let plan = plan(&cloud, steps);
        let mut options = Options::new("run", "");
        options.rate_limits.seed = seed;
        let begin = Instant::now();
        let run = Run::with(&cloud, &plan, &options, Stop::never()).await;
        assert!(run.outcome.is_success());
        // bootstrap, bootstrap-roles, network, loadbalancer, service: without their change sets.
        let critical = Duration::from_secs(60 + 50 + 210 + 240 + 180);
        let took = begin.elapsed();
        assert!(
            took <= critical * 110 / 100,
            "{seed}: {took:?} of {critical:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn who_may_not_list_looks_one_by_one() {
    let cloud = Cloud::new();
    cloud.fault(crate::support::Fault {
        call: "DescribeStacks",
        from: 1,
        times: 1_000,
        kind: crate::support::FaultKind::Denied,
    });
    let plan = plan(&cloud, vec![create("a", &[]), create("b", &[])]);
    let run = Run::new(&cloud, &plan).await;
    assert!(run.outcome.is_success());
    assert_eq!(cloud.count("DescribeStacks"), 1);
}

#[tokio::test(start_paused = true)]
async fn one_stack_among_many_is_looked_at_by_itself() {
    let cloud = Cloud::new();
    for number in 0..1_000 {
        cloud.add_stack(
            &format!("other-{number}"),
            cloudformation::status::StackStatus::CreateComplete,
            "",
        );
    }
    cloud.script("a", |script| script.lasts = Duration::from_secs(300));
    let run = Run::new(&cloud, &plan(&cloud, vec![create("a", &[])])).await;
    assert!(run.outcome.is_success());
    // The first look is a listing, of eleven pages; after that there are none.
    assert_eq!(cloud.count("DescribeStacks"), 11);
}
