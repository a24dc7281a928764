//! What an environment expects in its account, derived from its definition.

use std::collections::{BTreeMap, BTreeSet};

use common::application::{Application, Host, Promotion};
use common::environment::{DomainName, Environment, EnvironmentName};
use common::naming::{Names, StackKind};
use common::quota::Quota;

use super::services::Record;

/// The service-linked roles that an environment needs: the service's name, and the role's. Bootstrap
/// makes those that are missing.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html>
pub const SERVICE_ROLES: [(&str, &str); 4] = [
    ("autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling"),
    ("ecs.amazonaws.com", "AWSServiceRoleForECS"),
    (
        "ecs.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_ECSService",
    ),
    (
        "elasticloadbalancing.amazonaws.com",
        "AWSServiceRoleForElasticLoadBalancing",
    ),
];

/// How Service Quotas calls a quota that can be raised: service and code. IAM's own summary tells
/// those of IAM, and tells what is used of them too.
///
/// The codes are those in the links of the pages that [`Quota::source`] names.
#[must_use]
pub const fn quota_code(quota: Quota) -> Option<(&'static str, &'static str)> {
    match quota {
        Quota::Stacks => Some(("cloudformation", "L-0485CB21")),
        Quota::ElasticIps => Some(("ec2", "L-0263D0A3")),
        Quota::SecurityGroupRules => Some(("vpc", "L-0EA8095F")),
        Quota::ListenerRules => Some(("elasticloadbalancing", "L-7EED9B64")),
        Quota::Targets => Some(("elasticloadbalancing", "L-7E6692B2")),
        Quota::Certificates => Some(("elasticloadbalancing", "L-9365A611")),
        Quota::Roles
        | Quota::ManagedPolicies
        | Quota::InstanceProfiles
        | Quota::StackOutputs
        | Quota::TargetGroups => None,
    }
}

/// The hosted zones that names of the environment are answered from, each with those names.
pub(crate) fn zones(environment: &Environment) -> BTreeMap<&str, BTreeSet<&DomainName>> {
    let mut zones: BTreeMap<&str, BTreeSet<&DomainName>> = BTreeMap::new();
    let domain = &environment.domain;
    zones
        .entry(domain.hosted_zone.as_str())
        .or_default()
        .insert(&domain.name);
    for (name, zone) in own_hosts(environment) {
        zones.entry(zone).or_default().insert(name);
    }
    zones
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExpectedRecord {
    pub(crate) zone: String,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) stack: StackKind,
}

impl ExpectedRecord {
    /// Whether it can't be made while there is another record of its name: CloudFormation creates it
    /// and replaces none, and no other record may share a name with a `CNAME`.
    ///
    /// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#CNAMEFormat>
    pub(crate) fn collides_with(&self, other: &Record) -> bool {
        self.name == other.name
            && (self.kind == "CNAME" || other.kind == "CNAME" || self.kind == other.kind)
    }
}

/// The records of the environment's own names, and of hosts outside of its domain.
pub(crate) fn records(environment: &Environment) -> Vec<ExpectedRecord> {
    let domain = &environment.domain;
    let mut records: Vec<ExpectedRecord> = [domain.name.to_string(), domain.wildcard()]
        .into_iter()
        .map(|name| ExpectedRecord {
            zone: domain.hosted_zone.to_string(),
            name,
            kind: "A",
            stack: StackKind::LoadBalancer,
        })
        .collect();
    records.extend(environment.applications.iter().filter_map(|application| {
        match &application.ingress.as_ref()?.host {
            Host::Full { name, hosted_zone } => Some(ExpectedRecord {
                zone: hosted_zone.to_string(),
                name: name.to_string(),
                kind: "CNAME",
                stack: StackKind::Service(application.name.clone()),
            }),
            Host::Apex | Host::Label(_) => None,
        }
    }));
    records
}

/// The topics of alarms, each with the stack that makes it.
pub(crate) fn alarm_topics(environment: &Environment) -> [(String, StackKind); 2] {
    let names = environment.names();
    let arn = |name: &str| {
        let (region, account) = (environment.region, &environment.account);
        format!("arn:aws:sns:{region}:{account}:{}", names.shared(name))
    };
    [
        (arn("pipeline-alarms"), StackKind::Bootstrap),
        (arn("alarms"), StackKind::Network),
    ]
}

/// The role that drift is looked for with: `bootstrap-roles` makes it.
#[must_use]
pub fn drift_role(environment: EnvironmentName, account: &str) -> String {
    let names = Names::new(environment);
    let (path, role) = (names.bootstrap_path(), names.role("drift"));
    format!("arn:aws:iam::{account}:role{path}{role}")
}

/// The identity provider of GitHub, where a workflow acts as a role of the environment: staging, and an application
/// that is promoted automatically.
pub(crate) fn identity_provider(environment: &Environment) -> Option<String> {
    let automatic = |one: &Application| matches!(one.promotion, Promotion::Automatic(_));
    let is_asked = environment.name == EnvironmentName::Staging
        && environment.applications.iter().any(automatic);
    let account = &environment.account;
    is_asked.then(|| {
        format!("arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com")
    })
}

/// The document with the preferences of Session Manager, whose name AWS fixes: `ecs` makes it.
pub const SESSION_PREFERENCES: &str = "SSM-SessionManagerRunShell";

/// The names that certificates are made for, the environment's own first.
pub(crate) fn certified(environment: &Environment) -> Vec<&DomainName> {
    let own = own_hosts(environment).map(|(name, _)| name);
    let mut names = vec![&environment.domain.name];
    for name in own {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The hosts outside of the environment's domain, each with its zone.
fn own_hosts(environment: &Environment) -> impl Iterator<Item = (&DomainName, &str)> {
    environment.applications.iter().filter_map(|application| {
        match &application.ingress.as_ref()?.host {
            Host::Full { name, hosted_zone } => Some((name, hosted_zone.as_str())),
            Host::Apex | Host::Label(_) => None,
        }
    })
}

/// The secrets by their full names, each with the application that it belongs to.
pub(crate) fn secrets(environment: &Environment) -> BTreeMap<String, &str> {
    let names = environment.names();
    environment
        .applications
        .iter()
        .flat_map(|application| {
            application.secrets.iter().map(move |secret| {
                let name = names.secret(&application.name, secret.as_str());
                (name, application.name.as_str())
            })
        })
        .collect()
}

/// The pipelines: the definition's own first.
pub(crate) fn pipelines(environment: &Environment) -> Vec<String> {
    let names = environment.names();
    let applications = environment.applications.iter();
    std::iter::once(names.definition_pipeline())
        .chain(applications.map(|application| names.pipeline(&application.name)))
        .collect()
}
