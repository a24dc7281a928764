//! The peering with MongoDB Atlas.

use ipnet::Ipv4Net;

use super::network::{PRIVATE, private_block};
use crate::input::Invalid;
use crate::text::text_newtype;

/// The peering connection that Atlas requested. Without it, no template speaks of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Atlas {
    /// The connection that Atlas requested and that is accepted on our side.
    pub peering: PeeringConnectionId,
    /// The addresses of the Atlas side.
    pub cidr: AtlasCidr,
    /// The network of the Atlas side, where it is known: who asks for a peering is told by it, and
    /// by nothing else that Atlas shows.
    pub vpc: Option<AtlasVpcId>,
}

text_newtype! {
    /// A VPC peering connection id, `pcx-` and 8 or 17 hexadecimal digits.
    PeeringConnectionId, check_peering
}

text_newtype! {
    /// The id of a VPC, `vpc-` and 8 or 17 hexadecimal digits; unique in the world.
    AtlasVpcId, check_vpc
}

/// The address block of an Atlas network on AWS: RFC 1918, /21 to /24.
/// <https://www.mongodb.com/docs/atlas/security-vpc-peering/>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AtlasCidr(Ipv4Net);

impl AtlasCidr {
    /// The block as a network address with its prefix length.
    #[must_use]
    pub const fn net(self) -> Ipv4Net {
        self.0
    }
}

impl std::fmt::Display for AtlasCidr {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

impl std::str::FromStr for AtlasCidr {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        private_block(text, 21..=24, &PRIVATE).map(Self)
    }
}

fn check_peering(text: &str) -> Result<(), Invalid> {
    let form = ResourceIdForm {
        prefix: "pcx-",
        expected: "a peering connection id, such as \"pcx-0123456789abcdef0\"",
    };
    form.check(text)
}

fn check_vpc(text: &str) -> Result<(), Invalid> {
    let form = ResourceIdForm {
        prefix: "vpc-",
        expected: "the id of a VPC, such as \"vpc-0123456789abcdef0\"",
    };
    form.check(text)
}

/// EC2 ids: a prefix, then 8 (before 2016) or 17 hexadecimal digits.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html>
pub(crate) struct ResourceIdForm {
    pub(crate) prefix: &'static str,
    /// The form in words, with an example.
    pub(crate) expected: &'static str,
}

impl ResourceIdForm {
    pub(crate) fn check(&self, text: &str) -> Result<(), Invalid> {
        let fine = text.strip_prefix(self.prefix).is_some_and(|digits| {
            matches!(digits.len(), 8 | 17)
                && digits
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        });
        if fine {
            Ok(())
        } else {
            Err(Invalid::expected(self.expected, text))
        }
    }
}
