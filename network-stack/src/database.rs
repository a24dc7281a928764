//! Routes to the database, MongoDB Atlas, over the VPC peering.
//!
//! The database itself is managed in Atlas, never from here. Atlas asks for the peering and the
//! AWS side accepts, which CloudFormation has no resource for: the peering's id and the Atlas
//! CIDR are inputs. Before they are known there is no route and no egress rule, and the stack
//! says so. A route to a peering that isn't active is a blackhole, so it has to be active first.

use common::environment::{Environment, Zonal};
use common::resources::{Handle, ec2};
use common::stack::StackBuilder;
use common::template::Value;

/// Adds a route from each private route table, where there is a peering.
pub(crate) fn add(
    stack: &mut StackBuilder,
    environment: &Environment,
    routes: &Zonal<Handle<ec2::RouteTable>>,
) {
    let Some(atlas) = &environment.atlas else {
        stack.note(format!(
            "the database is not reachable yet: environments/{}.toml has no [atlas] table with \
             the peering and the CIDR of MongoDB Atlas",
            environment.name
        ));
        return;
    };
    for (label, routes) in routes.as_ref().labelled() {
        stack.template.add(
            format!("DatabaseRoute{label}"),
            ec2::Route::new(routes.reference())
                .destination_cidr_block(atlas.cidr.to_string())
                .vpc_peering_connection_id(Value::trusted(atlas.peering.as_str())),
        );
    }
}
