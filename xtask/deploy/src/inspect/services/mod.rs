//! The services other than CloudFormation.
//!
//! One trait, implemented over signed requests in the deploy binary and by recorded answers in the
//! tests. Every call is one API call, or one page of one, and names the page that documents it. What
//! a call means is not known here. No call reads a secret's value, and one changes something:
//! [`Services::accept_peering`].

mod account;
mod containers;
mod delivery;
mod domain;
mod error;
mod network;

use std::future::Future;

use cloudformation::Page;

pub use account::{
    AccountSummary, DocumentVersions, MachineImage, QuotaUsage, Secret, Subscription,
};
pub use containers::{Container, EcsDeployment, EcsService, LogLine, ServiceEvent, Task};
pub use delivery::{
    Connection, ConnectionStatus, Execution, ExecutionStatus, FailedAction, Image, Stage,
};
pub use domain::{
    Certificate, CertificateStatus, CertificateSummary, HostedZone, Record, Renewal, Validation,
};
pub use error::ServiceError;
pub use network::{
    LoadBalancerKind, Peering, PeeringSide, PeeringStatus, Route, Vpc, VpcAttribute,
};

pub type Answer<T> = Result<T, ServiceError>;

/// The services of one account, in one region where they have regions.
pub trait Services: Send + Sync {
    /// A peering connection, or nothing.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcPeeringConnections.html>
    fn peering(&self, peering: &str) -> impl Future<Output = Answer<Option<Peering>>> + Send;

    /// Accepts a peering connection. It is active a little later.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptVpcPeeringConnection.html>
    fn accept_peering(&self, peering: &str) -> impl Future<Output = Answer<()>> + Send;

    /// A network, or nothing.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html>
    fn vpc(&self, vpc: &str) -> impl Future<Output = Answer<Option<Vpc>>> + Send;

    /// A setting of a network.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcAttribute.html>
    fn vpc_attribute(
        &self,
        vpc: &str,
        attribute: VpcAttribute,
    ) -> impl Future<Output = Answer<bool>> + Send;

    /// A page of the routes over a peering connection, in all route tables that have one.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html>
    fn peering_routes(
        &self,
        peering: &str,
        next: Option<String>,
    ) -> impl Future<Output = Answer<Page<Route>>> + Send;

    /// How many Elastic IP addresses there are.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html>
    fn addresses(&self) -> impl Future<Output = Answer<usize>> + Send;

    /// How many networks there are, the default one among them.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html>
    fn vpcs(&self) -> impl Future<Output = Answer<usize>> + Send;

    /// A page of the load balancers.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html>
    fn load_balancers(
        &self,
        next: Option<String>,
    ) -> impl Future<Output = Answer<Page<LoadBalancerKind>>> + Send;

    /// A machine image, deprecated ones among them, or nothing.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html>
    fn machine_image(
        &self,
        image: &str,
    ) -> impl Future<Output = Answer<Option<MachineImage>>> + Send;

    /// The value of a parameter, or nothing.
    /// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html>
    fn parameter(&self, name: &str) -> impl Future<Output = Answer<Option<String>>> + Send;

    /// The versions of a document, or nothing.
    /// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeDocument.html>
    fn document_versions(
        &self,
        document: &str,
    ) -> impl Future<Output = Answer<Option<DocumentVersions>>> + Send;

    /// A page of the subscriptions of a topic, or nothing where there is no topic.
    /// <https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html>
    fn subscriptions(
        &self,
        topic: &str,
        next: Option<String>,
    ) -> impl Future<Output = Answer<Option<Page<Subscription>>>> + Send;

    /// Whether a role exists.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html>
    fn has_role(&self, role: &str) -> impl Future<Output = Answer<bool>> + Send;

    /// Whether the account has an identity provider of this ARN.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html>
    fn has_identity_provider(&self, arn: &str) -> impl Future<Output = Answer<bool>> + Send;

    /// Assumes a role and drops its credentials: whether the caller may.
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
    fn assume_role(&self, role: &str) -> impl Future<Output = Answer<()>> + Send;

    /// What the account has of IAM's.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html>
    fn account_summary(&self) -> impl Future<Output = Answer<AccountSummary>> + Send;

    /// What was agreed on with AWS for a quota, in an account that has asked, or what it has by
    /// default. Nothing where Service Quotas does not know.
    /// <https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html>
    fn quota(
        &self,
        service: &str,
        code: &str,
    ) -> impl Future<Output = Answer<Option<usize>>> + Send;

    /// A hosted zone, or nothing.
    /// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHostedZone.html>
    fn hosted_zone(&self, zone: &str) -> impl Future<Output = Answer<Option<HostedZone>>> + Send;

    /// The account's zones of a name, public and private, without their name servers.
    /// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html>
    fn hosted_zones_named(
        &self,
        name: &str,
    ) -> impl Future<Output = Answer<Vec<HostedZone>>> + Send;

    /// To which name servers a zone delegates a name, if it does.
    /// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html>
    fn delegation(
        &self,
        zone: &str,
        name: &str,
    ) -> impl Future<Output = Answer<Option<Vec<String>>>> + Send;

    /// The records that a zone has of a name, of every type.
    /// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html>
    fn records(&self, zone: &str, name: &str) -> impl Future<Output = Answer<Vec<Record>>> + Send;

    /// A page of the account's certificates.
    /// <https://docs.aws.amazon.com/acm/latest/APIReference/API_ListCertificates.html>
    fn certificates(
        &self,
        next: Option<String>,
    ) -> impl Future<Output = Answer<Page<CertificateSummary>>> + Send;

    /// A certificate, or nothing.
    /// <https://docs.aws.amazon.com/acm/latest/APIReference/API_DescribeCertificate.html>
    fn certificate(&self, arn: &str) -> impl Future<Output = Answer<Option<Certificate>>> + Send;

    /// A connection, or nothing.
    /// <https://docs.aws.amazon.com/codeconnections/latest/APIReference/API_GetConnection.html>
    fn connection(&self, arn: &str) -> impl Future<Output = Answer<Option<Connection>>> + Send;

    /// The last runs of a pipeline, newest first, or nothing where there is no pipeline.
    /// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ListPipelineExecutions.html>
    fn executions(
        &self,
        pipeline: &str,
    ) -> impl Future<Output = Answer<Option<Vec<Execution>>>> + Send;

    /// A page of all runs of a pipeline that CodePipeline remembers, newest first: those of twelve
    /// months. Nothing where there is no pipeline.
    /// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ListPipelineExecutions.html>
    fn history(
        &self,
        pipeline: &str,
        next: Option<String>,
    ) -> impl Future<Output = Answer<Option<Page<Execution>>>> + Send;

    /// The stages of a pipeline, or nothing where there is no pipeline.
    /// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetPipelineState.html>
    fn stages(&self, pipeline: &str) -> impl Future<Output = Answer<Option<Vec<Stage>>>> + Send;

    /// A page of the secrets whose names begin with a prefix, those that are to be deleted among
    /// them. What was changed in the last minutes may not show.
    /// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html>
    fn secrets(
        &self,
        prefix: &str,
        next: Option<String>,
    ) -> impl Future<Output = Answer<Page<Secret>>> + Send;

    /// A secret as it is now, or nothing.
    /// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html>
    fn secret(&self, name: &str) -> impl Future<Output = Answer<Option<Secret>>> + Send;

    /// A page of the images of an account's repository.
    /// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html>
    fn images(
        &self,
        account: &str,
        repository: &str,
        next: Option<String>,
    ) -> impl Future<Output = Answer<Page<Image>>> + Send;

    /// A service of ECS, or nothing.
    /// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html>
    fn ecs_service(
        &self,
        cluster: &str,
        service: &str,
    ) -> impl Future<Output = Answer<Option<EcsService>>> + Send;

    /// A page of the ARNs of a service's tasks that were stopped; ECS forgets them after an hour.
    /// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html>
    fn stopped_tasks(
        &self,
        cluster: &str,
        service: &str,
        next: Option<String>,
    ) -> impl Future<Output = Answer<Page<String>>> + Send;

    /// Tasks by their ARNs, at most a hundred. Those that are forgotten are left out.
    /// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html>
    fn tasks(
        &self,
        cluster: &str,
        tasks: &[String],
    ) -> impl Future<Output = Answer<Vec<Task>>> + Send;

    /// The last lines of a log, oldest first; none where there is no log.
    /// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html>
    fn last_log_lines(
        &self,
        group: &str,
        stream: &str,
        most: u32,
    ) -> impl Future<Output = Answer<Vec<LogLine>>> + Send;
}
