//! The calls that CodePipeline and CodeBuild make with an action's roles, before and after its
//! commands.
//!
//! Sources: <https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html>,
//! <https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html>

use cicd_stack::permissions::{Caller, caller_actions};

use super::artifact::Artifact;
use crate::pipelines::pipeline::{Pipeline, Project};
use crate::pipelines::policy::Request;

/// The key of an artifact in the bucket: CodePipeline truncates the names of the pipeline and of
/// the artifact.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome-introducing-artifacts.html>
fn object(pipeline: &Pipeline, artifact: &str) -> String {
    let start = |text: &str, letters: usize| text.chars().take(letters).collect::<String>();
    format!(
        "arn:aws:s3:::{}/{}/{}/AbCdEf1",
        pipeline.artifact_bucket,
        start(&pipeline.name, 20),
        start(artifact, 10)
    )
}

fn region(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}

fn with_key(pipeline: &Pipeline, action: &str) -> Request {
    let via = format!("s3.{}.amazonaws.com", region(&pipeline.artifact_key));
    Request::new(action, pipeline.artifact_key.as_str()).with("kms:ViaService", via)
}

/// Uploads an output artifact of a build.
pub(super) fn upload_artifact(pipeline: &Pipeline, artifact: &str) -> Vec<Request> {
    vec![
        Request::new("s3:PutObject", object(pipeline, artifact)),
        with_key(pipeline, "kms:GenerateDataKey"),
    ]
}

/// Uploads the output of a source action, which sets an access control list; builds set none.
pub(super) fn upload_source(pipeline: &Pipeline, artifact: &str) -> Vec<Request> {
    let object = object(pipeline, artifact);
    let calls = caller_actions(Caller::SourceArtifact).iter();
    let uploads = calls.map(|&action| Request::new(action, object.as_str()));
    uploads
        .chain([with_key(pipeline, "kms:GenerateDataKey")])
        .collect()
}

/// Reads the cache of a project.
///
/// Source: <https://docs.aws.amazon.com/codebuild/latest/userguide/caching-s3.html>
fn read_cache(pipeline: &Pipeline, project: &Project) -> Vec<Request> {
    on_cache(pipeline, project, ["s3:GetObject", "kms:Decrypt"])
}

pub(super) fn write_cache(pipeline: &Pipeline, project: &Project) -> Vec<Request> {
    on_cache(pipeline, project, ["s3:PutObject", "kms:GenerateDataKey"])
}

fn on_cache(pipeline: &Pipeline, project: &Project, [action, key]: [&str; 2]) -> Vec<Request> {
    let Some(location) = &project.cache else {
        return Vec::new();
    };
    vec![
        Request::new(action, format!("arn:aws:s3:::{location}/AbCdEf1")),
        with_key(pipeline, key),
    ]
}

/// Downloads an artifact in the version of this execution.
pub(super) fn download_artifact(pipeline: &Pipeline, artifact: &str) -> Vec<Request> {
    let object = object(pipeline, artifact);
    vec![
        Request::new("s3:GetObject", object.as_str()),
        Request::new("s3:GetObjectVersion", object),
        with_key(pipeline, "kms:Decrypt"),
    ]
}

/// Requests on the artifact bucket itself.
fn bucket(pipeline: &Pipeline, actions: &[&str]) -> Vec<Request> {
    let bucket = format!("arn:aws:s3:::{}", pipeline.artifact_bucket);
    let requests = actions.iter();
    requests
        .map(|&action| Request::new(action, bucket.as_str()))
        .collect()
}

pub(super) fn read_repository(connection: &str, repository: &str) -> Vec<Request> {
    let service = connection.split(':').nth(2).unwrap_or_default();
    vec![
        Request::new(format!("{service}:UseConnection"), connection)
            .with(&format!("{service}:FullRepositoryId"), repository),
    ]
}

/// Reads an object as a source. It is encrypted with the key of the artifacts.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html>
pub(super) fn read_object(pipeline: &Pipeline, bucket: &str, key: &str) -> Vec<Request> {
    let bucket = format!("arn:aws:s3:::{bucket}");
    let object = format!("{bucket}/{key}");
    let of_bucket = [
        "s3:GetBucketAcl",
        "s3:GetBucketLocation",
        "s3:GetBucketVersioning",
        "s3:ListBucket",
    ];
    let of_object = [
        "s3:GetObject",
        "s3:GetObjectTagging",
        "s3:GetObjectVersion",
        "s3:GetObjectVersionTagging",
    ];
    let on = |resource: &str, actions: &[&str]| -> Vec<Request> {
        let actions = actions.iter();
        actions
            .map(|&action| Request::new(action, resource))
            .collect()
    };
    let mut requests = on(&bucket, &of_bucket);
    requests.extend(on(&object, &of_object));
    requests.push(with_key(pipeline, "kms:Decrypt"));
    requests
}

/// Starts a build: the pipeline's role reads the bucket and the input artifacts, and starts the
/// project.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html>
pub(super) fn start_build(
    pipeline: &Pipeline,
    project: &Project,
    inputs: &[(String, Artifact)],
) -> Vec<Request> {
    let of_bucket = [
        "s3:GetBucketAcl",
        "s3:GetBucketLocation",
        "s3:GetBucketVersioning",
    ];
    let mut requests = bucket(pipeline, &of_bucket);
    for (name, _) in inputs {
        requests.extend(download_artifact(pipeline, name));
    }
    let builds = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"];
    requests.extend(builds.map(|action| Request::new(action, project.arn.as_str())));
    requests
}

/// Stops the build of an execution that is stopped.
pub(super) fn stop_build(project: &Project) -> Vec<Request> {
    let calls = caller_actions(Caller::StoppedExecution).iter();
    calls
        .map(|&action| Request::new(action, project.arn.as_str()))
        .collect()
}

/// Prepares a build: what CodeBuild does with the project's role before the first command.
pub(super) fn prepare_build(
    pipeline: &Pipeline,
    project: &Project,
    inputs: &[(String, Artifact)],
    connection: Option<&str>,
) -> Vec<Request> {
    let account = project.arn.split(':').nth(4).unwrap_or_default();
    let group = format!(
        "arn:aws:logs:{}:{account}:log-group:{}:log-stream:1",
        region(&project.arn),
        project.log_group
    );
    let mut requests = vec![
        Request::new("logs:CreateLogStream", group.as_str()),
        Request::new("logs:PutLogEvents", group.as_str()),
    ];
    requests.extend(bucket(
        pipeline,
        &["s3:GetBucketAcl", "s3:GetBucketLocation"],
    ));
    for (name, artifact) in inputs {
        requests.extend(download_artifact(pipeline, name));
        if let (Artifact::Clone { repository, .. }, Some(connection)) = (artifact, connection) {
            let service = connection.split(':').nth(2).unwrap_or_default();
            let reads = format!("{service}:ProviderPermissionsRequired");
            let clones = read_repository(connection, repository).into_iter();
            requests.extend(clones.map(|request| request.with(&reads, "read_only")));
        }
    }
    requests.extend(read_cache(pipeline, project));
    requests
}

pub(super) fn write_test_reports(project: &Project) -> Vec<Request> {
    let group = format!(
        "{}-tests",
        project.arn.replace(":project/", ":report-group/")
    );
    [
        "codebuild:CreateReport",
        "codebuild:CreateReportGroup",
        "codebuild:UpdateReport",
        "codebuild:BatchPutTestCases",
    ]
    .map(|action| Request::new(action, group.as_str()))
    .to_vec()
}
