//! The sources of the pipelines.

use super::{AccountId, Region};
use crate::application::Repository;
use crate::input::Invalid;
use crate::text::text_newtype;

/// Where the pipelines of an environment get their sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// The connection with GitHub that a person has made and confirmed once.
    pub connection: ConnectionArn,
    /// The repository of this definition.
    pub repository: Repository,
}

text_newtype! {
    /// The ARN of a connection of AWS CodeConnections. CloudFormation creates connections that
    /// wait for a person's handshake, so one is given rather than created.
    /// <https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-update.html>
    ConnectionArn, check
}

/// The parts of an ARN: partition, service, region, account and resource.
fn parts(text: &str) -> Option<[&str; 5]> {
    let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
    let mut next = || parts.next();
    Some([next()?, next()?, next()?, next()?, next()?])
}

/// Connections made before July 2024 carry the service's old name.
const SERVICES: [&str; 2] = ["codeconnections", "codestar-connections"];

fn check(text: &str) -> Result<(), Invalid> {
    let id = |id: &str| {
        id.len() == 36
            && id
                .bytes()
                .all(|byte| byte == b'-' || byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let fine = parts(text).is_some_and(|[partition, service, region, account, resource]| {
        partition == "aws"
            && SERVICES.contains(&service)
            && region.parse::<Region>().is_ok()
            && account.parse::<AccountId>().is_ok()
            && resource.strip_prefix("connection/").is_some_and(id)
    });
    if fine {
        Ok(())
    } else {
        Err(
            Invalid::expected("the ARN of a connection", text).with_help(
                "for example \"arn:aws:codeconnections:eu-west-1:111122223333:connection/\
             01234567-89ab-cdef-0123-456789abcdef\"",
            ),
        )
    }
}

impl ConnectionArn {
    /// The service as the ARN calls it, which is also the prefix of the actions on it.
    #[must_use]
    pub fn service(&self) -> &str {
        parts(self.as_str()).map_or("codeconnections", |[_, service, ..]| service)
    }

    /// Refuses a connection of another account or region: pipelines can't use it, and using it
    /// would let one environment act through another's.
    pub(crate) fn check_place(
        &self,
        account: Option<&AccountId>,
        region: Option<Region>,
    ) -> Result<(), Invalid> {
        let Some([_, _, its_region, its_account, _]) = parts(self.as_str()) else {
            return Ok(());
        };
        if let Some(account) = account.filter(|account| account.as_str() != its_account) {
            return Err(Invalid::new(format!(
                "the connection is in account {its_account}, the environment in {account}"
            ))
            .with_help("make a connection in the environment's own account"));
        }
        if let Some(region) = region.filter(|region| region.as_str() != its_region) {
            return Err(Invalid::new(format!(
                "the connection is in {its_region}, the environment in {region}"
            ))
            .with_help("make a connection in the environment's own region"));
        }
        Ok(())
    }
}
