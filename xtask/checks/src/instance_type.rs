//! What an EC2 instance type has: processors, memory, architecture.
//!
//! Of the families whose sizes follow from the name, by
//! <https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html>. Any other type is unknown.

use std::fmt;

/// An instance type that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InstanceType {
    pub(crate) name: String,
    pub(crate) vcpus: i64,
    pub(crate) memory_mib: i64,
    pub(crate) architecture: Architecture,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Architecture {
    X86_64,
    Arm64,
}

impl fmt::Display for Architecture {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::X86_64 => "X86_64",
            Self::Arm64 => "ARM64",
        })
    }
}

/// Sizes of the burstable families: processors, and memory in MiB. From `xlarge` on they follow the general rule.
const BURSTABLE: [(&str, i64, i64); 5] = [
    ("nano", 2, 512),
    ("micro", 2, 1024),
    ("small", 2, 2048),
    ("medium", 2, 4096),
    ("large", 2, 8192),
];

impl InstanceType {
    pub(crate) fn of(name: &str) -> Option<Self> {
        let (family, size) = name.split_once('.')?;
        let letters = family.find(|letter: char| letter.is_ascii_digit())?;
        let (class, rest) = family.split_at(letters);
        let generation = rest.chars().next()?.to_digit(10)?;
        let options = rest.get(1..)?;
        let architecture = if options.contains('g') {
            Architecture::Arm64
        } else {
            Architecture::X86_64
        };
        let gib_per_vcpu = match (class, generation) {
            ("t", 3 | 4) | ("m", 5..=8) => 4,
            ("c", 5..=8) => 2,
            ("r", 5..=8) => 8,
            _ => return None,
        };
        // Options that change more than the processor and the disks.
        if options.chars().any(|option| !"adgi".contains(option)) {
            return None;
        }
        let (vcpus, memory_mib) = if class == "t" && generation <= 4 {
            let burstable = BURSTABLE.iter().find(|(known, ..)| *known == size);
            match burstable {
                Some((_, vcpus, memory)) => (*vcpus, *memory),
                None => general(size, gib_per_vcpu)?,
            }
        } else {
            general(size, gib_per_vcpu)?
        };
        Some(Self {
            name: name.to_owned(),
            vcpus,
            memory_mib,
            architecture,
        })
    }
}

fn general(size: &str, gib_per_vcpu: i64) -> Option<(i64, i64)> {
    let vcpus = match size {
        "medium" => 1,
        "large" => 2,
        "xlarge" => 4,
        _ => size.strip_suffix("xlarge")?.parse::<i64>().ok()? * 4,
    };
    Some((vcpus, vcpus * gib_per_vcpu * 1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_follow_from_names() {
        let known = |name: &str| {
            InstanceType::of(name).map(|one| (one.vcpus, one.memory_mib / 1024, one.architecture))
        };
        assert_eq!(known("t3.large"), Some((2, 8, Architecture::X86_64)));
        assert_eq!(known("t4g.2xlarge"), Some((8, 32, Architecture::Arm64)));
        assert_eq!(known("m6i.4xlarge"), Some((16, 64, Architecture::X86_64)));
        assert_eq!(known("c7g.medium"), Some((1, 2, Architecture::Arm64)));
        assert_eq!(known("r6a.xlarge"), Some((4, 32, Architecture::X86_64)));
        assert_eq!(known("p5.48xlarge"), None);
        assert_eq!(known("t3"), None);
        assert_eq!(known("m5.metal"), None);
    }
}
