//! Two environments of one definition: where they differ, and which inputs make them differ.
//!
//! What an input makes differ is found by experiment, as in [`inputs`](crate::inputs): the environments are synthesized
//! with that input exchanged, and what no longer differs then follows from it. What still differs with all inputs
//! exchanged follows from none: the definition treats the environments differently by their names.

mod compare;
mod exchange;
mod leaf;
mod names;
mod text;

pub use compare::{Comparison, Experiments, ItemDifference, Reason, StackComparison, compare};
pub use exchange::{Exchange, InputDifference, InputFiles, Texts};
pub use text::text;
