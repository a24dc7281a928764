//! Services with recorded answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use cloudformation::Page;
use deploy::inspect::services::{
    AccountSummary, Answer, Certificate, CertificateSummary, Connection, DocumentVersions,
    EcsService, Execution, HostedZone, Image, LoadBalancerKind, LogLine, MachineImage, Peering,
    QuotaUsage, Record, Route, Secret, ServiceError, Services, Stage, Subscription, Task, Vpc,
    VpcAttribute,
};

/// An answer that may depend on when it is asked for.
pub(crate) type Scripted<T> = Box<dyn Fn() -> Answer<T> + Send + Sync>;

/// The lines of a stream, which may depend on when they are asked for.
pub(crate) type ScriptedLines = Box<dyn Fn(&str) -> Answer<Vec<LogLine>> + Send + Sync>;

/// What the services answer.
pub(crate) struct FakeServices {
    /// The permissions that the caller does not have.
    pub(crate) denied: BTreeSet<&'static str>,
    /// Whether the caller has none.
    pub(crate) denies_all: bool,
    /// What was asked, in order.
    pub(crate) asked: Mutex<Vec<String>>,
    pub(crate) peering: Scripted<Option<Peering>>,
    pub(crate) accept: Scripted<()>,
    pub(crate) dns_support: bool,
    pub(crate) dns_hostnames: bool,
    pub(crate) routes: Vec<Route>,
    pub(crate) addresses: usize,
    pub(crate) vpcs: usize,
    pub(crate) load_balancers: Vec<LoadBalancerKind>,
    pub(crate) machine_images: Vec<MachineImage>,
    pub(crate) parameters: BTreeMap<&'static str, String>,
    pub(crate) session_document: Option<DocumentVersions>,
    /// By the topic's ARN.
    pub(crate) subscriptions: BTreeMap<String, Vec<Subscription>>,
    /// By the zone's id.
    pub(crate) records: BTreeMap<&'static str, Vec<Record>>,
    pub(crate) has_identity_provider: bool,
    pub(crate) roles: BTreeSet<&'static str>,
    pub(crate) summary: AccountSummary,
    pub(crate) quotas: BTreeMap<&'static str, usize>,
    pub(crate) zones: Vec<HostedZone>,
    pub(crate) delegations: BTreeMap<(String, String), Vec<String>>,
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) connections: BTreeMap<String, Connection>,
    pub(crate) pipelines: BTreeMap<String, (Vec<Execution>, Vec<Stage>)>,
    /// By the repository's name.
    pub(crate) images: BTreeMap<String, Vec<Image>>,
    pub(crate) secrets: Vec<Secret>,
    /// What a list shows that is some minutes old; all of them, unless given.
    pub(crate) listed_secrets: Option<Vec<Secret>>,
    pub(crate) service: Scripted<Option<EcsService>>,
    pub(crate) stopped: Scripted<Vec<Task>>,
    pub(crate) lines: ScriptedLines,
}

/// An account with nothing in it.
impl Default for FakeServices {
    fn default() -> Self {
        let taken = |limit| QuotaUsage { used: 3, limit };
        Self {
            denied: BTreeSet::new(),
            denies_all: false,
            asked: Mutex::default(),
            peering: Box::new(|| Ok(None)),
            accept: Box::new(|| Ok(())),
            dns_support: true,
            dns_hostnames: true,
            routes: Vec::new(),
            addresses: 0,
            vpcs: 1,
            load_balancers: Vec::new(),
            machine_images: Vec::new(),
            parameters: BTreeMap::new(),
            session_document: None,
            subscriptions: BTreeMap::new(),
            records: BTreeMap::new(),
            has_identity_provider: true,
            roles: BTreeSet::new(),
            summary: AccountSummary {
                roles: taken(1_000),
                policies: taken(1_500),
                instance_profiles: taken(1_000),
            },
            quotas: BTreeMap::new(),
            zones: Vec::new(),
            delegations: BTreeMap::new(),
            certificates: Vec::new(),
            connections: BTreeMap::new(),
            pipelines: BTreeMap::new(),
            images: BTreeMap::new(),
            secrets: Vec::new(),
            listed_secrets: None,
            service: Box::new(|| Ok(None)),
            stopped: Box::new(|| Ok(Vec::new())),
            lines: Box::new(|_| Ok(Vec::new())),
        }
    }
}

/// A service's answer to a caller without the permission.
pub(crate) fn denied(action: &str) -> ServiceError {
    ServiceError::Denied(
        format!(
            "User: arn:aws:sts::444455556666:assumed-role/someone/me is not authorized to perform: \
         {action}"
        )
        .into(),
    )
}

pub(crate) fn no_answer() -> ServiceError {
    ServiceError::NoAnswer {
        service: "EC2",
        source: "connection reset by peer".into(),
    }
}

fn page<T>(items: Vec<T>) -> Page<T> {
    Page { items, next: None }
}

/// Two on a page, so that reading only the first misses something.
fn paged<T: Clone>(items: &[T], next: Option<&str>) -> Page<T> {
    let begin: usize = next.map_or(0, |next| next.parse().unwrap());
    let end = (begin + 2).min(items.len());
    Page {
        items: items[begin..end].to_vec(),
        next: (end < items.len()).then(|| end.to_string()),
    }
}

impl FakeServices {
    fn answer<T>(&self, action: &'static str, about: &str, value: impl FnOnce() -> T) -> Answer<T> {
        self.scripted(action, about, || Ok(value()))
    }

    fn scripted<T>(
        &self,
        action: &'static str,
        about: &str,
        answer: impl FnOnce() -> Answer<T>,
    ) -> Answer<T> {
        let line = format!("{action} {about}");
        self.asked.lock().unwrap().push(line.trim_end().to_owned());
        if self.denies_all || self.denied.contains(action) {
            return Err(denied(action));
        }
        answer()
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Services for FakeServices {
    async fn peering(&self, peering: &str) -> Answer<Option<Peering>> {
        let action = "ec2:DescribeVpcPeeringConnections";
        self.scripted(action, peering, &self.peering)
    }

    async fn accept_peering(&self, peering: &str) -> Answer<()> {
        self.scripted("ec2:AcceptVpcPeeringConnection", peering, &self.accept)
    }

    async fn vpc(&self, vpc: &str) -> Answer<Option<Vpc>> {
        self.answer("ec2:DescribeVpcs", vpc, || None)
    }

    async fn vpc_attribute(&self, vpc: &str, attribute: VpcAttribute) -> Answer<bool> {
        self.answer("ec2:DescribeVpcAttribute", vpc, || match attribute {
            VpcAttribute::DnsSupport => self.dns_support,
            VpcAttribute::DnsHostnames => self.dns_hostnames,
        })
    }

    async fn peering_routes(&self, peering: &str, next: Option<String>) -> Answer<Page<Route>> {
        self.answer("ec2:DescribeRouteTables", peering, || {
            paged(&self.routes, next.as_deref())
        })
    }

    async fn addresses(&self) -> Answer<usize> {
        self.answer("ec2:DescribeAddresses", "", || self.addresses)
    }

    async fn vpcs(&self) -> Answer<usize> {
        self.answer("ec2:DescribeVpcs", "", || self.vpcs)
    }

    async fn load_balancers(&self, next: Option<String>) -> Answer<Page<LoadBalancerKind>> {
        self.answer("elasticloadbalancing:DescribeLoadBalancers", "", || {
            paged(&self.load_balancers, next.as_deref())
        })
    }

    async fn machine_image(&self, image: &str) -> Answer<Option<MachineImage>> {
        self.answer("ec2:DescribeImages", image, || {
            let mut images = self.machine_images.iter();
            images.find(|one| one.id == image).cloned()
        })
    }

    async fn parameter(&self, name: &str) -> Answer<Option<String>> {
        self.answer("ssm:GetParameter", name, || {
            self.parameters.get(name).cloned()
        })
    }

    async fn document_versions(&self, document: &str) -> Answer<Option<DocumentVersions>> {
        self.answer("ssm:DescribeDocument", document, || {
            self.session_document.clone()
        })
    }

    async fn subscriptions(
        &self,
        topic: &str,
        next: Option<String>,
    ) -> Answer<Option<Page<Subscription>>> {
        self.answer("sns:ListSubscriptionsByTopic", topic, || {
            let of_topic = self.subscriptions.get(topic)?;
            Some(paged(of_topic, next.as_deref()))
        })
    }

    async fn records(&self, zone: &str, name: &str) -> Answer<Vec<Record>> {
        self.answer("route53:ListResourceRecordSets", name, || {
            let of_zone = self.records.get(zone).into_iter().flatten();
            of_zone.filter(|one| one.name == name).cloned().collect()
        })
    }

    async fn has_role(&self, role: &str) -> Answer<bool> {
        self.answer("iam:GetRole", role, || self.roles.contains(role))
    }

    async fn has_identity_provider(&self, arn: &str) -> Answer<bool> {
        self.answer("iam:GetOpenIDConnectProvider", arn, || {
            self.has_identity_provider
        })
    }

    async fn assume_role(&self, role: &str) -> Answer<()> {
        self.answer("sts:AssumeRole", role, || ())
    }

    async fn account_summary(&self) -> Answer<AccountSummary> {
        self.answer("iam:GetAccountSummary", "", || self.summary)
    }

    async fn quota(&self, _: &str, code: &str) -> Answer<Option<usize>> {
        let action = "servicequotas:GetServiceQuota";
        self.answer(action, code, || self.quotas.get(code).copied())
    }

    async fn hosted_zone(&self, zone: &str) -> Answer<Option<HostedZone>> {
        self.answer("route53:GetHostedZone", zone, || {
            self.zones.iter().find(|one| one.id == zone).cloned()
        })
    }

    async fn hosted_zones_named(&self, name: &str) -> Answer<Vec<HostedZone>> {
        self.answer("route53:ListHostedZonesByName", name, || {
            let of_name = self.zones.iter().filter(|one| one.name == name);
            of_name.cloned().collect()
        })
    }

    async fn delegation(&self, zone: &str, name: &str) -> Answer<Option<Vec<String>>> {
        self.answer("route53:ListResourceRecordSets", zone, || {
            let key = (zone.to_owned(), name.to_owned());
            self.delegations.get(&key).cloned()
        })
    }

    async fn certificates(&self, next: Option<String>) -> Answer<Page<CertificateSummary>> {
        self.answer("acm:ListCertificates", "", || {
            let all: Vec<CertificateSummary> = self
                .certificates
                .iter()
                .map(|one| CertificateSummary {
                    arn: one.arn.clone(),
                    domain: one.domain.clone(),
                })
                .collect();
            paged(&all, next.as_deref())
        })
    }

    async fn certificate(&self, arn: &str) -> Answer<Option<Certificate>> {
        self.answer("acm:DescribeCertificate", arn, || {
            self.certificates.iter().find(|one| one.arn == arn).cloned()
        })
    }

    async fn connection(&self, arn: &str) -> Answer<Option<Connection>> {
        self.answer("codeconnections:GetConnection", arn, || {
            self.connections.get(arn).cloned()
        })
    }

    async fn executions(&self, pipeline: &str) -> Answer<Option<Vec<Execution>>> {
        self.answer("codepipeline:ListPipelineExecutions", pipeline, || {
            let pipeline = self.pipelines.get(pipeline);
            pipeline.map(|(executions, _)| executions.clone())
        })
    }

    async fn history(
        &self,
        pipeline: &str,
        next: Option<String>,
    ) -> Answer<Option<Page<Execution>>> {
        self.answer("codepipeline:ListPipelineExecutions", pipeline, || {
            let pipeline = self.pipelines.get(pipeline);
            pipeline.map(|(executions, _)| paged(executions, next.as_deref()))
        })
    }

    async fn stages(&self, pipeline: &str) -> Answer<Option<Vec<Stage>>> {
        self.answer("codepipeline:GetPipelineState", pipeline, || {
            let pipeline = self.pipelines.get(pipeline);
            pipeline.map(|(_, stages)| stages.clone())
        })
    }

    async fn secrets(&self, prefix: &str, next: Option<String>) -> Answer<Page<Secret>> {
        self.answer("secretsmanager:ListSecrets", prefix, || {
            let listed = self.listed_secrets.as_ref().unwrap_or(&self.secrets);
            paged(listed, next.as_deref())
        })
    }

    async fn secret(&self, name: &str) -> Answer<Option<Secret>> {
        self.answer("secretsmanager:DescribeSecret", name, || {
            self.secrets.iter().find(|one| one.name == name).cloned()
        })
    }

    async fn ecs_service(&self, _: &str, service: &str) -> Answer<Option<EcsService>> {
        self.scripted("ecs:DescribeServices", service, &self.service)
    }

    async fn stopped_tasks(
        &self,
        _: &str,
        service: &str,
        _: Option<String>,
    ) -> Answer<Page<String>> {
        self.scripted("ecs:ListTasks", service, || {
            let tasks = (self.stopped)()?;
            Ok(page(tasks.into_iter().map(|task| task.arn).collect()))
        })
    }

    async fn tasks(&self, _: &str, tasks: &[String]) -> Answer<Vec<Task>> {
        self.scripted("ecs:DescribeTasks", &tasks.join(" "), || {
            let stopped = (self.stopped)()?;
            let asked = stopped.into_iter().filter(|task| tasks.contains(&task.arn));
            Ok(asked.collect())
        })
    }

    async fn images(&self, _: &str, repository: &str, next: Option<String>) -> Answer<Page<Image>> {
        self.answer("ecr:DescribeImages", repository, || {
            let of_repository = self.images.get(repository);
            paged(of_repository.map_or(&[], Vec::as_slice), next.as_deref())
        })
    }

    async fn last_log_lines(&self, _: &str, stream: &str, _: u32) -> Answer<Vec<LogLine>> {
        self.scripted("logs:GetLogEvents", stream, || (self.lines)(stream))
    }
}
