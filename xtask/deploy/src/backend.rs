//! The backend of the deploying verbs: AWS, or the emulator in this process.
//!
//! A program is made for one backend: `deployer` (in `xtask/aws`) for AWS, `deploy` for the emulator.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::future::Future;
use std::path::PathBuf;

use cloudformation::{ClientError, CloudFormation, DeletedStacks, DriftDetection};
use common::assembly::Assembly;
use review::report::Forecast;

use crate::Error;
use crate::commands::arguments::Target;
use crate::inspect::services::Services;
use crate::plan::Acknowledgement;

/// A connection to one account and region.
pub trait Backend: Clone + Debug + Sized {
    type Client: CloudFormation + DriftDetection + DeletedStacks + Debug;
    type Services: Services;

    /// Connects to the account and region of an assembly. Nothing is called yet.
    fn connect(target: &Target, assembly: &Assembly) -> impl Future<Output = Result<Self, Error>>;

    /// Connects to another region, with the same options.
    fn connect_to(target: &Target, region: &str) -> impl Future<Output = Result<Self, Error>>;

    fn client(&self) -> &Self::Client;

    /// The other services; none in the emulator.
    fn services(&self) -> Option<Self::Services>;

    /// The same connection with the credentials of a role, which stay in memory.
    fn assume_role(
        &self,
        role: &str,
        session_name: &str,
    ) -> impl Future<Output = Result<Self, ClientError>>;

    /// The emulator's settings, where this is the emulator.
    fn local(&self) -> Option<&Local>;

    /// What deploying a proposal over what is deployed would do, where it can be tried: the emulator can,
    /// AWS can't.
    fn forecast(
        deployed: &Assembly,
        proposal: &Assembly,
        acknowledged: &BTreeSet<Acknowledgement>,
    ) -> Result<Option<Forecast>, Error> {
        let _ = (deployed, proposal, acknowledged);
        Ok(None)
    }

    /// A hint to an error of a call, where the backend knows more than the error.
    fn hint(error: &ClientError) -> Option<String>;
}

#[derive(Clone, Debug)]
pub struct Local {
    /// Virtual seconds in a second.
    pub speed: u32,
    pub state: Option<PathBuf>,
}
