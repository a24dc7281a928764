//! Services, as far as an address and a signature need to know them.

/// A service.
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
        }
    }

    /// Elastic Compute Cloud: networks and machines.
    pub const EC2: Self = Self::new("EC2", "ec2");

    /// Its address in a region.
    ///
    /// Source: <https://docs.aws.amazon.com/general/latest/gr/rande.html>
    #[must_use]
    pub fn address(&self, region: &str) -> String {
        format!("https://{}.{region}.amazonaws.com", self.endpoint)
    }
}
