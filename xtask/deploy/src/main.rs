//! `deployer`: plans and deploys an environment.

fn main() {}
