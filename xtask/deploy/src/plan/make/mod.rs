//! Makes plans: what is defined and what was observed go in, a plan comes out.
//!
//! What lives here: every decision. Each stack is first seen by itself (`intent`), then what is
//! dangerous about it is found (`find`), then the stacks are seen together: which exports have to
//! stay for a while (`settle`, `schedule`), and in which order everything happens (`steps`). What
//! never comes in: I/O, time, randomness. The same input gives the same plan.

mod by_a_person;
mod expand;
mod find;
mod graph;
mod hindrance;
mod import;
mod intent;
mod notice;
mod orphans;
mod policy;
mod previous;
mod release;
mod rename;
mod run;
mod schedule;
mod settle;
mod stack;
mod steps;
mod target;
mod unique;
mod world;

pub(crate) use policy::policy as stack_policy;
pub use run::{plan, plan_destruction};
