//! Rehearses the pipelines.

fn main() {}
