//! Alarms: every one is named, says what it means, and tells the environment's topic when it
//! begins and when it is over.

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

/// One metric of one thing.
#[derive(Clone, Debug)]
pub struct MetricOf {
    namespace: &'static str,
    name: &'static str,
    dimensions: Vec<Dimension>,
}

/// How the samples of a period become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// The mean.
    Average,
    /// The largest.
    Maximum,
    /// The smallest.
    Minimum,
    /// The sum.
    Sum,
    /// The 90th percentile. CloudWatch takes one for significant from 100 samples in a period on; a
    /// higher percentile takes more requests than there are at night.
    P90,
}

/// On which side of the threshold the alarm is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// Above it.
    Above(f64),
    /// At it or above.
    AtLeast(f64),
    /// Below it.
    Below(f64),
}

/// For how long: `periods` of `seconds` each, all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lasting {
    /// Length of a period; CloudWatch takes 10, 30 or multiples of 60.
    pub seconds: u32,
    /// How many in a row.
    pub periods: u32,
}

impl Lasting {
    /// Minutes in a row.
    #[must_use]
    pub const fn minutes(minutes: u32) -> Self {
        Self {
            seconds: 60,
            periods: minutes,
        }
    }
}

/// What silence means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Nothing happened, so nothing is wrong.
    IsFine,
    /// Whoever should report doesn't.
    IsAnAlarm,
}

impl MetricOf {
    /// A metric without dimensions yet.
    #[must_use]
    pub const fn new(namespace: &'static str, name: &'static str) -> Self {
        Self {
            namespace,
            name,
            dimensions: Vec::new(),
        }
    }

    /// One more dimension.
    #[must_use]
    pub fn of(mut self, dimension: &str, value: impl Into<Value<String>>) -> Self {
        self.dimensions.push(Dimension::new(dimension, value));
        self
    }
}

/// The name of an alarm of an application's, without project and environment: `service-api.errors`. The dot,
/// which no application's name has, keeps the alarms of `api` apart from those of `api-v2`: who may change
/// `service-api.*` changes no other's.
#[must_use]
pub fn of_service(application: &ApplicationName, what: &str) -> String {
    format!("service-{application}.{what}")
}

/// An alarm that tells the environment's topic. `name` is without project and environment.
pub fn named(
    environment: &Environment,
    name: &str,
    description: &str,
    topic: &Value<TopicArn>,
    bound: Bound,
    lasting: Lasting,
    silence: Silence,
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
        .evaluation_periods(lasting.periods)
        .treat_missing_data(match silence {
            Silence::IsFine => AlarmTreatMissingData::NotBreaching,
            Silence::IsAnAlarm => AlarmTreatMissingData::Breaching,
        })
        .alarm_actions([topic])
        .ok_actions([topic])
}

/// An alarm of a certificate that its automatic renewal did not reach.
///
/// Source: <https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html>
pub fn certificate_expiry(
    environment: &Environment,
    name: &str,
    topic: &Value<TopicArn>,
    certificate: &Handle<Certificate>,
) -> Alarm {
    let daily = Lasting {
        seconds: 86_400,
        periods: 1,
    };
    named(
        environment,
        name,
        "The certificate expires within 30 days: its renewal, which is automatic from 60 days on, \
         has not succeeded",
        topic,
        Bound::Below(30.0),
        daily,
        Silence::IsFine,
    )
    .on(
        MetricOf::new("AWS/CertificateManager", "DaysToExpiry")
            .of("CertificateArn", certificate.reference()),
        Statistic::Minimum,
        daily,
    )
}

/// What a count is a share of.
#[derive(Clone, Debug)]
pub enum Whole {
    /// Another count, which holds it.
    Holding(MetricOf),
    /// Itself and another count together. Where there is none of the other, it is all there is.
    Beside(MetricOf),
}

/// Extends an alarm by what it watches.
pub trait Watch {
    /// One metric.
    #[must_use]
    fn on(self, metric: MetricOf, statistic: Statistic, lasting: Lasting) -> Self;

    /// The share of a count in a whole, in percent, once there is enough of the whole for a share
    /// to mean something.
    #[must_use]
    fn on_share(self, part: MetricOf, whole: Whole, enough: u32, lasting: Lasting) -> Self;
}

impl Watch for Alarm {
    fn on(self, metric: MetricOf, statistic: Statistic, lasting: Lasting) -> Self {
        let alarm = self
            .namespace(metric.namespace)
            .metric_name(metric.name)
            .dimensions(metric.dimensions)
            .period(lasting.seconds);
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

    fn on_share(self, part: MetricOf, whole: Whole, enough: u32, lasting: Lasting) -> Self {
        let count = |id: &str, metric: MetricOf| {
            let of = Metric::new()
                .namespace(metric.namespace)
                .metric_name(metric.name)
                .dimensions(metric.dimensions);
            MetricDataQuery::new(id)
                .metric_stat(MetricStat::new(of, lasting.seconds, "Sum"))
                .return_data(false)
        };
        let (other, total) = match whole {
            Whole::Holding(whole) => (whole, "FILL(other, 0)"),
            Whole::Beside(rest) => (rest, "(FILL(part, 0) + FILL(other, 0))"),
        };
        let share = MetricDataQuery::new("share")
            .expression(format!(
                "IF({total} >= {enough}, 100 * FILL(part, 0) / {total}, 0)"
            ))
            .label("share in percent")
            .return_data(true);
        self.metrics([count("part", part), count("other", other), share])
    }
}
