//! Deadlines of operations on stacks.
//!
//! CloudFormation waits up to 36 hours for a resource that does not become ready
//! (<https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-service-canaryconfiguration.html>:
//! "CloudFormation operations time out after 36 hours"), and a busy stack accepts no other
//! operation. So each kind of stack has a deadline, a multiple of its usual duration.

use cloudformation::StackName;
use common::environment::EnvironmentName;
use common::naming::Names;
use serde_json::Value;

use crate::plan::{Operation, Recovery};
use cloudformation::status::StackStatus;
use cloudformation::template::{properties, resource_type, resources};

/// The deadlines of a kind of stack, in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// A stack's id, or the common beginning of a family's ids.
    pub kind: &'static str,
    pub create: u64,
    pub update: u64,
    pub delete: u64,
    /// The slowest part.
    pub because: &'static str,
    pub source: &'static str,
}

/// Families end with a hyphen.
const TABLE: &[Deadline] = &[
    Deadline {
        kind: "application-",
        create: 30,
        update: 30,
        delete: 30,
        because: "IAM roles, which take seconds to propagate",
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html",
    },
    Deadline {
        kind: "bootstrap",
        create: 30,
        update: 30,
        delete: 30,
        because: "IAM policies, which take seconds to propagate",
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html",
    },
    Deadline {
        kind: "bootstrap-roles",
        create: 30,
        update: 30,
        delete: 30,
        because: "IAM roles, which take seconds to propagate",
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html",
    },
    Deadline {
        kind: "cicd",
        create: 30,
        update: 30,
        delete: 30,
        because: "IAM roles, which take seconds to propagate",
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html",
    },
    Deadline {
        kind: "ecs",
        create: 90,
        // One machine at a time, each until it signals.
        update: 180,
        delete: 90,
        because: "machines, which signal when they have started and are drained before they stop",
        source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html",
    },
    Deadline {
        kind: "loadbalancer",
        create: 90,
        update: 90,
        delete: 60,
        because: "the certificate, until its DNS validation",
        source: "https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html",
    },
    Deadline {
        kind: "network",
        create: 60,
        update: 60,
        delete: 60,
        because: "NAT gateways and endpoints",
        source: "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html",
    },
    Deadline {
        kind: "pipeline-",
        create: 30,
        update: 30,
        delete: 30,
        because: "IAM roles, which take seconds to propagate",
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html",
    },
    Deadline {
        kind: "service-",
        create: 30,
        update: 30,
        // CloudFormation allows half an hour for draining.
        delete: 45,
        because: "the service, until its tasks are stable or drained",
        source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html",
    },
];

/// Stacks of a kind that is not in the table.
const OTHERS: Deadline = Deadline {
    kind: "",
    create: 60,
    update: 60,
    delete: 60,
    because: "no figures for stacks of this kind",
    source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html",
};

impl Deadline {
    pub fn all() -> impl Iterator<Item = &'static Self> {
        TABLE.iter()
    }

    /// The deadlines of a stack, by its id: `network`, `service-web`.
    #[must_use]
    pub fn of(id: &str) -> &'static Self {
        let fits = |deadline: &&Self| {
            deadline.kind == id || (deadline.kind.ends_with('-') && id.starts_with(deadline.kind))
        };
        TABLE.iter().find(fits).unwrap_or(&OTHERS)
    }

    pub(crate) fn of_stack(environment: EnvironmentName, name: &StackName) -> &'static Self {
        let name = name.as_str();
        let prefix = format!("{}-", Names::new(environment).prefix());
        Self::of(name.strip_prefix(&prefix).unwrap_or(name))
    }

    #[must_use]
    pub fn is_known(&self) -> bool {
        *self != OTHERS
    }

    /// The minutes that a step's own operation may take.
    pub(crate) fn of_operation(&self, operation: &Operation) -> u64 {
        match operation {
            Operation::Deploy(step) if step.exists => self.update,
            Operation::Deploy(_) => self.create,
            Operation::Delete { .. } | Operation::Recover(Recovery::DeleteFailedCreation) => {
                self.delete
            }
            Operation::Protect { .. } | Operation::Recover(_) => self.update,
        }
    }

    /// The minutes that an operation found in progress may take since it began. A rollback comes on
    /// top of the operation.
    pub(crate) const fn of_status(&self, status: &StackStatus) -> u64 {
        match status {
            StackStatus::CreateInProgress => self.create,
            StackStatus::RollbackInProgress => self.create + self.delete,
            StackStatus::DeleteInProgress => self.delete,
            StackStatus::UpdateRollbackInProgress
            | StackStatus::UpdateRollbackCompleteCleanupInProgress
            | StackStatus::ImportRollbackInProgress => self.update * 2,
            _ => self.update,
        }
    }
}

/// The minutes that the resources of a template may take beyond the usual: for a creation its
/// certificates, which wait for their DNS validation; for an update its Auto Scaling groups, which
/// replace instances one at a time and wait for each to signal.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html>
pub(crate) fn asked_for_by(template: &str, exists: bool) -> u64 {
    /// Until a certificate is issued.
    const CERTIFICATE: u64 = 90;
    /// For everything else in the update.
    const BESIDE_MACHINES: u64 = 60;
    let template: Value = serde_json::from_str(template).unwrap_or_default();
    let each = resources(&template);
    each.map(|(_, resource)| match resource_type(resource) {
        "AWS::CertificateManager::Certificate" if !exists => CERTIFICATE,
        "AWS::AutoScaling::AutoScalingGroup" if exists => {
            let machines = number(&properties(resource)["MaxSize"]);
            let each = &resource["UpdatePolicy"]["AutoScalingRollingUpdate"]["PauseTime"];
            let each = each.as_str().and_then(minutes);
            machines
                .zip(each)
                .map_or(0, |(machines, each)| BESIDE_MACHINES + machines * each)
        }
        _ => 0,
    })
    .max()
    .unwrap_or_default()
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Of a duration in whole minutes: `PT20M`.
fn minutes(duration: &str) -> Option<u64> {
    duration.strip_prefix("PT")?.strip_suffix('M')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_a_kind_is_found_by_id_or_family() {
        assert!(TABLE.is_sorted_by(|one, other| one.kind < other.kind));
        assert_eq!(Deadline::of("bootstrap").kind, "bootstrap");
        assert_eq!(Deadline::of("bootstrap-roles").kind, "bootstrap-roles");
        assert_eq!(Deadline::of("service-web").kind, "service-");
        assert!(!Deadline::of("queue").is_known());
        assert_eq!(
            Deadline::of_stack(EnvironmentName::Staging, &"lemonade-staging-network".into()).kind,
            "network"
        );
    }

    /// Thirty machines take longer than any fixed deadline that would notice anything.
    #[test]
    fn a_roll_has_as_long_as_its_machines_may_take() {
        let template = r#"{"Resources": {
            "Machines": {
                "Type": "AWS::AutoScaling::AutoScalingGroup",
                "Properties": {"MaxSize": "30"},
                "UpdatePolicy": {"AutoScalingRollingUpdate": {"PauseTime": "PT20M"}}
            },
            "Certificate": {"Type": "AWS::CertificateManager::Certificate"}
        }}"#;
        assert_eq!(asked_for_by(template, true), 660);
        assert_eq!(asked_for_by(template, false), 90);
        assert_eq!(
            asked_for_by(r#"{"Resources": {"Vpc": {"Type": "AWS::EC2::VPC"}}}"#, true),
            0
        );
        assert_eq!(asked_for_by("not JSON", true), 0);
    }
}
