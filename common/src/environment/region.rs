//! The AWS regions, and the prefix that their zone ids carry.
//!
//! Regions of other partitions (China, GovCloud) are left out: their ARNs begin differently.

use std::fmt;
use std::str::FromStr;

use crate::input::Invalid;

/// Region codes with the prefix of their zone ids, sorted by code.
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html>
const REGIONS: [(&str, &str); 34] = [
    ("af-south-1", "afs1"),
    ("ap-east-1", "ape1"),
    ("ap-east-2", "ape2"),
    ("ap-northeast-1", "apne1"),
    ("ap-northeast-2", "apne2"),
    ("ap-northeast-3", "apne3"),
    ("ap-south-1", "aps1"),
    ("ap-south-2", "aps2"),
    ("ap-southeast-1", "apse1"),
    ("ap-southeast-2", "apse2"),
    ("ap-southeast-3", "apse3"),
    ("ap-southeast-4", "apse4"),
    ("ap-southeast-5", "apse5"),
    ("ap-southeast-6", "apse6"),
    ("ap-southeast-7", "apse7"),
    ("ca-central-1", "cac1"),
    ("ca-west-1", "caw1"),
    ("eu-central-1", "euc1"),
    ("eu-central-2", "euc2"),
    ("eu-north-1", "eun1"),
    ("eu-south-1", "eus1"),
    ("eu-south-2", "eus2"),
    ("eu-west-1", "euw1"),
    ("eu-west-2", "euw2"),
    ("eu-west-3", "euw3"),
    ("il-central-1", "ilc1"),
    ("me-central-1", "mec1"),
    ("me-south-1", "mes1"),
    ("mx-central-1", "mxc1"),
    ("sa-east-1", "sae1"),
    ("us-east-1", "use1"),
    ("us-east-2", "use2"),
    ("us-west-1", "usw1"),
    ("us-west-2", "usw2"),
];

/// An AWS region of the commercial partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region {
    code: &'static str,
    zone_prefix: &'static str,
}

impl Region {
    /// The region's code, such as `eu-west-1`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.code
    }

    /// What the ids of its zones begin with, such as `euw1`.
    #[must_use]
    pub const fn zone_prefix(self) -> &'static str {
        self.zone_prefix
    }

    /// The region whose zone ids begin with this prefix.
    #[must_use]
    pub fn of_zone_prefix(prefix: &str) -> Option<Self> {
        REGIONS
            .iter()
            .find(|(_, zone_prefix)| *zone_prefix == prefix)
            .map(|&(code, zone_prefix)| Self { code, zone_prefix })
    }
}

impl fmt::Display for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.code)
    }
}

impl FromStr for Region {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if let Some(&(code, zone_prefix)) = REGIONS.iter().find(|(code, _)| *code == text) {
            return Ok(Self { code, zone_prefix });
        }
        let refused = Invalid::expected("the code of an AWS region, such as \"eu-west-1\"", text);
        let codes = REGIONS.iter().map(|(code, _)| *code);
        Err(match crate::suggestion::nearest(text, codes) {
            Some(near) => refused.with_help(format!("did you mean {near:?}?")),
            None => refused,
        })
    }
}
