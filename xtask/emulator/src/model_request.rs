//! Changes of the model that no client of CloudFormation can make: faults, and out-of-band changes.
//! The journal records them like calls.

use serde::{Deserialize, Serialize};

use crate::api::Caller;
use crate::{Cloud, Fault, OutOfBandChange, SsmParameter};

/// A control request that changes the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ModelRequest {
    /// `POST /_local/fail`: adds a resource fault.
    Fail(Fault),
    /// `POST /_local/heal`: removes all resource faults.
    Heal,
    /// `POST /_local/tamper`: changes a resource outside of CloudFormation.
    Tamper(OutOfBandRequest),
    /// `POST /_local/parameter`: sets or deletes a parameter of SSM.
    Parameter(ParameterRequest),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OutOfBandRequest {
    account: String,
    region: String,
    stack: String,
    logical_id: String,
    tamper: OutOfBandChange,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ParameterRequest {
    account: String,
    region: String,
    #[serde(flatten)]
    parameter: SsmParameter,
}

impl ModelRequest {
    /// # Errors
    /// The resource to change does not exist.
    pub(crate) fn perform(&self, cloud: &mut Cloud) -> Result<(), String> {
        match self {
            Self::Fail(fault) => cloud.add_fault(fault.clone()),
            Self::Heal => cloud.clear_faults(),
            Self::Parameter(request) => {
                let caller = Caller {
                    account: request.account.clone(),
                    region: request.region.clone(),
                };
                cloud.put_parameter(&caller, &request.parameter);
            }
            Self::Tamper(request) => {
                let caller = Caller {
                    account: request.account.clone(),
                    region: request.region.clone(),
                };
                cloud
                    .change_out_of_band(
                        &caller,
                        &request.stack,
                        &request.logical_id,
                        &request.tamper,
                    )
                    .map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    }
}
