//! What the services do in the name of the roles, before and after an action's own commands.
//!
//! Sources: <https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html>,
//! <https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html>

use cicd_stack::permissions::{Caller, caller_actions};

use super::artifact::Artifact;
use crate::pipelines::pipeline::{Pipeline, Project};
use crate::pipelines::policy::Request;

/// How CodePipeline calls an artifact in its bucket: of the pipeline's and of the artifact's name
/// only the beginning.
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

/// Hands an artifact on.
pub(super) fn hand_on(pipeline: &Pipeline, artifact: &str) -> Vec<Request> {
    vec![
        Request::new("s3:PutObject", object(pipeline, artifact)),
        with_key(pipeline, "kms:GenerateDataKey"),
    ]
}

/// Uploads what a source action has taken: with an access control list, which builds do without.
pub(super) fn upload_source(pipeline: &Pipeline, artifact: &str) -> Vec<Request> {
    let object = object(pipeline, artifact);
    let calls = caller_actions(Caller::SourceArtifact).iter();
    let uploads = calls.map(|&action| Request::new(action, object.as_str()));
    uploads
        .chain([with_key(pipeline, "kms:GenerateDataKey")])
        .collect()
}

/// Reads the cache of a project, or writes it.
///
/// Source: <https://docs.aws.amazon.com/codebuild/latest/userguide/caching-s3.html>
pub(super) fn cache(pipeline: &Pipeline, project: &Project, writes: bool) -> Vec<Request> {
    let Some(location) = &project.cache else {
        return Vec::new();
    };
    let (action, key) = if writes {
        ("s3:PutObject", "kms:GenerateDataKey")
    } else {
        ("s3:GetObject", "kms:Decrypt")
    };
    vec![
        Request::new(action, format!("arn:aws:s3:::{location}/AbCdEf1")),
        with_key(pipeline, key),
    ]
}

/// Takes an artifact, in the version that the run has made of it.
pub(super) fn take(pipeline: &Pipeline, artifact: &str) -> Vec<Request> {
    let object = object(pipeline, artifact);
    vec![
        Request::new("s3:GetObject", object.as_str()),
        Request::new("s3:GetObjectVersion", object),
        with_key(pipeline, "kms:Decrypt"),
    ]
}

/// What is asked of the bucket that artifacts are in: by CodePipeline and by CodeBuild.
fn bucket(pipeline: &Pipeline, actions: &[&str]) -> Vec<Request> {
    let bucket = format!("arn:aws:s3:::{}", pipeline.artifact_bucket);
    let requests = actions.iter();
    requests
        .map(|&action| Request::new(action, bucket.as_str()))
        .collect()
}

/// Reads a repository through a connection.
pub(super) fn read_repository(connection: &str, repository: &str) -> Vec<Request> {
    let service = connection.split(':').nth(2).unwrap_or_default();
    vec![
        Request::new(format!("{service}:UseConnection"), connection)
            .with(&format!("{service}:FullRepositoryId"), repository),
    ]
}

/// Takes an object as a source. It is encrypted with the key that artifacts are encrypted with.
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

/// What the pipeline does to run a project: it looks at its bucket and at what it hands the build, and starts
/// that.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html>
pub(super) fn start(
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
        requests.extend(take(pipeline, name));
    }
    let builds = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"];
    requests.extend(builds.map(|action| Request::new(action, project.arn.as_str())));
    requests
}

/// What the pipeline does to end a build of a run that is stopped.
pub(super) fn stop(project: &Project) -> Vec<Request> {
    let calls = caller_actions(Caller::StoppedExecution).iter();
    calls
        .map(|&action| Request::new(action, project.arn.as_str()))
        .collect()
}

/// What CodeBuild does as the project's role before its first command.
pub(super) fn prepare(
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
        requests.extend(take(pipeline, name));
        if let (Artifact::Clone { repository, .. }, Some(connection)) = (artifact, connection) {
            let service = connection.split(':').nth(2).unwrap_or_default();
            let reads = format!("{service}:ProviderPermissionsRequired");
            let clones = read_repository(connection, repository).into_iter();
            requests.extend(clones.map(|request| request.with(&reads, "read_only")));
        }
    }
    requests.extend(cache(pipeline, project, false));
    requests
}

/// Writes the reports of tests.
pub(super) fn report(project: &Project) -> Vec<Request> {
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
