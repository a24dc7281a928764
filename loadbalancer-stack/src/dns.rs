//! The environment's names: the apex and a wildcard for everything directly under it.
//!
//! With a wildcard no application needs a record of its own under the domain, two applications
//! can share a host, and an unknown host gets the load balancer's 404 rather than a DNS
//! error.

use common::environment::Environment;
use common::resources::Handle;
use common::resources::elasticloadbalancingv2::LoadBalancer;
use common::resources::route53::RecordSet;
use common::resources::route53::record_set::AliasTarget;
use common::template::{Template, Value};

/// The load balancer that the records are aliases of.
pub(crate) struct Entry {
    dns_name: Value<String>,
    hosted_zone: Value<String>,
}

impl Entry {
    pub(crate) fn of(load_balancer: &Handle<LoadBalancer>) -> Self {
        Self {
            dns_name: load_balancer.attr_dns_name(),
            hosted_zone: load_balancer.attr_canonical_hosted_zone_id().into(),
        }
    }
}

pub(crate) fn add(template: &mut Template, environment: &Environment, entry: &Entry) {
    let domain = &environment.domain;
    let names = [
        ("ApexRecord", domain.name.to_string()),
        ("WildcardRecord", domain.wildcard()),
    ];
    for (id, name) in names {
        template.add(
            id,
            RecordSet::new(name, "A")
                .hosted_zone_id(domain.hosted_zone.as_str())
                .alias_target(
                    AliasTarget::new(&entry.dns_name, entry.hosted_zone.clone().cast())
                        .evaluate_target_health(true),
                ),
        );
    }
}
