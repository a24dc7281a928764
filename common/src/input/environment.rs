//! The fields of an environment's file.

use super::Invalid;
use super::findings::{Finding, Findings};
use super::node::Node;
use super::reader::Reader;
use super::value::{boolean, list, number, parsed};
use crate::application::Application;
use crate::capacity::{MachineType, MemoryBand, MemoryBandError};
use crate::environment::zone::check_zones;
use crate::environment::{
    AccountId, Alarms, Atlas, Branch, Budget, Cluster, ConnectionArn, Domain, Environment,
    EnvironmentName, Ingress, LogRetention, Network, Pipeline, Region, Retention, Zonal, ZoneId,
};

/// An environment whose fields are none where they were refused.
#[derive(Debug)]
pub(crate) struct PartialEnvironment {
    pub(crate) name: EnvironmentName,
    /// The file, for the places of what is checked later.
    pub(crate) root: Node,
    pub(crate) account: Option<AccountId>,
    pub(crate) region: Option<Region>,
    zones: Option<Zonal<ZoneId>>,
    branch: Option<Branch>,
    pipeline: Option<Pipeline>,
    pub(crate) network: Option<Network>,
    pub(crate) domain: Option<Domain>,
    ingress: Option<Ingress>,
    /// The outer option is none when the peering was refused.
    #[expect(
        clippy::option_option,
        reason = "absent and refused are different answers"
    )]
    pub(crate) atlas: Option<Option<Atlas>>,
    pub(crate) cluster: Option<Cluster>,
    retention: Option<Retention>,
    alarms: Option<Alarms>,
    budget: Option<Budget>,
    pub(crate) protected: Option<bool>,
}

impl PartialEnvironment {
    /// The environment, if nothing is missing.
    pub(crate) fn complete(self, applications: Vec<Application>) -> Option<Environment> {
        Some(Environment {
            name: self.name,
            account: self.account?,
            // What an environment file alone can't know.
            shares_account: false,
            region: self.region?,
            zones: self.zones?,
            branch: self.branch?,
            pipeline: self.pipeline?,
            network: self.network?,
            domain: self.domain?,
            ingress: self.ingress?,
            atlas: self.atlas?,
            cluster: self.cluster?,
            retention: self.retention?,
            alarms: self.alarms?,
            budget: self.budget?,
            protected: self.protected?,
            applications,
        })
    }
}

/// Reads the file's table.
pub(crate) fn read(
    name: EnvironmentName,
    root: Node,
    findings: &mut Findings,
) -> Option<PartialEnvironment> {
    let mut file = Reader::new("", &root, findings)?;
    let account = file.required(findings, "account", "\"111122223333\"", parsed::<AccountId>);
    let region = file.required(findings, "region", "\"eu-west-1\"", parsed::<Region>);
    let zones = file.required(findings, "zones", "[\"euw1-az1\", \"euw1-az2\"]", |node| {
        zones(node, region)
    });
    let branch = file.required(findings, "branch", "\"next\"", parsed);
    let ingress = file.required(findings, "ingress", "\"dns\"", parsed::<Ingress>);
    let protected = file.required(findings, "protected", "true", |node| protected(node, name));
    let pipeline = file
        .table(findings, "pipeline")
        .and_then(|table| pipeline(table, account.as_ref(), region, findings));
    let network = file
        .table(findings, "network")
        .and_then(|table| network(table, findings));
    let domain = file
        .table(findings, "domain")
        .and_then(|table| domain(table, findings));
    let atlas = file.optional_table(findings, "atlas", atlas);
    let cluster = file
        .table(findings, "cluster")
        .and_then(|table| cluster(table, findings));
    let retention = file
        .table(findings, "retention")
        .and_then(|table| retention(table, protected, findings));
    let alarms = file.table(findings, "alarms").and_then(|mut table| {
        let email = table.required(findings, "email", "\"alarms@lemonade.example\"", parsed);
        table.finish(findings);
        Some(Alarms { email: email? })
    });
    let budget = file.table(findings, "budget").and_then(|mut table| {
        let usd = table.required(findings, "monthly_usd", "500", number(1..=10_000_000));
        table.finish(findings);
        Some(Budget { monthly_usd: usd? })
    });
    file.finish(findings);
    Some(PartialEnvironment {
        name,
        account,
        region,
        zones,
        branch,
        pipeline,
        network,
        domain,
        ingress,
        atlas,
        cluster,
        retention,
        alarms,
        budget,
        protected,
        root,
    })
}

fn zones(node: &Node, region: Option<Region>) -> Result<Zonal<ZoneId>, Invalid> {
    let zones: Vec<ZoneId> = list(node, parsed)?;
    let count = zones.len();
    let Ok([first, second]) = <[ZoneId; Zonal::<()>::COUNT]>::try_from(zones) else {
        return Err(Invalid::new(format!(
            "expected exactly two zone ids, found {count}"
        )));
    };
    let zones = Zonal::new(first, second);
    if let Some(region) = region {
        check_zones(&zones, region)?;
    }
    Ok(zones)
}

fn protected(node: &Node, name: EnvironmentName) -> Result<bool, Invalid> {
    let protected = boolean(node)?;
    if name == EnvironmentName::Production && !protected {
        return Err(
            Invalid::new("production is always protected from deletion, found false")
                .with_help("write `protected = true`"),
        );
    }
    Ok(protected)
}

fn pipeline(
    mut table: Reader<'_>,
    account: Option<&AccountId>,
    region: Option<Region>,
    findings: &mut Findings,
) -> Option<Pipeline> {
    let placed = |node: &Node| {
        let connection: ConnectionArn = parsed(node)?;
        connection.check_place(account, region)?;
        Ok(connection)
    };
    let connection = table.required(
        findings,
        "connection",
        "\"arn:aws:codeconnections:…\"",
        placed,
    );
    let repository = table.required(
        findings,
        "repository",
        "\"lemonade/infrastructure\"",
        parsed,
    );
    table.finish(findings);
    Some(Pipeline {
        connection: connection?,
        repository: repository?,
    })
}

fn network(mut table: Reader<'_>, findings: &mut Findings) -> Option<Network> {
    let cidr = table.required(findings, "cidr", "\"10.10.0.0/16\"", parsed);
    let nat = table.required(findings, "nat", "\"per-zone\"", parsed);
    table.finish(findings);
    Some(Network {
        cidr: cidr?,
        nat: nat?,
    })
}

fn domain(mut table: Reader<'_>, findings: &mut Findings) -> Option<Domain> {
    let name = table.required(findings, "name", "\"lemonade.example\"", parsed);
    let zone = table.required(findings, "hosted_zone", "\"Z0123456789ABCDEFGHIJ\"", parsed);
    table.finish(findings);
    Some(Domain {
        name: name?,
        hosted_zone: zone?,
    })
}

fn atlas(mut table: Reader<'_>, findings: &mut Findings) -> Option<Atlas> {
    let peering = table.required(findings, "peering", "\"pcx-0123456789abcdef0\"", parsed);
    let cidr = table.required(findings, "cidr", "\"192.168.248.0/21\"", parsed);
    let vpc = table.optional(findings, "vpc", parsed);
    table.finish(findings);
    Some(Atlas {
        peering: peering?,
        cidr: cidr?,
        vpc: vpc?,
    })
}

fn cluster(mut table: Reader<'_>, findings: &mut Findings) -> Option<Cluster> {
    let machine = table.required(findings, "machine", "\"m6i.large\"", parsed::<MachineType>);
    let image = table.required(findings, "image", "\"ami-0123456789abcdef0\"", parsed);
    let places = [table.place("memory"), table.place("machines")];
    let memory = table.table(findings, "memory").and_then(|mut memory| {
        let places = [memory.place("low"), memory.place("high")];
        // The whole range is accepted here: `MemoryBand` checks the percentages.
        let low = memory.required(findings, "low", "45", number(0..=u32::MAX));
        let high = memory.required(findings, "high", "75", number(0..=u32::MAX));
        memory.finish(findings);
        Some((low?, high?, places))
    });
    let machines = table.table(findings, "machines").and_then(|mut machines| {
        let places = [machines.place("min"), machines.place("max")];
        let min = machines.required(findings, "min", "2", number(0..=1000));
        let max = machines.required(findings, "max", "6", number(0..=1000));
        machines.finish(findings);
        Some((min?, max?, places))
    });
    table.finish(findings);
    let ((low, high, [low_place, high_place]), (min, max, [min_place, max_place])) =
        (memory?, machines?);
    let band = MemoryBand::new(low, high, min, max).map_err(|error| {
        let (key, span) = match error {
            MemoryBandError::TooFewMachines { .. } => ("machines.min", min_place),
            MemoryBandError::NoSpareMachine { .. } => ("machines.max", max_place),
            MemoryBandError::NotAPercentage { low: 1..=99, .. } => ("memory.high", high_place),
            MemoryBandError::NotAPercentage { .. } | MemoryBandError::Oscillates { .. } => {
                ("memory.low", low_place)
            }
            MemoryBandError::Empty { .. } => ("memory", places[0]),
        };
        let finding = Finding::new(span, format!("invalid `cluster.{key}`: {error}"));
        findings.push(match help(&error) {
            Some(help) => finding.help(help),
            None => finding,
        });
    });
    Some(Cluster {
        machine: machine?,
        image: image?,
        band: band.ok()?,
    })
}

fn help(error: &MemoryBandError) -> Option<String> {
    match error {
        MemoryBandError::NoSpareMachine { .. } => {
            Some("replacing a machine takes room for one more than min".to_owned())
        }
        MemoryBandError::Oscillates {
            high,
            min,
            greatest_low,
            ..
        } => Some(match greatest_low {
            0 => format!(
                "low must be less than high - 100/(min+1), and with high = {high} and min = {min} \
                 there is none: raise one of them"
            ),
            _ => format!(
                "low must be less than high - 100/(min+1): with high = {high} and min = {min}, at \
                 most {greatest_low}"
            ),
        }),
        _ => None,
    }
}

/// A protected environment keeps a year of logs.
/// <https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html#cloudwatch-16>
const PROTECTED_LOG_DAYS: u32 = 365;

fn retention(
    mut table: Reader<'_>,
    protected: Option<bool>,
    findings: &mut Findings,
) -> Option<Retention> {
    let logs = table.required(findings, "logs_days", "400", |node| {
        let days = number(0..=u32::MAX)(node)?;
        if protected == Some(true) && days < PROTECTED_LOG_DAYS {
            return Err(Invalid::new(format!(
                "a protected environment keeps its logs for {PROTECTED_LOG_DAYS} days or longer, \
                 found {days}"
            )));
        }
        LogRetention::new(days)
    });
    let access = table.required(findings, "access_logs_days", "400", number(1..=3653));
    let images = table.required(findings, "images", "50", number(1..=1000));
    table.finish(findings);
    Some(Retention {
        logs: logs?,
        access_logs_days: access?,
        images: images?,
    })
}
