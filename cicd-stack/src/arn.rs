//! ARNs of what an environment owns, by name.
//!
//! Partition, region and account are written out rather than left to CloudFormation: policies are
//! counted by the character, a template by the byte, and a policy that was ever deployed in
//! another place would allow nothing there.

use common::environment::Environment;
use common::template::{Value, sub};

/// Of the account in the region: `arn:aws:ecs:eu-west-1:444455556666:cluster/lemonade-staging`.
pub(crate) fn regional(environment: &Environment, service: &str, resource: &str) -> String {
    let (region, account) = (environment.region, &environment.account);
    format!("arn:aws:{service}:{region}:{account}:{resource}")
}

/// Of the account, in no region.
pub(crate) fn global(environment: &Environment, service: &str, resource: &str) -> String {
    format!("arn:aws:{service}::{}:{resource}", environment.account)
}

/// Of the region, in no account: what AWS offers to everybody.
pub(crate) fn public(environment: &Environment, service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{}::{resource}", environment.region)
}

/// With neither: names that are unique in the world.
pub(crate) fn unplaced(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:::{resource}")
}

/// A build project.
pub(crate) fn project(environment: &Environment, name: &str) -> String {
    regional(environment, "codebuild", &format!("project/{name}"))
}

/// The streams of a log group.
pub(crate) fn log_streams(environment: &Environment, group: &str) -> String {
    regional(environment, "logs", &format!("log-group:{group}:*"))
}

/// Every role that a template or bootstrap itself makes, of any environment in the account. The
/// person who applies bootstrap comes with another. What belongs to bootstrap denies them to change
/// it by its own policy: a role that a template makes has no denial but its boundary's.
pub(crate) fn definition_roles() -> Value<String> {
    sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/lemonade/*").into()
}
