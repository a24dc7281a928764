//! The ingress of an application: its target group and its rule on the shared listener.

use common::alarm;
use common::application::{Application, ApplicationIngress, HealthCheck, Host, PathPattern};
use common::environment::Environment;
use common::resources::Handle;
use common::resources::certificatemanager::Certificate;
use common::resources::certificatemanager::certificate::DomainValidationOption;
use common::resources::elasticloadbalancingv2::listener_certificate::Certificate as Attached;
use common::resources::elasticloadbalancingv2::listener_rule::{
    Action, ActionType, HostHeaderConfig, PathPatternConfig, RuleCondition,
};
use common::resources::elasticloadbalancingv2::target_group::{
    Matcher, TargetGroupAttribute, TargetGroupHealthCheckProtocol, TargetGroupProtocol,
    TargetGroupTargetType,
};
use common::resources::elasticloadbalancingv2::{ListenerCertificate, ListenerRule, TargetGroup};
use common::resources::route53::RecordSet;
use common::tags;
use common::template::Template;

pub(super) struct Ingress {
    pub(super) target_group: Handle<TargetGroup>,
    pub(super) rule: Handle<ListenerRule>,
    pub(super) grace_seconds: u32,
}

/// Adds target group and rule, and certificate and record for a host outside the environment's
/// domain.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    application: &Application,
    entry: &ApplicationIngress,
) -> Ingress {
    let listener = loadbalancer_stack::exports(environment).https_listener;
    let health = application.health_check.clone().unwrap_or_default();
    let target_group = target_group(template, environment, entry, &health);

    let host = entry.host.fqdn(&environment.domain);
    let mut conditions = vec![
        RuleCondition::new()
            .field("host-header")
            .host_header_config(HostHeaderConfig::new().values([host.as_str()])),
    ];
    // A rule without a path matches every path; AWS counts conditions against a quota of five.
    if entry.path != PathPattern::everything() {
        conditions.push(
            RuleCondition::new()
                .field("path-pattern")
                .path_pattern_config(PathPatternConfig::new().values([entry.path.as_str()])),
        );
    }
    let forward = Action::new(ActionType::Forward).target_group_arn(target_group.reference());
    let rule = template.add(
        "Rule",
        ListenerRule::new([forward], conditions, entry.priority.get())
            .listener_arn(listener.import()),
    );

    if let Host::Full { name, hosted_zone } = &entry.host {
        let validation = DomainValidationOption::new()
            .domain_name(name.as_str())
            .hosted_zone_id(hosted_zone.as_str());
        let certificate = template.add(
            "Certificate",
            Certificate::new(name.as_str())
                .validation_method("DNS")
                .domain_validation_options([validation])
                .tags([tags::name(environment, application.name.as_str())]),
        );
        let name = alarm::service_alarm(&application.name, "certificate");
        let topic = network_stack::exports(environment).alarm_topic.import();
        template.add(
            "CertificateExpiryAlarm",
            alarm::certificate_expiry(environment, &name, &topic, &certificate),
        );
        template.add(
            "ListenerCertificate",
            ListenerCertificate::new(
                [Attached::new().certificate_arn(certificate.reference())],
                listener.import(),
            ),
        );
        // The same entry as the environment's own name.
        template.add(
            "Record",
            RecordSet::new(name.as_str(), "CNAME")
                .hosted_zone_id(hosted_zone.as_str())
                .ttl("300")
                .resource_records([environment.domain.name.as_str()]),
        );
    }
    Ingress {
        target_group,
        rule,
        grace_seconds: health.grace_seconds,
    }
}

/// Targets are machines and ports, since containers share machines. Without a name of its own: a
/// change of port or protocol replaces the group, and the new one could not have the same.
fn target_group(
    template: &mut Template,
    environment: &Environment,
    entry: &ApplicationIngress,
    health: &HealthCheck,
) -> Handle<TargetGroup> {
    let network = network_stack::exports(environment);
    let delay = TargetGroupAttribute::new()
        .key("deregistration_delay.timeout_seconds")
        .value(entry.deregistration_delay_seconds.to_string());
    let balance = TargetGroupAttribute::new()
        .key("load_balancing.algorithm.type")
        .value("least_outstanding_requests");
    template.add(
        "TargetGroup",
        TargetGroup::new()
            .target_type(TargetGroupTargetType::Instance)
            .protocol(TargetGroupProtocol::Http)
            .protocol_version("HTTP1")
            // Only the default for targets that register without a port; ECS gives each its own.
            .port(80)
            .vpc_id(network.vpc.import())
            .health_check_enabled(true)
            .health_check_protocol(TargetGroupHealthCheckProtocol::Http)
            .health_check_port("traffic-port")
            .health_check_path(health.path.as_str())
            .health_check_interval_seconds(health.interval_seconds)
            .health_check_timeout_seconds(health.timeout_seconds)
            .healthy_threshold_count(health.healthy_threshold)
            .unhealthy_threshold_count(health.unhealthy_threshold)
            .matcher(Matcher::new().http_code(health.matcher.as_str()))
            .target_group_attributes([delay, balance]),
    )
}
