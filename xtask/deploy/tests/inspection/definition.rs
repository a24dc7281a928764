//! Constants of the inspection agree with the stacks.

use common::naming::StackKind;
use deploy::diagnose::Target;
use deploy::inspect::{
    AccountQuota, BuildMachine, SERVICE_ROLES, SESSION_PREFERENCES, needs, quota_code,
};

use crate::support::{assembly, staging};

fn template(kind: &StackKind) -> String {
    let environment = staging();
    let name = environment.names().stack(kind);
    let assembly = assembly();
    let stack = assembly.stacks.iter().find(|stack| stack.name == name);
    let template = stack.unwrap().template.as_ref().unwrap();
    template.to_string()
}

#[test]
fn bootstrap_makes_the_service_linked_roles() {
    let services: Vec<String> = SERVICE_ROLES
        .into_iter()
        .map(|(service, _)| format!("\"{service}\""))
        .collect();
    let property = format!("\"Services\":[{}]", services.join(","));
    assert!(
        template(&StackKind::Bootstrap).contains(&property),
        "{property}"
    );
}

#[test]
fn the_network_tells_its_vpc() {
    let network = network_stack::exports(&staging());
    assert_eq!(network.vpc.output(), "Vpc");
    assert_eq!(
        network.vpc.stack(),
        &staging().names().stack(&StackKind::Network)
    );
}

#[test]
fn logs_are_where_the_task_definition_puts_them() {
    let environment = staging();
    let web = environment.application("web").unwrap();
    let target = Target::of(&environment, web);
    let template = template(&StackKind::Service(web.name.clone()));
    let prefix = format!("\"awslogs-stream-prefix\":\"{}\"", target.log_prefix);
    assert!(template.contains(&prefix), "{prefix}");
    // The container is named after the application, and so is its stream.
    assert!(template.contains("\"Name\":\"web\""));
    assert_eq!(target.log_group, "/lemonade/staging/web");
    assert_eq!(target.health_path.as_deref(), Some("/health"));
}

#[test]
fn what_can_be_raised_can_be_asked_for() {
    use common::quota::Quota;
    // IAM's summary tells these.
    let of_iam = [
        Quota::Roles,
        Quota::ManagedPolicies,
        Quota::InstanceProfiles,
    ];
    for quota in Quota::ALL {
        let known = quota_code(quota).is_some() || of_iam.contains(&quota);
        assert_eq!(known, quota.adjustable(), "{quota:?}");
    }
}

/// A build of each pipeline at once, and one that is started again by hand.
#[test]
fn builds_at_once_are_those_of_the_pipelines_and_one() {
    let environment = staging();
    let needs = needs(&environment, &assembly());
    let expected = environment.applications.len() + 2;
    for machine in [BuildMachine::LinuxSmall, BuildMachine::LinuxMedium] {
        let need = needs[&AccountQuota::Builds(machine)];
        assert_eq!((need.first, need.most), (expected, expected), "{machine:?}");
    }
    let machines = needs
        .keys()
        .filter(|quota| matches!(quota, AccountQuota::Builds(_)));
    assert_eq!(machines.count(), 2, "{needs:?}");
}

#[test]
fn the_cluster_makes_the_preferences_of_sessions() {
    let name = format!("\"Name\":\"{SESSION_PREFERENCES}\"");
    assert!(template(&StackKind::Ecs).contains(&name));
}

#[test]
fn the_topics_of_alarms_are_named_as_they_are_asked_for() {
    for (kind, name) in [
        (StackKind::Bootstrap, "lemonade-staging-pipeline-alarms"),
        (StackKind::Network, "lemonade-staging-alarms"),
    ] {
        let name = format!("\"TopicName\":\"{name}\"");
        assert!(template(&kind).contains(&name), "{name}");
    }
}
