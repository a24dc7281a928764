//! The result of an inspection.

use std::collections::BTreeMap;

use cloudformation::{Identity, Stack};
use common::application::ApplicationName;
use common::quota::Quota;

use super::account_quota::AccountQuota;
use super::probe::{Probe, ProbeError};
use super::services::{
    AccountSummary, Certificate, Connection, DocumentVersions, Execution, HostedZone, Image,
    LoadBalancerKind, MachineImage, Peering, Record, Route, Secret, Stage, Subscription,
};
use crate::timestamp::Timestamp;

#[derive(Clone, Debug)]
pub enum Inspection {
    /// Nothing: who asks is not known, so nothing else was asked.
    Unidentified(ProbeError),
    /// Nothing: the caller belongs to another account. Nothing of that one was looked at.
    OtherAccount(Identity),
    Account(Box<Account>),
}

/// What was found in the environment's account and region.
#[derive(Clone, Debug)]
pub struct Account {
    pub now: Timestamp,
    pub identity: Identity,
    /// All stacks of the account in the region, by name, other people's among them.
    pub stacks: Probe<BTreeMap<String, Stack>>,
    pub summary: Probe<AccountSummary>,
    /// How many Elastic IPs there are.
    pub addresses: Probe<usize>,
    /// How many networks there are, the default one among them.
    pub vpcs: Probe<usize>,
    pub load_balancers: Probe<Vec<LoadBalancerKind>>,
    /// What the account has of quotas that a new account may have little of.
    pub account_quotas: BTreeMap<AccountQuota, Probe<Option<usize>>>,
    /// What was agreed on with AWS for quotas that can be raised.
    pub quotas: BTreeMap<Quota, Probe<Option<usize>>>,
    /// Whether the service-linked roles exist, by the service's name.
    pub service_roles: BTreeMap<&'static str, Probe<bool>>,
    pub drift_role: Probe<()>,
    /// The hosted zones that names are answered from, by id.
    pub zones: BTreeMap<String, Probe<Option<Zone>>>,
    pub connection: Probe<Option<Connection>>,
    /// Whether GitHub is a trusted identity provider of the account, where a workflow promotes an
    /// application.
    pub identity_provider: Option<Probe<bool>>,
    /// What concerns the database, where the environment has a peering.
    pub database: Option<Database>,
    pub machine_image: MachineImageProbe,
    pub session_preferences: Probe<Option<DocumentVersions>>,
    /// Who gets alarms, by the topic's ARN; nothing where there is no topic.
    pub alarm_receivers: BTreeMap<String, Probe<Option<Vec<Subscription>>>>,
    pub certificates: Probe<Vec<Certificate>>,
    /// The environment's secrets, by name.
    pub secrets: Probe<BTreeMap<String, Secret>>,
    pub images: Vec<RunningImage>,
    /// The pipelines, by name.
    pub pipelines: BTreeMap<String, Probe<Option<Pipeline>>>,
}

/// A hosted zone, and who delegates to it.
#[derive(Clone, Debug)]
pub struct Zone {
    pub zone: HostedZone,
    /// Who delegates to it.
    pub parent: Probe<Parent>,
    /// The records that it has of names which stacks make records of.
    pub records: Probe<Vec<Record>>,
}

/// Who delegates to a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parent {
    /// A zone of the same account.
    Own {
        zone: String,
        name: String,
        /// The name servers that it sends to, if it does.
        name_servers: Option<Vec<String>>,
    },
    /// Another account, or a registrar.
    External,
}

#[derive(Clone, Debug)]
pub struct Database {
    pub peering: Probe<Option<Peering>>,
    pub routes: Probe<Vec<Route>>,
    /// The DNS of the environment's network, once that is deployed.
    pub dns: Option<Probe<Dns>>,
}

/// The DNS settings of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dns {
    pub vpc: String,
    /// Whether names are resolved in it.
    pub support: bool,
    /// Whether names of peers resolve to their private addresses.
    pub hostnames: bool,
}

#[derive(Clone, Debug)]
pub struct MachineImageProbe {
    /// The image, if it exists.
    pub image: Probe<Option<MachineImage>>,
    /// The id of the newest image of its kind.
    pub recommended: Probe<Option<String>>,
}

/// The image that an application runs, and what its repository holds.
#[derive(Clone, Debug)]
pub struct RunningImage {
    pub application: ApplicationName,
    pub digest: String,
    pub held: Probe<Vec<Image>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// Its last runs, newest first.
    pub executions: Vec<Execution>,
    /// Its stages, where the last run did not succeed.
    pub stages: Vec<Stage>,
}
