//! Asks, many questions at once.

use std::collections::BTreeMap;

use cloudformation::{CloudFormation, Stack};
use common::assembly::Assembly;
use common::environment::Environment;
use common::quota::Quota;

use super::account_quota::{AccountQuota, needs};
use super::asked::Asked;
use super::asker::{Asker, of_port};
use super::crowd::{AT_ONCE, Seats, all};
use super::found::{Account, Database, Found};
use super::question::{self, SERVICE_ROLES, quota_code};
use crate::moment::Moment;
use crate::services::{LoadBalancerKind, Services};

/// Asks for everything that is needed to judge the environment. Changes nothing.
pub async fn inspect<C: CloudFormation, S: Services>(
    cloudformation: &C,
    services: &S,
    environment: &Environment,
    assembly: &Assembly,
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
        let (dns, images) = tokio::join!(asker.dns(&stacks), asker.images(&stacks));
        (stacks, dns, images)
    };
    let pipeline = &environment.pipeline;
    let drift_role = question::drift_role(environment.name, environment.account.as_str());
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
        asker.ask("iam:GetAccountSummary", services.account_summary()),
        asker.ask("ec2:DescribeAddresses", services.addresses()),
        asker.ask("ec2:DescribeVpcs", services.vpcs()),
        Box::pin(asker.load_balancers()),
        Box::pin(asker.quotas()),
        Box::pin(asker.account_quotas(assembly)),
        Box::pin(asker.service_roles()),
        asker.ask("sts:AssumeRole", services.assume_role(&drift_role)),
        Box::pin(asker.zones()),
        asker.connection(&pipeline.connection),
        asker.identity_provider(),
        Box::pin(asker.peering()),
        Box::pin(asker.machine_image()),
        Box::pin(asker.session_preferences()),
        Box::pin(asker.alarm_receivers()),
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

impl<S: Services> Asker<'_, S> {
    async fn stacks<C: CloudFormation>(
        &self,
        cloudformation: &C,
    ) -> Asked<BTreeMap<String, Stack>> {
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

    async fn account_quotas(
        &self,
        assembly: &Assembly,
    ) -> BTreeMap<AccountQuota, Asked<Option<usize>>> {
        let needs = needs(self.environment, assembly);
        let asked = needs.into_keys().map(|quota| async move {
            let (service, code) = quota.code();
            let call = self.services.quota(service, code);
            let limit = self.ask("servicequotas:GetServiceQuota", call).await;
            (quota, limit)
        });
        all(asked).await.into_iter().collect()
    }

    async fn load_balancers(&self) -> Asked<Vec<LoadBalancerKind>> {
        self.pages("elasticloadbalancing:DescribeLoadBalancers", |next| {
            self.services.load_balancers(next)
        })
        .await
    }

    async fn service_roles(&self) -> BTreeMap<&'static str, Asked<bool>> {
        let asked = SERVICE_ROLES.into_iter().map(|(service, role)| async move {
            let exists = self.ask("iam:GetRole", self.services.has_role(role)).await;
            (service, exists)
        });
        all(asked).await.into_iter().collect()
    }
}
