//! Accepts the peering with the database.
//!
//! MongoDB Atlas asks for it, and the AWS side accepts, for which CloudFormation has no resource. A
//! request that is not the one in the environment's file is never accepted: [`check`] is pure and
//! says what differs.
//!
//! Only one option of a peering concerns us: that Atlas resolves its host names to private addresses
//! for us. It is an option of *their* side, which Atlas sets; there is nothing to set on ours.
//! <https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-dns.html>

mod accept;
mod check;

pub use accept::{AcceptError, Accepted, Patience, Progress, accept};
pub use check::{Difference, Expected, Unchecked, check};
