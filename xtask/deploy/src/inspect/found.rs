//! What was found, as data.

use std::collections::BTreeMap;

use cloudformation::{Identity, Stack};
use common::application::ApplicationName;
use common::quota::Quota;

use super::account_quota::AccountQuota;
use super::asked::{Asked, Unanswered};
use crate::moment::Moment;
use crate::services::{
    AccountSummary, Certificate, Connection, DocumentVersions, Execution, HostedZone, Image,
    LoadBalancerKind, MachineImage, Peering, Record, Route, Secret, Stage, Subscription,
};

/// What was found.
#[derive(Clone, Debug)]
pub enum Found {
    /// Nothing: who asks is not known, so nothing else was asked.
    Nobody(Unanswered),
    /// Nothing: the caller belongs to another account. Nothing of that one was looked at.
    Elsewhere(Identity),
    /// The environment's account.
    Account(Box<Account>),
}

/// What was found in the environment's account and region.
#[derive(Clone, Debug)]
pub struct Account {
    /// When.
    pub now: Moment,
    /// Who asked.
    pub identity: Identity,
    /// All stacks of the account in the region, by name, other people's among them.
    pub stacks: Asked<BTreeMap<String, Stack>>,
    /// What the account has of IAM's.
    pub summary: Asked<AccountSummary>,
    /// How many Elastic IPs there are.
    pub addresses: Asked<usize>,
    /// How many networks there are, the default one among them.
    pub vpcs: Asked<usize>,
    /// The load balancers.
    pub load_balancers: Asked<Vec<LoadBalancerKind>>,
    /// What the account has of quotas that a new account may have little of.
    pub account_quotas: BTreeMap<AccountQuota, Asked<Option<usize>>>,
    /// What was agreed on with AWS for quotas that can be raised.
    pub quotas: BTreeMap<Quota, Asked<Option<usize>>>,
    /// Whether the service-linked roles exist, by the service's name.
    pub service_roles: BTreeMap<&'static str, Asked<bool>>,
    /// Whether the drift role can be assumed.
    pub drift_role: Asked<()>,
    /// The hosted zones that names are answered from, by id.
    pub zones: BTreeMap<String, Asked<Option<Zone>>>,
    /// The connection of the pipelines.
    pub connection: Asked<Option<Connection>>,
    /// Whether GitHub vouches for workflows in the account, where one promotes an application.
    pub identity_provider: Option<Asked<bool>>,
    /// What concerns the database, where the environment has a peering.
    pub database: Option<Database>,
    /// What the machines start from.
    pub machine_image: ImageFound,
    /// The preferences of Session Manager.
    pub session_preferences: Asked<Option<DocumentVersions>>,
    /// Who gets alarms, by the topic's ARN; nothing where there is no topic.
    pub alarm_receivers: BTreeMap<String, Asked<Option<Vec<Subscription>>>>,
    /// The certificates for the environment's names.
    pub certificates: Asked<Vec<Certificate>>,
    /// The environment's secrets, by name.
    pub secrets: Asked<BTreeMap<String, Secret>>,
    /// The images that applications run.
    pub images: Vec<RunningImage>,
    /// The pipelines, by name.
    pub pipelines: BTreeMap<String, Asked<Option<Pipeline>>>,
}

/// A hosted zone, and who delegates to it.
#[derive(Clone, Debug)]
pub struct Zone {
    /// The zone.
    pub zone: HostedZone,
    /// Who delegates to it.
    pub parent: Asked<Parent>,
    /// The records that it has of names which stacks make records of.
    pub records: Asked<Vec<Record>>,
}

/// Who delegates to a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parent {
    /// A zone of the same account.
    Own {
        /// Its id.
        zone: String,
        /// Its name.
        name: String,
        /// The name servers that it sends to, if it does.
        name_servers: Option<Vec<String>>,
    },
    /// Somebody else: another account, or a registrar.
    Elsewhere,
}

/// What concerns the database.
#[derive(Clone, Debug)]
pub struct Database {
    /// The peering connection.
    pub peering: Asked<Option<Peering>>,
    /// The routes over it.
    pub routes: Asked<Vec<Route>>,
    /// The DNS of the environment's network, once that is deployed.
    pub dns: Option<Asked<Dns>>,
}

/// The DNS settings of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dns {
    /// The network.
    pub vpc: String,
    /// Whether names are resolved in it.
    pub support: bool,
    /// Whether names of peers resolve to their private addresses.
    pub hostnames: bool,
}

/// The image that the machines start from.
#[derive(Clone, Debug)]
pub struct ImageFound {
    /// The image, if it exists.
    pub image: Asked<Option<MachineImage>>,
    /// The id of the newest image of its kind.
    pub recommended: Asked<Option<String>>,
}

/// The image that an application runs, and what its repository holds.
#[derive(Clone, Debug)]
pub struct RunningImage {
    /// The application.
    pub application: ApplicationName,
    /// What it runs.
    pub digest: String,
    /// The images of its repository.
    pub held: Asked<Vec<Image>>,
}

/// A pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// Its last runs, newest first.
    pub executions: Vec<Execution>,
    /// Its stages, where the last run did not succeed.
    pub stages: Vec<Stage>,
}
