//! The CloudFormation that a rehearsal deploys to.

use super::error::RunError;
use crate::pipelines::template::Stacks;

/// A CloudFormation for rehearsals.
pub trait Backend {
    /// The templates of the deployed stacks.
    ///
    /// # Errors
    /// When they can't be read.
    fn deployed(&self) -> Result<Stacks, RunError>;

    /// The variables with its endpoint, for programs of builds.
    fn variables(&self) -> Vec<(String, String)>;
}

/// The synthesized templates as if deployed, for pipelines whose stages deploy nothing.
#[derive(Clone, Debug)]
pub struct Synthesized(pub Stacks);

impl Backend for Synthesized {
    fn deployed(&self) -> Result<Stacks, RunError> {
        Ok(self.0.clone())
    }

    fn variables(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}
