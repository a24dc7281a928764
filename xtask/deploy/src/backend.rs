//! The way to CloudFormation and the services beside it: AWS, or the emulator in this process.
//!
//! A program is made for one backend: `deployer` (in `xtask/aws`) for AWS, `deploy` for the emulator.

use std::fmt::Debug;
use std::future::Future;
use std::path::PathBuf;

use cloudformation::{ClientError, CloudFormation, DeletedStacks, DriftDetection};
use common::assembly::Assembly;

use crate::Error;
use crate::commands::arguments::Target;
use crate::inspect::services::Services;

/// A connection to one account and region.
pub trait Backend: Clone + Debug + Sized {
    /// The client of CloudFormation.
    type Client: CloudFormation + DriftDetection + DeletedStacks + Debug;
    /// The client of the other services.
    type Services: Services;

    /// Connects to the account and region of an assembly. Nothing is called yet.
    fn connect(target: &Target, assembly: &Assembly) -> impl Future<Output = Result<Self, Error>>;

    /// Connects to another region, with the same options.
    fn connect_to(target: &Target, region: &str) -> impl Future<Output = Result<Self, Error>>;

    /// CloudFormation.
    fn client(&self) -> &Self::Client;

    /// The other services, where there are any.
    fn services(&self) -> Option<Self::Services>;

    /// The same connection with the credentials of a role, which stay in memory.
    fn assume_role(
        &self,
        role: &str,
        session_name: &str,
    ) -> impl Future<Output = Result<Self, ClientError>>;

    /// The emulator's settings, where this is the emulator.
    fn local(&self) -> Option<&Local>;

    /// How to end an error of a call, as far as the backend knows more than the error says.
    fn hint(error: &ClientError) -> Option<String>;
}

/// The emulator's settings.
#[derive(Clone, Debug)]
pub struct Local {
    /// How many seconds pass there in one.
    pub speed: u32,
    /// Where its state is kept, if it is.
    pub state: Option<PathBuf>,
}
