//! What is deployed, and how the engine gets to it.

use super::error::RunError;
use crate::pipelines::template::Stacks;

/// A CloudFormation that a rehearsal deploys to.
pub trait Backend {
    /// The templates of the stacks that are there now.
    ///
    /// # Errors
    /// When they can't be read.
    fn deployed(&self) -> Result<Stacks, RunError>;

    /// The variables by which a build's programs find it.
    fn variables(&self) -> Vec<(String, String)>;
}

/// Everything deployed as it was synthesized, and nothing that could change it: for stages that
/// deploy nothing.
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
