//! Quotas that a new account may have less of than an environment takes on its first day.
//!
//! Those of [`common::quota`] are what a definition could outgrow; AWS gives every account the same of
//! them. Of these it gives a new account little, and raises some only after a review of the
//! request, which can take days.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::template::{properties, resource_type, resources};
use common::assembly::Assembly;
use common::capacity::CpuUnits;
use common::environment::Environment;
use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccountQuota {
    /// Builds that run at once on one kind of machine. A new account may have none or one, and then
    /// a pipeline does not wait, it fails: `Cannot have more than 0 builds in queue for the account`
    /// (awslabs/landing-zone-accelerator-on-aws#1013, #249).
    Builds(BuildMachine),
    /// Processors of all On-Demand machines of the ordinary families.
    Vcpus,
    /// Functions that run at once.
    ConcurrentFunctions,
    Vpcs,
    /// NAT gateways in one zone.
    NatGateways,
    ApplicationLoadBalancers,
    NetworkLoadBalancers,
    SecurityGroups,
}

/// The machines that builds of the definition run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BuildMachine {
    /// `BUILD_GENERAL1_SMALL`.
    LinuxSmall,
    /// `BUILD_GENERAL1_MEDIUM`.
    LinuxMedium,
    /// `BUILD_GENERAL1_LARGE`.
    LinuxLarge,
    /// `BUILD_GENERAL1_SMALL` for Arm.
    ArmSmall,
    /// `BUILD_GENERAL1_MEDIUM` for Arm.
    ArmMedium,
    /// `BUILD_GENERAL1_LARGE` for Arm.
    ArmLarge,
}

impl BuildMachine {
    fn of(kind: &str, compute: &str) -> Option<Self> {
        Some(match (kind, compute) {
            ("LINUX_CONTAINER", "BUILD_GENERAL1_SMALL") => Self::LinuxSmall,
            ("LINUX_CONTAINER", "BUILD_GENERAL1_MEDIUM") => Self::LinuxMedium,
            ("LINUX_CONTAINER", "BUILD_GENERAL1_LARGE") => Self::LinuxLarge,
            ("ARM_CONTAINER", "BUILD_GENERAL1_SMALL") => Self::ArmSmall,
            ("ARM_CONTAINER", "BUILD_GENERAL1_MEDIUM") => Self::ArmMedium,
            ("ARM_CONTAINER", "BUILD_GENERAL1_LARGE") => Self::ArmLarge,
            _ => return None,
        })
    }
}

impl AccountQuota {
    /// What is counted, for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Builds(BuildMachine::LinuxSmall) => "builds at once on Linux/Small",
            Self::Builds(BuildMachine::LinuxMedium) => "builds at once on Linux/Medium",
            Self::Builds(BuildMachine::LinuxLarge) => "builds at once on Linux/Large",
            Self::Builds(BuildMachine::ArmSmall) => "builds at once on ARM/Small",
            Self::Builds(BuildMachine::ArmMedium) => "builds at once on ARM/Medium",
            Self::Builds(BuildMachine::ArmLarge) => "builds at once on ARM/Large",
            Self::Vcpus => "vCPUs of On-Demand machines",
            Self::ConcurrentFunctions => "concurrent executions of functions",
            Self::Vpcs => "VPCs",
            Self::NatGateways => "NAT gateways of a zone",
            Self::ApplicationLoadBalancers => "application load balancers",
            Self::NetworkLoadBalancers => "network load balancers",
            Self::SecurityGroups => "security groups",
        }
    }

    /// How Service Quotas calls it: service and code. `aws service-quotas list-aws-default-service-quotas
    /// --service-code SERVICE` lists them with their names.
    #[must_use]
    pub const fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::Builds(BuildMachine::LinuxSmall) => ("codebuild", "L-9D07B6EF"),
            Self::Builds(BuildMachine::LinuxMedium) => ("codebuild", "L-2DC20C30"),
            Self::Builds(BuildMachine::LinuxLarge) => ("codebuild", "L-4DDC4A99"),
            Self::Builds(BuildMachine::ArmSmall) => ("codebuild", "L-5ED1D25B"),
            Self::Builds(BuildMachine::ArmMedium) => ("codebuild", "L-DF544FF3"),
            Self::Builds(BuildMachine::ArmLarge) => ("codebuild", "L-596BEAB4"),
            Self::Vcpus => ("ec2", "L-1216C47A"),
            Self::ConcurrentFunctions => ("lambda", "L-B99A9384"),
            Self::Vpcs => ("vpc", "L-F678F1CE"),
            Self::NatGateways => ("vpc", "L-FE5A380F"),
            Self::ApplicationLoadBalancers => ("elasticloadbalancing", "L-53DA6B97"),
            Self::NetworkLoadBalancers => ("elasticloadbalancing", "L-69A177A2"),
            Self::SecurityGroups => ("vpc", "L-E79EC296"),
        }
    }

    /// How much an account has of which Service Quotas does not know, by the pages in
    /// [`source`](Self::source). A new one may have less, and Service Quotas says so.
    #[must_use]
    pub const fn default(self) -> usize {
        match self {
            Self::Builds(_) => 60,
            Self::Vcpus | Self::Vpcs | Self::NatGateways => 5,
            Self::ConcurrentFunctions => 1_000,
            Self::ApplicationLoadBalancers | Self::NetworkLoadBalancers => 50,
            Self::SecurityGroups => 2_500,
        }
    }

    /// The page that says so.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::Builds(_) => "https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html",
            Self::Vcpus => {
                "https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html"
            }
            Self::ConcurrentFunctions => {
                "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
            }
            Self::Vpcs | Self::NatGateways | Self::SecurityGroups => {
                "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"
            }
            Self::ApplicationLoadBalancers => {
                "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"
            }
            Self::NetworkLoadBalancers => {
                "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html"
            }
        }
    }

    /// Whether a request for more is looked at by a person of AWS's, so that days may pass.
    #[must_use]
    pub const fn takes_days(self) -> bool {
        matches!(
            self,
            Self::Builds(_) | Self::Vcpus | Self::ConcurrentFunctions
        )
    }
}

/// What an environment takes of a quota of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// What its first deployment takes.
    pub first: usize,
    /// What it may take later.
    pub most: usize,
}

/// What an environment takes, by quota: what takes days to raise first.
#[must_use]
pub fn needs(environment: &Environment, assembly: &Assembly) -> BTreeMap<AccountQuota, Need> {
    let mut counted: BTreeMap<AccountQuota, usize> = BTreeMap::new();
    let mut builds: BTreeMap<BuildMachine, usize> = BTreeMap::new();
    for stack in &assembly.stacks {
        let text = stack.template.as_deref().unwrap_or_default();
        let template: Value = serde_json::from_str(text).unwrap_or_default();
        let mut of_stack = BTreeSet::new();
        for (_, resource) in resources(&template) {
            let properties = properties(resource);
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let quota = match resource_type(resource) {
                "AWS::CodeBuild::Project" => {
                    let machine = &properties["Environment"];
                    of_stack.extend(BuildMachine::of(
                        &text(&machine["Type"]),
                        &text(&machine["ComputeType"]),
                    ));
                    continue;
                }
                "AWS::Lambda::Function" => AccountQuota::ConcurrentFunctions,
                "AWS::EC2::VPC" => AccountQuota::Vpcs,
                "AWS::EC2::SecurityGroup" => AccountQuota::SecurityGroups,
                // Each is in a zone of its own.
                "AWS::EC2::NatGateway" => {
                    counted.insert(AccountQuota::NatGateways, 1);
                    continue;
                }
                "AWS::ElasticLoadBalancingV2::LoadBalancer" => match &properties["Type"] {
                    Value::String(kind) if kind == "network" => AccountQuota::NetworkLoadBalancers,
                    _ => AccountQuota::ApplicationLoadBalancers,
                },
                _ => continue,
            };
            *counted.entry(quota).or_default() += 1;
        }
        // A pipeline runs one build at a time.
        for machine in of_stack {
            *builds.entry(machine).or_default() += 1;
        }
    }
    let same = |count| Need {
        first: count,
        most: count,
    };
    let mut needs: BTreeMap<AccountQuota, Need> = counted
        .into_iter()
        .map(|(quota, count)| (quota, same(count)))
        .collect();
    for (machine, pipelines) in builds {
        // One more, for a build that is started again by hand.
        needs.insert(AccountQuota::Builds(machine), same(pipelines + 1));
    }
    let cluster = &environment.cluster;
    let vcpus = |machines: u32| {
        let each = cluster.machine.cpu().get() / CpuUnits::PER_VCPU;
        usize::try_from(machines.saturating_mul(each)).unwrap_or(usize::MAX)
    };
    // A machine is replaced by starting another one before.
    let need = Need {
        first: vcpus(cluster.band.min() + 1),
        most: vcpus(cluster.band.max()),
    };
    needs.insert(AccountQuota::Vcpus, need);
    needs
}
