//! The dashboard of the entry.
//!
//! It finds the metrics of applications by search, so adding or removing one doesn't change it.

use common::environment::Environment;
use common::resources::cloudwatch::Dashboard;
use common::template::{Node, Template, sub};
use serde_json::{Value as Json, json};

/// Widgets in a row, each a third of the 24 columns.
const COLUMNS: usize = 3;
const WIDTH: usize = 8;
const HEIGHT: usize = 6;

/// Adds the dashboard.
///
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html>
pub(crate) fn add(template: &mut Template, environment: &Environment) {
    let entry = |name: &str| json!(["AWS/ApplicationELB", name, "LoadBalancer", BALANCER]);
    let per_application = |name: &str, statistic: &str| {
        json!([{ "expression": format!(
            "SEARCH('{{AWS/ApplicationELB,LoadBalancer,TargetGroup}} \
             LoadBalancer=\"{BALANCER}\" MetricName=\"{name}\"', '{statistic}', 60)"
        ) }])
    };
    let cluster = |name: &str| {
        json!([
            "AWS/ECS",
            name,
            "ClusterName",
            environment.names().cluster()
        ])
    };
    let charts = [
        ("Requests", "Sum", vec![entry("RequestCount")]),
        (
            "Errors",
            "Sum",
            vec![
                entry("HTTPCode_ELB_5XX_Count"),
                entry("HTTPCode_Target_5XX_Count"),
                entry("HTTPCode_Target_4XX_Count"),
            ],
        ),
        (
            "Latency, 99th percentile",
            "p99",
            vec![entry("TargetResponseTime")],
        ),
        (
            "Requests by application",
            "Sum",
            vec![per_application("RequestCount", "Sum")],
        ),
        (
            "Unhealthy targets by application",
            "Maximum",
            vec![per_application("UnHealthyHostCount", "Maximum")],
        ),
        (
            "Memory reservation",
            "Average",
            vec![cluster("MemoryReservation"), cluster("MemoryUtilization")],
        ),
    ];
    let widgets: Vec<Json> = charts
        .into_iter()
        .enumerate()
        .map(|(index, (title, statistic, metrics))| {
            json!({
                "type": "metric",
                "x": index % COLUMNS * WIDTH,
                "y": index / COLUMNS * HEIGHT,
                "width": WIDTH,
                "height": HEIGHT,
                "properties": {
                    "title": title,
                    "view": "timeSeries",
                    "region": environment.region.to_string(),
                    "stat": statistic,
                    "period": 60,
                    "metrics": metrics,
                },
            })
        })
        .collect();
    // Through the template's own tree, whose order does not depend on `serde_json`'s features.
    let body = Node::from(json!({ "widgets": widgets })).to_json();
    template.add(
        "Dashboard",
        Dashboard::new(sub(body)).dashboard_name(environment.names().shared("entry")),
    );
}

/// The dimension value of the load balancer's metrics, for `Fn::Sub`.
const BALANCER: &str = "${LoadBalancer.LoadBalancerFullName}";
