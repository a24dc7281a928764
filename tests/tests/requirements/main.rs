//! What must hold for the templates of every environment, whatever they come to contain.

mod data;
mod machines;
mod names;
mod reachability;
mod zones;
