//! The alarms of an application, some of which roll its deployments back.

use common::alarm::{
    self, AlarmExt as _, AlarmMetric, Bound, EvaluationWindow, MissingData, Statistic, Total,
};
use common::application::Application;
use common::environment::Environment;
use common::resources::kinds::AlarmName;
use common::template::{Template, Value};

use super::ingress::Ingress;

/// The number of requests in a minute below which a share of errors means nothing.
const ENOUGH_REQUESTS: u32 = 20;

/// Adds the alarms; returns those that a deployment watches.
pub(super) fn add(
    template: &mut Template,
    environment: &Environment,
    application: &Application,
    ingress: Option<&Ingress>,
) -> Vec<Value<AlarmName>> {
    let topic = network_stack::exports(environment).alarm_topic.import();
    let name = &application.name;
    let three = EvaluationWindow::minutes(3);
    let cluster = || crate::cluster::exports(environment).cluster.import();

    // The metric is a share of what is reserved, which may be less than the limit.
    let limit = 95 * application.memory.get() / application.memory_reservation.get().max(1);

    // The service's name is written out: a reference would be a circular dependency, since the
    // service watches the alarm.
    let memory = template.add(
        "MemoryAlarm",
        alarm::new(
            environment,
            &alarm::service_alarm(name, "memory"),
            &format!("{name} uses over 95 % of its memory limit"),
            &topic,
            Bound::Above(f64::from(limit)),
            three,
            MissingData::NotBreaching,
        )
        .on(
            AlarmMetric::new("AWS/ECS", "MemoryUtilization")
                .dimension("ClusterName", cluster())
                .dimension("ServiceName", environment.names().service(name)),
            Statistic::Maximum,
            three,
        ),
    );
    // Of a worker it is the only one that a deployment watches. Tasks that crash need none: each counts
    // against the deployment's circuit breaker, also after one was healthy.
    let mut watched = vec![memory.reference()];

    // No deployment watches this one: the first has no task yet.
    let ten = EvaluationWindow::minutes(10);
    template.add(
        "TooFewTasksAlarm",
        alarm::new(
            environment,
            &alarm::service_alarm(name, "tasks"),
            &format!(
                "Fewer than {} tasks of {name} have been running for ten minutes",
                application.tasks.min
            ),
            &topic,
            Bound::Below(f64::from(application.tasks.min)),
            ten,
            MissingData::Breaching,
        )
        .on(
            AlarmMetric::new("ECS/ContainerInsights", "RunningTaskCount")
                .dimension("ClusterName", cluster())
                .dimension("ServiceName", environment.names().service(name)),
            Statistic::Minimum,
            ten,
        ),
    );

    if let Some(ingress) = ingress {
        let balancer = loadbalancer_stack::exports(environment).full_name;
        let metric = |metric: &'static str| {
            AlarmMetric::new("AWS/ApplicationELB", metric)
                .dimension("LoadBalancer", balancer.import())
                .dimension(
                    "TargetGroup",
                    ingress.target_group.attr_target_group_full_name(),
                )
        };
        let errors = template.add(
            "ErrorsAlarm",
            alarm::new(
                environment,
                &alarm::service_alarm(name, "errors"),
                &format!("{name} answers over 5 % of requests with an error"),
                &topic,
                Bound::Above(5.0),
                three,
                MissingData::NotBreaching,
            )
            .on_share(
                metric("HTTPCode_Target_5XX_Count"),
                Total::Including(metric("RequestCount")),
                ENOUGH_REQUESTS,
                three,
            ),
        );
        let unhealthy = template.add(
            "UnhealthyAlarm",
            alarm::new(
                environment,
                &alarm::service_alarm(name, "unhealthy"),
                &format!("A container of {name} has failed its health check for five minutes"),
                &topic,
                Bound::AtLeast(1.0),
                EvaluationWindow::minutes(5),
                MissingData::NotBreaching,
            )
            .on(
                metric("UnHealthyHostCount"),
                Statistic::Maximum,
                EvaluationWindow::minutes(5),
            ),
        );
        watched.push(errors.reference());
        watched.push(unhealthy.reference());
    }
    watched
}
