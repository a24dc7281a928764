//! Plans to look at.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::StackEvent;
use common::environment::EnvironmentName;
use deploy::plan::{
    Action, Deferral, DeployStep, Finding, FindingCode, Operation, Phase, Plan, Recovery, Severity,
    StackPlan, Step, StepId, VERSION,
};
use deploy::report::{Line, OutputStyle, page};

pub(crate) const WIDE: OutputStyle = OutputStyle {
    colour: false,
    unicode: true,
    width: 80,
};

pub(crate) const NARROW: OutputStyle = OutputStyle { width: 40, ..WIDE };

pub(crate) const ASCII: OutputStyle = OutputStyle {
    unicode: false,
    ..WIDE
};

/// The lines as a page. Nothing is wider than the look, but what is there to be copied: a word, or a
/// command.
pub(crate) fn text(lines: &[Line], style: OutputStyle) -> String {
    let text = page(lines, style).to_string();
    for line in text.lines() {
        let copied = line.trim().split(' ').count() == 1
            || ["--acknowledge ", "cargo xtask"]
                .iter()
                .any(|begin| line.trim().starts_with(begin));
        assert!(
            line.chars().count() <= style.width || copied,
            "wider than {}: {line}",
            style.width
        );
    }
    text
}

pub(crate) fn name(id: &str) -> String {
    format!("lemonade-staging-{id}")
}

pub(crate) fn stack(id: &str, action: Action, reason: &str) -> StackPlan {
    StackPlan {
        name: name(id),
        action,
        reason: reason.to_owned(),
        status: None,
        deferred: Vec::new(),
        retained_exports: BTreeSet::new(),
    }
}

pub(crate) fn step(id: &str, needs: &[&str], operation: Operation) -> Step {
    let stack = id.split(' ').next().unwrap_or_default();
    Step {
        id: StepId(id.to_owned()),
        stack: name(stack),
        needs: needs.iter().map(|id| StepId((*id).to_owned())).collect(),
        operation,
    }
}

pub(crate) fn deploy(phase: Phase, exists: bool) -> Operation {
    Operation::Deploy(Box::new(DeployStep {
        phase,
        exists,
        template: String::new(),
        previous_template: false,
        digest: String::new(),
        parameters: Vec::new(),
        capabilities: Vec::new(),
        tags: Vec::new(),
        role: None,
        termination_protection: false,
        policy: None,
        import_existing: false,
        imports: Vec::new(),
        policy_override: None,
        guarded: BTreeSet::new(),
        acknowledged: BTreeSet::new(),
        rolling: BTreeSet::new(),
        change_set: None,
    }))
}

pub(crate) fn finding(code: FindingCode, severity: Severity, id: &str, subject: &str) -> Finding {
    Finding {
        code,
        severity,
        stack: name(id),
        subject: subject.to_owned(),
        from: None,
        to: None,
        message: String::new(),
        hint: None,
        acknowledged: false,
    }
}

pub(crate) fn plan(stacks: Vec<StackPlan>, steps: Vec<Step>, findings: Vec<Finding>) -> Plan {
    Plan {
        version: VERSION,
        environment: EnvironmentName::Staging,
        account: "444455556666".to_owned(),
        region: "eu-west-1".to_owned(),
        commit: Some("1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d".to_owned()),
        stacks,
        steps,
        findings,
        templates: BTreeMap::new(),
        observed: BTreeMap::new(),
    }
}

pub(crate) fn creation() -> Plan {
    let new = || deploy(Phase::Whole, false);
    let reason = "it is not deployed yet";
    plan(
        vec![
            stack("network", Action::Create, reason),
            StackPlan {
                deferred: vec![
                    Deferral {
                        export: name("network-Vpc"),
                        stack: name("network"),
                    },
                    Deferral {
                        export: name("network-SubnetA"),
                        stack: name("network"),
                    },
                ],
                ..stack("loadbalancer", Action::Create, reason)
            },
            StackPlan {
                deferred: vec![Deferral {
                    export: name("network-Vpc"),
                    stack: name("network"),
                }],
                ..stack("ecs", Action::Create, reason)
            },
            stack(
                "service-web",
                Action::Skipped,
                "it waits for its first image",
            ),
        ],
        vec![
            step("network", &[], new()),
            step("loadbalancer", &["network"], new()),
            step("ecs", &["network"], new()),
        ],
        vec![Finding {
            message: "the service has no image yet; its first release creates the stack".to_owned(),
            hint: Some("the pipeline of the application makes one".to_owned()),
            ..finding(
                FindingCode::ParameterMissing,
                Severity::Note,
                "service-web",
                "ImageDigest",
            )
        }],
    )
}

/// A change that moves an export and replaces something.
pub(crate) fn migration() -> Plan {
    let step_of = |phase| deploy(phase, true);
    plan(
        vec![
            StackPlan {
                retained_exports: [name("network-ServiceSubnet")].into(),
                ..stack("network", Action::Update, "the definition differs")
            },
            stack("loadbalancer", Action::Blocked, "resource-replaced"),
            stack(
                "service-api",
                Action::Blocked,
                "it needs loadbalancer, which is blocked",
            ),
            stack("ecs", Action::Update, "the definition differs"),
            stack("service-old", Action::Delete, "it is not defined any more"),
            stack("cicd", Action::Unchanged, ""),
            stack("pipeline-api", Action::Unchanged, ""),
            stack("pipeline-web", Action::Unchanged, ""),
            stack("application-api", Action::Unchanged, ""),
            stack("application-web", Action::Unchanged, ""),
        ],
        vec![
            step("network expand", &[], step_of(Phase::Expand)),
            step("ecs", &["network expand"], step_of(Phase::Whole)),
            step(
                "service-old",
                &[],
                Operation::Delete {
                    unprotect: false,
                    role: None,
                },
            ),
            step("network contract", &["ecs"], step_of(Phase::Contract)),
        ],
        vec![
            Finding {
                message: "the load balancer would be replaced: its scheme can't be changed"
                    .to_owned(),
                from: Some("internet-facing".to_owned()),
                to: Some("internal".to_owned()),
                hint: Some(
                    "a replacement takes a new address; point the domain's alias at it first"
                        .to_owned(),
                ),
                ..finding(
                    FindingCode::ResourceReplaced,
                    Severity::Acknowledge,
                    "loadbalancer",
                    "LoadBalancer",
                )
            },
            Finding {
                message: "the value of an export in use would change".to_owned(),
                hint: Some("give the new one another logical id and another output".to_owned()),
                ..finding(
                    FindingCode::ExportChanged,
                    Severity::Block,
                    "network",
                    "DataKey",
                )
            },
            Finding {
                message: "port 443 is opened to 0.0.0.0/0".to_owned(),
                acknowledged: true,
                ..finding(
                    FindingCode::SecurityGroupOpened,
                    Severity::Acknowledge,
                    "network",
                    "LoadBalancerIngress",
                )
            },
        ],
    )
}

/// Stacks to be brought back.
pub(crate) fn recovery() -> Plan {
    plan(
        vec![
            StackPlan {
                status: Some("UPDATE_ROLLBACK_FAILED".into()),
                ..stack(
                    "ecs",
                    Action::Recover,
                    "its last update can't be undone yet",
                )
            },
            StackPlan {
                status: Some("ROLLBACK_COMPLETE".into()),
                ..stack("network", Action::Recover, "it never finished creating")
            },
            StackPlan {
                status: Some("UPDATE_IN_PROGRESS".into()),
                ..stack("cicd", Action::Recover, "an update is going on")
            },
        ],
        vec![
            step("ecs", &[], Operation::Recover(Recovery::ContinueRollback)),
            step(
                "network",
                &[],
                Operation::Recover(Recovery::DeleteFailedCreation),
            ),
            step("cicd", &[], Operation::Recover(Recovery::Wait)),
        ],
        Vec::new(),
    )
}

pub(crate) fn resource(logical_id: &str, resource_type: &str, status: &str) -> StackEvent {
    StackEvent {
        id: format!("{logical_id}-{status}"),
        at: "2026-01-01T00:00:00Z".to_owned(),
        logical_id: logical_id.to_owned(),
        resource_type: resource_type.to_owned(),
        status: status.into(),
        ..StackEvent::default()
    }
}
