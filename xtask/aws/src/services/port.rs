//! [`Services`] over signed requests.

use cloudformation::Page;
use deploy::inspect::services::{
    AccountSummary, Answer, Certificate, CertificateSummary, Connection, DocumentVersions,
    EcsService, Execution, HostedZone, Image, LoadBalancerKind, LogLine, MachineImage, Peering,
    Record, Route, Secret, Services, Stage, Subscription, Task, Vpc, VpcAttribute,
};

use super::error::{service_error, unless_missing};
use super::{
    acm, codeconnections, codepipeline, ec2, ecr, ecs, elbv2, iam, logs, route53, secretsmanager,
    servicequotas, sns, ssm, sts,
};
use crate::sdk::pages::PageRequest;
use crate::signed::{Call, Response, Service, Signed, SignedError};

/// The services of one account, in one region where they have regions.
#[derive(Clone, Debug)]
pub struct AwsServices {
    signed: Signed,
}

impl AwsServices {
    #[must_use]
    pub const fn new(signed: Signed) -> Self {
        Self { signed }
    }

    async fn ask<T>(
        &self,
        service: Service,
        call: Call,
        read: impl FnOnce(&Response) -> Result<T, SignedError>,
    ) -> Answer<T> {
        let answer = self.signed.call(service, call).await;
        answer
            .and_then(|response| read(&response))
            .map_err(service_error)
    }

    /// Calls, and reads the answer, if there is what was asked for.
    async fn find<T>(
        &self,
        service: Service,
        call: Call,
        missing: &[&str],
        read: impl FnOnce(&Response) -> Result<T, SignedError>,
    ) -> Answer<Option<T>> {
        let answer = self.signed.call(service, call).await;
        unless_missing(answer.and_then(|response| read(&response)), missing).map_err(service_error)
    }

    /// Calls for a page of a list, and reads it, if there is such a list.
    async fn page<T>(
        &self,
        service: Service,
        next: Option<String>,
        call: impl FnOnce(Option<String>) -> Call,
        missing: &[&str],
        read: impl FnOnce(&Response) -> Result<Page<T>, SignedError>,
    ) -> Answer<Option<Page<T>>> {
        let request = PageRequest::of(next);
        let call = call(request.token());
        let Some(mut page) = self.find(service, call, missing, read).await? else {
            return Ok(None);
        };
        page.next = request.next(page.next)?;
        Ok(Some(page))
    }
}

fn or_empty<T>(page: Option<Page<T>>) -> Page<T> {
    page.unwrap_or(Page {
        items: Vec::new(),
        next: None,
    })
}

impl Services for AwsServices {
    async fn peering(&self, peering: &str) -> Answer<Option<Peering>> {
        // By a filter: an unknown id would be an error.
        let filters = [("vpc-peering-connection-id", peering)];
        let found = ec2::peerings(&self.signed, &filters).await;
        found
            .map(|found| found.into_iter().next())
            .map_err(service_error)
    }

    async fn accept_peering(&self, peering: &str) -> Answer<()> {
        let call = ec2::accept_peering(peering);
        // An earlier attempt of this call, or another caller, has accepted it; the next read shows.
        self.find(Service::EC2, call, &[ec2::NOT_PENDING], |_| Ok(()))
            .await
            .map(|_| ())
    }

    async fn vpc(&self, vpc: &str) -> Answer<Option<Vpc>> {
        let call = ec2::vpc(vpc);
        self.find(Service::EC2, call, &[ec2::NO_VPC], ec2::read_vpc)
            .await
            .map(Option::flatten)
    }

    async fn vpc_attribute(&self, vpc: &str, attribute: VpcAttribute) -> Answer<bool> {
        let call = ec2::vpc_attribute(vpc, attribute);
        self.ask(Service::EC2, call, |response| {
            ec2::read_vpc_attribute(response, attribute)
        })
        .await
    }

    async fn peering_routes(&self, peering: &str, next: Option<String>) -> Answer<Page<Route>> {
        let call = |token| ec2::peering_routes(peering, token);
        self.page(Service::EC2, next, call, &[], |response| {
            ec2::read_peering_routes(response, peering)
        })
        .await
        .map(or_empty)
    }

    async fn addresses(&self) -> Answer<usize> {
        self.ask(Service::EC2, ec2::addresses(), ec2::read_addresses)
            .await
    }

    async fn vpcs(&self) -> Answer<usize> {
        self.ask(Service::EC2, ec2::vpcs(), ec2::read_vpcs).await
    }

    async fn load_balancers(&self, next: Option<String>) -> Answer<Page<LoadBalancerKind>> {
        let call = elbv2::load_balancers;
        self.page(elbv2::ELB, next, call, &[], elbv2::read_load_balancers)
            .await
            .map(or_empty)
    }

    async fn machine_image(&self, image: &str) -> Answer<Option<MachineImage>> {
        let call = ec2::machine_image(image);
        self.ask(Service::EC2, call, ec2::read_machine_image).await
    }

    async fn parameter(&self, name: &str) -> Answer<Option<String>> {
        let (call, missing) = (ssm::parameter(name), &[ssm::NO_PARAMETER]);
        self.find(ssm::SSM, call, missing, ssm::read_parameter)
            .await
    }

    async fn document_versions(&self, document: &str) -> Answer<Option<DocumentVersions>> {
        let (call, missing) = (ssm::document(document), &[ssm::NO_DOCUMENT]);
        self.find(ssm::SSM, call, missing, ssm::read_document).await
    }

    async fn subscriptions(
        &self,
        topic: &str,
        next: Option<String>,
    ) -> Answer<Option<Page<Subscription>>> {
        let call = |token| sns::subscriptions(topic, token);
        let missing = &[sns::NO_TOPIC];
        self.page(sns::SNS, next, call, missing, sns::read_subscriptions)
            .await
    }

    async fn records(&self, zone: &str, name: &str) -> Answer<Vec<Record>> {
        let call = route53::records(zone, name);
        self.ask(route53::ROUTE53, call, |response| {
            route53::read_records(response, name)
        })
        .await
    }

    async fn has_role(&self, role: &str) -> Answer<bool> {
        self.find(iam::IAM, iam::role(role), &[iam::NO_SUCH], |_| Ok(()))
            .await
            .map(|found| found.is_some())
    }

    async fn has_identity_provider(&self, arn: &str) -> Answer<bool> {
        let (call, missing) = (iam::identity_provider(arn), &[iam::NO_SUCH]);
        self.find(iam::IAM, call, missing, |_| Ok(()))
            .await
            .map(|found| found.is_some())
    }

    async fn assume_role(&self, role: &str) -> Answer<()> {
        self.ask(sts::STS, sts::assume_role(role), |_| Ok(())).await
    }

    async fn account_summary(&self) -> Answer<AccountSummary> {
        self.ask(iam::IAM, iam::account_summary(), iam::read_account_summary)
            .await
    }

    async fn quota(&self, service: &str, code: &str) -> Answer<Option<usize>> {
        let call = servicequotas::quota(service, code);
        let missing = &[servicequotas::NO_QUOTA];
        self.find(
            servicequotas::SERVICE_QUOTAS,
            call,
            missing,
            servicequotas::read_quota,
        )
        .await
    }

    async fn hosted_zone(&self, zone: &str) -> Answer<Option<HostedZone>> {
        self.find(
            route53::ROUTE53,
            route53::hosted_zone(zone),
            &[route53::NO_ZONE],
            route53::read_hosted_zone,
        )
        .await
    }

    async fn hosted_zones_named(&self, name: &str) -> Answer<Vec<HostedZone>> {
        let call = route53::hosted_zones_named(name);
        self.ask(route53::ROUTE53, call, |response| {
            route53::read_hosted_zones_named(response, name)
        })
        .await
    }

    async fn delegation(&self, zone: &str, name: &str) -> Answer<Option<Vec<String>>> {
        let call = route53::delegation(zone, name);
        self.ask(route53::ROUTE53, call, |response| {
            route53::read_delegation(response, name)
        })
        .await
    }

    async fn certificates(&self, next: Option<String>) -> Answer<Page<CertificateSummary>> {
        let call = acm::certificates;
        self.page(acm::ACM, next, call, &[], acm::read_certificates)
            .await
            .map(or_empty)
    }

    async fn certificate(&self, arn: &str) -> Answer<Option<Certificate>> {
        let missing = &[acm::NO_CERTIFICATE];
        self.find(
            acm::ACM,
            acm::certificate(arn),
            missing,
            acm::read_certificate,
        )
        .await
    }

    async fn connection(&self, arn: &str) -> Answer<Option<Connection>> {
        let (service, call) = codeconnections::connection(arn);
        let missing = &[codeconnections::NO_CONNECTION];
        self.find(service, call, missing, codeconnections::read_connection)
            .await
    }

    async fn executions(&self, pipeline: &str) -> Answer<Option<Vec<Execution>>> {
        self.find(
            codepipeline::CODEPIPELINE,
            codepipeline::executions(pipeline),
            &[codepipeline::NO_PIPELINE],
            codepipeline::read_executions,
        )
        .await
    }

    async fn history(
        &self,
        pipeline: &str,
        next: Option<String>,
    ) -> Answer<Option<Page<Execution>>> {
        self.page(
            codepipeline::CODEPIPELINE,
            next,
            |token| codepipeline::history(pipeline, token),
            &[codepipeline::NO_PIPELINE],
            codepipeline::read_history,
        )
        .await
    }

    async fn stages(&self, pipeline: &str) -> Answer<Option<Vec<Stage>>> {
        self.find(
            codepipeline::CODEPIPELINE,
            codepipeline::stages(pipeline),
            &[codepipeline::NO_PIPELINE],
            codepipeline::read_stages,
        )
        .await
    }

    async fn secrets(&self, prefix: &str, next: Option<String>) -> Answer<Page<Secret>> {
        self.page(
            secretsmanager::SECRETS_MANAGER,
            next,
            |token| secretsmanager::secrets(prefix, token),
            &[],
            secretsmanager::read_secrets,
        )
        .await
        .map(or_empty)
    }

    async fn secret(&self, name: &str) -> Answer<Option<Secret>> {
        self.find(
            secretsmanager::SECRETS_MANAGER,
            secretsmanager::secret(name),
            &[secretsmanager::NO_SECRET],
            secretsmanager::read_secret,
        )
        .await
    }

    async fn ecs_service(&self, cluster: &str, service: &str) -> Answer<Option<EcsService>> {
        let call = ecs::service(cluster, service);
        self.find(ecs::ECS, call, &[ecs::NO_CLUSTER], ecs::read_service)
            .await
            .map(Option::flatten)
    }

    async fn stopped_tasks(
        &self,
        cluster: &str,
        service: &str,
        next: Option<String>,
    ) -> Answer<Page<String>> {
        let call = |token| ecs::stopped_tasks(cluster, service, token);
        let missing = &[ecs::NO_CLUSTER, ecs::NO_SERVICE];
        self.page(ecs::ECS, next, call, missing, ecs::read_stopped_tasks)
            .await
            .map(or_empty)
    }

    async fn images(
        &self,
        account: &str,
        repository: &str,
        next: Option<String>,
    ) -> Answer<Page<Image>> {
        let call = |token| ecr::images(account, repository, token);
        self.page(ecr::ECR, next, call, &[], ecr::read_images)
            .await
            .map(or_empty)
    }

    async fn tasks(&self, cluster: &str, tasks: &[String]) -> Answer<Vec<Task>> {
        self.ask(ecs::ECS, ecs::tasks(cluster, tasks), ecs::read_tasks)
            .await
    }

    async fn last_log_lines(&self, group: &str, stream: &str, most: u32) -> Answer<Vec<LogLine>> {
        let call = logs::last_log_lines(group, stream, most);
        let found = self.find(logs::LOGS, call, &[logs::NO_LOG], logs::read_last_log_lines);
        Ok(found.await?.unwrap_or_default())
    }
}
