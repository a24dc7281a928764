//! The tags that a resource carries itself. What all resources of a stack have in common are the
//! stack's own tags, which CloudFormation propagates to whatever takes tags.

use crate::environment::Environment;
use crate::resources::Tag;

/// The tag that holds the environment.
pub const ENVIRONMENT: &str = "lemonade:environment";
/// The tag that holds the stack, without project and environment.
pub const STACK: &str = "lemonade:stack";
/// The tag that holds the application.
pub const APPLICATION: &str = "lemonade:application";

/// The name that the console shows for what has no name of its own: `lemonade-staging-private-a`.
#[must_use]
pub fn name(environment: &Environment, part: &str) -> Tag {
    Tag::new("Name", environment.names().shared(part))
}
