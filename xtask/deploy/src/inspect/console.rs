//! Pages of AWS's consoles.
//!
//! They are not documented as an interface. Each is the address that the console itself shows.

use cli_conventions::next_step;
use common::environment::{Environment, Region};

fn regional(region: Region, path: &str) -> String {
    format!("https://{region}.console.aws.amazon.com/{path}")
}

pub(crate) fn certificate(region: Region, arn: &str) -> String {
    let id = arn.rsplit('/').next().unwrap_or_default();
    regional(
        region,
        &format!("acm/home?region={region}#/certificates/{id}"),
    )
}

/// The connections. The page of one is not reachable by its ARN alone.
pub(crate) fn connections(region: Region) -> String {
    regional(
        region,
        &format!("codesuite/settings/connections?region={region}"),
    )
}

pub(crate) fn hosted_zone(zone: &str) -> String {
    format!("https://console.aws.amazon.com/route53/v2/hostedzones#ListRecordSets/{zone}")
}

pub(crate) fn peerings(region: Region) -> String {
    regional(
        region,
        &format!("vpcconsole/home?region={region}#PeeringConnections:"),
    )
}

pub(crate) fn pipeline(region: Region, pipeline: &str) -> String {
    regional(
        region,
        &format!("codesuite/codepipeline/pipelines/{pipeline}/view?region={region}"),
    )
}

/// The region in which a quota is asked for: what is counted once for all regions is in the first.
const fn region_of_quota(region: Region, service: &str) -> &'static str {
    match service.as_bytes() {
        b"iam" => "us-east-1",
        _ => region.as_str(),
    }
}

/// A quota, where more can be asked for.
pub(crate) fn quota(region: Region, service: &str, code: &str) -> String {
    let region = region_of_quota(region, service);
    format!(
        "https://{region}.console.aws.amazon.com/servicequotas/home/services/{service}/quotas/{code}"
    )
}

/// The command that asks AWS for more of a quota.
pub(crate) fn raise_quota(region: Region, service: &str, code: &str, desired: usize) -> String {
    let region = region_of_quota(region, service);
    format!(
        "aws service-quotas request-service-quota-increase --region {region} --service-code \
         {service} --quota-code {code} --desired-value {desired}"
    )
}

/// A command of ours for an environment.
pub(crate) fn xtask(verb: &str, environment: &Environment) -> String {
    next_step::command(verb, environment.name)
}
