//! The names of an environment.
//!
//! Lives here: every physical name that the definition chooses. Every name carries the environment,
//! or lives inside something whose name does (a service in its cluster). A name that is not here is
//! left to CloudFormation: target groups, for one, whose create-only properties make a fixed name
//! collide with itself on replacement.

use super::limits;
use super::role::ApplicationRole;
use super::stack::{StackKind, StackName};
use crate::application::ApplicationName;
use crate::environment::{AccountId, EnvironmentName, Region};

/// Makes the physical names of an environment's stacks and resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Names {
    environment: EnvironmentName,
}

impl Names {
    /// Names that begin with `lemonade-<environment>` or contain it.
    #[must_use]
    pub const fn new(environment: EnvironmentName) -> Self {
        Self { environment }
    }

    /// `lemonade-<environment>`, what most names begin with.
    #[must_use]
    pub fn prefix(&self) -> String {
        format!("lemonade-{}", self.environment)
    }

    /// The full name of a stack: `lemonade-staging-network`.
    #[must_use]
    pub fn stack(&self, kind: &StackKind) -> StackName {
        StackName(format!("{}-{kind}", self.prefix()))
    }

    /// The ECS cluster, named like the prefix.
    #[must_use]
    pub fn cluster(&self) -> String {
        self.prefix()
    }

    /// The capacity provider of the cluster's machines. A name of its own choice could begin with
    /// `ecs` or `aws`, which ECS refuses.
    #[must_use]
    pub fn capacity_provider(&self) -> String {
        format!("{}-machines", self.prefix())
    }

    /// The application load balancer, with what it faces. Changing that replaces the load
    /// balancer, and for a while there are two.
    #[must_use]
    pub fn application_load_balancer(&self, facing: &str) -> String {
        format!("{}-{facing}", self.prefix())
    }

    /// The network load balancer in front of it.
    #[must_use]
    pub fn network_load_balancer(&self) -> String {
        format!("{}-nlb", self.prefix())
    }

    /// An alarm, dashboard, topic or other thing of the environment as a whole.
    #[must_use]
    pub fn shared(&self, what: &str) -> String {
        format!("{}-{what}", self.prefix())
    }

    /// A bucket; bucket names are unique in the world, so they carry account and region.
    #[must_use]
    pub fn bucket(&self, what: &str, account: &AccountId, region: Region) -> String {
        format!("{}-{what}-{account}-{region}", self.prefix())
    }

    /// A KMS key's alias, with `alias/`.
    #[must_use]
    pub fn key_alias(&self, what: &str) -> String {
        format!("alias/lemonade/{}/{what}", self.environment)
    }

    /// A log group that belongs to no application. Its three segments keep it apart from theirs.
    #[must_use]
    pub fn log_group(&self, stack: &str, what: &str) -> String {
        format!("/lemonade/{}/{stack}/{what}", self.environment)
    }

    /// What the names of all log groups begin with, the firewall's aside.
    #[must_use]
    pub fn log_group_prefix(&self) -> String {
        format!("/lemonade/{}/", self.environment)
    }

    /// The firewall's log group; WAF delivers only to names that begin with `aws-waf-logs-`.
    /// <https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html>
    #[must_use]
    pub fn firewall_log_group(&self) -> String {
        format!("aws-waf-logs-{}", self.prefix())
    }

    /// Where Container Insights writes to; it would make the group itself, without key and
    /// retention.
    #[must_use]
    pub fn container_insights_log_group(&self) -> String {
        format!("/aws/ecs/containerinsights/{}/performance", self.cluster())
    }

    /// The Auto Scaling group of the cluster's machines.
    #[must_use]
    pub fn machines(&self) -> String {
        self.shared("machines")
    }

    /// What the machines are launched from; `digest` is that of its content.
    #[must_use]
    pub fn machine_template(&self, digest: &str) -> String {
        let short: String = digest.chars().take(12).collect();
        format!("{}-{short}", self.machines())
    }

    /// The parameter that the machines' CloudWatch agent is configured from; the managed policy
    /// of the agent reads only names that begin with `AmazonCloudWatch-`.
    /// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/CloudWatchAgentServerPolicy.html>
    #[must_use]
    pub fn agent_configuration(&self) -> String {
        format!("AmazonCloudWatch-{}", self.prefix())
    }

    /// The path of every role and policy, `/lemonade/<environment>/`.
    #[must_use]
    pub fn role_path(&self) -> String {
        format!("/lemonade/{}/", self.environment)
    }

    /// The path of what only bootstrap defines. It lies under [`Names::role_path`], so that one
    /// pattern of ARNs denies all of it to everything that bootstrap itself lets deploy.
    #[must_use]
    pub fn bootstrap_path(&self) -> String {
        format!("{}bootstrap/", self.role_path())
    }

    /// A role that belongs to no application. The path is not part of a role's identity, so the
    /// name carries the environment too.
    #[must_use]
    pub fn role(&self, what: &str) -> String {
        format!("{}-{what}", self.prefix())
    }

    /// The boundary of every role that the definition creates, as the text of a `Fn::Sub`.
    #[must_use]
    pub fn workload_boundary_arn(&self) -> String {
        self.policy_arn(&self.workload_boundary())
    }

    /// The boundary of every role that the definition itself takes, as the text of a `Fn::Sub`.
    #[must_use]
    pub fn definition_boundary_arn(&self) -> String {
        self.policy_arn(&self.definition_boundary())
    }

    /// The name of the workloads' boundary, under [`Names::bootstrap_path`]. As for roles, the path is
    /// not part of a policy's identity.
    #[must_use]
    pub fn workload_boundary(&self) -> String {
        self.role("workload-boundary")
    }

    /// The name of the definition's boundary, under [`Names::bootstrap_path`].
    #[must_use]
    pub fn definition_boundary(&self) -> String {
        self.role("definition-boundary")
    }

    fn policy_arn(&self, name: &str) -> String {
        let path = self.bootstrap_path();
        format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy{path}{name}")
    }

    /// The ECR repository with an application's images.
    #[must_use]
    pub fn repository(&self, application: &ApplicationName) -> String {
        format!("lemonade/{}/{application}", self.environment)
    }

    /// A secret that one application reads; its path keeps those of other applications apart.
    #[must_use]
    pub fn secret(&self, application: &ApplicationName, secret: &str) -> String {
        format!("lemonade/{}/{application}/{secret}", self.environment)
    }

    /// What the names of all secrets begin with.
    #[must_use]
    pub fn secret_prefix(&self) -> String {
        format!("lemonade/{}/", self.environment)
    }

    /// The log group of an application's containers.
    #[must_use]
    pub fn application_log_group(&self, application: &ApplicationName) -> String {
        format!("/lemonade/{}/{application}", self.environment)
    }

    /// An application's ECS service, which lives in its environment's cluster.
    #[must_use]
    pub fn service(&self, application: &ApplicationName) -> String {
        application.to_string()
    }

    /// The family of an application's task definitions: each deployment adds a revision.
    #[must_use]
    pub fn task_family(&self, application: &ApplicationName) -> String {
        format!("{}-{application}", self.prefix())
    }

    /// An application's pipeline. It begins with the application: CodePipeline stores artifacts
    /// under the first twenty characters of the pipeline's name, and roles are limited to them.
    /// <https://repost.aws/questions/QUI91tw7A9SUOMohJurNqmgA>
    #[must_use]
    pub fn pipeline(&self, application: &ApplicationName) -> String {
        format!("{application}-{}", self.prefix())
    }

    /// A pattern that the names of all pipelines have, the definition's own among them.
    #[must_use]
    pub fn pipelines(&self) -> String {
        format!("*-{}", self.prefix())
    }

    /// The pipeline of the definition itself. The dot, which no application's name has, keeps it
    /// apart from theirs.
    #[must_use]
    pub fn definition_pipeline(&self) -> String {
        format!("cicd.definition-{}", self.prefix())
    }

    /// Where in the artifact bucket a pipeline keeps what its actions hand on.
    #[must_use]
    pub fn artifact_prefix(&self, pipeline: &str) -> String {
        let prefix: String = pipeline.chars().take(20).collect();
        format!("{prefix}/")
    }

    /// A CodeBuild project in an application's pipeline, by what it does.
    #[must_use]
    pub fn application_project(&self, application: &ApplicationName, what: &str) -> String {
        format!("{}-{application}-{what}", self.prefix())
    }

    /// A log group of an application's pipeline. Its five segments keep it apart from others.
    #[must_use]
    pub fn pipeline_log_group(&self, application: &ApplicationName, what: &str) -> String {
        format!(
            "/lemonade/{}/pipeline/{application}/{what}",
            self.environment
        )
    }

    /// What the names of repositories begin with that hold copies of public images.
    #[must_use]
    pub fn image_cache(&self) -> String {
        format!("{}-public", self.prefix())
    }

    /// The role that makes those repositories. It has no path, unlike all others: the property that takes its ARN
    /// takes none with one.
    #[must_use]
    pub fn image_cache_role(&self) -> String {
        self.role("image-cache")
    }

    /// The IAM role with which a part of an application, or of its pipeline, acts.
    #[must_use]
    pub fn application_role(&self, application: &ApplicationName, role: ApplicationRole) -> String {
        format!("{}-{application}-{}", self.prefix(), role.as_str())
    }

    /// Everything that is named after an application, with the length that AWS allows it.
    #[must_use]
    pub fn derived_from(&self, application: &ApplicationName) -> Vec<DerivedName> {
        let stack = |kind| self.stack(&kind).0;
        let name = || application.clone();
        let mut derived = vec![
            DerivedName::new(
                "stack",
                stack(StackKind::Application(name())),
                limits::STACK,
            ),
            DerivedName::new("stack", stack(StackKind::Service(name())), limits::STACK),
            DerivedName::new("stack", stack(StackKind::Pipeline(name())), limits::STACK),
            DerivedName::new(
                "repository",
                self.repository(application),
                limits::REPOSITORY,
            ),
            DerivedName::new(
                "log group",
                self.application_log_group(application),
                limits::LOG_GROUP,
            ),
            DerivedName::new("service", self.service(application), limits::SERVICE),
            DerivedName::new(
                "task family",
                self.task_family(application),
                limits::TASK_FAMILY,
            ),
            DerivedName::new("pipeline", self.pipeline(application), limits::PIPELINE),
        ];
        derived.extend(ApplicationRole::ALL.into_iter().map(|role| {
            DerivedName::new(
                "IAM role",
                self.application_role(application, role),
                limits::ROLE,
            )
        }));
        derived
    }
}

/// A name that is derived from an application's name, with the length that AWS allows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedName {
    /// The kind of resource that has the name, for errors.
    pub kind: &'static str,
    /// The full name, `lemonade-staging-web`.
    pub name: String,
    /// The greatest number of characters that AWS allows.
    pub limit: usize,
}

impl DerivedName {
    fn new(kind: &'static str, name: String, limit: usize) -> Self {
        Self { kind, name, limit }
    }

    /// By how many characters the name is too long.
    #[must_use]
    pub fn excess(&self) -> usize {
        self.name.len().saturating_sub(self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_no_input_lengthens_are_within_their_limits() {
        let account: AccountId = "111122223333".parse().unwrap();
        let region: Region = "ap-southeast-2".parse().unwrap();
        for environment in EnvironmentName::ALL {
            let names = Names::new(environment);
            assert!(names.application_load_balancer("internal").len() <= limits::LOAD_BALANCER);
            assert!(names.network_load_balancer().len() <= limits::LOAD_BALANCER);
            assert!(names.bucket("access-logs", &account, region).len() <= limits::BUCKET);
            assert!(names.bucket("artifacts", &account, region).len() <= limits::BUCKET);
            assert!(names.workload_boundary().len() <= limits::POLICY);
            // ECR takes two to thirty characters for the prefix of a cache.
            assert!(names.image_cache().len() <= 30);
        }
    }

    #[test]
    fn no_application_can_take_the_name_of_the_definitions_pipeline() {
        for environment in EnvironmentName::ALL {
            let names = Names::new(environment);
            let name = names.definition_pipeline();
            let application = name.strip_suffix(&format!("-{}", names.prefix()));
            assert!(application.unwrap().parse::<ApplicationName>().is_err());
        }
    }

    #[test]
    fn artifacts_are_kept_under_twenty_characters() {
        let names = Names::new(EnvironmentName::Staging);
        let web: ApplicationName = "web".parse().unwrap();
        let prefix = names.artifact_prefix(&names.pipeline(&web));
        assert_eq!(prefix, "web-lemonade-staging/");
        let prefix = names.artifact_prefix(&names.definition_pipeline());
        assert_eq!(prefix, "cicd.definition-lemo/");
    }

    #[test]
    fn every_name_carries_its_environment_or_lives_in_its_cluster() {
        let web: ApplicationName = "web".parse().unwrap();
        for environment in EnvironmentName::ALL {
            for derived in Names::new(environment).derived_from(&web) {
                let carries = derived.name.contains(environment.as_str());
                assert!(carries || derived.kind == "service", "{}", derived.name);
            }
        }
    }

    #[test]
    fn boundaries_are_policies_of_the_account_under_the_path_of_bootstrap() {
        let names = Names::new(EnvironmentName::Staging);
        assert_eq!(
            names.workload_boundary_arn(),
            "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/lemonade/staging/bootstrap/lemonade-staging-workload-boundary"
        );
    }
}
