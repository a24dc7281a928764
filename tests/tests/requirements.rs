//! What must hold for the templates of every environment, whatever they come to contain.

#[path = "requirements/data.rs"]
mod data;
#[path = "requirements/machines.rs"]
mod machines;
#[path = "requirements/names.rs"]
mod names;
#[path = "requirements/reachability.rs"]
mod reachability;
#[path = "requirements/zones.rs"]
mod zones;
