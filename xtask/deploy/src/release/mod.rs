//! The choice of what to release: the commit to promote, and the image to roll back to.

pub mod promotion;
pub mod rollback;
