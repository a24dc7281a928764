//! IAM, keys and secrets.

use super::row;
use crate::row::{Block, Lag, Row, Rule, Source};

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
        Rule::SeenOnlyAfter(Lag::InWords("EC2 knows of it seconds to minutes later")),
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
        "role-attachments",
        "AWS::IAM::Role",
        Rule::BlocksDeletion(Block::InWords(
            "attachments and instance profiles that no template knows of",
        )),
        &[Source::Page(
            "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html",
        )],
    ),
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
        Rule::SeenOnlyAfter(Lag::InWords(
            "services can assume it some seconds later; CloudFormation waits about fifteen",
        )),
        &[
            Source::Code("go-to-k/cdkd retryable-errors.ts"),
            Source::Thread("hashicorp/terraform-provider-aws#13103"),
        ],
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
        Rule::SeenOnlyAfter(Lag::InWords(
            "what is permitted by alias is permitted up to five minutes after it was made",
        )),
        &[Source::Page(
            "https://docs.aws.amazon.com/kms/latest/developerguide/abac.html",
        )],
    ),
    row(
        "key-pending",
        "AWS::KMS::Key",
        Rule::BlocksDeletion(Block::InWords(
            "it is never deleted at once: 7 to 30 days it is pending",
        )),
        &[Source::Schema],
    ),
    row(
        "key-lockout",
        "AWS::KMS::Key",
        Rule::MustExistFirst(
            "the right to put the key's policy, of the caller, by policies that don't look at the key's \
             tags: at its creation it has none",
        ),
        &[
            Source::Page("https://repost.aws/knowledge-center/update-key-policy-future"),
            Source::Thread("aws-solutions/innovation-sandbox-on-aws#31"),
        ],
    )
    .saying("The new key policy will not allow you to update the key policy in the future."),
    row(
        "key-tags-propagate",
        "AWS::KMS::Key",
        Rule::SeenOnlyAfter(Lag::InWords(
            "tags and grants count up to five minutes later",
        )),
        &[Source::Page(
            "https://docs.aws.amazon.com/kms/latest/developerguide/abac.html",
        )],
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
];
