//! CloudWatch, logs, topics, events, budgets, Systems Manager.

use super::{row, words};
use crate::row::{Block, Lag, Need, Row, Rule, Source};

pub(super) const ROWS: &[Row] = &[
    row(
        "budget-deletion",
        "AWS::Budgets::Budget",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "budget-unique",
        "AWS::Budgets::Budget",
        Rule::UniqueBy(&["Budget.BudgetName"]),
        &[Source::Schema],
    ),
    row(
        "budget-topic",
        "AWS::Budgets::Budget",
        Rule::MustExistFirst(Need::InWords(words(
            "a topic that admits budgets.amazonaws.com",
            "nothing is refused: the notifications are lost",
        ))),
        &[Source::Page(
            "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html",
        )],
    ),
    row(
        "alarm-composite",
        "AWS::CloudWatch::Alarm",
        Rule::BlocksDeletion(Block::InWords(words(
            "a composite alarm that names it",
            "no stack has one, and there is no description of its type to read its rule by",
        ))),
        &[
            Source::Code("go-to-k/cdkd implicit-delete-deps.ts"),
            Source::Page(
                "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html",
            ),
        ],
    ),
    row(
        "alarm-unique",
        "AWS::CloudWatch::Alarm",
        Rule::UniqueBy(&["AlarmName"]),
        &[Source::Schema],
    ),
    row(
        "dashboard-deletion",
        "AWS::CloudWatch::Dashboard",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "dashboard-unique",
        "AWS::CloudWatch::Dashboard",
        Rule::UniqueBy(&["DashboardName"]),
        &[Source::Schema],
    ),
    row(
        "event-rule-targets",
        "AWS::Events::Rule",
        Rule::NothingBlocks,
        &[
            Source::Schema,
            Source::Page(
                "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html",
            ),
        ],
    ),
    row(
        "event-rule-unique",
        "AWS::Events::Rule",
        Rule::UniqueBy(&["Name"]),
        &[Source::Schema],
    ),
    row(
        "log-group-protected",
        "AWS::Logs::LogGroup",
        Rule::BlocksDeletion(Block::Set {
            property: "DeletionProtectionEnabled",
            value: "true",
        }),
        &[Source::Schema],
    ),
    row(
        "log-group-unique",
        "AWS::Logs::LogGroup",
        Rule::UniqueBy(&["LogGroupName"]),
        &[Source::Code(
            "aws-cloudformation/aws-cloudformation-resource-providers-logs CreateHandler.java",
        )],
    ),
    row(
        "log-group-of-insights",
        "AWS::Logs::LogGroup",
        Rule::SeenOnlyAfter(Lag::MadeAgain {
            resource_type: "AWS::ECS::Cluster",
            name: "/aws/ecs/containerinsights/{id}/performance",
            minutes: 5,
        }),
        &[
            Source::Thread("terraform-aws-modules/terraform-aws-eks#2763"),
            Source::Thread("aws/containers-roadmap#2315"),
            Source::Unproved,
        ],
    ),
    row(
        "log-group-key",
        "AWS::Logs::LogGroup",
        Rule::MustExistFirst(Need::Admits {
            property: "KmsKeyId",
            resource_type: "AWS::KMS::Key",
            document: "KeyPolicy",
            service: "logs.",
        }),
        &[Source::Page(
            "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
        )],
    )
    .saying(
        "The specified KMS key does not exist or is not allowed to be used with log \
             groups: {id}",
    ),
    row(
        "subscription-pending",
        "AWS::SNS::Subscription",
        Rule::BlocksDeletion(Block::InWords(words(
            "a confirmation that is pending",
            "whether CloudFormation's handler minds is told in both ways",
        ))),
        &[
            Source::Code(
                "aws-cloudformation/aws-cloudformation-resource-providers-sns DeleteHandler.java",
            ),
            Source::Thread("go-to-k/cdkd#1301"),
        ],
    ),
    row(
        "topic-deletion",
        "AWS::SNS::Topic",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "topic-unique",
        "AWS::SNS::Topic",
        Rule::UniqueBy(&["TopicName"]),
        &[Source::Thread(
            "aws-cloudformation/cloudformation-coverage-roadmap#1388",
        )],
    ),
    row(
        "topic-policy-deletion",
        "AWS::SNS::TopicPolicy",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "topic-policy-topic",
        "AWS::SNS::TopicPolicy",
        Rule::MustExistFirst(Need::Exists {
            property: "Topics",
            resource_type: "AWS::SNS::Topic",
        }),
        &[Source::Page(
            "https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html",
        )],
    )
    .saying("Topic does not exist"),
    row(
        "topic-policy-principals",
        "AWS::SNS::TopicPolicy",
        Rule::MustExistFirst(Need::InWords(words(
            "the principals that it names",
            "principals of other accounts are known to IAM only",
        ))),
        &[Source::Code("go-to-k/cdkd retryable-errors.ts")],
    ),
    row(
        "topic-policy-last",
        "AWS::SNS::TopicPolicy",
        Rule::SeenOnlyAfter(Lag::InWords(words(
            "a topic has one policy: the last one that was put there, and the default after \
             a deletion",
            "nothing is refused, and what a topic admits is not evaluated by the emulator",
        ))),
        &[Source::Page(
            "https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html",
        )],
    ),
    row(
        "association-deletion",
        "AWS::SSM::Association",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "association-inventory",
        "AWS::SSM::Association",
        Rule::SeenOnlyAfter(Lag::InWords(words(
            "a machine has one association that gathers inventory; it runs as soon as it is made",
            "machines are not resources of a template",
        ))),
        &[Source::Page(
            "https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-about.html",
        )],
    ),
    row(
        "document-shared",
        "AWS::SSM::Document",
        Rule::BlocksDeletion(Block::Holds {
            what: "shares",
            unless: None,
            usual: false,
        }),
        &[Source::Page(
            "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteDocument.html",
        )],
    ),
    row(
        "document-unique",
        "AWS::SSM::Document",
        Rule::UniqueBy(&["Name"]),
        &[Source::Schema],
    ),
    row(
        "document-default-version",
        "AWS::SSM::Document",
        Rule::SeenOnlyAfter(Lag::InWords(words(
            "a changed content is the latest version, and may not become the default one",
            "whether it does is told in both ways",
        ))),
        &[Source::Thread(
            "aws-cloudformation/cloudformation-coverage-roadmap#2539",
        )],
    ),
    row(
        "parameter-deletion",
        "AWS::SSM::Parameter",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "parameter-unique",
        "AWS::SSM::Parameter",
        Rule::UniqueBy(&["Name"]),
        &[Source::Schema],
    ),
];
