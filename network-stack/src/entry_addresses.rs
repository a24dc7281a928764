//! The addresses of the static-IP entry.
//!
//! They belong to the network load balancer and live here, beside those of the NAT gateways: an
//! address can't be released for some minutes after its load balancer is deleted
//! (cloudformation-coverage-roadmap#831), so in the load balancer's own stack the rollback of a
//! failed creation would fail on them.

use common::environment::{Environment, Ingress, Zonal};
use common::export::{Export, Publish};
use common::resources::ec2;
use common::resources::kinds::AllocationId;
use common::stack::StackBuilder;
use common::tags;

/// The exports of the addresses, one per data centre, where the environment has them.
#[must_use]
pub fn entry_addresses(environment: &Environment) -> Option<Zonal<Export<AllocationId>>> {
    let export = |label: &str| Export::new(super::name(environment), logical_id(label));
    (environment.ingress == Ingress::StaticIp).then(|| Zonal {
        first: export("A"),
        second: export("B"),
    })
}

fn logical_id(label: &str) -> String {
    format!("EntryAddress{label}")
}

/// Adds and exports the addresses.
pub(crate) fn add(stack: &mut StackBuilder, environment: &Environment) {
    let Some(exports) = entry_addresses(environment) else {
        return;
    };
    for (label, export) in exports.labelled() {
        let name = tags::name(environment, &format!("entry-{}", label.to_lowercase()));
        let address = stack.template.add(
            logical_id(label),
            ec2::Eip::new().domain("vpc").tags([name]),
        );
        let description = format!("Static address of the entry {label}");
        Publish::one(stack, &export, &description, address.attr_allocation_id());
    }
}
