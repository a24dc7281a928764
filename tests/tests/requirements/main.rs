//! What must hold for the templates of every environment, whatever they come to contain.

mod boot;
mod data;
mod functions;
mod machines;
mod names;
mod reachability;
mod rollback;
mod services;
mod zones;
