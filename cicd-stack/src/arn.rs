//! ARNs of what an environment owns, by name.
//!
//! Partition, region and account are written out rather than left to CloudFormation: policies are
//! counted by the character, a template by the byte, and a policy that was ever deployed in
//! another place would allow nothing there.

use common::environment::Environment;
use common::template::{Value, sub};

/// In the account and region: `arn:aws:ecs:eu-west-1:444455556666:cluster/lemonade-staging`.
pub(crate) fn regional(environment: &Environment, service: &str, resource: &str) -> String {
    let (region, account) = (environment.region, &environment.account);
    format!("arn:aws:{service}:{region}:{account}:{resource}")
}

/// In the account, with no region.
pub(crate) fn global(environment: &Environment, service: &str, resource: &str) -> String {
    format!("arn:aws:{service}::{}:{resource}", environment.account)
}

/// In the region, with no account: public resources of AWS.
pub(crate) fn public(environment: &Environment, service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{}::{resource}", environment.region)
}

/// With neither: globally unique names.
pub(crate) fn unplaced(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:::{resource}")
}

pub(crate) fn project(environment: &Environment, name: &str) -> String {
    regional(environment, "codebuild", &format!("project/{name}"))
}

pub(crate) fn log_streams(environment: &Environment, group: &str) -> String {
    regional(environment, "logs", &format!("log-group:{group}:*"))
}

/// Every role that a template or bootstrap itself creates, of any environment in the account; the
/// person who applies bootstrap uses another. The resource policies of bootstrap deny changes to these roles: for
/// a role that a template creates, the only other denial is its boundary's.
pub(crate) fn definition_roles() -> Value<String> {
    sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/lemonade/*").into()
}
