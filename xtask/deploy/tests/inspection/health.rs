//! One screen.

use std::collections::BTreeMap;

use cloudformation::status::StackStatus;
use deploy::inspect::check_result::{Area, CheckStatus};
use deploy::inspect::doctor::{BranchHead, DoctorContext};
use deploy::inspect::health::{Health, health};
use deploy::inspect::{DriftByStack, ProbeError, ProbeErrorKind, StackDrift, inspect};
use deploy::plan::{Action, Plan, StackPlan, VERSION};
use deploy::report::inspection;

use crate::healthy::{HealthyEnvironment, connected};
use crate::support::{NARROW, NOW, WIDE, text};

fn plan(of: &HealthyEnvironment, differing: &[(&str, Action, Option<&str>)]) -> Plan {
    let stacks = of.assembly.stacks.iter().map(|stack| {
        let differs = differing.iter().find(|(id, ..)| *id == stack.id);
        let (action, status) = differs.map_or(
            (Action::Unchanged, Some("UPDATE_COMPLETE")),
            |(_, action, status)| (*action, *status),
        );
        StackPlan {
            name: stack.name.to_string(),
            action,
            reason: match action {
                Action::Update => "the definition differs".to_owned(),
                Action::Recover => "its last update can't be undone yet".to_owned(),
                Action::Skipped => "it waits for its first image".to_owned(),
                _ => String::new(),
            },
            status: status.map(StackStatus::from),
            deferred: Vec::new(),
            retained_exports: Default::default(),
        }
    });
    Plan {
        version: VERSION,
        environment: of.environment.name,
        account: of.environment.account.to_string(),
        region: of.environment.region.to_string(),
        commit: None,
        stacks: stacks.collect(),
        steps: Vec::new(),
        findings: Vec::new(),
        templates: BTreeMap::new(),
        observed: BTreeMap::new(),
    }
}

async fn of(connected: &HealthyEnvironment, plan: &Plan, drift: Option<&DriftByStack>) -> Health {
    let found = inspect(
        &connected.stacks,
        &connected.services,
        &connected.environment,
        &connected.assembly,
        NOW,
    )
    .await;
    let known = DoctorContext {
        environment: &connected.environment,
        assembly: &connected.assembly,
        head: BranchHead::NotRead,
    };
    health(&known, plan, drift, &found)
}

#[tokio::test(start_paused = true)]
async fn everything_is_well() {
    let connected = connected();
    let plan = plan(&connected, &[]);
    let health = of(&connected, &plan, None).await;
    assert_eq!(health.state, CheckStatus::Fine);
    insta::assert_snapshot!("well-80", text(&inspection::health(&health, WIDE), WIDE));
    insta::assert_snapshot!(
        "well-40",
        text(&inspection::health(&health, NARROW), NARROW)
    );
}

#[tokio::test(start_paused = true)]
async fn something_is_not() {
    let mut connected = connected();
    connected.services.secrets[0].has_value = false;
    connected.services.denied.insert("acm:ListCertificates");
    let plan = plan(
        &connected,
        &[
            ("network", Action::Update, Some("UPDATE_COMPLETE")),
            ("ecs", Action::Recover, Some("UPDATE_ROLLBACK_FAILED")),
            ("cicd", Action::Recover, Some("UPDATE_IN_PROGRESS")),
            ("service-web", Action::Skipped, None),
            ("service-api", Action::Create, None),
        ],
    );
    let name = |id: &str| format!("lemonade-staging-{id}");
    let drift = DriftByStack::from([
        (
            name("network"),
            StackDrift::Changed {
                resources: Vec::new(),
                at: None,
            },
        ),
        (
            name("loadbalancer"),
            StackDrift::Changed {
                resources: vec!["HttpsListener".to_owned()],
                at: Some("2026-02-03T04:05:06.007Z".to_owned()),
            },
        ),
        (name("service-web"), StackDrift::Never),
        (
            name("ecs"),
            StackDrift::Unread(ProbeError {
                action: "cloudformation:DetectStackDrift",
                reason: "not permitted: cloudformation:DetectStackDrift".to_owned(),
                kind: ProbeErrorKind::Permission,
            }),
        ),
    ]);
    let health = of(&connected, &plan, Some(&drift)).await;
    assert_eq!(health.state, CheckStatus::Broken);
    insta::assert_snapshot!("unwell-80", text(&inspection::health(&health, WIDE), WIDE));
}

#[tokio::test(start_paused = true)]
async fn as_json() {
    let connected = connected();
    let plan = plan(
        &connected,
        &[("ecs", Action::Recover, Some("UPDATE_ROLLBACK_FAILED"))],
    );
    let mut health = of(&connected, &plan, None).await;
    health.results.retain(|one| one.area == Area::Stacks);
    insta::assert_json_snapshot!("json", health);
}
