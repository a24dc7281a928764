//! CodeBuild, CodePipeline, S3.

use super::{row, words};
use crate::row::{Block, Lag, Need, Row, Rule, Source};

pub(super) const ROWS: &[Row] = &[
    row(
        "build-project-deletion",
        "AWS::CodeBuild::Project",
        Rule::NothingBlocks,
        &[Source::Thread("aws/aws-cdk#38019")],
    ),
    row(
        "build-project-unique",
        "AWS::CodeBuild::Project",
        Rule::UniqueBy(&["Name"]),
        &[Source::Schema],
    ),
    row(
        "build-project-role",
        "AWS::CodeBuild::Project",
        Rule::MustExistFirst(Need::Admits { property: "ServiceRole", resource_type: "AWS::IAM::Role", document: "AssumeRolePolicyDocument", service: "codebuild.amazonaws.com" }),
        &[Source::Code("go-to-k/cdkd retryable-errors.ts"),
            Source::Thread("hashicorp/terraform-provider-aws#13103")],
    )
    .saying("CodeBuild is not authorized to perform: sts:AssumeRole on {id}"),
    row(
        "build-project-webhook",
        "AWS::CodeBuild::Project",
        Rule::SeenOnlyAfter(Lag::InWords(words("its webhook may outlive it", "whether it does is told in both ways, and it is at the provider of the repository"))),
        &[Source::Thread("aws/aws-cdk#38019"),
            Source::Thread("hashicorp/terraform-provider-aws#30551")],
    ),
    row(
        "report-group-reports",
        "AWS::CodeBuild::ReportGroup",
        Rule::BlocksDeletion(Block::Holds {
            what: "reports",
            unless: Some("DeleteReports"), usual: true }),
        &[
            Source::Schema,
            Source::Page(
                "https://docs.aws.amazon.com/codebuild/latest/APIReference/API_DeleteReportGroup.html",
            ),
        ],
    )
    .saying("Report group cannot be deleted because it contains reports"),
    row(
        "report-group-unique",
        "AWS::CodeBuild::ReportGroup",
        Rule::UniqueBy(&["Name"]),
        &[Source::Schema],
    ),
    row(
        "pipeline-deletion",
        "AWS::CodePipeline::Pipeline",
        Rule::NothingBlocks,
        &[Source::Page("https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_DeletePipeline.html")],
    ),
    row(
        "pipeline-unique",
        "AWS::CodePipeline::Pipeline",
        Rule::UniqueBy(&["Name"]),
        &[Source::Schema],
    ),
    row(
        "pipeline-role",
        "AWS::CodePipeline::Pipeline",
        Rule::MustExistFirst(Need::Admits { property: "RoleArn", resource_type: "AWS::IAM::Role", document: "AssumeRolePolicyDocument", service: "codepipeline.amazonaws.com" }),
        &[Source::Code("go-to-k/cdkd retryable-errors.ts")],
    )
    .saying("CodePipeline is not authorized to perform AssumeRole on role {id}"),
    row(
        "pipeline-bucket",
        "AWS::CodePipeline::Pipeline",
        Rule::MustExistFirst(Need::Exists { property: "ArtifactStore.Location", resource_type: "AWS::S3::Bucket" }),
        &[Source::Page("https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ArtifactStore.html")],
    )
    .saying("The bucket {id} does not exist"),
    row(
        "bucket-objects",
        "AWS::S3::Bucket",
        Rule::BlocksDeletion(Block::Holds {
            what: "objects",
            unless: None, usual: true }),
        &[
            Source::Page(
                "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html",
            ),
            Source::Thread("aws/copilot-cli#4218"),
        ],
    )
    .saying("The bucket you tried to delete is not empty"),
    row(
        "bucket-unique",
        "AWS::S3::Bucket",
        Rule::UniqueBy(&["BucketName"]),
        &[Source::Schema],
    ),
    row(
        "bucket-name-stays",
        "AWS::S3::Bucket",
        Rule::SeenOnlyAfter(Lag::InWords(words("the name of a deleted one can't be used again for up to an hour", "it is free at once in most cases; a fault of the emulator stands for the \
             others, and the deployer tries again"))),
        &[Source::Thread("aws/aws-cli#2593"),
            Source::Thread("panther-labs/panther#1614")],
    )
    .saying("A conflicting conditional operation is currently in progress against this \
             resource. Please try again."),
    row(
        "bucket-policy-deletion",
        "AWS::S3::BucketPolicy",
        Rule::NothingBlocks,
        &[Source::Schema],
    ),
    row(
        "bucket-policy-unique",
        "AWS::S3::BucketPolicy",
        Rule::UniqueBy(&["Bucket"]),
        &[Source::Schema],
    ),
    row(
        "bucket-policy-principals",
        "AWS::S3::BucketPolicy",
        Rule::MustExistFirst(Need::InWords(words("the principals that it names", "principals of other accounts are known to IAM only"))),
        &[Source::Code("go-to-k/cdkd retryable-errors.ts")],
    ),
    row(
        "bucket-policy-conflict",
        "AWS::S3::BucketPolicy",
        Rule::SeenOnlyAfter(Lag::InWords(words("refused while another service configures the bucket", "how long that takes is told nowhere"))),
        &[Source::Thread("aws-cloudformation/cloudformation-coverage-roadmap#1954")],
    ),
];
