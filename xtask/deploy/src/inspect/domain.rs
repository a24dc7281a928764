//! Asks what concerns names and the network: zones, who delegates to them, certificates, the peering.

use std::collections::BTreeMap;

use cloudformation::Stack;
use common::naming::StackKind;

use super::asked::Asked;
use super::asker::Asker;
use super::crowd::all;
use super::found::{Dns, Parent, Zone};
use super::question;
use crate::services::{Certificate, HostedZone, Peering, Record, Route, Services, VpcAttribute};

impl<S: Services> Asker<'_, S> {
    /// The DNS of the environment's network, once that is deployed.
    pub(super) async fn dns(&self, stacks: &Asked<BTreeMap<String, Stack>>) -> Option<Asked<Dns>> {
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

    pub(super) async fn zones(&self) -> BTreeMap<String, Asked<Option<Zone>>> {
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
        let (parent, records) = tokio::join!(self.parent(&zone.name), self.records(id));
        Ok(Some(Zone {
            zone,
            parent,
            records,
        }))
    }

    /// What a zone has of the names that stacks make records of.
    async fn records(&self, zone: &str) -> Asked<Vec<Record>> {
        let asked = question::records(self.environment)
            .into_iter()
            .filter(|record| record.zone == zone)
            .map(|record| async move {
                let call = self.services.records(zone, &record.name);
                self.ask("route53:ListResourceRecordSets", call).await
            });
        let mut records = Vec::new();
        for found in all(asked).await {
            records.extend(found?);
        }
        Ok(records)
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

    pub(super) async fn peering(&self) -> Option<(Asked<Option<Peering>>, Asked<Vec<Route>>)> {
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

    pub(super) async fn certificates(&self) -> Asked<Vec<Certificate>> {
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
}
