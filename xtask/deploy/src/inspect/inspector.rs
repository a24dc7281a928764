//! Reads everything that is needed to judge an environment, many calls at once.

use std::collections::BTreeMap;

use cloudformation::{CloudFormation, Page, Stack};
use common::assembly::Assembly;
use common::environment::{ConnectionArn, Environment};
use common::naming::StackKind;
use common::quota::Quota;
use futures_util::future::join_all;
use tokio::sync::Semaphore;

use super::account_quota::{AccountQuota, needs};
use super::expected::{self, SERVICE_ROLES, SESSION_PREFERENCES, quota_code};
use super::inspection::{
    Account, Database, Dns, Inspection, MachineImageProbe, Parent, Pipeline, RunningImage, Zone,
};
use super::machine_image::{PinnedImage, machine_image};
use super::probe::{Probe, ProbeError};
use super::services::{
    Answer, Certificate, Connection, DocumentVersions, ExecutionStatus, HostedZone,
    LoadBalancerKind, Peering, Record, Route, Secret, Services, Subscription, VpcAttribute,
};
use crate::release::rollback::IMAGE_PARAMETER;
use crate::timestamp::Timestamp;

/// How many calls may be in progress at once: services throttle bursts, and the SDK's own limit is
/// one of connections, not of calls.
const MAX_CALLS: usize = 8;

/// Reads everything that is needed to judge the environment. Changes nothing.
pub async fn inspect<C: CloudFormation, S: Services>(
    cloudformation: &C,
    services: &S,
    environment: &Environment,
    assembly: &Assembly,
    now: Timestamp,
) -> Inspection {
    let identity = match cloudformation.identity().await {
        Ok(identity) => identity,
        Err(error) => {
            return Inspection::Unidentified(ProbeError::of_port("sts:GetCallerIdentity", &error));
        }
    };
    if identity.account != environment.account.as_str() {
        return Inspection::OtherAccount(identity);
    }
    let permits = Semaphore::new(MAX_CALLS);
    let inspector = Inspector {
        services,
        permits: &permits,
        environment,
    };
    let stacks_then_dns = async {
        let stacks = inspector.stacks(cloudformation).await;
        let (dns, images) = tokio::join!(inspector.dns(&stacks), inspector.images(&stacks));
        (stacks, dns, images)
    };
    let pipeline = &environment.pipeline;
    let drift_role = expected::drift_role(environment.name, environment.account.as_str());
    // Many small machines in one future: on the heap, or the caller's grows by all of them.
    let (
        (stacks, dns, images),
        summary,
        addresses,
        vpcs,
        load_balancers,
        quotas,
        account_quotas,
        service_roles,
        drift_role,
        zones,
        connection,
        identity_provider,
        peering,
        machine_image,
        session_preferences,
        alarm_receivers,
        certificates,
        secrets,
        pipelines,
    ) = tokio::join!(
        Box::pin(stacks_then_dns),
        inspector.probe("iam:GetAccountSummary", services.account_summary()),
        inspector.probe("ec2:DescribeAddresses", services.addresses()),
        inspector.probe("ec2:DescribeVpcs", services.vpcs()),
        Box::pin(inspector.load_balancers()),
        Box::pin(inspector.quotas()),
        Box::pin(inspector.account_quotas(assembly)),
        Box::pin(inspector.service_roles()),
        inspector.probe("sts:AssumeRole", services.assume_role(&drift_role)),
        Box::pin(inspector.zones()),
        inspector.connection(&pipeline.connection),
        inspector.identity_provider(),
        Box::pin(inspector.peering()),
        Box::pin(inspector.machine_image()),
        Box::pin(inspector.session_preferences()),
        Box::pin(inspector.alarm_receivers()),
        Box::pin(inspector.certificates()),
        Box::pin(inspector.secrets()),
        Box::pin(inspector.pipelines()),
    );
    let database = peering.map(|(peering, routes)| Database {
        peering,
        routes,
        dns,
    });
    Inspection::Account(Box::new(Account {
        now,
        identity,
        stacks,
        summary,
        addresses,
        vpcs,
        load_balancers,
        quotas,
        account_quotas,
        service_roles,
        drift_role,
        zones,
        connection,
        identity_provider,
        database,
        machine_image,
        session_preferences,
        alarm_receivers,
        certificates,
        secrets,
        images,
        pipelines,
    }))
}

/// Makes the calls, a bounded number at once.
struct Inspector<'a, S> {
    services: &'a S,
    permits: &'a Semaphore,
    environment: &'a Environment,
}

impl<S: Services> Inspector<'_, S> {
    async fn permitted<F: Future>(&self, call: F) -> F::Output {
        // The semaphore is never closed, so this never is an error.
        let _permit = self.permits.acquire().await;
        call.await
    }

    async fn probe<T>(
        &self,
        action: &'static str,
        call: impl Future<Output = Answer<T>>,
    ) -> Probe<T> {
        let answer = self.permitted(call).await;
        answer.map_err(|error| ProbeError::of(action, &error))
    }

    async fn pages<T, F: Future<Output = Answer<Page<T>>>>(
        &self,
        action: &'static str,
        mut page: impl FnMut(Option<String>) -> F,
    ) -> Probe<Vec<T>> {
        let mut items = Vec::new();
        let mut next = None;
        loop {
            let page = self.probe(action, page(next)).await?;
            items.extend(page.items);
            next = page.next;
            if next.is_none() {
                return Ok(items);
            }
        }
    }

    async fn stacks<C: CloudFormation>(
        &self,
        cloudformation: &C,
    ) -> Probe<BTreeMap<String, Stack>> {
        let mut stacks = BTreeMap::new();
        let mut next = None;
        loop {
            let page = self.permitted(cloudformation.stacks(next)).await;
            let page =
                page.map_err(|error| ProbeError::of_port("cloudformation:DescribeStacks", &error))?;
            stacks.extend(
                page.items
                    .into_iter()
                    .map(|stack| (stack.name.clone(), stack)),
            );
            next = page.next;
            if next.is_none() {
                return Ok(stacks);
            }
        }
    }

    async fn quotas(&self) -> BTreeMap<Quota, Probe<Option<usize>>> {
        let probes = Quota::ALL.into_iter().filter_map(|quota| {
            let (service, code) = quota_code(quota)?;
            let call = self.services.quota(service, code);
            Some(async move {
                let limit = self.probe("servicequotas:GetServiceQuota", call).await;
                (quota, limit)
            })
        });
        join_all(probes).await.into_iter().collect()
    }

    async fn account_quotas(
        &self,
        assembly: &Assembly,
    ) -> BTreeMap<AccountQuota, Probe<Option<usize>>> {
        let needs = needs(self.environment, assembly);
        let probes = needs.into_keys().map(|quota| async move {
            let (service, code) = quota.code();
            let call = self.services.quota(service, code);
            let limit = self.probe("servicequotas:GetServiceQuota", call).await;
            (quota, limit)
        });
        join_all(probes).await.into_iter().collect()
    }

    async fn load_balancers(&self) -> Probe<Vec<LoadBalancerKind>> {
        self.pages("elasticloadbalancing:DescribeLoadBalancers", |next| {
            self.services.load_balancers(next)
        })
        .await
    }

    async fn service_roles(&self) -> BTreeMap<&'static str, Probe<bool>> {
        let probes = SERVICE_ROLES.into_iter().map(|(service, role)| async move {
            let exists = self
                .probe("iam:GetRole", self.services.has_role(role))
                .await;
            (service, exists)
        });
        join_all(probes).await.into_iter().collect()
    }

    /// The DNS of the environment's network, once that is deployed.
    async fn dns(&self, stacks: &Probe<BTreeMap<String, Stack>>) -> Option<Probe<Dns>> {
        let network = self.environment.names().stack(&StackKind::Network);
        let stacks = stacks.as_ref().ok()?;
        let vpc = stacks.get(network.as_str())?.output("Vpc")?;
        let attribute = |attribute| {
            let call = self.services.vpc_attribute(vpc, attribute);
            self.probe("ec2:DescribeVpcAttribute", call)
        };
        let (support, hostnames) = tokio::join!(
            attribute(VpcAttribute::DnsSupport),
            attribute(VpcAttribute::DnsHostnames)
        );
        Some(support.and_then(|support| {
            Ok(Dns {
                vpc: vpc.to_owned(),
                support,
                hostnames: hostnames?,
            })
        }))
    }

    async fn zones(&self) -> BTreeMap<String, Probe<Option<Zone>>> {
        let probes = expected::zones(self.environment)
            .into_keys()
            .map(|id| async move { (id.to_owned(), self.zone(id).await) });
        join_all(probes).await.into_iter().collect()
    }

    async fn zone(&self, id: &str) -> Probe<Option<Zone>> {
        let zone = self
            .probe("route53:GetHostedZone", self.services.hosted_zone(id))
            .await?;
        let Some(zone) = zone else {
            return Ok(None);
        };
        let (parent, records) = tokio::join!(self.parent(&zone.name), self.records(id));
        Ok(Some(Zone {
            zone,
            parent,
            records,
        }))
    }

    /// What a zone has of the names that stacks make records of.
    async fn records(&self, zone: &str) -> Probe<Vec<Record>> {
        let probes = expected::records(self.environment)
            .into_iter()
            .filter(|record| record.zone == zone)
            .map(|record| async move {
                let call = self.services.records(zone, &record.name);
                self.probe("route53:ListResourceRecordSets", call).await
            });
        let mut records = Vec::new();
        for found in join_all(probes).await {
            records.extend(found?);
        }
        Ok(records)
    }

    /// The nearest zone of the account that lies above a name.
    async fn parent(&self, name: &str) -> Probe<Parent> {
        let mut above = name;
        while let Some((_, rest)) = above.split_once('.') {
            above = rest;
            let zones: Vec<HostedZone> = self
                .probe(
                    "route53:ListHostedZonesByName",
                    self.services.hosted_zones_named(above),
                )
                .await?;
            if let Some(zone) = zones.into_iter().find(|zone| !zone.is_private) {
                let call = self.services.delegation(&zone.id, name);
                let name_servers = self.probe("route53:ListResourceRecordSets", call).await?;
                return Ok(Parent::Own {
                    zone: zone.id,
                    name: zone.name,
                    name_servers,
                });
            }
        }
        Ok(Parent::External)
    }

    async fn peering(&self) -> Option<(Probe<Option<Peering>>, Probe<Vec<Route>>)> {
        let id = self.environment.atlas.as_ref()?.peering.as_str();
        Some(tokio::join!(
            self.probe(
                "ec2:DescribeVpcPeeringConnections",
                self.services.peering(id)
            ),
            self.pages("ec2:DescribeRouteTables", |next| self
                .services
                .peering_routes(id, next)),
        ))
    }

    async fn certificates(&self) -> Probe<Vec<Certificate>> {
        let names = expected::certified(self.environment);
        let listed = self
            .pages("acm:ListCertificates", |next| {
                self.services.certificates(next)
            })
            .await?;
        let ours = listed
            .into_iter()
            .filter(|one| names.iter().any(|name| name.as_str() == one.domain))
            .map(|one| async move {
                let call = self.services.certificate(&one.arn);
                self.probe("acm:DescribeCertificate", call).await
            });
        let mut certificates = Vec::new();
        for certificate in join_all(ours).await {
            certificates.extend(certificate?);
        }
        Ok(certificates)
    }

    async fn connection(&self, arn: &ConnectionArn) -> Probe<Option<Connection>> {
        let action = match arn.service() {
            "codestar-connections" => "codestar-connections:GetConnection",
            _ => "codeconnections:GetConnection",
        };
        self.probe(action, self.services.connection(arn.as_str()))
            .await
    }

    /// Only where a workflow promotes: nothing else is vouched for.
    async fn identity_provider(&self) -> Option<Probe<bool>> {
        let arn = expected::identity_provider(self.environment)?;
        let call = self.services.has_identity_provider(&arn);
        Some(self.probe("iam:GetOpenIDConnectProvider", call).await)
    }

    /// A list may be some minutes old, so whatever looks as if it had no value is asked for again.
    async fn secrets(&self) -> Probe<BTreeMap<String, Secret>> {
        let expected = expected::secrets(self.environment);
        if expected.is_empty() {
            return Ok(BTreeMap::new());
        }
        let prefix = self.environment.names().secret_prefix();
        let listed = self
            .pages("secretsmanager:ListSecrets", |next| {
                self.services.secrets(&prefix, next)
            })
            .await?;
        let mut secrets: BTreeMap<String, Secret> = listed
            .into_iter()
            .map(|secret| (secret.name.clone(), secret))
            .collect();
        let is_well = |secret: &Secret| secret.has_value && !secret.is_deleted;
        let again = expected
            .into_keys()
            .filter(|name| !secrets.get(name).is_some_and(is_well))
            .map(|name| async move {
                let call = self.services.secret(&name);
                let secret = self.probe("secretsmanager:DescribeSecret", call).await;
                secret.map(|secret| (name.clone(), secret))
            });
        for asked in join_all(again).await {
            match asked? {
                (_, Some(secret)) => secrets.insert(secret.name.clone(), secret),
                (name, None) => secrets.remove(&name),
            };
        }
        Ok(secrets)
    }

    async fn pipelines(&self) -> BTreeMap<String, Probe<Option<Pipeline>>> {
        let probes = expected::pipelines(self.environment)
            .into_iter()
            .map(|name| async move {
                let pipeline = self.pipeline(&name).await;
                (name, pipeline)
            });
        join_all(probes).await.into_iter().collect()
    }

    async fn pipeline(&self, name: &str) -> Probe<Option<Pipeline>> {
        let executions = self
            .probe(
                "codepipeline:ListPipelineExecutions",
                self.services.executions(name),
            )
            .await?;
        let Some(executions) = executions else {
            return Ok(None);
        };
        let is_well = executions
            .first()
            .is_none_or(|last| last.status == ExecutionStatus::Succeeded);
        let stages = if is_well {
            None
        } else {
            let call = self.services.stages(name);
            self.probe("codepipeline:GetPipelineState", call).await?
        };
        Ok(Some(Pipeline {
            executions,
            stages: stages.unwrap_or_default(),
        }))
    }

    /// Of applications whose service is deployed: it says what it runs.
    async fn images(&self, stacks: &Probe<BTreeMap<String, Stack>>) -> Vec<RunningImage> {
        let Ok(stacks) = stacks else {
            return Vec::new();
        };
        let names = self.environment.names();
        let probes = self.environment.applications.iter().filter_map(|one| {
            let stack = names.stack(&StackKind::Service(one.name.clone()));
            let digest = stacks
                .get(stack.as_str())?
                .parameters
                .get(IMAGE_PARAMETER)?;
            let repository = names.repository(&one.name);
            Some(async move {
                let account = self.environment.account.as_str();
                let held = self.pages("ecr:DescribeImages", |next| {
                    self.services.images(account, &repository, next)
                });
                RunningImage {
                    application: one.name.clone(),
                    digest: digest.clone(),
                    held: held.await,
                }
            })
        });
        join_all(probes).await
    }

    async fn alarm_receivers(&self) -> BTreeMap<String, Probe<Option<Vec<Subscription>>>> {
        let probes =
            expected::alarm_topics(self.environment)
                .into_iter()
                .map(|(topic, _)| async move {
                    let subscriptions = self.subscriptions(&topic).await;
                    (topic, subscriptions)
                });
        join_all(probes).await.into_iter().collect()
    }

    async fn subscriptions(&self, topic: &str) -> Probe<Option<Vec<Subscription>>> {
        const ACTION: &str = "sns:ListSubscriptionsByTopic";
        let mut subscriptions = Vec::new();
        let mut next = None;
        loop {
            let call = self.services.subscriptions(topic, next);
            let Some(page) = self.probe(ACTION, call).await? else {
                return Ok(None);
            };
            subscriptions.extend(page.items);
            next = page.next;
            if next.is_none() {
                return Ok(Some(subscriptions));
            }
        }
    }

    /// The versions of the preferences of Session Manager.
    async fn session_preferences(&self) -> Probe<Option<DocumentVersions>> {
        let call = self.services.document_versions(SESSION_PREFERENCES);
        self.probe("ssm:DescribeDocument", call).await
    }

    async fn machine_image(&self) -> MachineImageProbe {
        let pinned = PinnedImage::of(self.environment);
        self.permitted(machine_image(self.services, &pinned)).await
    }
}
