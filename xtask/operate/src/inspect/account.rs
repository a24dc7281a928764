//! Asks, many questions at once.

use std::collections::BTreeMap;

use common::environment::{ConnectionArn, Environment};
use common::naming::StackKind;
use common::quota::Quota;
use deploy_engine::port::{CloudFormation, Page, PortError, StackView};

use super::asked::{Asked, Obstacle, Unanswered};
use super::crowd::{AT_ONCE, Seats, all};
use super::found::{Account, Database, Dns, Found, Parent, Pipeline, Zone};
use super::question::{self, SERVICE_ROLES, quota_code};
use crate::moment::Moment;
use crate::services::{
    Answer, Certificate, Connection, ExecutionStatus, HostedZone, Peering, Route, Secret, Services,
    VpcAttribute,
};

/// Asks for everything that is needed to judge the environment. Changes nothing.
pub async fn inspect<C: CloudFormation, S: Services>(
    cloudformation: &C,
    services: &S,
    environment: &Environment,
    now: Moment,
) -> Found {
    let identity = match cloudformation.identity().await {
        Ok(identity) => identity,
        Err(error) => return Found::Nobody(of_port("sts:GetCallerIdentity", &error)),
    };
    if identity.account != environment.account.as_str() {
        return Found::Elsewhere(identity);
    }
    let seats = Seats::new(AT_ONCE);
    let asker = Asker {
        services,
        seats: &seats,
        environment,
    };
    let stacks_then_dns = async {
        let stacks = asker.stacks(cloudformation).await;
        let dns = asker.dns(&stacks).await;
        (stacks, dns)
    };
    // Many small machines in one future: on the heap, or the caller's grows by all of them.
    let (
        (stacks, dns),
        summary,
        addresses,
        quotas,
        service_roles,
        zones,
        connection,
        pull_requests,
        peering,
        certificates,
        secrets,
        pipelines,
    ) = tokio::join!(
        Box::pin(stacks_then_dns),
        asker.ask("iam:GetAccountSummary", services.account_summary()),
        asker.ask("ec2:DescribeAddresses", services.addresses()),
        Box::pin(asker.quotas()),
        Box::pin(asker.service_roles()),
        Box::pin(asker.zones()),
        asker.connection(&environment.pipeline.connection),
        Box::pin(asker.pull_requests()),
        Box::pin(asker.peering()),
        Box::pin(asker.certificates()),
        Box::pin(asker.secrets()),
        Box::pin(asker.pipelines()),
    );
    let database = peering.map(|(peering, routes)| Database {
        peering,
        routes,
        dns,
    });
    Found::Account(Box::new(Account {
        now,
        identity,
        stacks,
        summary,
        addresses,
        quotas,
        service_roles,
        zones,
        connection,
        pull_requests,
        database,
        certificates,
        secrets,
        pipelines,
    }))
}

/// Why CloudFormation did not answer.
fn of_port(action: &'static str, error: &PortError) -> Unanswered {
    let kind = match error {
        PortError::Denied(_) => Obstacle::Permission,
        PortError::Expired(_) | PortError::Credentials(_) => Obstacle::Credentials,
        PortError::Throttled(_) | PortError::NoAnswer { .. } => Obstacle::Weather,
        _ => Obstacle::Other,
    };
    Unanswered::new(action, kind, error)
}

/// Asks, and takes a seat for each call.
struct Asker<'a, S> {
    services: &'a S,
    seats: &'a Seats,
    environment: &'a Environment,
}

impl<S: Services> Asker<'_, S> {
    async fn ask<T>(
        &self,
        action: &'static str,
        call: impl Future<Output = Answer<T>>,
    ) -> Asked<T> {
        let answer = self.seats.taking(call).await;
        answer.map_err(|error| Unanswered::of(action, &error))
    }

    /// All pages of a list.
    async fn pages<T, F: Future<Output = Answer<Page<T>>>>(
        &self,
        action: &'static str,
        mut page: impl FnMut(Option<String>) -> F,
    ) -> Asked<Vec<T>> {
        let mut items = Vec::new();
        let mut next = None;
        loop {
            let page = self.ask(action, page(next)).await?;
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
    ) -> Asked<BTreeMap<String, StackView>> {
        let mut stacks = BTreeMap::new();
        let mut next = None;
        loop {
            let page = self.seats.taking(cloudformation.stacks(next)).await;
            let page = page.map_err(|error| of_port("cloudformation:DescribeStacks", &error))?;
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

    /// The DNS of the environment's network, once that is deployed.
    async fn dns(&self, stacks: &Asked<BTreeMap<String, StackView>>) -> Option<Asked<Dns>> {
        let network = self.environment.names().stack(&StackKind::Network);
        let stacks = stacks.as_ref().ok()?;
        let vpc = stacks.get(network.as_str())?.output("Vpc")?;
        let attribute = |attribute| {
            let call = self.services.vpc_attribute(vpc, attribute);
            self.ask("ec2:DescribeVpcAttribute", call)
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

    async fn quotas(&self) -> BTreeMap<Quota, Asked<Option<usize>>> {
        let asked = Quota::ALL.into_iter().filter_map(|quota| {
            let (service, code) = quota_code(quota)?;
            let call = self.services.quota(service, code);
            Some(async move {
                let limit = self.ask("servicequotas:GetServiceQuota", call).await;
                (quota, limit)
            })
        });
        all(asked).await.into_iter().collect()
    }

    async fn service_roles(&self) -> BTreeMap<&'static str, Asked<bool>> {
        let asked = SERVICE_ROLES.into_iter().map(|(service, role)| async move {
            let exists = self.ask("iam:GetRole", self.services.has_role(role)).await;
            (service, exists)
        });
        all(asked).await.into_iter().collect()
    }

    async fn zones(&self) -> BTreeMap<String, Asked<Option<Zone>>> {
        let asked = question::zones(self.environment)
            .into_keys()
            .map(|id| async move { (id.to_owned(), self.zone(id).await) });
        all(asked).await.into_iter().collect()
    }

    async fn zone(&self, id: &str) -> Asked<Option<Zone>> {
        let zone = self
            .ask("route53:GetHostedZone", self.services.hosted_zone(id))
            .await?;
        let Some(zone) = zone else {
            return Ok(None);
        };
        let parent = self.parent(&zone.name).await;
        Ok(Some(Zone { zone, parent }))
    }

    /// The nearest zone of the account that lies above a name.
    async fn parent(&self, name: &str) -> Asked<Parent> {
        let mut above = name;
        while let Some((_, rest)) = above.split_once('.') {
            above = rest;
            let zones: Vec<HostedZone> = self
                .ask(
                    "route53:ListHostedZonesByName",
                    self.services.hosted_zones_of(above),
                )
                .await?;
            if let Some(zone) = zones.into_iter().find(|zone| !zone.is_private) {
                let call = self.services.delegation(&zone.id, name);
                let name_servers = self.ask("route53:ListResourceRecordSets", call).await?;
                return Ok(Parent::Own {
                    zone: zone.id,
                    name: zone.name,
                    name_servers,
                });
            }
        }
        Ok(Parent::Elsewhere)
    }

    async fn pull_requests(&self) -> Option<Asked<Option<Connection>>> {
        let arn = self.environment.pipeline.pull_requests.as_ref()?;
        Some(self.connection(arn).await)
    }

    async fn connection(&self, arn: &ConnectionArn) -> Asked<Option<Connection>> {
        let action = match arn.service() {
            "codestar-connections" => "codestar-connections:GetConnection",
            _ => "codeconnections:GetConnection",
        };
        self.ask(action, self.services.connection(arn.as_str()))
            .await
    }

    async fn peering(&self) -> Option<(Asked<Option<Peering>>, Asked<Vec<Route>>)> {
        let id = self.environment.atlas.as_ref()?.peering.as_str();
        Some(tokio::join!(
            self.ask(
                "ec2:DescribeVpcPeeringConnections",
                self.services.peering(id)
            ),
            self.pages("ec2:DescribeRouteTables", |next| self
                .services
                .peering_routes(id, next)),
        ))
    }

    async fn certificates(&self) -> Asked<Vec<Certificate>> {
        let names = question::certified(self.environment);
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
                self.ask("acm:DescribeCertificate", call).await
            });
        let mut certificates = Vec::new();
        for certificate in all(ours).await {
            certificates.extend(certificate?);
        }
        Ok(certificates)
    }

    /// A list may be some minutes old, so whatever looks as if it had no value is asked for again.
    async fn secrets(&self) -> Asked<BTreeMap<String, Secret>> {
        let expected = question::secrets(self.environment);
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
                let secret = self.ask("secretsmanager:DescribeSecret", call).await;
                secret.map(|secret| (name.clone(), secret))
            });
        for asked in all(again).await {
            match asked? {
                (_, Some(secret)) => secrets.insert(secret.name.clone(), secret),
                (name, None) => secrets.remove(&name),
            };
        }
        Ok(secrets)
    }

    async fn pipelines(&self) -> BTreeMap<String, Asked<Option<Pipeline>>> {
        let asked = question::pipelines(self.environment)
            .into_iter()
            .map(|name| async move {
                let pipeline = self.pipeline(&name).await;
                (name, pipeline)
            });
        all(asked).await.into_iter().collect()
    }

    async fn pipeline(&self, name: &str) -> Asked<Option<Pipeline>> {
        let executions = self
            .ask(
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
            self.ask("codepipeline:GetPipelineState", call).await?
        };
        Ok(Some(Pipeline {
            executions,
            stages: stages.unwrap_or_default(),
        }))
    }
}
