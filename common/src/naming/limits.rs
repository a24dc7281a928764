//! The greatest number of characters in names, by what is called so.

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html>
pub const STACK: usize = 128;
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html>
pub const LOAD_BALANCER: usize = 32;
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub const ROLE: usize = 64;
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub const POLICY: usize = 128;
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html>
pub const REPOSITORY: usize = 256;
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html>
pub const LOG_GROUP: usize = 512;
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html>
pub const SECRET: usize = 512;
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html>
pub const TASK_FAMILY: usize = 255;
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html>
pub const SERVICE: usize = 255;
/// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineDeclaration.html>
pub const PIPELINE: usize = 100;
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
pub const BUCKET: usize = 63;
