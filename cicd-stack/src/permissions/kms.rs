//! CloudFormation's permissions on keys, written by hand.
//!
//! The right to change a key's policy is the right to everything it encrypts. Keys have no names, so the
//! environment's own are recognized by their tags: a key is tagged as it is created, and every later
//! action asks for the tags. The artifact key of bootstrap has them too, but for the stack. What comes
//! before the tags are there is allowed by the key's own policy (`common::key::key_setup`).
//!
//! Source: <https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html>

use common::environment::Environment;
use common::tags;
use common::template::policy::Statement;

use super::services::page;
use crate::arn;

const MANAGED: [&str; 12] = [
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:UntagResource",
    "kms:UpdateKeyDescription",
];

/// What services do with a resource's key on behalf of the principal that creates the resource.
const USED: [&str; 5] = [
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:GenerateDataKey",
    "kms:RetireGrant",
];

const ALIASES: [&str; 3] = ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"];
const LISTS: [&str; 2] = ["kms:ListAliases", "kms:ListKeys"];

pub(super) fn statements(environment: &Environment) -> Vec<Statement> {
    let name = environment.name.as_str();
    let keys = || arn::regional(environment, "kms", "key/*");
    let aliases = environment.names().key_alias("*");
    let its = format!("aws:ResourceTag/{}", tags::ENVIRONMENT);
    let stack = format!("aws:ResourceTag/{}", tags::STACK);
    let given = format!("aws:RequestTag/{}", tags::ENVIRONMENT);
    let own = |statement: Statement| {
        statement.on(keys()).when("StringEquals", &its, name).when(
            "StringNotEquals",
            &stack,
            "bootstrap",
        )
    };
    let via = |service: &str| format!("{service}.{}.amazonaws.com", environment.region);
    vec![
        Statement::allow(["kms:CreateKey"])
            .sid("KeysOfTheEnvironment")
            .on_everything(page("kms"))
            .when("StringEquals", &given, name),
        // Tagging is authorized on the key that is about to exist, which has no tags yet.
        Statement::allow(["kms:TagResource"])
            .sid("KeyTags")
            .on(keys())
            .when("StringEquals", &given, name)
            .when("StringEqualsIfExists", &its, name)
            .when("StringNotEqualsIfExists", &stack, "bootstrap"),
        own(Statement::allow(MANAGED).sid("OwnKeys")),
        own(Statement::allow(USED).sid("OwnKeysThroughServices"))
            .when("StringEquals", "kms:ViaService", via("ecr"))
            .when("StringEquals", "kms:ViaService", via("secretsmanager")),
        own(Statement::allow(ALIASES).sid("AliasesOfOwnKeys")),
        Statement::allow(ALIASES)
            .sid("OwnAliases")
            .on(arn::regional(environment, "kms", &aliases)),
        Statement::allow(LISTS)
            .sid("ListKeys")
            .on_everything(page("kms")),
    ]
}

/// All of these actions, for the definition boundary: without the conditions, which the policies have.
pub(crate) fn boundary() -> Vec<String> {
    let actions = MANAGED.into_iter().chain(USED).chain(ALIASES).chain(LISTS);
    actions
        .chain(["kms:CreateKey", "kms:TagResource"])
        .map(str::to_owned)
        .collect()
}
