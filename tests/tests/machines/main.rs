//! Terminals, homes, disks and signals that differ between machines: narrow or no terminals, a missing home, closed
//! outputs, full disks.
//!
//! Each time the program names the file, the cause and a hint, exits with its documented code, and never panics.

#![cfg(unix)]

mod disks;
mod kills;
mod readers;
mod signals;
mod support;
mod terminals;
