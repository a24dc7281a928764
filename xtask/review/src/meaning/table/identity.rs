//! IAM, KMS, Secrets Manager.

use crate::consequence::Kind;
use crate::meaning::row::{Effect, Meaning, TypeMeaning, Unset};

const RENAMED_ROLE: Effect = Effect::severe(
    Kind::Interruption,
    "is another role: policies, trusts and keys that name the old one grant it nothing, and what runs with it must be restarted",
);

const RENAMED_POLICY: Effect = Effect::notable(
    Kind::Interruption,
    "is another policy: principals outside of the stack that it is attached to lose its rights",
);

pub(super) const ROWS: &[TypeMeaning] = &[
    TypeMeaning {
        resource_type: "AWS::IAM::Role",
        noun: "role",
        added: None,
        removed: Some(Effect::notable(
            Kind::Interruption,
            "whatever runs with it can call nothing of AWS any more",
        )),
        replaced: Some(RENAMED_ROLE),
        properties: &[
            ("AssumeRolePolicyDocument", Meaning::Analysed),
            ("Policies", Meaning::Analysed),
            ("ManagedPolicyArns", Meaning::Analysed),
            ("PermissionsBoundary", Meaning::Analysed),
            (
                "MaxSessionDuration",
                Meaning::number(
                    Effect::notable(
                        Kind::Interruption,
                        "sessions end after {to} seconds at most: callers that ask for longer ones are refused",
                    ),
                    Effect::notable(
                        Kind::Permissions,
                        "a session, stolen ones included, may last {to} seconds instead of {from}",
                    ),
                    Unset::Default(3600),
                ),
            ),
            ("RoleName", Meaning::Change(RENAMED_ROLE)),
            ("Path", Meaning::Change(RENAMED_ROLE)),
            ("Description", Meaning::Label),
            (
                "Tags",
                Meaning::notable(
                    Kind::Permissions,
                    "has other tags: policies whose conditions ask for a principal's tags allow or deny it otherwise",
                ),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::IAM::ManagedPolicy",
        noun: "policy",
        added: None,
        removed: None,
        replaced: Some(RENAMED_POLICY),
        properties: &[
            ("PolicyDocument", Meaning::Analysed),
            ("Roles", Meaning::Analysed),
            ("Users", Meaning::Analysed),
            ("Groups", Meaning::Analysed),
            ("ManagedPolicyName", Meaning::Change(RENAMED_POLICY)),
            ("Path", Meaning::Change(RENAMED_POLICY)),
            ("Description", Meaning::Change(RENAMED_POLICY)),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::IAM::Policy",
        noun: "policy",
        added: None,
        removed: None,
        replaced: None,
        properties: &[
            ("PolicyDocument", Meaning::Analysed),
            ("Roles", Meaning::Analysed),
            ("Users", Meaning::Analysed),
            ("Groups", Meaning::Analysed),
            ("PolicyName", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::IAM::InstanceProfile",
        noun: "instance profile",
        added: None,
        removed: Some(Effect::severe(
            Kind::Interruption,
            "machines that start with it have no role: the ECS agent can't register them",
        )),
        replaced: Some(Effect::notable(
            Kind::Machines,
            "running machines keep the old one until they are replaced",
        )),
        properties: &[
            (
                "Roles",
                Meaning::severe(
                    Kind::Permissions,
                    "machines act as another role, the running ones too: what only the old one may do is denied to them",
                ),
            ),
            (
                "InstanceProfileName",
                Meaning::notable(
                    Kind::Machines,
                    "is another profile: launch templates that name the old one can't start machines",
                ),
            ),
            (
                "Path",
                Meaning::notable(Kind::Machines, "is another profile, at {to}"),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-instanceprofile.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::KMS::Key",
        noun: "key",
        added: Some(Effect::minor(
            Kind::Cost,
            "a customer managed key is paid for by the month",
        )),
        removed: Some(Effect::severe(
            Kind::Data,
            "once it is deleted, whatever it encrypts can never be read again: logs, images, secrets, disks, backups",
        )),
        replaced: Some(Effect::severe(
            Kind::Data,
            "what the old key encrypts can be read only while the old key exists",
        )),
        properties: &[
            (
                "Enabled",
                Meaning::on_unless_set(
                    Effect::minor(Kind::Protection, "can be used again"),
                    Effect::severe(
                        Kind::Data,
                        "can't be used: whatever it encrypts can be neither read nor written until it is enabled again, and tasks that read secrets don't start",
                    ),
                ),
            ),
            (
                "EnableKeyRotation",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Protection,
                        "gets new key material every year; old data stays readable",
                    ),
                    Effect::notable(
                        Kind::Protection,
                        "keeps its key material for ever: one that leaks opens all data from then on",
                    ),
                ),
            ),
            (
                "RotationPeriodInDays",
                Meaning::minor(
                    Kind::Protection,
                    "gets new key material every {to} days instead of every {from}",
                ),
            ),
            ("KeyPolicy", Meaning::Analysed),
            (
                "PendingWindowInDays",
                Meaning::number(
                    Effect::notable(
                        Kind::Data,
                        "once its deletion is scheduled, only {to} days are left to cancel it; after that nothing it encrypts can be read",
                    ),
                    Effect::minor(
                        Kind::Data,
                        "once its deletion is scheduled, it can be cancelled for {to} days",
                    ),
                    Unset::Default(30),
                ),
            ),
            (
                "KeySpec",
                Meaning::severe(Kind::Data, "is of another kind, {to}: it is another key"),
            ),
            (
                "KeyUsage",
                Meaning::severe(Kind::Data, "is for {to}: it is another key"),
            ),
            (
                "Origin",
                Meaning::severe(
                    Kind::Data,
                    "has key material from elsewhere: it is another key",
                ),
            ),
            (
                "MultiRegion",
                Meaning::severe(
                    Kind::Data,
                    "can be replicated to other regions, or no longer: it is another key",
                ),
            ),
            (
                "BypassPolicyLockoutSafetyCheck",
                Meaning::off_unless_set(
                    Effect::severe(
                        Kind::Protection,
                        "takes a policy that locks its administrators out: the key can then only be saved by AWS's support",
                    ),
                    Effect::minor(
                        Kind::Protection,
                        "refuses a policy that locks its administrators out",
                    ),
                ),
            ),
            ("Description", Meaning::Label),
            ("Tags", Meaning::Label),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html",
            "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
            "https://docs.aws.amazon.com/kms/latest/developerguide/enabling-keys.html",
            "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::KMS::Alias",
        noun: "key alias",
        added: None,
        removed: Some(Effect::notable(
            Kind::Interruption,
            "calls that name the key by it fail",
        )),
        replaced: Some(Effect::notable(
            Kind::Interruption,
            "calls that name the key by the old alias fail",
        )),
        properties: &[
            (
                "TargetKeyId",
                Meaning::Reference(Effect::severe(
                    Kind::Protection,
                    "stands for another key: what is written by the alias is encrypted with that one, under its policy",
                )),
            ),
            (
                "AliasName",
                Meaning::notable(
                    Kind::Interruption,
                    "is {to} instead of {from}: calls that name the old alias fail",
                ),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html",
            "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::SecretsManager::Secret",
        noun: "secret",
        added: Some(Effect::notable(
            Kind::Delivery,
            "it has no value until a person puts one in: tasks that read it don't start before; it is paid for by the month",
        )),
        removed: Some(Effect::severe(
            Kind::Data,
            "tasks that read it don't start any more; once it is deleted, its value can be brought back only during the recovery window",
        )),
        replaced: Some(Effect::severe(
            Kind::Data,
            "the new one has no value: tasks that read it don't start until a person puts the value in",
        )),
        properties: &[
            (
                "Name",
                Meaning::severe(
                    Kind::Data,
                    "is another secret without a value: tasks that read it don't start until a person puts the value in",
                ),
            ),
            (
                "KmsKeyId",
                Meaning::Reference(Effect::notable(
                    Kind::Protection,
                    "is encrypted with another key: who may read it needs the right to decrypt with that one",
                )),
            ),
            (
                "SecretString",
                Meaning::severe(
                    Kind::Data,
                    "gets the value of the template in place of the one that a person put in, and the template shows it",
                ),
            ),
            (
                "GenerateSecretString",
                Meaning::severe(
                    Kind::Data,
                    "gets a new generated value in place of the one it has: what still uses the old one is refused",
                ),
            ),
            (
                "ReplicaRegions",
                Meaning::items(
                    Effect::notable(
                        Kind::Exposure,
                        "its value can be read in another region, too: {item}",
                    ),
                    Effect::severe(Kind::Data, "its replica is deleted: {item}"),
                ),
            ),
            (
                "Type",
                Meaning::notable(Kind::Behaviour, "is of another type"),
            ),
            ("Description", Meaning::Label),
            (
                "Tags",
                Meaning::notable(
                    Kind::Permissions,
                    "has other tags: policies whose conditions ask for them allow or deny its reading otherwise",
                ),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html",
            "https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html",
        ],
    },
    TypeMeaning {
        resource_type: "AWS::SecretsManager::ResourcePolicy",
        noun: "secret policy",
        added: None,
        removed: None,
        replaced: None,
        properties: &[
            ("ResourcePolicy", Meaning::Analysed),
            (
                "SecretId",
                Meaning::Reference(Effect::severe(
                    Kind::Permissions,
                    "is of another secret: the old one has no policy of its own any more",
                )),
            ),
            (
                "BlockPublicPolicy",
                Meaning::off_unless_set(
                    Effect::minor(
                        Kind::Protection,
                        "a policy that makes the secret public is refused",
                    ),
                    Effect::severe(
                        Kind::Exposure,
                        "a policy that makes the secret public is no longer refused",
                    ),
                ),
            ),
        ],
        sources: &[
            "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-resourcepolicy.html",
        ],
    },
];
