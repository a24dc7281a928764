//! The static-IP entry: a network load balancer with the network stack's Elastic IPs, in front of the internal
//! application load balancer.

use common::alarm::{
    self, AlarmExt as _, AlarmMetric, Bound, EvaluationWindow, MissingData, Statistic,
};
use common::environment::{Environment, Zonal};
use common::export::Export;
use common::resources::Handle;
use common::resources::elasticloadbalancingv2::load_balancer::{
    LoadBalancerAttribute, LoadBalancerIpAddressType, LoadBalancerScheme, LoadBalancerType,
    SubnetMapping,
};
use common::resources::elasticloadbalancingv2::target_group::{
    Matcher, TargetDescription, TargetGroupHealthCheckProtocol, TargetGroupProtocol,
    TargetGroupTargetType,
};
use common::resources::elasticloadbalancingv2::{Listener, LoadBalancer, TargetGroup, listener};
use common::resources::kinds::AllocationId;
use common::template::{ResourceExt as _, Template};

use crate::dns::Entry;
use crate::listeners::Listeners;

/// A port that is forwarded to the application load balancer.
struct Port {
    label: &'static str,
    port: u16,
    protocol: TargetGroupHealthCheckProtocol,
    /// The healthy status of the application load balancer: for an unknown host it redirects on 80
    /// and returns 404 on 443.
    healthy: &'static str,
}

/// Adds the network load balancer, and a target group and listener for each port.
///
/// A target group of type `alb` holds one load balancer, and needs its listener to be there.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html>
pub(crate) fn add(
    template: &mut Template,
    environment: &Environment,
    network: &network_stack::Exports,
    load_balancer: &Handle<LoadBalancer>,
    addresses: Zonal<Export<AllocationId>>,
    listeners: &Listeners,
) -> Entry {
    let mappings = network
        .public_subnets()
        .zip(addresses)
        .map(|(subnet, address)| SubnetMapping::new(subnet).allocation_id(address.import()));
    let front = template.add(
        "NetworkLoadBalancer",
        LoadBalancer::new()
            .name(environment.names().network_load_balancer())
            .type_(LoadBalancerType::Network)
            .scheme(LoadBalancerScheme::InternetFacing)
            .ip_address_type(LoadBalancerIpAddressType::Ipv4)
            // Only at creation can a network load balancer be given its first security group.
            .security_groups([network.entry_security_group.import()])
            .subnet_mappings(mappings)
            .load_balancer_attributes([
                // A client that knows one address is served from both data centres.
                LoadBalancerAttribute::new()
                    .key("load_balancing.cross_zone.enabled")
                    .value("true"),
            ]),
    );

    let ports = [
        (
            Port {
                label: "Http",
                port: 80,
                protocol: TargetGroupHealthCheckProtocol::Http,
                healthy: "301",
            },
            &listeners.http,
        ),
        (
            Port {
                label: "Https",
                port: 443,
                protocol: TargetGroupHealthCheckProtocol::Https,
                healthy: "404",
            },
            &listeners.https,
        ),
    ];
    for (port, listener) in ports {
        let target = TargetDescription::new(load_balancer.reference()).port(port.port);
        let group = template.add(
            format!("{}Through", port.label),
            TargetGroup::new()
                .target_type(TargetGroupTargetType::Alb)
                .protocol(TargetGroupProtocol::Tcp)
                .port(port.port)
                .vpc_id(network.vpc.import())
                .targets([target])
                .health_check_protocol(port.protocol)
                .health_check_port("traffic-port")
                .health_check_path("/")
                .matcher(Matcher::new().http_code(port.healthy))
                .depends_on(listener),
        );
        let forward = listener::Action::new(listener::ActionType::Forward)
            .target_group_arn(group.reference());
        template.add(
            format!("{}FrontAlarm", port.label),
            alarm::new(
                environment,
                &format!("entry-front-{}", port.label.to_lowercase()),
                &format!(
                    "The static addresses don't reach the load balancer on port {}",
                    port.port
                ),
                &network.alarm_topic.import(),
                Bound::AtLeast(1.0),
                EvaluationWindow::minutes(5),
                MissingData::Breaching,
            )
            .on(
                AlarmMetric::new("AWS/NetworkELB", "UnHealthyHostCount")
                    .dimension("LoadBalancer", front.attr_load_balancer_full_name())
                    .dimension("TargetGroup", group.attr_target_group_full_name()),
                Statistic::Maximum,
                EvaluationWindow::minutes(5),
            ),
        );
        template.add(
            format!("{}FrontListener", port.label),
            Listener::new([forward], front.reference())
                .protocol(listener::ListenerProtocol::Tcp)
                .port(port.port),
        );
    }
    Entry::of(&front)
}
