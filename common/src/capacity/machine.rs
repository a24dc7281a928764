//! The EC2 machine types that a cluster can be made of, and what ECS can place on them.
//!
//! # How much memory a machine registers
//! The ECS agent registers what the operating system sees, less than what is advertised: firmware
//! and kernel take their part before. AWS publishes no table
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/memory-management.html>), and the
//! figure moves with the machine image. So no figure here is measured: [`registered_memory`] is a
//! *conservative lower bound*, nominal memory minus 4 % minus 288 MiB, which lies below every figure
//! that we found published for machines of 4 to 64 GiB on Nitro (the tests of this module list
//! them). What the bound gives away, at most some 250 MiB on 8 GiB, is the price for a task that is
//! promised to fit on whatever image comes next.
//!
//! [`registered_memory`]: MachineType::registered_memory

use std::fmt;
use std::str::FromStr;

use super::{CpuUnits, Mebibytes};
use crate::input::Invalid;

/// What the machine keeps for itself, `ECS_RESERVED_MEMORY` in the agent's configuration: the ECS
/// agent, the SSM agent, the CloudWatch agent and the Docker daemon. The agent subtracts it before
/// it registers, so ECS neither places tasks there nor counts it in `MemoryReservation`.
pub const ECS_RESERVED_MEMORY: Mebibytes = Mebibytes(256);

/// After how many days a machine image is too old, if there is a newer one. A new release of Amazon Linux
/// 2023 comes every two weeks, and baselines ask that what is critical or high is patched within 30
/// days; twice that is a bound that holds a holiday.
///
/// <https://docs.aws.amazon.com/linux/al2023/ug/release-cadence.html>
pub const OLD_IMAGE_DAYS: u32 = 60;

/// The instruction set that images must be built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Architecture {
    /// Instance types with Intel or AMD processors.
    X86_64,
    /// Instance types with AWS Graviton processors.
    Arm64,
}

impl Architecture {
    /// The `CpuArchitecture` of a task definition's runtime platform.
    #[must_use]
    pub const fn as_ecs(self) -> &'static str {
        match self {
            Self::X86_64 => "X86_64",
            Self::Arm64 => "ARM64",
        }
    }
}

/// Families with the memory of their `large` size in GiB; every size doubles the one before.
/// `large` has 2 vCPUs, and so has `medium` of the burstable families.
/// <https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html>
const FAMILIES: [(&str, Architecture, u32); 13] = [
    ("t3", Architecture::X86_64, 8),
    ("t3a", Architecture::X86_64, 8),
    ("t4g", Architecture::Arm64, 8),
    ("m5", Architecture::X86_64, 8),
    ("m6i", Architecture::X86_64, 8),
    ("m6a", Architecture::X86_64, 8),
    ("m7i", Architecture::X86_64, 8),
    ("m6g", Architecture::Arm64, 8),
    ("m7g", Architecture::Arm64, 8),
    ("c6i", Architecture::X86_64, 4),
    ("c7g", Architecture::Arm64, 4),
    ("r6i", Architecture::X86_64, 16),
    ("r7g", Architecture::Arm64, 16),
];

const SIZES: [(&str, u32); 3] = [("large", 1), ("xlarge", 2), ("2xlarge", 4)];

/// An EC2 machine type that a cluster can be made of: `t3`, `t3a` and `t4g` from `medium`, the
/// others from `large`, all up to `2xlarge`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MachineType {
    family: &'static str,
    size: &'static str,
    architecture: Architecture,
    vcpus: u32,
    nominal: Mebibytes,
}

impl MachineType {
    /// All of them, by family, small to large.
    pub fn all() -> impl Iterator<Item = Self> {
        FAMILIES
            .into_iter()
            .flat_map(|(family, architecture, gibibytes)| {
                let burstable = family.starts_with('t');
                let medium = burstable.then_some(Self {
                    family,
                    size: "medium",
                    architecture,
                    vcpus: 2,
                    nominal: Mebibytes(gibibytes * 1024 / 2),
                });
                let others = SIZES.into_iter().map(move |(size, times)| Self {
                    family,
                    size,
                    architecture,
                    vcpus: 2 * times,
                    nominal: Mebibytes(gibibytes * 1024 * times),
                });
                medium.into_iter().chain(others)
            })
    }

    /// The instruction set that images must be built for.
    #[must_use]
    pub const fn architecture(&self) -> Architecture {
        self.architecture
    }

    /// What ECS can place: 1024 units per vCPU.
    #[must_use]
    pub const fn cpu(&self) -> CpuUnits {
        CpuUnits(self.vcpus * CpuUnits::PER_VCPU)
    }

    /// The memory that EC2 advertises.
    #[must_use]
    pub const fn nominal_memory(&self) -> Mebibytes {
        self.nominal
    }

    /// What an agent that reserves nothing registers at least: a conservative lower bound, see the
    /// documentation of the module.
    #[must_use]
    pub const fn registered_memory(&self) -> Mebibytes {
        Mebibytes(self.nominal.0 - self.nominal.0.div_ceil(25) - 288)
    }

    /// What ECS can place tasks on: the registered memory without [`ECS_RESERVED_MEMORY`].
    #[must_use]
    pub const fn schedulable_memory(&self) -> Mebibytes {
        Mebibytes(self.registered_memory().0 - ECS_RESERVED_MEMORY.0)
    }
}

impl fmt::Display for MachineType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.family, self.size)
    }
}

impl FromStr for MachineType {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if let Some(machine) = Self::all().find(|machine| machine.to_string() == text) {
            return Ok(machine);
        }
        let names: Vec<String> = Self::all().map(|machine| machine.to_string()).collect();
        let families: Vec<&str> = FAMILIES.iter().map(|(family, ..)| *family).collect();
        let refused = Invalid::expected("a supported EC2 machine type", text);
        let refused = match crate::input::nearest(text, names.iter().map(String::as_str)) {
            Some(near) => refused.with_help(format!("did you mean {near:?}?")),
            None => refused,
        };
        Err(refused.with_help(format!(
            "supported are the families {} in large, xlarge and 2xlarge, t families also in medium",
            families.join(", ")
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Registered memory that others published, MiB: some with a reservation already subtracted.
    const PUBLISHED: [(&str, u32, &str); 10] = [
        (
            "t3.medium",
            3884,
            "local.tf of github.com/misterfifi1/exo-lives-aws",
        ),
        (
            "t3.medium",
            3828,
            "memory_available in the instances_specs of a public Terraform module",
        ),
        (
            "m5.large",
            7680,
            "local.tf of github.com/misterfifi1/exo-lives-aws",
        ),
        (
            "m5.xlarge",
            15576,
            "local.tf of github.com/misterfifi1/exo-lives-aws",
        ),
        (
            "m5.2xlarge",
            31368,
            "local.tf of github.com/misterfifi1/exo-lives-aws",
        ),
        (
            "m6i.large",
            7820,
            "two tasks of 3910: github.com/thewca/worldcubeassociation.org/pull/9974",
        ),
        // Machines that the table doesn't hold, under the name of one with as much memory.
        (
            "t3.medium",
            3704,
            "c5.large in local.tf of github.com/misterfifi1/exo-lives-aws",
        ),
        (
            "c6i.xlarge",
            7624,
            "c5.xlarge in local.tf of github.com/misterfifi1/exo-lives-aws",
        ),
        (
            "c6i.2xlarge",
            15463,
            "c5.2xlarge in local.tf of github.com/misterfifi1/exo-lives-aws",
        ),
        (
            "r6i.2xlarge",
            62950,
            "m5.4xlarge in local.tf of github.com/misterfifi1/exo-lives-aws",
        ),
    ];

    #[test]
    fn registered_memory_is_below_every_published_figure() {
        for (name, published, source) in PUBLISHED {
            let machine: MachineType = name.parse().unwrap();
            assert!(
                machine.registered_memory().get() <= published,
                "{name}: {source}"
            );
        }
    }

    #[test]
    fn machine_types_have_the_advertised_size() {
        let facts = |name: &str| {
            let machine: MachineType = name.parse().unwrap();
            (
                machine.cpu().get(),
                machine.nominal_memory().get(),
                machine.architecture(),
            )
        };
        assert_eq!(facts("t3.medium"), (2048, 4096, Architecture::X86_64));
        assert_eq!(facts("t3.2xlarge"), (8192, 32768, Architecture::X86_64));
        assert_eq!(facts("m6i.large"), (2048, 8192, Architecture::X86_64));
        assert_eq!(facts("c6i.large"), (2048, 4096, Architecture::X86_64));
        assert_eq!(facts("r6i.2xlarge"), (8192, 65536, Architecture::X86_64));
        assert_eq!(facts("m7g.xlarge"), (4096, 16384, Architecture::Arm64));
    }

    #[test]
    fn every_name_reads_back() {
        for machine in MachineType::all() {
            assert_eq!(machine.to_string().parse(), Ok(machine));
        }
    }
}
