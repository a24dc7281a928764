//! Big and small machines: the built programs on terminals that are narrow or none, without a
//! home, with nobody who reads, and on disks that take nothing any more.
//!
//! Whatever it is, the program says which file, why, and what helps, ends with its documented code,
//! and never panics.

#![cfg(unix)]

mod disks;
mod kills;
mod readers;
mod support;
mod terminals;
