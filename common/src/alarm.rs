//! CloudWatch alarms: each has a name and a description, and notifies the environment's topic of
//! `ALARM` and `OK`.

use crate::application::ApplicationName;
use crate::environment::Environment;
use crate::resources::Handle;
use crate::resources::certificatemanager::Certificate;
use crate::resources::cloudwatch::Alarm;
use crate::resources::cloudwatch::alarm::{
    AlarmComparisonOperator, AlarmStatistic, AlarmTreatMissingData, Dimension, Metric,
    MetricDataQuery, MetricStat,
};
use crate::resources::kinds::TopicArn;
use crate::template::Value;

/// A metric with its dimensions.
#[derive(Clone, Debug)]
pub struct AlarmMetric {
    namespace: &'static str,
    name: &'static str,
    dimensions: Vec<Dimension>,
}

/// How the samples of a period are aggregated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// The samples' mean.
    Average,
    /// The largest sample.
    Maximum,
    /// The smallest sample.
    Minimum,
    /// For counters: every sample is added.
    Sum,
    /// The 90th percentile. CloudWatch considers it significant from 100 samples in a period; higher
    /// percentiles need more requests than there are at night.
    P90,
}

/// The comparison with the threshold that is breaching.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// Greater than the threshold.
    Above(f64),
    /// Greater than or equal to the threshold.
    AtLeast(f64),
    /// Less than the threshold.
    Below(f64),
}

/// How long the threshold must be breached: in all of `periods` of `seconds` each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvaluationWindow {
    /// Length of a period; CloudWatch accepts 10, 30 and multiples of 60.
    pub seconds: u32,
    /// Number of consecutive periods.
    pub periods: u32,
}

impl EvaluationWindow {
    /// This many consecutive minutes.
    #[must_use]
    pub const fn minutes(minutes: u32) -> Self {
        Self {
            seconds: 60,
            periods: minutes,
        }
    }
}

/// What a period without samples means (`TreatMissingData`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingData {
    /// Without samples nothing happened, so nothing is wrong.
    NotBreaching,
    /// Without samples the source of the metric has failed.
    Breaching,
}

impl AlarmMetric {
    /// A metric that has no dimensions yet.
    #[must_use]
    pub const fn new(namespace: &'static str, name: &'static str) -> Self {
        Self {
            namespace,
            name,
            dimensions: Vec::new(),
        }
    }

    /// Adds a dimension to those that select the metric.
    #[must_use]
    pub fn dimension(mut self, name: &str, value: impl Into<Value<String>>) -> Self {
        self.dimensions.push(Dimension::new(name, value));
        self
    }
}

/// The name of an application's alarm, without project and environment: `service-api.errors`. No application's
/// name has a dot, so a permission on `service-api.*` doesn't cover the alarms of `api-v2`.
#[must_use]
pub fn service_alarm(application: &ApplicationName, what: &str) -> String {
    format!("service-{application}.{what}")
}

/// An alarm that notifies the environment's topic. `name` is without project and environment.
pub fn new(
    environment: &Environment,
    name: &str,
    description: &str,
    topic: &Value<TopicArn>,
    bound: Bound,
    window: EvaluationWindow,
    missing: MissingData,
) -> Alarm {
    let (operator, threshold) = match bound {
        Bound::Above(threshold) => (AlarmComparisonOperator::GreaterThanThreshold, threshold),
        Bound::AtLeast(threshold) => (
            AlarmComparisonOperator::GreaterThanOrEqualToThreshold,
            threshold,
        ),
        Bound::Below(threshold) => (AlarmComparisonOperator::LessThanThreshold, threshold),
    };
    Alarm::new()
        .alarm_name(environment.names().shared(name))
        .alarm_description(description)
        .comparison_operator(operator)
        .threshold(threshold)
        .evaluation_periods(window.periods)
        .treat_missing_data(match missing {
            MissingData::NotBreaching => AlarmTreatMissingData::NotBreaching,
            MissingData::Breaching => AlarmTreatMissingData::Breaching,
        })
        .alarm_actions([topic])
        .ok_actions([topic])
}

/// An alarm for a certificate whose automatic renewal has failed.
///
/// Source: <https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html>
pub fn certificate_expiry(
    environment: &Environment,
    name: &str,
    topic: &Value<TopicArn>,
    certificate: &Handle<Certificate>,
) -> Alarm {
    let daily = EvaluationWindow {
        seconds: 86_400,
        periods: 1,
    };
    new(
        environment,
        name,
        "The certificate expires within 30 days: its renewal, which is automatic from 60 days on, \
         has not succeeded",
        topic,
        Bound::Below(30.0),
        daily,
        MissingData::NotBreaching,
    )
    .on(
        AlarmMetric::new("AWS/CertificateManager", "DaysToExpiry")
            .dimension("CertificateArn", certificate.reference()),
        Statistic::Minimum,
        daily,
    )
}

/// The total that a count is a share of.
#[derive(Clone, Debug)]
pub enum Total {
    /// Another count, which includes the part.
    Including(AlarmMetric),
    /// The sum of the part and another count, which excludes the part and may have no samples.
    Excluding(AlarmMetric),
}

/// Adds the metrics to an alarm.
pub trait AlarmExt {
    /// Watches a metric.
    #[must_use]
    fn on(self, metric: AlarmMetric, statistic: Statistic, window: EvaluationWindow) -> Self;

    /// Watches the share of a count in a total, in percent. Below `minimum` of the total, the share counts as
    /// zero: a few errors of a few requests say nothing.
    #[must_use]
    fn on_share(
        self,
        part: AlarmMetric,
        total: Total,
        minimum: u32,
        window: EvaluationWindow,
    ) -> Self;
}

impl AlarmExt for Alarm {
    fn on(self, metric: AlarmMetric, statistic: Statistic, window: EvaluationWindow) -> Self {
        let alarm = self
            .namespace(metric.namespace)
            .metric_name(metric.name)
            .dimensions(metric.dimensions)
            .period(window.seconds);
        match statistic {
            Statistic::Average => alarm.statistic(AlarmStatistic::Average),
            Statistic::Maximum => alarm.statistic(AlarmStatistic::Maximum),
            Statistic::Minimum => alarm.statistic(AlarmStatistic::Minimum),
            Statistic::Sum => alarm.statistic(AlarmStatistic::Sum),
            // One slow request of three is no percentile.
            // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html
            Statistic::P90 => alarm
                .extended_statistic("p90")
                .evaluate_low_sample_count_percentile("ignore"),
        }
    }

    fn on_share(
        self,
        part: AlarmMetric,
        total: Total,
        minimum: u32,
        window: EvaluationWindow,
    ) -> Self {
        let count = |id: &str, metric: AlarmMetric| {
            let of = Metric::new()
                .namespace(metric.namespace)
                .metric_name(metric.name)
                .dimensions(metric.dimensions);
            MetricDataQuery::new(id)
                .metric_stat(MetricStat::new(of, window.seconds, "Sum"))
                .return_data(false)
        };
        let (other, total) = match total {
            Total::Including(other) => (other, "FILL(other, 0)"),
            Total::Excluding(other) => (other, "(FILL(part, 0) + FILL(other, 0))"),
        };
        let share = MetricDataQuery::new("share")
            .expression(format!(
                "IF({total} >= {minimum}, 100 * FILL(part, 0) / {total}, 0)"
            ))
            .label("share in percent")
            .return_data(true);
        self.metrics([count("part", part), count("other", other), share])
    }
}
