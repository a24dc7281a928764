//! CloudWatch alarms.

use std::collections::BTreeSet;

use crate::finding::Report;
use crate::model::{Model, Node, Resource};
use crate::registry::Group;
use crate::rule::{Evidence, Rule, Severity};

pub(crate) static GROUP: Group = Group {
    rules: &[&WINDOW, &DATAPOINTS, &RETURNED, &METRIC_MISSING],
    check,
};

const PAGE: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html";

static WINDOW: Rule = Rule {
    code: "alarms/window",
    severity: Severity::Error,
    summary: "an alarm that looks back further than it may",
    why: "CloudWatch refuses an alarm whose periods together are longer than a day, or seven days where each is an hour or longer.",
    fix: "Take fewer or shorter periods.",
    source: PAGE,
    evidence: Evidence::AnyVariant,
};

static DATAPOINTS: Rule = Rule {
    code: "alarms/datapoints",
    severity: Severity::Error,
    summary: "an alarm that needs more data points than it looks at",
    why: "CloudWatch refuses it.",
    fix: "Set `DatapointsToAlarm` to at most `EvaluationPeriods`.",
    source: PAGE,
    evidence: Evidence::AnyVariant,
};

static RETURNED: Rule = Rule {
    code: "alarms/returned-metric",
    severity: Severity::Error,
    summary: "an alarm on several metrics, of which not exactly one is returned",
    why: "CloudWatch refuses it: the alarm watches the one metric or expression that returns data.",
    fix: "Set `ReturnData` to `false` for all metrics but one.",
    source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html",
    evidence: Evidence::AnyVariant,
};

static METRIC_MISSING: Rule = Rule {
    code: "alarms/metric-missing",
    severity: Severity::Error,
    summary: "an expression with a metric that the alarm does not have",
    why: "CloudWatch refuses it.",
    fix: "Use the `Id` of a metric of the same alarm.",
    source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html",
    evidence: Evidence::AnyVariant,
};

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

fn check<'m>(model: &'m Model<'m>, report: &mut Report<'m>) {
    for alarm in model.resources("AWS::CloudWatch::Alarm") {
        let periods = alarm.property("EvaluationPeriods");
        let datapoints = alarm.property("DatapointsToAlarm");
        if let (Some(needed), Some(seen)) = (datapoints.integer(), periods.integer())
            && needed > seen
        {
            report.add(
                &DATAPOINTS,
                datapoints.place(),
                format!("{needed} data points of {seen}"),
            );
        }
        window(report, alarm, &periods);
        metrics(report, alarm);
    }
}

fn window<'m>(report: &mut Report<'m>, alarm: Resource<'m>, periods: &Node<'m>) {
    let mut lengths = alarm
        .property("Metrics")
        .items()
        .nodes
        .iter()
        .flat_map(|metric| [metric.get("Period"), metric.get("MetricStat").get("Period")])
        .chain([alarm.property("Period")])
        .filter_map(|period| period.integer())
        .collect::<Vec<_>>();
    lengths.sort_unstable();
    let (Some(period), Some(count)) = (lengths.pop(), periods.integer()) else {
        return;
    };
    let longest = if period >= HOUR { 7 * DAY } else { DAY };
    let seconds = period.saturating_mul(count);
    if seconds > longest {
        report.add(
            &WINDOW,
            periods.place(),
            format!("{count} periods of {period} s are {seconds} s, and may be {longest} s"),
        );
    }
}

fn metrics<'m>(report: &mut Report<'m>, alarm: Resource<'m>) {
    let list = alarm.property("Metrics");
    let items = list.items();
    if !list.is_present() || !items.is_exact || items.nodes.is_empty() {
        return;
    }
    let returns = |metric: &Node<'m>| {
        let data = metric.get("ReturnData");
        match data.text().as_deref() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => data.is_absent().then_some(true),
        }
    };
    let returned: Option<Vec<bool>> = items.nodes.iter().map(returns).collect();
    if let Some(returned) = returned {
        let count = returned.iter().filter(|one| **one).count();
        if count != 1 {
            report.add(
                &RETURNED,
                list.place(),
                format!("{count} of {} metrics return data", returned.len()),
            );
        }
    }
    let ids: Option<BTreeSet<String>> = items
        .nodes
        .iter()
        .map(|metric| metric.get("Id").text().map(std::borrow::Cow::into_owned))
        .collect();
    let Some(ids) = ids else { return };
    for metric in &items.nodes {
        let expression = metric.get("Expression");
        let Some(text) = expression.text() else {
            continue;
        };
        if let Some(missing) = identifiers(&text).into_iter().find(|id| !ids.contains(*id)) {
            report.add(
                &METRIC_MISSING,
                expression.place(),
                format!("no metric of the alarm has the id `{missing}`"),
            );
        }
    }
}

/// The ids in an expression: words that begin in lower case and are not called. Texts in quotes, and whole queries in
/// SQL, have none.
fn identifiers(expression: &str) -> Vec<&str> {
    if expression
        .trim_start()
        .to_ascii_uppercase()
        .starts_with("SELECT ")
    {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut rest = expression;
    while let Some(start) = rest.find(|letter: char| {
        letter.is_ascii_alphanumeric() || letter == '_' || letter == '"' || letter == '\''
    }) {
        let from = rest.get(start..).unwrap_or_default();
        let first = from.chars().next().unwrap_or_default();
        if first == '"' || first == '\'' {
            let inside = from.get(1..).unwrap_or_default();
            let end = inside.find(first).map_or(inside.len(), |end| end + 1);
            rest = inside.get(end..).unwrap_or_default();
            continue;
        }
        let end = from
            .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
            .unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        let is_called = after.trim_start().starts_with('(');
        if first.is_ascii_lowercase() && !is_called {
            found.push(word);
        }
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_words_that_are_not_called() {
        assert_eq!(
            identifiers("IF(FILL(other, 0) >= 20, 100 * FILL(part, 0) / other, 0)"),
            ["other", "part", "other"]
        );
        assert_eq!(
            identifiers("SEARCH('{AWS/EC2,InstanceId} cpu', 'Average', 300)"),
            Vec::<&str>::new()
        );
        assert_eq!(identifiers("m1 AND m2_x"), ["m1", "m2_x"]);
        assert_eq!(identifiers("SELECT AVG(x) FROM y"), Vec::<&str>::new());
    }
}
