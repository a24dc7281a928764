//! The table, a file for each field of AWS's services.

mod compute;
mod containers;
mod delivery;
mod edge;
mod identity;
mod network;
mod observability;
mod storage;

use super::row::TypeMeaning;

pub(super) const TABLES: &[&[TypeMeaning]] = &[
    compute::ROWS,
    containers::ROWS,
    delivery::ROWS,
    edge::ROWS,
    identity::ROWS,
    network::ROWS,
    observability::ROWS,
    storage::ROWS,
];
