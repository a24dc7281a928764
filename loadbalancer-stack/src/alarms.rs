//! The alarms of the entry.

use common::alarm::{
    self, AlarmExt as _, AlarmMetric, Bound, EvaluationWindow, MissingData, Statistic, Total,
};
use common::environment::Environment;
use common::resources::Handle;
use common::resources::certificatemanager::Certificate;
use common::resources::elasticloadbalancingv2::LoadBalancer;
use common::template::Template;

/// The number of requests in a minute below which a share of errors means nothing.
const ENOUGH_REQUESTS: u32 = 20;

/// Adds the alarms.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html>
pub(crate) fn add(
    template: &mut Template,
    environment: &Environment,
    network: &network_stack::Exports,
    load_balancer: &Handle<LoadBalancer>,
    certificate: &Handle<Certificate>,
) {
    let topic = network.alarm_topic.import();
    let metric = |name: &'static str| {
        AlarmMetric::new("AWS/ApplicationELB", name)
            .dimension("LoadBalancer", load_balancer.attr_load_balancer_full_name())
    };

    let five = EvaluationWindow::minutes(5);
    // `RequestCount` excludes requests that no target could be chosen for: without any healthy
    // target there are only those.
    let requests = || metric("RequestCount");
    for (id, name, part, whole, description) in [
        (
            "EntryErrorsAlarm",
            "entry-errors",
            "HTTPCode_ELB_5XX_Count",
            Total::Excluding(requests()),
            "The load balancer itself answers over 5 % of requests with an error: no healthy \
             target, or targets that don't answer",
        ),
        (
            "ApplicationErrorsAlarm",
            "application-errors",
            "HTTPCode_Target_5XX_Count",
            Total::Including(requests()),
            "Applications answer over 5 % of requests with an error",
        ),
    ] {
        template.add(
            id,
            alarm::new(
                environment,
                name,
                description,
                &topic,
                Bound::Above(5.0),
                five,
                MissingData::NotBreaching,
            )
            .on_share(metric(part), whole, ENOUGH_REQUESTS, five),
        );
    }
    template.add(
        "LatencyAlarm",
        alarm::new(
            environment,
            "entry-latency",
            "One request in ten takes over two seconds",
            &topic,
            Bound::Above(2.0),
            five,
            MissingData::NotBreaching,
        )
        .on(metric("TargetResponseTime"), Statistic::P90, five),
    );
    template.add(
        "RejectedConnectionsAlarm",
        alarm::new(
            environment,
            "entry-rejected-connections",
            "The load balancer refuses connections: it is at its limit",
            &topic,
            Bound::Above(0.0),
            EvaluationWindow::minutes(1),
            MissingData::NotBreaching,
        )
        .on(
            metric("RejectedConnectionCount"),
            Statistic::Sum,
            EvaluationWindow::minutes(1),
        ),
    );

    template.add(
        "CertificateExpiryAlarm",
        alarm::certificate_expiry(environment, "entry-certificate", &topic, certificate),
    );
}
