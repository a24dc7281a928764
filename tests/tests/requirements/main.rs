//! Requirements on the templates of every environment, independent of what they contain.

mod boot;
mod data;
mod functions;
mod machines;
mod names;
mod reachability;
mod rollback;
mod services;
mod zones;
