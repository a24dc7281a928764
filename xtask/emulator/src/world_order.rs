//! Changes of the model that no client of CloudFormation can make: faults, and changes of resources
//! without CloudFormation. They are kept in the journal like calls.

use serde::{Deserialize, Serialize};

use crate::api::Caller;
use crate::{Cloud, Fault, Tamper};

/// An order to the world behind CloudFormation: it changes the model, and so is kept with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum WorldOrder {
    /// `POST /_local/fail`: something is to go wrong with resources.
    Fail(Fault),
    /// `POST /_local/heal`: nothing is to go wrong on purpose any more.
    Heal,
    /// `POST /_local/tamper`: somebody does something to a resource without CloudFormation.
    Tamper(Tampering),
}

/// What is done to which resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Tampering {
    account: String,
    region: String,
    stack: String,
    logical_id: String,
    tamper: Tamper,
}

impl WorldOrder {
    /// Performs it.
    ///
    /// # Errors
    /// When there is nothing to do it to.
    pub(crate) fn perform(&self, cloud: &mut Cloud) -> Result<(), String> {
        match self {
            Self::Fail(fault) => cloud.fail(fault.clone()),
            Self::Heal => cloud.clear_faults(),
            Self::Tamper(tampering) => {
                let caller = Caller {
                    account: tampering.account.clone(),
                    region: tampering.region.clone(),
                };
                let (stack, resource) = (&tampering.stack, &tampering.logical_id);
                cloud
                    .tamper(&caller, stack, resource, &tampering.tamper)
                    .map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    }
}
