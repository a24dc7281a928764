//! The addresses of the static-IP entry.
//!
//! They belong to the network load balancer and are in this stack like those of the NAT gateways: an
//! address can't be released for some minutes after its load balancer is deleted
//! (cloudformation-coverage-roadmap#831), so in the load balancer's own stack the rollback of a
//! failed creation would fail on them.

use common::environment::Environment;
use common::export::Publish;
use common::resources::ec2;
use common::stack::StackBuilder;
use common::tags;

use crate::exports::{entry_address_id, entry_addresses};

pub(crate) fn add(stack: &mut StackBuilder, environment: &Environment) {
    let Some(exports) = entry_addresses(environment) else {
        return;
    };
    for (label, export) in exports.labelled() {
        let name = tags::name(environment, &format!("entry-{}", label.to_lowercase()));
        let address = stack.template.add(
            entry_address_id(label),
            ec2::Eip::new().domain("vpc").tags([name]),
        );
        let description = format!("Static address of the entry {label}");
        Publish::one(stack, &export, &description, address.attr_allocation_id());
    }
}
