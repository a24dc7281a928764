//! The emulator in this process, as a backend of the deploying verbs: what `--local` uses.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cloudformation::ClientError;
use common::assembly::Assembly;
use emulator::api::{Caller, Time};
use emulator::port::{Local as Client, Settings};
use emulator::{Cloud, JournalError, Options};

use crate::Error;
use crate::backend::{Backend, Local};
use crate::commands::arguments::Target;
use crate::forecast::forecast;
use crate::inspect::services::{
    AccountSummary, Answer, Certificate, CertificateSummary, Connection, DocumentVersions,
    EcsService, Execution, HostedZone, Image, LoadBalancerKind, LogLine, MachineImage, Peering,
    Record, Route, Secret, Services, Stage, Subscription, Task, Vpc, VpcAttribute,
};
use crate::plan::Acknowledgement;
use cloudformation::Page;
use review::report::Forecast;

/// Virtual seconds in a second by default: a deployment of half an hour takes half a
/// minute, which is slow enough to watch.
const DEFAULT_SPEED: u32 = 60;

/// The wait for a state folder that another process uses: longer than a process takes to exit.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

const LOCK_RETRY: Duration = Duration::from_millis(50);

/// The emulator in this process.
#[derive(Clone, Debug)]
pub struct Emulator {
    client: Client,
    local: Local,
}

impl Backend for Emulator {
    type Client = Client;
    type Services = NoServices;

    async fn connect(target: &Target, assembly: &Assembly) -> Result<Self, Error> {
        let Some(state) = &target.local else {
            return Err(Error::OnlyEmulator);
        };
        let speed = target.local_speed.map_or(DEFAULT_SPEED, NonZeroU32::get);
        let settings = Settings {
            caller: Caller {
                account: assembly.account.clone(),
                region: assembly.region.clone(),
            },
            epoch: today(),
            latency: Duration::ZERO,
            speed,
        };
        let client = match state {
            Some(folder) => {
                kept(folder, &settings).map_err(|error| Error::Emulator(Box::new(error)))?
            }
            None => {
                let cloud = Cloud::new(Options::default());
                Client::new(Arc::new(Mutex::new(cloud)), settings)
            }
        };
        let state = state.clone();
        Ok(Self {
            client,
            local: Local { speed, state },
        })
    }

    async fn connect_to(_: &Target, _: &str) -> Result<Self, Error> {
        Err(Error::OnlyCloudFormation)
    }

    fn client(&self) -> &Client {
        &self.client
    }

    fn services(&self) -> Option<NoServices> {
        None
    }

    async fn assume_role(&self, _: &str, _: &str) -> Result<Self, ClientError> {
        Ok(self.clone())
    }

    fn local(&self) -> Option<&Local> {
        Some(&self.local)
    }

    fn forecast(
        deployed: &Assembly,
        proposal: &Assembly,
        acknowledged: &BTreeSet<Acknowledgement>,
    ) -> Result<Option<Forecast>, Error> {
        forecast(deployed, proposal, acknowledged).map(Some)
    }

    fn hint(_: &ClientError) -> Option<String> {
        None
    }
}

/// Opens a folder. A process that was killed may not have released its lock yet.
fn kept(folder: &Path, settings: &Settings) -> Result<Client, JournalError> {
    let started = Instant::now();
    loop {
        match Client::kept(folder, Options::default(), settings.clone()) {
            Err(JournalError::InUse(_)) if started.elapsed() < LOCK_TIMEOUT => {
                std::thread::sleep(LOCK_RETRY);
            }
            other => return other,
        }
    }
}

/// The start of virtual time without kept state.
fn today() -> Time {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Time(u64::try_from(since.as_millis()).unwrap_or_default())
}

/// The services other than CloudFormation, none of which the emulator has.
#[derive(Clone, Copy, Debug)]
pub enum NoServices {}

/// Calls of a service that can't exist.
macro_rules! no_services {
    ($($name:ident($($argument:ty),*) -> $answer:ty;)*) => {
        impl Services for NoServices {
            $(async fn $name(&self, $(_: $argument),*) -> Answer<$answer> {
                match *self {}
            })*
        }
    };
}

no_services! {
    peering(&str) -> Option<Peering>;
    accept_peering(&str) -> ();
    vpc(&str) -> Option<Vpc>;
    vpc_attribute(&str, VpcAttribute) -> bool;
    peering_routes(&str, Option<String>) -> Page<Route>;
    addresses() -> usize;
    vpcs() -> usize;
    load_balancers(Option<String>) -> Page<LoadBalancerKind>;
    machine_image(&str) -> Option<MachineImage>;
    parameter(&str) -> Option<String>;
    document_versions(&str) -> Option<DocumentVersions>;
    subscriptions(&str, Option<String>) -> Option<Page<Subscription>>;
    has_role(&str) -> bool;
    has_identity_provider(&str) -> bool;
    assume_role(&str) -> ();
    account_summary() -> AccountSummary;
    quota(&str, &str) -> Option<usize>;
    hosted_zone(&str) -> Option<HostedZone>;
    hosted_zones_named(&str) -> Vec<HostedZone>;
    delegation(&str, &str) -> Option<Vec<String>>;
    records(&str, &str) -> Vec<Record>;
    certificates(Option<String>) -> Page<CertificateSummary>;
    certificate(&str) -> Option<Certificate>;
    connection(&str) -> Option<Connection>;
    executions(&str) -> Option<Vec<Execution>>;
    history(&str, Option<String>) -> Option<Page<Execution>>;
    stages(&str) -> Option<Vec<Stage>>;
    secrets(&str, Option<String>) -> Page<Secret>;
    secret(&str) -> Option<Secret>;
    images(&str, &str, Option<String>) -> Page<Image>;
    ecs_service(&str, &str) -> Option<EcsService>;
    stopped_tasks(&str, &str, Option<String>) -> Page<String>;
    tasks(&str, &[String]) -> Vec<Task>;
    last_log_lines(&str, &str, u32) -> Vec<LogLine>;
}
