//! What is observed.

use std::collections::BTreeSet;

use cloudformation::ClientError;
use cloudformation::status::StackStatus;
use deploy::observe::{Need, fetch, observe};

use crate::support::{Cloud, Fault, FaultKind};

#[tokio::test(start_paused = true)]
async fn all_pages_and_only_this_environment() {
    let cloud = Cloud::new();
    for number in 0..250 {
        cloud.add_stack(
            &format!("lemonade-staging-{number}"),
            StackStatus::CreateComplete,
            "",
        );
        cloud.add_stack(
            &format!("lemonade-production-{number}"),
            StackStatus::CreateComplete,
            "",
        );
    }
    cloud.add_stack("lemonade-staging", StackStatus::CreateComplete, "");
    let observed = observe(&cloud, "eu-west-1", "lemonade-staging-")
        .await
        .unwrap();
    assert_eq!(observed.stacks.len(), 250);
    assert!(
        observed
            .stacks
            .keys()
            .all(|name| name.as_str().starts_with("lemonade-staging-"))
    );
    assert_eq!(observed.region, "eu-west-1");
    assert_eq!(observed.identity.account, "444455556666");
    assert_eq!(cloud.count("GetCallerIdentity"), 1);
    assert_eq!(cloud.count("DescribeStacks"), 6);
    assert_eq!(cloud.state().calls.len(), 7);
}

#[tokio::test(start_paused = true)]
async fn what_is_needed_is_fetched_and_nothing_else() {
    let cloud = Cloud::new();
    cloud.add_stack("p-a", StackStatus::CreateComplete, "the template");
    cloud.state().find_mut("p-a").unwrap().policy = Some("strict".to_owned());
    cloud.add_stack("p-b", StackStatus::CreateComplete, "");
    let mut observed = observe(&cloud, "eu-west-1", "p-").await.unwrap();
    let needs = BTreeSet::from([
        Need::Template("p-a".into()),
        Need::StackPolicy("p-a".into()),
        Need::StackPolicy("p-b".into()),
        Need::Importers("export".into()),
    ]);
    fetch(&cloud, &mut observed, &needs).await.unwrap();
    assert_eq!(observed.templates["p-a"], "the template");
    assert_eq!(observed.policies["p-a"].as_deref(), Some("strict"));
    assert_eq!(observed.policies["p-b"], None);
    assert_eq!(observed.importers["export"], ["a", "b", "c"]);
    assert_eq!(cloud.count("ListImports"), 2);
    assert_eq!(cloud.count("GetTemplate"), 1);
}

#[tokio::test(start_paused = true)]
async fn what_fails_for_a_while_is_waited_out_and_what_is_refused_is_an_error() {
    for kind in [FaultKind::Throttled, FaultKind::CallLost] {
        let cloud = Cloud::new();
        for call in ["GetCallerIdentity", "DescribeStacks"] {
            cloud.fault(Fault {
                call,
                from: 1,
                times: 3,
                kind,
            });
        }
        assert!(observe(&cloud, "eu-west-1", "p-").await.is_ok());
    }
    let cloud = Cloud::new();
    cloud.fault(Fault::first("DescribeStacks", FaultKind::Denied));
    let error = observe(&cloud, "eu-west-1", "p-").await.unwrap_err();
    assert!(matches!(error, ClientError::AccessDenied(_)));
}
