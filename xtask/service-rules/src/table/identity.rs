//! IAM, keys and secrets.

use super::{row, words};
use crate::row::{Block, Lag, Need, Row, Rule, Source};

pub(super) const ROWS: &[Row] = &[
    row(
        "instance-profile-deletion",
        "AWS::IAM::InstanceProfile",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "instance-profile-unique",
        "AWS::IAM::InstanceProfile",
        Rule::UniqueBy(&["InstanceProfileName"]),
        &[Source::Schema],
    ),
    row(
        "instance-profile-propagates",
        "AWS::IAM::InstanceProfile",
        Rule::SeenOnlyAfter(Lag::InWords(words("EC2 knows of it seconds to minutes later", "CloudFormation waits after it, mostly long enough"))),
        &[Source::Code("go-to-k/cdkd retryable-errors.ts")],
    ),
    row(
        "policy-is-boundary",
        "AWS::IAM::ManagedPolicy",
        Rule::BlocksDeletion(Block::UsedBy {
            resource_type: "AWS::IAM::Role",
            property: "PermissionsBoundary",
        }),
        &[
            Source::Page("https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html"),
            Source::Thread("gruntwork-io/cloud-nuke#972"),
        ],
    )
    .saying("Cannot delete a policy attached to entities."),
    row(
        "policy-attached",
        "AWS::IAM::ManagedPolicy",
        Rule::BlocksDeletion(Block::UsedBy {
            resource_type: "AWS::IAM::Role",
            property: "ManagedPolicyArns",
        }),
        &[Source::Page(
            "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html",
        )],
    )
    .saying("Cannot delete a policy attached to entities."),
    row(
        "policy-unique",
        "AWS::IAM::ManagedPolicy",
        Rule::UniqueBy(&["ManagedPolicyName"]),
        &[Source::Page(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        )],
    ),
    row(
        "role-instance-profile",
        "AWS::IAM::Role",
        Rule::BlocksDeletion(Block::UsedBy { resource_type: "AWS::IAM::InstanceProfile", property: "Roles" }),
        &[Source::Page("https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html"),
            Source::Thread("cloud-custodian/cloud-custodian#6340")],
    )
    .saying("Cannot delete entity, must remove roles from instance profile first."),
    row(
        "role-attachments",
        "AWS::IAM::Role",
        Rule::BlocksDeletion(Block::Holds { what: "attachments", unless: None, usual: false }),
        &[Source::Page("https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html"),
            Source::Thread("convox/rack#2672"),
            Source::Thread("aws-cloudformation/rain#462")],
    )
    .saying("Cannot delete entity, must detach all policies first."),
    row(
        "role-unique",
        "AWS::IAM::Role",
        Rule::UniqueBy(&["RoleName"]),
        &[Source::Page(
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        )],
    ),
    row(
        "role-propagates",
        "AWS::IAM::Role",
        Rule::SeenOnlyAfter(Lag::InWords(words("services can assume it some seconds later; CloudFormation waits about fifteen", "it is so in rare cases only; a fault of the emulator stands for it, and the \
             deployer tries again"))),
        &[Source::Code("go-to-k/cdkd retryable-errors.ts"),
            Source::Thread("hashicorp/terraform-provider-aws#13103")],
    ),
    row(
        "alias-deletion",
        "AWS::KMS::Alias",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "alias-unique",
        "AWS::KMS::Alias",
        Rule::UniqueBy(&["AliasName"]),
        &[Source::Schema],
    ),
    row(
        "alias-propagates",
        "AWS::KMS::Alias",
        Rule::SeenOnlyAfter(Lag::InWords(words("what is permitted by alias is permitted up to five minutes after it was made", "permissions are not evaluated by the emulator"))),
        &[Source::Page("https://docs.aws.amazon.com/kms/latest/developerguide/abac.html")],
    ),
    row(
        "key-deletion",
        "AWS::KMS::Key",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "key-pending",
        "AWS::KMS::Key",
        Rule::SeenOnlyAfter(Lag::InWords(words("it is pending for 7 to 30 days before it is deleted", "a key has no name that would be taken"))),
        &[Source::Schema,
            Source::Page("https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html")],
    ),
    row(
        "key-lockout",
        "AWS::KMS::Key",
        Rule::MustExistFirst(Need::InWords(words("the right to put the key's policy, of the caller, by policies that don't look \
             at the key's tags: at its creation it has none", "the rehearsal evaluates it, with the policies of the roles"))),
        &[Source::Page("https://repost.aws/knowledge-center/update-key-policy-future"),
            Source::Thread("aws-solutions/innovation-sandbox-on-aws#31")],
    )
    .saying("The new key policy will not allow you to update the key policy in the future."),
    row(
        "key-tags-propagate",
        "AWS::KMS::Key",
        Rule::SeenOnlyAfter(Lag::InWords(words("tags and grants count up to five minutes later", "permissions are not evaluated by the emulator"))),
        &[Source::Page("https://docs.aws.amazon.com/kms/latest/developerguide/abac.html")],
    ),
    row(
        "secret-deletion",
        "AWS::SecretsManager::Secret",
        Rule::NothingBlocks,
        &[Source::Thread(
            "aws-cloudformation/cloudformation-coverage-roadmap#1999",
        )],
    ),
    row(
        "secret-unique",
        "AWS::SecretsManager::Secret",
        Rule::UniqueBy(&["Name"]),
        &[Source::Schema],
    ),
    row(
        "secret-name-stays",
        "AWS::SecretsManager::Secret",
        Rule::SeenOnlyAfter(Lag::NameStays { minutes: 30 * 24 * 60 }),
        &[Source::Page("https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html"),
            Source::Page("https://repost.aws/knowledge-center/delete-secrets-manager-secret")],
    )
    .saying("You can't create this secret because a secret with this name is already \
             scheduled for deletion."),
];
