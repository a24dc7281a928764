//! How long an operation on a stack may take.
//!
//! CloudFormation waits up to 36 hours for a resource that doesn't get ready
//! (<https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-service-canaryconfiguration.html>:
//! "CloudFormation operations time out after 36 hours"), and a stack that is busy takes nothing else.
//! So each kind of stack has a deadline, some times longer than what it takes when all is well.

use common::environment::EnvironmentName;
use common::naming::Names;
use serde_json::Value;

use crate::plan::{Operation, Recovery};
use cloudformation::status::StackStatus;

/// How long operations on a kind of stack may take, in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The kind: a stack's id, or what the ids of a family begin with.
    pub kind: &'static str,
    /// For its creation.
    pub create: u64,
    /// For an update.
    pub update: u64,
    /// For its deletion.
    pub delete: u64,
    /// What takes longest.
    pub because: &'static str,
    /// Where that is from.
    pub source: &'static str,
}

/// Families end with a hyphen.
const TABLE: &[Deadline] = &[
    Deadline {
        kind: "application-",
        create: 30,
        update: 30,
        delete: 30,
        because: "roles, which take seconds to be known everywhere",
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html",
    },
    Deadline {
        kind: "bootstrap",
        create: 30,
        update: 30,
        delete: 30,
        because: "policies, which take seconds to be known everywhere",
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html",
    },
    Deadline {
        kind: "bootstrap-roles",
        create: 30,
        update: 30,
        delete: 30,
        because: "roles, which take seconds to be known everywhere",
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html",
    },
    Deadline {
        kind: "cicd",
        create: 30,
        update: 30,
        delete: 30,
        because: "roles, which take seconds to be known everywhere",
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html",
    },
    Deadline {
        kind: "ecs",
        create: 90,
        // One machine after the other, each until it signals.
        update: 180,
        delete: 90,
        because: "machines: those that start until they signal, those that go until they are drained",
        source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html",
    },
    Deadline {
        kind: "loadbalancer",
        create: 90,
        update: 90,
        delete: 60,
        because: "the certificate, until the record of its validation is found",
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
        because: "roles, which take seconds to be known everywhere",
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html",
    },
    Deadline {
        kind: "service-",
        create: 30,
        update: 30,
        // CloudFormation gives the draining half an hour of it.
        delete: 45,
        because: "the service, until its tasks are steady or drained",
        source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html",
    },
];

/// Of a kind that is not in the table.
const OTHERS: Deadline = Deadline {
    kind: "",
    create: 60,
    update: 60,
    delete: 60,
    because: "nothing is known of stacks of this kind",
    source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html",
};

impl Deadline {
    /// The table.
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

    /// The deadlines of a stack of an environment, by its name.
    pub(crate) fn of_stack(environment: EnvironmentName, name: &str) -> &'static Self {
        let prefix = format!("{}-", Names::new(environment).prefix());
        Self::of(name.strip_prefix(&prefix).unwrap_or(name))
    }

    /// Whether the kind stands in the table.
    #[must_use]
    pub fn is_known(&self) -> bool {
        *self != OTHERS
    }

    /// How many minutes a step's own operation may take.
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

    /// How many minutes something may take that was found going on, since it began. The way back
    /// comes after the way there.
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

/// How many minutes the resources of a template may take beyond what is usual for stacks of their kind:
/// for a creation its certificates, which wait for the record of their validation to be found; for an update
/// its groups, which roll their machines one at a time and wait for each to signal.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html>
pub(crate) fn asked_for_by(template: &str, exists: bool) -> u64 {
    /// Until a certificate is issued.
    const CERTIFICATE: u64 = 90;
    /// For everything else in the update.
    const BESIDE_MACHINES: u64 = 60;
    let template: Value = serde_json::from_str(template).unwrap_or_default();
    let resources = template["Resources"].as_object();
    let each = resources
        .into_iter()
        .flat_map(|resources| resources.values());
    each.map(|resource| match resource["Type"].as_str() {
        Some("AWS::CertificateManager::Certificate") if !exists => CERTIFICATE,
        Some("AWS::AutoScaling::AutoScalingGroup") if exists => {
            let machines = number(&resource["Properties"]["MaxSize"]);
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
            Deadline::of_stack(EnvironmentName::Staging, "lemonade-staging-network").kind,
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
