//! Tests of the rehearsal.

mod attacks;
mod evaluation;
mod names;
mod second_opinion;
mod support;
