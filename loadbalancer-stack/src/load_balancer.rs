//! The application load balancer itself.

use common::environment::{Environment, Ingress};
use common::resources::Handle;
use common::resources::elasticloadbalancingv2::LoadBalancer;
use common::resources::elasticloadbalancingv2::load_balancer::{
    LoadBalancerAttribute, LoadBalancerIpAddressType, LoadBalancerScheme, LoadBalancerType,
};
use common::template::{Template, Value};

/// Adds the load balancer: internal behind static addresses, facing the internet otherwise. Its
/// name says which, since changing it replaces the load balancer and both exist for a while.
pub(crate) fn add(
    template: &mut Template,
    environment: &Environment,
    network: &network_stack::Exports,
) -> Handle<LoadBalancer> {
    let names = environment.names();
    let base = LoadBalancer::new()
        .type_(LoadBalancerType::Application)
        .ip_address_type(LoadBalancerIpAddressType::Ipv4)
        .load_balancer_attributes(attributes(network));
    let own = network.load_balancer_security_group.import();
    let load_balancer = match environment.ingress {
        Ingress::StaticIp => base
            .name(names.application_load_balancer("internal"))
            .scheme(LoadBalancerScheme::Internal)
            .security_groups([own])
            .subnets(network.private_subnets()),
        Ingress::Dns => base
            .name(names.application_load_balancer("public"))
            .scheme(LoadBalancerScheme::InternetFacing)
            .security_groups([network.entry_security_group.import(), own])
            .subnets(network.public_subnets()),
    };
    template.add("LoadBalancer", load_balancer)
}

/// Without `deletion_protection.enabled`: Elastic Load Balancing deletes no protected load balancer,
/// not even for CloudFormation, so a failed creation could not be rolled back
/// (aws-cloudformation/rain#187). The stack's termination protection and policy guard it instead.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#load-balancer-attributes>
fn attributes(network: &network_stack::Exports) -> Vec<LoadBalancerAttribute> {
    let attribute =
        |key: &str, value: Value<String>| LoadBalancerAttribute::new().key(key).value(value);
    let literal = |key: &str, value: &str| attribute(key, value.into());
    vec![
        literal("access_logs.s3.enabled", "true"),
        attribute(
            "access_logs.s3.bucket",
            network.access_log_bucket.import().into(),
        ),
        literal("idle_timeout.timeout_seconds", "60"),
        literal("routing.http.desync_mitigation_mode", "defensive"),
        literal("routing.http.drop_invalid_header_fields.enabled", "true"),
        literal("routing.http2.enabled", "true"),
    ]
}
