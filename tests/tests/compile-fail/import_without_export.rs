//! No stack exports a database.

use common::environment::Environment;

fn define(environment: &Environment) {
    let network = network_stack::exports(environment);
    network.database.import();
}

fn main() {}
