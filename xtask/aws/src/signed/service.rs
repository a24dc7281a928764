//! Services, as far as an address and a signature need to know them.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// What messages call it.
    pub name: &'static str,
    /// The first part of its address.
    pub endpoint: &'static str,
    /// The name that requests to it are signed for. Often, and not always, the same.
    pub signing_name: &'static str,
    /// Whether it signs as S3 does: the path as it is, and the body's digest in a header.
    pub signs_paths_raw: bool,
    /// Where it is, if that is in no region.
    pub global: Option<Global>,
}

/// The one place of a service that has no regions.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/rande.html#global-endpoints>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Global {
    pub host: &'static str,
    /// The region that requests to it are signed for.
    pub region: &'static str,
}

impl Service {
    /// A service whose address and signature have the same name.
    #[must_use]
    pub const fn new(name: &'static str, endpoint: &'static str) -> Self {
        Self {
            name,
            endpoint,
            signing_name: endpoint,
            signs_paths_raw: false,
            global: None,
        }
    }

    /// Elastic Compute Cloud: networks and machines.
    pub const EC2: Self = Self::new("EC2", "ec2");

    /// Its address in a region.
    ///
    /// Source: <https://docs.aws.amazon.com/general/latest/gr/rande.html>
    #[must_use]
    pub fn address(&self, region: &str) -> String {
        match self.global {
            Some(global) => format!("https://{}", global.host),
            None => format!("https://{}.{region}.amazonaws.com", self.endpoint),
        }
    }

    /// The region that requests to it are signed for, by a caller in a region.
    pub(super) fn signing_region<'a>(&self, region: &'a str) -> &'a str {
        self.global.map_or(region, |global| global.region)
    }
}
