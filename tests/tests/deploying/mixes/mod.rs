//! Everything that can go wrong, at once, as seeds choose it.
//!
//! A mix is an environment of a few stacks beside one of others. Runs of the engine deploy versions
//! of it and destroy it, some at the same time, while calls and resources fail, a person works at the
//! console, and runs are killed. Whatever a run says is held against the cloud. Then all is calm, and
//! the definition is deployed.
//!
//! `LEMONADE_MIXES` is how many there are. `SEED` repeats one of them.

mod calm;

mod counts;
mod definition;
mod deployer;
mod judge;
mod mix;
mod person;
mod record;
mod sweep;
mod truth;
mod verdict;
mod weather;
