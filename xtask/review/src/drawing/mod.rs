//! A drawing of an environment: what it runs on, who talks to whom, and what a change does to it.
//!
//! `Topology` reads it from the templates, so nothing is drawn that is not deployed; [`Drawing`] puts both
//! sides of a change together; [`svg`](Drawing::svg) places it. The same input gives the same picture.

mod canvas;
mod difference;
mod layout;
mod text_width;
mod topology;

pub(crate) use canvas::{COLOURS, STYLE, escaped};
pub use difference::{Drawing, Mark};
pub use layout::Width;
pub(crate) use text_width::text_width;
