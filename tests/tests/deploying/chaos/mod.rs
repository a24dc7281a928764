//! Everything that can go wrong, at once, as seeds choose it.
//!
//! A scenario is an environment of a few stacks beside one of others. Runs of the engine deploy versions
//! of it and destroy it, some at the same time, while calls and resources fail, a user works at the
//! console, and runs are killed. Whatever a run says is held against the cloud. Then all is calm, and
//! the definition is deployed.
//!
//! `LEMONADE_CHAOS_RUNS` is how many there are. `SEED` repeats one of them.

mod call_log;
mod console_user;
mod convergence;
mod counts;
mod definition;
mod deployer;
mod operations;
mod random_faults;
mod run_checks;
mod scenario;
mod step_checks;
mod sweep;
